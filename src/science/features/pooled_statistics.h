#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "foundation/panel/panel.h"
#include "science/features/series_state.h"

namespace restock {

/// How the level of a series is measured before anything is learnt.
struct LevelRule {
  int32_t window = 728;      ///< periods the series' own level looks back over
  bool pooled_trend = true;  ///< multiply by how all series together moved against their own levels
  double prior = 0;          ///< level that a series' whole past is drawn to, units per period
  double pseudo = 0.5;       ///< periods that the prior counts for there, and the past in a window
};

/// Series that share one value of a key part or attribute.
struct Grouping {
  std::string name;
  std::vector<int32_t> code;  ///< n_series, -1 = none
  int32_t n_levels = 0;
};

/// Key parts and attributes that group series: at least two values, at least two series a value on
/// average. At most `most` of them, those with fewer values first.
[[nodiscard]] std::vector<Grouping> find_groupings(const Panel& panel, size_t most);

/// The groupings by these columns of keys or attributes, in this order; those that the panel does
/// not have put all series in none. For a model that was learnt with them.
[[nodiscard]] std::vector<Grouping> groupings_by(const Panel& panel,
                                                 std::span<const std::string> columns);

/// Movement of many series together, per origin: units sold in a recent window, over what the
/// series' own levels (LevelRule) would have given. 1 = no movement. It carries trend that one
/// noisy series cannot show.
struct PooledStatistics {
  Period first = 0;          ///< first origin
  std::vector<float> month;  ///< all series, window month; one value per origin
  std::vector<float> quarter;
  std::vector<float> year;
  std::vector<Grouping> groupings;
  /// Per grouping: n_levels x n_origins, window month, relative to `month`; drawn to 1 where few
  /// units were sold.
  std::vector<std::vector<float>> group;

  [[nodiscard]] size_t n_origins() const { return month.size(); }
};

/// Compute the statistics for origins [first, last]. Reads nothing after `last`. Deterministic for
/// any thread count. Memory: 8 bytes x n_series x origins while it runs.
[[nodiscard]] PooledStatistics pool_statistics(const Panel& panel, const PeriodCalendar& calendar,
                                               const Profile& profile, const LevelRule& rule,
                                               Period first, Period last,
                                               std::vector<Grouping> groupings, ThreadPool& pool);

/// One origin, from states already loaded (all series in order): for recursion and online requests.
[[nodiscard]] PooledStatistics pool_statistics_of(std::span<const SeriesState> states,
                                                  const FeatureWindows& windows,
                                                  const LevelRule& rule, Period origin,
                                                  std::vector<Grouping> groupings);

}  // namespace restock
