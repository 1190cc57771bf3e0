#pragma once

#include <cstddef>
#include <cstdint>

#include "foundation/panel/panel.h"
#include "science/inventory/supply.h"

namespace restock {

/// A proposal that a person changed, and what was known when the order was placed.
struct ChangedOrder {
  size_t series = 0;    ///< Index into the panel's keys.
  Period origin = 0;    ///< The order was placed at its end.
  SeriesSupply supply;  ///< Stock and open orders at that end, lead time, review period.
  double proposed = 0;  ///< Units, >= 0.
  double decided = 0;   ///< Units, >= 0; 0 = rejected.
};

/// What one quantity came to in the covered periods.
struct QuantityOutcome {
  double holding_cost = 0;
  double shortage_cost = 0;
  double lost_units = 0;
  double left_units = 0;  ///< In stock when the cover ends.

  [[nodiscard]] double cost() const { return holding_cost + shortage_cost; }
};

struct OrderValueAdded {
  QuantityOutcome proposed;
  QuantityOutcome decided;
  /// Covered periods out of stock in history: demand was at least what is replayed.
  int32_t censored_periods = 0;
  /// Periods from the order to the end of the cover whose sales are not known.
  int32_t missing_periods = 0;

  /// Money that the change earned; below 0 it cost.
  [[nodiscard]] double value() const { return proposed.cost() - decided.cost(); }
};

/// Order value added of one changed order: live the periods from the order to the end of its cover
/// with the demand that came, once with the quantity proposed, once with the one decided, from the
/// stock and open orders known then and without any later order:
///
///   value = cost(proposed) - cost(decided),
///   cost(q) = sum over the R covered periods of  h stock left at the end + p units lost
///
/// Lead time L and order of events as in docs/guide/inventory.md; the first L periods are the same
/// for both and do not count. Units left over are charged within the cover only, as in
/// `projected_order`. Units: h and p of `costs`, money per unit and period, per lost unit. Pure.
/// Source: forecast value added (Gilliland, The Business Forecasting Deal, 2010, ch. 4) and Fildes,
/// Goodwin, Lawrence & Nikolopoulos, International Journal of Forecasting 25 (2009) 3, carried over
/// from errors of forecasts to the costs of orders; costs as Zipkin, Foundations of Inventory
/// Management (2000), 9.6.
/// Example: 4 on hand, L = 1, R = 2, demand 3, 5, 4, h = 0.1, p = 1; 10 proposed cost 0.1 (6 + 2) =
/// 0.8, an edit to 6 costs 0.1 (2 + 0) + 2 = 2.2: value -1.4.
///
/// Errors: kInvalidArgument for a quantity that is not finite and >= 0, a bad supply or cost, an
/// unknown series, and where the cover ends after the panel's origin.
[[nodiscard]] Result<OrderValueAdded> order_value_added(const Panel& panel,
                                                        const ChangedOrder& order,
                                                        const PlanParameters& costs);

}  // namespace restock
