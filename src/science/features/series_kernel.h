#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "science/features/window_shape.h"

namespace restock {

enum class Statistic {
  kLag,
  kRollingMean,
  kRollingStd,
  kRollingMin,
  kRollingMax,
  kRollingQuantile,
  kRollingNonzero,
  kExpandingMean,
  kExpandingStd,
  kExpandingMin,
  kExpandingMax,
  kExponentialMean,
  kExponentialVariance,
  kPeriodsSinceNonzero,
};

struct SeriesKernelOptions {
  Statistic statistic = Statistic::kLag;
  /// The result at t describes the series up to t - lag. >= 0; a feature for a forecast of h
  /// periods needs lag >= h or recursion.
  int32_t lag = 0;
  int32_t window = 1;  ///< rolling statistics: periods, 1..kWindowMax
  int32_t stride =
      1;  ///< rolling statistics: 7 on a daily axis takes the same weekday of past weeks
  std::optional<int32_t>
      min_periods;           ///< counted periods needed; default: the window, 1 without one
  double probability = 0.5;  ///< kRollingQuantile, 0..1
  double alpha = 0.5;  ///< exponential statistics, above 0, at most 1; see `alpha_of_half_life`
};

/// Many series as the kernels see them. Series i is [offsets[i], offsets[i+1]) of values and
/// counted.
///
/// values: offsets.back() finite numbers. offsets: n_series + 1, ascending, from 0. counted: as
/// `SeriesView::counted`, for all series, or empty. Does not own what it points to.
struct SeriesBatch {
  std::span<const float> values;
  std::span<const int64_t> offsets;
  std::span<const uint8_t> counted;
};

/// One checked feature of a series: a statistic and its parameters. A value type; const, hence safe
/// between threads.
///
///   auto kernel = SeriesKernel::make({.statistic = Statistic::kRollingMean, .lag = 1, .window =
///   28}); RESTOCK_TRY(apply_batch(*kernel, {panel.units, panel.offsets, counted}, column, pool));
class SeriesKernel {
 public:
  /// The longest reach of a window, (window - 1) * stride.
  static constexpr int64_t kReachMax = 1 << 20;

  /// Errors: kInvalidArgument, naming the option, its value and what is allowed.
  static Result<SeriesKernel> make(const SeriesKernelOptions& options);

  /// Compute one series. out: x.size() values; the first `lag` and those without enough history are
  /// kNoFeature. The result at t depends on x[0..t-lag] only. Pure but for `scratch`.
  void apply(const SeriesView& x, std::span<float> out, KernelScratch& scratch) const;

  [[nodiscard]] const SeriesKernelOptions& options() const { return options_; }
  /// A name for the column: "rolling_mean_lag1_window28".
  [[nodiscard]] std::string name() const;

 private:
  explicit SeriesKernel(const SeriesKernelOptions& options) : options_(options) {}
  SeriesKernelOptions options_;
};

/// Compute one kernel for all series of a batch, series over threads; the same bytes for any number
/// of them. Errors: kInvalidArgument if offsets, counted or out do not fit values.
[[nodiscard]] Status apply_batch(const SeriesKernel& kernel, const SeriesBatch& batch,
                                 std::span<float> out, ThreadPool& pool);

/// The same for several kernels, which find each series in the cache. columns: one of values.size()
/// for each kernel.
[[nodiscard]] Status apply_batch(std::span<const SeriesKernel> kernels, const SeriesBatch& batch,
                                 std::span<const std::span<float>> columns, ThreadPool& pool);

}  // namespace restock
