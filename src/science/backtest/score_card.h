#pragma once

#include <string>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "science/evaluation/error_sums.h"
#include "science/evaluation/series_classes.h"

namespace restock {

/// Metrics of one part of the scored periods.
struct SegmentMetrics {
  std::string dimension;  ///< "origin", "horizon", "volume", "pattern"
  std::string segment;    ///< "2016-03-27", "1-7", "A", "lumpy"
  Metrics metrics;
};

/// Stretches of the horizon that are scored apart: at most four, of equal length but for the last.
/// first_step: periods between the origin and the first scored one (the gap).
/// Example: horizon 28: 1-7, 8-14, 15-21, 22-28.
struct HorizonBuckets {
  int32_t horizon = 0;
  int32_t length = 1;
  int32_t first_step = 0;

  static HorizonBuckets of(int32_t horizon, int32_t first_step);
  [[nodiscard]] size_t size() const { return static_cast<size_t>((horizon - 1) / length) + 1; }
  [[nodiscard]] std::string label(size_t bucket) const;
};

/// The sums of one method, as a whole and by segment. Cards of windows add up.
class ScoreCard {
 public:
  ScoreCard(const HorizonBuckets& buckets, size_t n_probabilities, size_t n_levels);

  /// Score every series of a window; fixed order of addition for any number of threads.
  void add_window(const Panel& actuals, const ForecastView& forecast, const NaiveScale& scale,
                  const SeriesClasses& classes, const ScoringOptions& options, ThreadPool& pool);
  void add(const ScoreCard& other);
  [[nodiscard]] Metrics overall(std::span<const double> probabilities,
                                const ScoringOptions& options) const;
  /// By horizon, volume and pattern; empty segments are left out.
  [[nodiscard]] std::vector<SegmentMetrics> segments(std::span<const double> probabilities,
                                                     const ScoringOptions& options) const;

 private:
  void add_one(const Panel& actuals, const ForecastView& forecast, const NaiveScale& scale,
               const SeriesClasses& classes, const ScoringOptions& options, size_t series,
               ErrorSums& scratch);

  HorizonBuckets buckets_;
  ErrorSums none_, all_;
  std::vector<ErrorSums> horizon_, volume_, pattern_;
};

}  // namespace restock
