#pragma once

#include <span>
#include <vector>

#include "science/forecast/forecast_table.h"
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

}  // namespace restock
