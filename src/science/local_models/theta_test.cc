#include "science/local_models/theta.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "science/local_models/theta_fixture.h"

namespace restock {
namespace {

constexpr ThetaModel kModels[] = {ThetaModel::kStandard, ThetaModel::kOptimised,
                                  ThetaModel::kDynamicStandard, ThetaModel::kDynamicOptimised};

struct Line {
  double intercept = 0.0;
  double slope = 0.0;
};

/// Ordinary least squares on 1, 2, ..., straight from its definition; one value has no slope.
Line regress(std::span<const double> y) {
  const auto n = static_cast<double>(y.size());
  double ty = 0.0;
  double sum = 0.0;
  for (size_t i = 0; i < y.size(); ++i) {
    ty += static_cast<double>(i + 1) * y[i];
    sum += y[i];
  }
  if (y.size() < 2) return {sum, 0.0};
  const double centre = 0.5 * (n + 1.0);
  const double slope = (ty - centre * sum) / (n * (n * n - 1.0) / 12.0);
  return {sum / n - slope * centre, slope};
}

/// The mean of value t + 1 given the first t, by the formula and a regression of its own.
double one_step_mean(std::span<const double> known, const ThetaFit& fit,
                     std::span<const double> all, bool dynamic) {
  double level = fit.initial_level;
  for (const double v : known) level = fit.alpha * v + (1.0 - fit.alpha) * level;
  Line line;
  if (!dynamic) line = regress(all);
  if (dynamic && !known.empty()) line = regress(known);
  const auto t = static_cast<double>(known.size()) + 1.0;
  return level + fit.weight * (std::pow(1.0 - fit.alpha, t - 1.0) * line.intercept +
                               (1.0 - std::pow(1.0 - fit.alpha, t)) / fit.alpha * line.slope);
}

std::vector<double> generated(uint64_t stream, size_t n, double drift, double noise) {
  Random random(7, stream);
  std::vector<double> y(n);
  double level = 50.0;
  for (auto& v : y) {
    level += drift + 0.4 * noise * random.normal();
    v = level + noise * random.normal();
  }
  return y;
}

ThetaFit fit_or_fail(std::span<const double> y, const ThetaOptions& options) {
  ThetaWorkspace workspace;
  auto fit = fit_theta(y, options, workspace);
  EXPECT_TRUE(fit.ok()) << fit.error().to_string();
  return fit.ok() ? std::move(fit).value() : ThetaFit{};
}

TEST(Theta, ReproducesTheTwoLinesOfAssimakopoulosAndNikolopoulos) {
  // Their method: half the regression line, half smoothing of the line with doubled curvature.
  const std::vector<double> y(std::begin(kAirPassengers), std::end(kAirPassengers));
  const auto fit = fit_or_fail(y, {.model = ThetaModel::kStandard});
  const Line line = regress(y);
  double smoothed = 2.0 * fit.initial_level;
  for (size_t t = 0; t < y.size(); ++t) {
    const double on_line = line.intercept + line.slope * static_cast<double>(t + 1);
    smoothed += fit.alpha * (2.0 * y[t] - on_line - smoothed);
  }
  LocalForecast forecast;
  forecast_theta(fit, 12, forecast);
  for (size_t h = 0; h < 12; ++h) {
    const double on_line = line.intercept + line.slope * static_cast<double>(y.size() + h + 1);
    EXPECT_NEAR(forecast.mean[h], 0.5 * (on_line + smoothed), 1e-9);
  }
}

TEST(Theta, ReproducesHyndmanAndBillahsDriftOfHalfTheSlope) {
  const auto y = generated(1, 80, 0.7, 3.0);
  const auto fit = fit_or_fail(y, {.model = ThetaModel::kStandard});
  LocalForecast forecast;
  forecast_theta(fit, 5, forecast);
  for (size_t h = 1; h < 5; ++h) {
    EXPECT_NEAR(forecast.mean[h] - forecast.mean[h - 1], 0.5 * regress(y).slope, 1e-9);
  }
  EXPECT_NEAR(forecast.variance[3], fit.sigma2 * (1.0 + 3.0 * fit.alpha * fit.alpha), 1e-12);
}

struct Oracle {
  ThetaModel model;
  double sse;
  double mean[3];
};

/// Our squares are never above those of the peer in the same region of alpha; where its optimiser
/// ends near ours (`tolerance` > 0), so do the forecasts.
void expect_as_good(std::span<const double> y, int32_t season_length, double tolerance,
                    std::span<const Oracle> oracles) {
  for (const auto& oracle : oracles) {
    const auto fit =
        fit_or_fail(y, {.model = oracle.model, .season_length = season_length, .alpha_min = 0.1});
    EXPECT_LE(fit.sse, oracle.sse + 1e-4) << theta_model_name(oracle.model);
    LocalForecast forecast;
    forecast_theta(fit, 3, forecast);
    for (size_t h = 0; h < 3 && tolerance > 0.0; ++h) {
      EXPECT_NEAR(forecast.mean[h] / oracle.mean[h], 1.0, tolerance)
          << theta_model_name(oracle.model);
    }
  }
}

// Numbers of statsforecast 2.1 by bench/local_models/theta_oracle.py.
TEST(Theta, IsNeverWorseThanStatsforecastAndForecastsTheSame) {
  const Oracle air[] = {
      {ThetaModel::kStandard, 15254.2029, {440.9692, 429.2492, 490.6932}},
      {ThetaModel::kOptimised, 14869.5198, {442.9425, 432.2310, 495.3079}},
      {ThetaModel::kDynamicStandard, 15485.5219, {440.7741, 429.0619, 490.4833}},
      {ThetaModel::kDynamicOptimised, 15035.0447, {442.9272, 432.2984, 495.4825}}};
  expect_as_good(kAirPassengers, 12, 5e-4, air);
  const Oracle parts[] = {{ThetaModel::kStandard, 251.3876, {0.4997, 0.4925, 0.4853}},
                          {ThetaModel::kOptimised, 250.0210, {0.4279, 0.4135, 0.3991}},
                          {ThetaModel::kDynamicStandard, 289.4856, {0.4989, 0.4920, 0.4852}},
                          {ThetaModel::kDynamicOptimised, 271.4899, {0.5470, 0.5449, 0.5428}}};
  expect_as_good(kSpareParts, 1, 0.0, parts);
  const Oracle shop[] = {{ThetaModel::kStandard, 1025.7486, {}},
                         {ThetaModel::kOptimised, 1049.8678, {}},
                         {ThetaModel::kDynamicStandard, 1064.1176, {}},
                         {ThetaModel::kDynamicOptimised, 1049.8684, {}}};
  expect_as_good(kShopSales, 7, 0.0, shop);
}

TEST(Theta, FollowsTheFormulaOfEachModel) {
  const auto y = generated(2, 40, -0.3, 2.0);
  for (const auto model : kModels) {
    const bool dynamic =
        model == ThetaModel::kDynamicStandard || model == ThetaModel::kDynamicOptimised;
    const auto fit = fit_or_fail(y, {.model = model});
    ThetaWorkspace workspace;
    std::vector<double> fitted(y.size());
    theta_fitted(y, fit, workspace, fitted);
    double sse = 0.0;
    for (size_t t = 0; t < y.size(); ++t) {
      EXPECT_NEAR(fitted[t], one_step_mean({y.data(), t}, fit, y, dynamic), 1e-8);
      if (t >= 3) sse += (y[t] - fitted[t]) * (y[t] - fitted[t]);
    }
    EXPECT_NEAR(fit.sse, sse, 1e-8 * sse);
    EXPECT_NEAR(fit.weight, 1.0 - 1.0 / fit.theta, 1e-12);
    LocalForecast forecast;
    forecast_theta(fit, 6, forecast);
    auto path = y;
    for (size_t h = 0; h < 6; ++h) {
      path.push_back(one_step_mean(path, fit, y, dynamic));
      EXPECT_NEAR(forecast.mean[h], path.back(), 1e-8);
    }
  }
}

TEST(Theta, DynamicVarianceIsThatOfTheResponsesToEachShock) {
  const auto y = generated(3, 30, 0.5, 2.0);
  const auto fit = fit_or_fail(y, {.model = ThetaModel::kDynamicStandard});
  LocalForecast forecast;
  forecast_theta(fit, 8, forecast);
  std::vector<double> variance(8, 0.0);
  for (size_t shock = 0; shock < 8; ++shock) {
    auto path = y;
    for (size_t h = 0; h < 8; ++h) {
      path.push_back(one_step_mean(path, fit, y, true) + (h == shock ? 1.0 : 0.0));
      const double response = path.back() - forecast.mean[h];
      variance[h] += response * response * fit.sigma2;
    }
  }
  for (size_t h = 0; h < 8; ++h) EXPECT_NEAR(forecast.variance[h], variance[h], 1e-7);
}

TEST(Theta, NoPointOfAFineGridHasSmallerSquares) {
  const auto y = generated(4, 36, 0.2, 4.0);
  ThetaWorkspace workspace;
  std::vector<double> fitted(y.size());
  for (const auto model : {ThetaModel::kOptimised, ThetaModel::kDynamicOptimised}) {
    const auto best = fit_or_fail(y, {.model = model});
    for (double alpha = 0.01; alpha <= 0.99; alpha += 0.02) {
      for (double weight = 0.0; weight <= 1.0; weight += 0.1) {
        for (double level = -60.0; level <= 100.0; level += 5.0) {
          auto other = best;
          other.alpha = alpha, other.weight = weight, other.initial_level = level;
          theta_fitted(y, other, workspace, fitted);
          double sse = 0.0;
          for (size_t t = 3; t < y.size(); ++t) sse += (y[t] - fitted[t]) * (y[t] - fitted[t]);
          ASSERT_GE(sse, best.sse * (1.0 - 1e-9));
        }
      }
    }
  }
}

TEST(Theta, AutoIsTheBestOfTheFour) {
  for (uint64_t stream = 10; stream < 20; ++stream) {
    const auto y = generated(stream, 60, 0.1 * static_cast<double>(stream % 4), 3.0);
    double least = std::numeric_limits<double>::infinity();
    for (const auto model : kModels) least = std::min(least, fit_or_fail(y, {.model = model}).sse);
    EXPECT_EQ(fit_or_fail(y, {}).sse, least);
  }
}

TEST(Theta, MovesAndScalesWithTheSeries) {
  const auto y = generated(5, 70, 0.4, 3.0);
  std::vector<double> moved(y.size());
  for (size_t i = 0; i < y.size(); ++i) moved[i] = 1000.0 + 8.0 * y[i];
  for (const auto model : kModels) {
    LocalForecast plain;
    LocalForecast other;
    forecast_theta(fit_or_fail(y, {.model = model}), 4, plain);
    forecast_theta(fit_or_fail(moved, {.model = model}), 4, other);
    for (size_t h = 0; h < 4; ++h) {
      EXPECT_NEAR(other.mean[h], 1000.0 + 8.0 * plain.mean[h], 0.02);
      EXPECT_NEAR(other.variance[h] / (64.0 * plain.variance[h]), 1.0, 1e-3);
    }
  }
}

TEST(Theta, RecoversAPureSeason) {
  std::vector<double> y;
  for (int i = 0; i < 70; ++i) y.push_back(10.0 * (1 + i % 7));
  for (const auto season : {SeasonKind::kAdditive, SeasonKind::kMultiplicative}) {
    const auto fit = fit_or_fail(y, {.season_length = 7, .season = season});
    EXPECT_EQ(fit.season.kind, season);
    LocalForecast forecast;
    forecast_theta(fit, 14, forecast);
    for (size_t h = 0; h < 14; ++h) {
      EXPECT_NEAR(forecast.mean[h], 10.0 * (1.0 + static_cast<double>(h % 7)), 1e-6);
    }
  }
}

TEST(Theta, SaysWhyASeriesIsRefusedAndAnswersWithTheMean) {
  ThetaWorkspace workspace;
  LocalForecast forecast;
  theta_or_mean(std::vector<double>{1, 2, 6}, {}, 2, workspace, forecast);
  EXPECT_EQ(forecast.fallback_reason, "3 values are too few for a theta model, which needs 8");
  EXPECT_EQ(forecast.mean, (std::vector<double>{3, 3}));
  EXPECT_EQ(forecast.variance, (std::vector<double>{7, 7}));
  std::vector<double> y(12, 4.0);
  theta_or_mean(y, {}, 1, workspace, forecast);
  EXPECT_EQ(forecast.fallback_reason, "all values are 4");
  EXPECT_EQ(forecast.mean[0], 4.0);
  EXPECT_EQ(forecast.variance[0], 0.0);
  y[3] = std::numeric_limits<double>::quiet_NaN();
  theta_or_mean(y, {}, 1, workspace, forecast);
  EXPECT_EQ(forecast.fallback_reason, "value 3 is not finite");
  EXPECT_EQ(forecast.mean[0], 4.0);
  theta_or_mean({}, {}, 1, workspace, forecast);
  EXPECT_EQ(forecast.mean[0], 0.0);
  theta_or_mean(kAirPassengers, {}, 1, workspace, forecast);
  EXPECT_EQ(forecast.fallback_reason, "");
}

TEST(Theta, RejectsOptionsOutOfRange) {
  ThetaWorkspace workspace;
  const auto code = [&](const ThetaOptions& options) {
    const auto fit = fit_theta(kAirPassengers, options, workspace);
    return fit.ok() ? Code::kInternal : fit.error().code;
  };
  EXPECT_EQ(code({.season_length = 0}), Code::kInvalidArgument);
  EXPECT_EQ(code({.alpha_min = 0.0}), Code::kInvalidArgument);
  EXPECT_EQ(code({.alpha_min = 0.5, .alpha_max = 0.5}), Code::kInvalidArgument);
  EXPECT_EQ(code({.alpha_max = std::nan("")}), Code::kInvalidArgument);
}

TEST(Theta, BatchDoesNotDependOnThreads) {
  std::vector<double> values;
  std::vector<int64_t> offsets{0};
  for (uint64_t i = 0; i < 50; ++i) {
    const auto y = generated(100 + i, i % 9 == 0 ? 3 : 30 + i, 0.1, 2.0);
    values.insert(values.end(), y.begin(), y.end());
    offsets.push_back(static_cast<int64_t>(values.size()));
  }
  std::vector<LocalForecast> one(50);
  std::vector<LocalForecast> three(50);
  ThreadPool single(1);
  ThreadPool several(3);
  ASSERT_TRUE(theta_batch(values, offsets, {.season_length = 7}, 5, single, one).ok());
  ASSERT_TRUE(theta_batch(values, offsets, {.season_length = 7}, 5, several, three).ok());
  for (size_t i = 0; i < 50; ++i) {
    EXPECT_EQ(one[i].mean, three[i].mean);
    EXPECT_EQ(one[i].variance, three[i].variance);
    EXPECT_EQ(one[i].description, three[i].description);
    EXPECT_EQ(one[i].fallback_reason.empty(), i % 9 != 0);
  }
  EXPECT_FALSE(theta_batch(values, {offsets.data(), 3}, {}, 5, single, one).ok());
  EXPECT_FALSE(theta_batch(values, offsets, {}, -1, single, one).ok());
}

}  // namespace
}  // namespace restock
