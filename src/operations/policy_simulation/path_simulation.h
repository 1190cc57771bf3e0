#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "operations/ordering/plan_orders.h"
#include "operations/publish/run_result.h"
#include "science/simulation/compare.h"
#include "science/simulation/history_policy.h"

namespace restock {

/// A policy to simulate over sample paths.
struct PathPolicy {
  /// None = "projected": up to what `restock plan` would order at each review, as known at the
  /// origin.
  std::optional<HistoryPolicy> rule;

  [[nodiscard]] std::string_view name() const;
};

/// Reads "projected" and the names of history policies. Errors: kInvalidArgument with what was
/// seen.
[[nodiscard]] Result<PathPolicy> parse_path_policy(std::string_view name);

/// What `restock simulate --policies --over paths` is asked for beyond the configuration and the
/// files.
struct PathSimulationOptions {
  PlanOrdersOptions files;
  std::vector<PathPolicy> policies;  ///< The first is what the others are measured against.
  int32_t periods = 0;               ///< After the origin; 0 = four risk periods of [plan].
  int32_t n_paths = 200;
  bool backorders = false;
  int32_t shelf_life = 0;           ///< periods, 0 = as [inventory] and [plan] say
  double order_cost = 0;            ///< money per order
  std::vector<int32_t> lead_times;  ///< Of outside suppliers; each order draws one. Empty = fixed.
};

struct PathSimulation {
  RunResult result;  ///< Of the forecast behind it.
  int32_t periods = 0;
  int32_t n_paths = 0;
  struct Location {
    std::string name;
    bool sells = false;  ///< It has customers of its own and supplies no other location.
  };
  std::vector<Location> locations;  ///< Empty without [locations].
  std::vector<ComparedPolicy> policies;
};

/// Forecast as `restock plan` does and live the periods after the origin on sample paths of demand
/// by each policy, from the stock and open orders of the stock table, in the tree of [locations]
/// where there is one: all meet the same demand and lead times. Levels are set at the origin, from
/// the paths, for every review to come. A short location shares in proportion and forgets what it
/// cannot serve. Deterministic whatever the number of threads. Errors: those of `plan_orders`,
/// `forecast_policy` and `simulate`; kInvalidArgument where paths would not fit in memory.
[[nodiscard]] Result<PathSimulation> simulate_paths(const RunConfig& config,
                                                    const PathSimulationOptions& options,
                                                    const ProgressCallback& progress);

}  // namespace restock
