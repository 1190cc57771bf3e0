#include "science/generator/count_sampler.h"

#include <cmath>
#include <math.h>  // lgamma_r: the std:: one writes a global, which is a race between threads.

#include "foundation/base/assert.h"

namespace restock::generator {
namespace {

constexpr double kMeanOfSearchFromZero = 60;
/// Terms of the tail below this cannot be told apart by a uniform of 53 bits: the search ends
/// there, since the rounding of the terms summed so far may leave a rest of u that no term will
/// ever use up.
constexpr double kProbabilityMin = 1e-18;

double log_gamma(double x) {
  int sign = 0;
  return lgamma_r(x, &sign);
}

int32_t poisson_from_zero(double mean, double u) {
  double p = std::exp(-mean);
  int32_t k = 0;
  while (u >= p && (p > kProbabilityMin || k < mean)) {
    u -= p;
    k += 1;
    p *= mean / k;
  }
  return k;
}

int32_t negative_binomial_from_zero(double mean, double dispersion, double u) {
  const double r = 1 / dispersion;
  const double q = mean * dispersion / (1 + mean * dispersion);
  double p = std::exp(-r * std::log1p(mean * dispersion));
  int32_t k = 0;
  while (u >= p && (p > kProbabilityMin || k < mean)) {
    u -= p;
    p *= (k + r) / (k + 1) * q;
    k += 1;
  }
  return k;
}

/// P(k + 1) / P(k).
double ratio_up(double mean, double dispersion, int64_t k) {
  const double x = static_cast<double>(k);
  return (1 + x * dispersion) * mean / ((x + 1) * (1 + mean * dispersion));
}

int32_t search_from_mode(double mean, double dispersion, double u) {
  // P(k + 1) >= P(k) up to k + 1 = m (1 - a) for dispersion a below 1; beyond, the mode is zero.
  const int64_t mode = dispersion < 1 ? static_cast<int64_t>(mean * (1 - dispersion)) : 0;
  int64_t below = mode;
  int64_t above = mode;
  double p_below = std::exp(count_log_probability(mean, dispersion, mode));
  double p_above = p_below;
  u -= p_below;
  while (u >= 0) {
    p_above *= ratio_up(mean, dispersion, above);
    above += 1;
    u -= p_above;
    if (u < 0) return static_cast<int32_t>(above);
    if (below == 0) {
      if (p_above < kProbabilityMin) return static_cast<int32_t>(above);
      continue;
    }
    p_below /= ratio_up(mean, dispersion, below - 1);
    below -= 1;
    u -= p_below;
    if (u < 0) return static_cast<int32_t>(below);
    if (p_above < kProbabilityMin && p_below < kProbabilityMin) return static_cast<int32_t>(mode);
  }
  return static_cast<int32_t>(mode);
}

}  // namespace

double count_log_probability(double mean, double dispersion, int64_t k) {
  RESTOCK_ASSERT(mean > 0);
  RESTOCK_ASSERT(k >= 0);
  const double x = static_cast<double>(k);
  if (dispersion == 0) return -mean + x * std::log(mean) - log_gamma(x + 1);
  const double r = 1 / dispersion;
  return log_gamma(x + r) - log_gamma(r) - log_gamma(x + 1) - r * std::log1p(mean * dispersion) +
         x * std::log(mean * dispersion / (1 + mean * dispersion));
}

int32_t count_from_uniform(double mean, double dispersion, double u) {
  RESTOCK_ASSERT(mean >= 0 && std::isfinite(mean));
  RESTOCK_ASSERT(dispersion >= 0);
  if (mean <= 0) return 0;
  if (mean > kMeanOfSearchFromZero) return search_from_mode(mean, dispersion, u);
  if (dispersion == 0) return poisson_from_zero(mean, u);
  return negative_binomial_from_zero(mean, dispersion, u);
}

}  // namespace restock::generator
