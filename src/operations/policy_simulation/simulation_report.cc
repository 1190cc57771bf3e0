#include "operations/policy_simulation/simulation_report.h"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "foundation/domain/period_words.h"
#include "operations/publish/number_text.h"

namespace restock {
namespace {

using nlohmann::ordered_json;

/// What a policy did, a path.
ordered_json policy_json(const ComparedPolicy& policy, int32_t n_paths) {
  const StockOutcome& o = policy.outcome;
  const auto share = [n_paths](auto value) -> ordered_json {
    // Whole numbers stay whole where there is one path.
    if (n_paths == 1) return value;
    return static_cast<double>(value) / n_paths;
  };
  return {{"policy", policy.name},
          {"cost", share(o.cost())},
          {"holding_cost", share(o.holding_cost)},
          {"shortage_cost", share(o.shortage_cost)},
          {"order_cost", share(o.order_cost)},
          {"waste_cost", share(o.waste_cost)},
          {"fill_rate", o.fill_rate()},
          {"cycle_service", o.cycle_service()},
          {"stock_outs", share(o.stock_outs)},
          {"orders", share(o.orders)},
          {"order_instability", o.order_instability()},
          {"mean_stock", o.mean_stock()},
          {"units_start", share(o.units_start)},
          {"units_demanded", share(o.units_demanded)},
          {"units_arrived", share(o.units_arrived)},
          {"units_issued", share(o.units_issued)},
          {"units_wasted", share(o.units_wasted)},
          {"units_left", share(o.units_left)},
          {"units_in_transit", share(o.units_in_transit)},
          {"units_owed", share(o.units_owed)},
          {"units_ordered", share(o.units_ordered)}};
}

/// Of the locations that sell, all together.
StockOutcome towards_customers(const PathSimulation& simulation, const ComparedPolicy& policy) {
  if (simulation.locations.empty()) return policy.outcome;
  StockOutcome sum;
  for (size_t l = 0; l < policy.locations.size(); ++l)
    if (simulation.locations[l].sells) sum += policy.locations[l];
  return sum;
}

std::string path_line(const PathSimulation& simulation, const ComparedPolicy& policy) {
  const StockOutcome& o = policy.outcome;
  const StockOutcome sold = towards_customers(simulation, policy);
  const int32_t n_paths = simulation.n_paths;
  const auto mean = [n_paths](auto value) {
    return grouped(std::llround(static_cast<double>(value) / n_paths));
  };
  const auto error = [](const std::optional<double>& value) {
    return value ? fmt::format("{:.1f}", *value) : std::string("-");
  };
  return fmt::format(
      "  {:<16}{:>11}{:>9}{:>11}{:>9}{:>10}{:>10}{:>10}{:>9}{:>9.2f}{:>10}{:>9}{:>8.0f}\n",
      policy.name, grouped(std::llround(policy.cost_mean)), error(policy.cost_error),
      grouped(std::llround(policy.difference_mean)), error(policy.difference_error),
      mean(o.holding_cost), mean(o.shortage_cost), mean(o.order_cost), mean(o.units_wasted),
      sold.fill_rate(), mean(sold.stock_outs), mean(o.orders), o.order_instability());
}

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
  ordered_json policies = ordered_json::array();
  for (const ComparedPolicy& policy : simulation.policies)
    policies.push_back(policy_json(policy, 1));
  return ordered_json{{"first", simulation.result.panel.axis.label(simulation.first)},
                      {"periods", simulation.periods},
                      {"policies", policies}}
             .dump(2) +
         "\n";
}

std::string path_simulation_text(const PathSimulation& simulation,
                                 const PathSimulationOptions& options, const PlanConfig& plan) {
  const Panel& panel = simulation.result.panel;
  const std::string_view period = period_name(panel.axis.frequency);
  std::string text = fmt::format(
      "{} from {} on, {} series{}, mean of {} paths of demand.\nMoney: holding {:g} a unit and {}, "
      "{} {:g} a unit{}, {:g} an order.\n",
      periods_in_words(simulation.periods, panel.axis.frequency),
      panel.axis.label(panel.origin + 1), grouped(static_cast<int64_t>(panel.n_series())),
      simulation.locations.empty() ? ""
                                   : fmt::format(" in {} locations", simulation.locations.size()),
      simulation.n_paths, plan.holding_cost, period, options.backorders ? "backorder" : "lost sale",
      plan.shortage_cost, options.backorders ? fmt::format(" and {}", period) : "",
      options.order_cost);
  text +=
      fmt::format("\n  {:<16}{:>11}{:>9}{:>11}{:>9}{:>10}{:>10}{:>10}{:>9}{:>9}{:>10}{:>9}{:>8}\n",
                  "policy", "cost", "+-", "more", "+-", "holding", "shortage", "ordering", "wasted",
                  "fill, %", "no stock", "orders", "change");
  for (const ComparedPolicy& policy : simulation.policies) text += path_line(simulation, policy);
  text += fmt::format(
      "\nMore: than {}, on the same paths. +-: standard errors. Wasted: units. Fill, no stock: of "
      "customers; {}s of a\nseries with unmet demand. Change: how much orders change from review "
      "to review, % of what "
      "is ordered.\n",
      simulation.policies.front().name, period);
  return text;
}

std::string path_simulation_json(const PathSimulation& simulation) {
  ordered_json policies = ordered_json::array();
  for (const ComparedPolicy& policy : simulation.policies) {
    ordered_json record = policy_json(policy, simulation.n_paths);
    record["cost_error"] = policy.cost_error ? ordered_json(*policy.cost_error) : ordered_json();
    record["difference"] = policy.difference_mean;
    record["difference_error"] =
        policy.difference_error ? ordered_json(*policy.difference_error) : ordered_json();
    record["paths_cheaper"] = policy.paths_cheaper;
    record["fill_rate"] = towards_customers(simulation, policy).fill_rate();
    for (size_t l = 0; l < simulation.locations.size(); ++l) {
      ComparedPolicy here;
      here.name = simulation.locations[l].name;
      here.outcome = policy.locations[l];
      ordered_json place = policy_json(here, simulation.n_paths);
      place["location"] = place["policy"];
      place.erase("policy");
      record["locations"].push_back(std::move(place));
    }
    policies.push_back(std::move(record));
  }
  const Panel& panel = simulation.result.panel;
  return ordered_json{{"first", panel.axis.label(panel.origin + 1)},
                      {"periods", simulation.periods},
                      {"paths", simulation.n_paths},
                      {"policies", policies}}
             .dump(2) +
         "\n";
}

}  // namespace restock
