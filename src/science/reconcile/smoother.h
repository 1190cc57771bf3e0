#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace restock {

struct SmootherOptions {
  int32_t season_length = 1;  ///< 1 = no season
  int32_t horizon = 1;
  int32_t n_residuals = 0;  ///< how many of the last one-step errors are wanted
};

/// Forecast of one series by exponential smoothing.
struct Smoothed {
  std::vector<double> mean;      ///< horizon
  std::vector<float> residuals;  ///< n_residuals, oldest first; 0 where the series is shorter
  double variance = 0;           ///< mean square of the one-step errors after the first season
  double alpha = 0;
  double gamma = 0;
};

/// Level and additive season, for base forecasts of aggregates, which are smooth: ETS(A,N,A) in the
/// error form of Hyndman, Koehler, Ord & Snyder (2008), Forecasting with Exponential Smoothing,
/// table 2.2:
///
///   e_t = y_t - l - s_t,   l <- l + alpha e_t,   s_t <- s_t + gamma e_t
///
/// alpha and gamma from a fixed grid by least squares of one-step errors; starting values from the
/// mean of the first seasons (up to four). Series shorter than two seasons have none; an empty one
/// is forecast by 0. `values`: units per period, finite, in time order. Pure. Example: a series
/// that repeats 1, 2, 3 with season 3 is forecast exactly, with variance 0 (see the test).
[[nodiscard]] Smoothed smooth_seasonal(std::span<const float> values,
                                       const SmootherOptions& options);

}  // namespace restock
