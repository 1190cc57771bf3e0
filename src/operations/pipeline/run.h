#pragma once

#include <optional>
#include <string>

#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "foundation/domain/date.h"
#include "operations/publish/run_result.h"

namespace restock {

/// What one run is asked for beyond its configuration.
struct RunOptions {
  std::string config_path;     ///< As given on the command line, for the record of the run.
  std::optional<int> holdout;  ///< Hide the last N periods, forecast and measure them.
  std::optional<Date> as_of;   ///< Read no sale dated later.
};

/// The main job: import, check, learn, forecast, plan, publish into `config.output.directory`.
///
/// Deterministic for a given input, configuration and version, whatever the number of threads; run
/// id and times apart. Errors: those of its stages, with the stage's own message; kCancelled when
/// `progress` returned false. Whatever the end, no table or file is left half-written.
[[nodiscard]] Result<RunResult> run(const RunConfig& config, const RunOptions& options,
                                    const ProgressCallback& progress);

/// Its first stage alone: import and check the history, and keep it in the lake. The result holds
/// the rows, the quarantine, the findings and the snapshot made; nothing is learned or planned.
/// Errors: as `run`.
[[nodiscard]] Result<RunResult> import_history(const RunConfig& config, const RunOptions& options,
                                               const ProgressCallback& progress);

}  // namespace restock
