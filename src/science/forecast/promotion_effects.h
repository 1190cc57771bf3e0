#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "foundation/panel/panel.h"
#include "science/features/profile.h"

namespace restock {

/// Units of some periods beside what the series sell in undisturbed ones.
struct EffectRatio {
  int64_t periods = 0;
  double observed = 0;  ///< units
  double expected = 0;  ///< units without the effect
  double variance = 0;  ///< of `observed`, quasi-Poisson: sum of overdispersion x expected

  /// observed / expected; 1 without periods.
  [[nodiscard]] double ratio() const;
  /// Of the ratio, if periods are independent.
  [[nodiscard]] double standard_error() const;
  void add(const EffectRatio& other);
};

/// What promotions do to the periods and the products around them.
struct PromotionEffects {
  EffectRatio during;
  /// [k]: k + 1 periods before the first promoted one, after the last one. As many as a week has.
  std::vector<EffectRatio> before;
  std::vector<EffectRatio> after;
  /// Periods in which only other series of the group are promoted, over those without any.
  EffectRatio others;
  std::string group;  ///< what a group shares: "category, store"; "" = there are no groups

  /// Units that the rest of the group loses per 100 units that promotions add; below 0: it gains.
  /// NaN where promotions add nothing.
  [[nodiscard]] double cannibalised_percent() const;
};

/// Measure them from periods <= cutoff. The expected units of a period are the level of its series,
/// from undisturbed periods (not promoted, none promoted within a week) up to a quarter away, times
/// its profile without the promotion factor. Groups: the static attribute called category, else
/// the finest, with three series or more a group on average, within the same keys but the last;
/// without one, those keys alone. Periods between two promotions less than two weeks apart count as
/// neither before nor after. Empty without promotions. Deterministic. Cost: two passes over the
/// known values.
///
/// Source: van Heerde, Leeflang & Wittink, Marketing Science 23 (2004) 317: what a promotion gains
/// is borrowed from other weeks (dips before and after) and from other products (cannibalisation).
[[nodiscard]] PromotionEffects measure_promotion_effects(const Panel& panel,
                                                         const PeriodCalendar& calendar,
                                                         const Profile& profile, Period cutoff,
                                                         ThreadPool& pool);

}  // namespace restock
