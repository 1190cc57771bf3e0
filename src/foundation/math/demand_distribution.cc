#include "foundation/math/demand_distribution.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "foundation/base/normal.h"
#include "foundation/math/special_functions.h"

namespace restock {
namespace {

/// A probability counts as reached within this relative distance, so that quantile(cdf(k)) = k.
constexpr double kReached = 1 - 1e-12;
/// Under this |variance / mean - 1| the Poisson formula is exact to ten digits, and the others lose
/// them.
constexpr double kPoissonExcess = 1e-10;
/// Demand with a smaller mean is no demand at all: its shape parameters would underflow.
constexpr double kMeanMin = 1e-100;
constexpr double kMeanMax = 1e13;
constexpr double kVarianceMax = 1e24;
/// Longest walk over the probability function from 0; beyond it a search is faster.
constexpr int kWalkMax = 4096;

/// The Panjer class by its mean and excess = variance / mean - 1:
/// f(k + 1) / f(k) = (mean + excess k) / ((k + 1) (1 + excess)).
struct CountLaw {
  double mean;
  double excess;

  [[nodiscard]] double trials() const { return std::round(-mean / excess); }  // binomial only
  [[nodiscard]] double ratio(double k) const {
    return (mean + excess * k) / ((k + 1) * (1 + excess));
  }

  [[nodiscard]] double at_zero() const {
    return excess == 0 ? std::exp(-mean) : std::exp(-mean * std::log1p(excess) / excess);
  }

  [[nodiscard]] double density(double k) const {
    if (k < 0) return 0;
    if (k == 0) return at_zero();
    if (excess == 0) return gamma_power(k, mean);
    if (excess > 0) {
      return beta_power(mean / excess, k, 1 / (1 + excess), excess / (1 + excess)) / k;
    }
    const double n = trials();
    if (k > n) return 0;
    if (k == n) return std::exp(n * std::log(-excess));
    return beta_power(k, n - k, -excess, 1 + excess) * n / (k * (n - k));
  }

  [[nodiscard]] double cdf(double k) const {
    if (k < 0) return 0;
    if (excess == 0) return regularised_gamma_q(k + 1, mean);
    if (excess > 0) {
      return regularised_beta(mean / excess, k + 1, 1 / (1 + excess), excess / (1 + excess));
    }
    const double n = trials();
    return k >= n ? 1 : regularised_beta(n - k, k + 1, 1 + excess, -excess);
  }

  [[nodiscard]] double survival(double k) const {
    if (k < 0) return 1;
    if (excess == 0) return regularised_gamma_p(k + 1, mean);
    if (excess > 0) {
      return regularised_beta(k + 1, mean / excess, excess / (1 + excess), 1 / (1 + excess));
    }
    const double n = trials();
    return k >= n ? 0 : regularised_beta(k + 1, n - k, -excess, 1 + excess);
  }
};

/// A first guess of the quantile of a gamma variable: Wilson and Hilferty (1931), or the first term
/// of the series of P(a, x) where the shape is small. Shape a, scale 1.
double gamma_quantile_guess(double a, double p, double z) {
  const double cube = 1 - 1 / (9 * a) + z / (3 * std::sqrt(a));
  if (a > 0.5 && cube > 0.2) return a * cube * cube * cube;
  const double log_x = (std::log(p) + log_gamma(a + 1)) / a;
  return log_x < -700 ? 0 : std::exp(std::min(log_x, 700.0));
}

/// Cornish and Fisher's (1937) expansion to the fourth moment; a gamma guess where the skewness is
/// too large for it.
double count_quantile_guess(const CountLaw& law, double p) {
  const double z = standard_normal_quantile(p);
  const double variance = law.mean * (1 + law.excess);
  const double skew = (1 + 2 * law.excess) / std::sqrt(variance);
  if (skew > 1.5) {
    const double shape = law.mean * law.mean / variance;
    return std::floor(gamma_quantile_guess(shape, p, z) * law.mean / shape);
  }
  const double kurtosis = (1 + 6 * law.excess * (1 + law.excess)) / variance;
  const double w = z + (z * z - 1) * skew / 6 + (z * z * z - 3 * z) * kurtosis / 24 -
                   (2 * z * z * z - 5 * z) * skew * skew / 36;
  return std::max(0.0, std::floor(law.mean + w * std::sqrt(variance)));
}

/// A whole number with its probability and distribution function.
struct CountPoint {
  double k;
  double density;
  double cdf;
};

/// Walk to the smallest k with cdf >= target; near enough is the caller's duty.
CountPoint walk_to(const CountLaw& law, CountPoint at, double target) {
  while (at.cdf < target) {
    at.density *= law.ratio(at.k);
    const double next = at.cdf + at.density;
    at.k += 1;
    // Beyond the mode and below rounding: the sum will not grow any more.
    if (next == at.cdf || at.density <= 0) break;
    at.cdf = next;
  }
  while (at.k > 0 && at.cdf - at.density >= target) {
    at.cdf -= at.density;
    at.k -= 1;
    at.density /= law.ratio(at.k);
  }
  return at;
}

/// The smallest k with cdf(k) >= p within kReached, for any mean: Newton steps with the probability
/// function as slope, kept inside a bracket, and a walk over the last few units.
CountPoint search_count_quantile(const CountLaw& law, double p) {
  constexpr double kWalkSteps = 64;
  const double target = p * kReached;
  double low = -1;  // cdf(low) < target
  double high = std::numeric_limits<double>::infinity();
  double k = count_quantile_guess(law, p);
  for (int i = 0; i < 200; ++i) {
    const CountPoint at{k, law.density(k), law.cdf(k)};
    const double distance = (target - at.cdf) / at.density;
    // An infinite or undefined distance (underflow of the density) fails this test and bisects.
    if (std::abs(distance) < kWalkSteps) return walk_to(law, at, target);
    (at.cdf >= target ? high : low) = k;
    if (high - low == 1) return {high, law.density(high), law.cdf(high)};
    double next = std::floor(k + distance);
    const bool inside = next > low && next < high;
    if (!inside || i > 12) {
      next = std::isinf(high) ? 2 * k + 1 : low + std::floor((high - low) / 2);
    }
    k = next;
  }
  RESTOCK_ASSERT(false);
  return {};
}

/// x with P(a, x) = p for 0 < p < 1: Halley's steps on the guess, kept inside a bracket.
double gamma_quantile(double a, double p) {
  double x = gamma_quantile_guess(a, p, standard_normal_quantile(p));
  if (x < 1e-290) return 0;
  double low = 0;
  double high = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 200; ++i) {
    // The smaller tail keeps the digits.
    const double error =
        p < 0.5 ? regularised_gamma_p(a, x) - p : (1 - p) - regularised_gamma_q(a, x);
    if (error == 0) return x;
    (error > 0 ? high : low) = x;
    const double slope = gamma_power(a, x) * a / x;
    const double newton = error / slope;
    const double bend = std::clamp(0.5 * newton * ((a - 1) / x - 1), -0.5, 0.5);
    double next = x - newton / (1 - bend);
    if (std::abs(next - x) <= 4e-16 * x) return next;
    if (!(next > low && next < high)) {
      next = std::isinf(high) ? 2 * x : (low == 0 ? high / 8 : std::sqrt(low) * std::sqrt(high));
    }
    if (next < 1e-290 || (high < 1e308 && high - low <= 4e-16 * high)) return next;
    x = next;
  }
  return x;
}

Status check_range(double mean, double variance, int64_t position) {
  const auto fail = [&](const char* what, double value, double limit) {
    const std::string where = position < 0 ? "" : fmt::format(" at position {}", position);
    return Error{
        Code::kInvalidArgument,
        fmt::format("{} of demand{} must be in [0, {}], got {}", what, where, limit, value),
        "check the forecast that it comes from"};
  };
  if (!(mean >= 0 && mean <= kMeanMax)) return fail("mean", mean, kMeanMax);
  if (!(variance >= 0 && variance <= kVarianceMax)) return fail("variance", variance, kVarianceMax);
  return {};
}

double count_excess(double mean, double variance) {
  double excess = variance / mean - 1;
  if (excess < -kPoissonExcess) {
    // The number of trials must be whole; the tolerance keeps a whole one from being pushed up by
    // rounding.
    const double trials = std::max(1.0, std::ceil(-mean / excess * (1 - 1e-12)));
    excess = std::max(-1.0, -mean / trials);
  }
  return std::abs(excess) < kPoissonExcess ? 0 : excess;
}

}  // namespace

Result<DemandDistribution> DemandDistribution::make(DemandKind kind, double mean, double variance) {
  RESTOCK_TRY(check_range(mean, variance, -1));
  return of(kind, mean, variance);
}

DemandDistribution DemandDistribution::of(DemandKind kind, double mean, double variance) {
  RESTOCK_ASSERT(mean >= 0 && mean <= kMeanMax);
  RESTOCK_ASSERT(variance >= 0 && variance <= kVarianceMax);
  DemandDistribution result;
  result.kind_ = kind;
  if (mean < kMeanMin) return result;
  result.mean_ = mean;
  if (kind == DemandKind::kCounts) {
    result.excess_ = count_excess(mean, variance);
  } else {
    // A relative standard deviation under 1e-7 is a point: the shape parameter would leave the
    // range of the formulas.
    result.excess_ = variance < 1e-14 * mean * mean ? 0 : variance / mean;
  }
  return result;
}

bool DemandDistribution::is_point() const {
  return mean_ == 0 || (kind_ == DemandKind::kCounts ? excess_ == -1 : excess_ == 0);
}

double DemandDistribution::variance() const {
  return kind_ == DemandKind::kCounts ? mean_ * (1 + excess_) : mean_ * excess_;
}

double DemandDistribution::density(double x) const {
  if (is_point()) {
    const double mass = kind_ == DemandKind::kCounts ? 1 : std::numeric_limits<double>::infinity();
    return x == mean_ ? mass : 0;
  }
  if (x < 0) return 0;
  if (kind_ == DemandKind::kCounts) {
    return x == std::floor(x) ? CountLaw{mean_, excess_}.density(x) : 0;
  }
  const double shape = mean_ / excess_;
  if (x == 0)
    return shape < 1 ? std::numeric_limits<double>::infinity() : shape == 1 ? 1 / mean_ : 0;
  return gamma_power(shape, x / excess_) * shape / x;
}

double DemandDistribution::cdf(double x) const {
  if (is_point()) return x >= mean_ ? 1 : 0;
  if (x < 0) return 0;
  if (kind_ == DemandKind::kCounts) return CountLaw{mean_, excess_}.cdf(std::floor(x));
  return regularised_gamma_p(mean_ / excess_, x / excess_);
}

double DemandDistribution::survival(double x) const {
  if (is_point()) return x >= mean_ ? 0 : 1;
  if (x < 0) return 1;
  if (kind_ == DemandKind::kCounts) return CountLaw{mean_, excess_}.survival(std::floor(x));
  return regularised_gamma_q(mean_ / excess_, x / excess_);
}

double DemandDistribution::quantile(double p) const {
  RESTOCK_ASSERT(p >= 0 && p < 1);
  if (is_point()) return mean_;
  if (p == 0) return 0;
  if (kind_ == DemandKind::kContinuous) return excess_ * gamma_quantile(mean_ / excess_, p);
  return search_count_quantile({mean_, excess_}, p).k;
}

double DemandDistribution::loss(double x) const {
  if (x <= 0) return mean_ - x;
  if (is_point()) return std::max(0.0, mean_ - x);
  if (kind_ == DemandKind::kContinuous) {
    const double shape = mean_ / excess_;
    const double scaled = x / excess_;
    return std::max(0.0, mean_ * regularised_gamma_q(shape + 1, scaled) -
                             x * regularised_gamma_q(shape, scaled));
  }
  const CountLaw law{mean_, excess_};
  const double k = std::floor(x);
  const double survival = law.survival(k);
  // Zipkin (2000), C.2.3: the partial expectation of the Panjer class in closed form.
  const double at_k = (mean_ - k) * survival + (mean_ + excess_ * k) * law.density(k);
  return std::max(0.0, at_k - (x - k) * survival);
}

void quantiles_of(DemandKind kind, double mean, double variance,
                  std::span<const double> probabilities, std::span<float> out) {
  RESTOCK_ASSERT(out.size() == probabilities.size());
  const auto demand = DemandDistribution::of(kind, mean, variance);
  const double spread = demand.variance();
  if (kind == DemandKind::kContinuous || demand.mean() == 0 || spread == 0) {
    for (size_t j = 0; j < out.size(); ++j) {
      out[j] = static_cast<float>(demand.quantile(probabilities[j]));
    }
    return;
  }
  const CountLaw law{mean, count_excess(mean, variance)};
  CountPoint at{0, law.at_zero(), 0};
  at.cdf = at.density;
  // Walking from 0 costs a nanosecond a unit and serves all probabilities, as long as f(0) does not
  // underflow.
  bool walking = at.density > 1e-280;
  for (size_t j = 0; j < out.size(); ++j) {
    const double target = probabilities[j] * kReached;
    while (walking && at.cdf < target) {
      at.density *= law.ratio(at.k);
      const double next = at.cdf + at.density;
      at.k += 1;
      if (next == at.cdf || at.density <= 0) break;
      at.cdf = next;
      walking = at.k < kWalkMax;
    }
    if (!walking && at.cdf < target) {
      const bool near = at.cdf > 0 && target - at.cdf < 64 * at.density;
      at = near ? walk_to(law, at, target) : search_count_quantile(law, probabilities[j]);
    }
    out[j] = static_cast<float>(at.k);
  }
}

Status quantiles_of(DemandKind kind, std::span<const double> mean, std::span<const double> variance,
                    std::span<const double> probabilities, std::span<float> out) {
  const size_t width = probabilities.size();
  if (variance.size() != mean.size() || out.size() != mean.size() * width) {
    return Error{
        Code::kInvalidArgument,
        fmt::format(
            "sizes must match, got {} means, {} variances, {} probabilities and room for {}",
            mean.size(), variance.size(), width, out.size()),
        "room must be means x probabilities"};
  }
  for (size_t j = 0; j < width; ++j) {
    const double p = probabilities[j];
    if (!(p >= 0 && p < 1) || (j > 0 && p < probabilities[j - 1])) {
      return Error{Code::kInvalidArgument,
                   fmt::format("probability {} must be in [0, 1) and ascending, got {}", j, p),
                   "sort the probabilities; 1 has no finite quantile"};
    }
  }
  for (size_t i = 0; i < mean.size(); ++i) {
    RESTOCK_TRY(check_range(mean[i], variance[i], static_cast<int64_t>(i)));
    quantiles_of(kind, mean[i], variance[i], probabilities, out.subspan(i * width, width));
  }
  return {};
}

}  // namespace restock
