#pragma once

#include <cstdint>

#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "science/forecast/global_model.h"

namespace restock {

/// Memory a job may take: [run] memory, else three quarters of the machine.
[[nodiscard]] int64_t memory_budget(const RunConfig& config);

/// Share of a job's memory that DuckDB may take; panel and trainer share the rest.
[[nodiscard]] int64_t database_memory(int64_t total);

/// The most memory that this process has held so far.
[[nodiscard]] int64_t peak_rss_bytes();

/// What learning and forecasting a panel will take, told before it starts.
struct RunEstimate {
  int64_t panel_bytes = 0;
  int64_t training_rows = 0;
  int64_t training_bytes = 0;  ///< on top of the panel
  int64_t memory_bytes = 0;    ///< panel, training and what the database keeps
  double seconds = 0;  ///< learning only, at the usual speed of one core of 2020 times the threads
};

/// What the members of an ensemble take beside the global model.
struct EnsembleEstimate {
  int64_t memory_bytes = 0;  ///< on top of the panel, when nothing is being learnt
  double seconds = 0;
};
[[nodiscard]] EnsembleEstimate estimate_ensemble(const Panel& panel, int32_t horizon,
                                                 size_t members, int32_t forecasts);

/// The periods each series may be learnt from so that `memory_bytes` is kept; 0 = all.
/// Errors: kResourceExhausted if not even a short history fits, with what would.
[[nodiscard]] Result<int32_t> train_periods_within(const Panel& panel, int64_t memory_bytes);

/// Estimate a run that learns from at most `train_periods_max` periods of each series (0 = all).
[[nodiscard]] Result<RunEstimate> estimate_run(const Panel& panel,
                                               const GlobalModelOptions& options, int threads);

}  // namespace restock
