#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "science/local_models/local_forecast.h"
#include "science/local_models/seasonal_decomposition.h"

namespace restock {

/// The four models of Fiorucci et al. (2016), and the choice among them.
enum class ThetaModel {
  kStandard,          ///< STM: theta = 2, one trend line through all values.
  kOptimised,         ///< OTM: theta >= 1 is estimated.
  kDynamicStandard,   ///< DSTM: theta = 2, the line is that of the values known so far.
  kDynamicOptimised,  ///< DOTM: both.
  kAuto,              ///< The one with the least mean squared error in sample.
};

/// "STM", "OTM", "DSTM", "DOTM" or "AutoTheta".
[[nodiscard]] const char* theta_model_name(ThetaModel model);

struct ThetaOptions {
  ThetaModel model = ThetaModel::kAuto;
  /// Periods in a season, >= 1; with 1 there is none.
  int32_t season_length = 1;
  /// How a season that passes the 90 % test is removed; kNone = never.
  SeasonKind season = SeasonKind::kMultiplicative;
  /// Bounds of the smoothing parameter, 0 < alpha_min < alpha_max < 1.
  double alpha_min = 0.01;
  double alpha_max = 0.99;
};

/// A fitted model of the series without its season.
struct ThetaFit {
  ThetaModel model = ThetaModel::kStandard;
  int64_t n_values = 0;
  double alpha = 0.0;
  /// 1 / (1 - weight); infinite when the weight of the line is 1.
  double theta = 2.0;
  /// 1 - 1/theta, in [0, 1].
  double weight = 0.5;
  double initial_level = 0.0;
  /// Simple exponential smoothing after the last value.
  double level = 0.0;
  /// Intercept A, slope B and mean after the last value.
  double intercept = 0.0;
  double slope = 0.0;
  double mean = 0.0;
  /// Squared errors of the values from the fourth on, without the season, and their variance.
  double sse = 0.0;
  double sigma2 = 0.0;
  SeasonalIndices season;
};

/// Buffers that fits reuse. Not thread-safe: one for each thread. No result depends on earlier use.
struct ThetaWorkspace {
  std::vector<double> adjusted;
  std::vector<double> intercept;
  std::vector<double> slope;
};

/// Fit a theta model by least squares.
///
///   mu_t = l_{t-1} + (1 - 1/theta) ((1-alpha)^{t-1} A_{t-1} + (1 - (1-alpha)^t) / alpha B_{t-1})
///   l_t  = alpha y_t + (1-alpha) l_{t-1}
///
/// A and B are the line through all values (STM, OTM) or through values 1 .. t-1 (DSTM, DOTM).
/// For a given alpha, mu is linear in l_0 and in w = 1 - 1/theta, so both have a closed form and
/// only alpha is searched: sixteen points, then ever finer ones around the best. The first three
/// errors are not counted: a line through fewer than three values says nothing. |l_0| is at most
/// ten times the largest |value|.
///
/// values: one series in time order, without gaps. Pure; the workspace only lends memory.
/// Errors: kInvalidArgument for options out of range; kInvalidData for fewer than 8 values, values
/// that are not finite, or a constant series.
/// Source: Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler (2016), Models for optimising the
/// theta method and their relationship to state space models, Int. J. Forecasting 32, 1151-1161,
/// eqs. 9-17; Assimakopoulos & Nikolopoulos (2000), Int. J. Forecasting 16, 521-530.
/// Example: STM is simple exponential smoothing with drift B/2 (Hyndman & Billah 2003; the test).
[[nodiscard]] Result<ThetaFit> fit_theta(std::span<const double> values,
                                         const ThetaOptions& options, ThetaWorkspace& workspace);

/// One-step-ahead means of the values the model was fitted to; fitted: as many as values.
void theta_fitted(std::span<const double> values, const ThetaFit& fit, ThetaWorkspace& workspace,
                  std::span<double> fitted);

/// Mean and variance of the next `horizon` >= 0 periods, written over `forecast`.
///
/// The models are linear in the values, so the variance is exact given the parameters: sigma2 (1 +
/// (h-1) alpha^2) for STM and OTM, that of the state (l, B, mean) carried forward for the others.
/// Source: Fiorucci et al. (2016), section 3; Hyndman & Billah (2003), Int. J. Forecasting 19.
void forecast_theta(const ThetaFit& fit, int32_t horizon, LocalForecast& forecast);

/// Fit and forecast; a series that cannot be fitted is answered with the mean and the variance of
/// its finite values (0 without any), and `fallback_reason` says why.
void theta_or_mean(std::span<const double> values, const ThetaOptions& options, int32_t horizon,
                   ThetaWorkspace& workspace, LocalForecast& forecast);

/// kInvalidArgument unless horizon >= 0 and offsets describe n_series series within values.
[[nodiscard]] Status check_theta_batch(std::span<const double> values,
                                       std::span<const int64_t> offsets, int32_t horizon,
                                       size_t n_series);

/// `theta_or_mean` of many series. Series i is values[offsets[i], offsets[i+1]); forecasts: one a
/// series. The same result for any number of threads.
/// Errors: kInvalidArgument for options out of range, horizon < 0, or shapes that do not match.
[[nodiscard]] Status theta_batch(std::span<const double> values, std::span<const int64_t> offsets,
                                 const ThetaOptions& options, int32_t horizon, ThreadPool& pool,
                                 std::span<LocalForecast> forecasts);

}  // namespace restock
