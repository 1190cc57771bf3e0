#include "science/local_models/unit_root.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

std::vector<double> noise(uint64_t seed, size_t n) {
  Random random(seed, 0);
  std::vector<double> values(n);
  for (auto& value : values) value = random.normal();
  return values;
}

std::vector<double> summed(std::vector<double> values) {
  for (size_t t = 1; t < values.size(); ++t) values[t] += values[t - 1];
  return values;
}

std::vector<double> ramp() {
  std::vector<double> values;
  for (int t = 0; t < 48; ++t) values.push_back(t % 7 + 0.3 * t);
  return values;
}

TEST(Kpss, IsTheRatioOfItsDefinition) {
  EXPECT_NEAR(kpss_statistic(std::vector<double>{1, 2, 3, 4}), 8.5 / 20.0, 1e-14);
  EXPECT_EQ(kpss_statistic(std::vector<double>(20, 5.0)), 0.0);
  EXPECT_EQ(kpss_statistic({}), 0.0);
}

TEST(Kpss, AgreesWithStatsmodels) {
  // bench/local_models/arima_oracle.py.
  EXPECT_NEAR(kpss_statistic(ramp()), 2.18998720, 1e-7);
}

TEST(SeasonalStrength, AgreesWithStatsmodels) {
  UnitRootWork work;
  const std::vector<double> demand = {0, 3, 0, 0, 1, 0, 5, 2, 0, 0, 0, 4, 0, 6, 0, 1,
                                      0, 2, 0, 0, 7, 3, 0, 0, 0, 1, 0, 8, 1, 0, 2, 0,
                                      0, 0, 6, 0, 0, 0, 1, 3, 0, 9, 2, 1, 0, 0, 0, 0,
                                      5, 0, 2, 0, 0, 4, 0, 7, 0, 0, 1, 0, 2, 0, 6, 4};
  EXPECT_NEAR(seasonal_strength(demand, 7, work), 0.827761, 2e-3);
  EXPECT_NEAR(seasonal_strength(ramp(), 7, work), 0.999936, 2e-3);
}

TEST(SeasonalStrength, TellsASeasonFromNoise) {
  UnitRootWork work;
  std::vector<double> wave;
  for (int t = 0; t < 140; ++t) wave.push_back(std::sin(2.0 * std::numbers::pi * t / 7.0));
  EXPECT_NEAR(seasonal_strength(wave, 7, work), 1.0, 1e-6);
  EXPECT_LT(seasonal_strength(noise(5, 350), 7, work), 0.4);
  EXPECT_EQ(seasonal_strength(wave, 1, work), 0.0);
  EXPECT_EQ(seasonal_strength(std::span(wave).first(14), 7, work), 0.0);
  EXPECT_EQ(seasonal_strength(std::vector<double>(60, 2.0), 7, work), 0.0);
}

TEST(Differencing, CountsTheUnitRoots) {
  UnitRootWork work;
  const auto white = noise(7, 400);
  EXPECT_EQ(choose_differencing(white, {}, work).differences, 0);
  EXPECT_EQ(choose_differencing(summed(white), {}, work).differences, 1);
  EXPECT_EQ(choose_differencing(summed(summed(white)), {}, work).differences, 2);
  EXPECT_EQ(choose_differencing(summed(white), {.differences_max = 0}, work).differences, 0);
  EXPECT_EQ(choose_differencing({}, {}, work).differences, 0);
}

TEST(Differencing, DifferencesAStrongSeason) {
  UnitRootWork work;
  auto values = noise(8, 300);
  for (size_t t = 0; t < values.size(); ++t) values[t] += t % 7 < 2 ? 12.0 : 0.0;
  EXPECT_EQ(choose_differencing(values, {.period = 7}, work).seasonal_differences, 1);
  EXPECT_EQ(choose_differencing(values, {.period = 5}, work).seasonal_differences, 0);
  EXPECT_EQ(choose_differencing(values, {.period = 7, .seasonal_differences_max = 0}, work)
                .seasonal_differences,
            0);
}

}  // namespace
}  // namespace restock
