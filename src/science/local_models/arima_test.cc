#include "science/local_models/arima.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "science/local_models/arima_likelihood.h"
#include "science/local_models/arima_polynomial.h"

namespace restock {
namespace {

/// Log of monthly airline passengers, 1949 to 1960 (Box & Jenkins, series G).
std::vector<double> log_airline() {
  std::vector<double> values = {
      112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149,
      170, 170, 158, 133, 114, 140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166,
      171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194, 196, 196, 236, 235, 229, 243,
      264, 272, 237, 211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229,
      242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374,
      413, 405, 355, 306, 271, 306, 315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336,
      340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472,
      548, 559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432};
  for (auto& value : values) value = std::log(value);
  return values;
}

/// Luteinizing hormone in blood, 48 samples (Diggle 1990, table A.1; R's data set `lh`).
std::vector<double> hormone() {
  return {2.4, 2.4, 2.4, 2.2, 2.1, 1.5, 2.3, 2.3, 2.5, 2.0, 1.9, 1.7, 2.2, 1.8, 3.2, 3.2,
          2.7, 2.2, 2.2, 1.9, 1.9, 1.8, 2.7, 3.0, 2.3, 2.0, 2.0, 2.9, 2.9, 2.7, 2.7, 2.3,
          2.6, 2.4, 1.8, 1.7, 1.5, 1.4, 2.1, 3.3, 3.5, 3.5, 3.1, 2.6, 2.1, 3.4, 3.0, 2.9};
}

/// 64 days of a slow product, with a weekly rhythm.
std::vector<double> slow_demand() {
  return {0, 3, 0, 0, 1, 0, 5, 2, 0, 0, 0, 4, 0, 6, 0, 1, 0, 2, 0, 0, 7, 3,
          0, 0, 0, 1, 0, 8, 1, 0, 2, 0, 0, 0, 6, 0, 0, 0, 1, 3, 0, 9, 2, 1,
          0, 0, 0, 0, 5, 0, 2, 0, 0, 4, 0, 7, 0, 0, 1, 0, 2, 0, 6, 4};
}

ArimaFit fit_or_fail(std::span<const double> values, const ArimaOrder& order) {
  ArimaWorkspace workspace;
  auto fit = fit_arima(values, order, {}, workspace);
  if (!fit.ok()) {
    ADD_FAILURE() << fit.error().to_string();
    return {};
  }
  return *fit;
}

/// -2 log density, without constants and with the variance concentrated out, of a zero-mean
/// ARMA process by its full covariance matrix, whose entries are sums over its psi weights.
double brute_force_objective(const arima::Layout& layout, std::span<const double> x,
                             std::span<const double> w) {
  const auto c = arima::coefficients_at(layout, x);
  const auto& o = layout.order;
  std::vector<arima::Term> ar;
  std::vector<arima::Term> ma;
  arima::multiply_out(std::span(c.ar).first(static_cast<size_t>(o.ar)),
                      std::span(c.seasonal_ar).first(static_cast<size_t>(o.seasonal_ar)), o.period,
                      -1.0, ar);
  arima::multiply_out(std::span(c.ma).first(static_cast<size_t>(o.ma)),
                      std::span(c.seasonal_ma).first(static_cast<size_t>(o.seasonal_ma)), o.period,
                      1.0, ma);
  std::vector<double> psi(6000, 0.0);
  psi[0] = 1.0;
  for (const auto& term : ma) psi[static_cast<size_t>(term.lag)] += term.coefficient;
  for (size_t s = 1; s < psi.size(); ++s) {
    for (const auto& term : ar) {
      if (static_cast<size_t>(term.lag) <= s) {
        psi[s] += term.coefficient * psi[s - static_cast<size_t>(term.lag)];
      }
    }
  }
  const size_t n = w.size();
  std::vector<double> gamma(n, 0.0);
  for (size_t h = 0; h < n; ++h) {
    for (size_t s = 0; s + h < psi.size(); ++s) gamma[h] += psi[s] * psi[s + h];
  }
  std::vector<double> l(n * n, 0.0);
  std::vector<double> z(n);
  double sum_squares = 0.0;
  double log_determinant = 0.0;
  for (size_t i = 0; i < n; ++i) {
    z[i] = w[i];
    for (size_t j = 0; j <= i; ++j) {
      double sum = gamma[i - j];
      for (size_t k = 0; k < j; ++k) sum -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = i == j ? std::sqrt(sum) : sum / l[j * n + j];
      if (j < i) z[i] -= l[i * n + j] * z[j];
    }
    z[i] /= l[i * n + i];
    sum_squares += z[i] * z[i];
    log_determinant += 2.0 * std::log(l[i * n + i]);
  }
  return static_cast<double>(n) * std::log(sum_squares / static_cast<double>(n)) + log_determinant;
}

const ArimaOrder kShapes[] = {
    {.ar = 1},
    {.ma = 1},
    {.ar = 3, .ma = 2},
    {.ar = 5, .ma = 5},
    {.ar = 1, .ma = 2, .seasonal_ar = 1, .seasonal_ma = 1, .period = 4},
    {.ma = 1, .seasonal_ma = 1, .period = 12},
    {.ar = 2, .seasonal_ar = 2, .period = 7},
    {.ar = 5, .ma = 5, .seasonal_ar = 2, .seasonal_ma = 2, .period = 3},
};

std::vector<double> draw(Random& random, size_t n, double scale) {
  std::vector<double> values(n);
  for (auto& value : values) value = scale * random.normal();
  return values;
}

TEST(Arima, LikelihoodIsTheDensityOfTheFullCovarianceMatrix) {
  Random random(11, 0);
  arima::PassWork work;
  arima::Pass pass;
  for (const auto& order : kShapes) {
    const arima::Layout layout(order);
    for (const size_t n : {size_t{9}, size_t{40}, size_t{150}}) {
      const auto x = draw(random, layout.n_coordinates, 0.6);
      const auto w = draw(random, n, 3.0);
      arima::run_pass(layout, w, x, work, pass);
      const double expected = brute_force_objective(layout, x, w);
      EXPECT_NEAR(pass.objective, expected, 1e-7 * std::abs(expected)) << arima_name(order) << n;
    }
  }
}

TEST(Arima, GradientIsThatOfTheLikelihood) {
  Random random(12, 0);
  arima::PassWork work;
  arima::Pass pass;
  arima::Pass moved;
  for (auto order : kShapes) {
    order.constant = true;
    const arima::Layout layout(order);
    auto x = draw(random, layout.n_coordinates, 0.5);
    const auto w = draw(random, 120, 2.0);
    arima::run_pass(layout, w, x, work, pass);
    for (size_t j = 0; j < x.size(); ++j) {
      const double here = x[j];
      double slope = 0.0;
      for (const double side : {1.0, -1.0}) {
        x[j] = here + side * 1e-4;
        arima::run_pass(layout, w, x, work, moved);
        slope += side * moved.objective / 2e-4;
      }
      x[j] = here;
      const double expected = 2.0 * 120.0 * pass.gradient[j] / pass.sum_squares;
      EXPECT_NEAR(slope, expected, 1e-3 * (1.0 + std::abs(expected))) << arima_name(order) << j;
    }
  }
}

TEST(Arima, ReproducesTheAirlineModel) {
  // R: arima(log(AirPassengers), c(0,1,1), seasonal = c(0,1,1)): ma1 -0.4018, sma1 -0.5569,
  // sigma^2 0.001348, log likelihood 244.7, aic -483.4.
  const auto fit = fit_or_fail(
      log_airline(),
      {.differences = 1, .ma = 1, .seasonal_differences = 1, .seasonal_ma = 1, .period = 12});
  EXPECT_NEAR(fit.ma[0], -0.4018, 5e-5);
  EXPECT_NEAR(fit.seasonal_ma[0], -0.5569, 5e-5);
  EXPECT_NEAR(fit.sigma2, 0.001348, 5e-7);
  EXPECT_NEAR(fit.log_likelihood, 244.70, 5e-3);
  EXPECT_NEAR(fit.aic, -483.40, 1e-2);
  EXPECT_EQ(fit.n_used, 131);
}

TEST(Arima, ReproducesTheHormoneModelsOfVenablesAndRipley) {
  // R's help page of arima(): arima(lh, order = c(1,0,0)) and c(3,0,0).
  const auto first = fit_or_fail(hormone(), {.ar = 1, .constant = true});
  EXPECT_NEAR(first.ar[0], 0.5739, 5e-5);
  EXPECT_NEAR(first.constant, 2.4133, 5e-5);
  EXPECT_NEAR(first.sigma2, 0.1975, 5e-5);
  EXPECT_NEAR(first.log_likelihood, -29.38, 5e-3);
  const auto third = fit_or_fail(hormone(), {.ar = 3, .constant = true});
  EXPECT_NEAR(third.ar[0], 0.6448, 5e-5);
  EXPECT_NEAR(third.ar[1], -0.0634, 5e-5);
  EXPECT_NEAR(third.ar[2], -0.2198, 5e-5);
  EXPECT_NEAR(third.constant, 2.3931, 5e-5);
  EXPECT_NEAR(third.sigma2, 0.1787, 5e-5);
  EXPECT_NEAR(third.log_likelihood, -27.09, 5e-3);
}

TEST(Arima, AgreesWithStatsmodels) {
  // bench/local_models/arima_oracle.py, statsmodels 0.14.
  const auto mixed = fit_or_fail(hormone(), {.ar = 1, .ma = 1, .constant = true});
  EXPECT_NEAR(mixed.log_likelihood, -28.76203320, 1e-6);
  EXPECT_NEAR(mixed.ar[0], 0.4522, 1e-4);
  EXPECT_NEAR(mixed.ma[0], 0.1982, 1e-4);
  const double k = 4.0;
  EXPECT_NEAR(mixed.aicc, mixed.aic + 2.0 * k * (k + 1.0) / (48.0 - k - 1.0), 1e-10);

  const auto values = slow_demand();
  const auto seasonal =
      fit_or_fail(values, {.ar = 1, .seasonal_ar = 1, .period = 7, .constant = true});
  EXPECT_NEAR(seasonal.log_likelihood, -124.79896756, 1e-6);
  EXPECT_NEAR(seasonal.ar[0], -0.06834, 1e-4);
  EXPECT_NEAR(seasonal.seasonal_ar[0], 0.69483, 1e-4);
  ArimaWorkspace workspace;
  LocalForecast forecast;
  forecast_arima(seasonal, values, 5, workspace, forecast);
  const double mean[] = {0.23244, 1.18473, 0.47231, 1.86318, 0.47343};
  const double variance[] = {2.69098, 2.70354, 2.70360, 2.70360, 2.70360};
  for (size_t h = 0; h < 5; ++h) {
    EXPECT_NEAR(forecast.mean[h], mean[h], 1e-3);
    EXPECT_NEAR(forecast.variance[h] * 61.0 / 64.0, variance[h], 1e-3);
  }
}

TEST(Arima, ForecastOfAFirstOrderAutoregressionDecaysToTheMean) {
  const auto values = hormone();
  const auto fit = fit_or_fail(values, {.ar = 1, .constant = true});
  ArimaWorkspace workspace;
  LocalForecast forecast;
  forecast_arima(fit, values, 6, workspace, forecast);
  double power = 1.0;
  double sum = 0.0;
  for (size_t h = 0; h < 6; ++h) {
    sum += power * power;
    power *= fit.ar[0];
    EXPECT_NEAR(forecast.mean[h], fit.constant + power * (values.back() - fit.constant), 1e-12);
    EXPECT_NEAR(forecast.variance[h], fit.sigma2 * 48.0 / 46.0 * sum, 1e-12);
  }
  EXPECT_EQ(forecast.description, "ARIMA(1,0,0) with mean");
}

TEST(Arima, RandomWalkWithDriftGoesOnFromTheLastValue) {
  std::vector<double> values = {10.0};
  Random random(3, 0);
  for (size_t t = 0; t < 80; ++t) values.push_back(values.back() + 0.5 + random.normal());
  const auto fit = fit_or_fail(values, {.differences = 1, .constant = true});
  const double drift = (values.back() - values.front()) / 80.0;
  EXPECT_NEAR(fit.constant, drift, 1e-5);
  ArimaWorkspace workspace;
  LocalForecast forecast;
  forecast_arima(fit, values, 4, workspace, forecast);
  for (size_t h = 0; h < 4; ++h) {
    const double steps = static_cast<double>(h + 1);
    EXPECT_NEAR(forecast.mean[h], values.back() + steps * fit.constant, 1e-8);
    EXPECT_NEAR(forecast.variance[h], steps * forecast.variance[0], 1e-9);
  }
}

TEST(Arima, FollowsTheUnitsOfTheSeries) {
  const ArimaOrder order = {.ar = 2, .seasonal_ar = 1, .period = 7, .constant = true};
  const auto values = slow_demand();
  auto scaled = values;
  for (auto& value : scaled) value = 1000.0 * value + 50.0;
  const auto fit = fit_or_fail(values, order);
  const auto other = fit_or_fail(scaled, order);
  EXPECT_NEAR(other.log_likelihood, fit.log_likelihood - 64.0 * std::log(1000.0), 1e-5);
  ArimaWorkspace workspace;
  LocalForecast one;
  LocalForecast thousand;
  forecast_arima(fit, values, 10, workspace, one);
  forecast_arima(other, scaled, 10, workspace, thousand);
  for (size_t h = 0; h < 10; ++h) {
    EXPECT_NEAR(thousand.mean[h], 1000.0 * one.mean[h] + 50.0, 3.0);
    EXPECT_NEAR(thousand.variance[h] / (1e6 * one.variance[h]), 1.0, 3e-3);
  }
}

TEST(Arima, WorkspaceHoldsNothingOfTheFitBefore) {
  ArimaWorkspace fresh;
  ArimaWorkspace used;
  const auto values = slow_demand();
  const ArimaOrder order = {.ar = 1, .ma = 1, .constant = true};
  ASSERT_TRUE(fit_arima(log_airline(), kShapes[7], {}, used).ok());
  const auto a = fit_arima(values, order, {}, fresh);
  const auto b = fit_arima(values, order, {}, used);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(a->log_likelihood, b->log_likelihood);
  EXPECT_EQ(a->ar, b->ar);
  EXPECT_EQ(a->ma, b->ma);
}

TEST(Arima, SaysWhyASeriesCannotBeFitted) {
  ArimaWorkspace workspace;
  auto values = slow_demand();
  values[5] = std::numeric_limits<double>::quiet_NaN();
  auto refused = fit_arima(values, {.ar = 1}, {}, workspace);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kInvalidData);
  EXPECT_NE(refused.error().message.find("value 5"), std::string::npos);

  const std::vector<double> brief = {1, 2, 1, 3, 2, 1, 4, 2};
  refused = fit_arima(brief, {.seasonal_differences = 1, .period = 7}, {}, workspace);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("needs 10 values"), std::string::npos);

  const std::vector<double> flat(40, 3.0);
  refused = fit_arima(flat, {.ar = 1, .constant = true}, {}, workspace);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("constant"), std::string::npos);

  for (const ArimaOrder& order :
       {ArimaOrder{.ar = 6}, ArimaOrder{.seasonal_ma = 1}, ArimaOrder{.ma = -1},
        ArimaOrder{.differences = 2, .constant = true}, ArimaOrder{.period = 400}}) {
    refused = fit_arima(slow_demand(), order, {}, workspace);
    ASSERT_FALSE(refused.ok()) << arima_name(order);
    EXPECT_EQ(refused.error().code, Code::kInvalidArgument);
  }
  EXPECT_FALSE(fit_arima(slow_demand(), {.ar = 1}, {.steps_max = 0}, workspace).ok());
}

TEST(ArimaPolynomial, CoordinatesGiveOnlyPolynomialsWithRootsOutside) {
  Random random(4, 0);
  for (int i = 0; i < 200; ++i) {
    const auto x = draw(random, 5, 1.0);
    std::vector<double> c(5);
    arima::coefficients_from_coordinates(x, c);
    EXPECT_TRUE(arima::roots_lie_outside(c, 1.0));
  }
  // 1 - 1.5 z + 0.56 z^2 has the roots 1 / 0.8 and 1 / 0.7.
  const std::vector<double> c = {1.5, -0.56};
  EXPECT_TRUE(arima::roots_lie_outside(c, 1.2499));
  EXPECT_FALSE(arima::roots_lie_outside(c, 1.2501));
}

TEST(ArimaPolynomial, StartsAFirstOrderMixedProcessAsTheTextbooksDo) {
  // gamma(0) = (1 + 2 phi theta + theta^2) / (1 - phi^2); gain = phi gamma(0) + theta.
  arima::AutocovarianceWork work;
  const std::vector<arima::Term> ar = {{1, 0.6}};
  const std::vector<arima::Term> ma = {{1, 0.3}};
  std::vector<double> gain(1);
  const double gamma = (1.0 + 2.0 * 0.6 * 0.3 + 0.09) / (1.0 - 0.36);
  EXPECT_NEAR(arima::starting_moments(ar, ma, work, gain), gamma, 1e-14);
  EXPECT_NEAR(gain[0], 0.6 * gamma + 0.3, 1e-14);
}

}  // namespace
}  // namespace restock
