#pragma once

#include <functional>
#include <string>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "foundation/panel/panel.h"
#include "science/local_models/local_models.h"
#include "science/models/baselines.h"

namespace restock {

/// What a method says: n_series x horizon, row-major. variance is empty for methods that do not
/// know it.
struct MethodForecast {
  std::vector<double> mean;
  std::vector<double> variance;
};

/// One way of forecasting that a backtest judges: reads nothing sold after the window's origin, and
/// learns anew at each. Deterministic; the pool is the backtest's own.
struct ForecastMethod {
  std::string name;
  std::function<Result<MethodForecast>(const Panel&, const BaselineWindow&, ThreadPool&)> forecast;
};

/// The benchmarks that any model must beat, always in the running: "seasonal_naive",
/// "moving_average" (a month) and "last_year".
[[nodiscard]] std::vector<ForecastMethod> benchmark_methods();

/// A model of single series, fitted anew to each series at each origin. Holds a copy of the panel
/// as it was known while it works. The method's name is the model's.
[[nodiscard]] ForecastMethod local_method(LocalModel model);

}  // namespace restock
