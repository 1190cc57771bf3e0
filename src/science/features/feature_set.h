#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "foundation/panel/panel.h"
#include "science/features/period_calendar.h"
#include "science/features/pooled_statistics.h"
#include "science/features/profile.h"
#include "science/features/series_state.h"

namespace restock {

/// What a feature is about, for people.
enum class FeatureKind {
  kLevel,   ///< the series' own sales so far
  kTrend,   ///< how all series, and groups of them, move against their levels
  kSlot,    ///< day of the week, or hour of the week
  kSeason,  ///< time of the year and of the month
  kHoliday,
  kPromotion,
  kPrice,
  kCovariate,  ///< other quantities known ahead
  kSeries,     ///< which store, product, category, ...
  kHorizon,    ///< how many periods ahead
};
inline constexpr int kFeatureKinds = 10;

/// "level", "trend", "slot", ...
[[nodiscard]] const char* feature_kind_name(FeatureKind kind);

/// The baseline mean of one target by its parts: own level x pooled trend x factors.
struct BaselineParts {
  double own_level = 0;     ///< units per period, > 0
  double pooled_trend = 1;  ///< 1 where the level rule does not use it
  ProfileFactors factors;

  [[nodiscard]] double level() const { return own_level * pooled_trend; }
  /// The product of all of them in double; the features round that of the factors to float.
  [[nodiscard]] double mean() const {
    return level() * static_cast<double>(factors.slot) * static_cast<double>(factors.season) *
           static_cast<double>(factors.holiday) * static_cast<double>(factors.promotion);
  }
};

/// Everything features are computed from, besides the state of the series. References must outlive
/// it.
struct FeatureContext {
  const Panel& panel;
  const PeriodCalendar& calendar;
  const Profile& profile;
  LevelRule rule;
  FeatureWindows windows;
};

/// The values of one key part or attribute, ranked by what their series sell.
struct RankedColumn {
  std::string name;
  std::vector<std::string> levels;  ///< sorted, distinct
  std::vector<float> rank;          ///< of each level: 0 sells least
};

/// Ranks of every key part and attribute with 2 or more values, by the mean units of periods <=
/// cutoff.
[[nodiscard]] std::vector<RankedColumn> rank_columns(const Panel& panel, Period cutoff);
/// Ranks of these columns alone, in this order; a column that the panel does not have has no
/// levels.
[[nodiscard]] std::vector<RankedColumn> rank_columns(const Panel& panel, Period cutoff,
                                                     std::span<const std::string> columns);

/// The features of one (series, origin, target) triple: the one definition that training, batch
/// forecasts, recursion and a single online request share.
///
/// Everything about the past is read at the origin (never later); calendar, planned price,
/// promotion and covariates are read at the target. Amounts are ratios to the series' level, so
/// that series of any size can be learnt together. NaN means "not known", as the tree learner
/// documents. Immutable; thread-safe.
class FeatureSet {
 public:
  /// A series whose key or attribute has no rank has the feature "not known".
  FeatureSet(const FeatureContext& context, std::vector<Grouping> groupings,
             std::span<const RankedColumn> ranks);
  /// With `rank_columns(panel, cutoff)`.
  FeatureSet(const FeatureContext& context, std::vector<Grouping> groupings, Period cutoff)
      : FeatureSet(context, std::move(groupings), rank_columns(context.panel, cutoff)) {}

  [[nodiscard]] size_t size() const { return names_.size(); }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// One for each name.
  [[nodiscard]] const std::vector<FeatureKind>& kinds() const { return kinds_; }

  /// Write size() features and return the baseline mean: level x profile factor at the target, > 0.
  /// pooled must hold `origin`. Preconditions: start <= origin < start + state.known, target >
  /// origin.
  double fill(const SeriesState& state, const PooledStatistics& pooled, Period origin,
              Period target, std::span<float> out) const;

  /// The baseline mean by its parts.
  [[nodiscard]] BaselineParts baseline_parts(const SeriesState& state,
                                             const PooledStatistics& pooled, Period origin,
                                             Period target) const;

  /// The baseline mean alone.
  [[nodiscard]] double baseline(const SeriesState& state, const PooledStatistics& pooled,
                                Period origin, Period target) const;

 private:
  struct Row;
  template <typename Sink>
  void emit(const Row& row, Sink& sink) const;
  template <typename Sink>
  void emit_history(const Row& row, Sink& sink) const;
  template <typename Sink>
  void emit_pooled(const Row& row, Sink& sink) const;
  template <typename Sink>
  void emit_calendar(const Row& row, Sink& sink) const;
  template <typename Sink>
  void emit_planned(const Row& row, Sink& sink) const;

  FeatureContext context_;
  std::vector<Grouping> groupings_;
  std::vector<std::string> pooled_names_;  ///< "pooled_" + name of each grouping
  /// One rank per series for every ranked column.
  std::vector<std::pair<std::string, std::vector<float>>> ranks_;
  std::vector<std::string> names_;
  std::vector<FeatureKind> kinds_;
};

}  // namespace restock
