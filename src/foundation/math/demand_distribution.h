#pragma once

#include <cstdint>
#include <span>

#include "foundation/base/result.h"

namespace restock {

/// Whether demand comes in whole units or can be any number >= 0 (kilograms, megawatt hours).
enum class DemandKind { kCounts, kContinuous };

/// The distribution of demand with a given mean and variance.
///
/// Counts are the Panjer class, whose members share one recurrence, one loss function and all
/// moments used here:
///   variance > mean   negative binomial,
///   variance = mean   Poisson,
///   variance < mean   binomial with n = ceil(mean^2 / (mean - variance)) trials: the mean is kept
///   exactly and the variance
///                     is the smallest one reachable from above, so `variance()` may exceed what
///                     was asked for.
/// Continuous demand is gamma; variance 0 puts all weight on the mean. A plain value; thread-safe.
///
/// Source: Panjer, ASTIN Bulletin 12 (1981) 22; Zipkin, Foundations of Inventory Management (2000),
/// C.2.
class DemandDistribution {
 public:
  /// Errors: kInvalidArgument unless mean and variance are finite and >= 0 and mean is at most
  /// 1e12.
  static Result<DemandDistribution> make(DemandKind kind, double mean, double variance);
  /// The same for arguments known to be in range. Precondition: as the errors of `make`.
  static DemandDistribution of(DemandKind kind, double mean, double variance);

  [[nodiscard]] DemandKind kind() const { return kind_; }
  [[nodiscard]] double mean() const { return mean_; }
  [[nodiscard]] double variance() const;

  /// Probability of exactly x (counts; 0 unless x is whole) or density at x (continuous; infinity
  /// at a point mass).
  [[nodiscard]] double density(double x) const;
  /// P(D <= x).
  [[nodiscard]] double cdf(double x) const;
  /// P(D > x), accurate where it is small.
  [[nodiscard]] double survival(double x) const;
  /// Counts: the smallest k with P(D <= k) >= p, where p counts as reached within 1e-12 relative,
  /// so that quantile(cdf(k)) = k. Continuous: x with P(D <= x) = p. Precondition: 0 <= p < 1.
  /// Example: mean 6, variance 6, p 0.8 gives 8.
  [[nodiscard]] double quantile(double p) const;
  /// E[(D - x)+]: units short on average when x units are there. Accepts any x >= 0; between whole
  /// numbers it is linear.
  [[nodiscard]] double loss(double x) const;
  /// E[(x - D)+]: units left on average when x units are there.
  [[nodiscard]] double leftover(double x) const { return x - mean_ + loss(x); }

 private:
  DemandDistribution() = default;
  [[nodiscard]] bool is_point() const;

  DemandKind kind_ = DemandKind::kCounts;
  double mean_ = 0;
  double excess_ =
      0;  ///< variance / mean - 1; > 0 negative binomial, 0 Poisson, < 0 binomial with p = -excess
};

/// Quantiles of one distribution for several probabilities, sharing the work: `out[j]` is
/// `quantile(probabilities[j])` of DemandDistribution::of(kind, mean, variance), as float.
/// probabilities: ascending, each in [0, 1); out: the same size. Pure; thread-safe; no allocation.
/// Precondition: the above and the errors of `DemandDistribution::make`.
void quantiles_of(DemandKind kind, double mean, double variance,
                  std::span<const double> probabilities, std::span<float> out);

/// The same for many pairs. mean, variance: n; out: n x probabilities.size(), row-major.
/// Errors: kInvalidArgument if sizes do not match, probabilities are not ascending in [0, 1), or a
/// pair is out of range; it names the position.
[[nodiscard]] Status quantiles_of(DemandKind kind, std::span<const double> mean,
                                  std::span<const double> variance,
                                  std::span<const double> probabilities, std::span<float> out);

}  // namespace restock
