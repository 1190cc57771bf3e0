#include "science/reconcile/aggregate_forecast.h"

#include <cmath>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

/// Grows by a fifth in every year of 52 weeks, with a high season of straight flanks.
std::vector<float> growing_years(size_t periods) {
  std::vector<float> values;
  for (size_t t = 0; t < periods; ++t) {
    const size_t week = t % 52;
    const double season = week < 26 ? static_cast<double>(week) : static_cast<double>(52 - week);
    values.push_back(
        static_cast<float>(std::pow(1.2, static_cast<double>(t / 52)) * (100 + 8 * season)));
  }
  return values;
}

TEST(AggregateForecast, TakesLastYearWhereTheSeasonIsYearly) {
  const auto all = growing_years(52 * 6);
  const auto known = std::span(all).first(52 * 5 + 10);
  const AggregateForecast f =
      forecast_aggregate(known, {.horizon = 8, .season_length = 1, .year_length = 52});
  EXPECT_TRUE(f.yearly);
  for (size_t h = 0; h < 8; ++h) EXPECT_NEAR(f.mean[h] / all[known.size() + h], 1, 0.03) << h;
}

TEST(AggregateForecast, SmoothsWhereLastYearSaysNothing) {
  Random random(5, 0);
  std::vector<float> values(900);
  for (float& value : values) value = static_cast<float>(200 + 10 * random.normal());
  const AggregateForecast f =
      forecast_aggregate(values, {.horizon = 28, .season_length = 7, .year_length = 364});
  EXPECT_FALSE(f.yearly);
  EXPECT_NEAR(f.mean[0], 200, 8);
  EXPECT_NEAR(f.variance, 100, 40);
}

TEST(AggregateForecast, MeasuresErrorsAtTheHorizonAndNotOfOneStep) {
  Random random(6, 0);
  std::vector<float> values = {1000};
  while (values.size() < 600)
    values.push_back(static_cast<float>(values.back() + 5 * random.normal()));
  const AggregateForecast f = forecast_aggregate(values, {.horizon = 30, .season_length = 1});
  EXPECT_GT(f.variance, 2 * 25);  // one step of this walk has variance 25
}

TEST(AggregateForecast, AnswersShortHistories) {
  const std::vector<float> values = {4, 6, 5};
  const AggregateForecast f = forecast_aggregate(values, {.horizon = 10, .season_length = 7});
  EXPECT_EQ(f.mean.size(), 10U);
  EXPECT_NEAR(f.mean[9], 5, 1.5);
  EXPECT_EQ(forecast_aggregate({}, {.horizon = 2}).mean, (std::vector<double>{0, 0}));
}

}  // namespace
}  // namespace restock
