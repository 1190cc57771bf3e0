#pragma once

#include <cstdint>
#include <vector>

#include "foundation/base/result.h"
#include "science/inventory/projected_inventory.h"
#include "science/inventory/supply.h"

namespace restock {

/// Whether demand that meets an empty shelf is gone (customers) or waits (locations supplied).
enum class UnmetDemand { kLost, kOwed };

/// How far one stock point is projected.
struct PhasingOptions {
  UnmetDemand unmet = UnmetDemand::kLost;
  double first_order = 0;     ///< Units ordered on the evening of the origin.
  int32_t orders_until = 0;   ///< The last evening after the origin that may order, >= 0.
  int32_t project_until = 0;  ///< The last period projected, >= orders_until.
};

/// One stock point projected along paths, with the orders it is expected to place. Units of goods.
struct PhasedPlan {
  int32_t n_paths = 0;
  int32_t orders_until = 0;
  /// n_paths x orders_until, row-major: ordered on the evening of period k = 1, 2, ... after the
  /// origin.
  std::vector<float> orders;
  /// orders_until + 1, by evening from that of the origin on: the position (on hand + on order -
  /// owed) that a review orders up to, T_k + expected demand of the lead time; 0 where there is
  /// none.
  std::vector<double> levels;
  // By period k = 1 .. project_until at [k - 1]:
  std::vector<double> demand_mean;
  std::vector<double> arrivals_mean;
  std::vector<double> order_mean;      ///< On the evening; 0 after orders_until.
  std::vector<double> stock_mean;      ///< At the end, what is owed not subtracted.
  std::vector<double> stock_out_risk;  ///< Share of the paths that cannot serve all demand.
};

/// The order of the evening of the origin: `projected_order`, or, where unmet demand waits, the
/// same with all demand of the lead time served from the order if need be. Errors: those of
/// `projected_order`.
[[nodiscard]] Result<ProjectedOrder> order_now(const SeriesPaths& demand,
                                               const SeriesSupply& supply,
                                               const PlanParameters& parameters, UnmetDemand unmet);

/// What each next pack of that order saves: `pack_rewards`, likewise. Errors: those of
/// `pack_rewards`.
[[nodiscard]] Result<std::vector<double>> rewards_now(const SeriesPaths& demand,
                                                      const SeriesSupply& supply,
                                                      const PlanParameters& parameters,
                                                      UnmetDemand unmet);

/// Project stock along every path, with an order at each review. A review on the evening of period
/// k may know its own path up to k and nothing later. It wants T_k in stock when its order arrives:
///
///   order = T_k - (stock then, if demand of the lead time is as expected), brought to MOQ and
///   packs T_k   = the order of `order_now` for the mean state of that evening + the mean stock
///   then
///
/// Where the mean state needs no order, T_k is that of a stock which lasts through the expected
/// demand of the lead time. Demand after k is that of all paths. With one path every order is the
/// one of `order_now`: distribution requirements planning, the time-phased order point.
///
/// Goods are not wasted on the way: later stock is taken to be fresh, and a shelf life counts for
/// what an order is needed. Later orders know no bound but MOQ and packs.
///
/// Reviews are every review_period evenings from the origin on. Deterministic.
/// O(orders_until / R * n_paths (L + R) log).
/// Source: Martin, Distribution Resource Planning, rev. ed. (1993); Whybark, Production and
/// Inventory Management 16 (1975) 71 (time-phased order point). The example of two centers in the
/// test is Martin's.
///
/// Errors: kInvalidArgument if the paths end before orders_until + L + R or project_until, or for
/// options out of range; those of `order_now`.
[[nodiscard]] Result<PhasedPlan> phase_plan(const SeriesPaths& demand, const SeriesSupply& supply,
                                            const PlanParameters& parameters,
                                            const PhasingOptions& options);

}  // namespace restock
