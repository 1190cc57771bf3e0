#pragma once

#include <string>

#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "operations/publish/run_result.h"

namespace restock {

/// What `restock forecast` is asked for beyond its configuration.
struct ForecastUpdateOptions {
  std::string config_path;
  std::string model_file;   ///< Empty: the model of the newest forecasts in the lake.
  bool all_series = false;  ///< Forecast all, also series that were not touched.
};

/// Import what the files say now, forecast with a model learnt before, plan and publish. Nothing is
/// learnt: level rule, factors, trees and uncertainty are the model's; levels, demand of censored
/// periods and the movement of all series are taken anew from the sales up to the new origin.
///
/// If the lake holds a forecast of this model from the same origin, series whose own inputs are the
/// same (`input_hashes`) keep its means; the others are forecast again, with the bits of a full
/// forecast. Never kept: with [forecast] integers, of recursive and mixed models, and of quantiles
/// learnt directly. From another origin all series are forecast.
///
/// Errors: kNotFound without a model; kInvalidData for a damaged one; kInvalidArgument if the data
/// have other keys or features than it; those of the stages; kCancelled.
[[nodiscard]] Result<RunResult> update_forecast(const RunConfig& config,
                                                const ForecastUpdateOptions& options,
                                                const ProgressCallback& progress);

}  // namespace restock
