#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "foundation/domain/date.h"
#include "operations/ordering/location_plan.h"
#include "operations/publish/run_result.h"

namespace restock {

/// What `restock plan` is asked for beyond its configuration. Paths are relative to where the
/// program runs; empty = what the configuration says.
struct PlanOrdersOptions {
  std::string config_path;         ///< As given, for the record.
  std::vector<std::string> sales;  ///< In place of [data] files.
  std::string state;               ///< In place of [inventory] file.
  std::optional<Date> as_of;       ///< Sales dated later are not read; none = all are.
  int32_t periods_after = 0;  ///< Periods whose evenings may order too: the forecast covers these.
};

/// Errors: kInvalidArgument without a stock table.
[[nodiscard]] Status check_stock_known(const RunConfig& config);

/// Orders of the evening of the origin. The plan of the result has one row a series, taken as if
/// what supplies it had everything.
struct OrderPlan {
  RunResult result;
  std::optional<LocationPlan> locations;  ///< With [locations]: transfers and purchases.
};

/// Import, learn, forecast and order as of one day, as `run` does; nothing is kept. Deterministic
/// whatever the number of threads. Errors: those of `run`; kInvalidArgument if the sales end before
/// the period of `as_of`, or if no stock is known.
[[nodiscard]] Result<OrderPlan> plan_orders(const RunConfig& config,
                                            const PlanOrdersOptions& options,
                                            const ProgressCallback& progress);

}  // namespace restock
