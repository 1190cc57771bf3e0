#include "foundation/math/root_finding.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace restock {
namespace {

Error bad_bracket(const RootSearch& search, double f_low, double f_high) {
  return Error{
      Code::kInvalidArgument,
      fmt::format(
          "the bounds must be finite, ordered and enclose a root, got f({}) = {} and f({}) = {}",
          search.low, f_low, search.high, f_high),
      "widen the bounds until the function changes sign"};
}

}  // namespace

Result<double> find_root(const std::function<double(double)>& f, const RootSearch& search) {
  double a = search.low;   // the contrapoint: f(a) and f(b) differ in sign
  double b = search.high;  // the best point so far
  double f_a = f(a);
  double f_b = f(b);
  if (!std::isfinite(a) || !std::isfinite(b) || !(a <= b)) return bad_bracket(search, f_a, f_b);
  if (f_a == 0) return a;
  if (f_b == 0) return b;
  if (!((f_a < 0) != (f_b < 0)) || std::isnan(f_a) || std::isnan(f_b)) {
    return bad_bracket(search, f_a, f_b);
  }
  double c = a;  // the best point before
  double f_c = f_a;
  double step = b - a;
  double step_before = step;
  for (int i = 0; i < search.iterations_max; ++i) {
    if (std::abs(f_a) < std::abs(f_b)) {
      c = b, f_c = f_b;
      std::swap(a, b);
      std::swap(f_a, f_b);
    }
    const double width = 0.5 * (a - b);
    const double tolerance = search.relative_tolerance * std::max(std::abs(b), 1e-300);
    if (std::abs(width) <= tolerance || f_b == 0) return b;
    double next = width;
    if (std::abs(step_before) > tolerance && std::abs(f_c) > std::abs(f_b)) {
      const double r = f_b / f_c;
      // Secant while two points coincide, inverse quadratic interpolation with three.
      double p =
          (a == c)
              ? 2 * width * r
              : r * (2 * width * f_c / f_a * (f_c / f_a - f_b / f_a) - (b - c) * (f_b / f_a - 1));
      double q = (a == c) ? 1 - r : (f_c / f_a - 1) * (f_b / f_a - 1) * (r - 1);
      if (p > 0) q = -q;
      p = std::abs(p);
      if (2 * p < std::min(3 * width * q - std::abs(tolerance * q), std::abs(step_before * q))) {
        next = p / q;
      }
    }
    step_before = next == width ? width : step;
    step = next;
    c = b, f_c = f_b;
    b += std::abs(step) > tolerance ? step : std::copysign(tolerance, width);
    f_b = f(b);
    if ((f_b < 0) == (f_a < 0)) {
      a = c, f_a = f_c;
      step = step_before = b - c;
    }
  }
  return b;
}

}  // namespace restock
