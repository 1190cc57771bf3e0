// A C interface to the functions that bench/inventory compares, for Python's ctypes. Each returns false on an error.
#include <cstddef>
#include <vector>

#include "science/lot_sizing/dynamic_lot_size.h"
#include "science/lot_sizing/unreliable_supply.h"
#include "science/multi_echelon/guaranteed_service.h"
#include "science/multi_echelon/serial_system.h"
#include "science/stock_policies/finite_horizon.h"
#include "science/stock_policies/newsvendor.h"
#include "science/stock_policies/reorder_quantity.h"
#include "science/stock_policies/reorder_up_to.h"

using namespace restock;  // NOLINT: one small file of wrappers

namespace {

/// Copy `values` to out, then `cost`.
template <typename Values>
bool give(const Values& values, double cost, double* out) {
  for (const auto value : values) *out++ = static_cast<double>(value);
  *out = cost;
  return true;
}

}  // namespace

extern "C" {

/// outbound_max: -1 for none. arcs: from, to, from, to, ... out: n outbound times, then the cost.
bool guaranteed_service_abi(size_t n, const int* time, const int* inbound, const double* holding, const double* sd,
                            const double* factor, const int* outbound_max, const int* arcs, double* out) {
  GuaranteedServiceNetwork network;
  network.stages.reserve(n);
  network.arcs.reserve(n);
  for (size_t k = 0; k < n; ++k) {
    network.stages.push_back({.processing_time = time[k],
                              .inbound_external = inbound[k],
                              .holding_cost = holding[k],
                              .demand_sd = sd[k],
                              .safety_factor = factor[k]});
    if (outbound_max[k] >= 0) network.stages.back().outbound_max = outbound_max[k];
  }
  for (size_t a = 0; a + 1 < n; ++a) {
    network.arcs.push_back({static_cast<size_t>(arcs[2 * a]), static_cast<size_t>(arcs[2 * a + 1])});
  }
  const auto plan = guaranteed_service(network);
  return plan.ok() && give(plan->outbound, plan->cost, out);
}

/// out: s, S, cost.
bool reorder_up_to_abi(double fixed, double holding, double stockout, double mean, double* out) {
  const auto plan = reorder_up_to_exact({fixed, holding, stockout, DemandLaw::poisson(mean).value()});
  return plan.ok() && give(std::vector{plan->reorder_point, plan->order_up_to}, plan->cost, out);
}

/// out: r, Q, cost.
bool reorder_quantity_abi(double fixed, double holding, double stockout, double rate, double lead_time, double* out) {
  const auto plan =
      reorder_quantity_exact({fixed, holding, stockout, rate, DemandLaw::poisson(rate * lead_time).value()});
  return plan.ok() && give(std::vector{plan->reorder_point, plan->order_quantity}, plan->cost_rate, out);
}

/// out: n quantities, then the cost.
bool wagner_whitin_abi(size_t n, const double* demand, double fixed, double holding, double* out) {
  const std::vector<double> fixed_cost = {fixed};
  const std::vector<double> holding_cost = {holding};
  const auto plan = wagner_whitin({{demand, n}, fixed_cost, holding_cost, {}});
  return plan.ok() && give(plan->quantities, plan->cost, out);
}

/// Stages upstream first. sd 0: Poisson demand. out: n echelon levels, then the cost.
bool serial_abi(size_t n, const double* holding, const double* lead_time, double stockout, double mean, double sd,
                bool exact, double* out) {
  const auto demand = sd > 0 ? DemandLaw::normal(mean, sd) : DemandLaw::poisson(mean);
  SerialSystem system{{}, stockout, demand.value()};
  system.stages.reserve(n);
  for (size_t i = 0; i < n; ++i) system.stages.push_back({holding[i], lead_time[i]});
  const auto plan = exact ? serial_exact(system) : serial_heuristic(system);
  return plan.ok() && give(plan->echelon_base_stock, plan->cost, out);
}

/// out: T reorder points, T order-up-to levels, cost.
bool finite_horizon_abi(int periods, double holding, double stockout, double unit, double fixed, double mean, double sd,
                        double sds_max, double* out) {
  const std::vector<DemandLaw> demand = {DemandLaw::normal(mean, sd).value()};
  const std::vector<double> k = {fixed};
  const std::vector<double> c = {unit};
  const std::vector<double> h = {holding};
  const std::vector<double> p = {stockout};
  const auto plan = finite_horizon({.periods = periods,
                                    .demand = demand,
                                    .fixed_cost = k,
                                    .unit_cost = c,
                                    .holding_cost = h,
                                    .stockout_cost = p,
                                    .terminal_holding_cost = holding,
                                    .terminal_stockout_cost = stockout,
                                    .demand_sds_max = sds_max});
  if (!plan.ok()) return false;
  std::vector<int> levels = plan->reorder_points;
  levels.insert(levels.end(), plan->order_up_to.begin(), plan->order_up_to.end());
  return give(levels, plan->cost, out);
}

/// out: S, cost.
bool newsvendor_abi(double holding, double stockout, double mean, double* out) {
  const auto plan = newsvendor({holding, stockout}, DemandLaw::poisson(mean).value());
  return plan.ok() && give(std::vector{plan->base_stock}, plan->cost, out);
}

/// out: Q, cost.
bool eoq_disruptions_abi(double fixed, double holding, double stockout, double rate, double fail, double repair,
                         double* out) {
  const auto plan = eoq_disruptions({fixed, holding, rate}, {stockout, fail, repair});
  return plan.ok() && give(std::vector{plan->quantity}, plan->cost_rate, out);
}

}  // extern "C"
