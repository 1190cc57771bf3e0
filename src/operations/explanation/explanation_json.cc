#include <cmath>

#include <nlohmann/json.hpp>

#include "operations/explanation/explanation_report.h"

namespace restock {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

/// What a model says, added to `json`.
void add_explanation(const ForecastExplanation& e, const TimeAxis& axis, Json& json) {
  json["source"] = forecast_source_name(e.source);
  json["reason"] = e.reason;
  json["additive"] = e.additive;
  json["recursive"] = e.recursive;
  json["target_transform"] = target_transform_name(e.target_transform);
  if (e.mixed) {
    json["mixed"] = {{"direct_share", number(e.mixed->direct_share)},
                     {"direct_mean", number(e.mixed->direct_mean)},
                     {"recursive_mean", number(e.mixed->recursive_mean)}};
  }
  json["model_mean"] = number(e.mean);
  json["own_level"] = e.is_zero() ? Json(nullptr) : number(e.baseline.own_level);
  json["pooled_trend"] = e.is_zero() ? Json(nullptr) : number(e.baseline.pooled_trend);
  json["holiday"] = e.holiday;
  json["bias"] = e.effects.empty() ? Json(nullptr) : number(e.bias);
  json["kinds"] = Json::array();
  for (const KindEffect& effect : e.by_kind()) {
    Json kind = {{"kind", feature_kind_name(effect.kind)},
                 {"label", kind_label(e, effect.kind, axis)},
                 {"profile", number(effect.profile)},
                 {"trees", number(effect.trees)}};
    if (!e.additive) kind["factor"] = number(effect.profile * effect.trees);
    json["kinds"].push_back(std::move(kind));
  }
  json["features"] = Json::array();
  for (const FeatureEffect& effect : e.effects) {
    Json feature = {{"feature", effect.feature},
                    {"kind", feature_kind_name(effect.kind)},
                    {"value", number(effect.value)},
                    {"contribution", number(effect.contribution)}};
    if (!e.additive) feature["factor"] = number(std::exp(effect.contribution));
    json["features"].push_back(std::move(feature));
  }
}

Json run_json_of(const ExplainedRun& run, const TimeAxis& axis) {
  const RunRecord& record = run.record;
  Json json = {{"run_id", record.run_id},
               {"origin", axis.label(run.model.origin)},
               {"model_sha256", record.model_sha256},
               {"lake_snapshot", record.lake_snapshot},
               {"published", number(record.published)},
               {"reconciled", number(record.reconciled)},
               {"mean", number(record.final_mean)},
               {"reconciliation", record.reconciliation},
               {"combined", run.combined}};
  add_explanation(run.model, axis, json);
  return json;
}

}  // namespace

std::string explanation_json(const ForecastStory& story) {
  Json json = {{"series", Json::object()},
               {"period", story.axis.label(story.period)},
               {"sentence", explanation_sentence(story)},
               {"run", run_json_of(story.run, story.axis)}};
  for (size_t k = 0; k < story.key_names.size(); ++k)
    json["series"][story.key_names[k]] = story.key.parts[k];
  if (story.change) {
    const ForecastChange& change = *story.change;
    Json crossed = Json::object();
    add_explanation(change.crossed, story.axis, crossed);
    json["change"] = {{"against", run_json_of(change.before, story.axis)},
                      {"old_model_new_data", std::move(crossed)},
                      {"total", number(change.total)},
                      {"data", number(change.data)},
                      {"model", number(change.model)},
                      {"reconciliation", number(change.reconciliation)},
                      {"overrides", number(change.overrides)},
                      {"unexplained", number(change.unexplained)}};
  }
  json["notes"] = story.notes;
  // Bytes that are not UTF-8 (a key of a dirty file, say) become U+FFFD instead of an exception.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace restock
