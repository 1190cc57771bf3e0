#pragma once

#include <cstdint>
#include <span>

#include "foundation/base/result.h"
#include "science/local_models/local_forecast.h"

namespace restock {

/// Forecasts that need no estimation. T: values, h = 1, 2, .. steps ahead, m: season_length,
/// e_t: one-step errors inside the series (m-step errors of the seasonal ones).
///
///   method                  mean                              variance
///   kHistoricAverage        mean of all values                s^2 (1 + 1/T),        s^2 = S/(T-1)
///   kNaive                  last value                        s^2 h,                s^2 = S/(T-1)
///   kDrift                  y_T + h (y_T - y_1) / (T - 1)     s^2 h (1 + h/(T-1)),  s^2 = S/(T-2)
///   kSeasonalNaive          value of m periods before         s^2 (k + 1),          s^2 = S/(T-m)
///   kWindowAverage          mean of the last `window` values  S / n for every step
///   kSeasonalWindowAverage  mean of the last `window` values  S / n for every step
///                           of the same season position
///
/// S = sum e_t^2 (of the centred values for kHistoricAverage, of centred differences for kDrift), n
/// their number, k = floor((h - 1) / m). The window methods assume that level (and season) stand
/// still and the noise is independent, so that the error of the window's mean is part of e_t and
/// the same for every step; a window that has fewer values uses those.
/// Source: Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 5.2 and 5.5
/// (table 5.2; s^2 by eq. 5.4).
enum class SimpleMethod {
  kHistoricAverage,
  kNaive,
  kDrift,
  kSeasonalNaive,
  kWindowAverage,
  kSeasonalWindowAverage,
};

struct SimpleOptions {
  SimpleMethod method = SimpleMethod::kHistoricAverage;
  int32_t season_length = 1;  ///< periods, >= 1; the seasonal methods
  int32_t window = 12;        ///< values, or seasons for kSeasonalWindowAverage; >= 1
};

/// Forecast one series by a simple method. Where the series is too short for any error (T = 1, or T
/// <= m for a seasonal method) the variance is the mean square of the values around their mean.
///
/// values: units per period in time order, without gaps. Pure; no allocation once `forecast` has
/// grown. Errors: kInvalidArgument for a season_length or window below 1 or a negative horizon;
/// kInvalidData for an empty series, values that are not finite, and for a seasonal method a series
/// shorter than one season.
/// Example: 1, 3, 5, 8 with kDrift: means 8 + 7/3, 8 + 14/3; the centred differences are -1/3, -1/3
/// and 2/3, so s^2 = (6/9) / 2 = 1/3 and the first variance 1/3 (1 + 1/3) = 4/9.
[[nodiscard]] Status forecast_simple(std::span<const double> values, int32_t horizon,
                                     const SimpleOptions& options, LocalForecast& forecast);

}  // namespace restock
