#include "data/ingest/life_cycle.h"

#include <fmt/format.h>

#include "data/ingest/import_fixture.h"

namespace restock::ingest {
namespace {

class LifeCycle : public ImportFixture {
 protected:
  /// Ten days of item A (10, 20, ... 100), the last three also of item B (1 each).
  void import_two_items() {
    std::string text = "date,store,item,units\n";
    for (int day = 1; day <= 10; ++day)
      text += fmt::format("2024-01-{:02},S,A,{}\n", day, 10 * day);
    for (int day = 8; day <= 10; ++day) text += fmt::format("2024-01-{:02},S,B,1\n", day);
    import_file(write("s.csv", text));
  }
  void table(const std::string& text) { config_.life_cycle.file = write("life.csv", text); }

  Result<LoadedPanel> try_load(int32_t horizon, int32_t holdout) {
    const auto schema = read_sales_schema(*database_, "");
    EXPECT_TRUE(schema.ok());
    return load_panel(*database_, config_, *schema,
                      {.prefix = "",
                       .horizon = horizon,
                       .work_directory = (folder_ / "work").string(),
                       .progress = {},
                       .holdout = holdout});
  }
  std::string message_of(const std::string& text) {
    table(text);
    const auto loaded = try_load(3, 0);
    return loaded.ok() ? "" : loaded.error().message;
  }
  static std::vector<float> units(const Panel& panel, size_t series) {
    const auto span = panel.units_of(series);
    return {span.begin(), span.end()};
  }
};

TEST_F(LifeCycle, SuccessorInheritsWhatLiesBeforeItsOwnHistory) {
  import_two_items();
  table("item,predecessor,factor\nB,A,0.5\n");
  const Panel panel = load(2);
  ASSERT_EQ(panel.n_series(), 2U);
  EXPECT_EQ(panel.start[1], panel.start[0]);
  EXPECT_EQ(units(panel, 0), (std::vector<float>{10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 0, 0}));
  EXPECT_EQ(units(panel, 1), (std::vector<float>{5, 10, 15, 20, 25, 30, 35, 1, 1, 1, 0, 0}));
  EXPECT_EQ(panel.state_of(1)[0], PeriodState::kSold);
}

TEST_F(LifeCycle, ProductNeverSoldGetsASeriesWhereverItsPredecessorHasOne) {
  import_file(write("s.csv",
                    "date,store,item,units\n2024-01-01,S,A,4\n2024-01-02,S,A,4\n2024-01-01,T,A,6\n"
                    "2024-01-02,T,A,6\n2024-01-01,T,X,1\n2024-01-02,T,X,1\n"));
  table("item,predecessor,launch\nN,A,2024-01-05\n");
  const Panel panel = load(4);
  ASSERT_EQ(panel.n_series(), 5U);
  ASSERT_EQ(panel.keys[1].parts, (std::vector<std::string>{"S", "N"}));
  ASSERT_EQ(panel.keys[3].parts, (std::vector<std::string>{"T", "N"}));
  using enum PeriodState;
  EXPECT_EQ(units(panel, 1), (std::vector<float>{4, 4, 0, 0, 0, 0}));
  EXPECT_EQ(units(panel, 3), (std::vector<float>{6, 6, 0, 0, 0, 0}));
  // Not for sale before its launch on the fifth; its predecessor not after.
  EXPECT_EQ(std::vector<PeriodState>(panel.state.begin() + 6, panel.state.begin() + 12),
            (std::vector<PeriodState>{kSold, kSold, kNotForSale, kNotForSale, kFuture, kFuture}));
  EXPECT_EQ(std::vector<PeriodState>(panel.state.begin(), panel.state.begin() + 6),
            (std::vector<PeriodState>{kSold, kSold, kFuture, kFuture, kNotForSale, kNotForSale}));
  EXPECT_EQ(std::vector<uint8_t>(panel.closed.begin(), panel.closed.begin() + 6),
            (std::vector<uint8_t>{0, 0, 0, 0, 1, 1}));
}

TEST_F(LifeCycle, LastDayClosesWhatFollowsButKeepsWhatWasSold) {
  import_two_items();
  table("item,phase_out\nA,2024-01-11\nB,2024-01-09\n");
  const Panel panel = load(3);
  EXPECT_EQ(std::vector<uint8_t>(panel.closed.begin(), panel.closed.begin() + 13),
            (std::vector<uint8_t>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1}));
  EXPECT_EQ(units(panel, 1), (std::vector<float>{1, 1, 1, 0, 0, 0}));
  EXPECT_EQ(panel.state_of(1)[2], PeriodState::kSold) << "sold after its last day";
  EXPECT_EQ(panel.state_of(1)[3], PeriodState::kNotForSale);
}

TEST_F(LifeCycle, HistoryIsHandedDownAChain) {
  import_two_items();
  // Listed the newest first; C is replaced too but never sold.
  table("item,predecessor,factor\nD,C,2\nC,B,3\nB,A,0.5\n");
  const Panel panel = load(1);
  ASSERT_EQ(panel.n_series(), 4U);
  EXPECT_EQ(units(panel, 2), (std::vector<float>{15, 30, 45, 60, 75, 90, 105, 3, 3, 3, 0}));
  EXPECT_EQ(units(panel, 3), (std::vector<float>{30, 60, 90, 120, 150, 180, 210, 6, 6, 6, 0}));
}

TEST_F(LifeCycle, HeldOutSalesAreNotHandedDown) {
  import_two_items();
  table("item,predecessor\nN,A\n");
  const auto loaded = try_load(4, 4);
  ASSERT_TRUE(loaded.ok()) << loaded.error().to_string();
  const Panel& panel = loaded->panel;
  ASSERT_EQ(panel.keys[2].parts[1], "N");
  const std::vector<float> expected = {10, 20, 30, 40, 50, 60, 0, 0, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(units(panel, 2), expected);
}

TEST_F(LifeCycle, WithoutATableNothingChanges) {
  import_two_items();
  const Panel panel = load(2);
  EXPECT_EQ(units(panel, 1), (std::vector<float>{1, 1, 1, 0, 0}));
  EXPECT_TRUE(panel.closed.empty());
}

TEST_F(LifeCycle, SaysWhatIsWrongAndWhere) {
  import_two_items();
  EXPECT_EQ(message_of("item,launch\nA,2024-01-01\nB,soon\n"),
            "life.csv row 2, column launch: \"soon\" is no date");
  EXPECT_EQ(message_of("item,predecessor,factor\nB,A,-1\n"),
            "life.csv row 1, column factor: \"-1\" is no factor");
  EXPECT_EQ(message_of("item,predecessor\nB,B\n"),
            "life.csv row 1, column predecessor: \"B\" is the product itself");
  EXPECT_EQ(message_of("item,launch,phase_out\nB,2024-02-01,2024-01-01\n"),
            "life.csv row 1, column phase_out: \"2024-01-01\" lies before the launch");
  EXPECT_THAT(message_of("item,predecessor\nB,A\nA,B\n"),
              testing::HasSubstr("replace each other in a circle"));
  EXPECT_THAT(message_of("item,colour\nB,red\n"),
              testing::HasSubstr("says nothing of life cycles"));
  config_.life_cycle.predecessor = "replaces";
  EXPECT_THAT(message_of("item,replace\nB,A\n"), testing::HasSubstr("did you mean \"replace\"?"));
}

TEST_F(LifeCycle, UnknownPredecessorsAreCountedAndTheFirstIsNamed) {
  import_two_items();
  table("item,predecessor\nB,Z\n");
  const auto loaded = try_load(1, 0);
  ASSERT_TRUE(loaded.ok());
  ASSERT_EQ(loaded->findings.size(), 2U);
  EXPECT_EQ(loaded->findings[0].code, "no_predecessor");
  EXPECT_EQ(loaded->findings[0].count, 1);
  EXPECT_EQ(loaded->findings[0].row, 1);
  EXPECT_EQ(loaded->findings[0].value, "Z");
}

}  // namespace
}  // namespace restock::ingest
