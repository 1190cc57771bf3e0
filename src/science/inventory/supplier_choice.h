#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "foundation/domain/time_axis.h"
#include "science/inventory/path_block.h"
#include "science/inventory/plan_table.h"
#include "science/inventory/projected_inventory.h"
#include "science/inventory/supply.h"

namespace restock {

/// Who gets the order of one series, and what that is expected to cost.
struct SupplierChoice {
  size_t supplier = 0;  ///< Index of the offer that is ordered from, today or on its next day.
  /// Units ordered today from a quicker and dearer supplier, to bridge the time until the order of
  /// `supplier`, or the next of the quicker one, can arrive; 0 = none.
  double bridge_quantity = 0;
  size_t bridge = 0;          ///< Its index.
  int32_t span = 0;           ///< Periods compared: the longest lead time + review of all offers.
  double cost = 0;            ///< Expected over the span: dearer purchases, holding, lost sales.
  size_t next_best = 0;       ///< The offer that would be cheapest alone otherwise.
  double next_best_cost = 0;  ///< The same for it.
};

/// The cheapest way to supply one series: from one of the offers alone, or from one with units of a
/// second that is quicker and dearer.
///
/// What each way costs is lived on every sample path through one span: today's order is that of
/// `projected_order`; on each later evening on which the supplier takes orders he gets what was
/// sold since the one before, so the position stays where today's order brought it (base stock);
/// lead times that vary are drawn, the same luck for all. Counted are holding and lost sales at the
/// costs of `parameters` and, for each unit bought, what it costs more than at the cheapest of the
/// offers: a lost sale costs `shortage_cost` net of what the unit would have cost, so that the
/// cheapest price is paid or saved either way. Units that are left or on their way at the end are
/// not counted (first in, first out), so that no supplier is charged for stock that lasts longer.
/// Where one of the unit costs is unknown (0) none counts.
///
/// The bridge: along a path, one more unit of the quick supplier is in stock from its arrival until
/// the order of the slow one could be there, or until it sells, and saves a lost sale if one of
/// those periods would have had one. If it is left after that, the slow order is one unit smaller:
/// so all that it costs beside holding is the difference of the prices, sold or not:
///
///   bridge = the smallest q >= 0 with
///       (c_quick - c_slow) + h sum_{j=1..B} P(q >= N_j)  >=  p P(q < N_B)
///
/// with N_j as in `projected_order`, over the B periods from its arrival to that of the slow order,
/// or to that of the next order of the quick supplier if that comes before: then that one goes on
/// with the bridge. A pair is taken only if it costs less than each supplier alone, packs and
/// minimum orders included. With a service level there is no bridge, for it has no price.
///
/// Source: marginal analysis as in Zipkin, Foundations of Inventory Management (2000), 9.6; for
/// two suppliers Veeraraghavan & Scheller-Wolf, Operations Research 56 (2008) 850, whose dual-index
/// policies order from the quick one up to a lower level of what arrives before it.
///
/// The offers share stock and open orders. Deterministic.
/// Errors: kInvalidArgument without an offer, or for an offer without slots; those of
/// `projected_order`.
[[nodiscard]] Result<SupplierChoice> choose_supplier(const SeriesPaths& paths,
                                                     std::span<const SeriesSupply> offers,
                                                     const PlanParameters& parameters);

/// Units of a second supplier that bridge the time until the order of the first can arrive.
struct BridgeOrder {
  size_t series = 0;
  SeriesSupply supply;  ///< Of the second supplier.
  double quantity = 0;
};

struct ChosenSuppliers {
  /// One a series: its cheapest supplier in place of the others, with a note that says what the
  /// next best would cost, and with the bridge among its open orders.
  std::vector<SeriesSupply> supply;
  std::vector<BridgeOrder> bridges;  ///< By series.
};

/// Choose a supplier for each series that has alternatives, along the paths of its forecast. The
/// others are as they were. Without paths (`paths_of` empty) all keep the supplier that they have.
/// Threads work over series; results do not depend on their number. Errors: those of `paths_of` and
/// `choose_supplier`.
[[nodiscard]] Result<ChosenSuppliers> choose_suppliers(std::span<const SeriesSupply> supply,
                                                       const PlanParameters& parameters,
                                                       const PathsOf& paths_of, Frequency frequency,
                                                       ThreadPool& pool);

/// The row of an order that bridges: the row of the series with the terms of its supplier, without
/// what is told of the other order.
[[nodiscard]] PlanRow bridge_row(const PlanRow& row, const BridgeOrder& bridge,
                                 Frequency frequency);

}  // namespace restock
