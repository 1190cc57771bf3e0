#include "science/local_models/exponential_smoothing.h"

#include <gtest/gtest.h>

#include "science/local_models/ets_fixture.h"

namespace restock {
namespace {

LocalForecast forecast_of(SmoothingMethod method, int32_t horizon) {
  EtsWorkspace workspace;
  LocalForecast forecast;
  const auto status = exponential_smoothing(
      airline_passengers(), {.method = method, .season_length = 12, .horizon = horizon}, workspace,
      forecast);
  EXPECT_TRUE(status.ok());
  return forecast;
}

TEST(ExponentialSmoothing, FitsTheFormOfEachTextbookMethod) {
  const std::vector<std::pair<SmoothingMethod, std::string>> methods = {
      {SmoothingMethod::kSimple, "ETS(A,N,N), alpha 0.9999"},
      {SmoothingMethod::kHolt, "ETS(A,A,N), alpha 0.9999, beta 0.0001"},
      {SmoothingMethod::kDampedHolt, "ETS(A,Ad,N), alpha 0.9999, beta 0.0001, phi 0.98"},
      {SmoothingMethod::kHoltWintersAdditive, "ETS(A,A,A), alpha 0.2"},
      {SmoothingMethod::kHoltWintersMultiplicative, "ETS(M,A,M), alpha 0.7"},
      {SmoothingMethod::kAutomatic, "ETS(M,A,M), alpha 0.7"}};
  for (const auto& [method, description] : methods) {
    const LocalForecast forecast = forecast_of(method, 12);
    EXPECT_EQ(forecast.description.substr(0, description.size()), description);
    EXPECT_EQ(forecast.mean.size(), 12U);
    EXPECT_EQ(forecast.variance.size(), 12U);
    EXPECT_TRUE(forecast.fallback_reason.empty());
  }
}

TEST(ExponentialSmoothing, CarriesTheLastValueForwardWhereAlphaIsNearOne) {
  // R's forecast package, ses(AirPassengers): 431.9958 for all that follows.
  const LocalForecast forecast = forecast_of(SmoothingMethod::kSimple, 3);
  for (const double mean : forecast.mean) EXPECT_NEAR(mean, 431.9958, 1e-3);
  EXPECT_LT(forecast.variance[0], forecast.variance[1]);
}

TEST(ExponentialSmoothing, LeavesTheForecastAloneOnAnError) {
  EtsWorkspace workspace;
  LocalForecast forecast;
  forecast.mean = {1.0};
  const std::vector<double> constant(20, 3.0);
  EXPECT_FALSE(exponential_smoothing(constant, {}, workspace, forecast).ok());
  EXPECT_FALSE(exponential_smoothing(daily_sales(), {.horizon = -1}, workspace, forecast).ok());
  EXPECT_EQ(forecast.mean, std::vector<double>{1.0});
}

}  // namespace
}  // namespace restock
