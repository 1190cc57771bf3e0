#include "data/ingest/locations.h"

#include "data/ingest/import_fixture.h"

namespace restock::ingest {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Locations : public ImportFixture {
 protected:
  void SetUp() override {
    ImportFixture::SetUp();
    config_.locations.file = "locations.csv";
  }
  Result<LocationTable> read(const std::string& text) {
    write("locations.csv", text);
    return read_locations(*database_, config_, (folder_ / "work").string());
  }
  std::string refused(const std::string& text) {
    const auto table = read(text);
    EXPECT_FALSE(table.ok());
    return table.ok() ? "" : table.error().to_string();
  }
};

TEST_F(Locations, PutsEachAfterWhatSuppliesIt) {
  const auto table = read(
      "location,supplied_by,lead_time,review_period,pack_size\n"
      "S1,North,1,,6\nNorth,Center,2,7,\nS2,North,,,\nCenter,,14,7,0.5\nS3,,3,,\n");
  ASSERT_TRUE(table.ok()) << table.error().to_string();
  ASSERT_EQ(table->rows.size(), 5U);
  const auto& rows = table->rows;
  EXPECT_EQ(rows[0].location, "Center");
  EXPECT_EQ(rows[0].supplied_by, -1);
  EXPECT_EQ(rows[0].pack_size, 0.5);
  EXPECT_EQ(rows[1].location, "North");
  EXPECT_EQ(rows[1].supplied_by, 0);
  EXPECT_EQ(rows[1].review_period, 7);
  EXPECT_EQ(rows[2].location, "S1");
  EXPECT_EQ(rows[2].supplied_by, 1);
  EXPECT_EQ(rows[2].lead_time, 1);
  EXPECT_FALSE(rows[2].review_period.has_value());
  EXPECT_EQ(rows[3].location, "S2");
  EXPECT_EQ(table->find("S3"), 4);
  EXPECT_EQ(table->find("S4"), -1);
  EXPECT_EQ(table->key, 0U);
  // S1: 1 + 5, North 2 + 7, Center 14 + 7.
  EXPECT_EQ(longest_chain(*table, {.lead_time = 4, .review_period = 5}), 39);
}

TEST_F(Locations, TakesItsKeyAndColumnsByName) {
  config_.locations.key = "item";
  config_.locations.supplied_by = "from";
  const auto table = read("location,from\nA,\n");
  ASSERT_TRUE(table.ok()) << table.error().to_string();
  EXPECT_EQ(table->key, 1U);
  EXPECT_FALSE(table->rows[0].lead_time.has_value());
}

TEST_F(Locations, AreNoneWithoutAFile) {
  config_.locations.file = "";
  const auto table = read_locations(*database_, config_, (folder_ / "work").string());
  ASSERT_TRUE(table.ok());
  EXPECT_TRUE(table->empty());
  EXPECT_EQ(longest_chain(*table, {}), 0);
}

TEST_F(Locations, SayWhatIsNoTree) {
  EXPECT_THAT(refused("location,supplied_by\nS1,Nort\nNorth,\n"),
              AllOf(HasSubstr("locations.csv row 1, column supplied_by: \"Nort\" has no row of its "
                              "own, did you mean \"North\"?"),
                    HasSubstr("an empty cell means an outside supplier")));
  EXPECT_THAT(refused("location,supplied_by\nS1,North\nNorth,South\nSouth,North\n"),
              HasSubstr("row 1, column supplied_by: \"North\" leads back to a location below it"));
  EXPECT_THAT(refused("location,supplied_by\nS1,S1\n"), HasSubstr("leads back"));
  EXPECT_THAT(refused("location,supplied_by\nS1,\nS1,\n"),
              HasSubstr("row 2, column location: \"S1\" has a row already"));
  EXPECT_THAT(refused("location,supplied_by\n,S1\nS1,\n"), HasSubstr("row 1, column location"));
}

TEST_F(Locations, SayWhatCannotBeRead) {
  EXPECT_THAT(refused("location,supplied_by,lead_time\nS1,,soon\n"),
              HasSubstr("row 1, column lead_time: \"soon\" is no number of periods (give a whole "
                        "number of 0 to 500)"));
  EXPECT_THAT(refused("location,supplied_by,review_period\nS1,,0\n"),
              HasSubstr("give a whole number of 1 to 500"));
  EXPECT_THAT(refused("location,supplied_by,pack_size\nS1,,-2\n"), HasSubstr("is no pack size"));
  EXPECT_THAT(refused("place,supplied_by\nS1,\n"), HasSubstr("[locations] location"));
  config_.locations.key = "stor";
  EXPECT_THAT(refused("location,supplied_by\nS1,\n"),
              HasSubstr("[locations] key must be one of the sales' keys (store, item), got "
                        "\"stor\", did you mean \"store\"?"));
}

}  // namespace
}  // namespace restock::ingest
