#include "science/features/series_kernel.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "science/features/expanding.h"
#include "science/features/recency.h"
#include "science/features/rolling.h"
#include "science/features/rolling_quantile.h"
#include "science/features/vector_lanes.h"

namespace restock {
namespace {

/// Series that one worker takes at once: enough to hide the cost of a hand-over, few enough to
/// balance cores.
constexpr size_t kSeriesPerBlock = 64;

bool is_rolling(Statistic statistic) {
  switch (statistic) {
    case Statistic::kRollingMean:
    case Statistic::kRollingStd:
    case Statistic::kRollingMin:
    case Statistic::kRollingMax:
    case Statistic::kRollingQuantile:
    case Statistic::kRollingNonzero:
      return true;
    default:
      return false;
  }
}

const char* statistic_name(Statistic statistic) {
  switch (statistic) {
    case Statistic::kLag:
      return "lag";
    case Statistic::kRollingMean:
      return "rolling_mean";
    case Statistic::kRollingStd:
      return "rolling_std";
    case Statistic::kRollingMin:
      return "rolling_min";
    case Statistic::kRollingMax:
      return "rolling_max";
    case Statistic::kRollingQuantile:
      return "rolling_quantile";
    case Statistic::kRollingNonzero:
      return "rolling_nonzero";
    case Statistic::kExpandingMean:
      return "expanding_mean";
    case Statistic::kExpandingStd:
      return "expanding_std";
    case Statistic::kExpandingMin:
      return "expanding_min";
    case Statistic::kExpandingMax:
      return "expanding_max";
    case Statistic::kExponentialMean:
      return "exponential_mean";
    case Statistic::kExponentialVariance:
      return "exponential_variance";
    case Statistic::kPeriodsSinceNonzero:
      return "periods_since_nonzero";
  }
  return "unknown";
}

Error out_of_range(const char* option, double seen, const std::string& allowed) {
  return {Code::kInvalidArgument, fmt::format("{} must be {}, got {}", option, allowed, seen),
          "see SeriesKernelOptions for what each option means"};
}

void copy_lagged(const SeriesView& x, std::span<float> out) {
  if (x.counted.empty()) {
    for (size_t i = 0; i < x.size(); i += kPrefetchAhead) {
      const size_t count = std::min(kPrefetchAhead, x.size() - i);
      for (size_t k = i; k < i + count; k += 16) {
        prefetch_line(x.values.data(), k + kPrefetchAhead);
        prefetch_line(out.data(), k + kPrefetchAhead);
      }
      std::copy_n(x.values.data() + i, count, out.data() + i);
    }
    return;
  }
  for (size_t i = 0; i < x.size(); ++i) out[i] = x.counted[i] != 0 ? x.values[i] : kNoFeature;
}

Status check_batch(size_t n_kernels, const SeriesBatch& batch,
                   std::span<const std::span<float>> columns) {
  const auto& offsets = batch.offsets;
  const auto n_values = static_cast<int64_t>(batch.values.size());
  if (offsets.empty() || offsets.front() != 0 || offsets.back() != n_values ||
      !std::is_sorted(offsets.begin(), offsets.end())) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("offsets must ascend from 0 to the number of values, {}; got {} of them",
                    n_values, offsets.size()),
        "give n_series + 1 offsets"};
  }
  if (!batch.counted.empty() && batch.counted.size() != batch.values.size()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("counted must be as long as values, {}, got {}", n_values,
                             batch.counted.size()),
                 "leave it empty if every period counts"};
  }
  if (columns.size() != n_kernels) {
    return Error{Code::kInvalidArgument,
                 fmt::format("there must be a column for each of {} kernels, got {}", n_kernels,
                             columns.size()),
                 ""};
  }
  for (const auto& column : columns) {
    if (column.size() == batch.values.size()) continue;
    return Error{
        Code::kInvalidArgument,
        fmt::format("a column must be as long as values, {}, got {}", n_values, column.size()), ""};
  }
  return {};
}

}  // namespace

Result<SeriesKernel> SeriesKernel::make(const SeriesKernelOptions& options) {
  SeriesKernelOptions checked = options;
  if (options.lag < 0) return out_of_range("lag", options.lag, ">= 0");
  if (options.window < 1) return out_of_range("window", options.window, ">= 1");
  if (options.stride < 1) return out_of_range("stride", options.stride, ">= 1");
  if (static_cast<int64_t>(options.window - 1) * options.stride > kReachMax) {
    return out_of_range("(window - 1) * stride",
                        static_cast<double>(options.window - 1) * options.stride,
                        fmt::format("at most {}", kReachMax));
  }
  const bool rolling = is_rolling(options.statistic);
  checked.min_periods = options.min_periods.value_or(rolling ? options.window : 1);
  if (*checked.min_periods < 1) return out_of_range("min_periods", *checked.min_periods, ">= 1");
  if (rolling && *checked.min_periods > options.window) {
    return out_of_range("min_periods", *checked.min_periods,
                        fmt::format("at most the window, {}", options.window));
  }
  if (!(options.probability >= 0 && options.probability <= 1)) {  // also rejects NaN
    return out_of_range("probability", options.probability, "within 0..1");
  }
  if (!(options.alpha > 0 && options.alpha <= 1)) {  // also rejects NaN
    return out_of_range("alpha", options.alpha, "above 0 and at most 1");
  }
  return SeriesKernel(checked);
}

void SeriesKernel::apply(const SeriesView& all, std::span<float> all_out,
                         KernelScratch& scratch) const {
  RESTOCK_ASSERT(all_out.size() == all.size());
  RESTOCK_ASSERT(all.counted.empty() || all.counted.size() == all.size());
  const size_t lag = std::min(static_cast<size_t>(options_.lag), all.size());
  std::fill_n(all_out.begin(), lag, kNoFeature);
  const SeriesView x = all.first(all.size() - lag);
  const std::span<float> out = all_out.subspan(lag);
  const int32_t least = *options_.min_periods;
  const WindowShape shape{options_.window, options_.stride, least};
  switch (options_.statistic) {
    case Statistic::kLag:
      return copy_lagged(x, out);
    case Statistic::kRollingMean:
      return rolling_mean(x, shape, out, scratch);
    case Statistic::kRollingStd:
      return rolling_std(x, shape, out, scratch);
    case Statistic::kRollingMin:
      return rolling_min(x, shape, out, scratch);
    case Statistic::kRollingMax:
      return rolling_max(x, shape, out, scratch);
    case Statistic::kRollingQuantile:
      return rolling_quantile(x, shape, options_.probability, out, scratch);
    case Statistic::kRollingNonzero:
      return rolling_nonzero(x, shape, out, scratch);
    case Statistic::kExpandingMean:
      return expanding_mean(x, least, out, scratch);
    case Statistic::kExpandingStd:
      return expanding_std(x, least, out, scratch);
    case Statistic::kExpandingMin:
      return expanding_min(x, least, out, scratch);
    case Statistic::kExpandingMax:
      return expanding_max(x, least, out, scratch);
    case Statistic::kExponentialMean:
      return exponential_mean(x, options_.alpha, least, out, scratch);
    case Statistic::kExponentialVariance:
      return exponential_variance(x, options_.alpha, least, out, scratch);
    case Statistic::kPeriodsSinceNonzero:
      return periods_since_nonzero(x.values, out);
  }
}

std::string SeriesKernel::name() const {
  std::string name = fmt::format("{}_lag{}", statistic_name(options_.statistic), options_.lag);
  if (is_rolling(options_.statistic)) name += fmt::format("_window{}", options_.window);
  if (options_.stride > 1) name += fmt::format("_stride{}", options_.stride);
  if (options_.statistic == Statistic::kRollingQuantile)
    name += fmt::format("_p{}", options_.probability);
  if (options_.statistic == Statistic::kExponentialMean ||
      options_.statistic == Statistic::kExponentialVariance) {
    name += fmt::format("_alpha{:.4g}", options_.alpha);
  }
  return name;
}

Status apply_batch(const SeriesKernel& kernel, const SeriesBatch& batch, std::span<float> out,
                   ThreadPool& pool) {
  return apply_batch({&kernel, 1}, batch, {&out, 1}, pool);
}

Status apply_batch(std::span<const SeriesKernel> kernels, const SeriesBatch& batch,
                   std::span<const std::span<float>> columns, ThreadPool& pool) {
  const auto& offsets = batch.offsets;
  RESTOCK_TRY(check_batch(kernels.size(), batch, columns));
  pool.parallel_for(offsets.size() - 1, kSeriesPerBlock, [&](size_t begin, size_t end) {
    KernelScratch scratch;
    for (size_t k = 0; k < kernels.size(); ++k) {
      for (size_t i = begin; i < end; ++i) {
        const auto first = static_cast<size_t>(offsets[i]);
        const size_t length = static_cast<size_t>(offsets[i + 1]) - first;
        const SeriesView x{
            batch.values.subspan(first, length),
            batch.counted.empty() ? batch.counted : batch.counted.subspan(first, length)};
        kernels[k].apply(x, columns[k].subspan(first, length), scratch);
      }
    }
  });
  return {};
}

}  // namespace restock
