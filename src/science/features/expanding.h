#pragma once

#include <span>

#include "science/features/window_shape.h"

namespace restock {

/// Statistics of all periods from the start of the series to each period, itself included: out[t]
/// describes x[0..t] and is kNoFeature where fewer than `min_periods` of them count. A period that
/// does not count repeats the result before it.
///
/// Results are scans over blocks of four periods counted from the start of the series, so out[t]
/// depends on x[0..t] only, and its bytes on neither threads nor instruction set.
///
/// out: x.size() values, written once. Pure but for `scratch`. Preconditions: min_periods >= 1,
/// out.size() == x.size().

/// Mean in the unit of x; sums in double.
void expanding_mean(const SeriesView& x, int32_t min_periods, std::span<float> out,
                    KernelScratch& scratch);

/// Sample standard deviation (divisor n - 1); needs two counted periods. Merging after Chan, Golub
/// & LeVeque (1979).
void expanding_std(const SeriesView& x, int32_t min_periods, std::span<float> out,
                   KernelScratch& scratch);

void expanding_min(const SeriesView& x, int32_t min_periods, std::span<float> out,
                   KernelScratch& scratch);
void expanding_max(const SeriesView& x, int32_t min_periods, std::span<float> out,
                   KernelScratch& scratch);

/// Exponentially weighted mean with smoothing `alpha` in (0, 1], as `pandas.ewm(alpha,
/// adjust=False, ignore_na=True)`:
///
///   y[0] = x[0],   y[t] = alpha x[t] + (1 - alpha) y[t - 1],   over the periods that count.
void exponential_mean(const SeriesView& x, double alpha, int32_t min_periods, std::span<float> out,
                      KernelScratch& scratch);

/// Exponentially weighted variance with the correction of bias that pandas makes, in the unit of x
/// squared; needs two counted periods.
///
///   v[t] = (1 - alpha) (v[t - 1] + alpha (x[t] - y[t - 1])^2),   out[t] = v[t] / (1 - sum of
///   squared weights)
void exponential_variance(const SeriesView& x, double alpha, int32_t min_periods,
                          std::span<float> out, KernelScratch& scratch);

/// The alpha whose weights halve every `half_life` > 0 periods: 1 - 2^(-1 / half_life).
[[nodiscard]] double alpha_of_half_life(double half_life);

}  // namespace restock
