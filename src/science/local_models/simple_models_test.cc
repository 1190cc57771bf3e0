#include "science/local_models/simple_models.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace restock {
namespace {

using Method = SimpleMethod;
using Numbers = std::vector<double>;

LocalForecast forecast(const Numbers& y, const SimpleOptions& options, int32_t horizon) {
  LocalForecast out;
  const Status status = forecast_simple(y, horizon, options, out);
  EXPECT_TRUE(status.ok()) << status.error().to_string();
  return out;
}

/// The series of bench/local_models/intermittent_oracle.py.
const Numbers kOracle{0, 0, 0, 0, 0, 0, 2, 6, 4, 5, 5, 0, 0, 0, 0, 0, 0, 2, 1, 0,
                      2, 0, 1, 0, 2, 0, 1, 0, 6, 0, 0, 7, 0, 2, 0, 6, 0, 0, 0, 0,
                      4, 0, 0, 1, 0, 4, 0, 3, 0, 5, 0, 0, 0, 0, 0, 7, 0, 7, 4, 0};

void expect_near(const Numbers& a, const Numbers& b, double tolerance) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], tolerance) << i;
}

TEST(HistoricAverage, AgreesWithStatsforecast) {
  const auto out = forecast(kOracle, {.method = Method::kHistoricAverage}, 2);
  expect_near(out.mean, {1.45, 1.45}, 1e-12);
  expect_near(out.variance, {5.184138418, 5.184138418}, 1e-8);
}

TEST(Naive, AgreesWithStatsforecast) {
  const auto out = forecast(kOracle, {.method = Method::kNaive}, 3);
  expect_near(out.mean, {0, 0, 0}, 0);
  expect_near(out.variance, {10.711864407, 21.423728814, 32.13559322}, 1e-8);
}

TEST(Drift, FollowsItsExampleByHand) {
  const auto out = forecast({1, 3, 5, 8}, {.method = Method::kDrift}, 2);
  expect_near(out.mean, {8 + 7.0 / 3, 8 + 14.0 / 3}, 1e-12);
  expect_near(out.variance, {4.0 / 9, (2.0 / 3) * (1 + 2.0 / 3)}, 1e-12);
}

// statsforecast divides the squares by T - 1; the book by T - 2, for the slope is estimated too.
TEST(Drift, AgreesWithStatsforecastButForTheDegreeOfFreedom) {
  const auto out = forecast(kOracle, {.method = Method::kDrift}, 3);
  for (double& v : const_cast<Numbers&>(out.variance)) v *= 58.0 / 59.0;
  expect_near(out.variance, {10.893421431, 22.149956909, 33.769606435}, 1e-8);
}

TEST(SeasonalNaive, AgreesWithStatsforecast) {
  const auto out = forecast(kOracle, {.method = Method::kSeasonalNaive, .season_length = 7}, 9);
  expect_near(out.mean, {0, 0, 7, 0, 7, 4, 0, 0, 0}, 0);
  expect_near(out.variance,
              {10.641509434, 10.641509434, 10.641509434, 10.641509434, 10.641509434, 10.641509434,
               10.641509434, 21.283018868, 21.283018868},
              1e-8);
}

TEST(WindowAverage, AgreesWithStatsforecast) {
  const auto out = forecast(kOracle, {.method = Method::kWindowAverage, .window = 12}, 2);
  expect_near(out.mean, {1.9166666667, 1.9166666667}, 1e-9);
}

TEST(SeasonalWindowAverage, AgreesWithStatsforecast) {
  const auto out = forecast(
      kOracle, {.method = Method::kSeasonalWindowAverage, .season_length = 7, .window = 3}, 9);
  expect_near(out.mean,
              {0, 2.3333333333, 2.3333333333, 1.6666666667, 2.6666666667, 1.3333333333,
               1.3333333333, 0, 2.3333333333},
              1e-9);
}

/// The windows' errors, made again from the first values alone.
TEST(WindowAverages, VarianceIsTheMeanSquareOfTheirOwnForecasts) {
  for (const SimpleOptions& options :
       {SimpleOptions{.method = Method::kWindowAverage, .window = 5},
        SimpleOptions{.method = Method::kSeasonalWindowAverage, .season_length = 4, .window = 3}}) {
    const bool seasonal = options.method == Method::kSeasonalWindowAverage;
    const size_t full = seasonal ? 12 : 5;
    double squares = 0;
    for (size_t t = full; t < kOracle.size(); ++t) {
      const Numbers known(kOracle.begin(), kOracle.begin() + static_cast<int>(t));
      const double error = kOracle[t] - forecast(known, options, 1).mean[0];
      squares += error * error;
    }
    const double expected = squares / static_cast<double>(kOracle.size() - full);
    expect_near(forecast(kOracle, options, 2).variance, {expected, expected}, 1e-12);
  }
}

TEST(WindowAverage, OfOneValueIsNaive) {
  const auto out = forecast(kOracle, {.method = Method::kWindowAverage, .window = 1}, 1);
  const auto naive = forecast(kOracle, {.method = Method::kNaive}, 1);
  expect_near(out.mean, naive.mean, 0);
  expect_near(out.variance, naive.variance, 1e-12);
}

TEST(SimpleModels, AnswerTheShortestSeries) {
  for (const Method method :
       {Method::kHistoricAverage, Method::kNaive, Method::kDrift, Method::kSeasonalNaive,
        Method::kWindowAverage, Method::kSeasonalWindowAverage}) {
    for (const Numbers& y : {Numbers{3, 5}, Numbers{3, 4, 9}}) {
      const auto out = forecast(y, {.method = method, .season_length = 2, .window = 4}, 5);
      for (const double v : out.mean) EXPECT_TRUE(std::isfinite(v));
      for (const double v : out.variance) EXPECT_TRUE(std::isfinite(v) && v >= 0);
    }
  }
  EXPECT_EQ(forecast({3}, {.method = Method::kDrift}, 2).mean, (Numbers{3, 3}));
  EXPECT_EQ(forecast({3}, {.method = Method::kHistoricAverage}, 1).variance, (Numbers{0}));
}

TEST(SimpleModels, RefuseBadInput) {
  LocalForecast out;
  const auto code = [&](const Numbers& y, const SimpleOptions& options, int32_t horizon) {
    const Status status = forecast_simple(y, horizon, options, out);
    EXPECT_FALSE(status.ok());
    return status.ok() ? Code::kInternal : status.error().code;
  };
  EXPECT_EQ(code({}, {}, 1), Code::kInvalidData);
  EXPECT_EQ(code({1, std::nan("")}, {}, 1), Code::kInvalidData);
  EXPECT_EQ(code({1}, {}, -1), Code::kInvalidArgument);
  EXPECT_EQ(code({1}, {.window = 0}, 1), Code::kInvalidArgument);
  EXPECT_EQ(code({1}, {.season_length = 0}, 1), Code::kInvalidArgument);
  EXPECT_EQ(code({1, 2}, {.method = Method::kSeasonalNaive, .season_length = 3}, 1),
            Code::kInvalidData);
}

}  // namespace
}  // namespace restock
