#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace restock {

struct AggregateOptions {
  int32_t horizon = 1;
  int32_t season_length = 1;  ///< the short season; 1 = none
  int32_t year_length = 0;    ///< periods of a year, whole weeks; 0 = no yearly season
};

/// A base forecast of an aggregate with the error it has been seen to make.
struct AggregateForecast {
  std::vector<double> mean;  ///< horizon
  double variance = 0;       ///< mean square error over whole horizons, out of sample
  bool yearly = false;       ///< last year's values with growth were better than smoothing
};

/// Base forecast of the sum of many series, which is smooth: the better of two, by their errors
/// over the horizon from up to four earlier origins.
///
///   smoothing   `smooth_seasonal` with the short season
///   last year   g (y[t - year - s] + 2 y[t - year] + y[t - year + s]) / 4, s the short season (or
///               1), g the growth of the last 56 periods over the same formula
///
/// The variance is that of errors at the horizon, not of one step: MinT weighs forecasts by it, and
/// a forecast that misses a season must not count as a good one. Too little history for an earlier
/// origin: smoothing with its one-step variance. Pure. Example: a series that grows by a fifth
/// every year is forecast exactly from last year (see the test).
[[nodiscard]] AggregateForecast forecast_aggregate(std::span<const float> values,
                                                   const AggregateOptions& options);

}  // namespace restock
