#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "foundation/config/run_config.h"
#include "foundation/panel/panel.h"
#include "science/evaluation/error_sums.h"
#include "science/features/period_calendar.h"
#include "science/forecast/global_model.h"

namespace restock {

/// What every evaluation of a search shares. References must outlive it.
struct WindowContext {
  const Panel& panel;
  const std::vector<HolidayDay>& holidays;
  int32_t horizon = 0;
  ThreadPool& pool;
};

/// What options were worth from one origin.
struct WindowScore {
  Metrics metrics;  ///< of the mean
  int trees = 0;
  std::string model;  ///< the model file
  std::string model_sha256;
  std::vector<std::string> resumed;  ///< trainings that went on from a checkpoint, in words
};

/// Learn from periods <= origin as `config` says, without quantiles of its own, forecast the
/// horizon after it and score the mean. Reads nothing sold after the origin to forecast. Errors:
/// those of `GlobalModel::fit`, among them kCancelled.
[[nodiscard]] Result<WindowScore> score_window(const WindowContext& by, const RunConfig& config,
                                               Period origin, const LearnCallbacks& callbacks);

/// Measures that a search can minimise: "rmsse", "wape", "rmse", "mae", "mase".
[[nodiscard]] std::vector<std::string> tuning_measures();

/// Errors: kInvalidArgument for another name; kInvalidData where the window had nothing to measure.
[[nodiscard]] Result<double> measure_of(const Metrics& metrics, std::string_view name);

}  // namespace restock
