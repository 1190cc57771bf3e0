#include "science/local_models/ets.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>

#include <gtest/gtest.h>

#include "science/local_models/ets_fixture.h"

namespace restock {
namespace {

EtsForm form_named(std::string_view name) {
  for (const auto& form : all_ets_forms()) {
    if (ets_name(form) == name) return form;
  }
  ADD_FAILURE() << name;
  return {};
}

EtsFit fitted(const std::vector<double>& values, std::string_view name, int32_t season_length = 1) {
  EtsWorkspace workspace;
  auto fit = fit_ets(values, form_named(name), {.season_length = season_length}, workspace);
  EXPECT_TRUE(fit.ok()) << fit.error().to_string();
  return *fit;
}

/// R's forecast package leaves the constant of the density out of its AIC.
double aic_as_in_r(const EtsFit& fit) {
  const auto n = static_cast<double>(fit.n_values);
  return fit.aic - n * (std::log(2 * M_PI / n) + 1);
}

TEST(FitEts, ReproducesThePublishedSmoothingOfAirlinePassengers) {
  // R's forecast package, ses(AirPassengers): alpha 0.9999, sigma 33.8299, AIC 1733.787.
  const EtsFit fit = fitted(airline_passengers(), "ETS(A,N,N)");
  EXPECT_NEAR(fit.alpha, 0.9999, 1e-6);
  EXPECT_NEAR(std::sqrt(fit.sigma2), 33.8299, 1e-3);
  EXPECT_NEAR(aic_as_in_r(fit), 1733.787, 1e-2);
  // The same package's 80 % interval of the next value: 388.641 to 475.3506 around 431.9958.
  LocalForecast forecast;
  forecast_ets(fit, 1, forecast);
  EXPECT_NEAR(forecast.mean[0], 431.9958, 1e-3);
  EXPECT_NEAR(forecast.mean[0] + 1.2815516 * std::sqrt(forecast.variance[0]), 475.3506, 1e-2);
}

TEST(FitEts, IsAtLeastAsLikelyAsThePublishedFitsOfAirlinePassengers) {
  // holt(AirPassengers): alpha 0.9999, beta 1e-4, AIC 1737.295.
  const EtsFit holt = fitted(airline_passengers(), "ETS(A,A,N)");
  EXPECT_NEAR(holt.alpha, 0.9999, 1e-6);
  EXPECT_NEAR(holt.beta, 1e-4, 1e-6);
  EXPECT_LE(aic_as_in_r(holt), 1737.295);
  EXPECT_NEAR(aic_as_in_r(holt), 1737.295, 0.5);
  // ets(AirPassengers): ETS(M,Ad,M), phi 0.98, gamma 1e-4, AIC 1395.166.
  const EtsFit winters = fitted(airline_passengers(), "ETS(M,Ad,M)", 12);
  EXPECT_NEAR(winters.phi, 0.98, 1e-6);
  EXPECT_NEAR(winters.gamma, 1e-4, 1e-6);
  EXPECT_LE(aic_as_in_r(winters), 1395.166);
  EXPECT_NEAR(aic_as_in_r(winters), 1395.166, 2.0);
  EXPECT_EQ(winters.parameter_count, 18);
}

TEST(AutoEts, ChoosesAMultiplicativeSeasonForAirlinePassengers) {
  EtsWorkspace workspace;
  const auto fit = auto_ets(airline_passengers(), {.season_length = 12}, workspace);
  ASSERT_TRUE(fit.ok());
  EXPECT_EQ(fit->form.error, EtsError::kMultiplicative);
  EXPECT_EQ(fit->form.season, EtsSeason::kMultiplicative);
  // R's choice, ETS(M,Ad,M), has AICc 1400.638 there.
  const double n = 144;
  EXPECT_LE(fit->aicc - n * (std::log(2 * M_PI / n) + 1), 1400.638);
}

TEST(FitEts, IsAtLeastAsLikelyAsTheOracle) {
  struct Case {
    const char* name;
    double log_likelihood;  // statsforecast 2.1.1, bench/local_models/ets_oracle.py
  };
  const std::vector<Case> daily = {
      {"ETS(A,N,N)", -382.072563}, {"ETS(A,A,N)", -381.594470}, {"ETS(A,Ad,N)", -381.777568},
      {"ETS(A,N,A)", -366.069264}, {"ETS(A,A,A)", -365.774378}, {"ETS(A,Ad,A)", -365.069593},
      {"ETS(M,N,N)", -384.049405}, {"ETS(M,A,N)", -382.071443}, {"ETS(M,N,A)", -368.130294},
      {"ETS(M,A,A)", -367.566890}, {"ETS(M,N,M)", -369.014379}, {"ETS(M,A,M)", -368.157887},
      {"ETS(M,Ad,M)", -368.647317}};
  for (const auto& [name, log_likelihood] : daily) {
    const EtsFit fit = fitted(daily_sales(), name, 7);
    EXPECT_GE(fit.log_likelihood, log_likelihood - 1e-3) << name;
    // The same likelihood, not another one: no optimum is far above what the oracle found.
    EXPECT_LE(fit.log_likelihood, log_likelihood + 2.5) << name;
  }
  const std::vector<Case> part = {{"ETS(A,N,N)", -100.993302},
                                  {"ETS(A,A,N)", -97.325872},
                                  {"ETS(A,Ad,N)", -96.297054},
                                  {"ETS(A,N,A)", -92.315322}};
  for (const auto& [name, log_likelihood] : part) {
    const EtsFit fit = fitted(spare_part_sales(), name, 12);
    EXPECT_GE(fit.log_likelihood, log_likelihood - 1e-3) << name;
    EXPECT_LE(fit.log_likelihood, log_likelihood + 2.5) << name;
  }
}

/// The likelihood of a fit worked out again, step by step from its parameters and first states.
double log_likelihood_by_hand(const EtsFit& fit, const std::vector<double>& values) {
  EtsFit at = fit;
  at.level = fit.initial_level;
  at.trend = fit.initial_trend;
  auto season = fit.initial_season;
  double squares = 0;
  double logs = 0;
  for (size_t t = 0; t < values.size(); ++t) {
    const bool multiplies = fit.form.season == EtsSeason::kMultiplicative;
    const double s = season.empty() ? 0 : season[t % season.size()];
    const double base = at.level + fit.phi * at.trend;
    const double mean = multiplies ? base * s : base + s;
    const double error = values[t] - mean;
    const bool relative = fit.form.error == EtsError::kMultiplicative;
    squares += relative ? std::pow(error / mean, 2) : error * error;
    if (relative) logs += std::log(mean);
    const double moved = multiplies ? error / s : error;
    at.level = base + fit.alpha * moved;
    at.trend = fit.phi * at.trend + fit.beta * moved;
    if (!season.empty()) {
      season[t % season.size()] = s + fit.gamma * (multiplies ? error / base : error);
    }
  }
  const auto n = static_cast<double>(values.size());
  EXPECT_NEAR(at.level, fit.level, 1e-9 * std::abs(fit.level));
  EXPECT_NEAR(at.trend, fit.trend, 1e-9 * std::abs(fit.level));
  for (size_t k = 0; k < season.size(); ++k) {
    EXPECT_NEAR(season[(values.size() + k) % season.size()], fit.season[k], 1e-9 * fit.level);
  }
  return -0.5 * n * (std::log(2 * M_PI * squares / n) + 1) - logs;
}

TEST(FitEts, GivesTheLikelihoodAndLastStatesOfItsParameters) {
  for (const auto& form : all_ets_forms()) {
    const EtsFit fit = fitted(airline_passengers(), ets_name(form), 12);
    EXPECT_NEAR(log_likelihood_by_hand(fit, airline_passengers()), fit.log_likelihood, 1e-6)
        << ets_name(form);
  }
}

TEST(FitEts, StaysInTheUsualRegion) {
  for (const auto& form : all_ets_forms()) {
    const EtsFit fit = fitted(daily_sales(), ets_name(form), 7);
    EXPECT_GE(fit.alpha, 1e-4);
    EXPECT_LE(fit.alpha, 0.9999);
    EXPECT_LE(fit.beta, fit.alpha);
    EXPECT_LE(fit.gamma, 1 - fit.alpha);
    EXPECT_LE(fit.phi, 1);
    EXPECT_GE(fit.phi, 0.8);
    const double total = std::accumulate(fit.initial_season.begin(), fit.initial_season.end(), 0.0);
    EXPECT_NEAR(total, form.season == EtsSeason::kMultiplicative ? 7.0 : 0.0, 1e-9);
  }
}

TEST(FitEts, ScalesWithTheUnit) {
  // A power of two changes no digit, so even the path of the search is the same.
  std::vector<double> scaled = daily_sales();
  for (double& value : scaled) value *= 64;
  for (const auto& form : all_ets_forms()) {
    const EtsFit fit = fitted(daily_sales(), ets_name(form), 7);
    const EtsFit other = fitted(scaled, ets_name(form), 7);
    EXPECT_NEAR(other.alpha, fit.alpha, 1e-6) << ets_name(form);
    EXPECT_NEAR(other.level, 64 * fit.level, 1e-5 * other.level) << ets_name(form);
    EXPECT_NEAR(other.log_likelihood, fit.log_likelihood - 140 * std::log(64.0), 1e-6);
  }
}

TEST(FitEts, DoesNotDependOnWhatTheWorkspaceSawBefore) {
  EtsWorkspace used;
  ASSERT_TRUE(auto_ets(airline_passengers(), {.season_length = 12}, used).ok());
  const auto after = auto_ets(daily_sales(), {.season_length = 7}, used);
  EtsWorkspace fresh;
  const auto alone = auto_ets(daily_sales(), {.season_length = 7}, fresh);
  ASSERT_TRUE(after.ok() && alone.ok());
  EXPECT_EQ(after->log_likelihood, alone->log_likelihood);
  EXPECT_EQ(after->level, alone->level);
  EXPECT_EQ(after->season, alone->season);
}

TEST(AutoEts, ReturnsTheFormWithTheLeastAicc) {
  EtsWorkspace workspace;
  const auto chosen = auto_ets(daily_sales(), {.season_length = 7}, workspace);
  ASSERT_TRUE(chosen.ok());
  double least = std::numeric_limits<double>::infinity();
  for (const auto& form : all_ets_forms()) {
    least = std::min(least, fitted(daily_sales(), ets_name(form), 7).aicc);
  }
  EXPECT_DOUBLE_EQ(chosen->aicc, least);
}

TEST(AutoEts, LeavesMultiplicativeFormsOutWhereZerosAre) {
  EtsWorkspace workspace;
  const auto fit = auto_ets(spare_part_sales(), {.season_length = 12}, workspace);
  ASSERT_TRUE(fit.ok());
  EXPECT_EQ(fit->form.error, EtsError::kAdditive);
  EXPECT_NE(fit->form.season, EtsSeason::kMultiplicative);
}

TEST(AutoEts, FitsASeasonOfAYear) {
  std::vector<double> values(3 * 365);
  Random random(3, 0);
  for (size_t t = 0; t < values.size(); ++t) {
    values[t] = 100 + 30 * std::sin(2 * M_PI * static_cast<double>(t) / 365) + random.normal();
  }
  const EtsFit with = fitted(values, "ETS(A,N,A)", 365);
  const EtsFit without = fitted(values, "ETS(A,N,N)");
  EXPECT_EQ(with.season.size(), 365U);
  // The season explains more than a level that follows it; counted parameters tell the price.
  EXPECT_GT(with.log_likelihood, without.log_likelihood);
  EXPECT_EQ(with.parameter_count, 368);
  LocalForecast forecast;
  forecast_ets(with, 365, forecast);
  EXPECT_NEAR(*std::max_element(forecast.mean.begin(), forecast.mean.end()), 130, 4);
}

TEST(AutoEts, SurvivesAPerfectLine) {
  std::vector<double> line(40);
  std::iota(line.begin(), line.end(), 5.0);
  EtsWorkspace workspace;
  const auto fit = auto_ets(line, {.season_length = 7}, workspace);
  ASSERT_TRUE(fit.ok());
  EXPECT_TRUE(std::isfinite(fit->log_likelihood));
  LocalForecast forecast;
  forecast_ets(*fit, 3, forecast);
  EXPECT_NEAR(forecast.mean[2], 47.0, 1e-3);
}

TEST(AutoEts, SaysWhyASeriesCannotBeFitted) {
  EtsWorkspace workspace;
  const std::vector<double> zeros(30, 0.0);
  const auto constant = auto_ets(zeros, {.season_length = 7}, workspace);
  ASSERT_FALSE(constant.ok());
  EXPECT_EQ(constant.error().code, Code::kInvalidData);
  EXPECT_NE(constant.error().message.find("all 30 values are 0"), std::string::npos);
  const std::vector<double> few = {1, 2, 3, 1};
  const auto short_series = auto_ets(few, {}, workspace);
  ASSERT_FALSE(short_series.ok());
  EXPECT_NE(short_series.error().message.find("at least 5 values, got 4"), std::string::npos);
  EXPECT_FALSE(auto_ets({}, {}, workspace).ok());
  std::vector<double> holes = daily_sales();
  holes[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(auto_ets(holes, {}, workspace).ok());
}

TEST(FitEts, RejectsWhatDoesNotSuitTheForm) {
  EtsWorkspace workspace;
  const EtsForm forbidden{EtsError::kAdditive, EtsTrend::kNone, EtsSeason::kMultiplicative};
  EXPECT_EQ(fit_ets(daily_sales(), forbidden, {.season_length = 7}, workspace).error().code,
            Code::kInvalidArgument);
  const EtsForm seasonal{EtsError::kAdditive, EtsTrend::kNone, EtsSeason::kAdditive};
  EXPECT_EQ(fit_ets(daily_sales(), seasonal, {.season_length = 1}, workspace).error().code,
            Code::kInvalidArgument);
  EXPECT_EQ(fit_ets(daily_sales(), seasonal, {.season_length = 71}, workspace).error().code,
            Code::kInvalidData);
  EXPECT_EQ(fit_ets(daily_sales(), seasonal, {.season_length = 0}, workspace).error().code,
            Code::kInvalidArgument);
  const EtsForm relative{EtsError::kMultiplicative, EtsTrend::kNone, EtsSeason::kNone};
  EXPECT_EQ(fit_ets(spare_part_sales(), relative, {}, workspace).error().code, Code::kInvalidData);
}

TEST(ForecastEts, HasTheVarianceOfDrawnFutures) {
  constexpr int kPaths = 100000;
  constexpr size_t kHorizon = 20;
  for (const auto& name : {"ETS(A,Ad,A)", "ETS(M,A,N)", "ETS(M,Ad,A)", "ETS(M,A,M)"}) {
    EtsFit fit = fitted(daily_sales(), name, 7);
    // Parameters that make all terms of the formulas count.
    fit.alpha = 0.3;
    fit.beta = fit.beta > 0 ? 0.02 : 0;
    fit.gamma = fit.gamma > 0 ? 0.2 : 0;
    if (fit.form.error == EtsError::kMultiplicative) fit.sigma2 = 0.01;
    LocalForecast forecast;
    forecast_ets(fit, kHorizon, forecast);
    std::vector<double> sum(kHorizon), squares(kHorizon), future(kHorizon);
    Random random(11, 0);
    for (int path = 0; path < kPaths; ++path) {
      simulate_ets(fit, random, future);
      for (size_t h = 0; h < kHorizon; ++h) {
        sum[h] += future[h] - forecast.mean[h];
        squares[h] += std::pow(future[h] - forecast.mean[h], 2);
      }
    }
    for (size_t h = 0; h < kHorizon; ++h) {
      const double sd = std::sqrt(forecast.variance[h]);
      EXPECT_NEAR(sum[h] / kPaths, 0.0, 0.02 * sd) << name << " " << h;
      // Four standard errors of a variance; of class 3 also what its first order leaves out.
      const double allowed = fit.form.season == EtsSeason::kMultiplicative ? 0.025 : 0.02;
      EXPECT_NEAR(squares[h] / kPaths / forecast.variance[h], 1.0, allowed) << name << " " << h;
    }
  }
}

TEST(ForecastEts, LevelsOffWhereTheTrendIsDamped) {
  EtsFit fit;
  fit.form.trend = EtsTrend::kDamped;
  fit.alpha = 0.5;
  fit.beta = 0.1;
  fit.phi = 0.9;
  fit.level = 10;
  fit.trend = 2;
  fit.sigma2 = 4;
  LocalForecast forecast;
  forecast_ets(fit, 500, forecast);
  EXPECT_NEAR(forecast.mean[0], 11.8, 1e-12);
  EXPECT_NEAR(forecast.mean[499], 10 + 2 * 0.9 / 0.1, 1e-9);
  EXPECT_NEAR(forecast.mean[499], forecast.mean[498], 1e-9);
  fit.form.trend = EtsTrend::kNone;
  fit.trend = fit.beta = 0;
  forecast_ets(fit, 3, forecast);
  EXPECT_EQ(forecast.variance, (std::vector<double>{4, 5, 6}));
}

}  // namespace
}  // namespace restock
