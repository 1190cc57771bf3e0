#include "operations/pipeline/forecast_update.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "data/sql/database.h"
#include "foundation/base/sha256.h"
#include "operations/pipeline/ensemble_stage.h"
#include "operations/pipeline/estimate.h"
#include "operations/pipeline/forecast_stage.h"
#include "operations/pipeline/import_stage.h"
#include "operations/pipeline/input_hash.h"
#include "operations/pipeline/kept_forecast.h"
#include "operations/pipeline/plan_stage.h"
#include "operations/pipeline/publish_stage.h"
#include "operations/pipeline/run.h"
#include "operations/pipeline/run_start.h"
#include "operations/pipeline/stage_clock.h"
#include "science/forecast/accuracy.h"

namespace restock {
namespace {

namespace fs = std::filesystem;

/// A model, the ensemble it is in if any, and their bytes.
struct SavedModel {
  GlobalModel model;
  std::optional<Ensemble> ensemble;
  ModelFiles files;
  std::string sha256;
};

Result<std::string> read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (!file.is_open() || file.bad()) {
    return Error{Code::kNotFound, "cannot read the model " + path,
                 "restock run learns and keeps one; --model names another file"};
  }
  return bytes;
}

/// The hash of the newest forecasts' model. Errors: kNotFound if there are none.
Result<std::string> newest_model(lake::Lake& lake) {
  const Error none{Code::kNotFound, "the lake has no forecasts, so no model",
                   "restock run --config FILE learns one; --model names a file"};
  RESTOCK_TRY(const auto columns, lake.columns_of("forecasts"));
  if (columns.empty()) return none;
  RESTOCK_TRY(const sql::Table found,
              lake.database().query("SELECT model_sha256 FROM lake.forecasts WHERE model_sha256 IS "
                                    "NOT NULL ORDER BY known_at DESC, run_id DESC LIMIT 1"));
  if (found.rows.empty()) return none;
  return found.single().value_or("");
}

Result<SavedModel> load_model(const ForecastUpdateOptions& options, const RunResult& result,
                              lake::Lake& lake) {
  std::string path = options.model_file;
  std::string wanted;
  if (path.empty()) {
    RESTOCK_TRY(wanted, newest_model(lake));
    path = (fs::path(result.output_directory) / "models" / (wanted + ".model")).string();
  }
  RESTOCK_TRY(std::string bytes, read_bytes(path));
  auto model = GlobalModel::load_bytes(bytes);
  if (!model.ok())
    return Error{model.error().code, path + ": " + model.error().message, model.error().hint};
  std::string sha256 = sha256_hex(bytes);
  if (!wanted.empty() && sha256 != wanted) {
    return Error{Code::kInvalidData, path + " is another model than its name says",
                 "restore it, or learn a new model with restock run"};
  }
  SavedModel saved{std::move(model).value(), std::nullopt, {std::move(bytes), {}}, sha256};
  // The weights of the ensemble lie beside the model.
  const std::string beside = fs::path(path).replace_extension(".ensemble").string();
  if (beside == path || !fs::exists(beside)) return saved;
  RESTOCK_TRY(saved.files.ensemble, read_bytes(beside));
  auto ensemble = Ensemble::load_bytes(saved.files.ensemble);
  if (!ensemble.ok()) {
    return Error{ensemble.error().code, beside + ": " + ensemble.error().message,
                 ensemble.error().hint};
  }
  saved.ensemble = std::move(ensemble).value();
  return saved;
}

/// The full forecast, combined with the other members where there is an ensemble.
Result<MeanForecast> full_mean(const SavedModel& saved, const Panel& panel, int32_t horizon,
                               ThreadPool& pool) {
  RESTOCK_TRY(auto mean, saved.model.predict(panel, panel.origin, horizon, pool));
  if (!saved.ensemble) return mean;
  return combine_with(*saved.ensemble, panel, saved.model, std::move(mean), pool);
}

/// The kept forecast with that of the changed series in it.
Result<ForecastTable> changed_forecast(const SavedModel& saved, const Panel& panel,
                                       KeptForecast kept, std::span<const double> probabilities,
                                       ThreadPool& pool) {
  if (!saved.ensemble || kept.changed.empty()) {
    return saved.model.forecast_changed(panel, std::move(kept.forecast), kept.changed,
                                        probabilities, pool);
  }
  // The other members forecast all series at once.
  const auto steps = static_cast<size_t>(kept.forecast.horizon);
  RESTOCK_TRY(const auto full, full_mean(saved, panel, kept.forecast.horizon, pool));
  for (const size_t i : kept.changed) {
    const auto from = full.mean.begin() + static_cast<int64_t>(i * steps);
    std::copy_n(from, steps, kept.forecast.mean.begin() + static_cast<int64_t>(i * steps));
    kept.forecast.fallback_reason[i] = full.fallback_reason[i];
  }
  return saved.model.forecast_of(panel, std::move(kept.forecast), probabilities, pool);
}

/// What can be kept of an earlier forecast; none if all series are to be forecast.
Result<std::optional<KeptForecast>> kept_forecast(const RunConfig& config,
                                                  const ForecastUpdateOptions& options,
                                                  const SavedModel& saved, lake::Lake& lake,
                                                  const RunResult& result) {
  const GlobalModelOptions& learnt = saved.model.options();
  if (options.all_series || config.forecast.integers || learnt.mode != ForecastMode::kDirect ||
      !learnt.quantiles.empty()) {
    return std::optional<KeptForecast>();
  }
  return read_kept_forecast(lake, saved.sha256, result.panel, config.forecast.horizon,
                            result.input_hash);
}

void note_alignment(const Alignment& met, const GlobalModel& model, const RunConfig& config,
                    RunResult& result) {
  if (met.gone > 0) {
    result.notes.push_back(
        fmt::format("{} series of the model are not in the data any more", met.gone));
  }
  for (const std::string& name : met.unknown_holidays) {
    result.notes.push_back(fmt::format(
        "the model was not learnt with the holiday \"{}\": taken as a usual day", name));
  }
  if (config.forecast.horizon > model.options().horizon &&
      model.options().mode != ForecastMode::kRecursive) {
    result.notes.push_back(fmt::format(
        "the model was learnt for {} periods ahead: those after are forecast as the last of them",
        model.options().horizon));
  }
}

/// Align, forecast, and say what was done. Fills forecast, update, importance, demand and notes.
Status forecast_with(const RunConfig& config, const ForecastUpdateOptions& options,
                     const std::vector<HolidayDay>& holidays, SavedModel& saved, lake::Lake& lake,
                     ThreadPool& pool, RunResult& result) {
  const Panel& panel = result.panel;
  GlobalModel& model = saved.model;
  RESTOCK_TRY(const Alignment met, model.align_to(panel, holidays, pool));
  note_alignment(met, model, config, result);
  result.input_hash = input_hashes(config, panel, holidays, pool);
  RESTOCK_TRY(auto kept, kept_forecast(config, options, saved, lake, result));
  const std::vector<double> probabilities = probabilities_of(config.forecast.levels);
  ForecastUpdate update;
  update.series_forecast = static_cast<int64_t>(panel.n_series());
  if (kept) {
    update.kept_run_id = kept->run_id;
    update.series_forecast = static_cast<int64_t>(kept->changed.size());
    RESTOCK_TRY(result.forecast,
                changed_forecast(saved, panel, std::move(*kept), probabilities, pool));
  } else {
    RESTOCK_TRY(auto mean, full_mean(saved, panel, config.forecast.horizon, pool));
    RESTOCK_TRY(result.forecast, model.forecast_of(panel, std::move(mean), probabilities, pool));
  }
  if (config.forecast.integers) round_means(result.forecast);
  update.series_kept = static_cast<int64_t>(panel.n_series()) - update.series_forecast;
  update.series_newcomers = met.newcomers;
  update.model_cutoff = panel.axis.label(model.cutoff());
  update.periods_since = panel.origin - model.cutoff();
  result.update = std::move(update);
  return tell_model(model, result);
}

}  // namespace

Result<RunResult> update_forecast(const RunConfig& config, const ForecastUpdateOptions& options,
                                  const ProgressCallback& progress) {
  const int64_t started = now_micros();
  RunResult result = begin_result(config, options.config_path, started);
  const fs::path output(result.output_directory);
  if (options.model_file.empty() && !fs::exists(output / "lake")) {
    return Error{Code::kNotFound, "no run has written to " + result.output_directory + " yet",
                 "restock run --config FILE first, or name a model with --model FILE"};
  }
  const WorkFolder work((output / "work").string());
  StageClock clock(result.stages, progress);
  RESTOCK_TRY(auto lake, open_lake(config, result, memory_budget(config)));
  const RunStamp stamp{result.run_id, started};
  RESTOCK_TRY(SavedModel saved, load_model(options, result, lake));
  result.model_sha256 = saved.sha256;

  RunOptions imported_as;
  imported_as.config_path = options.config_path;
  RESTOCK_TRY(ImportedSales imported,
              import_stage(config, imported_as, lake, stamp, clock, result));
  RESTOCK_TRY(result.panel, panel_stage(config, imported_as, lake, imported, clock, result));
  result.scored_origin = result.panel.origin;
  ThreadPool pool(config.run.threads);
  RESTOCK_TRY(const auto holidays, read_holidays(config, lake.database(), result.panel));
  RESTOCK_TRY(clock.begin("forecast"));
  RESTOCK_TRY(forecast_with(config, options, holidays, saved, lake, pool, result));
  clock.end(result.update->series_forecast * result.forecast.horizon);
  RESTOCK_TRY(auto supply, read_supply(config, lake, result));
  RESTOCK_TRY(const JointRules rules, read_joint_rules(config, lake, supply, result));
  RESTOCK_TRY(plan_stage(config, saved.model, supply, rules, pool, clock, result));
  result.peak_rss_bytes = peak_rss_bytes();
  RESTOCK_TRY(publish_stage(config, lake, stamp, saved.files, clock, result));
  result.peak_rss_bytes = peak_rss_bytes();
  return result;
}

}  // namespace restock
