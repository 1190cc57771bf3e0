#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "science/local_models/ets.h"
#include "science/local_models/local_forecast.h"
#include "science/local_models/stl.h"
#include "science/local_models/theta.h"

namespace restock {

/// What forecasts the series once its seasons are taken out.
enum class MstlTrend {
  kEts,    ///< The ETS form without a season that has the least AICc.
  kTheta,  ///< The optimised theta model: simple exponential smoothing with a drift.
};

struct MstlOptions {
  /// Periods in each season, >= 2, such as {7, 365}. Seasons of which the series has not two whole
  /// ones are left out, and the description says so.
  std::vector<int32_t> season_lengths = {7};
  /// Rounds over all seasons, >= 1; a single season takes one.
  int32_t rounds = 2;
  /// Season k of the sorted lengths has a window of 7 + 4 (k + 1) of its own periods, and the
  /// length and window given here are not used.
  StlOptions stl = {.season_degree = 0};
  MstlTrend trend = MstlTrend::kEts;
};

/// values = trend + remainder + the sum of seasons, value by value.
struct MstlDecomposition {
  /// The lengths that were used, rising; seasons[k] has the shape of the values.
  std::vector<int32_t> season_lengths;
  std::vector<std::vector<double>> seasons;
  std::vector<double> trend;
  std::vector<double> remainder;
};

/// Buffers that decompositions and fits reuse. Not thread-safe: one for each thread.
struct MstlWorkspace {
  StlWorkspace stl;
  StlDecomposition part;
  EtsWorkspace ets;
  ThetaWorkspace theta;
  std::vector<double> adjusted;
};

/// A decomposition with the model of what is left without the seasons; monostate: that is constant,
/// and `level` is its value.
struct MstlFit {
  MstlDecomposition decomposition;
  std::variant<std::monostate, EtsFit, ThetaFit> trend;
  double level = 0.0;
};

/// Decompose a series with several seasons: STL for one after the other, shortest first, each on
/// the values without the others, for some rounds.
///
/// values: one series in time order, without gaps. Pure.
/// Errors: kInvalidArgument for options out of range; kInvalidData for fewer than two whole seasons
/// of the shortest, or values that are not finite.
/// Source: Bandara, Hyndman & Bergmeir (2021), MSTL: A seasonal-trend decomposition algorithm for
/// time series with multiple seasonal patterns, arXiv:2107.13462, algorithm 1.
/// Example: a sum of a weekly and a monthly wave, as statsforecast decomposes it (see the test).
[[nodiscard]] Status decompose_mstl(std::span<const double> values, const MstlOptions& options,
                                    MstlWorkspace& workspace, MstlDecomposition& decomposition);

/// Decompose, and fit the trend's model to the values without their seasons.
/// Errors: as `decompose_mstl`, and those of the trend's model.
[[nodiscard]] Result<MstlFit> fit_mstl(std::span<const double> values, const MstlOptions& options,
                                       MstlWorkspace& workspace);

/// One-step-ahead means: the trend model's, plus the seasons. The seasons have seen all values, so
/// these are closer to them than forecasts will be. Shapes: fitted as values.
void mstl_fitted(std::span<const double> values, const MstlFit& fit, MstlWorkspace& workspace,
                 std::span<double> fitted);

/// The next `horizon` >= 0 periods, written over `forecast`: the trend model's mean and variance,
/// and the last whole season of each length, repeated.
void forecast_mstl(const MstlFit& fit, int32_t horizon, LocalForecast& forecast);

/// Fit and forecast; a series that cannot be decomposed is answered by `theta_or_mean` without a
/// season, and `fallback_reason` says why.
void mstl_or_theta(std::span<const double> values, const MstlOptions& options, int32_t horizon,
                   MstlWorkspace& workspace, LocalForecast& forecast);

/// `mstl_or_theta` of many series; shapes and errors as `theta_batch`. The same result for any
/// number of threads.
[[nodiscard]] Status mstl_batch(std::span<const double> values, std::span<const int64_t> offsets,
                                const MstlOptions& options, int32_t horizon, ThreadPool& pool,
                                std::span<LocalForecast> forecasts);

}  // namespace restock
