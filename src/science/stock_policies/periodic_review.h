#pragma once

#include "foundation/base/result.h"
#include "foundation/math/demand_law.h"

namespace restock {

/// The (R, S) policy: every R periods, order up to S. Order of events as in reorder_up_to.h: an
/// order at the start of period t arrives at the start of t + L and, with all before it, serves the
/// demand of t .. t + L + R - 1. Demand that cannot be served waits.
struct PeriodicReview {
  DemandLaw demand;       ///< Per period, independent, mean > 0; it must have laws over sums.
  double lead_time = 0;   ///< L >= 0 periods; whole for binomial and discrete demand.
  int review_period = 1;  ///< R >= 1 periods.
};

/// Money of the policy.
struct PeriodicReviewCosts {
  double review_cost = 0;    ///< Money per review or order, >= 0.
  double holding_cost = 0;   ///< h, money per unit left at the end of a period, > 0.
  double stockout_cost = 0;  ///< p, money per unit waiting at the end of a period, > 0.
};

struct PeriodicReviewPlan {
  double order_up_to = 0;  ///< S, units.
  int review_period = 0;   ///< R, periods.
  double cost = 0;         ///< Expected money per period.
};

/// [review_cost + sum over j = 1..R of g(S; demand over L + j periods)] / R, g the newsvendor cost.
/// Errors of all functions here: kInvalidArgument if a number is not finite or out of range, or
/// demand has no law over the periods needed.
/// Source: Hadley & Whitin, Analysis of Inventory Systems (1963), ch. 5; Zipkin, Foundations of
/// Inventory Management (2000), sec. 9.6. With R = 1 it is the newsvendor over L + 1 periods.
[[nodiscard]] Result<double> periodic_review_cost(const PeriodicReview& review,
                                                  const PeriodicReviewCosts& costs,
                                                  double order_up_to);

/// The cheapest S for this R: the smallest with P(D(L+1) <= S) + ... + P(D(L+R) <= S) >= R p /
/// (p + h). Source: as above.
[[nodiscard]] Result<PeriodicReviewPlan> periodic_review_exact(const PeriodicReview& review,
                                                               const PeriodicReviewCosts& costs);

/// The cheapest R of 1 .. review_period_max with its S; `review.review_period` is not looked at.
/// Errors: also unless review_period_max >= 1.
[[nodiscard]] Result<PeriodicReviewPlan> periodic_review_best(const PeriodicReview& review,
                                                              const PeriodicReviewCosts& costs,
                                                              int review_period_max);

/// Service of a given S: P(D(L+R) <= S), the share of review cycles without a stock-out, and the
/// share of demand met from stock, 1 - [n(S; L+R) - n(S; L)] / (R E[D]), n the units short.
/// Source: Silver, Pyke & Thomas, Inventory and Production Management in Supply Chains, 4th ed.
/// (2017), ch. 6; Sobel, MSOM 6 (2004) 41. The fill rate counts each unit short once, in the cycle
/// in which it is short first.
struct PeriodicReviewService {
  double cycle_service = 0;
  double fill_rate = 0;
};
[[nodiscard]] Result<PeriodicReviewService> periodic_review_service(const PeriodicReview& review,
                                                                    double order_up_to);

/// The smallest S that reaches a target in (0, 1); whole for demand in whole units.
[[nodiscard]] Result<double> order_up_to_for_cycle_service(const PeriodicReview& review,
                                                           double cycle_service);
[[nodiscard]] Result<double> order_up_to_for_fill_rate(const PeriodicReview& review,
                                                       double fill_rate);

}  // namespace restock
