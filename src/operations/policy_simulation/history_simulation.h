#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "operations/ordering/plan_orders.h"
#include "operations/publish/run_result.h"
#include "science/simulation/compare.h"
#include "science/simulation/history_policy.h"

namespace restock {

/// What `restock simulate --policies` is asked for beyond the configuration and the files.
struct HistorySimulationOptions {
  PlanOrdersOptions files;
  std::vector<HistoryPolicy> policies;  ///< The first is what the others are measured against.
  int32_t periods = 0;                  ///< 0 = eight risk periods of [plan]
  bool backorders = false;
  int32_t shelf_life = 0;           ///< periods, 0 = as [inventory] and [plan] say
  double order_cost = 0;            ///< money per order
  std::vector<int32_t> lead_times;  ///< Seen so far; each shipment draws one. Empty = fixed.
};

struct HistorySimulation {
  RunResult result;  ///< Panel, rows and findings of the import.
  Period first = 0;
  int32_t periods = 0;
  std::optional<LeadTimeLaw> lead_time_law;
  std::vector<ComparedPolicy> policies;
};

/// Live the last periods of history by each policy, all from one starting stock and with the same
/// lead times. The stock table's lead times, packs, minima and purchase costs (of waste) hold; its
/// stock is not used. Deterministic whatever the number of threads. Errors: those of
/// `PassingJob::open`, `window_policy` and `simulate`; kInvalidArgument if the history is too
/// short.
[[nodiscard]] Result<HistorySimulation> simulate_history(const RunConfig& config,
                                                         const HistorySimulationOptions& options,
                                                         const ProgressCallback& progress);

}  // namespace restock
