#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "science/local_models/arima.h"
#include "science/local_models/unit_root.h"

namespace restock {

struct AutoArimaOptions {
  /// Periods in a season, 1 to 366; 1 tries models without a season only.
  int32_t period = 1;
  int32_t ar_max = 5;           ///< 0 to 5
  int32_t ma_max = 5;           ///< 0 to 5
  int32_t seasonal_ar_max = 2;  ///< 0 to 2
  int32_t seasonal_ma_max = 2;  ///< 0 to 2
  /// Number of differences where it is known; empty: tests choose (`choose_differencing`).
  std::optional<int32_t> differences = {};
  std::optional<int32_t> seasonal_differences = {};
  /// Held during every fit. Orders whose fit presses against a bound are refused, as in the source,
  /// with one exception: a seasonal autoregression without a seasonal difference may, for it stands
  /// for a season that lasts but was too weak for the test.
  ArimaRootBounds roots = {.modulus_min = 1.001, .seasonal_modulus_min = 1.01};
  int32_t models_max = 150;  ///< Orders tried at most, >= 1.
};

/// What a search found.
struct AutoArimaFit {
  ArimaFit fit;
  int32_t models_tried = 0;
};

/// Scratch of a search: `fits` keeps the models visited.
struct AutoArimaWorkspace {
  ArimaWorkspace arima;
  UnitRootWork unit_root;
};

/// Choose and fit the seasonal ARIMA model with the least AICc by stepwise search.
///
/// Differences come from tests (`choose_differencing`). The search starts from (2,d,2)(1,D,1),
/// (0,d,0)(0,D,0), (1,d,0)(1,D,0) and (0,d,1)(0,D,1), with a constant unless d + D > 1, and moves
/// to the best neighbour until none is better. Neighbours differ by 1 in p, q, both, P, Q or both,
/// or in the constant. Every model is fitted by exact likelihood, from its neighbour's
/// coefficients; the winner is fitted again from several starts.
///
/// values: one series without gaps, in time order. Pure; the workspace only lends memory.
/// Errors: kInvalidArgument for options out of range; kInvalidData for values that are not finite,
/// a series that is constant after differencing, or one too short for any model. Source: Hyndman &
/// Khandakar (2008), J. Statistical Software 27(3), section 3.2. Example: log airline passengers
/// with period 12 give (0,1,1)(0,1,1)12 (see the test).
[[nodiscard]] Result<AutoArimaFit> auto_arima(std::span<const double> values,
                                              const AutoArimaOptions& options,
                                              AutoArimaWorkspace& workspace);

/// Many series with one value array: series i is [offsets[i], offsets[i + 1]).
struct AutoArimaBatch {
  std::span<const double> values;
  std::span<const int64_t> offsets;
};

/// Forecast `horizon` periods of every series; entry i is the forecast or why there is none. The
/// same bytes for any number of threads.
/// Errors: those of `auto_arima`, series by series; kInvalidArgument for horizon < 0.
[[nodiscard]] std::vector<Result<LocalForecast>> forecast_auto_arima(
    const AutoArimaBatch& batch, int32_t horizon, const AutoArimaOptions& options,
    ThreadPool& pool);

}  // namespace restock
