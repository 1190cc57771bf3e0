#pragma once

#include <string>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "science/backtest/score_card.h"
#include "science/evaluation/stability.h"
#include "science/evaluation/weighted_scores.h"

namespace restock {

/// All measures of one method over the windows it was scored on.
struct MethodResult {
  std::string name;
  bool has_quantiles = false;
  Metrics overall;
  std::vector<SegmentMetrics> segments;
  StabilitySums stability;  ///< between successive origins whose windows meet
  double wrmsse = 0;        ///< mean over origins; 0 without levels
  std::vector<LevelScore> wrmsse_levels;
  double wspl = 0;  ///< of the series, mean over origins; 0 without quantiles
};

/// What every window of a backtest is scored by. References must outlive it.
struct WindowScoring {
  const Panel& panel;
  const NaiveScale& scale;
  const SeriesClasses& classes;
  const ScoringOptions& options;
  const std::vector<AggregationLevel>& levels;  ///< of WRMSSE; empty = not measured
  std::span<const double> probabilities;        ///< of the methods that give quantiles
  ThreadPool& pool;
};

/// Collects the scores of one method, window after window.
class MethodTrack {
 public:
  /// gap: periods between an origin and the first one scored.
  MethodTrack(std::string name, int32_t horizon, int32_t gap);

  /// Score the window after origin + gap. The view's quantiles may be empty, but then for all
  /// windows of a method.
  void add_window(const WindowScoring& by, Period origin, const ForecastView& view);
  [[nodiscard]] MethodResult result(const WindowScoring& by) const;

 private:
  HorizonBuckets buckets_;
  ScoreCard card_;
  MethodResult sums_;
  std::vector<double> last_mean_;
  Period last_origin_ = 0;
  int32_t windows_ = 0;
};

}  // namespace restock
