#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "science/inventory/projected_inventory.h"
#include "science/inventory/supply.h"
#include "science/simulation/history_policy.h"
#include "science/simulation/simulation.h"

namespace restock {

/// One item to set a policy for, from paths of the demand that it has to serve.
struct ForecastItem {
  SeriesPaths demand;      ///< Of its customers and of those of all locations below.
  SeriesSupply supply;     ///< Its stock is not used.
  double recent_mean = 0;  ///< Units a period, of the sales before the origin.
};

/// Periods after the origin to set policies for.
struct ForecastWindow {
  int32_t periods = 0;  ///< >= 1
  std::span<const ForecastItem> items;
  PlanParameters parameters;
  double order_cost = 0;          ///< Money per order, for Q.
  double lead_time_mean = -1;     ///< Periods; -1 = the fixed lead time of the supply.
  double lead_time_variance = 0;  ///< Of a random lead time, periods squared.
};

/// Parameters of a policy for each review after the origin, as known at the origin: those of
/// `window_policy`, with mean and variance of demand over lead time and review taken over the
/// paths, which keep what days have in common. The moving average goes by `recent_mean` at all
/// reviews. Where the paths end before a cover does, demand goes on as in the part of it that they
/// reach over.
///
/// policies: one an item; levels: periods x items, 0 where there is no review. Items review every
/// review_period, first on the evening of the origin. Threads work over items.
/// Errors: kInvalidArgument for periods under 1, a negative order cost, an item without a path
/// beyond its last review, or what `validate` refuses.
[[nodiscard]] Result<WindowPolicy> forecast_policy(const ForecastWindow& window,
                                                   HistoryPolicy policy, ThreadPool& pool);

}  // namespace restock
