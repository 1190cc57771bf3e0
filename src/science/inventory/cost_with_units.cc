#include "science/inventory/cost_with_units.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace restock {
namespace {

/// Holding and lost sales along the paths with an order that arrives after the lead time.
double cost_along(const SeriesPaths& paths, const SeriesSupply& supply,
                  const PlanParameters& parameters, double quantity, int32_t horizon) {
  const int32_t risk_period = supply.lead_time + supply.review_period;
  std::vector<double> arriving(static_cast<size_t>(risk_period) + 1, 0.0);
  for (const auto& order : supply.open_orders) {
    const int32_t k = std::max(1, order.arrives_in);
    if (k <= risk_period) arriving[static_cast<size_t>(k)] += order.quantity;
  }
  arriving[static_cast<size_t>(supply.lead_time) + 1] += quantity;
  double held = 0;
  double lost = 0;
  for (size_t p = 0; p < paths.n_paths(); ++p) {
    const auto demand = paths.path(p);
    double stock = usable_stock(supply);
    for (int32_t k = 1; k <= risk_period; ++k) {
      stock += arriving[static_cast<size_t>(k)] - demand[static_cast<size_t>(k) - 1];
      lost += std::max(0.0, -stock);
      stock = std::max(0.0, stock);
      held += stock;
    }
    held += stock * (horizon - risk_period);
  }
  return (parameters.holding_cost * held + parameters.shortage_cost * lost) /
         static_cast<double>(paths.n_paths());
}

}  // namespace

Result<double> cost_with_units(const SeriesPaths& paths, const SeriesSupply& supply,
                               const PlanParameters& parameters, int32_t units,
                               const UnitsMoved& moved) {
  if (units < 0 && -units > usable_stock(supply)) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("{} units cannot be sent from a stock of {:g}", -units, usable_stock(supply)),
        "send what is in stock at most"};
  }
  if (moved.transfer_time < 0 || moved.horizon < supply.lead_time + supply.review_period) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("transfer_time must be >= 0 and the horizon >= lead time + review = "
                    "{}, got {} and {}",
                    supply.lead_time + supply.review_period, moved.transfer_time, moved.horizon),
        "give the longest lead time + review of all locations"};
  }
  SeriesSupply changed = supply;
  if (units < 0) changed.on_hand += units;
  if (units > 0) changed.open_orders.push_back({moved.transfer_time + 1, 1.0 * units});
  RESTOCK_TRY(const ProjectedOrder order, projected_order(paths, changed, parameters));
  const double on_the_way = parameters.holding_cost * std::max(0, units) * moved.transfer_time;
  return on_the_way + cost_along(paths, changed, parameters, order.quantity, moved.horizon);
}

}  // namespace restock
