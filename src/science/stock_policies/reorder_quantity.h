#pragma once

#include "foundation/base/result.h"
#include "foundation/math/demand_law.h"

namespace restock {

/// The (r, Q) policy in continuous time: whenever stock on hand and on order less backorders falls
/// to r, order Q. Demand of whole units comes one by one; demand that cannot be served waits.
struct ReorderQuantityProblem {
  double fixed_cost = 0;       ///< K, money per order, > 0.
  double holding_cost = 0;     ///< h, money per unit and time unit, > 0.
  double stockout_cost = 0;    ///< p, money per unit waiting and time unit, > 0.
  double demand_rate = 0;      ///< lambda, units per time unit, > 0.
  DemandLaw lead_time_demand;  ///< Over the lead time, e.g. `law.over(lead_time)`.
};

struct ReorderQuantityPlan {
  double reorder_point = 0;   ///< r, units.
  double order_quantity = 0;  ///< Q, units.
  double cost_rate = 0;       ///< Exact expected money per time unit of these r and Q.
};

/// Expected money per time unit. With g(y) the newsvendor cost of lead-time demand at level y:
///   [K lambda + integral of g over (r, r + Q)] / Q, or the sum of g(r + 1 .. r + Q) for whole
///   units.
/// Errors of all functions here: kInvalidArgument if a number is not finite or out of the ranges
/// above; here also unless Q > 0, and r and Q are whole for whole units.
/// Source: Zheng, Management Science 38 (1992) 87; Snyder & Shen, Fundamentals of Supply Chain
/// Theory, 2nd ed. (2019), eq. (5.7), (5.48). Example 5.1: K=8 h=0.225 p=7.5, N(1300, 150) a year,
/// lead time 1/12: r=126.8, Q=328.5 costs 78.0712.
[[nodiscard]] Result<double> reorder_quantity_cost(const ReorderQuantityProblem& problem,
                                                   double reorder_point, double order_quantity);

/// The cheapest r and Q. Any other law: the Q with Q g(r) - integral = K lambda, where r(Q) has
/// g(r) = g(r + Q) (Zheng 1992); both sides rise in Q. Whole units: levels y join the cycle in
/// order of g(y) as long as the next one costs less than the average (Federgruen & Zheng). Source:
/// as above; Federgruen & Zheng, Operations Research 40 (1992) 808. Example 5.8: h=20 p=150 K=100,
/// Poisson 1.5 per time unit, lead time 2 gives r=3, Q=5, cost 107.9236.
[[nodiscard]] Result<ReorderQuantityPlan> reorder_quantity_exact(
    const ReorderQuantityProblem& problem);

/// The r that is best for a given Q > 0: g(r) = g(r + Q); for whole units the r of the Q cheapest
/// neighbouring levels. Source: Snyder & Shen (2019), eq. (5.9).
[[nodiscard]] Result<ReorderQuantityPlan> reorder_point_for_quantity(
    const ReorderQuantityProblem& problem, double order_quantity);

/// Rules of thumb for r and Q, of textbooks.
enum class ReorderQuantityRule {
  /// Expected inventory level, Hadley & Whitin (1963): Q^2 = 2 lambda (K + p n(r)) / h and
  /// P(D > r) = Q h / (p lambda). Its p is money per unit short, however long it waits.
  /// Source: eq. (5.16)-(5.18), algorithm 5.1.
  kExpectedInventory,
  /// Q of the EOQ with backorders, r its best one. At most 11.8 % over the optimum (Axsaeter 1996).
  kEoqBackorders,
  /// Q of the EOQ, r the p / (p + h) quantile. Source: eq. (5.21).
  kEoqSafetyStock,
  /// n(r) = h Q / (h + p) and Q^2 = 2 [K lambda + (h + p) n2(r)] / h: the optimality conditions
  /// without what happens above r + Q. Source: eq. (5.28), (5.29).
  kLossFunction,
};

/// Errors: also for demand in whole units (use the exact one), and for kExpectedInventory if p is
/// so small that no r exists. Examples 5.2-5.6, the data above: 213.9704 / 318.5902, 128.6378 /
/// 308.5738, 190.3370 / 304.0468, 126.8671 / 328.4491.
[[nodiscard]] Result<ReorderQuantityPlan> reorder_quantity_rule(
    const ReorderQuantityProblem& problem, ReorderQuantityRule rule);

/// Service of any r and Q: P(D <= r), the share of cycles without a stock-out, and the exact share
/// of demand met from stock, 1 - [n(r) - n(r + Q)] / Q. Source: Zipkin, Foundations of Inventory
/// Management (2000), sec. 6.2.
struct ReorderQuantityService {
  double cycle_service = 0;
  double fill_rate = 0;
};
[[nodiscard]] Result<ReorderQuantityService> reorder_quantity_service(
    const DemandLaw& lead_time_demand, double reorder_point, double order_quantity);

/// The smallest r that serves the share `fill_rate`, in (0, 1), of demand with orders of Q > 0.
/// Whole units: Q must be whole, and so is r.
[[nodiscard]] Result<double> reorder_point_for_fill_rate(const DemandLaw& lead_time_demand,
                                                         double fill_rate, double order_quantity);

}  // namespace restock
