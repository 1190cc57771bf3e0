#include "science/local_models/theta_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr size_t kLanes = 8;
constexpr size_t kGridSize = 16;
/// The error is flat around its least value, so a finer alpha changes it by less than 1e-10.
constexpr double kAlphaTolerance = 1e-6;
/// (1-alpha)^t below this counts as 0: its square would soon be a denormal number, which is slow.
constexpr double kDecayMin = 1e-120;

using Lanes = std::array<double, kLanes>;

/// Sums over the scored values for each alpha: q = (1-alpha)^{t-1} multiplies the change of l_0, g
/// the weight w, and r is what smoothing that starts at the first value leaves.
struct Sums {
  Lanes qq{}, qg{}, gg{}, qr{}, gr{}, rr{};
};

/// One pass over the series for eight alphas at once.
Sums scan(std::span<const double> values, std::span<const double> intercept,
          std::span<const double> slope, const Lanes& alpha) {
  Sums sums;
  Lanes s, q, decay, inverse, ratio;
  s.fill(values[0]);
  q.fill(1.0);
  for (size_t k = 0; k < kLanes; ++k) {
    decay[k] = 1.0 - alpha[k];
    inverse[k] = 1.0 / alpha[k];
    ratio[k] = decay[k] / alpha[k];
  }
  const auto step = [&](size_t t) {
    for (size_t k = 0; k < kLanes; ++k) {
      s[k] += alpha[k] * (values[t] - s[k]);
      const double next = q[k] * decay[k];
      q[k] = next < kDecayMin ? 0.0 : next;
    }
  };
  for (size_t t = 0; t < kThetaUnscored; ++t) step(t);
  for (size_t t = kThetaUnscored; t < values.size(); ++t) {
    const double a = intercept[t];
    const double b = slope[t];
    for (size_t k = 0; k < kLanes; ++k) {
      const double g = (a - b * ratio[k]) * q[k] + b * inverse[k];
      const double r = values[t] - s[k];
      sums.qq[k] += q[k] * q[k];
      sums.qg[k] += q[k] * g;
      sums.gg[k] += g * g;
      sums.qr[k] += q[k] * r;
      sums.gr[k] += g * r;
      sums.rr[k] += r * r;
    }
    step(t);
  }
  return sums;
}

/// The quadratic form of one alpha: error as a function of (change of l_0, w).
struct Quadratic {
  double qq, qg, gg, qr, gr, rr;

  [[nodiscard]] double at(double d, double w) const {
    return rr - 2.0 * (d * qr + w * gr) + d * d * qq + 2.0 * d * w * qg + w * w * gg;
  }
};

struct Box {
  double change_min, change_max, weight_min, weight_max;
};

struct Point {
  double change, weight, sse;
};

/// The exact minimum of a convex quadratic in a box: inside, else the best of the four sides.
Point minimise(const Quadratic& f, const Box& box) {
  const double det = f.qq * f.gg - f.qg * f.qg;
  if (box.weight_min < box.weight_max && det > 1e-12 * f.qq * f.gg) {
    const double d = (f.gg * f.qr - f.qg * f.gr) / det;
    const double w = (f.qq * f.gr - f.qg * f.qr) / det;
    if (d >= box.change_min && d <= box.change_max && w >= box.weight_min && w <= box.weight_max) {
      return {d, w, f.at(d, w)};
    }
  }
  Point best{0.0, box.weight_min, std::numeric_limits<double>::infinity()};
  const auto consider = [&](double d, double w) {
    const double sse = f.at(d, w);
    if (sse < best.sse) best = {d, w, sse};
  };
  for (const double w : {box.weight_min, box.weight_max}) {
    const double d = f.qq > 0.0 ? (f.qr - w * f.qg) / f.qq : 0.0;
    consider(std::clamp(d, box.change_min, box.change_max), w);
  }
  for (const double d : {box.change_min, box.change_max}) {
    const double w = f.gg > 0.0 ? (f.gr - d * f.qg) / f.gg : box.weight_min;
    consider(d, std::clamp(w, box.weight_min, box.weight_max));
  }
  return best;
}

}  // namespace

ThetaEstimate search_theta(std::span<const double> values, std::span<const double> intercept,
                           std::span<const double> slope, const ThetaBounds& bounds) {
  RESTOCK_ASSERT(values.size() > kThetaUnscored);
  RESTOCK_ASSERT(intercept.size() == values.size() && slope.size() == values.size());
  const double limit = std::max(bounds.initial_level_max, std::abs(values[0]));
  const Box box{-limit - values[0], limit - values[0], bounds.weight_min, bounds.weight_max};
  ThetaEstimate best{.sse = std::numeric_limits<double>::infinity()};
  const auto try_alphas = [&](const Lanes& alphas) {
    const Sums sums = scan(values, intercept, slope, alphas);
    for (size_t k = 0; k < kLanes; ++k) {
      const Point point =
          minimise({sums.qq[k], sums.qg[k], sums.gg[k], sums.qr[k], sums.gr[k], sums.rr[k]}, box);
      if (point.sse < best.sse) {
        best = {alphas[k], point.weight, values[0] + point.change, point.sse};
      }
    }
  };
  // Squares put more points at small alphas, where the error bends most.
  const double width = bounds.alpha_max - bounds.alpha_min;
  const auto grid = [&](size_t i) {
    const double part = static_cast<double>(i) / (kGridSize - 1);
    return bounds.alpha_min + width * part * part;
  };
  for (size_t first = 0; first < kGridSize; first += kLanes) {
    Lanes alphas;
    for (size_t k = 0; k < kLanes; ++k) alphas[k] = grid(first + k);
    try_alphas(alphas);
  }
  const double part = std::sqrt(std::max(best.alpha - bounds.alpha_min, 0.0) / width);
  const auto nearest = static_cast<size_t>(std::lround(part * (kGridSize - 1)));
  double low = grid(nearest == 0 ? 0 : nearest - 1);
  double high = grid(std::min(nearest + 1, kGridSize - 1));
  while (high - low > kAlphaTolerance) {
    const double gap = (high - low) / (kLanes + 1);
    Lanes alphas;
    for (size_t k = 0; k < kLanes; ++k) alphas[k] = low + gap * static_cast<double>(k + 1);
    try_alphas(alphas);
    low = std::max(low, best.alpha - gap);
    high = std::min(high, best.alpha + gap);
  }
  return best;
}

}  // namespace restock
