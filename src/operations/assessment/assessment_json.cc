#include <cmath>

#include <nlohmann/json.hpp>

#include "operations/assessment/assessment_report.h"
#include "operations/publish/number_text.h"

namespace restock {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json pit_json(const PitTable& pit) {
  Json json = {{"scored", pit.n}, {"inside", Json::object()}};
  for (size_t k = 0; k < PitTable::kLevels.size(); ++k)
    json["inside"][decimal(PitTable::kLevels[k])] = number(pit.percent_inside(k));
  json["below_2_5"] = pit.below;
  json["above_97_5"] = pit.above;
  json["chi_square"] = number(pit.chi_square());
  json["bins"] = pit.bins;
  return json;
}

/// The measures that every method has, and those of quantiles where there are any.
Json metrics_json(const Metrics& m, bool has_quantiles) {
  Json json = {{"scored", m.scored},
               {"mae", number(m.mae)},
               {"rmse", number(m.rmse)},
               {"mape", number(m.mape)},
               {"smape", number(m.smape)},
               {"wape", number(m.wape)},
               {"bias", number(m.bias)},
               {"mase", number(m.mase)},
               {"rmsse", number(m.rmsse)},
               {"scaled_series", m.scaled_series},
               {"cumulative_wape", number(m.cumulative_wape)},
               {"cumulative_bias", number(m.cumulative_bias)}};
  if (!has_quantiles) return json;
  json["wape_median"] = number(m.wape_median);
  json["pinball"] = number(m.pinball);
  json["wql"] = number(m.wql);
  json["scaled_pinball"] = number(m.scaled_pinball);
  json["crps"] = number(m.crps);
  json["coverage"] = Json::object();
  for (const auto& [level, percent] : m.coverage)
    json["coverage"][decimal(level)] = number(percent);
  json["pit"] = pit_json(m.pit);
  return json;
}

Json method_json(const MethodResult& method) {
  Json json = metrics_json(method.overall, method.has_quantiles);
  json["wrmsse"] = number(method.wrmsse);
  json["wrmsse_levels"] = Json::object();
  for (const auto& level : method.wrmsse_levels)
    json["wrmsse_levels"][level.name] = number(level.score);
  if (method.has_quantiles) json["wspl"] = number(method.wspl);
  json["stability"] = {{"compared", method.stability.n},
                       {"mac", number(method.stability.mac())},
                       {"smapc", number(method.stability.smapc())},
                       {"wapc", number(method.stability.wapc())}};
  json["segments"] = Json::array();
  for (const auto& segment : method.segments) {
    Json row = {{"dimension", segment.dimension}, {"segment", segment.segment}};
    row.update(metrics_json(segment.metrics, method.has_quantiles));
    json["segments"].push_back(std::move(row));
  }
  return json;
}

Json weights_json(const BacktestResult& result) {
  Json json = Json::array();
  for (const auto& group : result.weights) {
    Json row = {{"volume", group.volume},
                {"pattern", group.pattern},
                {"series", group.series},
                {"selected", result.members[group.selected]},
                {"weights", Json::object()}};
    for (size_t m = 0; m < result.members.size(); ++m)
      row["weights"][result.members[m]] = number(group.weights[m]);
    json.push_back(std::move(row));
  }
  return json;
}

}  // namespace

std::string assessment_json(const Assessment& a) {
  Json json = {{"kind", a.kind},
               {"run_id", a.run_id},
               {"series", a.series},
               {"series_unmatched", a.series_unmatched},
               {"rows_quarantined", a.rows_quarantined},
               {"horizon", a.horizon},
               {"step", a.step},
               {"gap", a.gap},
               {"refit", a.refit},
               {"risk_periods", a.risk_periods},
               {"origins", Json::array()},
               {"methods", Json::object()},
               {"value_added", Json::array()},
               {"members", a.result.members},
               {"weights", weights_json(a.result)},
               {"memory",
                {{"budget_bytes", a.memory_budget_bytes},
                 {"predicted_bytes", a.memory_predicted_bytes},
                 {"peak_rss_bytes", a.peak_rss_bytes}}},
               {"notes", a.result.notes}};
  for (const Period origin : a.result.origins) json["origins"].push_back(a.axis.label(origin));
  for (const auto& method : a.result.methods) json["methods"][method.name] = method_json(method);
  for (const auto& step : a.result.value_added) {
    json["value_added"].push_back({{"from", step.from},
                                   {"to", step.to},
                                   {"wape_points", number(step.wape_points)},
                                   {"rmsse_percent", number(step.rmsse_percent)}});
  }
  // Bytes that are not UTF-8 (a key of a dirty file, say) become U+FFFD instead of an exception.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace restock
