#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "science/inventory/path_block.h"
#include "science/inventory/supply.h"
#include "science/portfolio/transfer_matching.h"

namespace restock {

/// How goods move between locations.
struct TransferOptions {
  int32_t transfer_time = 1;  ///< Periods on the way, as a lead time: 0 = there next morning.
  double transfer_cost = 0;   ///< Money per unit moved.
};

/// What the locations of each product send each other today, before anything is bought: units from
/// where they are missed least to where they save most, by `match_transfers` with the cost of
/// `cost_with_units`, which orders what is cheapest after the transfer. The plan with these
/// transfers and the orders after them never costs more in expectation than the orders alone.
///
/// groups: the series of one product in its locations, each series in one group at most. A location
/// sends whole units of what it has in stock, none without a stock record. Transfers name series;
/// they come by group, then `from`, then `to`. Under limits on orders the transfers are decided as
/// if there were none. Deterministic for any number of threads.
///
/// Errors: kInvalidArgument for a negative time or cost, and those of `paths_of` and
/// `projected_order`.
[[nodiscard]] Result<std::vector<Transfer>> plan_transfers(
    std::span<const std::vector<size_t>> groups, std::span<const SeriesSupply> supply,
    const PlanParameters& parameters, const TransferOptions& options, const PathsOf& paths_of,
    ThreadPool& pool);

/// The supply after the transfers: less stock where units were sent, an open order more where they
/// arrive.
void apply_transfers(std::span<const Transfer> transfers, int32_t transfer_time,
                     std::vector<SeriesSupply>& supply);

}  // namespace restock
