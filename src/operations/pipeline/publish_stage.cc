#include "operations/pipeline/publish_stage.h"

#include <filesystem>

#include "foundation/config/config_file.h"
#include "operations/publish/atomic_file.h"
#include "operations/publish/publish.h"

namespace restock {

Status publish_stage(const RunConfig& config, lake::Lake& lake, const RunStamp& stamp,
                     const ModelFiles& models, StageClock& clock, RunResult& result) {
  RESTOCK_TRY(clock.begin("publish"));
  const std::filesystem::path out(result.output_directory);
  const std::string stem = (out / "models" / result.model_sha256).string();
  RESTOCK_TRY(write_file_atomically(stem + ".model", models.model));
  if (!models.ensemble.empty())
    RESTOCK_TRY(write_file_atomically(stem + ".ensemble", models.ensemble));
  RESTOCK_TRY(result.lake_snapshot, lake.snapshot());
  RESTOCK_TRY(auto write, lake.begin_write({stamp.run_id, stamp.started_micros}));
  RESTOCK_TRY(publish_to_lake(write, result));
  lake::RunRecord record;
  record.started_at_micros = stamp.started_micros;
  record.version = result.version;
  record.config = to_toml(config);
  record.snapshot_before = result.lake_snapshot;
  record.status = "done";
  record.held_out = result.held_out;
  RESTOCK_TRY(write.record_run(record));
  RESTOCK_TRY([[maybe_unused]] const int64_t snapshot, write.commit());
  clock.end(static_cast<int64_t>(result.forecast.mean.size()));
  RESTOCK_TRY(clock.begin("export"));
  PublishOptions options;
  options.csv = config.output.csv;
  options.parquet = config.output.parquet;
  options.report = config.output.report;
  options.memory_bytes = config.run.memory_bytes / 4;
  RESTOCK_TRY([[maybe_unused]] const auto files, publish_files(result, options));
  clock.end(static_cast<int64_t>(result.forecast.mean.size()));
  return {};
}

}  // namespace restock
