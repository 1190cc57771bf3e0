#pragma once

#include <string>

#include "operations/ordering/plan_orders.h"
#include "science/inventory/supply.h"

namespace restock {

/// Why so much of this series is ordered, or nothing, in one sentence: stock, what is on its way,
/// expected demand, what waiting would cost, and what the reader should know of the numbers.
[[nodiscard]] std::string order_reason(const OrderLine& line, const SeriesSupply& supply,
                                       const ForecastTable& forecast);

}  // namespace restock
