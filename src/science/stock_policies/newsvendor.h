#pragma once

#include "foundation/base/result.h"
#include "foundation/math/demand_law.h"

namespace restock {

// One period, no lead time (with one, give the demand over lead time + 1 periods: the same formulas
// hold for the base-stock policy). Errors of all functions: kInvalidArgument if a number is not
// finite or out of the range given. Source: Snyder & Shen, Fundamentals of Supply Chain Theory, 2nd
// ed. (2019), ch. 4.

/// What is left over and what is missing at the end of the period.
struct NewsvendorCosts {
  double holding_cost = 0;   ///< h, money per unit left over, > 0.
  double stockout_cost = 0;  ///< p, money per unit short, > 0.
};

struct NewsvendorPlan {
  double base_stock = 0;  ///< S*, units.
  double cost = 0;        ///< Expected money per period at S*.
};

/// S* is the smallest level with P(D <= S) >= p / (p + h); the expected cost of any level is
/// h E[(S - D)+] + p E[(D - S)+]. Source: eq. (4.24), (4.27), (4.30).
/// Example 4.3: h=0.18 p=0.70 N(50, 8) gives S*=56.604, cost=1.9976.
[[nodiscard]] Result<NewsvendorPlan> newsvendor(const NewsvendorCosts& costs,
                                                const DemandLaw& demand);
/// Expected cost of the level `base_stock`.
[[nodiscard]] Result<double> newsvendor_cost(const NewsvendorCosts& costs, const DemandLaw& demand,
                                             double base_stock);

/// The same problem from prices, revenue > purchase cost > salvage value, per unit.
struct NewsvendorPrices {
  double revenue = 0;
  double purchase_cost = 0;
  double salvage_value = 0;
};
struct NewsvendorProfit {
  double base_stock = 0;
  double profit = 0;  ///< Expected money per period.
};
/// Profit (r - c) E[D] less the cost with h = c - v and p = r - c.
/// Example: r=1.00 c=0.30 v=0.12 N(50, 8) gives S*=56.604, profit 33.0024.
[[nodiscard]] Result<NewsvendorProfit> newsvendor_profit(const NewsvendorPrices& prices,
                                                         const DemandLaw& demand);

/// Costs of a period whose leftover is bought anew, at another price, in the next one.
struct MyopicCosts {
  double holding_cost = 0;        ///< h, > 0.
  double stockout_cost = 0;       ///< p, > 0.
  double purchase_cost = 0;       ///< c, money per unit now, >= 0.
  double purchase_cost_next = 0;  ///< c+, money per unit in the next period, >= 0.
  double discount_factor = 1;     ///< gamma, in (0, 1].
};
/// The base stock that is best if only this period counts: the least G(y) = c y + cost(y) -
/// gamma c+ (y - E[D]), where `cost` is the newsvendor's; P(D <= S) >= (p - c + gamma c+) / (p +
/// h). Errors: also unless that share lies in (0, 1). Source: Veinott, Management Science 12 (1965)
/// 206; Snyder & Shen (2019), sec. 4.5. Example: h=0.18 p=0.70 c=0.30 c+=0.35 gamma=0.98 N(50, 8)
/// gives 58.0989, 16.6824.
[[nodiscard]] Result<NewsvendorPlan> myopic_base_stock(const MyopicCosts& costs,
                                                       const DemandLaw& demand);
[[nodiscard]] Result<double> myopic_cost(const MyopicCosts& costs, const DemandLaw& demand,
                                         double base_stock);

/// Demand is the same in each period, but the supplier fails: up, it goes down in the next period
/// with disruption_probability; down, it recovers with recovery_probability. Unmet demand waits.
struct DisruptedSupply {
  double demand = 0;                  ///< d, units per period, > 0.
  double disruption_probability = 0;  ///< alpha, in (0, 1).
  double recovery_probability = 0;    ///< beta, in (0, 1).
};
/// S* = (1 + n) d, with n the smallest number of periods such that P(down for at most n periods)
/// = 1 - alpha / (alpha + beta) (1 - beta)^n reaches p / (p + h).
/// Source: Tomlin, Management Science 52 (2006) 639; Snyder & Shen (2019), eq. (9.14), (9.18).
/// Example 9.3: h=0.25 p=3 d=2000 alpha=0.04 beta=0.25 gives S*=8000, cost 2737.07.
[[nodiscard]] Result<NewsvendorPlan> newsvendor_disruptions(const NewsvendorCosts& costs,
                                                            const DisruptedSupply& supply);

}  // namespace restock
