#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "science/inventory/path_block.h"
#include "science/inventory/plan_table.h"
#include "science/inventory/supply.h"
#include "science/portfolio/limited_order.h"

namespace restock {

/// What the orders of some series may take together: a budget, a truck, storage, short stock.
struct SharedLimit {
  std::string name;
  double amount = 0;                 ///< Left for today's orders, >= 0.
  std::vector<size_t> series;        ///< Of the plan, ascending.
  std::vector<double> use_per_unit;  ///< What a unit of each takes, >= 0; as `series`.
};

/// What became of one limit.
struct LimitUse {
  std::string name;
  double amount = 0;
  double wanted = 0;  ///< What the orders would take without any limit.
  double used = 0;
  /// What one more unit would save, in money: its multiplier in the bound, or where that has none
  /// the most that a unit of it would save for one order that it cuts; 0 if it cuts none.
  double marginal_reward = 0;
  int64_t series_cut = 0;  ///< Whose order has no room for its next pack in it.
};

/// What limits did to a plan.
struct LimitedPlan {
  std::vector<LimitUse> limits;
  int64_t series_cut = 0;  ///< Whose order is smaller than without limits.
  double units_cut = 0;
  /// Expected holding and lost sales of the covered periods, more than without limits.
  double cost_of_limits = 0;
  LimitedMethod method = LimitedMethod::kUnlimited;
  bool proven = false;  ///< No other orders within the limits save more.
  double gap = 0;       ///< Largest share of what orders can save that these may miss, 0 to 1.
};

/// Cut the orders of a plan to its limits, so that those which save most stay:
/// `order_within_limits` with the `pack_rewards` of each series along its sample paths. Orders
/// under a limit never grow; of each only packs that save something stay, whatever the rounding, so
/// that a limit that does not bind never leaves a dearer plan than one that does. Series under no
/// limit keep their order. With a service level a lost sale counts `imputed_shortage_cost`.
///
/// Changes quantity, projection, outlook and reason of the rows that are cut. One limit that binds:
/// more of it never costs more in expectation, where `parameters` decide by the costs they tell (no
/// critical_ratio, no service level). Deterministic for any number of threads.
///
/// Errors: kInvalidArgument for an amount below 0, for rows without sample paths, and those of
/// `pack_rewards` and `order_within_limits`.
[[nodiscard]] Result<LimitedPlan> limit_plan(std::span<const SharedLimit> limits,
                                             std::span<const SeriesSupply> supply,
                                             const PlanParameters& parameters,
                                             const PathsOf& paths_of, ThreadPool& pool,
                                             std::vector<PlanRow>& rows,
                                             const LimitedOptions& options = {});

}  // namespace restock
