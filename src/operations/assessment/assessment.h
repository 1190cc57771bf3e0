#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "science/backtest/backtest.h"

namespace restock {

struct BacktestRequest {
  int32_t origins = 3;
  int32_t step = 0;  ///< 0 = the horizon
  int32_t gap = 0;
  std::optional<int32_t> horizon;  ///< none = [forecast] horizon
  bool refit = true;
  std::vector<std::string> local_models;  ///< names of models of single series to try too
};

/// What a backtest or an evaluation found, for tables and JSON.
struct Assessment {
  std::string kind;    ///< "backtest", "evaluation"
  std::string run_id;  ///< of the evaluated run; empty for a backtest
  TimeAxis axis;
  int64_t series = 0;
  int32_t horizon = 0;
  int32_t step = 0;
  int32_t gap = 0;
  bool refit = true;
  std::vector<double> levels;  ///< central intervals, percent
  int32_t risk_periods = 0;
  BacktestResult result;
  std::string main_method;  ///< whose segments and calibration are shown: "ensemble", "forecast"
  int64_t memory_budget_bytes = 0;
  int64_t memory_predicted_bytes = 0;  ///< told before anything was learnt; 0 for an evaluation
  int64_t peak_rss_bytes = 0;
  int64_t rows_quarantined = 0;
  int64_t series_unmatched = 0;  ///< forecast series that the sales do not have
};

/// Backtest the configured model, its profile, the benchmarks and their combinations from several
/// past origins. Learns from as many periods as the memory of [run] allows; writes nothing.
///
/// The peak of memory is predicted before learning and kept: what would not fit is refused.
/// Errors: those of reading the sales and of `run_backtest`; kResourceExhausted with what would
/// fit; kCancelled.
[[nodiscard]] Result<Assessment> backtest(const RunConfig& config, const BacktestRequest& request,
                                          const ProgressCallback& progress);

struct EvaluationRequest {
  std::string run_id;                      ///< empty = the newest run with forecasts
  std::vector<std::string> actuals_files;  ///< read beside [data] files; in the same layout
};

/// Score the forecasts that a finished run left in the lake against what was sold since, beside the
/// benchmarks from the same origin. Reads the sales files anew; writes nothing.
///
/// Errors: kNotFound where there is no lake, no such run, or none with forecasts; kInvalidData
/// where nothing was sold after the forecasts' origin yet; those of reading the sales.
[[nodiscard]] Result<Assessment> evaluate_run(const RunConfig& config,
                                              const EvaluationRequest& request,
                                              const ProgressCallback& progress);

}  // namespace restock
