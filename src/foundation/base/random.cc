#include "foundation/base/random.h"

#include <cmath>

#include "foundation/base/assert.h"
#include "foundation/base/normal.h"

namespace restock {
namespace {

uint64_t finalise(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

constexpr uint64_t kGolden = 0x9E3779B97F4A7C15ULL;

}  // namespace

uint64_t mix(uint64_t seed, uint64_t a, uint64_t b) {
  return finalise(finalise(finalise(seed + kGolden) ^ (a * kGolden + 1)) ^
                  (b * 0xD1B54A32D192ED03ULL + 2));
}

Random::Random(uint64_t seed, uint64_t stream) : key_(mix(seed, stream)) {}

uint64_t Random::next_u64() {
  counter_ += 1;
  return finalise(finalise(key_ + counter_ * kGolden) + key_);
}

double Random::uniform() {
  return static_cast<double>(next_u64() >> 11) * 0x1.0p-53;
}

double Random::uniform_open() {
  return (static_cast<double>(next_u64() >> 12) + 0.5) * 0x1.0p-52;
}

uint64_t Random::below(uint64_t bound) {
  RESTOCK_ASSERT(bound > 0);
  return static_cast<uint64_t>((static_cast<unsigned __int128>(next_u64()) * bound) >> 64);
}

double Random::normal() {
  return standard_normal_quantile(uniform_open());
}

double Random::exponential() {
  return -std::log(uniform_open());
}

int64_t Random::poisson(double mean) {
  RESTOCK_ASSERT(mean >= 0);
  if (mean == 0) return 0;
  if (mean < 30) {
    double p = std::exp(-mean);
    double u = uniform();
    int64_t k = 0;
    while (u > p && k < 1000) {
      u -= p;
      k += 1;
      p *= mean / static_cast<double>(k);
    }
    return k;
  }
  const double slam = std::sqrt(mean);
  const double log_mean = std::log(mean);
  const double b = 0.931 + 2.53 * slam;
  const double a = -0.059 + 0.02483 * b;
  const double inv_alpha = 1.1239 + 1.1328 / (b - 3.4);
  const double v_r = 0.9277 - 3.6224 / (b - 2);
  while (true) {
    const double u = uniform() - 0.5;
    const double v = uniform_open();
    const double us = 0.5 - std::fabs(u);
    const double k = std::floor((2 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= v_r) return static_cast<int64_t>(k);
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (std::log(v) + std::log(inv_alpha) - std::log(a / (us * us) + b) <=
        -mean + k * log_mean - std::lgamma(k + 1)) {
      return static_cast<int64_t>(k);
    }
  }
}

double Random::gamma(double shape) {
  RESTOCK_ASSERT(shape > 0);
  if (shape < 1) {
    const double boost = std::pow(uniform_open(), 1 / shape);
    return gamma(shape + 1) * boost;
  }
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = normal();
    const double v = 1 + c * x;
    if (v <= 0) continue;
    const double v3 = v * v * v;
    if (std::log(uniform_open()) < 0.5 * x * x + d - d * v3 + d * std::log(v3)) return d * v3;
  }
}

int64_t Random::negative_binomial(double mu, double dispersion) {
  RESTOCK_ASSERT(dispersion >= 0);
  if (mu <= 0) return 0;
  if (dispersion == 0) return poisson(mu);
  return poisson(gamma(1 / dispersion) * mu * dispersion);
}

}  // namespace restock
