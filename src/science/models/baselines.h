#pragma once

#include <cstdint>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/panel/panel.h"

namespace restock {

/// From where and how far a baseline forecasts. Sales after `origin` are not read.
struct BaselineWindow {
  Period origin = 0;
  int32_t horizon = 0;
};

/// The forecasts that any model must beat. All take the window (without one: the panel's own origin
/// and horizon) and return n_series x horizon, row-major (series i, step h at i * horizon + h, h =
/// 0 is the first period after the origin), in units per period.
///
/// Only demand that was seen counts: periods in state kSold. Out-of-stock periods are censored and
/// skipped, as are missing ones and those not for sale. A future period in state kNotForSale, and
/// every period of a series without any kSold period, is 0. Pure; thread-safe.

/// The last seen value of the same season position:  f(t) = y(t - k m), k the smallest for which
/// that is seen.
///
/// m: `season`, or the short season of the axis if 0. A position never seen takes the moving
/// average of the last m seen values. Errors: kInvalidArgument if season < 0. Source: Hyndman &
/// Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 5.2.
[[nodiscard]] Result<std::vector<double>> seasonal_naive(const Panel& panel, int season = 0);
[[nodiscard]] Result<std::vector<double>> seasonal_naive(const Panel& panel,
                                                         const BaselineWindow& ahead,
                                                         int season = 0);

/// The mean of the last `window` seen values (of all, if fewer), the same for every step.
/// Errors: kInvalidArgument if window < 1.
[[nodiscard]] Result<std::vector<double>> moving_average(const Panel& panel, int window);
[[nodiscard]] Result<std::vector<double>> moving_average(const Panel& panel,
                                                         const BaselineWindow& ahead, int window);

/// The value of the same period of last year: f(t) = y(t - Y), Y = 364 days, 52 weeks, 12 months
/// (TimeAxis::year_season), and of the year before where that is not seen. Falls back to
/// seasonal_naive per step when no year has it.
[[nodiscard]] std::vector<double> last_year(const Panel& panel);
[[nodiscard]] std::vector<double> last_year(const Panel& panel, const BaselineWindow& ahead);

}  // namespace restock
