#pragma once

#include <cstddef>
#include <span>

#include "foundation/base/result.h"

namespace restock {

/// Prices by order size: region j holds orders in [breaks[j], breaks[j + 1]) at unit price
/// prices[j].
struct EoqDiscountInput {
  double fixed_cost = 0;           ///< K, > 0.
  double holding_rate = 0;         ///< i, share of the unit price per time unit, > 0.
  double demand_rate = 0;          ///< lambda, > 0.
  std::span<const double> breaks;  ///< Ascending, the first is 0.
  std::span<const double> prices;  ///< As many as breaks, > 0, falling.
};

struct DiscountPlan {
  double quantity = 0;   ///< Q*, units per order.
  double cost_rate = 0;  ///< Money per time unit, purchases included.
  size_t region = 0;     ///< Index of the price region of Q*.
};

/// The price of the region applies to all units of an order; the cheapest quantity is one of the
/// regions' own EOQs or a break.
/// Errors of both: kInvalidArgument if a number is not finite or outside the ranges above.
/// Source: Snyder & Shen, Fundamentals of Supply Chain Theory, 2nd ed. (2019), eq. (3.18), (3.19).
/// Example: K=200 i=0.20 lambda=1000, 500/475/450 from 0/200/500 gives Q=500, cost 472,900.
[[nodiscard]] Result<DiscountPlan> eoq_all_units_discount(const EoqDiscountInput& input);
/// The price of a region applies only to the units above its break. Source: as above, eq.
/// (3.20)-(3.22). Example: K=150 i=0.25 lambda=2400, 100/90/80 from 0/300/600 gives Q=1481.89, cost
/// 222,762.81.
[[nodiscard]] Result<DiscountPlan> eoq_incremental_discount(const EoqDiscountInput& input);

}  // namespace restock
