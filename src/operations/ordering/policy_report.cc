#include "operations/ordering/policy_report.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "foundation/domain/period_words.h"
#include "operations/publish/number_text.h"

namespace restock {
namespace {

void add(const ReplayOutcome& part, ReplayOutcome& sum) {
  sum.holding_cost += part.holding_cost;
  sum.shortage_cost += part.shortage_cost;
  sum.waste_cost += part.waste_cost;
  sum.units_wasted += part.units_wasted;
  sum.cost += part.cost;
  sum.stock_out_periods += part.stock_out_periods;
  sum.orders += part.orders;
  sum.units_demanded += part.units_demanded;
  sum.units_sold += part.units_sold;
  sum.units_ordered += part.units_ordered;
  sum.units_order_change += part.units_order_change;
  sum.units_left += part.units_left;
}

double fill_rate(const ReplayOutcome& outcome) {
  return outcome.units_demanded > 0 ? 100 * outcome.units_sold / outcome.units_demanded : 100;
}

const PolicyTrial& trial_of(const ReplayedWindow& window, double ratio) {
  return *std::find_if(window.trials.begin(), window.trials.end(),
                       [&](const PolicyTrial& trial) { return trial.critical_ratio == ratio; });
}

/// What all lines of the table share.
struct Table {
  double base = 0;      ///< cost of the policy that the others are measured against
  bool wastes = false;  ///< some goods have a shelf life
};

std::string line(const std::string& policy, const ReplayOutcome& sum, const Table& table) {
  std::string text = fmt::format("  {:<34}{:>11.0f} {:>9.1f} %{:>11.0f}{:>11.0f}", policy, sum.cost,
                                 table.base > 0 ? 100 * (1 - sum.cost / table.base) : 0,
                                 sum.holding_cost, sum.shortage_cost);
  if (table.wastes) text += fmt::format("{:>11.0f}", sum.units_wasted);
  return text + fmt::format("{:>9.2f}{:>11}{:>9}{:>9.0f}{:>11.0f}\n", fill_rate(sum),
                            sum.stock_out_periods, sum.orders, sum.order_instability(),
                            sum.units_left);
}

std::string ratio_text(double ratio, const PlanConfig& plan) {
  if (ratio > 0) return fmt::format("projected, critical ratio {:g}", ratio);
  return fmt::format("projected, ratio of costs {:.3g}",
                     plan.shortage_cost / (plan.shortage_cost + plan.holding_cost));
}

std::string heading(const PolicyReplay& replay, const PlanConfig& plan, const Table& table) {
  const Panel& panel = replay.result.panel;
  std::string text = fmt::format(
      "{} of {}, {} series, the last ends with {}. Money: holding {:g} a unit and {}, lost "
      "sale {:g} a unit.\n\n  {:<34}{:>11}{:>12}{:>11}{:>11}",
      counted(static_cast<int64_t>(replay.windows.size()), "window", "windows"),
      periods_in_words(replay.periods, panel.axis.frequency), panel.n_series(),
      panel.axis.label(panel.origin), plan.holding_cost, period_name(panel.axis.frequency),
      plan.shortage_cost, "policy", "cost", "saved", "holding", "lost sales");
  if (table.wastes) text += fmt::format("{:>11}", "wasted");
  return text + fmt::format("{:>9}{:>11}{:>9}{:>9}{:>11}\n", "fill, %", "stock-outs", "orders",
                            "change", "left");
}

}  // namespace

std::string policy_replay_text(const PolicyReplay& replay, const PlanConfig& plan) {
  std::vector<ReplayOutcome> compared(replay.windows.front().compared.size());
  std::vector<ReplayOutcome> tried(replay.ratios.size());
  ReplayOutcome honest;
  for (const auto& window : replay.windows) {
    for (size_t k = 0; k < compared.size(); ++k) add(window.compared[k], compared[k]);
    for (size_t r = 0; r < tried.size(); ++r) add(window.trials[r].outcome, tried[r]);
    add(trial_of(window, window.chosen).outcome, honest);
  }
  Table table{.wastes = plan.shelf_life > 0};
  for (size_t k = 0; k < compared.size(); ++k) {
    compared[k].policy = replay.windows.front().compared[k].policy;
    if (compared[k].policy == "moving_average") table.base = compared[k].cost;
    table.wastes = table.wastes || compared[k].units_wasted > 0;
  }
  for (const auto& outcome : tried) table.wastes = table.wastes || outcome.units_wasted > 0;
  std::string text = heading(replay, plan, table);
  for (const auto& outcome : compared) text += line(outcome.policy, outcome, table);
  for (size_t r = 0; r < tried.size(); ++r)
    text += line(ratio_text(replay.ratios[r], plan), tried[r], table);
  text += line("projected, chosen on windows before", honest, table);
  text += fmt::format(
      "\nSaved: against moving_average. {}Change: how much orders change from review to review, % "
      "of what is ordered.\nSet [plan] critical_ratio = {:g}: within {:.0f} % of the "
      "cheapest, and nearest to the costs.\n",
      table.wastes ? "Wasted: units. " : "", replay.chosen, 100 * kChoiceTolerance);
  return text;
}

std::string policy_replay_json(const PolicyReplay& replay) {
  using nlohmann::ordered_json;
  const auto outcome_json = [](const ReplayOutcome& outcome) {
    return ordered_json{{"policy", outcome.policy},
                        {"cost", outcome.cost},
                        {"holding_cost", outcome.holding_cost},
                        {"shortage_cost", outcome.shortage_cost},
                        {"waste_cost", outcome.waste_cost},
                        {"units_wasted", outcome.units_wasted},
                        {"fill_rate", fill_rate(outcome)},
                        {"stock_out_periods", outcome.stock_out_periods},
                        {"orders", outcome.orders},
                        {"order_instability", outcome.order_instability()},
                        {"units_demanded", outcome.units_demanded},
                        {"units_sold", outcome.units_sold},
                        {"units_ordered", outcome.units_ordered},
                        {"units_left", outcome.units_left},
                        {"units_in_transit", outcome.units_in_transit}};
  };
  ordered_json windows = ordered_json::array();
  for (const auto& window : replay.windows) {
    ordered_json outcomes = ordered_json::array();
    for (const auto& outcome : window.compared) outcomes.push_back(outcome_json(outcome));
    for (const auto& trial : window.trials) {
      outcomes.push_back(outcome_json(trial.outcome));
      outcomes.back()["critical_ratio"] = trial.critical_ratio;
    }
    windows.push_back({{"first", window.first}, {"chosen", window.chosen}, {"policies", outcomes}});
  }
  return ordered_json{{"periods", replay.periods}, {"chosen", replay.chosen}, {"windows", windows}}
             .dump(2) +
         "\n";
}

}  // namespace restock
