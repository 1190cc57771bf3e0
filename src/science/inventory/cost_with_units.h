#pragma once

#include <cstdint>

#include "foundation/base/result.h"
#include "science/inventory/projected_inventory.h"

namespace restock {

/// When units that another location sends are there, and how far costs are told.
struct UnitsMoved {
  /// Periods on the way: sent at the end of the origin, there at the start of the period after
  /// those, as a lead time.
  int32_t transfer_time = 0;
  /// Periods whose costs are told, >= lead time + review; the same for all locations that are
  /// compared, so that goods which nobody buys cost as much everywhere.
  int32_t horizon = 0;
};

/// What a series is expected to cost along its sample paths if its location has so many units more
/// (received after `transfer_time`) or fewer (below 0: sent at once), and orders what is then
/// cheapest:
///
///   E[ holding of every period of lead time + review + lost sales in them ]
///     + holding of what is left, for each period from there to the horizon, and of units received
///       for the periods on the way
///
/// The order is that of `projected_order`, packs and MOQ included, so differences of this cost are
/// what a unit more or less is really worth: lost sales before the order can arrive, holding, and
/// what need not be ordered. Convex in the units where the pack is a unit and there is no MOQ.
///
/// Errors: those of `projected_order`; kInvalidArgument for more units sent than are in stock, for
/// a transfer_time below 0, and for a horizon below lead time + review.
[[nodiscard]] Result<double> cost_with_units(const SeriesPaths& paths, const SeriesSupply& supply,
                                             const PlanParameters& parameters, int32_t units,
                                             const UnitsMoved& moved);

}  // namespace restock
