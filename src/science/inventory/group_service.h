#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "science/inventory/path_block.h"
#include "science/inventory/supply.h"

namespace restock {

/// What one service target for a group of series comes to.
struct GroupService {
  size_t series = 0;         ///< How many are in the group.
  double shortage_cost = 0;  ///< What a lost unit of its mean price counts in decisions.
  double mean_price = 0;     ///< Of the expected demand.
  double service = 0;        ///< Expected, 0 to 1, weighed by revenue.
  bool reached = false;      ///< The target; else shelf lives or caps on cover do not allow it.
};

/// One group a number of `SeriesSupply::service_group`, which are 0, 1, 2, ...: the orders with the
/// least expected holding and waste whose service, weighed by expected revenue, reaches
/// `parameters.service_level`, as the fill rate or the cycle service of the covered periods.
///
/// The Lagrangian of that problem is a sum over the series, each with a lost sale that costs the
/// multiplier times its unit price; service never falls with the multiplier, so bisection finds the
/// smallest that reaches the target (Everett, Operations Research 11 (1963) 399, for the
/// multiplier; Thonemann, Brown & Hausman, IIE Transactions 34 (2002) 925, why a group target is
/// cheaper than the same target for each). Cycle service takes the same orders. MOQ, packs and
/// bounds are in it. A series without a price counts with the mean of those that have one; 1 where
/// none has.
///
/// Deterministic for any number of threads. Errors: kInvalidArgument without a service level or a
/// holding cost; those of `paths_of` and `check_paths`.
[[nodiscard]] Result<std::vector<GroupService>> group_services(std::span<const SeriesSupply> supply,
                                                               const PlanParameters& parameters,
                                                               const PathsOf& paths_of,
                                                               ThreadPool& pool);

/// Give each series of a group what a lost sale counts for it: `group_shortage_cost` of the supply.
void set_group_costs(std::span<const GroupService> groups, std::vector<SeriesSupply>& supply);

}  // namespace restock
