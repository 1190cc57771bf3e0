#include "science/evaluation/pit.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "science/evaluation/evaluation_fixture.h"

namespace restock {
namespace {

TEST(GridDistribution, IsStraightBetweenQuantilesOfContinuousDemand) {
  const std::vector<double> p = {0.25, 0.75};
  const std::vector<float> q = {2, 4};
  const GridDistribution d{p, q, false};
  EXPECT_NEAR(d.cdf(3), 0.5, 1e-12);
  EXPECT_NEAR(d.cdf(1), 0.125, 1e-12);
  EXPECT_NEAR(d.cdf(4), 0.75, 1e-12);
  // Beyond the last: 1 - 0.25 exp(-(0.25) (x - 4) / 0.25).
  EXPECT_NEAR(d.cdf(5), 1 - 0.25 * std::exp(-1), 1e-12);
  EXPECT_EQ(d.cdf_below(0), 0);
}

TEST(GridDistribution, SpreadsEqualQuantilesOfCountsOverTheirUnit) {
  const std::vector<double> p = {0.25, 0.5, 0.75};
  const std::vector<float> q = {0, 0, 1};
  const GridDistribution d{p, q, true};
  // Knots: -0.25, 0.25 and 1. P(D <= 0) is the curve at 0.5.
  EXPECT_NEAR(d.cdf(0), 0.5 + 0.25 * 0.25 / 0.75, 1e-12);
  EXPECT_EQ(d.cdf_below(0), 0);
  EXPECT_EQ(d.cdf_below(1), d.cdf(0));
}

TEST(GridPit, StaysInsideTheLumpOfItsCount) {
  const std::vector<double> p = {0.1, 0.5, 0.9};
  const std::vector<float> q = {0, 2, 5};
  const GridDistribution d{p, q, true};
  for (const double actual : {0.0, 1.0, 3.0, 9.0}) {
    for (const double v : {0.0, 0.4, 0.999}) {
      const double u = grid_pit(d, actual, v);
      EXPECT_GE(u, d.cdf_below(actual));
      EXPECT_LE(u, d.cdf(actual));
    }
  }
}

/// Panel and quantiles of Poisson demand of mean 3, forecast as if its mean were `told`.
PitTable poisson_table(double told) {
  const std::vector<double> p = {0.005, 0.025, 0.05,  0.1, 0.165, 0.25,  0.4,  0.5,
                                 0.6,   0.75,  0.835, 0.9, 0.95,  0.975, 0.995};
  std::vector<float> row;
  double cdf = std::exp(-told), mass = cdf;
  int k = 0;
  for (const double probability : p) {
    while (cdf < probability) {
      ++k;
      mass *= told / k;
      cdf += mass;
    }
    row.push_back(static_cast<float>(k));
  }
  constexpr int kPeriods = 20'000;
  Random random(3, 0);
  std::vector<float> units = {0};
  std::vector<float> quantiles;
  for (int t = 0; t < kPeriods; ++t) {
    units.push_back(static_cast<float>(random.poisson(3)));
    quantiles.insert(quantiles.end(), row.begin(), row.end());
  }
  const Panel panel = sold_panel({units});
  ThreadPool pool(2);
  return pit_table(panel, {0, kPeriods, {}, p, quantiles}, true, 42, pool);
}

TEST(PitTable, IsFlatForTheTrueLawOfCounts) {
  const PitTable table = poisson_table(3);
  EXPECT_EQ(table.n, 20'000);
  for (size_t k = 0; k < PitTable::kLevels.size(); ++k)
    EXPECT_NEAR(table.percent_inside(k), PitTable::kLevels[k], 1.5);
}

TEST(PitTable, ShowsAForecastThatIsTooLow) {
  const PitTable table = poisson_table(2);
  EXPECT_LT(table.percent_inside(1), 75);
  EXPECT_GT(table.above, 3 * table.below);
  EXPECT_GT(table.chi_square(), 10 * poisson_table(3).chi_square());
}

TEST(PitTable, LeavesSureZerosThatCameTrueOut) {
  const Panel panel = sold_panel({{0, 0, 4}});
  const std::vector<double> p = {0.1, 0.9};
  const std::vector<float> q = {0, 0, 0, 0};
  ThreadPool pool(1);
  const PitTable table = pit_table(panel, {0, 2, {}, p, q}, true, 1, pool);
  EXPECT_EQ(table.n, 1);
  EXPECT_EQ(table.bins.back(), 1);
}

}  // namespace
}  // namespace restock
