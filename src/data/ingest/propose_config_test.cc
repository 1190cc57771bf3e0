#include "data/ingest/propose_config.h"

#include <fmt/format.h>

#include "data/ingest/column_profile.h"
#include "data/ingest/import_fixture.h"
#include "foundation/config/config_file.h"

namespace restock::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ProposeConfig : public ImportFixture {
 protected:
  /// Propose for files, parse the text, and import with it.
  RunConfig propose(const std::vector<std::string>& names) {
    std::vector<std::string> paths;
    for (const auto& name : names) paths.push_back((folder_ / name).string());
    const auto text = propose_config(
        *database_, paths,
        {.directory = folder_.string(), .work_directory = (folder_ / "work").string()});
    EXPECT_TRUE(text.ok()) << (text.ok() ? "" : text.error().to_string());
    if (!text.ok()) return {};
    text_ = *text;
    const auto config = parse_run_config(text_, folder_.string(), "restock.toml");
    EXPECT_TRUE(config.ok()) << (config.ok() ? "" : config.error().to_string()) << text_;
    if (!config.ok()) return {};
    config_ = *config;
    auto staged = import();
    EXPECT_TRUE(staged.ok()) << (staged.ok() ? "" : staged.error().to_string());
    if (staged.ok()) result_ = staged->result;
    return config_;
  }
  std::string text_;
  ImportResult result_;
};

TEST_F(ProposeConfig, PlainLongTable) {
  std::string text = "date,store,item,sales\n";
  for (int item = 1; item <= 3; ++item) {
    for (int day = 0; day < 60; ++day)
      text += fmt::format("{},1,{},{}\n", (Date::of(2024, 1, 1) + day).to_string(), item,
                          (day * item) % 17);
  }
  write("sales.csv", text);
  const RunConfig config = propose({"sales.csv"});
  EXPECT_THAT(config.data.files, ElementsAre("sales.csv"));
  EXPECT_EQ(config.data.units, "sales");
  EXPECT_THAT(config.data.keys, ElementsAre("store", "item"));
  EXPECT_EQ(config.data.frequency, "daily");
  EXPECT_EQ(config.forecast.horizon, 12);
  EXPECT_EQ(result_.rows_kept, 180);
}

TEST_F(ProposeConfig, CustomersAreNotKnownAheadButAClosureIs) {
  std::string text = "Store,DayOfWeek,Date,Sales,Customers,Open,Promo,StateHoliday,SchoolHoliday\n";
  for (int store = 1; store <= 4; ++store) {
    for (int day = 0; day < 90; ++day) {
      const Date date = Date::of(2013, 1, 1) + day;
      const int open = date.weekday() == 6 ? 0 : 1;
      const int sales = open * (4000 + 37 * ((day * 7 + store) % 50));
      text += fmt::format("{},{},{},{},{},{},{},{},{}\n", store, date.weekday() + 1,
                          date.to_string(), sales, sales / 9, open, day % 14 < 5 ? 1 : 0,
                          day == 0 ? "a" : "0", day > 60 ? 1 : 0);
    }
  }
  write("train.csv", text);
  write("store.csv", "Store,StoreType,Assortment\n1,a,x\n2,b,x\n3,a,y\n4,b,y\n");
  const RunConfig config = propose({"train.csv", "store.csv"});
  EXPECT_THAT(config.data.keys, ElementsAre("Store"));
  EXPECT_EQ(config.data.units, "Sales");
  EXPECT_EQ(config.data.open, "Open");
  EXPECT_EQ(config.data.promotion, "Promo");
  EXPECT_THAT(config.data.covariates, ElementsAre("StateHoliday", "SchoolHoliday"));
  EXPECT_THAT(text_, HasSubstr("nothing shows that they are known ahead: Customers"));
  EXPECT_EQ(config.products.file, "store.csv");
  EXPECT_EQ(result_.rows_quarantined(), 0);
}

TEST_F(ProposeConfig, TransactionsHaveNoInvoiceOrCustomerKey) {
  std::string text = "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n";
  for (int i = 0; i < 600; ++i) {
    text += fmt::format("{},P{},{},{}/{}/10 {}:{:02},2.55,{}\n", 536365 + i / 3, i % 9, i % 5 + 1,
                        i / 60 + 1, i % 28 + 1, 8 + i % 9, i % 60, 17850 + i % 40);
  }
  write("t.csv", text);
  const RunConfig config = propose({"t.csv"});
  EXPECT_THAT(config.data.keys, ElementsAre("StockCode"));
  EXPECT_EQ(config.data.date, "InvoiceDate");
  EXPECT_EQ(config.data.units, "Quantity");
  EXPECT_EQ(config.data.price, "UnitPrice");
  EXPECT_EQ(config.data.frequency, "daily");
  EXPECT_THAT(config.data.covariates, IsEmpty());
}

TEST_F(ProposeConfig, WideTableWithItsCalendar) {
  std::string text = "id,item_id,store_id,state_id";
  for (int d = 1; d <= 60; ++d) text += fmt::format(",d_{}", d);
  for (const char* store : {"CA_1", "CA_2", "TX_1"}) {
    for (int item = 0; item < 4; ++item) {
      text += fmt::format("\nF{0}_{1},F{0},{1},{2}", item, store, std::string(store).substr(0, 2));
      for (int d = 1; d <= 60; ++d) text += fmt::format(",{}", (d * (item + 2)) % 7);
    }
  }
  std::string calendar = "date,d,weekday\n";
  for (int d = 1; d <= 70; ++d)
    calendar += fmt::format("{},d_{},x\n", (Date::of(2011, 1, 28) + d).to_string(), d);
  write("wide.csv", text + "\n");
  write("calendar.csv", calendar);
  const RunConfig config = propose({"wide.csv", "calendar.csv"});
  EXPECT_EQ(config.data.layout, "wide");
  EXPECT_EQ(config.data.wide_start, "2011-01-29");
  EXPECT_THAT(config.data.keys, ElementsAre("store_id", "item_id"));
  EXPECT_THAT(config.data.attributes, ElementsAre("state_id"));
  EXPECT_EQ(result_.rows_kept, 12 * 60);
}

TEST_F(ProposeConfig, SingleSeriesByMonth) {
  std::string text = "Month,Passengers\n";
  for (int i = 0; i < 48; ++i)
    text += fmt::format("{}-{:02},{}\n", 1949 + i / 12, i % 12 + 1, 112 + (i * 31) % 90);
  write("air.csv", text);
  const RunConfig config = propose({"air.csv"});
  EXPECT_THAT(config.data.keys, IsEmpty());
  EXPECT_EQ(config.data.units, "Passengers");
  EXPECT_EQ(config.data.frequency, "monthly");
}

TEST_F(ProposeConfig, HourlyMeters) {
  std::string text = "ds,unique_id,y\n";
  for (const char* meter : {"MT_1", "MT_2"}) {
    for (int i = 0; i < 24 * 12; ++i) {
      text += fmt::format("{} {:02}:00:00,{},{:.2f}\n", (Date::of(2014, 1, 1) + i / 24).to_string(),
                          i % 24, meter, 100.0 + (i * 13) % 51 / 3.0);
    }
  }
  write("h.csv", text);
  const RunConfig config = propose({"h.csv"});
  EXPECT_THAT(config.data.keys, ElementsAre("unique_id"));
  EXPECT_EQ(config.data.frequency, "hourly");
}

TEST_F(ProposeConfig, StockFileBecomesInventory) {
  std::string text = "store,product,week,units,in_stock\n";
  for (int product = 0; product < 3; ++product) {
    for (int week = 0; week < 30; ++week)
      text += fmt::format("0,{},{},{},{}\n", product, (Date::of(2023, 1, 2) + 7 * week).to_string(),
                          week % 4, week % 4 > 0);
  }
  write("sales.csv", text);
  write("master.csv", "store,product,department\n0,0,10\n0,1,10\n0,2,20\n");
  write("state.csv",
        "store,product,on_hand,arriving_in_1_week,arriving_in_2_weeks\n0,0,3,0,3\n0,1,1,0,1\n0,2,6,"
        "0,6\n");
  const RunConfig config = propose({"sales.csv", "master.csv", "state.csv"});
  EXPECT_EQ(config.data.frequency, "weekly");
  EXPECT_EQ(config.data.in_stock, "in_stock");
  EXPECT_EQ(config.products.file, "master.csv");
  EXPECT_EQ(config.inventory.file, "state.csv");
  EXPECT_THAT(config.inventory.on_order, ElementsAre("arriving_in_1_week", "arriving_in_2_weeks"));
}

TEST_F(ProposeConfig, SaysWhyNothingCanBeForecast) {
  write("names.csv", "name,town\nAnn,York\nBob,Leeds\n");
  const auto text = propose_config(
      *database_, {(folder_ / "names.csv").string()},
      {.directory = folder_.string(), .work_directory = (folder_ / "work").string()});
  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.error().code, Code::kInvalidData);
  EXPECT_THAT(text.error().message, HasSubstr("names.csv has 2 rows and the columns name, town"));
}

TEST(NameWords, CutsAtSeparatorsAndCapitals) {
  EXPECT_THAT(name_words("InvoiceDate"), ElementsAre("invoice", "date"));
  EXPECT_THAT(name_words("store_nbr"), ElementsAre("store", "nbr"));
  EXPECT_THAT(name_words("Product ID"), ElementsAre("product", "id"));
  EXPECT_THAT(name_words("SKU"), ElementsAre("sku"));
}

}  // namespace
}  // namespace restock::ingest
