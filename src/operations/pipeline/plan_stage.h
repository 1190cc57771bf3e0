#pragma once

#include <span>
#include <vector>

#include "data/lake/lake.h"
#include "foundation/base/thread_pool.h"
#include "foundation/config/run_config.h"
#include "operations/pipeline/forecast_stage.h"
#include "operations/pipeline/stage_clock.h"
#include "science/inventory/plan.h"
#include "science/inventory/replay.h"

namespace restock {

/// What [plan] says of costs and rounding. Errors: kInvalidArgument for the rounding.
[[nodiscard]] Result<PlanParameters> plan_parameters(const PlanConfig& config);

/// What the stock table says of each series of the result's panel, over the defaults of [plan];
/// adds what was found to the result. Errors: those of `read_inventory`.
[[nodiscard]] Result<std::vector<SeriesSupply>> read_supply(const RunConfig& config,
                                                            lake::Lake& lake, RunResult& result);

/// Running sums of a forecast's means, and their variance.
[[nodiscard]] CumulativeForecast cumulate(const ForecastTable& table);

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
