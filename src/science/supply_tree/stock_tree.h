#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "foundation/base/result.h"
#include "science/supply_tree/phased_plan.h"
#include "science/supply_tree/share_stock.h"

namespace restock {

/// One product in one location.
struct StockPoint {
  /// Index of the stock point that supplies it, before it in the list; -1 = an outside supplier,
  /// which is never short.
  int32_t supplier = -1;
  SeriesSupply supply;  ///< Lead time, packs and open orders are those from its supplier.
  /// Demand of its own customers, n_paths x horizon; no values = it has none. The same number of
  /// paths and horizon wherever there are any; path p belongs to path p of all points.
  SeriesPaths demand;
};

/// What one stock point asks for, gets, and is expected to do.
struct StockPointPlan {
  ProjectedOrder order;    ///< What it would order if its supplier had everything.
  double quantity = 0;     ///< Units that its supplier sends, or that are bought outside.
  double unserved = 0;     ///< order.quantity - quantity: the supplier has no more.
  double sent = 0;         ///< Units that it sends to those below.
  int32_t last_order = 0;  ///< Its orders are known to the evening of this period after the origin.
  int32_t projected = 0;   ///< Periods of `phased`.
  PhasedPlan phased;       ///< Without its `orders`, which its supplier has seen.
};

/// Periods that paths must reach over: the longest sum of lead times and review periods from a
/// point with customers up to its outside supplier. At least 1. Precondition: suppliers lie before
/// those they supply.
[[nodiscard]] int32_t tree_risk_period(std::span<const StockPoint> points);

/// Orders of the evening of the origin, and the orders expected after it, of all stock points of
/// one product, from below upwards:
///
///   1. Points with customers alone ask for `projected_order` along their paths.
///   2. A point that supplies others sends what they ask for out of its stock of this evening;
///   where
///      that is short, `share_stock` by `rule` (in proportion with a service level, or where one of
///      them takes any quantity). What is not served is not owed: the points below ask again.
///   3. Each point below is projected along its paths with what it was sent, and orders as it will
///   at
///      its later reviews (`phase_plan`). Their sum on each path, plus its own customers, is the
///      demand of the point above, evening by evening.
///   4. That point asks for the cheapest order along those paths, with what its stock has left;
///   demand
///      that meets no stock waits. One more unit costs `holding_cost` there as below, and a unit
///      short `shortage_cost`.
///
/// Later orders are taken to be served when they are placed. The paths of each point end after the
/// last evening whose order they tell of; the more horizon, the more of them are phased.
///
/// Deterministic. Errors: kInvalidArgument for suppliers that do not lie before those they supply,
/// a point without demand of its own or below, paths that differ in number or horizon, and a
/// horizon under `tree_risk_period`; those of `phase_plan` and `share_stock`. Example: two centers
/// of Martin's (see phased_plan.h) under one warehouse ask it for 450, 0, 0, 300 and 150 units in
/// weeks 1 to 5.
[[nodiscard]] Result<std::vector<StockPointPlan>> plan_stock_tree(
    std::span<const StockPoint> points, const PlanParameters& parameters, SharingRule rule);

}  // namespace restock
