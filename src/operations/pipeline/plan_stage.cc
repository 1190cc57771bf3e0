#include "operations/pipeline/plan_stage.h"

#include <algorithm>

#include "science/inventory/plan.h"
#include "science/inventory/replay.h"

namespace restock {
namespace {

Result<PlanParameters> plan_parameters(const PlanConfig& config) {
  PlanParameters parameters;
  parameters.service_level = config.service_level;
  parameters.holding_cost = config.holding_cost;
  parameters.shortage_cost = config.shortage_cost;
  parameters.moving_average = config.moving_average;
  RESTOCK_TRY(parameters.rounding, parse_rounding(config.rounding));
  return parameters;
}

SeriesSupply default_supply(const PlanConfig& config) {
  SeriesSupply supply;
  supply.lead_time = config.lead_time;
  supply.review_period = config.review_period;
  supply.moq = config.moq;
  supply.pack_size = config.pack_size;
  return supply;
}

/// Running sums of a forecast's means.
CumulativeForecast cumulate(const ForecastTable& table) {
  CumulativeForecast out;
  out.horizon = table.horizon;
  out.mean = table.mean;
  out.variance = table.cumulative_variance;
  const auto width = static_cast<size_t>(table.horizon);
  for (size_t i = 0; i < table.n_series(); ++i) {
    for (size_t h = 1; h < width; ++h) out.mean[i * width + h] += out.mean[i * width + h - 1];
  }
  return out;
}

}  // namespace

Status plan_stage(const RunConfig& config, lake::Lake& /*lake*/, const ForecastStage& forecasts, ThreadPool& pool,
                  StageClock& clock, RunResult& result) {
  const Panel& panel = result.panel;
  RESTOCK_TRY(clock.begin("plan"));
  RESTOCK_TRY(const PlanParameters parameters, plan_parameters(config.plan));
  const std::vector<SeriesSupply> supply(panel.n_series(), default_supply(config.plan));
  RESTOCK_TRY(result.plan, make_plan(result.forecast, supply, parameters));
  clock.end(static_cast<int64_t>(result.plan.size()));

  RESTOCK_TRY(clock.begin("replay"));
  const int32_t periods = std::min(config.plan.replay_periods, panel.origin - result.scored_origin);
  if (periods < 1) {
    clock.end(0);
    return {};
  }
  const int32_t risk = config.plan.lead_time + config.plan.review_period;
  const ForecastAt forecast_at = [&](Period origin) -> Result<CumulativeForecast> {
    // Planned prices and promotions are known as far as the panel reaches.
    const int32_t ahead = std::clamp(risk, 1, panel.origin + panel.horizon - origin);
    RESTOCK_TRY(const ForecastTable table, forecasts.scored.forecast(panel, origin, ahead, {}, pool));
    return cumulate(table);
  };
  const ReplayInput input{panel, panel.origin - periods + 1, periods, supply, {}};
  RESTOCK_TRY(result.replay, replay(input, parameters, forecast_at, pool));
  clock.end(static_cast<int64_t>(panel.n_series()) * periods);
  return {};
}

}  // namespace restock
