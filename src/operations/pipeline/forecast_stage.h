#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "foundation/config/run_config.h"
#include "operations/pipeline/checkpoint_folder.h"
#include "operations/pipeline/run.h"
#include "operations/pipeline/stage_clock.h"
#include "science/ensemble/ensemble.h"
#include "science/forecast/global_model.h"
#include "science/models/baselines.h"

namespace restock {

/// The models of a run: one that has not seen the scored periods, and the one that is published.
struct ForecastStage {
  GlobalModel scored;
  std::optional<GlobalModel>
      full;  ///< learnt from everything; none when `scored` is published itself
  std::optional<Ensemble> ensemble;  ///< what the models' means are combined with, if anything

  [[nodiscard]] const GlobalModel& published() const { return full ? *full : scored; }

  /// The forecast of one of the models, combined with the other members where there is an ensemble.
  [[nodiscard]] Result<ForecastTable> forecast(const GlobalModel& model, const Panel& panel,
                                               const BaselineWindow& ahead,
                                               std::span<const double> probabilities,
                                               ThreadPool& pool) const;
  /// The same from a mean of the model's that has been computed.
  [[nodiscard]] Result<ForecastTable> forecast_of(const GlobalModel& model, const Panel& panel,
                                                  MeanForecast mean,
                                                  std::span<const double> probabilities,
                                                  ThreadPool& pool) const;
};

/// The model that [forecast] asks for, learnt from so many periods that the memory is kept; what
/// was decided is added to the notes. Errors: kInvalidArgument for the objective; as
/// `train_periods_within`.
[[nodiscard]] Result<GlobalModelOptions> global_model_options(const RunConfig& config,
                                                              const Panel& panel, int32_t horizon,
                                                              int64_t memory_bytes,
                                                              std::vector<std::string>& notes);

/// Point forecasts to whole units, for [forecast] integers.
void round_means(ForecastTable& table);

/// Put what a model weighs (percent) and the demand it estimated into the result.
[[nodiscard]] Status tell_model(const GlobalModel& model, RunResult& result);

/// Learn, forecast and measure. With a holdout the model learns up to the origin before it and its
/// forecast is both scored and published; without, the last horizon is scored by a model that had
/// not seen it, and a model of everything forecasts the future. Fills scored, metrics, baselines,
/// value added, ensemble, forecast, importance and notes of the result.
[[nodiscard]] Result<ForecastStage> forecast_stage(const RunConfig& config,
                                                   const RunOptions& options, int64_t memory_bytes,
                                                   const std::vector<HolidayDay>& holidays,
                                                   const CheckpointFolder& checkpoints,
                                                   ThreadPool& pool, StageClock& clock,
                                                   RunResult& result);

}  // namespace restock
