#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "foundation/base/result.h"
#include "science/local_models/local_forecast.h"
#include "science/local_models/smoothing_search.h"

namespace restock {

/// Methods for demand that is zero in most periods. z: sizes of the demands, p: periods between
/// them (the first counted from the start of the series), each smoothed from its first value.
enum class IntermittentMethod {
  /// f = z / p, smoothed with `alpha_size` and `alpha_interval`.
  /// Source: Croston (1972), Operational Research Quarterly 23, 289-303.
  kCroston,
  /// As kCroston, each constant chosen in `range` by the least sum of squared one-step errors.
  kCrostonOptimised,
  /// f = (1 - alpha_interval / 2) z / p, without most of Croston's bias.
  /// Source: Syntetos & Boylan (2005), Int. J. Forecasting 21, 303-314, eq. 2.
  kSba,
  /// f = q z with q the probability of a demand, smoothed in every period with `alpha_interval`, so
  /// the forecast of a part that no longer sells falls. q starts at the first period's 0 or 1.
  /// Source: Teunter, Syntetos & Babai (2011), European J. of Operational Research 214, 606-615.
  kTsb,
  /// Sums over blocks of A periods, the mean interval rounded to the nearest whole (halves to
  /// even), smoothed with the best constant in `range`; f = level / A. An incomplete block is
  /// dropped at the start. Source: Nikolopoulos et al. (2011), J. of the Operational Research
  /// Society 62, 544-554.
  kAdida,
  /// The mean of such forecasts for blocks of 1, 2, .., A periods. Source: Petropoulos & Kourentzes
  /// (2015), J. of the Operational Research Society 66, 914-924.
  kImapa,
};

struct IntermittentOptions {
  IntermittentMethod method = IntermittentMethod::kImapa;
  double alpha_size = 0.1;      ///< (0, 1]; kCroston, kSba, kTsb
  double alpha_interval = 0.1;  ///< (0, 1]; of intervals, and of the probability in kTsb
  SmoothingRange range;         ///< 0 <= alpha_min <= alpha_max <= 1; the other methods
};

/// Buffers that forecasts reuse; not thread-safe, one for each thread. No result depends on what
/// they held.
struct IntermittentWorkspace {
  std::vector<double> sizes;
  std::vector<double> intervals;
  std::vector<double> sums;
  std::vector<double> fitted;
};

/// Forecast one intermittent series: the same mean and variance for each of `horizon` periods.
///
/// The variance is the mean squared error of the method's own forecasts inside the series, made
/// with the constants of the end: of the next period (Croston's family and TSB, after the first
/// demand), or of each period of the next block (ADIDA and IMAPA). With fewer than two of them it
/// is the mean square around the forecast.
/// values: units per period in time order, without gaps; all zero gives mean and variance 0.
/// Pure; no allocation once `workspace` and `forecast` have grown.
/// Errors: kInvalidArgument for options out of range or a negative horizon; kInvalidData for an
/// empty series and for values that are not finite or below 0.
/// Example: 0, 2, 0, 0, 4 with kCroston and constants 0.5: sizes 2, 4 -> 3, intervals 2, 3 -> 2.5,
/// mean 1.2.
[[nodiscard]] Status forecast_intermittent(std::span<const double> values, int32_t horizon,
                                           const IntermittentOptions& options,
                                           IntermittentWorkspace& workspace,
                                           LocalForecast& forecast);

}  // namespace restock
