#pragma once

#include "foundation/math/demand_distribution.h"

namespace restock {

/// What is known of the demand D of a period that sold its last unit: D >= sold.
struct CensoredMoments {
  double mean_above = 0;  ///< E[D | D >= sold], at least sold
  double below = 0;       ///< P(D < sold): how much the censored period tells
  double mean_below = 0;  ///< E[D | D < sold]; 0 where below is 0
};

/// Split demand with a given mean and overdispersion (variance / mean) at the units sold.
///
///   E[D | D >= c] = c + E[(D - c)+] / P(D >= c),    E[D] = P(D < c) E[D | D < c] + P(D >= c) E[D |
///   D >= c]
///
/// Counts are Poisson (overdispersion at most 1) or negative binomial, else gamma; c is `sold`,
/// rounded up for counts. Units: units per period. Pure; thread-safe. Preconditions (asserted):
/// mean and overdispersion finite and > 0, sold finite and >= 0.
/// Source: Conrad, Sales data and the estimation of demand, Operational Research Quarterly 27
/// (1976) 123 (Poisson); Agrawal & Smith, Naval Research Logistics 43 (1996) 839 (negative
/// binomial).
/// Example: Poisson mean 1, sold 1: P(D < 1) = 1 / e and E[D | D >= 1] = 1 / (1 - 1 / e) = 1.58198.
[[nodiscard]] CensoredMoments censored_moments(DemandKind kind, double mean, double overdispersion,
                                               double sold);

/// A period with stock for a known share of its usual demand.
struct PartlyStocked {
  double mean = 0;            ///< expected demand of the whole period, units, > 0
  double overdispersion = 1;  ///< variance / mean of the demand of a period, > 0
  double day_variance = 0;    ///< variance of the factor by which whole periods differ, >= 0
  double share = 1;           ///< of the usual demand that falls where there was stock, 0..1
  double sold = 0;            ///< units, >= 0
};

/// Expected demand of such a period: what was sold while there was stock, and the expected rest,
/// where sales above or below the mean so far tell of the day.
///
///   E[D | x] = x + (1 - s) m (1 + z (x / (s m) - 1)),   z = s m v / (s m v + phi)
///
/// s share, m mean, x sold, v day_variance, phi overdispersion. That stock ended when it did does
/// not enter: the likelihood of a process watched until it is stopped is that of its exposure.
/// Preconditions as named above (asserted).
/// Source: Buehlmann & Gisler, A Course in Credibility Theory (2005), ch. 3 (z).
/// Example: m 10, s 0.5, v 0, sold 7 gives 7 + 5 = 12.
[[nodiscard]] double demand_of_partly_stocked(const PartlyStocked& period);

}  // namespace restock
