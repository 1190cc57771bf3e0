#pragma once

#include <cstdint>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "foundation/panel/censored_demand.h"
#include "foundation/panel/panel.h"
#include "science/features/period_calendar.h"
#include "science/features/profile.h"

namespace restock {

struct DemandOptions {
  int iterations_max = 30;       ///< of expectation and maximisation, 1..1000
  double tolerance = 1e-3;       ///< they end when no expected demand moves by more, relative
  double level_variance = 0.03;  ///< variance of the local level relative to the level of the year
  double day_variance = 0.05;    ///< see PartlyStocked
  /// Stock for a share q of the period serves 1 - (1 - q)^e of the usual demand, e above 1 where
  /// demand comes early. Used where fewer than 1,000 periods were partly stocked; else e is
  /// measured.
  double share_exponent = 1.0;
};

/// Estimate demand in the censored periods (state kOutOfStock) up to `cutoff`.
///
///   demand_i(t) ~ level_i(t) x profile_i(t), Poisson, negative binomial or gamma
///   E-step: expected demand given what was sold: censored_moments, or demand_of_partly_stocked
///           where `panel.stocked` tells the share of the period with stock
///   M-step: level_i(t) = (units + k L_i) / (factors + k), over the periods around t, drawn to the
///           level L_i of the year around them by credibility, k = phi_i / (level_variance L_i)
///
/// A censored period enters the M-step with weight w = P(D < sold) as an observation of m + E[D | D
/// >= sold] - E[D | D < sold], whose score w (observation - m) / m is that of the expected demand,
/// so both have the same solution; a period without stock has weight 0. With known shares it is
/// sold / share with weight share; the exponent of that share is the one of a grid whose sum of
/// (sold
/// - share mean)^2 / mean over the partly stocked periods is least, mean by the periods sold: it
/// holds what such days differ in besides their stock, as well. Periods not for sale or missing are
/// never touched.
///
/// Reads nothing after the cutoff. Only periods of the last four years are estimated, as the
/// profile learns from them. Deterministic for any thread count. Cost: a few passes a series.
/// Errors: kInvalidArgument for options out of range.
/// Source: Dempster, Laird & Rubin, JRSS B 39 (1977) 1, sec. 4.2 (censored data); Conrad (1976);
/// Nahmias, Operations Research 42 (1994) 739; Vulcano, van Ryzin & Ratliff, Operations Research 60
/// (2012) 313 (EM for lost sales).
/// Example: Poisson sales 3, 1, 2+, 2, 0 (+ = sold out) give level 1.7543 (see the test).
[[nodiscard]] Result<CensoredDemand> estimate_demand(const Panel& panel,
                                                     const PeriodCalendar& calendar,
                                                     const Profile& profile, Period cutoff,
                                                     const DemandOptions& options,
                                                     ThreadPool& pool);

/// Learn profile and demand together: the profile from periods sold, the demand from it, the
/// profile again with the estimates, and the demand once more (kept in the profile). Without
/// censored periods this is `fit_profile`. Errors: as above.
[[nodiscard]] Result<Profile> fit_demand_profile(const Panel& panel, const PeriodCalendar& calendar,
                                                 Period cutoff, const DemandOptions& options,
                                                 ThreadPool& pool);

/// Whether any period up to `cutoff` is censored.
[[nodiscard]] bool has_censored(const Panel& panel, Period cutoff);

}  // namespace restock
