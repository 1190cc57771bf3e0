#pragma once

#include <span>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "science/forecast/forecast_table.h"
#include "science/inventory/path_block.h"
#include "science/inventory/plan_table.h"
#include "science/inventory/supply.h"

namespace restock {

/// The plan of every series at the origin of `forecast`: one row a series, in its order. The origin
/// is a review: an order is proposed wherever stock and open orders are under the order-up-to
/// level.
///
/// supply: one entry a series of the forecast. Where lead time + review exceeds the horizon, demand
/// is extended linearly and the reason says so. Pure; order of events and formulas are in
/// docs/guide/inventory.md. Errors: kInvalidArgument if sizes do not match or a parameter or supply
/// entry is out of range.
[[nodiscard]] Result<std::vector<PlanRow>> make_plan(const ForecastTable& forecast,
                                                     std::span<const SeriesSupply> supply,
                                                     const PlanParameters& parameters);

/// The same with the order of each series taken along sample paths by `projected_order`; the
/// order-up-to level stays for information. Where lead time + review exceeds the paths, they are
/// `extended`, and the reason says so. paths_of: asked for some series of the forecast at a time,
/// in their order; an empty function = there are no paths, so orders go up to the level, and the
/// reason says so. Threads work over series; results do not depend on their number. Errors: those
/// of the first, of `paths_of` and of `projected_order`.
[[nodiscard]] Result<std::vector<PlanRow>> make_plan(const ForecastTable& forecast,
                                                     std::span<const SeriesSupply> supply,
                                                     const PlanParameters& parameters,
                                                     const PathsOf& paths_of, ThreadPool& pool);

}  // namespace restock
