#include "operations/policy_simulation/simulation_report.h"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "foundation/domain/period_words.h"
#include "operations/publish/number_text.h"

namespace restock {
namespace {

std::string line(const ComparedPolicy& policy, double base) {
  const StockOutcome& o = policy.outcome;
  return fmt::format(
      "  {:<16}{:>11}{:>9.1f} %{:>10}{:>10}{:>10}{:>9}{:>9.2f}{:>10.1f}{:>10}{:>9}{:>8.0f}\n",
      policy.name, grouped(std::llround(o.cost())), base > 0 ? 100 * (1 - o.cost() / base) : 0,
      grouped(std::llround(o.holding_cost)), grouped(std::llround(o.shortage_cost)),
      grouped(std::llround(o.order_cost)), grouped(std::llround(o.units_wasted)), o.fill_rate(),
      o.cycle_service(), grouped(o.stock_outs), grouped(o.orders), o.order_instability());
}

}  // namespace

std::string history_simulation_text(const HistorySimulation& simulation,
                                    const HistorySimulationOptions& options,
                                    const PlanConfig& plan) {
  const Panel& panel = simulation.result.panel;
  const std::string_view period = period_name(panel.axis.frequency);
  std::string text = fmt::format(
      "{} from {} on, {} series. Money: holding {:g} a unit and {}, {} {:g} a unit{}, {:g} an "
      "order.\n",
      periods_in_words(simulation.periods, panel.axis.frequency),
      panel.axis.label(simulation.first), grouped(static_cast<int64_t>(panel.n_series())),
      plan.holding_cost, period, options.backorders ? "backorder" : "lost sale", plan.shortage_cost,
      options.backorders ? fmt::format(" and {}", period) : "", options.order_cost);
  if (options.shelf_life > 0) {
    double waste_cost = 0;
    for (const ComparedPolicy& policy : simulation.policies)
      waste_cost += policy.outcome.waste_cost;
    text += fmt::format("A unit can be sold for {}; {}.\n",
                        periods_in_words(options.shelf_life, panel.axis.frequency),
                        waste_cost > 0 ? "waste costs its unit cost"
                                       : "waste costs nothing, for no unit cost is known");
  }
  if (simulation.lead_time_law) {
    text +=
        fmt::format("Lead times of {} to {} {}s, {:.3g} on average, the same for each policy.\n",
                    simulation.lead_time_law->shortest(), simulation.lead_time_law->longest(),
                    period, simulation.lead_time_law->mean());
  }
  text += fmt::format("\n  {:<16}{:>11}{:>11}{:>10}{:>10}{:>10}{:>9}{:>9}{:>10}{:>10}{:>9}{:>8}\n",
                      "policy", "cost", "saved", "holding", "shortage", "ordering", "wasted",
                      "fill, %", "cycle, %", "no stock", "orders", "change");
  const double base = simulation.policies.front().outcome.cost();
  for (const ComparedPolicy& policy : simulation.policies) text += line(policy, base);
  text += fmt::format(
      "\nSaved: against {}. Wasted: units. Cycle: replenishment cycles without a stock-out. No "
      "stock: "
      "{}s of a series with\nunmet demand. Change: how much orders change from review to review, "
      "% of what is ordered.\n",
      simulation.policies.front().name, period);
  return text;
}

std::string history_simulation_json(const HistorySimulation& simulation) {
  using nlohmann::ordered_json;
  ordered_json policies = ordered_json::array();
  for (const ComparedPolicy& policy : simulation.policies) {
    const StockOutcome& o = policy.outcome;
    policies.push_back({{"policy", policy.name},
                        {"cost", o.cost()},
                        {"holding_cost", o.holding_cost},
                        {"shortage_cost", o.shortage_cost},
                        {"order_cost", o.order_cost},
                        {"waste_cost", o.waste_cost},
                        {"fill_rate", o.fill_rate()},
                        {"cycle_service", o.cycle_service()},
                        {"stock_outs", o.stock_outs},
                        {"orders", o.orders},
                        {"order_instability", o.order_instability()},
                        {"mean_stock", o.mean_stock()},
                        {"units_start", o.units_start},
                        {"units_demanded", o.units_demanded},
                        {"units_arrived", o.units_arrived},
                        {"units_issued", o.units_issued},
                        {"units_wasted", o.units_wasted},
                        {"units_left", o.units_left},
                        {"units_in_transit", o.units_in_transit},
                        {"units_owed", o.units_owed},
                        {"units_ordered", o.units_ordered}});
  }
  return ordered_json{{"first", simulation.result.panel.axis.label(simulation.first)},
                      {"periods", simulation.periods},
                      {"policies", policies}}
             .dump(2) +
         "\n";
}

}  // namespace restock
