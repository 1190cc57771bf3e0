#pragma once

#include <span>
#include <string>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "foundation/panel/panel.h"
#include "science/evaluation/naive_scale.h"

namespace restock {

/// One step of a forecasting process: n_series x horizon means, owned elsewhere.
struct ForecastStep {
  std::string name;
  std::span<const double> mean;
};

/// How good the forecast is after a step, and what the step added to the one before.
struct StepValue {
  std::string name;
  double wape = 0;           ///< percent
  double rmsse = 0;          ///< mean over series
  double bias = 0;           ///< percent
  double wape_points = 0;    ///< WAPE of the step before minus this one; above 0 = the step helps
  double rmsse_percent = 0;  ///< reduction of RMSSE, percent; the first step has none of either
};

/// Forecast value added: score the steps one after the other on the periods after `origin`.
/// Scales: of the history up to the origin. Precondition: the shapes of `ForecastStep`.
/// Source: Gilliland, The Business Forecasting Deal (2010).
/// Example: steps of WAPE 30 and 24 %: the second added 6 points.
[[nodiscard]] std::vector<StepValue> value_of_steps(const Panel& actuals, Period origin,
                                                    int32_t horizon,
                                                    std::span<const ForecastStep> steps,
                                                    ThreadPool& pool);

}  // namespace restock
