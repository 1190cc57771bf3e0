// What the data say after the origin of a holdout must not decide anything that a forecast can see.

#include <fmt/format.h>

#include "data/ingest/import_fixture.h"

namespace restock::ingest {
namespace {

class Holdout : public ImportFixture {
 protected:
  /// Import one file, with so many periods held out, and load the panel.
  Panel import_and_load(const std::string& text, int32_t holdout) {
    config_.data.files = {write("sales.csv", text)};
    const std::string work = (folder_ / "work").string();
    auto staged = import_sales(*database_, config_,
                               {.work_directory = work, .progress = {}, .holdout = holdout}, "");
    EXPECT_TRUE(staged.ok()) << (staged.ok() ? "" : staged.error().to_string());
    if (!staged.ok()) return {};
    schema_ = staged->schema;
    auto loaded = load_panel(
        *database_, config_, schema_,
        {.prefix = "", .horizon = 0, .work_directory = work, .progress = {}, .holdout = holdout});
    EXPECT_TRUE(loaded.ok()) << (loaded.ok() ? "" : loaded.error().to_string());
    return loaded.ok() ? std::move(loaded->panel) : Panel{};
  }
  SalesSchema schema_;
};

/// Sales on every second day of 2024-01, then on each of the last four days.
std::string sparse_sales(const std::string& last_units) {
  std::string text = "date,store,item,units\n";
  for (int day = 1; day <= 27; day += 2) text += fmt::format("2024-01-{:02},S,A,3\n", day);
  for (int day = 28; day <= 31; ++day)
    text += fmt::format("2024-01-{:02},S,A,{}\n", day, last_units);
  return text;
}

TEST_F(Holdout, LaterZerosDoNotDecideWhatGapsMean) {
  import_and_load(sparse_sales("0"), 0);
  EXPECT_EQ(schema_.gaps, GapMeaning::kMissing) << "rows of zero sales are there to be seen";
  import_and_load(sparse_sales("0"), 4);
  EXPECT_EQ(schema_.gaps, GapMeaning::kZero);
  import_and_load(sparse_sales("5"), 4);
  EXPECT_EQ(schema_.gaps, GapMeaning::kZero);
}

TEST_F(Holdout, LaterRepetitionsDoNotDecideWhatTheyAre) {
  std::string text = sparse_sales("5");
  for (int day = 28; day <= 30; ++day) text += fmt::format("2024-01-{:02},S,A,6\n", day);
  import_and_load(text, 0);
  EXPECT_TRUE(schema_.records);
  import_and_load(text, 4);
  EXPECT_FALSE(schema_.records);
}

TEST_F(Holdout, HistoryShorterThanTheHoldoutIsDecidedAsAWhole) {
  import_and_load(sparse_sales("0"), 400);
  EXPECT_EQ(schema_.gaps, GapMeaning::kMissing);
}

/// A price and a promotion on each record; two records on the second day.
const std::string kRecords =
    "date,store,item,units,price,promo\n2024-01-01,S,A,1,5,0\n2024-01-02,S,A,1,5,1\n2024-01-02,S,A,"
    "3,9,0\n"
    "2024-01-03,S,A,2,7,1\n2024-01-04,S,A,2,8,0\n";

TEST_F(Holdout, PricesOfRecordsAreNotPlanned) {
  config_.data.price = "price";
  config_.data.promotion = "promo";
  config_.data.duplicates = "sum";
  Panel panel = import_and_load(kRecords, 0);
  EXPECT_EQ(panel.price, (std::vector<float>{5, 8, 7, 8}));
  EXPECT_EQ(panel.promotion, (std::vector<float>{0, 1, 1, 0}));
  panel = import_and_load(kRecords, 2);
  EXPECT_EQ(panel.price, (std::vector<float>{5, 8, 8, 8}));
  EXPECT_EQ(panel.promotion, (std::vector<float>{0, 1, 0, 0}));
  EXPECT_EQ(panel.units, (std::vector<float>{1, 4, 2, 2}))
      << "the actuals stay, to be measured against";
}

TEST_F(Holdout, PricesOfOneRowAPeriodAreThePlan) {
  config_.data.price = "price";
  config_.data.promotion = "promo";
  config_.data.duplicates = "last";
  const Panel panel = import_and_load(kRecords, 2);
  EXPECT_EQ(panel.price, (std::vector<float>{5, 9, 7, 8}));
  EXPECT_EQ(panel.promotion, (std::vector<float>{0, 0, 1, 0}));
}

TEST_F(Holdout, SalesAfterAsOfAreAsIfTheyWereNotThereAndPlansStay) {
  const std::string until = "date,store,item,units,price\n2024-01-01,S,A,3,5\n2024-01-02,S,A,4,5\n";
  const std::string plan = "2024-01-03,S,A,,9\n";
  const auto imported = [&](const std::string& text, std::optional<Date> as_of) {
    config_.data.price = "price";
    config_.data.files = {write("sales.csv", text)};
    const std::string work = (folder_ / "work").string();
    auto staged = import_sales(*database_, config_, {work, {}, 0, as_of}, "");
    EXPECT_TRUE(staged.ok()) << (staged.ok() ? "" : staged.error().to_string());
    auto loaded = load_panel(*database_, config_, staged->schema,
                             {.prefix = "", .horizon = 2, .work_directory = work});
    EXPECT_TRUE(loaded.ok());
    return std::pair(std::move(loaded->panel), staged->result);
  };
  const auto [expected, none] = imported(until + plan, std::nullopt);
  const auto [panel, result] =
      imported(until + plan + "2024-01-03,S,A,70,5\n2024-01-04,S,B,8,5\n", Date::of(2024, 1, 2));
  EXPECT_EQ(panel.units, expected.units);
  EXPECT_EQ(panel.price, expected.price);
  EXPECT_EQ(panel.origin, expected.origin);
  EXPECT_EQ(panel.keys, expected.keys);
  EXPECT_EQ(result.rows_read, none.rows_read);
  const auto told = std::find_if(result.findings.begin(), result.findings.end(),
                                 [](const auto& f) { return f.code == "later_rows"; });
  ASSERT_NE(told, result.findings.end());
  EXPECT_EQ(told->message, "2 sales dated after 2024-01-02 are not read.");
}

TEST_F(Holdout, AWideTableDoesNotTellWhereHeldOutSalesBegin) {
  config_.data.layout = "wide";
  config_.data.wide_columns = "2024-.*";
  config_.data.date = "";
  config_.data.units = "";
  const std::string header = "store,item,2024-01-01,2024-01-02,2024-01-03,2024-01-04,2024-01-05\n";
  const Panel sold = import_and_load(header + "S,A,0,0,0,4,4\nS,B,1,1,1,1,1\nS,C,0,2,2,2,2\n", 2);
  const Panel not_sold =
      import_and_load(header + "S,A,0,0,0,0,0\nS,B,1,1,1,1,1\nS,C,0,2,2,2,2\n", 2);
  EXPECT_EQ(sold.start, not_sold.start);
  EXPECT_EQ(sold.start[2] - sold.start[1], 1) << "zeros before the first sale are padding";
}

}  // namespace
}  // namespace restock::ingest
