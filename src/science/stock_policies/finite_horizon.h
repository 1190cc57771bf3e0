#pragma once

#include <span>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/math/demand_law.h"

namespace restock {

/// Uncertain demand over T periods that may differ, no lead time: at the start of each period an
/// order arrives at once, then comes demand; what cannot be served waits. Whole units: demand of
/// any size is rounded to the nearest one. Each span has one value (the same in all periods) or T.
struct FiniteHorizonProblem {
  int periods = 0;                        ///< T >= 1.
  std::span<const DemandLaw> demand;      ///< Independent between periods.
  std::span<const double> fixed_cost;     ///< K_t, money per order, >= 0.
  std::span<const double> unit_cost;      ///< c_t, money per unit ordered, >= 0.
  std::span<const double> holding_cost;   ///< h_t, money per unit left at the end of t, >= 0.
  std::span<const double> stockout_cost;  ///< p_t, money per unit waiting at the end of t, >= 0.
  double terminal_holding_cost = 0;       ///< Money per unit left after T, any sign.
  double terminal_stockout_cost = 0;      ///< Money per unit waiting after T, >= 0.
  double discount_factor = 1;             ///< gamma, in (0, 1].
  int stock = 0;                          ///< At the start; negative: waiting demand.
  /// Demand farther than this many standard deviations from its mean is left out of what follows
  /// the period (its own cost is exact). The default leaves out 1e-15 of a normal demand.
  double demand_sds_max = 8;
};

struct FiniteHorizonPlan {
  std::vector<int> reorder_points;  ///< s_t: order if stock is at s_t or under it.
  std::vector<int> order_up_to;     ///< S_t: the level to order up to from there.
  double cost = 0;  ///< Least expected discounted money over all periods, from `stock`.
};

/// Least expected cost by dynamic programming over stock levels:
///   theta_t(x) = min over y >= x of K_t [y > x] + c_t (y - x) + g_t(y) + gamma E[theta_{t+1}(y -
///   D)],
/// where g_t is the newsvendor cost and theta_{T+1}(x) the terminal cost. An (s_t, S_t) policy is
/// optimal if K_t >= gamma K_{t+1}; otherwise `cost` is still the optimum, and s_t is the highest
/// level under S_t from which it pays to order up to S_t. S_t is the lowest of equally good levels;
/// s_t is one under the grid if it never pays.
/// Time: T x levels x width of demand; levels grow with T.
/// Errors: kInvalidArgument if shapes do not match, a number is not finite or out of range, or the
/// work would exceed 1e11 steps.
/// Source: Scarf, in Mathematical Methods in the Social Sciences (1960) 196; Snyder & Shen,
/// Fundamentals of Supply Chain Theory, 2nd ed. (2019), eq. (4.66), (4.87), algorithm 4.1.
/// Example: T=5 h=1 p=20 (terminal the same) c=2 K=50 N(100, 20), demand_sds_max 4, gives s=(110,
/// 110, 110, 110, 111), S=(133, 133, 133, 133, 126), cost 1558.695.
[[nodiscard]] Result<FiniteHorizonPlan> finite_horizon(const FiniteHorizonProblem& problem);

}  // namespace restock
