#pragma once

#include <span>

#include "science/features/window_shape.h"

namespace restock {

/// Quantile of the counted periods of a window (see rolling.h for windows, masks and kNoFeature),
/// interpolated linearly between order statistics as pandas and numpy do by default:
///
///   h = probability (n - 1),   out = s[floor h] + (h - floor h) (s[floor h + 1] - s[floor h])
///
/// Method: the window is kept sorted; a period moves the values between the one that leaves and the
/// one that enters by one place. Cost is O(window) moves a period, in vector lanes: fast for the
/// windows of demand data (up to a few thousand).
///
/// out: x.size() values. Pure but for `scratch`. Preconditions: 0 <= probability <= 1, the shape is
/// valid.
void rolling_quantile(const SeriesView& x, const WindowShape& shape, double probability,
                      std::span<float> out, KernelScratch& scratch);

}  // namespace restock
