#include "science/reconcile/aggregate_forecast.h"

#include <algorithm>

#include "foundation/base/assert.h"
#include "science/reconcile/smoother.h"

namespace restock {
namespace {

constexpr size_t kGrowthPeriods = 56;
constexpr size_t kOriginsMax = 4;

/// What last year says of period `t` >= year + s, without growth.
double year_ago(std::span<const float> values, size_t t, size_t year, size_t s) {
  return (values[t - year - s] + 2.0 * values[t - year] + values[t - year + s]) / 4;
}

/// Last year's values with growth; empty where the history is too short.
std::vector<double> from_last_year(std::span<const float> values, const AggregateOptions& options) {
  const auto year = static_cast<size_t>(options.year_length);
  const auto s = static_cast<size_t>(options.season_length);
  const auto horizon = static_cast<size_t>(options.horizon);
  if (year == 0 || values.size() < year + s + kGrowthPeriods || horizon + s > year) return {};
  double now = 0;
  double then = 0;
  for (size_t t = values.size() - kGrowthPeriods; t < values.size(); ++t) {
    now += values[t];
    then += year_ago(values, t, year, s);
  }
  if (!(then > 0)) return {};
  std::vector<double> mean(horizon);
  for (size_t h = 0; h < horizon; ++h)
    mean[h] = now / then * year_ago(values, values.size() + h, year, s);
  return mean;
}

std::vector<double> by_smoothing(std::span<const float> values, const AggregateOptions& options) {
  return smooth_seasonal(values,
                         {.season_length = options.season_length, .horizon = options.horizon})
      .mean;
}

double squares(std::span<const double> mean, std::span<const float> actual) {
  double sum = 0;
  for (size_t h = 0; h < mean.size(); ++h) sum += (mean[h] - actual[h]) * (mean[h] - actual[h]);
  return sum;
}

}  // namespace

AggregateForecast forecast_aggregate(std::span<const float> values,
                                     const AggregateOptions& options) {
  RESTOCK_ASSERT(options.horizon >= 1);
  const auto horizon = static_cast<size_t>(options.horizon);
  AggregateForecast out;
  out.mean = from_last_year(values, options);
  double smoothing = 0;
  double last_year = 0;
  size_t origins = 0;
  bool compared = !out.mean.empty();
  // An origin needs some seasons before it, or smoothing would be judged by its start.
  const size_t least = 4 * static_cast<size_t>(options.season_length) + horizon;
  for (; origins < kOriginsMax && (origins + 1) * horizon + least <= values.size(); ++origins) {
    const size_t origin = values.size() - (origins + 1) * horizon;
    const auto actual = values.subspan(origin, horizon);
    smoothing += squares(by_smoothing(values.first(origin), options), actual);
    const std::vector<double> mean = from_last_year(values.first(origin), options);
    compared = compared && !mean.empty();
    if (compared) last_year += squares(mean, actual);
  }
  if (origins == 0) {
    const Smoothed s = smooth_seasonal(
        values, {.season_length = options.season_length, .horizon = options.horizon});
    out.mean = s.mean;
    out.variance = s.variance;
    return out;
  }
  out.yearly = compared && last_year < smoothing;
  if (!out.yearly) out.mean = by_smoothing(values, options);
  out.variance = (out.yearly ? last_year : smoothing) / static_cast<double>(origins * horizon);
  return out;
}

}  // namespace restock
