#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace restock {

/// What the feature kernels write where there is not enough history. It is the missing value that
/// XGBoost documents
/// (`missing = nan`); a feature column is the only public place where Restock lets NaN stand for
/// "none".
inline constexpr float kNoFeature = std::numeric_limits<float>::quiet_NaN();

/// One series as the kernels see it.
///
/// values: n finite numbers. counted: n flags, 1 where the value counts (`PeriodState::kSold`), 0
/// where it does not exist or is censored; empty means that all count. A value that does not count
/// is never added, compared or counted as a period of history, but it keeps its place in time:
/// windows are windows of periods, as in `pandas.Series.rolling` with NaN for the same periods.
struct SeriesView {
  std::span<const float> values;
  std::span<const uint8_t> counted;

  [[nodiscard]] size_t size() const { return values.size(); }
  /// The first `n` periods. Precondition: n <= size().
  [[nodiscard]] SeriesView first(size_t n) const {
    return {values.first(n), counted.empty() ? counted : counted.first(n)};
  }
};

/// The periods t, t - stride, ..., t - (window - 1) * stride. stride 1 is a plain rolling window,
/// stride 7 on a daily axis takes the same weekday of the last `window` weeks.
struct WindowShape {
  int32_t window = 1;       ///< periods in the window, >= 1
  int32_t stride = 1;       ///< distance of two periods of the window, >= 1
  int32_t min_periods = 1;  ///< counted periods needed for a result, 1..window

  /// Periods between the oldest and the newest one of the window.
  [[nodiscard]] size_t reach() const {
    return (static_cast<size_t>(window) - 1) * static_cast<size_t>(stride);
  }
};

/// Memory that kernels reuse from series to series, so that loops over series do not allocate. Not
/// thread-safe: one for each worker. Its content between calls means nothing.
class KernelScratch {
 public:
  /// Entries that may be read and written, but mean nothing, before the first and after the last
  /// one of a slot: loops may begin and end at whole vectors.
  static constexpr size_t kPadding = 16;

  /// `count` doubles in slot 0..3, aligned to 64 bytes, valid until the next call for the same
  /// slot.
  double* doubles(size_t slot, size_t count);
  /// The same for floats, slot 0..3.
  float* floats(size_t slot, size_t count);
  /// The same for whole numbers, slot 0..1.
  int32_t* wholes(size_t slot, size_t count);
  /// At least `count` + 1 entries: [n] = 1 / n, [0] = 0. Kept over calls.
  const double* reciprocals(size_t count);
  /// At least `count` entries that fill(begin, end, table) computes from their index. Kept over
  /// calls: always give the same function.
  const double* merge_weights(size_t count, void (*fill)(size_t begin, size_t end, double* table));

 private:
  std::vector<double> doubles_[4];
  std::vector<float> floats_[4];
  std::vector<int32_t> wholes_[2];
  std::vector<double> reciprocals_;
  std::vector<double> merge_weights_;
};

}  // namespace restock
