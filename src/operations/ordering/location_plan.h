#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "foundation/config/run_config.h"
#include "operations/pipeline/stock_points.h"
#include "operations/publish/run_result.h"
#include "science/inventory/path_block.h"
#include "science/supply_tree/stock_tree.h"

namespace restock {

/// Orders of all stores and warehouses, and those expected later.
struct LocationPlan {
  StockPoints points;
  std::vector<StockPointPlan> plans;  ///< One a key of the points.

  /// Sent out of the stock of another location, or bought outside.
  [[nodiscard]] bool is_transfer(size_t i) const {
    return !points.locations.empty() && points.supplied_by[i] >= 0;
  }
  /// Names of the location that point i is in, and of what supplies it: a location, or the supplier
  /// of a purchase, empty if it has no name.
  [[nodiscard]] const std::string& location(size_t i) const;
  [[nodiscard]] const std::string& supplier(size_t i) const;
};

/// Plan the tree of locations, or each series alone if there are none, product by product, along
/// sample paths of the result's forecast: `plan_stock_tree`. Threads work over products; results do
/// not depend on their number. Errors: those of `paths_of`, which is asked for some series at a
/// time, and of `plan_stock_tree`, with the product's name; kInvalidArgument without paths, as
/// where quantiles are learnt directly.
[[nodiscard]] Result<LocationPlan> plan_locations(const RunConfig& config, StockPoints points,
                                                  const PlanParameters& parameters,
                                                  const PathsOf& paths_of, const RunResult& result,
                                                  ThreadPool& pool);

}  // namespace restock
