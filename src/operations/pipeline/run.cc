#include "operations/pipeline/run.h"

#include <filesystem>

#include "data/lake/lake.h"
#include "foundation/base/sha256.h"
#include "operations/pipeline/checkpoint_folder.h"
#include "operations/pipeline/estimate.h"
#include "operations/pipeline/forecast_stage.h"
#include "operations/pipeline/import_stage.h"
#include "operations/pipeline/input_hash.h"
#include "operations/pipeline/plan_stage.h"
#include "operations/pipeline/publish_stage.h"
#include "operations/pipeline/run_start.h"
#include "operations/pipeline/stage_clock.h"

namespace restock {

Result<RunResult> import_history(const RunConfig& config, const RunOptions& options,
                                 const ProgressCallback& progress) {
  const int64_t started = now_micros();
  RunResult result = begin_result(config, options.config_path, started);
  const WorkFolder work((std::filesystem::path(result.output_directory) / "work").string());
  StageClock clock(result.stages, progress);
  RESTOCK_TRY(auto lake, open_lake(config, result, memory_budget(config)));
  const RunStamp stamp{result.run_id, started};
  RESTOCK_TRY([[maybe_unused]] const ImportedSales imported,
              import_stage(config, options, lake, stamp, clock, result));
  RESTOCK_TRY(result.lake_snapshot, lake.snapshot());
  result.peak_rss_bytes = peak_rss_bytes();
  return result;
}

Result<RunResult> run(const RunConfig& config, const RunOptions& options,
                      const ProgressCallback& progress) {
  const int64_t started = now_micros();
  RunResult result = begin_result(config, options.config_path, started);
  const WorkFolder work((std::filesystem::path(result.output_directory) / "work").string());
  StageClock clock(result.stages, progress);
  const int64_t memory = memory_budget(config);
  RESTOCK_TRY(auto lake, open_lake(config, result, memory));
  const RunStamp stamp{result.run_id, started};

  RESTOCK_TRY(ImportedSales imported, import_stage(config, options, lake, stamp, clock, result));
  RESTOCK_TRY(result.panel, panel_stage(config, options, lake, imported, clock, result));
  ThreadPool pool(config.run.threads);
  RESTOCK_TRY(const auto holidays, read_holidays(config, lake.database(), result.panel));
  const CheckpointFolder checkpoints(
      (std::filesystem::path(result.output_directory) / "checkpoints").string());
  RESTOCK_TRY(ForecastStage forecasts,
              forecast_stage(config, options, memory, holidays, checkpoints, pool, clock, result));
  // A hidden future would be told by what these numbers are of.
  if (!result.held_out) result.input_hash = input_hashes(config, result.panel, holidays, pool);
  RESTOCK_TRY(auto supply, read_supply(config, lake, result));
  RESTOCK_TRY(const JointRules rules, read_joint_rules(config, lake, supply, result));
  RESTOCK_TRY(plan_stage(config, forecasts.published(), supply, rules, pool, clock, result));
  RESTOCK_TRY(replay_stage(config, forecasts, supply, pool, clock, result));
  ModelFiles models;
  RESTOCK_TRY(models.model, forecasts.published().save_bytes());
  if (forecasts.ensemble) models.ensemble = forecasts.ensemble->save_bytes();
  result.model_sha256 = sha256_hex(models.model);
  result.peak_rss_bytes = peak_rss_bytes();
  RESTOCK_TRY(publish_stage(config, lake, stamp, models, clock, result));
  checkpoints.clear();
  result.peak_rss_bytes = peak_rss_bytes();
  return result;
}

}  // namespace restock
