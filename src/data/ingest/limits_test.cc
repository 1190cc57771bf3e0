#include "data/ingest/limits.h"

#include "data/ingest/import_fixture.h"

namespace restock::ingest {
namespace {

using testing::HasSubstr;

class Limits : public ImportFixture {
 protected:
  void SetUp() override {
    ImportFixture::SetUp();
    config_.data.keys = {"store", "item"};
    panel_.key_names = config_.data.keys;
    for (const char* store : {"S", "T"}) {
      for (const char* item : {"A", "B"}) panel_.keys.push_back({{store, item}});
    }
    panel_.attributes.push_back({"category", {0, 1, 0, 1}, {"dry", "fresh"}});
  }
  Result<LimitTable> read(const std::string& text) {
    config_.limits.file = write("limits.csv", text);
    return read_limits(*database_, config_, panel_, suppliers_, (folder_ / "work").string());
  }
  std::string message_of(const std::string& text) {
    const auto table = read(text);
    return table.ok() ? "" : table.error().message;
  }
  Panel panel_;
  std::vector<std::string> suppliers_ = {"Acme", "Bolt", "Acme", ""};
};

TEST_F(Limits, ReadsResourcesAndScopes) {
  config_.products.file = write("items.csv", "item,volume\nA,1.5\nB,0\n");
  const auto table = read(
      "name,resource,amount,supplier,location,category\nbudget,money,500,,,\n"
      "truck,volume,12,Acme,,\nfresh room,packs,3,,T,fresh\n");
  ASSERT_TRUE(table.ok()) << table.error().to_string();
  ASSERT_EQ(table->limits.size(), 3U);
  const Limit& budget = table->limits[0];
  EXPECT_EQ(budget.name, "budget");
  EXPECT_EQ(budget.resource, LimitResource::kMoney);
  EXPECT_EQ(budget.amount, 500);
  EXPECT_EQ(budget.series, (std::vector<size_t>{0, 1, 2, 3}));
  const Limit& truck = table->limits[1];
  EXPECT_EQ(truck.resource, LimitResource::kColumn);
  EXPECT_EQ(truck.series, (std::vector<size_t>{0, 2}));
  EXPECT_EQ(truck.per_unit, (std::vector<double>{1.5, 1.5}));
  const Limit& room = table->limits[2];
  EXPECT_EQ(room.resource, LimitResource::kPacks);
  EXPECT_EQ(room.series, (std::vector<size_t>{3}));
  EXPECT_FALSE(room.counts_position);
}

TEST_F(Limits, MakesALimitOfItsOwnForEachValue) {
  const auto table = read(
      "name,resource,amount,counts,store,supplier\nroom,units,40,position,*,\n"
      "truck,units,9,order,,*\n");
  ASSERT_TRUE(table.ok()) << table.error().to_string();
  ASSERT_EQ(table->limits.size(), 4U);
  EXPECT_EQ(table->limits[0].name, "room S");
  EXPECT_EQ(table->limits[0].series, (std::vector<size_t>{0, 1}));
  EXPECT_TRUE(table->limits[0].counts_position);
  EXPECT_EQ(table->limits[1].name, "room T");
  EXPECT_EQ(table->limits[2].name, "truck Acme");
  EXPECT_EQ(table->limits[2].series, (std::vector<size_t>{0, 2}));
  EXPECT_EQ(table->limits[3].name, "truck Bolt") << "a series without a supplier is under none";
}

TEST_F(Limits, TellsOfALimitThatReachesNoSeries) {
  const auto table = read("name,resource,amount,supplier\ntruck,units,9,Acmee\n");
  ASSERT_TRUE(table.ok());
  ASSERT_EQ(table->findings.size(), 1U);
  EXPECT_EQ(table->findings[0].code, "limit_without_series");
  EXPECT_EQ(table->findings[0].value, "truck");
}

TEST_F(Limits, OfNoFileAreNone) {
  const auto table =
      read_limits(*database_, config_, panel_, suppliers_, (folder_ / "work").string());
  ASSERT_TRUE(table.ok());
  EXPECT_TRUE(table->limits.empty());
}

TEST_F(Limits, SayWhatIsWrongAndWhere) {
  EXPECT_THAT(message_of("name,resource\nb,money\n"), HasSubstr("amount"));
  EXPECT_THAT(message_of("name,resource,amount,suplier\nb,money,1,\n"),
              HasSubstr("column suplier is nothing that series have, did you mean \"supplier\"?"));
  EXPECT_THAT(message_of("name,resource,amount\nb,money,-1\n"),
              HasSubstr("limits.csv row 1, column amount: \"-1\" is no amount"));
  EXPECT_THAT(message_of("name,resource,amount\nb,money,much\n"), HasSubstr("\"much\""));
  EXPECT_THAT(message_of("name,resource,amount\nb,,3\n"), HasSubstr("is no resource"));
  EXPECT_THAT(message_of("name,resource,amount\nb,weight,3\n"),
              HasSubstr("\"weight\" is no resource"));
  EXPECT_THAT(message_of("name,resource,amount\n,money,3\n"), HasSubstr("is no name"));
  EXPECT_THAT(message_of("name,resource,amount,counts\nb,money,3,all\n"),
              HasSubstr("\"all\" is nothing that is counted"));
  EXPECT_THAT(message_of("name,resource,amount\nb,money,3\nb,units,3\n"),
              HasSubstr("row 2, column name: \"b\" names two limits"));
}

TEST_F(Limits, NeedTheNumberOfEachSeriesInScope) {
  config_.products.file = write("items.csv", "item,volume\nA,1.5\n");
  EXPECT_THAT(message_of("name,resource,amount\ntruck,volume,3\n"),
              HasSubstr("2 of the 4 series under truck have no volume, such as "));
  config_.products.file = write("items.csv", "item,volume\nA,1.5\nB,-2\n");
  EXPECT_THAT(message_of("name,resource,amount\ntruck,volume,3\n"),
              HasSubstr("items.csv row 2, column volume: \"-2\""));
}

}  // namespace
}  // namespace restock::ingest
