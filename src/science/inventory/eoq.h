#pragma once

#include <span>
#include <vector>

#include "foundation/base/result.h"

namespace restock {

/// Inputs of the economic order quantity. Money and units; rates per one time unit (a year, say).
struct EoqInput {
  double fixed_cost = 0;    ///< K, money per order, > 0.
  double holding_cost = 0;  ///< h, money per unit and time unit, > 0.
  double demand_rate = 0;   ///< lambda, units per time unit, > 0.
};

struct EoqPlan {
  double quantity = 0;  ///< Q*, units per order.
  double cost_rate =
      0;  ///< Money per time unit; purchase cost included only where there are discounts.
  /// Share of demand that is backordered (eoq_backorders only).
  double backordered_share = 0;
  /// Index of the price region of Q* (discounts only).
  size_t region = 0;
};

/// Q* = sqrt(2 K lambda / h), cost sqrt(2 K lambda h).
/// Errors of all functions here: kInvalidArgument if a number is not finite and > 0, or as stated.
/// Source: Snyder & Shen, Fundamentals of Supply Chain Theory, 2nd ed. (2019), ch. 3.
/// Example 3.1: K=8 h=0.225 lambda=1300 gives Q=304.0468, cost 68.4106.
[[nodiscard]] Result<EoqPlan> eoq(const EoqInput& input);

/// With planned backorders at `stockout_cost` p per unit and time unit:
/// Q* = sqrt(2 K lambda (h + p) / (h p)), backordered share h / (h + p). Source: as above,
/// sec. 3.5.
[[nodiscard]] Result<EoqPlan> eoq_backorders(const EoqInput& input, double stockout_cost);

/// Goods arrive at `production_rate` > demand_rate while being produced. Source: as above,
/// sec. 3.4.
[[nodiscard]] Result<EoqPlan> eoq_production(const EoqInput& input, double production_rate);

/// Prices by order size: region j holds orders in [breaks[j], breaks[j + 1]) at unit price
/// prices[j].
struct EoqDiscountInput {
  double fixed_cost = 0;           ///< K, > 0.
  double holding_rate = 0;         ///< i, share of the unit price per time unit, > 0.
  double demand_rate = 0;          ///< lambda, > 0.
  std::span<const double> breaks;  ///< Ascending, the first is 0.
  std::span<const double> prices;  ///< As many as breaks, > 0, falling.
};

/// The price of the region applies to all units of an order. Source: as above, sec. 3.3.2.
[[nodiscard]] Result<EoqPlan> eoq_all_units_discount(const EoqDiscountInput& input);
/// The price of a region applies only to the units above its break. Source: as above, sec. 3.3.3.
[[nodiscard]] Result<EoqPlan> eoq_incremental_discount(const EoqDiscountInput& input);

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
/// every order, the others every m-th, m near sqrt(k_n h_1 lambda_1 / (h_n lambda_n (K + k_1))).
/// Source: Silver, Management Science 22 (1976) 1351; Snyder & Shen (2019), sec. 3.8.
[[nodiscard]] Result<JointReplenishmentPlan> joint_replenishment(double family_fixed_cost,
                                                                 std::span<const JointItem> items);

}  // namespace restock
