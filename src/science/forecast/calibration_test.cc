#include "science/forecast/calibration.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "science/forecast/calibration_fixture.h"

namespace restock {
namespace {

constexpr double kLevels[] = {50, 80, 90, 95};
constexpr int32_t kLengths[] = {1, 7};

/// The law variance = ratio x mean with no recalibration.
Uncertainty law_of_ratio(double ratio) {
  Uncertainty law;
  law.daily.log_level = {0};
  law.daily.log_ratio = {std::log(ratio)};
  law.residuals = 1;
  return law;
}

TEST(RandomisedPit, LiesBetweenTheTwoSidesOfAJump) {
  EXPECT_DOUBLE_EQ(randomised_pit(0.2, 0.6, 0.5), 0.4);
  EXPECT_DOUBLE_EQ(randomised_pit(0.2, 0.6, 0), 0.2);
  EXPECT_DOUBLE_EQ(randomised_pit(0.3, 0.3, 0.9), 0.3);
}

TEST(Calibration, IsUniformForTheTrueLaw) {
  const KnownDemand demand = known_demand(3600, 14, 0, [](Random& random, double mean, double) {
    return static_cast<double>(random.negative_binomial(mean, 2 / mean));
  });
  const ForecastTable table = demand.table();
  const Uncertainty truth = law_of_ratio(3);
  ThreadPool pool(2);
  const CalibrationInput input{demand.panel, table, truth, demand.overdispersion};
  std::vector<int> tenths(10, 0);
  for (const PitValue& value : pit_values(input, 1, pool)) {
    ASSERT_GE(value.pit, 0);
    ASSERT_LE(value.pit, 1);
    tenths[static_cast<size_t>(std::min(9.0, value.pit * 10))] += 1;
  }
  double chi_square = 0;
  for (const int n : tenths) chi_square += (n - 5040.0) * (n - 5040.0) / 5040.0;
  EXPECT_LT(chi_square, 27.9);  // 99.9 percent of chi-square with 9 degrees of freedom
  for (const CalibrationRow& row : measure_calibration(input, kLengths, kLevels, pool)) {
    if (row.group != "all") continue;
    EXPECT_EQ(row.n, row.periods == 1 ? 50'400 : 7200);
    for (size_t k = 0; k < 4; ++k) EXPECT_NEAR(row.inside[k], kLevels[k], 2) << row.periods;
  }
}

TEST(Calibration, SeesALawThatIsTooNarrow) {
  const KnownDemand demand = known_demand(900, 14, 0, draw_negative_binomial);
  const ForecastTable table = demand.table();
  const Uncertainty narrow = law_of_ratio(1);
  ThreadPool pool(1);
  const auto rows = measure_calibration({demand.panel, table, narrow, demand.overdispersion},
                                        kLengths, kLevels, pool);
  ASSERT_FALSE(rows.empty());
  EXPECT_LT(rows[0].inside[3], 85);
  EXPECT_GT(rows[0].above, 5);
}

TEST(Calibration, HoldsOnTheNextWindowForDemandThatIsNotNegativeBinomial) {
  const KnownDemand demand = known_demand(3600, 14, 0, draw_batches);
  const auto fitted = fit_uncertainty(demand.learnt(), demand.overdispersion, DemandKind::kCounts);
  Uncertainty unmapped = fitted;
  unmapped.daily.map.clear();
  for (auto& sums : unmapped.sums) sums.map.clear();
  const ForecastTable table = demand.table();
  ThreadPool pool(2);
  const auto worst = [&](const Uncertainty& law) {
    double out = 0;
    for (const CalibrationRow& row : measure_calibration(
             {demand.panel, table, law, demand.overdispersion}, kLengths, kLevels, pool)) {
      if (row.group != "all") continue;
      for (size_t k = 0; k < 4; ++k) out = std::max(out, std::abs(row.inside[k] - kLevels[k]));
    }
    return out;
  };
  EXPECT_LT(worst(fitted), 2);
  EXPECT_GT(worst(unmapped), 1.5 * worst(fitted));
}

TEST(Calibration, HoldsForContinuousDemandWithZeros) {
  const KnownDemand demand = known_demand(1800, 14, 0, [](Random& random, double mean, double) {
    return random.uniform() < 0.3 ? 0.0 : mean / 0.7 * random.gamma(2) / 2;
  });
  const auto fitted =
      fit_uncertainty(demand.learnt(), demand.overdispersion, DemandKind::kContinuous);
  const ForecastTable table = demand.table();
  ThreadPool pool(2);
  const auto rows = measure_calibration(
      {demand.panel, table, fitted, demand.overdispersion, DemandKind::kContinuous}, kLengths,
      kLevels, pool);
  ASSERT_EQ(rows[0].group, "all");
  for (size_t k = 0; k < 4; ++k) EXPECT_NEAR(rows[0].inside[k], kLevels[k], 2.5);
}

TEST(Calibration, GivesTheSameNumbersForAnyThreadsAndAnyOrderOfSeries) {
  const KnownDemand demand = known_demand(200, 14, 0, draw_negative_binomial);
  const ForecastTable table = demand.table();
  const Uncertainty law = law_of_ratio(3);
  ThreadPool one(1);
  ThreadPool two(2);
  const CalibrationInput input{demand.panel, table, law, demand.overdispersion};
  const auto a = pit_values(input, 1, one);
  const auto b = pit_values(input, 1, two);
  ASSERT_EQ(a.size(), b.size());
  for (size_t j = 0; j < a.size(); ++j) EXPECT_EQ(a[j].pit, b[j].pit);
  // The last hundred series alone keep their random numbers.
  const size_t from = 100;
  KnownDemand fewer = demand;
  fewer.overdispersion.resize(100);
  fewer.panel.keys.erase(fewer.panel.keys.begin(), fewer.panel.keys.begin() + 100);
  fewer.panel.start.resize(100);
  fewer.panel.offsets.resize(101);
  const auto cut = static_cast<std::ptrdiff_t>(from * 28);
  fewer.panel.units.erase(fewer.panel.units.begin(), fewer.panel.units.begin() + cut);
  fewer.panel.state.erase(fewer.panel.state.begin(), fewer.panel.state.begin() + cut);
  fewer.mean.erase(fewer.mean.begin(), fewer.mean.begin() + static_cast<std::ptrdiff_t>(from * 14));
  const ForecastTable fewer_table = fewer.table();
  const auto c = pit_values({fewer.panel, fewer_table, law, fewer.overdispersion}, 1, one);
  ASSERT_EQ(c.size() + from * 14, a.size());
  for (size_t j = 0; j < c.size(); ++j) EXPECT_EQ(c[j].pit, a[from * 14 + j].pit);
}

TEST(Calibration, CountsASaleWhereNoneWasPossibleAndSkipsPeriodsThatWereNotOnSale) {
  KnownDemand demand = known_demand(2, 4, 0, [](Random&, double, double) { return 0.0; });
  demand.mean.assign(8, 0.0);
  demand.panel.units[4] = 3;                             // series 0, first scored day
  demand.panel.state[13] = PeriodState::kOutOfStock;     // series 1, second scored day
  demand.mean[4] = demand.mean[5] = demand.mean[6] = 1;  // series 1
  const ForecastTable table = demand.table();
  const Uncertainty law;
  ThreadPool pool(1);
  const auto values = pit_values({demand.panel, table, law, demand.overdispersion}, 1, pool);
  ASSERT_EQ(values.size(), 3U);
  EXPECT_EQ(values[0].pit, 1);
  EXPECT_EQ(values[1].step, 0);
  EXPECT_EQ(values[2].step, 2);
}

}  // namespace
}  // namespace restock
