#pragma once

#include <cstdint>
#include <span>

#include "foundation/base/result.h"
#include "science/local_models/ets.h"
#include "science/local_models/local_forecast.h"

namespace restock {

/// The methods of exponential smoothing by their textbook names, each the forecasts of one ETS
/// form.
enum class SmoothingMethod {
  kSimple,                     ///< ETS(A,N,N): a level (Brown).
  kHolt,                       ///< ETS(A,A,N): level and trend.
  kDampedHolt,                 ///< ETS(A,Ad,N): the trend dies out (Gardner & McKenzie 1985).
  kHoltWintersAdditive,        ///< ETS(A,A,A): level, trend and a season that adds.
  kHoltWintersMultiplicative,  ///< ETS(M,A,M): level, trend and a season that multiplies.
  kAutomatic,                  ///< The form with the least AICc, as `auto_ets`.
};

struct ExponentialSmoothingOptions {
  SmoothingMethod method = SmoothingMethod::kAutomatic;
  int32_t season_length = 1;  ///< Periods, >= 1; Holt-Winters needs >= 2.
  int32_t horizon = 1;        ///< Periods to forecast, >= 0.
};

/// Fit one method by maximum likelihood and write the forecast of the next `horizon` periods over
/// `forecast`, which is left as it was on an error.
///
/// values: one series without gaps, in time order, units per period.
/// Errors: kInvalidArgument for a negative horizon, and all of `fit_ets`.
/// Source: Hyndman et al. (2008), Forecasting with Exponential Smoothing, ch. 1 and 2.
/// Example: kSimple of Box & Jenkins' airline passengers forecasts 431.996 with standard deviation
/// 33.83, the figures of R's forecast package (see the test).
[[nodiscard]] Status exponential_smoothing(std::span<const double> values,
                                           const ExponentialSmoothingOptions& options,
                                           EtsWorkspace& workspace, LocalForecast& forecast);

}  // namespace restock
