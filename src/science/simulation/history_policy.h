#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "foundation/panel/panel.h"
#include "science/inventory/supply.h"
#include "science/simulation/simulation.h"

namespace restock {

/// Policies whose parameters come from the sales before each review alone, without a forecast.
enum class HistoryPolicy {
  kMovingAverage,  ///< "moving_average": up to mean demand of the risk period
  kOrderUpTo,      ///< "order_up_to": (R,S), S by service or costs
  kReorderUpTo,    ///< "reorder_up_to": (R,s,S), orders of Q on average
  kFixedQuantity,  ///< "fixed_quantity": (R,r,nQ), multiples of Q
};

/// Reads the names above. Errors: kInvalidArgument with what was seen.
[[nodiscard]] Result<HistoryPolicy> parse_history_policy(std::string_view name);
[[nodiscard]] std::string_view history_policy_name(HistoryPolicy policy);

/// A part of a panel's history to live again.
struct HistoryWindow {
  const Panel& panel;
  Period first = 0;                      ///< First period lived again.
  int32_t periods = 0;                   ///< >= 1; the last must not lie after the panel's origin.
  std::span<const SeriesSupply> supply;  ///< One a series; its stock is not used.
  PlanParameters parameters;
  double order_cost = 0;          ///< Money per order, for Q.
  double lead_time_mean = -1;     ///< Periods; -1 = the fixed lead time of the supply.
  double lead_time_variance = 0;  ///< Of a random lead time, periods squared.
};

/// Units sold by period and series, periods x n_series; 0 where there was no demand. Preconditions:
/// those of the window.
[[nodiscard]] std::vector<float> window_demand(const HistoryWindow& window);

/// A policy as `simulate` takes it.
struct WindowPolicy {
  std::vector<StockPolicy> policies;  ///< n_series
  std::vector<float> levels;          ///< periods x n_series; 0 where there is no review
};

/// Parameters of a policy for each review in the window, of the demand of the last
/// `parameters.moving_average` periods before it: with mean m and variance v a period, demand over
/// k periods has mean k m and variance k v, plus m^2 times the variance of the lead time;
/// `order_up_to_level` gives the level. Q is the EOQ of the evening before the window, or 1.
///
/// Batches leave positions after ordering anywhere in (r, r + Q]: r is as far under the level as
/// makes both ends cost the same, G(r) = G(r + Q), with normal demand (Zheng, Management Science 38
/// (1992) 87). (R,s,S) has s likewise and S - s = Q less the demand of a review period, since it
/// also orders what demand took the position under s by.
///
/// Series review every review_period, first on the evening before the window.
///
/// Threads work over series. Errors: kInvalidArgument for a window outside the history, sizes, or
/// what `validate` refuses.
[[nodiscard]] Result<WindowPolicy> window_policy(const HistoryWindow& window, HistoryPolicy policy,
                                                 ThreadPool& pool);

/// What every policy starts with: the mean demand of a risk period on hand, in packs, nothing on
/// order.
[[nodiscard]] std::vector<float> window_start(const HistoryWindow& window);

}  // namespace restock
