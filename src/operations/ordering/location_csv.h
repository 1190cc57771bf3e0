#pragma once

#include <string>

#include "foundation/base/result.h"
#include "operations/ordering/location_plan.h"
#include "operations/publish/run_result.h"

namespace restock {

/// Write one line a stock point, those without an order too: keys, `quantity`, `kind` (transfer,
/// purchase), `from` and `to`; with `details` also what was asked for and not served, stock,
/// demand, risks and the reason. The file appears whole or not at all. Errors: kIo naming the file.
[[nodiscard]] Status write_location_orders_csv(const LocationPlan& plan, const RunResult& result,
                                               const std::string& file, bool details);

/// Write the plan phased in time: for each stock point the evening of the origin and the periods
/// after it, with the expected order of each evening, demand, arrivals and stock. Errors: kIo
/// naming the file.
[[nodiscard]] Status write_phased_csv(const LocationPlan& plan, const RunResult& result,
                                      const std::string& file);

}  // namespace restock
