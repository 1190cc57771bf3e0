#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "foundation/domain/date.h"
#include "operations/publish/run_result.h"
#include "science/inventory/projected_inventory.h"

namespace restock {

/// What `restock plan` is asked for beyond its configuration. Paths are relative to where the
/// program runs; empty = what the configuration says.
struct PlanOrdersOptions {
  std::string config_path;         ///< As given, for the record.
  std::vector<std::string> sales;  ///< In place of [data] files.
  std::string state;               ///< In place of [inventory] file.
  std::optional<Date> as_of;       ///< Sales dated later are not read; none = all are.
};

/// The order of one series.
struct OrderLine {
  size_t series = 0;  ///< Index into the panel's keys.
  double on_hand = 0;
  double on_order = 0;
  double expected_demand = 0;  ///< Of lead time + review, units.
  ProjectedOrder order;
  std::string supplier;
  std::string reason;  ///< In words.
};

/// Orders of the evening of the origin, one a series in the panel's order.
struct OrderPlan {
  RunResult result;  ///< Of the run behind it: panel, forecast, accuracy, findings.
  std::vector<OrderLine> lines;
};

/// Import, learn, forecast and order as of one day; nothing is kept. Orders are the cheapest along
/// sample paths with lost sales: see `projected_order`. Deterministic whatever the number of
/// threads. Errors: those of `run`; kInvalidArgument if the sales end before the period of `as_of`,
/// or if quantiles are learnt directly, for then there are no paths.
[[nodiscard]] Result<OrderPlan> plan_orders(const RunConfig& config,
                                            const PlanOrdersOptions& options,
                                            const ProgressCallback& progress);

}  // namespace restock
