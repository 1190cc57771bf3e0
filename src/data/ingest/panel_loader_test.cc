#include "data/ingest/panel_loader.h"

#include <set>

#include <fmt/format.h>

#include "data/ingest/import_fixture.h"
#include "foundation/base/random.h"

namespace restock::ingest {
namespace {

using PanelLoader = ImportFixture;

TEST_F(PanelLoader, KeepsZeroMissingOutOfStockAndNotForSaleApart) {
  config_.data.in_stock = "in_stock";
  config_.data.closed = "closed";
  import_file(write("s.csv",
                    "date,store,item,units,in_stock,closed\n"
                    "2024-01-01,S,A,0,0,0\n"  // before it was first in stock
                    "2024-01-02,S,A,0,1,0\n"  // a zero sale
                    "2024-01-03,S,A,2,0,0\n"  // sold out
                    "2024-01-04,S,A,0,0,0\n"  // out of stock all day
                    "2024-01-05,S,A,,1,0\n"   // not recorded
                    "2024-01-06,S,A,0,1,1\n"  // closed
                    "2024-01-08,S,A,4,1,0\n"  // after a day without a row
                    "2024-01-09,S,A,,1,1\n"   // a planned closure
                    "2024-01-10,S,A,,1,0\n"));
  const Panel panel = load(3);
  ASSERT_EQ(panel.n_series(), 1U);
  EXPECT_EQ(panel.axis.label(panel.origin), "2024-01-08");
  using enum PeriodState;
  const std::vector<PeriodState> expected = {kNotForSale, kSold,       kOutOfStock, kOutOfStock,
                                             kMissing,    kNotForSale, kMissing,    kSold,
                                             kNotForSale, kFuture,     kFuture};
  EXPECT_EQ(panel.state, expected);
  EXPECT_EQ(panel.units, (std::vector<float>{0, 0, 2, 0, 0, 0, 0, 4, 0, 0, 0}));
  EXPECT_EQ(panel.closed, (std::vector<uint8_t>{0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0}));
}

TEST_F(PanelLoader, TakesADayPartlyOutOfStockAsALowerBound) {
  config_.data.out_of_stock_hours = "oos";
  config_.data.open_hours = 16;
  const StagedSales staged = import_file(write("s.csv",
                                               "date,store,item,units,oos\n"
                                               "2024-01-01,S,A,3,0\n"
                                               "2024-01-02,S,A,2,4\n"
                                               "2024-01-03,S,A,0,16\n"
                                               "2024-01-04,S,A,1,\n"  // nothing is said: in stock
                                               "2024-01-05,S,A,5,17\n"
                                               "2024-01-06,S,A,5,-1\n"
                                               "2024-01-07,S,A,0,0\n"));
  EXPECT_EQ(staged.result.quarantined, (std::map<std::string, int64_t>{{"bad_in_stock", 2}}));
  const Panel panel = load(1);
  using enum PeriodState;
  const std::vector<PeriodState> expected = {kSold,    kOutOfStock, kOutOfStock, kSold,
                                             kMissing, kMissing,    kSold,       kFuture};
  EXPECT_EQ(panel.state, expected);
  EXPECT_EQ(panel.units, (std::vector<float>{3, 2, 0, 1, 0, 0, 0, 0}));
  EXPECT_EQ(panel.stocked, (std::vector<float>{1, 0.75, 0, 1, 1, 1, 1, 1}));
}

TEST_F(PanelLoader, AveragesTheHoursOfTheDaysOfAWeek) {
  config_.data.out_of_stock_hours = "oos";
  config_.data.open_hours = 10;
  config_.data.frequency = "weekly";
  std::string text = "date,store,item,units,oos\n";
  for (int day = 1; day <= 14; ++day)
    text += fmt::format("2024-01-{:02},S,A,1,{}\n", day, day == 9 ? 7 : 0);
  import_file(write("s.csv", text));
  const Panel panel = load(1);
  EXPECT_EQ(panel.units, (std::vector<float>{7, 7, 0}));
  EXPECT_EQ(panel.state.at(1), PeriodState::kOutOfStock);
  EXPECT_FLOAT_EQ(panel.stocked.at(1), 0.9F);
}

TEST_F(PanelLoader, ForecastsNothingForAProductThatHasStoppedSelling) {
  std::string text = "date,store,item,units\n";
  for (int day = 0; day < 56; ++day) {
    const std::string date = Date::from_days(Date::of(2024, 1, 1).days() + day).to_string();
    text += fmt::format("{0},S,A,{1}\n{0},S,B,2\n", date, day < 24 ? 3 : 0);
  }
  const std::string file = write("s.csv", text);
  config_.life_cycle.detect_phase_out = true;
  import_file(file);
  const Panel panel = load(2);
  EXPECT_EQ(panel.closed.at(static_cast<size_t>(panel.at(0, panel.origin + 1))), 1);
  EXPECT_EQ(panel.state.at(static_cast<size_t>(panel.at(0, panel.origin))), PeriodState::kSold);
  EXPECT_EQ(panel.closed.at(static_cast<size_t>(panel.at(1, panel.origin + 1))), 0);
  config_.life_cycle.detect_phase_out = false;
  EXPECT_TRUE(load(2).closed.empty());
}

TEST_F(PanelLoader, CarriesPricesAndTakesPlannedOnes) {
  config_.data.price = "price";
  config_.data.promotion = "promo";
  config_.data.covariates = {"temp"};
  import_file(write("s.csv",
                    "date,store,item,units,price,promo,temp\n"
                    "2024-01-01,S,A,1,,0,\n2024-01-02,S,A,1,5,1,20\n2024-01-03,S,A,1,,0,\n2024-01-"
                    "05,S,A,,7,1,30\n"));
  const Panel panel = load(4);
  EXPECT_EQ(panel.price, (std::vector<float>{5, 5, 5, 5, 7, 7, 7}));
  EXPECT_EQ(panel.promotion, (std::vector<float>{0, 1, 0, 0, 1, 0, 0}));
  EXPECT_EQ(panel.covariates.at(0).values, (std::vector<float>{0, 20, 0, 0, 30, 0, 0}));
  EXPECT_EQ(panel.covariates.at(0).present, (std::vector<uint8_t>{0, 1, 0, 0, 1, 0, 0}));
}

TEST_F(PanelLoader, GapsAreZeroOrMissingAsConfigured) {
  const std::string text =
      "date,store,item,units\n2024-01-01,S,A,1\n2024-01-04,S,A,2\n2024-01-01,S,B,3\n2024-01-02,S,B,"
      "3\n";
  config_.data.gaps = "zero";
  import_file(write("g.csv", text));
  Panel panel = load();
  EXPECT_EQ(panel.units, (std::vector<float>{1, 0, 0, 2, 3, 3, 0, 0}));
  EXPECT_THAT(panel.state, testing::Each(PeriodState::kSold));
  config_.data.gaps = "missing";
  import_file("g.csv");
  panel = load();
  EXPECT_EQ(panel.state_of(0)[1], PeriodState::kMissing);
  EXPECT_EQ(panel.state_of(1)[3], PeriodState::kMissing);
}

TEST_F(PanelLoader, SortsKeysAsTextAndJoinsAttributeTables) {
  config_.data.attributes = {"brand"};
  std::string text = "date,store,item,units,brand\n";
  for (const char* item : {"9", "10", "1"})
    text += fmt::format("2024-01-01,S,{0},1,b{0}\n2024-01-02,S,{0},1,b{0}\n", item);
  write("products.csv", "item,category\n1,Food\n9,Toys\n9,Late\n77,Other\n");
  config_.products.file = "products.csv";
  import_file(write("k.csv", text));
  const Panel panel = load();
  ASSERT_EQ(panel.n_series(), 3U);
  EXPECT_EQ(panel.keys[0].parts[1], "1");
  EXPECT_EQ(panel.keys[1].parts[1], "10");
  EXPECT_EQ(panel.keys[2].parts[1], "9");
  ASSERT_EQ(panel.attributes.size(), 2U);
  EXPECT_EQ(panel.attributes[0].name, "brand");
  EXPECT_EQ(panel.attributes[1].name, "category");
  EXPECT_EQ(panel.attributes[1].levels, (std::vector<std::string>{"Food", "Toys"}));
  EXPECT_EQ(panel.attributes[1].codes, (std::vector<int32_t>{0, -1, 1}));
}

TEST_F(PanelLoader, AgreesWithAPlainMapOnRandomData) {
  // Oracle: a map from key and date, filled row by row.
  Random random(7, 1);
  std::map<std::pair<std::string, int32_t>, float> sold;
  std::map<std::string, int32_t> first;
  int32_t last = 0;
  std::string text = "date,store,item,units\n";
  for (int i = 0; i < 400; ++i) {
    const std::string item = fmt::format("p{}", random.below(12));
    const int32_t day = 19700 + static_cast<int32_t>(random.below(90));
    const auto units = static_cast<float>(random.below(9));
    if (!sold.emplace(std::pair(item, day), units).second) continue;
    text += fmt::format("{},S,{},{}\n", Date::from_days(day).to_string(), item, units);
    first[item] = first.contains(item) ? std::min(first[item], day) : day;
    last = std::max(last, day);
  }
  config_.data.gaps = "missing";
  import_file(write("r.csv", text));
  const Panel panel = load(5);
  ASSERT_EQ(panel.n_series(), first.size());
  EXPECT_EQ(panel.origin, last);
  for (size_t i = 0; i < panel.n_series(); ++i) {
    const std::string& item = panel.keys[i].parts[1];
    ASSERT_EQ(panel.start[i], first[item]);
    for (Period p = panel.start[i]; p <= panel.origin; ++p) {
      const auto place = sold.find({item, p});
      const auto at = static_cast<size_t>(panel.at(i, p));
      EXPECT_EQ(panel.state[at], place == sold.end() ? PeriodState::kMissing : PeriodState::kSold);
      EXPECT_EQ(panel.units[at], place == sold.end() ? 0 : place->second);
    }
  }
}

TEST_F(PanelLoader, RowsAfterTheOriginChangeOnlyWhatIsPlanned) {
  const std::string known =
      "date,store,item,units\n2024-01-01,S,A,1\n2024-01-02,S,A,2\n2024-01-03,S,A,3\n";
  import_file(write("a.csv", known));
  const Panel before = load(5);
  import_file(write("b.csv", known + "2024-01-04,S,A,\n2024-01-05,S,A,\n"));
  const Panel after = load(5);
  EXPECT_EQ(before.units, after.units);
  EXPECT_EQ(before.state, after.state);
  EXPECT_EQ(before.origin, after.origin);
}

TEST_F(PanelLoader, NamesWhatIsWrongWithAnAttributeTable) {
  import_file(write("a.csv", "date,store,item,units\n2024-01-01,S,A,1\n2024-01-02,S,A,1\n"));
  write("products.csv", "sku,category\nA,Food\n");
  config_.products.file = "products.csv";
  const auto schema = read_sales_schema(*database_, "");
  const PanelOptions options{
      .prefix = "", .horizon = 1, .work_directory = (folder_ / "work").string(), .progress = {}};
  EXPECT_THAT(
      load_panel(*database_, config_, *schema, options).error().message,
      testing::HasSubstr(
          "products.csv has none of the key columns store, item; its columns are sku, category"));
  write("products.csv", "item,category\nA,Food\n");
  config_.products.attributes = {"categry"};
  EXPECT_THAT(load_panel(*database_, config_, *schema, options).error().message,
              testing::HasSubstr("did you mean \"category\"?"));
  EXPECT_EQ(load_panel(*database_, config_, *schema,
                       {.prefix = "", .horizon = -1, .work_directory = "", .progress = {}})
                .error()
                .code,
            Code::kInvalidArgument);
}

}  // namespace
}  // namespace restock::ingest
