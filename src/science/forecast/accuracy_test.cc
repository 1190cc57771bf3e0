#include "science/forecast/accuracy.h"

#include <gtest/gtest.h>

namespace restock {
namespace {

/// One series with known units 10, 15, 18, 12 after an origin (Vandeput's example of period
/// errors).
Panel four_months() {
  Panel panel;
  panel.key_names = {"item"};
  panel.keys = {{{"a"}}};
  panel.start = {0};
  panel.offsets = {0, 5};
  panel.origin = 4;
  panel.units = {9, 10, 15, 18, 12};
  panel.state.assign(5, PeriodState::kSold);
  return panel;
}

TEST(Score, ReproducesVandeputsPeriodErrors) {
  const Panel panel = four_months();
  // Absolute errors 7, 18 and 16 over 55 units sold.
  const std::vector<std::pair<std::vector<double>, double>> cases = {
      {{9, 13, 16, 10}, 7}, {{5, 22, 15, 15}, 18}, {{12, 10, 15, 18}, 16}};
  for (const auto& [forecast, error] : cases) {
    EXPECT_NEAR(score(panel, 0, 4, forecast).wape, 100 * error / 55, 1e-9);
  }
  EXPECT_NEAR(score(panel, 0, 4, cases[0].first).bias, 100 * -7.0 / 55, 1e-9);
}

TEST(Score, SkipsZeroActualsInMapeAndPeriodsNotSold) {
  Panel panel = four_months();
  panel.units[2] = 0;
  panel.state[3] = PeriodState::kOutOfStock;
  const AccuracyMetrics m = score(panel, 0, 4, std::vector<double>{8, 1, 100, 15});
  EXPECT_EQ(m.scored, 3);
  EXPECT_NEAR(m.mape, 100 * (0.2 + 0.25) / 2, 1e-9);
  EXPECT_NEAR(m.wape, 100 * (2 + 1 + 3) / 22.0, 1e-9);
}

TEST(Score, CountsActualsOnTheBoundsAsCovered) {
  const Panel panel = four_months();
  ForecastTable table;
  table.origin = 0;
  table.horizon = 4;
  table.keys = panel.keys;
  const std::vector<double> levels = {80};
  table.probabilities = probabilities_of(levels);
  table.mean.assign(4, 12);
  table.quantiles = {10, 12, 14, 10, 12, 14, 10, 12, 14, 10, 12, 14};
  const AccuracyMetrics m = score(panel, table, levels);
  ASSERT_EQ(m.coverage.size(), 1U);
  EXPECT_NEAR(m.coverage[0].percent, 50, 1e-9);
}

TEST(ProbabilitiesOf, HoldsBothBoundsOfEachLevelAndTheMedian) {
  const std::vector<double> levels = {80, 50};
  const auto p = probabilities_of(levels);
  ASSERT_EQ(p.size(), 5U);
  EXPECT_NEAR(p[0], 0.1, 1e-12);
  EXPECT_NEAR(p[2], 0.5, 1e-12);
  EXPECT_NEAR(p[4], 0.9, 1e-12);
}

}  // namespace
}  // namespace restock
