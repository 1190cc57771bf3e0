#include "operations/pipeline/replay_forecasts.h"

#include <algorithm>
#include <utility>

#include "operations/pipeline/plan_stage.h"

namespace restock {

ReplayForecasts::ReplayForecasts(const ForecastStage& stage, const Panel& panel,
                                 const ReplayForecastOptions& options, ThreadPool& pool)
    : stage_(stage), panel_(panel), options_(options), pool_(pool) {}

Result<const ForecastTable*> ReplayForecasts::table_at(Period origin) {
  if (const auto found = tables_.find(origin); found != tables_.end()) return &found->second;
  // Planned prices and promotions are known as far as the panel reaches.
  const int32_t ahead = std::clamp(options_.periods, 1, panel_.origin + panel_.horizon - origin);
  RESTOCK_TRY(auto table, stage_.forecast(stage_.scored, panel_, {origin, ahead}, {}, pool_));
  return &tables_.emplace(origin, std::move(table)).first->second;
}

ForecastAt ReplayForecasts::forecast_at() {
  return [this](Period origin) -> Result<CumulativeForecast> {
    RESTOCK_TRY(const ForecastTable* table, table_at(origin));
    return cumulate(*table);
  };
}

PathsAt ReplayForecasts::paths_at() {
  return [this](Period origin, std::span<const size_t> series) -> Result<PathBlock> {
    RESTOCK_TRY(const ForecastTable* table, table_at(origin));
    PathBlock block{table->horizon, options_.n_paths, {}};
    RESTOCK_TRY(block.values, stage_.scored.sample_paths(panel_, *table, series,
                                                         {options_.n_paths, options_.seed}, pool_));
    return extended(std::move(block), options_.periods);
  };
}

}  // namespace restock
