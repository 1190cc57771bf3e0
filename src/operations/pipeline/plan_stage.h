#pragma once

#include <span>
#include <vector>

#include "data/lake/lake.h"
#include "foundation/base/thread_pool.h"
#include "foundation/config/run_config.h"
#include "operations/pipeline/forecast_stage.h"
#include "operations/pipeline/stage_clock.h"
#include "science/inventory/plan.h"

namespace restock {

/// Turn the published forecast into order proposals; fills plan of the result. Gives what was known
/// of each series' supply.
[[nodiscard]] Result<std::vector<SeriesSupply>> plan_stage(const RunConfig& config,
                                                           lake::Lake& lake, StageClock& clock,
                                                           RunResult& result);

/// Replay the last periods against the moving-average policy with the model that had not seen them;
/// fills replay of the result.
[[nodiscard]] Status replay_stage(const RunConfig& config, const ForecastStage& forecasts,
                                  std::span<const SeriesSupply> supply, ThreadPool& pool,
                                  StageClock& clock, RunResult& result);

}  // namespace restock
