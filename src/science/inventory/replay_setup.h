#pragma once

#include <string>
#include <utility>

#include "science/inventory/replay.h"
#include "science/inventory/stock_simulator.h"

namespace restock {

/// Errors: kInvalidArgument for sizes and ranges of what a replay runs over.
[[nodiscard]] Status check_replay_input(const ReplayInput& input);

/// Where every policy begins: the given stock with nothing on order, or what the moving-average
/// policy leaves.
inline StockState starting_state(const ReplayInput& input, const Simulator& simulator,
                                 const MovingAverage& average, size_t series) {
  if (input.starting_stock.empty()) return warmed_up(simulator, average, input.first);
  StockState start = empty_state(input.supply[series], input.first - 1);
  stock_up(input.supply[series], input.starting_stock[series], start);
  return start;
}

/// Sum over series in their order, so that the result does not depend on threads.
template <typename TallyOf>
ReplayOutcome summed(std::string policy, size_t n_series, const TallyOf& tally_of) {
  ReplayOutcome sum;
  sum.policy = std::move(policy);
  for (size_t i = 0; i < n_series; ++i) {
    const Tally& t = tally_of(i);
    sum.holding_cost += t.holding_cost;
    sum.shortage_cost += t.shortage_cost;
    sum.waste_cost += t.waste_cost;
    sum.units_wasted += t.wasted;
    sum.stock_out_periods += t.stock_outs;
    sum.demand_periods += t.demand_periods;
    sum.censored_periods += t.censored;
    sum.orders += t.orders;
    sum.units_order_change += t.order_change;
    sum.units_start += t.start;
    sum.units_demanded += t.demanded;
    sum.units_sold += t.sold;
    sum.units_ordered += t.ordered;
    sum.units_left += t.left;
    sum.units_in_transit += t.in_transit;
  }
  sum.cost = sum.holding_cost + sum.shortage_cost + sum.waste_cost;
  sum.fill_rate = sum.units_demanded > 0 ? 100 * sum.units_sold / sum.units_demanded : 100;
  return sum;
}

}  // namespace restock
