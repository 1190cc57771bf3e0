#pragma once

#include <string>

#include "science/forecast/forecast_table.h"
#include "science/inventory/order_up_to.h"
#include "science/inventory/plan_table.h"
#include "science/inventory/supply.h"

namespace restock {

/// Why so much of a series is ordered, or nothing, in one sentence: stock, what is on its way, how
/// long it lasts, what was weighed, and what the reader should know of the numbers. `row` is
/// complete but for the reason; `demand` is that of its series.
[[nodiscard]] std::string order_reason(const PlanRow& row, const SeriesSupply& supply,
                                       const ForecastTable& forecast,
                                       const CumulativeDemandView& demand,
                                       const PlanParameters& parameters);

}  // namespace restock
