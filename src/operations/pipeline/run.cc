#include "operations/pipeline/run.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "data/ingest/import_sales.h"
#include "data/lake/lake.h"
#include "foundation/base/sha256.h"
#include "operations/pipeline/checkpoint_folder.h"
#include "operations/pipeline/estimate.h"
#include "operations/pipeline/forecast_stage.h"
#include "operations/pipeline/import_stage.h"
#include "operations/pipeline/plan_stage.h"
#include "operations/pipeline/publish_stage.h"
#include "operations/pipeline/stage_clock.h"

namespace restock {
namespace {

constexpr const char* kVersion = RESTOCK_VERSION;

std::string absolute_from(const RunConfig& config, const std::string& path) {
  const std::filesystem::path given(path);
  return (given.is_absolute() ? given : std::filesystem::path(config.directory) / given)
      .lexically_normal()
      .string();
}

int64_t now_micros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string make_run_id(int64_t micros) {
  const int64_t seconds = micros / 1'000'000;
  const Date day = Date::from_days(static_cast<int32_t>(seconds / 86400));
  const int64_t clock = seconds % 86400;
  return fmt::format("{}T{:02}{:02}{:02}-{:06}", day.to_string(), clock / 3600, clock / 60 % 60,
                     clock % 60, micros % 1'000'000);
}

/// A result that knows who it is and where it writes.
RunResult begin_result(const RunConfig& config, const RunOptions& options, int64_t started) {
  RunResult result;
  result.run_id = make_run_id(started);
  result.version = kVersion;
  result.config_path = options.config_path;
  result.output_directory = absolute_from(config, config.output.directory);
  return result;
}

Result<lake::Lake> open_lake(const RunConfig& config, const RunResult& result, int64_t memory) {
  lake::LakeOptions lake_options;
  lake_options.directory = (std::filesystem::path(result.output_directory) / "lake").string();
  lake_options.database.threads = config.run.threads;
  lake_options.database.memory_bytes = database_memory(memory);
  return lake::Lake::open(lake_options);
}

}  // namespace

Result<RunResult> import_history(const RunConfig& config, const RunOptions& options,
                                 const ProgressCallback& progress) {
  const int64_t started = now_micros();
  RunResult result = begin_result(config, options, started);
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
  RunResult result = begin_result(config, options, started);
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
  RESTOCK_TRY(plan_stage(config, lake, forecasts, pool, clock, result));
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
