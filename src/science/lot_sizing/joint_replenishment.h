#pragma once

#include <span>
#include <vector>

#include "foundation/base/result.h"

namespace restock {

/// One item of a family that is ordered together.
struct JointItem {
  double fixed_cost = 0;    ///< k_n, money whenever this item is part of an order, > 0.
  double holding_cost = 0;  ///< h_n, > 0.
  double demand_rate = 0;   ///< lambda_n, > 0.
};

struct JointReplenishmentPlan {
  double cycle = 0;                ///< T, time between orders of the family.
  std::vector<int> multiples;      ///< Item n is ordered every multiples[n] cycles.
  std::vector<double> quantities;  ///< units per order of the item
  double cost_rate = 0;
};

/// Silver's heuristic for joint replenishment: the item with the smallest k / (h lambda) is in
/// every order, the others every m-th, with the m that is cheapest for that cycle, which lies near
/// sqrt(k_n h_1 lambda_1 / (h_n lambda_n (K + k_1))). The cycle is then the best one for these m.
///
/// `family_fixed_cost` K: money per order of the family, > 0. items: at least one.
/// Errors: kInvalidArgument if a number is not finite and > 0, there is no item, or an item would
/// be ordered in fewer than one of a billion cycles. Source: Silver, Management Science 22 (1976)
/// 1351; Snyder & Shen, Fundamentals of Supply Chain Theory, 2nd ed. (2019), ch. 3. Example: K=600,
/// k=(120,840,300), h=(160,20,50), lambda=1 gives T=3.1032, m=(1,3,1), cost 837.8544.
[[nodiscard]] Result<JointReplenishmentPlan> joint_replenishment(double family_fixed_cost,
                                                                 std::span<const JointItem> items);

}  // namespace restock
