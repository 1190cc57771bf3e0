#include "science/local_models/unit_root.h"

#include <algorithm>
#include <cmath>

namespace restock {

namespace {

constexpr size_t kSeasonalWindow = 11;
constexpr int32_t kInnerIterations = 2;

size_t next_odd(double value) {
  const auto up = static_cast<size_t>(std::ceil(value));
  return up % 2 == 0 ? up + 1 : up;
}

/// Local regression of degree 0 or 1 at position x (in samples, possibly outside) on the `window`
/// nearest of n equally spaced values, with tricube weights (Cleveland et al. 1990, section 2).
double loess_at(std::span<const double> y, double x, size_t window, int degree) {
  const size_t n = y.size();
  const size_t length = std::min(window, n);
  const double half = static_cast<double>(length / 2);
  const double first = std::clamp(std::round(x) - half, 0.0, static_cast<double>(n - length));
  const auto begin = static_cast<size_t>(first);
  double reach = std::max(x - first, first + static_cast<double>(length - 1) - x);
  if (window > n) reach += static_cast<double>((window - n) / 2);
  if (reach <= 0.0) return y[begin];
  double sum = 0.0;
  double sum_x = 0.0;
  double sum_xx = 0.0;
  double sum_y = 0.0;
  double sum_xy = 0.0;
  for (size_t i = begin; i < begin + length; ++i) {
    const double distance = static_cast<double>(i) - x;
    const double u = std::abs(distance) / reach;
    if (u >= 1.0) continue;
    const double cubed = 1.0 - u * u * u;
    const double weight = cubed * cubed * cubed;
    sum += weight;
    sum_x += weight * distance;
    sum_xx += weight * distance * distance;
    sum_y += weight * y[i];
    sum_xy += weight * distance * y[i];
  }
  if (!(sum > 0.0)) return y[begin];
  const double determinant = sum * sum_xx - sum_x * sum_x;
  if (degree == 0 || determinant <= 1e-12 * sum * sum) return sum_y / sum;
  return (sum_xx * sum_y - sum_x * sum_xy) / determinant;
}

/// Smooth a whole series. In the interior the weights are the same for all points and symmetric, so
/// that degree 1 gives the weighted mean as well.
void loess(std::span<const double> y, size_t window, std::vector<double>& weights,
           std::vector<double>& out) {
  const size_t n = y.size();
  out.resize(n);
  const size_t half = window / 2;
  weights.assign(window, 0.0);
  double total = 0.0;
  for (size_t i = 0; i < window; ++i) {
    const double u =
        std::abs(static_cast<double>(i) - static_cast<double>(half)) / static_cast<double>(half);
    const double cubed = 1.0 - u * u * u;
    weights[i] = cubed * cubed * cubed;
    total += weights[i];
  }
  for (size_t t = 0; t < n; ++t) {
    if (t < half || t + half >= n) {
      out[t] = loess_at(y, static_cast<double>(t), window, 1);
      continue;
    }
    double sum = 0.0;
    for (size_t i = 0; i < window; ++i) sum += weights[i] * y[t - half + i];
    out[t] = sum / total;
  }
}

/// Replace values by their moving averages over `length`, length - 1 fewer of them.
void moving_average(size_t length, std::vector<double>& values) {
  const size_t n = values.size() - length + 1;
  double sum = 0.0;
  for (size_t i = 0; i < length; ++i) sum += values[i];
  for (size_t t = 0; t < n; ++t) {
    const double first = values[t];
    values[t] = sum / static_cast<double>(length);
    if (t + 1 < n) sum += values[t + length] - first;
  }
  values.resize(n);
}

/// One inner iteration of STL: the season of `values` less the trend, into work.seasonal, and the
/// trend of what is left, into work.trend.
void decompose_once(std::span<const double> values, size_t period, size_t trend_window,
                    size_t low_pass_window, UnitRootWork& work) {
  const size_t n = values.size();
  auto& cycle = work.cycle;  // One period longer at each end.
  cycle.resize(n + 2 * period);
  for (size_t phase = 0; phase < period; ++phase) {
    work.series.clear();
    for (size_t t = phase; t < n; t += period) work.series.push_back(values[t] - work.trend[t]);
    for (size_t k = 0; k < work.series.size() + 2; ++k) {
      cycle[phase + k * period] =
          loess_at(work.series, static_cast<double>(k) - 1.0, kSeasonalWindow, 0);
    }
  }
  auto& low = work.scratch;
  low = cycle;
  moving_average(period, low);
  moving_average(period, low);
  moving_average(3, low);
  loess(low, low_pass_window, work.series, work.smooth);
  work.seasonal.resize(n);
  for (size_t t = 0; t < n; ++t) work.seasonal[t] = cycle[t + period] - work.smooth[t];
  low.resize(n);
  for (size_t t = 0; t < n; ++t) low[t] = values[t] - work.seasonal[t];
  loess(low, trend_window, work.series, work.trend);
}

double variance_of(std::span<const double> values) {
  double mean = 0.0;
  for (const double value : values) mean += value;
  mean /= static_cast<double>(values.size());
  double sum = 0.0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size());
}

bool is_constant(std::span<const double> values) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return *most - *least <= 1e-12 * std::max(std::abs(*least), std::abs(*most));
}

void take_difference(size_t lag, std::vector<double>& values) {
  for (size_t t = 0; t + lag < values.size(); ++t) values[t] = values[t + lag] - values[t];
  values.resize(values.size() - lag);
}

}  // namespace

double kpss_statistic(std::span<const double> values) {
  const size_t n = values.size();
  if (n < 2 || is_constant(values)) return 0.0;
  const auto count = static_cast<double>(n);
  double mean = 0.0;
  for (const double value : values) mean += value;
  mean /= count;
  double partial = 0.0;
  double sum_squares = 0.0;
  for (const double value : values) {
    partial += value - mean;
    sum_squares += partial * partial;
  }
  const auto lags = static_cast<size_t>(3.0 * std::sqrt(count) / 13.0);
  double long_run = 0.0;
  for (size_t lag = 0; lag <= lags && lag < n; ++lag) {
    double sum = 0.0;
    for (size_t t = lag; t < n; ++t) sum += (values[t] - mean) * (values[t - lag] - mean);
    const double weight =
        lag == 0 ? 1.0 : 2.0 * (1.0 - static_cast<double>(lag) / (static_cast<double>(lags) + 1.0));
    long_run += weight * sum / count;
  }
  return sum_squares / (count * count * long_run);
}

double seasonal_strength(std::span<const double> values, int32_t period, UnitRootWork& work) {
  const size_t n = values.size();
  if (period < 2 || n < 2 * static_cast<size_t>(period) + 1) return 0.0;
  const auto m = static_cast<size_t>(period);
  const size_t trend_window =
      next_odd(1.5 * period / (1.0 - 1.5 / static_cast<double>(kSeasonalWindow)));
  const size_t low_pass_window = next_odd(period);
  work.trend.assign(n, 0.0);
  for (int32_t i = 0; i < kInnerIterations; ++i) {
    decompose_once(values, m, trend_window, low_pass_window, work);
  }
  auto& remainder = work.scratch;
  for (size_t t = 0; t < n; ++t) {
    remainder[t] = values[t] - work.trend[t] - work.seasonal[t];
    work.seasonal[t] += remainder[t];
  }
  const double detrended = variance_of(work.seasonal);
  const double scale = variance_of(values);
  if (!(detrended > 1e-20 * scale)) return 0.0;
  return std::clamp(1.0 - variance_of(remainder) / detrended, 0.0, 1.0);
}

Differencing choose_differencing(std::span<const double> values, const DifferencingOptions& options,
                                 UnitRootWork& work) {
  Differencing chosen;
  if (values.empty()) return chosen;
  if (options.seasonal_differences_max > 0 &&
      seasonal_strength(values, options.period, work) > options.seasonal_strength_min) {
    chosen.seasonal_differences = 1;
  }
  auto& w = work.series;
  w.assign(values.begin(), values.end());
  if (chosen.seasonal_differences > 0) take_difference(static_cast<size_t>(options.period), w);
  while (chosen.differences < options.differences_max && w.size() > 2 && !is_constant(w) &&
         kpss_statistic(w) > options.kpss_max) {
    ++chosen.differences;
    take_difference(1, w);
  }
  return chosen;
}

}  // namespace restock
