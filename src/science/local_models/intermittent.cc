#include "science/local_models/intermittent.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "science/local_models/forecast_text.h"

namespace restock {
namespace {

/// Mean and the sum of squares of the method's errors inside the series.
struct Outcome {
  double mean = 0;
  double squares = 0;
  size_t n_errors = 0;
};

bool is_share(double alpha) {
  return alpha > 0 && alpha <= 1;
}

Status check(std::span<const double> values, int32_t horizon, const IntermittentOptions& options) {
  const auto& range = options.range;
  if (horizon < 0) {
    return Error{Code::kInvalidArgument, fmt::format("horizon must be >= 0, got {}", horizon), ""};
  }
  if (!is_share(options.alpha_size) || !is_share(options.alpha_interval)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("smoothing constants must lie in (0, 1], got {} for sizes and {} for "
                             "intervals",
                             options.alpha_size, options.alpha_interval),
                 "0.1 is usual"};
  }
  if (!(range.alpha_min >= 0 && range.alpha_min <= range.alpha_max && range.alpha_max <= 1)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("the range of the smoothing constant must lie in [0, 1] and be "
                             "ordered, got {} to {}",
                             range.alpha_min, range.alpha_max),
                 "0.1 to 0.3 is usual"};
  }
  if (values.empty()) return Error{Code::kInvalidData, "the series has no values", ""};
  for (size_t t = 0; t < values.size(); ++t) {
    if (!(values[t] >= 0) || !std::isfinite(values[t])) {
      return Error{
          Code::kInvalidData,
          fmt::format("value {} of the series is {}, and must be finite and >= 0", t, values[t]),
          "count returns apart from demand"};
    }
  }
  return {};
}

/// Sizes of the demands and the periods from one to the next.
void split(std::span<const double> values, IntermittentWorkspace& w) {
  w.sizes.clear();
  w.intervals.clear();
  size_t last = 0;
  for (size_t t = 0; t < values.size(); ++t) {
    if (values[t] == 0) continue;
    w.sizes.push_back(values[t]);
    w.intervals.push_back(static_cast<double>(t + 1 - last));
    last = t + 1;
  }
}

/// Errors of `factor` x size / interval in each period after the first demand: between two demands
/// the forecast stands still, so only the demand differs from zero.
Outcome croston(const IntermittentWorkspace& w, size_t n_values, double alpha_size,
                double alpha_interval, double factor) {
  double size = w.sizes[0];
  double interval = w.intervals[0];
  size_t seen = static_cast<size_t>(w.intervals[0]);
  Outcome out;
  for (size_t k = 1; k < w.sizes.size(); ++k) {
    const double rate = factor * size / interval;
    const double error = w.sizes[k] - rate;
    out.squares += (w.intervals[k] - 1) * rate * rate + error * error;
    seen += static_cast<size_t>(w.intervals[k]);
    size += alpha_size * (w.sizes[k] - size);
    interval += alpha_interval * (w.intervals[k] - interval);
  }
  out.mean = factor * size / interval;
  out.squares += static_cast<double>(n_values - seen) * out.mean * out.mean;
  out.n_errors = n_values - static_cast<size_t>(w.intervals[0]);
  return out;
}

Outcome tsb(std::span<const double> values, double alpha_size, double alpha_probability) {
  double probability = values[0] > 0 ? 1 : 0;
  double size = values[0];
  bool started = values[0] > 0;
  Outcome out;
  for (const double y : values.subspan(1)) {
    if (started) {
      const double error = y - probability * size;
      out.squares += error * error;
      out.n_errors += 1;
    }
    probability += alpha_probability * ((y > 0 ? 1.0 : 0.0) - probability);
    if (y > 0) size += started ? alpha_size * (y - size) : y;
    started = started || y > 0;
  }
  out.mean = probability * size;
  return out;
}

/// The forecast from blocks of `block` periods; adds, for each period after the first block, what
/// was forecast for it to `fitted` (one a period of the series).
double block_forecast(std::span<const double> values, size_t block, const SmoothingRange& range,
                      std::vector<double>& sums, std::vector<double>& fitted) {
  const size_t n_blocks = values.size() / block;
  const size_t dropped = values.size() - n_blocks * block;
  sums.resize(n_blocks);
  for (size_t b = 0; b < n_blocks; ++b) {
    const double* first = values.data() + dropped + b * block;
    double sum = 0;
    for (size_t k = 0; k < block; ++k) sum += first[k];
    sums[b] = sum;
  }
  const SmoothingFit fit = best_smoothing(sums, range);
  const double periods = static_cast<double>(block);
  double level = sums[0];
  for (size_t b = 1; b < n_blocks; ++b) {
    const double rate = level / periods;
    double* first = fitted.data() + dropped + b * block;
    for (size_t k = 0; k < block; ++k) first[k] += rate;
    level += fit.alpha * (sums[b] - level);
  }
  return fit.level / periods;
}

/// The mean interval as a number of periods. A demand in the last period makes it at most the
/// length of the series; without one it is smaller.
size_t block_length(const IntermittentWorkspace& w) {
  double periods = 0;
  for (const double interval : w.intervals) periods += interval;
  const double mean = periods / static_cast<double>(w.intervals.size());
  return static_cast<size_t>(std::nearbyint(mean));
}

Outcome aggregated(std::span<const double> values, size_t first_block, const SmoothingRange& range,
                   IntermittentWorkspace& w) {
  const size_t last_block = block_length(w);
  const double n_forecasts = static_cast<double>(last_block - first_block + 1);
  w.fitted.assign(values.size(), 0.0);
  Outcome out;
  for (size_t block = first_block; block <= last_block; ++block) {
    out.mean += block_forecast(values, block, range, w.sums, w.fitted);
  }
  out.mean /= n_forecasts;
  // The longest blocks are the last to have a forecast: from here on each period has all of them.
  for (size_t t = std::min(values.size(), 2 * last_block - 1); t < values.size(); ++t) {
    const double error = values[t] - w.fitted[t] / n_forecasts;
    out.squares += error * error;
    out.n_errors += 1;
  }
  return out;
}

double variance_of(std::span<const double> values, const Outcome& outcome) {
  if (outcome.n_errors >= 2) return outcome.squares / static_cast<double>(outcome.n_errors);
  double squares = 0;
  for (const double y : values) squares += (y - outcome.mean) * (y - outcome.mean);
  return squares / static_cast<double>(values.size());
}

/// Runs the method; writes its name and constants.
Outcome run(std::span<const double> values, const IntermittentOptions& options,
            IntermittentWorkspace& w, std::string& description) {
  const double size = options.alpha_size;
  const double interval = options.alpha_interval;
  switch (options.method) {
    case IntermittentMethod::kCroston:
      write_text(description, "Croston(size {:.3f}, interval {:.3f})", size, interval);
      return croston(w, values.size(), size, interval, 1.0);
    case IntermittentMethod::kSba:
      write_text(description, "SBA(size {:.3f}, interval {:.3f})", size, interval);
      return croston(w, values.size(), size, interval, 1 - interval / 2);
    case IntermittentMethod::kTsb:
      write_text(description, "TSB(size {:.3f}, probability {:.3f})", size, interval);
      return tsb(values, size, interval);
    case IntermittentMethod::kCrostonOptimised: {
      const double best_size = best_smoothing(w.sizes, options.range).alpha;
      const double best_interval = best_smoothing(w.intervals, options.range).alpha;
      write_text(description, "Croston(size {:.3f}, interval {:.3f})", best_size, best_interval);
      return croston(w, values.size(), best_size, best_interval, 1.0);
    }
    case IntermittentMethod::kAdida:
      write_text(description, "ADIDA({})", block_length(w));
      return aggregated(values, block_length(w), options.range, w);
    case IntermittentMethod::kImapa:
      write_text(description, "IMAPA({})", block_length(w));
      return aggregated(values, 1, options.range, w);
  }
  RESTOCK_ASSERT(false);
  return {};
}

}  // namespace

Status forecast_intermittent(std::span<const double> values, int32_t horizon,
                             const IntermittentOptions& options, IntermittentWorkspace& workspace,
                             LocalForecast& forecast) {
  RESTOCK_TRY(check(values, horizon, options));
  split(values, workspace);
  Outcome outcome;
  double variance = 0;
  if (workspace.sizes.empty()) {
    forecast.description.assign("no demand");
  } else {
    outcome = run(values, options, workspace, forecast.description);
    variance = variance_of(values, outcome);
  }
  forecast.fallback_reason.clear();
  forecast.mean.assign(static_cast<size_t>(horizon), outcome.mean);
  forecast.variance.assign(static_cast<size_t>(horizon), variance);
  return {};
}

}  // namespace restock
