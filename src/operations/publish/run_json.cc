#include "operations/publish/run_json.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "operations/publish/atomic_file.h"
#include "operations/publish/number_text.h"
#include "operations/publish/published_tables.h"

namespace restock {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json coverage_json(const AccuracyMetrics& metrics) {
  Json coverage = Json::object();
  for (const auto& [level, percent] : metrics.coverage) coverage[decimal(level)] = number(percent);
  return coverage;
}

Json metrics_json(const AccuracyMetrics& metrics) {
  return {{"mape", number(metrics.mape)}, {"smape", number(metrics.smape)},
          {"wape", number(metrics.wape)}, {"bias", number(metrics.bias)},
          {"scored", metrics.scored},     {"coverage", coverage_json(metrics)}};
}

/// The model's own metrics, and everything else as a baseline, by name.
Json all_metrics_json(const std::vector<NamedMetrics>& metrics) {
  Json json = {{"model", nullptr}, {"baselines", Json::object()}};
  for (const NamedMetrics& named : metrics) {
    (named.name == "model" ? json["model"] : json["baselines"][named.name]) =
        metrics_json(named.metrics);
  }
  return json;
}

Json replay_json(const std::vector<ReplayOutcome>& replay) {
  Json json = Json::object();
  for (size_t i = 0; i < replay.size(); ++i) {
    const ReplayOutcome& outcome = replay[i];
    const std::string name = i == 0 ? "plan" : i == 1 ? "baseline" : outcome.policy;
    json[name] = {{"policy", outcome.policy},
                  {"cost", number(outcome.cost)},
                  {"holding_cost", number(outcome.holding_cost)},
                  {"shortage_cost", number(outcome.shortage_cost)},
                  {"waste_cost", number(outcome.waste_cost)},
                  {"units_wasted", number(outcome.units_wasted)},
                  {"fill_rate", number(outcome.fill_rate)},
                  {"stock_outs", outcome.stock_out_periods},
                  {"units_demanded", number(outcome.units_demanded)},
                  {"units_sold", number(outcome.units_sold)},
                  {"units_ordered", number(outcome.units_ordered)},
                  {"units_left", number(outcome.units_left)}};
  }
  return json;
}

Json calibration_json(const RunResult& result) {
  Json json = Json::array();
  for (const CalibrationRow& row : result.calibration) {
    Json inside = Json::object();
    for (size_t k = 0; k < row.inside.size(); ++k)
      inside[decimal(result.calibration_levels[k])] = number(row.inside[k]);
    json.push_back({{"periods", row.periods},
                    {"group", row.group},
                    {"n", row.n},
                    {"inside", inside},
                    {"below_2_5", number(row.below)},
                    {"above_97_5", number(row.above)}});
  }
  return json;
}

Json fallbacks_json(const ForecastTable& forecast) {
  std::map<std::string, int64_t> counts;
  for (const std::string& reason : forecast.fallback_reason) {
    if (!reason.empty()) ++counts[reason.substr(0, reason.find(':'))];
  }
  Json json = Json::object();
  for (const auto& [reason, count] : counts) json[reason] = count;
  return json;
}

Json value_added_json(const std::vector<StepValue>& steps) {
  Json json = Json::array();
  for (size_t i = 0; i < steps.size(); ++i) {
    const StepValue& step = steps[i];
    json.push_back({{"step", step.name},
                    {"wape", number(step.wape)},
                    {"rmsse", number(step.rmsse)},
                    {"bias", number(step.bias)},
                    {"wape_points", i == 0 ? Json(nullptr) : number(step.wape_points)},
                    {"rmsse_percent", i == 0 ? Json(nullptr) : number(step.rmsse_percent)}});
  }
  return json;
}

Json effect_json(const EffectRatio& effect) {
  return {{"ratio", number(effect.ratio())},
          {"standard_error", number(effect.standard_error())},
          {"periods", effect.periods}};
}

/// Null without promotions.
Json promotion_effects_json(const PromotionEffects& effects) {
  if (effects.during.periods == 0) return nullptr;
  Json json = {{"during", effect_json(effects.during)},
               {"before", Json::array()},
               {"after", Json::array()},
               {"others", effect_json(effects.others)},
               {"group", effects.group},
               {"cannibalised_percent", number(effects.cannibalised_percent())}};
  for (const EffectRatio& effect : effects.before) json["before"].push_back(effect_json(effect));
  for (const EffectRatio& effect : effects.after) json["after"].push_back(effect_json(effect));
  return json;
}

/// Null where none was tried.
Json ensemble_json(const EnsembleSummary& ensemble) {
  if (ensemble.members.empty()) return nullptr;
  Json groups = Json::array();
  for (const auto& group : ensemble.groups) {
    Json weights = Json::object();
    for (size_t m = 0; m < group.weights.size(); ++m)
      weights[ensemble.members[m]] = number(group.weights[m]);
    groups.push_back({{"pattern", group.pattern}, {"series", group.series}, {"weights", weights}});
  }
  return {{"used", ensemble.used},
          {"gain_percent", number(ensemble.gain_percent)},
          {"standard_errors", number(ensemble.standard_errors)},
          {"groups", groups}};
}

Json findings_json(const std::vector<DataFinding>& findings) {
  Json json = Json::array();
  for (const DataFinding& finding : findings) {
    json.push_back({{"code", finding.code},
                    {"severity", finding.severity},
                    {"rows", finding.rows},
                    {"message", finding.message},
                    {"hint", finding.hint}});
  }
  return json;
}

Json update_json(const std::optional<ForecastUpdate>& update) {
  if (!update) return nullptr;
  return {{"model_cutoff", update->model_cutoff},         {"periods_since", update->periods_since},
          {"series_forecast", update->series_forecast},   {"series_kept", update->series_kept},
          {"series_newcomers", update->series_newcomers}, {"kept_run_id", update->kept_run_id}};
}

Json limits_json(const std::optional<LimitedPlan>& plan) {
  if (!plan) return nullptr;
  Json limits = Json::array();
  for (const LimitUse& limit : plan->limits) {
    limits.push_back({{"name", limit.name},
                      {"amount", number(limit.amount)},
                      {"wanted", number(limit.wanted)},
                      {"used", number(limit.used)},
                      {"marginal_reward", number(limit.marginal_reward)},
                      {"series_cut", limit.series_cut}});
  }
  return {{"method", limited_method_name(plan->method)},
          {"proven", plan->proven},
          {"gap", number(plan->gap)},
          {"series_cut", plan->series_cut},
          {"units_cut", number(plan->units_cut)},
          {"cost_of_limits", number(plan->cost_of_limits)},
          {"limits", limits}};
}

Json transfers_json(const std::optional<TransferPlan>& plan) {
  if (!plan) return nullptr;
  double units = 0;
  double saves = 0;
  for (const Transfer& transfer : plan->transfers) {
    units += transfer.units;
    saves += transfer.saves;
  }
  return {{"transfers", plan->transfers.size()}, {"units", units}, {"saves", number(saves)}};
}

}  // namespace

std::string run_json(const RunResult& result) {
  const ForecastTable& forecast = result.forecast;
  const std::vector<const PlanRow*> proposals = order_rows(result);
  const auto orders = std::count_if(proposals.begin(), proposals.end(),
                                    [](const PlanRow* row) { return row->order_quantity > 0; });
  Json json = {{"run_id", result.run_id},
               {"version", result.version},
               {"config_path", result.config_path},
               {"output_directory", result.output_directory},
               {"model_sha256", result.model_sha256},
               {"lake_snapshot", result.lake_snapshot},
               {"held_out", result.held_out},
               {"series", forecast.n_series()},
               {"origin", forecast.axis.label(forecast.origin)},
               {"scored_origin", result.scored.n_series() == 0
                                     ? Json(nullptr)
                                     : Json(result.scored.axis.label(result.scored_origin))},
               {"update", update_json(result.update)},
               {"horizon", forecast.horizon},
               {"orders", orders},
               {"limits", limits_json(result.limited)},
               {"transfers", transfers_json(result.transfers)},
               {"rows_read", result.rows_read},
               {"rows_kept", result.rows_kept},
               {"quarantined", Json::object()},
               {"metrics", all_metrics_json(result.metrics)},
               {"value_added", value_added_json(result.value_added)},
               {"ensemble", ensemble_json(result.ensemble)},
               {"promotion_effects", promotion_effects_json(result.promotion_effects)},
               {"interval_metrics", Json::object()},
               {"calibration", calibration_json(result)},
               {"replay", replay_json(result.replay)},
               {"fallbacks", fallbacks_json(forecast)},
               {"stages", Json::array()},
               {"peak_rss_bytes", result.peak_rss_bytes},
               {"feature_importance", Json::array()},
               {"findings", findings_json(result.findings)},
               {"notes", result.notes}};
  for (const auto& [reason, rows] : result.quarantined) json["quarantined"][reason] = rows;
  for (const NamedMetrics& named : result.interval_metrics) {
    json["interval_metrics"][named.name] = metrics_json(named.metrics);
  }
  for (const StageTime& stage : result.stages) {
    json["stages"].push_back(
        {{"name", stage.name}, {"seconds", number(stage.seconds)}, {"rows", stage.rows}});
  }
  for (const auto& [feature, percent] : result.feature_importance) {
    json["feature_importance"].push_back({{"feature", feature}, {"percent", number(percent)}});
  }
  // Bytes that are not UTF-8 (a key of a dirty file, say) become U+FFFD instead of an exception.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Status write_run_json(const RunResult& result, const std::string& path) {
  return write_file_atomically(path, run_json(result));
}

}  // namespace restock
