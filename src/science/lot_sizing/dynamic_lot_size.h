#pragma once

#include <span>
#include <vector>

#include "foundation/base/result.h"

namespace restock {

/// Known demand that changes from period to period; no shortages, no limit on an order. In each
/// period an order arrives first, demand is served, and what is left costs holding_cost.
/// Each cost has one value (the same in all periods) or as many as demand; all are >= 0.
struct LotSizingProblem {
  std::span<const double> demand;        ///< d_t, units, T >= 1 periods.
  std::span<const double> fixed_cost;    ///< K_t, money per order.
  std::span<const double> holding_cost;  ///< h_t, money per unit left at the end of t.
  std::span<const double> unit_cost;     ///< c_t, money per unit bought; empty means 0.
};

struct LotSizingPlan {
  std::vector<double> quantities;  ///< T: units ordered for the start of each period.
  double cost = 0;                 ///< fixed + holding + purchases, over all periods.
};

/// Money that a plan costs. quantities: T, each >= 0; an order of 0 is none.
/// Errors of all functions here: kInvalidArgument if shapes do not match, a number is negative or
/// not finite; here also if a period's demand is not covered (by more than rounding).
[[nodiscard]] Result<double> lot_sizing_cost(const LotSizingProblem& problem,
                                             std::span<const double> quantities);

/// The cheapest plan. O(T log T): what a period's order costs is a line over cumulative demand, and
/// the recursion is the lower envelope of those lines (a Li Chao tree over the T cumulative
/// demands). Of several cheapest plans it is always the same one.
/// Source: Wagner & Whitin, Management Science 5 (1958) 89; Wagelmans, van Hoesel & Kolen,
/// Operations Research 40 (1992) S145; Snyder & Shen (2019), eq. (3.39).
/// Example 3.9: d=(90,120,80,70), K=500, h=2 gives (210,0,150,0), cost 1380.
[[nodiscard]] Result<LotSizingPlan> wagner_whitin(const LotSizingProblem& problem);

/// Silver and Meal's heuristic: an order covers more periods as long as fixed plus holding cost per
/// period covered falls. Unit costs are counted but not traded off. O(T).
/// Source: Silver & Meal, Production and Inventory Management 14 (1973) 64. Example: d=(18,30,42,5,
/// 20), K=80, h=2 gives (48,0,47,0,20), cost 310.
[[nodiscard]] Result<LotSizingPlan> silver_meal(const LotSizingProblem& problem);

}  // namespace restock
