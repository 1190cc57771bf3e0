#include "science/inventory/order_value_added.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "science/inventory/stock_simulator.h"

namespace restock {
namespace {

Period cover_end(const ChangedOrder& order) {
  return order.origin + order.supply.lead_time + order.supply.review_period;
}

Status check(const Panel& panel, const ChangedOrder& order, const PlanParameters& costs) {
  RESTOCK_TRY(validate(costs));
  RESTOCK_TRY(validate(order.supply, order.series));
  if (order.series >= panel.n_series()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("series must be below {}, got {}", panel.n_series(), order.series),
                 ""};
  }
  for (const double quantity : {order.proposed, order.decided}) {
    if (std::isfinite(quantity) && quantity >= 0) continue;
    return Error{Code::kInvalidArgument,
                 fmt::format("an order must be a number of units >= 0, got {}", quantity), ""};
  }
  if (cover_end(order) > panel.origin) {
    return Error{Code::kInvalidArgument,
                 fmt::format("the order covers periods up to {}, the sales end with {}",
                             panel.axis.label(cover_end(order)), panel.axis.label(panel.origin)),
                 "judge it when they are known"};
  }
  return {};
}

/// Periods of (origin, last] of a state, from `first` on.
int32_t count_state(const DemandHistory& history, Period first, Period last, PeriodState wanted) {
  int32_t n = 0;
  for (Period t = first; t <= last; ++t) {
    const Period at = t - history.start;
    const bool inside = at >= 0 && at < static_cast<Period>(history.state.size());
    const PeriodState state =
        inside ? history.state[static_cast<size_t>(at)] : PeriodState::kMissing;
    n += state == wanted ? 1 : 0;
  }
  return n;
}

QuantityOutcome live(const Simulator& simulator, const ChangedOrder& order, double quantity) {
  const SeriesSupply& supply = order.supply;
  StockState state;
  state.time = order.origin;
  state.on_hand = usable_stock(supply);
  const int32_t cover = supply.lead_time + supply.review_period;
  state.arriving.assign(static_cast<size_t>(cover) + 2, 0.0);
  for (const OpenOrder& open : supply.open_orders) {
    if (open.arrives_in > cover) continue;
    state.arriving[static_cast<size_t>(std::max(1, open.arrives_in))] += open.quantity;
  }
  state.arriving[static_cast<size_t>(supply.lead_time) + 1] += quantity;
  Tally before;
  while (state.time < order.origin + supply.lead_time) simulator.step(state, before);
  Tally covered;
  while (state.time < cover_end(order)) simulator.step(state, covered);
  return {covered.holding_cost, covered.shortage_cost, covered.demanded - covered.sold,
          state.on_hand};
}

}  // namespace

Result<OrderValueAdded> order_value_added(const Panel& panel, const ChangedOrder& order,
                                          const PlanParameters& costs) {
  RESTOCK_TRY(check(panel, order, costs));
  const DemandHistory history{panel.start[order.series], panel.units_of(order.series),
                              panel.state_of(order.series)};
  const Simulator simulator{history, order.supply, costs, order.origin};
  const Period arrival = order.origin + order.supply.lead_time + 1;
  OrderValueAdded out;
  out.proposed = live(simulator, order, order.proposed);
  out.decided = live(simulator, order, order.decided);
  out.censored_periods = count_state(history, arrival, cover_end(order), PeriodState::kOutOfStock);
  out.missing_periods =
      count_state(history, order.origin + 1, cover_end(order), PeriodState::kMissing);
  return out;
}

}  // namespace restock
