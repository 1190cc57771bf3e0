#include "science/inventory/projected_inventory.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "science/inventory/order_decision.h"
#include "science/inventory/order_slots.h"
#include "science/inventory/stock_projection.h"

namespace restock {

double needed_units(const StockProjection& projection, const PlanParameters& parameters,
                    double premium) {
  const auto n = static_cast<double>(projection.n_paths());
  const auto covering = static_cast<double>(projection.n_covering());
  const bool by_service = parameters.service_level > 0;
  const double holding = by_service ? 0 : parameters.holding_cost;
  const double shortage = by_service ? 1 : deciding_shortage_cost(parameters);
  const double waste = by_service ? 0 : projection.unit_cost();
  // Marginal cost at q, times n: the weights of all points <= q, less the lost sale of each path.
  const double enough =
      (by_service ? parameters.service_level : shortage) * covering * (1 - 1e-12) - premium * n;
  if (enough <= 0) return 0;
  double sum = 0;
  for (const auto& [quantity, weight] : projection.turning_points(holding, shortage, waste)) {
    sum += weight;
    if (sum >= enough) return quantity;
  }
  return 0;
}

namespace {

/// What an order of `quantity` is expected to do; need and bound are not in it.
ProjectedOrder tell(const StockProjection& projection, const SeriesSupply& supply,
                    const PlanParameters& parameters, double quantity) {
  ProjectedOrder order;
  order.quantity = quantity;
  order.stock_out_risk = projection.stock_out_risk();
  order.projected_stock = projection.projected_stock();
  order.expiring_units = projection.older_wasted_units();
  const auto cost = [&](const CoverOutcome& outcome) {
    return parameters.holding_cost * outcome.holding_units +
           parameters.shortage_cost * outcome.lost_units + supply.unit_cost * outcome.wasted_units;
  };
  const CoverOutcome ordered = projection.with_order(quantity);
  order.cover_risk = ordered.losing;
  order.expected_cost = cost(ordered);
  if (ordered.demand_units > 0) order.fill_rate = 1 - ordered.lost_units / ordered.demand_units;
  order.waste_units = ordered.wasted_units;
  order.waste_cost = supply.unit_cost * ordered.wasted_units;
  if (!orders_at_origin(supply)) {
    // What was told above is what the order of the next evening for orders would do.
    order.quantity = 0;
  } else if (quantity > 0) {
    order.cost_of_waiting = cost(projection.with_order(quantity, 1)) - order.expected_cost;
    order.cost_of_skipping = cost(projection.with_order(0)) - order.expected_cost;
  }
  return order;
}

}  // namespace

Result<ProjectedOrder> projected_order(const SeriesPaths& paths, const SeriesSupply& supply,
                                       const PlanParameters& parameters) {
  RESTOCK_TRY(check_paths(paths, supply));
  const StockProjection projection(paths, supply);
  const OrderDecision decision =
      decide_order(projection, supply, deciding_parameters(parameters, supply));
  ProjectedOrder order = tell(projection, supply, parameters, decision.quantity);
  order.need = decision.need;
  order.bound = decision.bound;
  order.bound_units = decision.bound_units;
  return order;
}

Result<ProjectedOrder> projected_order_of(const SeriesPaths& paths, const SeriesSupply& supply,
                                          const PlanParameters& parameters, double quantity) {
  RESTOCK_TRY(check_paths(paths, supply));
  if (!std::isfinite(quantity) || quantity < 0) {
    return Error{Code::kInvalidArgument,
                 fmt::format("the quantity of an order must be >= 0, got {}", quantity),
                 "0 = no order"};
  }
  const StockProjection projection(paths, supply);
  ProjectedOrder order = tell(projection, supply, parameters, quantity);
  order.need = decide_order(projection, supply, deciding_parameters(parameters, supply)).need;
  return order;
}

Result<double> imputed_shortage_cost(const SeriesPaths& paths, const SeriesSupply& supply,
                                     const PlanParameters& parameters, double need) {
  RESTOCK_TRY(check_paths(paths, supply));
  const StockProjection projection(paths, supply);
  double held = 0;
  auto short_of = static_cast<double>(projection.n_covering());
  // In one list: 1 for each N_j, and more than all of these for each N_R.
  const double at_last = 2 + short_of * supply.review_period;
  for (const auto& [quantity, weight] : projection.turning_points(1, at_last)) {
    if (quantity > need) break;
    if (weight > 0) held += 1;
    if (weight > 1) short_of -= 1;
  }
  return parameters.holding_cost * held / std::max(0.5, short_of);
}

Result<std::vector<double>> pack_rewards(const SeriesPaths& paths, const SeriesSupply& supply,
                                         const PlanParameters& given) {
  const PlanParameters parameters = deciding_parameters(given, supply);
  constexpr size_t kPacksMax = 1'000'000;
  RESTOCK_TRY(check_paths(paths, supply));
  if (parameters.service_level > 0 || !(supply.pack_size > 0)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("rewards of packs need costs and a pack, got service_level {} and "
                             "pack_size {}",
                             parameters.service_level, supply.pack_size),
                 "set service_level 0 and pack_size > 0"};
  }
  const StockProjection projection(paths, supply);
  if (!orders_at_origin(supply)) return std::vector<double>{};
  const double shortage = deciding_shortage_cost(parameters);
  const auto points =
      projection.turning_points(parameters.holding_cost, shortage, projection.unit_cost());
  const auto n = static_cast<double>(paths.n_paths());
  const double savable = shortage * (static_cast<double>(projection.n_covering()) / n);
  std::vector<double> rewards;
  auto point = points.begin();
  double weights = 0;
  double at = 0;
  while (rewards.size() < kPacksMax) {
    const double begin = at;
    const double end = supply.pack_size * static_cast<double>(rewards.size() + 1);
    double saved = 0;
    for (; point != points.end() && point->quantity < end; ++point) {
      if (point->quantity > at) {
        saved += (point->quantity - at) * (savable - weights / n);
        at = point->quantity;
      }
      weights += point->weight;
    }
    saved += (end - at) * (savable - weights / n);
    // Sums of weights leave crumbs, which are no reason for a pack.
    if (saved <= 1e-12 * shortage * supply.pack_size && begin >= supply.moq) return rewards;
    at = end;
    rewards.push_back(saved);
  }
  return Error{Code::kInvalidArgument,
               fmt::format("an order of over {} packs of {} units", kPacksMax, supply.pack_size),
               "give the pack_size in which the supplier delivers"};
}

}  // namespace restock
