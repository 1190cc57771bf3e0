#pragma once

#include <span>

#include "science/features/window_shape.h"

namespace restock {

/// Statistics of a window that ends at each period, the period itself included: out[t] describes
/// x[t], x[t - stride], ..., and is kNoFeature where fewer than `shape.min_periods` of them count.
///
/// Method: a window is cut into runs of powers of two and each run is built from two halves (a
/// sparse table without the table), so every result is a fixed tree over its own window. Nothing is
/// ever subtracted: no drift over long series, no cancellation at large offsets, and the same bytes
/// whether a period is computed in a long series or alone, on any instruction set. log2(window)
/// additions a period, all of them independent, hence fast in vector lanes.
///
/// out: x.size() values, written once. Pure but for `scratch`. Preconditions: the shape is valid
/// (see `SeriesKernel::make`), out.size() == x.size().

/// Mean in the unit of x; sums in double.
void rolling_mean(const SeriesView& x, const WindowShape& shape, std::span<float> out,
                  KernelScratch& scratch);

/// Sample standard deviation (divisor n - 1) in the unit of x; needs two counted periods whatever
/// min_periods says. Merging of sums and squared deviations after Chan, Golub & LeVeque (1979),
/// Updating formulae and a pairwise algorithm for computing sample variances.
void rolling_std(const SeriesView& x, const WindowShape& shape, std::span<float> out,
                 KernelScratch& scratch);

void rolling_min(const SeriesView& x, const WindowShape& shape, std::span<float> out,
                 KernelScratch& scratch);
void rolling_max(const SeriesView& x, const WindowShape& shape, std::span<float> out,
                 KernelScratch& scratch);

/// Number of periods in the window that count and are not zero.
void rolling_nonzero(const SeriesView& x, const WindowShape& shape, std::span<float> out,
                     KernelScratch& scratch);

}  // namespace restock
