#pragma once

#include <string>

#include "foundation/base/result.h"
#include "operations/ordering/plan_orders.h"

namespace restock {

/// Write one line a series, those without an order too: its keys and `quantity`; with `details`
/// also supplier, stock, demand, risks, costs and the reason. The file appears whole or not at all.
/// Errors: kIo naming the file.
[[nodiscard]] Status write_orders_csv(const OrderPlan& plan, const std::string& file, bool details);

}  // namespace restock
