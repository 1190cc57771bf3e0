#pragma once

#include <cstdint>
#include <map>

#include "foundation/base/thread_pool.h"
#include "operations/pipeline/forecast_stage.h"
#include "science/inventory/policy_trial.h"
#include "science/inventory/replay.h"

namespace restock {

struct ReplayForecastOptions {
  int32_t periods = 1;  ///< The longest lead time + review.
  int32_t n_paths = 200;
  uint64_t seed = 42;
};

/// What replays of history are told by a run's scored model: forecasts at past origins, each made
/// once, and sample paths drawn from them. Panel, stage and pool must outlive this, and this the
/// functions it gives. Not thread-safe.
class ReplayForecasts {
 public:
  ReplayForecasts(const ForecastStage& stage, const Panel& panel,
                  const ReplayForecastOptions& options, ThreadPool& pool);

  [[nodiscard]] ForecastAt forecast_at();
  [[nodiscard]] PathsAt paths_at();

 private:
  Result<const ForecastTable*> table_at(Period origin);

  const ForecastStage& stage_;
  const Panel& panel_;
  ReplayForecastOptions options_;
  ThreadPool& pool_;
  std::map<Period, ForecastTable> tables_;
};

}  // namespace restock
