#include "science/local_models/simple_models.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "science/local_models/forecast_text.h"

namespace restock {
namespace {

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double y : values) sum += y;
  return sum / static_cast<double>(values.size());
}

double squares_around(std::span<const double> values, double centre) {
  double sum = 0;
  for (const double y : values) sum += (y - centre) * (y - centre);
  return sum;
}

/// Mean square around the mean: what is left to say where a method makes no error of its own.
double spread(std::span<const double> values) {
  return squares_around(values, mean_of(values)) / static_cast<double>(values.size());
}

bool is_seasonal(SimpleMethod method) {
  return method == SimpleMethod::kSeasonalNaive || method == SimpleMethod::kSeasonalWindowAverage;
}

Status check(std::span<const double> values, int32_t horizon, const SimpleOptions& options) {
  if (horizon < 0) {
    return Error{Code::kInvalidArgument, fmt::format("horizon must be >= 0, got {}", horizon), ""};
  }
  if (options.season_length < 1 || options.window < 1) {
    return Error{Code::kInvalidArgument,
                 fmt::format("season_length and window must be >= 1, got {} and {}",
                             options.season_length, options.window),
                 ""};
  }
  if (values.empty()) return Error{Code::kInvalidData, "the series has no values", ""};
  for (size_t t = 0; t < values.size(); ++t) {
    if (!std::isfinite(values[t])) {
      return Error{Code::kInvalidData, fmt::format("value {} of the series is not finite", t), ""};
    }
  }
  if (is_seasonal(options.method) && values.size() < static_cast<size_t>(options.season_length)) {
    return Error{Code::kInvalidData,
                 fmt::format("the series has {} values, fewer than one season of {}", values.size(),
                             options.season_length),
                 "take a model without season"};
  }
  return {};
}

void historic_average(std::span<const double> y, LocalForecast& out) {
  const double n = static_cast<double>(y.size());
  const double mean = mean_of(y);
  const double s2 = y.size() < 2 ? 0 : squares_around(y, mean) / (n - 1);
  std::fill(out.mean.begin(), out.mean.end(), mean);
  std::fill(out.variance.begin(), out.variance.end(), s2 * (1 + 1 / n));
}

void drift(std::span<const double> y, bool with_slope, LocalForecast& out) {
  const size_t n_errors = y.size() - 1;
  const double n = static_cast<double>(n_errors);
  const double slope = with_slope && n_errors > 0 ? (y.back() - y.front()) / n : 0;
  double squares = 0;
  for (size_t t = 1; t < y.size(); ++t) {
    const double error = y[t] - y[t - 1] - slope;
    squares += error * error;
  }
  const size_t freedom = with_slope ? n_errors - (n_errors > 0 ? 1 : 0) : n_errors;
  const double s2 = freedom == 0 ? spread(y) : squares / static_cast<double>(freedom);
  for (size_t k = 0; k < out.mean.size(); ++k) {
    const double h = static_cast<double>(k + 1);
    out.mean[k] = y.back() + h * slope;
    out.variance[k] = s2 * h * (with_slope && n_errors > 0 ? 1 + h / n : 1.0);
  }
}

void seasonal_naive(std::span<const double> y, size_t m, LocalForecast& out) {
  double squares = 0;
  for (size_t t = m; t < y.size(); ++t) squares += (y[t] - y[t - m]) * (y[t] - y[t - m]);
  const double s2 = y.size() == m ? spread(y) : squares / static_cast<double>(y.size() - m);
  for (size_t k = 0; k < out.mean.size(); ++k) {
    out.mean[k] = y[y.size() - m + k % m];
    out.variance[k] = s2 * static_cast<double>(k / m + 1);
  }
}

/// Mean of up to `window` values at t - m, t - 2 m, ..; t counts from the start of the series and
/// may lie past its end by less than a season.
double window_mean(std::span<const double> y, size_t t, size_t m, size_t window) {
  double sum = 0;
  size_t n = 0;
  for (size_t back = m; back <= t && n < window; back += m) {
    sum += y[t - back];
    n += 1;
  }
  return sum / static_cast<double>(n);
}

void window_average(std::span<const double> y, size_t m, size_t window, LocalForecast& out) {
  // Only errors of full windows count, as long as there are any.
  const size_t full = window <= (y.size() - 1) / m ? window * m : m;
  double squares = 0;
  double sum = 0;  // running sum of the window when there is no season
  if (m == 1) {
    for (size_t t = 0; t < std::min(full, y.size()); ++t) sum += y[t];
    for (size_t t = full; t < y.size(); ++t) {
      const size_t n = std::min(window, t);
      const double error = y[t] - sum / static_cast<double>(n);
      squares += error * error;
      sum += y[t] - (n == window ? y[t - window] : 0);
    }
  } else {
    for (size_t t = full; t < y.size(); ++t) {
      const double error = y[t] - window_mean(y, t, m, window);
      squares += error * error;
    }
  }
  const double variance =
      y.size() <= full ? spread(y) : squares / static_cast<double>(y.size() - full);
  for (size_t k = 0; k < out.mean.size(); ++k) {
    out.mean[k] = k < m ? window_mean(y, y.size() + k, m, window) : out.mean[k - m];
    out.variance[k] = variance;
  }
}

}  // namespace

Status forecast_simple(std::span<const double> values, int32_t horizon,
                       const SimpleOptions& options, LocalForecast& forecast) {
  RESTOCK_TRY(check(values, horizon, options));
  forecast.mean.resize(static_cast<size_t>(horizon));
  forecast.variance.resize(static_cast<size_t>(horizon));
  forecast.fallback_reason.clear();
  const auto m = static_cast<size_t>(options.season_length);
  const auto window = static_cast<size_t>(options.window);
  switch (options.method) {
    case SimpleMethod::kHistoricAverage:
      historic_average(values, forecast);
      forecast.description.assign("mean of all");
      break;
    case SimpleMethod::kNaive:
      drift(values, false, forecast);
      forecast.description.assign("last value");
      break;
    case SimpleMethod::kDrift:
      drift(values, true, forecast);
      forecast.description.assign("random walk with drift");
      break;
    case SimpleMethod::kSeasonalNaive:
      seasonal_naive(values, m, forecast);
      write_text(forecast.description, "last season ({})", m);
      break;
    case SimpleMethod::kWindowAverage:
      window_average(values, 1, window, forecast);
      write_text(forecast.description, "mean of {}", window);
      break;
    case SimpleMethod::kSeasonalWindowAverage:
      window_average(values, m, window, forecast);
      write_text(forecast.description, "mean of {} seasons ({})", window, m);
      break;
  }
  return {};
}

}  // namespace restock
