#include "science/local_models/mstl.h"

#include <cmath>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

/// The series of the oracle: two waves on a slope, and a remainder that only looks random.
std::vector<double> two_waves() {
  std::vector<double> y;
  for (int t = 0; t < 200; ++t) {
    y.push_back(std::round(20.0 + 0.1 * t + 5.0 * std::sin(2.0 * M_PI * t / 7.0) +
                           8.0 * std::cos(2.0 * M_PI * t / 30.0) + (t * 37) % 11));
  }
  return y;
}

MstlFit fit_or_fail(std::span<const double> y, const MstlOptions& options) {
  MstlWorkspace workspace;
  auto fit = fit_mstl(y, options, workspace);
  EXPECT_TRUE(fit.ok()) << fit.error().to_string();
  return fit.ok() ? std::move(fit).value() : MstlFit{};
}

TEST(Mstl, ReproducesStatsforecastsDecomposition) {
  // statsforecast 2.1: mstl(y, [7, 30]).
  const size_t places[] = {0, 1, 100, 198, 199};
  const double trend[] = {24.5080285579, 24.6364639667, 35.0050467654, 44.6339673398,
                          44.7220881590};
  const double weekly[] = {-0.5924231524, 3.7956168675, 5.9494620907, 5.5381012149, 2.2308246571};
  const double monthly[] = {9.5722617303, 6.6205650789, -5.1844295276, -9.2902011469,
                            -3.7518782340};
  const double remainder[] = {-5.4878671358, 0.9473540870, -0.7700793286, -2.8818674078,
                              -2.2010345821};
  MstlWorkspace workspace;
  MstlDecomposition d;
  ASSERT_TRUE(decompose_mstl(two_waves(), {.season_lengths = {30, 7}}, workspace, d).ok());
  EXPECT_EQ(d.season_lengths, (std::vector<int32_t>{7, 30}));
  for (size_t k = 0; k < 5; ++k) {
    EXPECT_NEAR(d.trend[places[k]], trend[k], 1e-8);
    EXPECT_NEAR(d.seasons[0][places[k]], weekly[k], 1e-8);
    EXPECT_NEAR(d.seasons[1][places[k]], monthly[k], 1e-8);
    EXPECT_NEAR(d.remainder[places[k]], remainder[k], 1e-8);
  }
}

TEST(Mstl, PartsSumToTheValuesAndFittedFollowTheTrendModel) {
  const auto y = two_waves();
  for (const auto trend : {MstlTrend::kEts, MstlTrend::kTheta}) {
    const auto fit = fit_or_fail(y, {.season_lengths = {7, 30}, .trend = trend});
    MstlWorkspace workspace;
    std::vector<double> fitted(y.size());
    mstl_fitted(y, fit, workspace, fitted);
    double squares = 0.0;
    double total = 0.0;
    for (size_t i = 0; i < y.size(); ++i) {
      const auto& d = fit.decomposition;
      EXPECT_NEAR(d.trend[i] + d.seasons[0][i] + d.seasons[1][i] + d.remainder[i], y[i], 1e-10);
      if (i >= 3) squares += std::pow(y[i] - fitted[i], 2);
      total += std::pow(y[i] - 40.0, 2);
    }
    EXPECT_LT(squares, 0.2 * total);
    if (const auto* theta = std::get_if<ThetaFit>(&fit.trend)) {
      EXPECT_NEAR(squares, theta->sse, 1e-6);
    } else {
      const auto& ets = std::get<EtsFit>(fit.trend);
      EXPECT_GT(ets.alpha, 0.0);
      if (ets.form.error == EtsError::kAdditive) {
        double all = squares;
        for (size_t i = 0; i < 3; ++i) all += std::pow(y[i] - fitted[i], 2);
        const double n = static_cast<double>(y.size());
        EXPECT_NEAR(ets.log_likelihood, -0.5 * n * (std::log(2.0 * M_PI * all / n) + 1.0), 1e-5);
      }
    }
  }
}

TEST(Mstl, RepeatsPureSeasonsOfAWeekAndAYear) {
  std::vector<double> y;
  const auto value = [](int t) {
    return 50.0 + 10.0 * (t % 7 == 5) + 5.0 * std::sin(2.0 * M_PI * t / 365.0);
  };
  for (int t = 0; t < 1100; ++t) y.push_back(value(t));
  LocalForecast forecast;
  forecast_mstl(fit_or_fail(y, {.season_lengths = {7, 365}}), 400, forecast);
  for (int h = 0; h < 400; ++h) {
    EXPECT_NEAR(forecast.mean[static_cast<size_t>(h)], value(1100 + h), 0.25);
  }
  EXPECT_EQ(forecast.description.substr(0, 11), "MSTL(7,365;");
}

TEST(Mstl, MovesWithTheSeries) {
  const auto y = two_waves();
  std::vector<double> moved = y;
  for (auto& v : moved) v = 4.0 * v + 500.0;
  const MstlOptions options{.season_lengths = {7, 30}, .trend = MstlTrend::kTheta};
  LocalForecast plain;
  LocalForecast other;
  forecast_mstl(fit_or_fail(y, options), 40, plain);
  forecast_mstl(fit_or_fail(moved, options), 40, other);
  for (size_t h = 0; h < 40; ++h) {
    EXPECT_NEAR(other.mean[h], 4.0 * plain.mean[h] + 500.0, 0.02);
    EXPECT_GT(plain.variance[h], 0.0);
  }
}

TEST(Mstl, LeavesOutSeasonsThatTheSeriesIsTooShortFor) {
  const auto y = two_waves();
  const auto fit = fit_or_fail(y, {.season_lengths = {7, 365}});
  EXPECT_EQ(fit.decomposition.season_lengths, (std::vector<int32_t>{7}));
}

TEST(Mstl, SaysWhyASeriesIsRefusedAndAnswersWithoutASeason) {
  MstlWorkspace workspace;
  LocalForecast forecast;
  std::vector<double> y = two_waves();
  mstl_or_theta({y.data(), 12}, {}, 3, workspace, forecast);
  EXPECT_EQ(forecast.fallback_reason, "12 values are fewer than two seasons of 7");
  EXPECT_EQ(forecast.mean.size(), 3u);
  EXPECT_GT(forecast.mean[0], 20.0);
  y[150] = std::nan("");
  mstl_or_theta(y, {}, 3, workspace, forecast);
  EXPECT_EQ(forecast.fallback_reason, "value 150 is not finite");
  EXPECT_TRUE(std::isfinite(forecast.mean[2]));
  mstl_or_theta(std::vector<double>(30, 6.0), {}, 9, workspace, forecast);
  EXPECT_EQ(forecast.fallback_reason, "");
  EXPECT_EQ(forecast.description, "MSTL(7; constant)");
  for (const double v : forecast.mean) EXPECT_NEAR(v, 6.0, 1e-12);
  for (const double v : forecast.variance) EXPECT_EQ(v, 0.0);
}

TEST(Mstl, RejectsOptionsOutOfRange) {
  MstlWorkspace workspace;
  const auto y = two_waves();
  EXPECT_EQ(fit_mstl(y, {.season_lengths = {}}, workspace).error().code, Code::kInvalidArgument);
  EXPECT_EQ(fit_mstl(y, {.season_lengths = {7, 1}}, workspace).error().code,
            Code::kInvalidArgument);
  EXPECT_EQ(fit_mstl(y, {.rounds = 0}, workspace).error().code, Code::kInvalidArgument);
}

TEST(Mstl, BatchDoesNotDependOnThreads) {
  Random random(3, 1);
  std::vector<double> values;
  std::vector<int64_t> offsets{0};
  for (int i = 0; i < 20; ++i) {
    const int n = i % 6 == 0 ? 9 : 60 + 5 * i;
    for (int t = 0; t < n; ++t) values.push_back(9.0 + t % 7 + random.normal());
    offsets.push_back(static_cast<int64_t>(values.size()));
  }
  std::vector<LocalForecast> one(20);
  std::vector<LocalForecast> three(20);
  ThreadPool single(1);
  ThreadPool several(3);
  const MstlOptions options{.season_lengths = {7, 30}};
  ASSERT_TRUE(mstl_batch(values, offsets, options, 5, single, one).ok());
  ASSERT_TRUE(mstl_batch(values, offsets, options, 5, several, three).ok());
  for (size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(one[i].mean, three[i].mean);
    EXPECT_EQ(one[i].variance, three[i].variance);
    EXPECT_EQ(one[i].fallback_reason.empty(), i % 6 != 0);
  }
  EXPECT_FALSE(mstl_batch(values, {offsets.data(), 3}, options, 5, single, one).ok());
}

}  // namespace
}  // namespace restock
