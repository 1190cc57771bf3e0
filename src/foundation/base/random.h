#pragma once

#include <cstdint>

namespace restock {

/// A counter-based random stream: the n-th number is a pure function of (seed, stream, n), so any
/// thread may draw any part of any stream and the result does not depend on how work is split.
///
/// Mixing function: two rounds of the SplitMix64 finaliser (Steele, Lea & Flood, OOPSLA 2014) over
/// a keyed counter. Not for cryptography. Copyable; not thread-safe (give each series its own
/// stream).
class Random {
 public:
  Random(uint64_t seed, uint64_t stream);

  /// Next 64 random bits.
  uint64_t next_u64();
  /// Uniform on [0, 1), 53 bits.
  double uniform();
  /// Uniform on (0, 1): never exactly 0, safe for logarithms and quantile functions.
  double uniform_open();
  /// Uniform integer on [0, bound). Precondition: bound > 0.
  uint64_t below(uint64_t bound);
  /// Standard normal, by the inverse of its distribution function (one draw each).
  double normal();
  /// Exponential with mean 1.
  double exponential();
  /// Poisson with the given mean >= 0: inversion below 30, else transformed rejection (Hoermann
  /// 1993, PTRS).
  int64_t poisson(double mean);
  /// Gamma with shape > 0 and scale 1 (Marsaglia & Tsang 2000).
  double gamma(double shape);
  /// Negative binomial with mean mu and variance mu + dispersion * mu^2; Poisson when dispersion is
  /// 0.
  int64_t negative_binomial(double mu, double dispersion);

 private:
  uint64_t key_;
  uint64_t counter_ = 0;
};

/// The mixing function on its own: a well-spread 64-bit hash of (seed, a, b).
[[nodiscard]] uint64_t mix(uint64_t seed, uint64_t a, uint64_t b = 0);

}  // namespace restock
