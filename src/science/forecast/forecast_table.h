#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "foundation/domain/series_key.h"
#include "foundation/domain/time_axis.h"

namespace restock {

/// Forecasts of every series for every period after an origin, with uncertainty.
///
/// Shapes: mean, sd: n_series x horizon, row-major (series i, step h at i * horizon + h).
/// quantiles: n_series x horizon x probabilities.size(), row-major. All values are >= 0 and, where
/// the state of the period is not for sale, exactly 0. Units: units of demand per period.
struct ForecastTable {
  TimeAxis axis;
  Period origin = 0;
  int32_t horizon = 0;
  std::vector<std::string> key_names;
  std::vector<SeriesKey> keys;
  std::vector<double> probabilities;  ///< ascending, for instance 0.025 .. 0.975
  std::vector<double> mean;
  std::vector<double> sd;
  std::vector<float> quantiles;
  /// Why a series was not forecast by the model ("new: 3 periods of history"); empty = it was.
  std::vector<std::string> fallback_reason;
  /// Variance of demand summed over the first k = 1..horizon periods, n_series x horizon: it keeps
  /// the correlation between days that sd alone does not.
  std::vector<double> cumulative_variance;

  [[nodiscard]] size_t n_series() const { return keys.size(); }
  [[nodiscard]] size_t index(size_t series, int32_t step) const {
    return series * static_cast<size_t>(horizon) + static_cast<size_t>(step);
  }
};

/// Accuracy of a forecast over the scored periods (state kSold only), all in percent.
struct AccuracyMetrics {
  double mape = 0;   ///< mean |f - a| / a over a > 0
  double smape = 0;  ///< mean 2 |f - a| / (|f| + |a|); a pair of zeros counts 0
  double wape = 0;   ///< sum |f - a| / sum a
  double bias = 0;   ///< sum (f - a) / sum a
  int64_t scored = 0;
  /// Share of actuals inside each central interval, in percent; empty for methods without
  /// intervals.
  struct Coverage {
    double level;
    double percent;
  };
  std::vector<Coverage> coverage;
};

struct NamedMetrics {
  std::string name;  ///< "model", "seasonal_naive", "moving_average", "last_year"
  AccuracyMetrics metrics;
};

}  // namespace restock
