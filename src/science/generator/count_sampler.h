#pragma once

#include <cstdint>

namespace restock::generator {

/// Draw a count from the negative binomial distribution, using exactly one uniform number.
///
///   mean m, variance m + a m^2 with dispersion a;   a = 0 is the Poisson distribution
///
/// Sequential inversion from zero for m <= 60, which takes about m steps and is monotone in `u`;
/// above it the search starts at the mode and goes to both sides (chop-down), which takes about sd
/// steps and is exact too, but not monotone.
///
/// Units: counts. `u` in [0, 1). Pure; thread-safe. Preconditions: mean >= 0 and finite, dispersion
/// >= 0. Source: Kemp, Efficient generation of logarithmically distributed pseudo-random variables
/// (1981), and Devroye, Non-Uniform Random Variate Generation (1986), ch. X.3, for inversion by
/// recurrence from zero and from the mode. Example: mean 1, dispersion 0: P(0) = 0.36788, so u =
/// 0.36 gives 0 and u = 0.37 gives 1.
[[nodiscard]] int32_t count_from_uniform(double mean, double dispersion, double u);

/// log P(k) of the same distribution. Precondition: mean > 0, k >= 0.
[[nodiscard]] double count_log_probability(double mean, double dispersion, int64_t k);

}  // namespace restock::generator
