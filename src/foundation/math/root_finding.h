#pragma once

#include <functional>

#include "foundation/base/result.h"

namespace restock {

/// Where to look for a root and how exactly.
struct RootSearch {
  double low = 0;
  double high = 1;
  /// Stop when the bracket is this narrow, relative to the larger of 1e-300 and |root|.
  double relative_tolerance = 1e-14;
  int iterations_max = 200;
};

/// x in [low, high] with f(x) = 0, given that f(low) and f(high) do not have the same sign.
///
/// Inverse quadratic interpolation and secant steps, bisection whenever they do not shrink the
/// bracket. Pure if f is. Errors: kInvalidArgument if the bounds are not finite and ordered, or f
/// has one sign at both. Source: Brent, Algorithms for Minimization without Derivatives (1973),
/// ch. 4.
[[nodiscard]] Result<double> find_root(const std::function<double(double)>& f,
                                       const RootSearch& search);

}  // namespace restock
