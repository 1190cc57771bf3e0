#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "foundation/panel/censored_demand.h"
#include "foundation/panel/panel.h"
#include "science/features/period_calendar.h"

namespace restock {

/// The factors of one series in one period, 1 where there is none.
struct ProfileFactors {
  float slot = 1;
  float season = 1;
  float holiday = 1;
  float promotion = 1;

  [[nodiscard]] float product() const { return slot * season * holiday * promotion; }
};

/// The repeating shape of every series: factors that multiply its level.
///
///   expected(i, t) = level_i(t) * slot_i[slot(t)] * season_i[season(t)] * promotion_i^[promoted] *
///   holiday[holiday(t)]
///
/// Slot and season factors average 1. Each series' factor is pooled with the factor of all series
/// by empirical Bayes:
///   f_i = F (O_i / phi + k) / (F E_i / phi + k),   k = 1 / tau^2,
/// where O and E are observed and expected units, phi the overdispersion of series i, and tau^2 the
/// variance of the true factors between series, estimated by moments (Clayton & Kaldor, Biometrics
/// 1987; Morris, JASA 1983). Series that do not differ share one factor; series that do keep their
/// own as far as their data carry it.
struct Profile {
  int n_slots = 1;
  int n_seasons = 1;             ///< 1 when the history is too short to know a yearly season
  std::vector<float> slot;       ///< n_series x n_slots
  std::vector<float> season;     ///< n_series x n_seasons
  std::vector<float> promotion;  ///< n_series; factor at the mean intensity of promoted periods
  std::vector<float> holiday;    ///< one factor per holiday name, pooled over all series
  std::vector<float> overdispersion;  ///< n_series; phi >= 0.1: variance / mean around the profile
  float promotion_scale =
      1;  ///< mean intensity of promoted periods; intensity / scale is the exponent
  /// What a series without history has: the factors that the others are drawn to.
  struct Pooled {
    std::vector<float> slot;    ///< n_slots
    std::vector<float> season;  ///< n_seasons
    float promotion = 1;
    float overdispersion = 1;
  };
  Pooled pooled;
  /// Demand of censored periods, which then count in levels and shapes; empty = they are left out.
  CensoredDemand censored;

  /// The factors of series `series` at panel position `position`, calendar position `c`.
  [[nodiscard]] ProfileFactors factors(const Panel& panel, const PeriodCalendar& calendar,
                                       size_t series, int64_t position, size_t c) const;
  /// Product of them.
  [[nodiscard]] float factor(const Panel& panel, const PeriodCalendar& calendar, size_t series,
                             int64_t position, size_t c) const {
    return factors(panel, calendar, series, position, c).product();
  }
  [[nodiscard]] size_t n_series() const { return promotion.size(); }
};

/// Learn the profile from periods <= cutoff: those sold, and the censored ones that `censored` has
/// an estimate for (kept in the profile). Deterministic for any thread count. Cost: about six
/// passes over the known values.
[[nodiscard]] Profile fit_profile(const Panel& panel, const PeriodCalendar& calendar, Period cutoff,
                                  ThreadPool& pool, CensoredDemand censored = {});

}  // namespace restock
