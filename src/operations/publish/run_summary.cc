#include "operations/publish/run_summary.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "operations/publish/joint_plan_text.h"
#include "operations/publish/number_text.h"
#include "operations/publish/published_tables.h"

namespace restock {
namespace {

std::string line(std::string_view name, const std::string& text) {
  return fmt::format("  {:<14}{}\n", name, text);
}

std::string rows_text(const RunResult& result) {
  int64_t quarantined = 0;
  std::string reasons;
  for (const auto& [reason, rows] : result.quarantined) {
    quarantined += rows;
    reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", reason, grouped(rows));
  }
  std::string text = fmt::format("{} read, {} kept, {} quarantined", grouped(result.rows_read),
                                 grouped(result.rows_kept), grouped(quarantined));
  return quarantined > 0 ? text + " (" + reasons + ")" : text;
}

std::string series_text(const ForecastTable& forecast) {
  const auto fallbacks =
      std::count_if(forecast.fallback_reason.begin(), forecast.fallback_reason.end(),
                    [](const std::string& reason) { return !reason.empty(); });
  std::string text = fmt::format("{} forecast for {} periods after {}",
                                 grouped(static_cast<int64_t>(forecast.n_series())),
                                 forecast.horizon, forecast.axis.label(forecast.origin));
  if (fallbacks > 0) text += fmt::format(", {} of them by a fallback", grouped(fallbacks));
  return text;
}

std::string update_text(const ForecastUpdate& update) {
  std::string text =
      fmt::format("learnt from sales up to {}, {} before the origin", update.model_cutoff,
                  counted(update.periods_since, "period", "periods"));
  if (update.series_newcomers > 0) {
    text +=
        fmt::format("; {} it had not seen", counted(update.series_newcomers, "series", "series"));
  }
  return text;
}

std::string kept_text(const ForecastUpdate& update) {
  if (update.kept_run_id.empty()) return "all series forecast again";
  return fmt::format("{} forecast again, {} untouched since run {}",
                     grouped(update.series_forecast), grouped(update.series_kept),
                     update.kept_run_id);
}

std::string accuracy_text(const RunResult& result) {
  std::string text = line("Accuracy", result.held_out ? "on the periods held out"
                                                      : "on the last window before the origin");
  text +=
      fmt::format("    {:<18}{:>9}{:>9}{:>9}{:>9}\n", "", "WAPE %", "MAPE %", "SMAPE %", "bias %");
  for (const auto& [name, metrics] : result.metrics) {
    text += fmt::format("    {:<18}{:>9}{:>9}{:>9}{:>9}\n", name, fixed(metrics.wape, 2),
                        fixed(metrics.mape, 2), fixed(metrics.smape, 2), fixed(metrics.bias, 2));
  }
  return text;
}

std::string replay_text(const ReplayOutcome& plan, const ReplayOutcome& baseline) {
  std::string text = fmt::format("plan cost {}, {} {}", readable(plan.cost), baseline.policy,
                                 readable(baseline.cost));
  if (baseline.cost > 0) {
    const double saved = 100 * (1 - plan.cost / baseline.cost);
    text +=
        saved >= 0 ? fmt::format(": {:.1f} % less", saved) : fmt::format(": {:.1f} % more", -saved);
  }
  return text +
         fmt::format("; fill rate {:.1f} % against {:.1f} %", plan.fill_rate, baseline.fill_rate);
}

std::string orders_text(const RunResult& result) {
  int64_t orders = 0;
  int64_t unknown = 0;
  double units = 0;
  double money = 0;
  for (const PlanRow* row : order_rows(result)) {
    orders += row->order_quantity > 0 ? 1 : 0;
    units += row->order_quantity;
    money += row->order_quantity * row->unit_cost;
  }
  for (const PlanRow& row : result.plan) unknown += row.stock_known ? 0 : 1;
  std::string text =
      fmt::format("{}, {} units", counted(orders, "proposal", "proposals"), readable(units));
  if (money > 0) text += fmt::format(", {} to pay", readable(money));
  if (unknown > 0)
    text += fmt::format(" (stock taken as 0 for {} series without a record)", grouped(unknown));
  return text;
}

}  // namespace

std::string run_summary(const RunResult& result) {
  double seconds = 0;
  for (const StageTime& stage : result.stages) seconds += stage.seconds;
  std::string text = fmt::format("Run {} finished in {}, {} of memory at most.\n", result.run_id,
                                 duration_text(seconds), size_text(result.peak_rss_bytes));
  text += line("Rows", rows_text(result));
  text += line("Series", series_text(result.forecast));
  if (result.update) {
    text += line("Updated", kept_text(*result.update));
    text += line("Model", update_text(*result.update));
  }
  if (!result.metrics.empty()) text += accuracy_text(result);
  if (result.replay.size() >= 2)
    text += line("Replay", replay_text(result.replay[0], result.replay[1]));
  if (!result.plan.empty()) text += line("Orders", orders_text(result));
  for (const auto& [title, words] : joint_plan_lines(result)) text += line(title, words);
  for (const std::string& note : result.notes) text += line("Note", note);
  text += line("Written to", result.output_directory);
  text +=
      line("Next", fmt::format("open {0}/report.html, or ask: restock sql --list --lake {0}/lake",
                               result.output_directory));
  const bool orders =
      std::ranges::any_of(result.plan, [](const PlanRow& row) { return row.order_quantity > 0; });
  if (orders && !result.held_out) {
    text += line("Decide", fmt::format("restock orders list --config {}", result.config_path));
  }
  return text;
}

}  // namespace restock
