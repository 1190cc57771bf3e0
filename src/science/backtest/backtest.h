#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "science/backtest/method_track.h"
#include "science/ensemble/combiner.h"
#include "science/ensemble/forecast_method.h"
#include "science/evaluation/error_sums.h"
#include "science/forecast/global_model.h"

namespace restock {

struct BacktestOptions {
  int32_t origins = 3;           ///< forecasts are made from so many origins
  int32_t step = 0;              ///< periods between two origins; 0 = the horizon
  int32_t gap = 0;               ///< periods after the origin that are not scored: the time to act
  int32_t horizon = 28;          ///< scored periods after the gap
  bool refit = true;             ///< learn the global model at each origin; else at the first alone
  bool use_model = true;         ///< false: benchmarks and other methods only
  double combination_prior = 2;  ///< series whose worth equal weights have, see combination.h
  GlobalModelOptions model;      ///< its horizon is set to gap + horizon
  ScoringOptions scoring;
  std::vector<double> probabilities;     ///< of the quantiles, ascending
  std::vector<AggregationLevel> levels;  ///< of WRMSSE; empty = not measured
};

/// What one step of the forecasting process adds (Gilliland, The Business Forecasting Deal, 2010).
struct ValueAdded {
  std::string from, to;
  double wape_points = 0;    ///< WAPE of `from` minus that of `to`; above 0 = the step helps
  double rmsse_percent = 0;  ///< reduction of RMSSE, percent
};

struct BacktestResult {
  std::vector<Period> origins;
  std::vector<std::string> members;     ///< of the combination, benchmarks first
  std::vector<MethodResult> methods;    ///< members, "profile", "selected", "ensemble"
  std::vector<GroupWeights> weights;    ///< of the ensemble, at the last origin
  std::vector<ValueAdded> value_added;  ///< naive, then benchmark, profile, global_model, ensemble
  std::vector<std::string> notes;
};

/// Forecast from several past origins and score what came true. Members are the benchmarks, the
/// given methods and the global model ("global_model"); its multiplicative baseline ("profile") is
/// scored beside them.
///
/// "ensemble" weighs the members per volume class and demand pattern, "selected" takes the best of
/// them, both by errors of periods that were known at each origin; before the first origin those of
/// the model's own validation window. Its quantiles are the model's, stretched to its mean.
///
/// Nothing sold after an origin is read to forecast from it. Same bytes for any number of threads.
/// Errors: kInvalidArgument if origins, step, gap or horizon are out of range or reach before the
/// history; those of the methods; kCancelled.
[[nodiscard]] Result<BacktestResult> run_backtest(const Panel& panel,
                                                  const BacktestOptions& options,
                                                  const std::vector<ForecastMethod>& methods,
                                                  ThreadPool& pool,
                                                  const ProgressCallback& progress);

/// Score one forecast that has been made, under the name "forecast", beside the benchmarks from the
/// same origin. Of the options only scoring and levels are read. Errors: those of the benchmarks.
[[nodiscard]] Result<BacktestResult> evaluate_forecast(const Panel& actuals,
                                                       const ForecastView& forecast,
                                                       const BacktestOptions& options,
                                                       ThreadPool& pool);

/// The origins of a backtest, ascending: the last has gap + horizon known periods after it.
/// Errors: as `run_backtest`.
[[nodiscard]] Result<std::vector<Period>> backtest_origins(const Panel& panel,
                                                           const BacktestOptions& options);

/// Bytes that a backtest of `members` members holds at most beside the panel and the training.
[[nodiscard]] int64_t backtest_working_bytes(size_t n_series, size_t members,
                                             const BacktestOptions& options);

}  // namespace restock
