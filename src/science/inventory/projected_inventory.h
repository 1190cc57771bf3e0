#pragma once

#include <vector>

#include "foundation/base/result.h"
#include "science/inventory/path_block.h"
#include "science/inventory/stock_projection.h"
#include "science/inventory/supply.h"

namespace restock {

/// What kept an order from being its need, brought to packs.
enum class OrderBound {
  kNone,
  kDisplayStock,    ///< raised, so that the display stock is there when the cover ends
  kMaxCover,        ///< cut to what is expected to sell within max_cover periods
  kPackTooLarge,    ///< nothing: the smallest order is more than that
  kMinimumTooDear,  ///< nothing: that costs less than the minimum order
};

/// What is expected of one order under lost sales, from sample paths of demand. Units of goods;
/// money as the costs.
struct ProjectedOrder {
  double need = 0;      ///< The cheapest quantity, before MOQ and packs; 0 = nothing.
  double quantity = 0;  ///< To order, after MOQ and packs.
  double projected_stock =
      0;  ///< Mean stock at the start of the covered periods, open orders in, this order not.
  double stock_out_risk = 0;  ///< Share of the paths that lose sales before this order can arrive.
  double cover_risk = 0;  ///< Share of the paths that lose sales in the covered periods, with it.
  double expected_cost = 0;  ///< Of the covered periods with the order: holding and lost sales.
  /// What the covered periods cost more on average if the same order is placed one period later,
  /// and so arrives one period later. Negative where the stock lasts and waiting saves holding.
  double cost_of_waiting = 0;
  /// The same if nothing is ordered until the next review.
  double cost_of_skipping = 0;
  double fill_rate = 1;    ///< Expected share of the demand of the covered periods that is served.
  double waste_units = 0;  ///< Of this order, expected when its shelf life ends.
  double waste_cost = 0;   ///< The same in money; part of expected_cost.
  double expiring_units = 0;  ///< Expected waste of older goods before the cover ends.
  OrderBound bound = OrderBound::kNone;
  double bound_units = 0;  ///< What the bound allows or asks for, 0 without one.
};

/// The cheapest order of one series at the origin, with lost sales. Stock is projected along every
/// path through the lead time L, period by period, so that demand which meets an empty shelf is
/// gone and not owed. The order arrives for the R periods that follow; along a path one more unit
/// in it is in stock at the end of each of those periods until the first that sells out, costs the
/// holding cost h there, and saves one lost sale p if one of them would have sold out:
///
///   need = the smallest q >= 0 with  h sum_{j=1..R} P(q >= N_j)  >=  p P(q < N_R)
///   N_j = the most that demand less arrivals of the first j covered periods ever exceeds the stock
///
/// which is the order-up-to condition of docs/guide/inventory.md without its approximation that
/// lost demand would still be served. For R = 1 it is the p / (p + h) quantile of what is missing
/// in the period of arrival. Myopic: a unit left over is charged in the covered periods only. With
/// `service_level` the need is that quantile of N_R or, as a fill rate, the smallest q of which the
/// expected share of the covered demand that is served reaches it.
///
/// Of goods with a shelf life of m periods a unit is wasted at unit_cost c if demand that older
/// goods leave in the m periods from its arrival, W, does not reach it (FIFO): c P(q >= W) is added
/// to the marginal cost, which stays convex; with m < R the first m periods are covered (Nahmias,
/// Perishable Inventory Systems (2011); the marginal condition is ours). A need under the display
/// stock's is raised; a quantity over what is expected to sell in max_cover periods is cut to whole
/// packs under it, or to nothing; where the costs decide, a minimum order over the need is taken
/// only if it costs less than no order. `bound` says which of these it was.
///
/// Where lead times vary, each path has a first and a last covered period of its own (see
/// `StockProjection`), and the condition is a sum over the paths: it stays convex in q. A path on
/// which this order and the next arrive together has nothing to cover and no say. Where no order
/// may go out in the evening of the origin, the quantity is 0, and all else is told of the order
/// that the supplier's next evening for orders would need.
///
/// Costs: as `parameters`; with `critical_ratio` r the order is decided as if a lost sale cost
/// h r / (1 - r), and told at the true costs. Deterministic. O(n_paths (L + R) + n log n).
/// Source: Zipkin, Operations Research 56 (2008) 937 (myopic policies for lost sales); Levi,
/// Janakiraman & Nagarajan, Mathematics of Operations Research 33 (2008) 351 (marginal costs).
///
/// Errors: kInvalidArgument unless there is a path and horizon >= L + R.
[[nodiscard]] Result<ProjectedOrder> projected_order(const SeriesPaths& paths,
                                                     const SeriesSupply& supply,
                                                     const PlanParameters& parameters);

/// The quantity of that condition, before MOQ and packs; below 0 where the stock is more than
/// enough. `premium` is added to the marginal cost: what each unit costs beside holding.
[[nodiscard]] double needed_units(const StockProjection& projection,
                                  const PlanParameters& parameters, double premium = 0);

/// The same told for an order of `quantity` units, whether it is the cheapest or not; `need` stays
/// that of the cheapest. Errors: as `projected_order`; kInvalidArgument for a quantity below 0.
[[nodiscard]] Result<ProjectedOrder> projected_order_of(const SeriesPaths& paths,
                                                        const SeriesSupply& supply,
                                                        const PlanParameters& parameters,
                                                        double quantity);

/// The cost of a lost sale at which `need` is the cheapest order: what a service level says about
/// money. Where no path is short of goods, half a path is. Source: the condition of
/// `projected_order` solved for p; Zipkin, Foundations of Inventory Management (2000), 6.5 (imputed
/// penalty costs). Example: R = 1, holding cost 1, three of four paths satisfied: 3.
/// Errors: as `projected_order`.
[[nodiscard]] Result<double> imputed_shortage_cost(const SeriesPaths& paths,
                                                   const SeriesSupply& supply,
                                                   const PlanParameters& parameters, double need);

/// What each next pack of an order saves in the covered periods, expected along the paths: the
/// rewards that `order_portfolio` shares a budget by. With u = pack_size and the costs of
/// `projected_order`, whose marginal cost is integrated over each pack:
///
///   reward_k = cost((k - 1) u) - cost(k u),  never rising, since the cost is convex
///
/// Ends before the first pack that saves nothing, but not before the MOQ is reached. What the pack
/// itself costs is not in it. With `critical_ratio` r a lost sale counts h r / (1 - r).
///
/// Errors: as `projected_order`; kInvalidArgument for a service level, which is no money, for
/// pack_size 0, and for over a million packs.
[[nodiscard]] Result<std::vector<double>> pack_rewards(const SeriesPaths& paths,
                                                       const SeriesSupply& supply,
                                                       const PlanParameters& parameters);

}  // namespace restock
