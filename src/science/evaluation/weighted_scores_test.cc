#include "science/evaluation/weighted_scores.h"

#include <cmath>

#include <gtest/gtest.h>

#include "science/evaluation/evaluation_fixture.h"

namespace restock {
namespace {

/// Two series of four known periods and two to score, prices 1 and 3.
Panel two_items() {
  Panel panel = sold_panel({{1, 3, 2, 2, 4, 1}, {0, 1, 1, 3, 2, 2}});
  panel.price = {1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 3};
  panel.attributes.push_back({"store", {0, 0}, {"x"}});
  return panel;
}

TEST(Wrmsse, ReproducesATwoLevelExampleByHand) {
  const Panel panel = two_items();
  const auto levels = aggregation_levels(panel, {});
  ASSERT_TRUE(levels.ok());
  ASSERT_EQ(levels->size(), 2U);
  const std::vector<double> revenue = recent_revenue(panel, 3, 2);
  EXPECT_DOUBLE_EQ(revenue[0], 4);
  EXPECT_DOUBLE_EQ(revenue[1], 12);
  const std::vector<double> mean = {3, 2, 2, 1};
  ThreadPool pool(2);
  const WeightedScore score = wrmsse(panel, {3, 2, mean, {}, {}}, *levels, revenue, pool);
  // Total: history 1, 4, 3, 5 with steps 3, -1, 2; errors 1 and 0.
  const double total = std::sqrt(0.5 / (14.0 / 3));
  // Series: steps 2, -1, 0 with errors 1, -1; from the first sale steps 0, 2 with errors 0, 1.
  const double series = 0.25 * std::sqrt(1 / (5.0 / 3)) + 0.75 * std::sqrt(0.5 / 2);
  EXPECT_NEAR(score.levels[0].score, total, 1e-12);
  EXPECT_NEAR(score.levels[1].score, series, 1e-12);
  EXPECT_NEAR(score.score, (total + series) / 2, 1e-12);
}

TEST(Wrmsse, LeavesCensoredPeriodsOutOfBothSums) {
  Panel panel = two_items();
  panel.state[4] = PeriodState::kOutOfStock;
  const auto levels = aggregation_levels(panel, {});
  const std::vector<double> mean = {1000, 1, 2, 2};
  ThreadPool pool(1);
  const std::vector<double> revenue = {1, 1};
  EXPECT_EQ(wrmsse(panel, {3, 2, mean, {}, {}}, *levels, revenue, pool).score, 0);
}

TEST(M5Levels, AreTwelveWithTheirCrossings) {
  Panel panel;
  panel.key_names = {"store", "item"};
  for (int store = 0; store < 4; ++store) {
    for (int item = 0; item < 6; ++item) {
      panel.keys.push_back({{std::string(1, static_cast<char>('s' + store)),
                             std::string(1, static_cast<char>('a' + item))}});
    }
  }
  StaticAttribute state{"state", {}, {"CA", "TX"}}, category{"category", {}, {"f", "h"}},
      department{"department", {}, {"f1", "f2", "h1"}};
  for (int i = 0; i < 24; ++i) {
    state.codes.push_back(i / 12);
    department.codes.push_back(i % 3);
    category.codes.push_back(i % 3 == 2 ? 1 : 0);
  }
  panel.attributes = {state, category, department};
  const auto levels = m5_levels(panel, {});
  ASSERT_TRUE(levels.ok());
  std::vector<int> groups;
  for (const auto& level : *levels) groups.push_back(level.n_groups);
  EXPECT_EQ(groups, (std::vector<int>{1, 2, 4, 2, 3, 4, 6, 8, 12, 6, 12, 24}));
}

TEST(M5Levels, SayWhichColumnIsMissing) {
  const auto levels = m5_levels(two_items(), {});
  ASSERT_FALSE(levels.ok());
  EXPECT_EQ(levels.error().code, Code::kNotFound);
  EXPECT_NE(levels.error().message.find("state"), std::string::npos);
}

TEST(WeightedScaledPinball, WeighsSeriesByRevenue) {
  const Panel panel = sold_panel({{1, 3, 4}, {2, 2, 2}});
  const std::vector<double> p = {0.5};
  const std::vector<float> q = {2, 3};
  const std::vector<double> scale = {2, 0.5};
  const std::vector<double> revenue = {3, 1};
  // Losses 0.5 * 2 and 0.5 * 1, scaled 0.5 and 1.
  EXPECT_NEAR(weighted_scaled_pinball(panel, {1, 1, {}, p, q}, scale, revenue),
              0.75 * 0.5 + 0.25 * 1, 1e-12);
  EXPECT_EQ(m5_probabilities().size(), 9U);
}

}  // namespace
}  // namespace restock
