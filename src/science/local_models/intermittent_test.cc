#include "science/local_models/intermittent.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

using Method = IntermittentMethod;
constexpr Method kAllMethods[] = {Method::kCroston, Method::kCrostonOptimised,
                                  Method::kSba,     Method::kTsb,
                                  Method::kAdida,   Method::kImapa};

/// The series of bench/local_models/intermittent_oracle.py.
std::vector<double> oracle_series(int n = 60) {
  uint64_t state = 12345;
  std::vector<double> values;
  for (int t = 0; t < n; ++t) {
    state = (1103515245 * state + 12345) % (uint64_t{1} << 31);
    const uint64_t draw = state >> 16;
    values.push_back(draw % 10 < 3 ? static_cast<double>(draw % 7 + 1) : 0.0);
  }
  return values;
}

LocalForecast forecast(const std::vector<double>& y, const IntermittentOptions& options,
                       int32_t horizon = 1) {
  IntermittentWorkspace workspace;
  LocalForecast out;
  const Status status = forecast_intermittent(y, horizon, options, workspace, out);
  EXPECT_TRUE(status.ok()) << status.error().to_string();
  return out;
}

double mean_of(const std::vector<double>& y, Method method) {
  return forecast(y, {.method = method}).mean[0];
}

// Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 2nd ed. (2018), 12.2: sales of a
// lubricant, with their constant 0.1: the sizes 2, 1, 11, 2, .. smooth to 2.750 and the intervals
// 2, 2, 2, 5, .. to 2.793.
TEST(Croston, ReproducesTheLubricantOfHyndmanAndAthanasopoulos) {
  const std::vector<double> y{0, 2, 0, 1, 0, 11, 0, 0, 0, 0, 2, 0, 6, 3, 0, 0, 0, 0,
                              0, 7, 0, 0, 0, 0,  0, 0, 0, 3, 1, 0, 0, 1, 0, 1, 0, 0};
  EXPECT_NEAR(mean_of(y, Method::kCroston), 2.750 / 2.793, 5e-4);
}

TEST(Croston, FollowsItsExampleByHand) {
  const IntermittentOptions options{
      .method = Method::kCroston, .alpha_size = 0.5, .alpha_interval = 0.5};
  const auto out = forecast({0, 2, 0, 0, 4}, options, 3);
  EXPECT_EQ(out.mean, (std::vector<double>{1.2, 1.2, 1.2}));
  // After the first demand it forecasts 1 a period; then come 0, 0 and 4.
  EXPECT_DOUBLE_EQ(out.variance[0], (1 + 1 + 9) / 3.0);
}

// Syntetos & Boylan (2005), eq. 2: the factor 1 - alpha / 2.
TEST(Sba, IsCrostonWithItsBiasTakenOff) {
  const auto y = oracle_series();
  EXPECT_NEAR(mean_of(y, Method::kSba), 0.95 * mean_of(y, Method::kCroston), 1e-15);
}

// Teunter, Syntetos & Babai (2011), eq. 1: in a period without demand the probability falls by the
// factor 1 - beta and the size stays.
TEST(Tsb, FallsByOneMinusBetaInEachPeriodWithoutDemand) {
  const IntermittentOptions options{
      .method = Method::kTsb, .alpha_size = 0.3, .alpha_interval = 0.2};
  std::vector<double> y{0, 4, 0, 2};
  const double before = forecast(y, options).mean[0];
  EXPECT_NEAR(before, (0.8 * 0.8 * 0.2 + 0.2) * (4 + 0.3 * (2 - 4)), 1e-15);
  y.push_back(0);
  EXPECT_NEAR(forecast(y, options).mean[0], 0.8 * before, 1e-15);
}

// statsforecast 2.1.1, by bench/local_models/intermittent_oracle.py.
TEST(Intermittent, AgreesWithStatsforecast) {
  const auto y = oracle_series();
  EXPECT_NEAR(mean_of(y, Method::kCroston), 1.369736520612561, 1e-12);
  EXPECT_NEAR(mean_of(y, Method::kSba), 1.3012496945819327, 1e-12);
  EXPECT_NEAR(
      forecast(y, {.method = Method::kTsb, .alpha_size = 0.2, .alpha_interval = 0.15}).mean[0],
      1.922616170179931, 1e-12);
  EXPECT_NEAR(mean_of(y, Method::kCrostonOptimised), 1.9949996374109087, 1e-6);
  EXPECT_NEAR(mean_of(y, Method::kAdida), 1.838235905663269, 1e-6);
  EXPECT_NEAR(mean_of(y, Method::kImapa), 1.8850022006175076, 1e-6);
}

TEST(Intermittent, ChoosesConstantsNoWorseThanStatsforecast) {
  const auto y = oracle_series();
  std::vector<double> sizes;
  std::vector<double> intervals;
  double since = 0;
  for (const double v : y) {
    since += 1;
    if (v == 0) continue;
    sizes.push_back(v);
    intervals.push_back(since);
    since = 0;
  }
  EXPECT_LE(best_smoothing(sizes, {}).sum_of_squares, 111.48452422073467 * (1 + 1e-10));
  EXPECT_LE(best_smoothing(intervals, {}).sum_of_squares, 127.03490450326902 * (1 + 1e-10));
}

TEST(Intermittent, ScalesWithTheUnits) {
  const auto y = oracle_series();
  auto tens = y;
  for (double& v : tens) v *= 10;
  for (const Method method : kAllMethods) {
    const auto one = forecast(y, {.method = method});
    const auto ten = forecast(tens, {.method = method});
    EXPECT_NEAR(ten.mean[0], 10 * one.mean[0], 1e-5);
    EXPECT_NEAR(ten.variance[0], 100 * one.variance[0], 1e-4);
  }
}

TEST(Intermittent, IsUnbiasedEnoughForSteadyDemand) {
  double sums[std::size(kAllMethods)] = {};
  constexpr int kSeries = 300;
  for (uint64_t i = 0; i < kSeries; ++i) {
    Random random(11, i);
    std::vector<double> y;
    for (int t = 0; t < 200; ++t) {
      y.push_back(random.uniform() < 0.25 ? 1 + static_cast<double>(random.poisson(2)) : 0);
    }
    for (size_t k = 0; k < std::size(kAllMethods); ++k) sums[k] += mean_of(y, kAllMethods[k]);
  }
  for (size_t k = 0; k < std::size(kAllMethods); ++k) {
    EXPECT_NEAR(sums[k] / kSeries, 0.75, k == 1 ? 0.12 : 0.06) << k;  // Croston's own bias
  }
  EXPECT_LT(std::abs(sums[2] / kSeries - 0.75), std::abs(sums[0] / kSeries - 0.75));
}

/// Errors of forecasts made one after the other from the first values alone.
TEST(Intermittent, VarianceIsTheMeanSquareOfItsOwnForecasts) {
  const auto y = oracle_series(40);
  for (const Method method : {Method::kCroston, Method::kSba, Method::kTsb}) {
    double squares = 0;
    int n = 0;
    for (size_t t = 7; t < y.size(); ++t) {  // the first demand is value 6
      const double error = y[t] - mean_of({y.begin(), y.begin() + static_cast<int>(t)}, method);
      squares += error * error;
      n += 1;
    }
    EXPECT_NEAR(forecast(y, {.method = method}).variance[0], squares / n, 1e-12);
  }
}

TEST(Intermittent, SaysZeroForASeriesWithoutDemand) {
  for (const Method method : kAllMethods) {
    const auto out = forecast({0, 0, 0}, {.method = method}, 2);
    EXPECT_EQ(out.mean, (std::vector<double>{0, 0}));
    EXPECT_EQ(out.variance, (std::vector<double>{0, 0}));
    EXPECT_EQ(out.description, "no demand");
  }
}

TEST(Intermittent, AnswersTheShortestSeries) {
  for (const Method method : kAllMethods) {
    for (const std::vector<double>& y :
         {std::vector<double>{3}, {0, 3}, {3, 0}, {0, 0, 5}, {5, 0, 0, 0, 0, 0}}) {
      const auto out = forecast(y, {.method = method});
      EXPECT_TRUE(std::isfinite(out.mean[0]) && out.mean[0] >= 0);
      EXPECT_TRUE(std::isfinite(out.variance[0]) && out.variance[0] >= 0);
    }
  }
}

TEST(Intermittent, ForgetsWhatTheWorkspaceHeld) {
  IntermittentWorkspace workspace;
  LocalForecast used;
  for (const Method method : kAllMethods) {
    const IntermittentOptions options{.method = method};
    ASSERT_TRUE(forecast_intermittent(oracle_series(200), 5, options, workspace, used).ok());
    ASSERT_TRUE(forecast_intermittent(oracle_series(33), 2, options, workspace, used).ok());
    const auto fresh = forecast(oracle_series(33), options, 2);
    EXPECT_EQ(used.mean, fresh.mean);
    EXPECT_EQ(used.variance, fresh.variance);
    EXPECT_EQ(used.description, fresh.description);
  }
}

TEST(Intermittent, RefusesBadInput) {
  IntermittentWorkspace workspace;
  LocalForecast out;
  const auto code = [&](std::vector<double> y, const IntermittentOptions& options,
                        int32_t horizon) {
    const Status status = forecast_intermittent(y, horizon, options, workspace, out);
    EXPECT_FALSE(status.ok());
    return status.ok() ? Code::kInternal : status.error().code;
  };
  EXPECT_EQ(code({}, {}, 1), Code::kInvalidData);
  EXPECT_EQ(code({1, -1}, {}, 1), Code::kInvalidData);
  EXPECT_EQ(code({1, std::nan("")}, {}, 1), Code::kInvalidData);
  EXPECT_EQ(code({1, std::numeric_limits<double>::infinity()}, {}, 1), Code::kInvalidData);
  EXPECT_EQ(code({1}, {}, -1), Code::kInvalidArgument);
  EXPECT_EQ(code({1}, {.alpha_size = 0}, 1), Code::kInvalidArgument);
  EXPECT_EQ(code({1}, {.alpha_interval = 1.5}, 1), Code::kInvalidArgument);
  EXPECT_EQ(code({1}, {.range = {0.4, 0.3}}, 1), Code::kInvalidArgument);
  EXPECT_EQ(code({1}, {.range = {0.4, std::nan("")}}, 1), Code::kInvalidArgument);
}

}  // namespace
}  // namespace restock
