#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "foundation/config/run_config.h"
#include "operations/pipeline/estimate.h"
#include "operations/publish/run_result.h"
#include "science/ensemble/ensemble.h"
#include "science/forecast/global_model.h"

namespace restock {

/// What [forecast] ensemble asks for, and what the run may cost.
struct EnsembleRequest {
  std::string choice = "auto";  ///< auto, off, on
  RunEstimate estimate;         ///< of the run, without the ensemble
  int64_t memory_bytes = 0;     ///< that the run may take
  int32_t forecasts = 1;        ///< how often the members will forecast
};

/// Learn from the model's validation window how to weigh it against its profile, the benchmarks and
/// a model of single series. Returns an ensemble if it is to be used: with "auto" only where it
/// beats the model on series that its weights had not seen, and costs little; the model's
/// uncertainty is then that of the combined means. Fills ensemble and notes of the result with what
/// was decided and why.
[[nodiscard]] Result<std::optional<Ensemble>> learn_run_ensemble(const EnsembleRequest& request,
                                                                 const Panel& panel,
                                                                 GlobalModel& model,
                                                                 ThreadPool& pool,
                                                                 RunResult& result);

/// The model's forecast with its means combined with those of the other members, from the same
/// origin and over the same horizon. Errors: kInvalidData if the ensemble is of other members.
[[nodiscard]] Result<MeanForecast> combine_with(const Ensemble& ensemble, const Panel& panel,
                                                const GlobalModel& model, MeanForecast mean,
                                                ThreadPool& pool);

}  // namespace restock
