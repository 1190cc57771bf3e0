#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "data/ingest/import_result.h"
#include "data/lake/lake.h"
#include "foundation/config/run_config.h"
#include "operations/pipeline/run.h"
#include "operations/pipeline/stage_clock.h"
#include "science/features/period_calendar.h"

namespace restock {

/// Which run writes, and when it began.
struct RunStamp {
  std::string run_id;
  int64_t started_micros = 0;
};

/// Add what the checks found to the result.
void take_findings(const std::vector<ingest::DataFinding>& findings, RunResult& result);

/// Removes the folder for passing files, with all in it, when the job ends: done, failed or
/// stopped.
class WorkFolder {
 public:
  explicit WorkFolder(std::string path) : path_(std::move(path)) {}
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  ~WorkFolder();

  /// A new folder among the temporary files, named after `prefix`. Errors: kIo if none can be made.
  [[nodiscard]] static Result<std::unique_ptr<WorkFolder>> make_temporary(
      const std::string& prefix);
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// What the later stages need of the import.
struct ImportedSales {
  ingest::SalesSchema schema;
  std::string work_directory;
};

/// Read, check and keep the sales history: one commit of the lake with sales, series, quarantine
/// and the record of the import. Fills rows, quarantine, findings of the result.
[[nodiscard]] Result<ImportedSales> import_stage(const RunConfig& config, const RunOptions& options,
                                                 lake::Lake& lake, const RunStamp& stamp,
                                                 StageClock& clock, RunResult& result);

/// The user's own holidays and those of the country's rules, for the years the panel covers.
/// Errors: kIo or kInvalidData naming the file and row; kInvalidArgument for a country without
/// rules.
[[nodiscard]] Result<std::vector<HolidayDay>> read_holidays(const RunConfig& config,
                                                            sql::Database& database,
                                                            const Panel& panel);

/// Load the dense panel from the lake's sales, with room for the horizon.
[[nodiscard]] Result<Panel> panel_stage(const RunConfig& config, const RunOptions& options,
                                        lake::Lake& lake, const ImportedSales& imported,
                                        StageClock& clock, RunResult& result);

}  // namespace restock
