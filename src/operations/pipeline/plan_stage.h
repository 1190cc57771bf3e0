#pragma once

#include <span>
#include <vector>

#include "data/lake/lake.h"
#include "foundation/base/thread_pool.h"
#include "foundation/config/run_config.h"
#include "operations/pipeline/forecast_stage.h"
#include "operations/pipeline/joint_rules.h"
#include "operations/pipeline/stage_clock.h"
#include "science/inventory/plan.h"
#include "science/inventory/replay.h"

namespace restock {

/// What [plan] says of costs and rounding. Errors: kInvalidArgument for the rounding.
[[nodiscard]] Result<PlanParameters> plan_parameters(const PlanConfig& config);

/// What [plan] says of a series that no table tells of.
[[nodiscard]] SeriesSupply default_supply(const PlanConfig& config);

/// What the stock table says of each series of `panel`, over the `supply` given; adds what was
/// found to the result. Of the panel only keys, axis and origin are read. Errors: those of
/// `read_inventory`.
[[nodiscard]] Result<std::vector<SeriesSupply>> fill_supply(const RunConfig& config,
                                                            lake::Lake& lake, const Panel& panel,
                                                            std::vector<SeriesSupply> supply,
                                                            RunResult& result);

/// What is known of the supply of each series of the result's panel: `read_stock_points` without
/// the locations above.
[[nodiscard]] Result<std::vector<SeriesSupply>> read_supply(const RunConfig& config,
                                                            lake::Lake& lake, RunResult& result);

/// Running sums of a forecast's means, and their variance.
[[nodiscard]] CumulativeForecast cumulate(const ForecastTable& table);

/// Paths drawn of each of `n_series` over `periods`: 1,000, which tell a 95 % quantile to one part
/// in a hundred, or fewer where all together would exceed 20 million values, but not under 100.
[[nodiscard]] int32_t path_count(size_t n_series, int32_t periods);

/// Paths of demand drawn from the result's forecast, `path_count` a series; none where the model
/// learns quantiles directly. All arguments must outlive what is given.
[[nodiscard]] PathsOf forecast_paths(const GlobalModel& model, const RunResult& result,
                                     uint64_t seed, ThreadPool& pool);

/// Turn the published forecast, made by `model`, into order proposals: transfers first, then what
/// is bought, cut to the limits; fills plan, transfers and limited of the result. Series that share
/// a service target are given what a lost sale counts for it.
[[nodiscard]] Status plan_stage(const RunConfig& config, const GlobalModel& model,
                                std::vector<SeriesSupply>& supply, const JointRules& rules,
                                ThreadPool& pool, StageClock& clock, RunResult& result);

/// Replay the last periods with the model that had not seen them: orders taken as the run takes
/// them ("plan"), moving averages, and order-up-to levels; fills replay of the result.
[[nodiscard]] Status replay_stage(const RunConfig& config, const ForecastStage& forecasts,
                                  std::span<const SeriesSupply> supply, ThreadPool& pool,
                                  StageClock& clock, RunResult& result);

}  // namespace restock
