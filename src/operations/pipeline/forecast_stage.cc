#include "operations/pipeline/forecast_stage.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "operations/pipeline/ensemble_stage.h"
#include "operations/pipeline/estimate.h"
#include "science/evaluation/step_value.h"
#include "science/forecast/accuracy.h"
#include "science/forecast/promotion_effects.h"
#include "science/models/baselines.h"

namespace restock {

Result<GlobalModelOptions> global_model_options(const RunConfig& config, const Panel& panel,
                                                int32_t horizon, int64_t memory_bytes,
                                                std::vector<std::string>& notes) {
  GlobalModelOptions options;
  options.horizon = horizon;
  const std::string& objective = config.forecast.objective;
  if (objective == "quantile") {
    // The point forecast stays the mean; the quantiles of each period are learnt directly.
    options.quantiles = probabilities_of(config.forecast.levels);
  } else if (objective != "auto") {
    RESTOCK_TRY(options.objective, parse_objective(objective));
  }
  options.trees_max = config.forecast.trees_max;
  options.trees_min = config.forecast.trees_min;
  options.depth = config.forecast.depth;
  options.learning_rate = config.forecast.learning_rate;
  options.min_child_weight = config.forecast.min_child_weight;
  options.lambda = config.forecast.lambda;
  options.row_share = config.forecast.row_share;
  options.column_share = config.forecast.column_share;
  options.price_monotone = config.forecast.price_monotone;
  options.refit = config.forecast.refit;
  options.mode = config.forecast.mode == "recursive" ? ForecastMode::kRecursive
                 : config.forecast.mode == "mixed"   ? ForecastMode::kMixed
                                                     : ForecastMode::kDirect;
  RESTOCK_TRY(options.target_transform, parse_target_transform(config.forecast.target_transform));
  if (options.target_transform != TargetTransform::kNone &&
      (objective == "poisson" || objective == "tweedie")) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("[forecast] target_transform = \"{}\" is learnt by squared errors, got "
                    "objective = \"{}\"",
                    config.forecast.target_transform, objective),
        "set objective to \"auto\", \"squared\" or \"quantile\", or no transform"};
  }
  options.model_per = config.forecast.model_per;
  options.estimate_censored = config.forecast.censored == "estimate";
  options.seed = config.run.seed;
  options.train_periods_max = config.forecast.train_periods_max;
  if (options.train_periods_max == 0) {
    RESTOCK_TRY(options.train_periods_max, train_periods_within(panel, memory_bytes));
    if (options.train_periods_max > 0) {
      notes.push_back(
          fmt::format("learnt from the last {} periods of each series, to keep to memory and time",
                      options.train_periods_max));
    }
  }
  return options;
}

namespace {

Status score_baselines(const Panel& panel, Period origin, int32_t horizon, RunResult& result) {
  const auto add = [&](const char* name, std::vector<double> mean) {
    result.metrics.push_back({name, score(panel, origin, horizon, mean)});
    result.baseline_forecasts[name] = std::move(mean);
  };
  const BaselineWindow ahead{origin, horizon};
  RESTOCK_TRY(auto seasonal, seasonal_naive(panel, ahead));
  RESTOCK_TRY(auto average,
              moving_average(panel, ahead, FeatureWindows::of(panel.axis.frequency).month));
  add("seasonal_naive", std::move(seasonal));
  add("moving_average", std::move(average));
  add("last_year", last_year(panel, ahead));
  return {};
}

/// The last periods that can be scored when nothing is held out: a horizon, at most a fifth of the
/// history.
int32_t scored_length(const Panel& panel, int32_t horizon) {
  Period first = panel.origin;
  for (const Period start : panel.start) first = std::min(first, start);
  return std::max(1, std::min(horizon, (panel.origin - first + 1) / 5));
}

/// Windows whose calibration is measured: a period, usual review periods, the risk period.
std::vector<int32_t> calibration_lengths(const PlanConfig& plan) {
  std::vector<int32_t> lengths = {1, 7, 14, 28, plan.lead_time + plan.review_period};
  std::sort(lengths.begin(), lengths.end());
  lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
  return lengths;
}

void measure_intervals(const RunConfig& config, const GlobalModel& model, ThreadPool& pool,
                       RunResult& result) {
  // Quantiles that are learnt directly have no distribution function.
  if (!model.options().quantiles.empty()) return;
  result.calibration_levels = config.forecast.levels;
  result.calibration = model.calibration(
      result.panel, result.scored, calibration_lengths(config.plan), config.forecast.levels, pool);
  const int32_t risk = config.plan.lead_time + config.plan.review_period;
  for (const CalibrationRow& row : result.calibration) {
    if (row.periods != risk || row.group != "all") continue;
    NamedMetrics summed{"model", {}};
    summed.metrics.scored = row.n;
    for (size_t k = 0; k < row.inside.size(); ++k)
      summed.metrics.coverage.push_back({config.forecast.levels[k], row.inside[k]});
    result.interval_metrics.push_back(std::move(summed));
  }
}

/// Score the last window with the model that had not seen it, and every step towards it.
Status score_last_window(const RunConfig& config, const ForecastStage& stage,
                         const BaselineWindow& ahead, ThreadPool& pool, RunResult& result) {
  const Panel& panel = result.panel;
  RESTOCK_TRY(MeanForecast mean, stage.scored.predict(panel, ahead.origin, ahead.horizon, pool));
  const std::vector<double> model_mean = mean.mean;
  RESTOCK_TRY(result.scored, stage.forecast_of(stage.scored, panel, std::move(mean),
                                               probabilities_of(config.forecast.levels), pool));
  measure_intervals(config, stage.scored, pool, result);
  if (config.forecast.integers) round_means(result.scored);
  result.metrics.push_back({"model", score(panel, result.scored, config.forecast.levels)});
  RESTOCK_TRY(score_baselines(panel, ahead.origin, ahead.horizon, result));
  RESTOCK_TRY(const MeanForecast profile,
              stage.scored.predict_baseline(panel, ahead.origin, ahead.horizon, pool));
  std::vector<ForecastStep> steps = {
      {"seasonal_naive", result.baseline_forecasts["seasonal_naive"]},
      {"moving_average", result.baseline_forecasts["moving_average"]},
      {"profile", profile.mean},
      {"global_model", model_mean}};
  if (stage.ensemble) steps.push_back({"ensemble", result.scored.mean});
  result.value_added = value_of_steps(panel, ahead.origin, ahead.horizon, steps, pool);
  return {};
}

Status check_origin(const Panel& panel, int32_t holdout) {
  int32_t longest = 0;
  for (size_t i = 0; i < panel.n_series(); ++i) longest = std::max(longest, panel.n_known(i));
  if (holdout < longest) return {};
  return Error{
      Code::kInvalidArgument,
      fmt::format("--holdout {} hides the whole history: the longest series has {} periods",
                  holdout, longest),
      fmt::format("hold out at most {}", std::max(1, longest / 3))};
}

}  // namespace

Result<ForecastTable> ForecastStage::forecast(const GlobalModel& model, const Panel& panel,
                                              const BaselineWindow& ahead,
                                              std::span<const double> probabilities,
                                              ThreadPool& pool) const {
  RESTOCK_TRY(auto mean, model.predict(panel, ahead.origin, ahead.horizon, pool));
  return forecast_of(model, panel, std::move(mean), probabilities, pool);
}

Result<ForecastTable> ForecastStage::forecast_of(const GlobalModel& model, const Panel& panel,
                                                 MeanForecast mean,
                                                 std::span<const double> probabilities,
                                                 ThreadPool& pool) const {
  if (ensemble) {
    RESTOCK_TRY(mean, combine_with(*ensemble, panel, model, std::move(mean), pool));
  }
  return model.forecast_of(panel, std::move(mean), probabilities, pool);
}

void round_means(ForecastTable& table) {
  for (double& mean : table.mean) mean = std::round(mean);
}

Status tell_model(const GlobalModel& model, RunResult& result) {
  RESTOCK_TRY(result.feature_importance, model.feature_importance());
  for (auto& [name, share] : result.feature_importance) share *= 100;
  result.demand = model.profile().censored;
  return {};
}

Result<ForecastStage> forecast_stage(const RunConfig& config, const RunOptions& options,
                                     int64_t memory_bytes, const std::vector<HolidayDay>& holidays,
                                     const CheckpointFolder& checkpoints, ThreadPool& pool,
                                     StageClock& clock, RunResult& result) {
  const Panel& panel = result.panel;
  const int32_t horizon = options.holdout ? *options.holdout : config.forecast.horizon;
  const int32_t scored_horizon = options.holdout ? horizon : scored_length(panel, horizon);
  if (options.holdout) RESTOCK_TRY(check_origin(panel, *options.holdout));
  result.held_out = options.holdout.has_value();
  result.scored_origin = panel.origin - scored_horizon;
  RESTOCK_TRY(GlobalModelOptions learn,
              global_model_options(config, panel, horizon, memory_bytes, result.notes));
  learn.holidays = holidays;
  RESTOCK_TRY(const RunEstimate estimate, estimate_run(panel, learn, pool.threads()));
  result.notes.push_back(
      fmt::format("estimated before learning: {} MiB of memory, {:.0f} s for {} rows",
                  estimate.memory_bytes >> 20, estimate.seconds, estimate.training_rows));

  RESTOCK_TRY(clock.begin("learn"));
  RESTOCK_TRY(auto scored, GlobalModel::fit(panel, result.scored_origin, learn, pool,
                                            checkpoints.callbacks(clock.callback())));
  ForecastStage stage{std::move(scored), std::nullopt, std::nullopt};
  clock.end(stage.scored.training_rows());
  RESTOCK_TRY(clock.begin("ensemble"));
  const EnsembleRequest asked{config.forecast.ensemble, estimate, memory_bytes,
                              3 + config.plan.replay_periods};
  RESTOCK_TRY(stage.ensemble, learn_run_ensemble(asked, panel, stage.scored, pool, result));
  clock.end(static_cast<int64_t>(result.ensemble.members.size() * panel.n_series()));

  RESTOCK_TRY(clock.begin("score"));
  RESTOCK_TRY(
      score_last_window(config, stage, {result.scored_origin, scored_horizon}, pool, result));
  clock.end(static_cast<int64_t>(panel.n_series()) * scored_horizon);

  if (!options.holdout && learn.refit && stage.scored.training_rows() <= learn.refit_rows_max) {
    RESTOCK_TRY(clock.begin("learn again"));
    RESTOCK_TRY(auto full, stage.scored.learn_again(panel, panel.origin, pool,
                                                    checkpoints.callbacks(clock.callback())));
    stage.full.emplace(std::move(full));
    clock.end(stage.full->training_rows());
  }
  RESTOCK_TRY(clock.begin("forecast"));
  if (options.holdout) {
    result.forecast = result.scored;
  } else {
    RESTOCK_TRY(result.forecast, stage.forecast(stage.published(), panel, {panel.origin, horizon},
                                                probabilities_of(config.forecast.levels), pool));
    if (config.forecast.integers) round_means(result.forecast);
  }
  clock.end(static_cast<int64_t>(panel.n_series()) * horizon);
  RESTOCK_TRY(tell_model(stage.published(), result));
  result.promotion_effects =
      measure_promotion_effects(panel, stage.published().calendar(), stage.published().profile(),
                                options.holdout ? result.scored_origin : panel.origin, pool);
  for (const auto& note : stage.published().notes()) result.notes.push_back(note);
  return stage;
}

}  // namespace restock
