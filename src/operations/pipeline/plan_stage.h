#pragma once

#include "data/lake/lake.h"
#include "foundation/base/thread_pool.h"
#include "foundation/config/run_config.h"
#include "operations/pipeline/forecast_stage.h"
#include "operations/pipeline/stage_clock.h"

namespace restock {

/// Turn the published forecast into order proposals and replay the last periods against the
/// moving-average policy with the model that had not seen them. Fills plan and replay of the
/// result.
[[nodiscard]] Status plan_stage(const RunConfig& config, lake::Lake& lake,
                                const ForecastStage& forecasts, ThreadPool& pool, StageClock& clock,
                                RunResult& result);

}  // namespace restock
