#pragma once

#include "foundation/base/thread_pool.h"
#include "foundation/panel/panel.h"
#include "science/features/pooled_statistics.h"

namespace restock {

/// Choose how far back the level of a series looks, and whether the trend of all series moves it,
/// by what would have forecast best: the Poisson deviance, over the overdispersion of each series,
/// of level x profile over `horizon` periods after several origins within the year before `cutoff`.
/// Reads nothing after the cutoff. Deterministic.
[[nodiscard]] LevelRule choose_level_rule(const Panel& panel, const PeriodCalendar& calendar,
                                          const Profile& profile, Period cutoff, int32_t horizon,
                                          ThreadPool& pool);

}  // namespace restock
