#pragma once

#include <span>

#include "foundation/base/result.h"
#include "foundation/math/demand_distribution.h"

namespace restock {

/// Demand that is zero more often than a negative binomial law of its mean mu and variance v has
/// it: with probability pi there is none, else counts of a law f with mean mu / (1 - pi).
///
///   P(0) = pi + (1 - pi) f(0),     P(k) = (1 - pi) f(k),     k > 0
///   Var f = (v + mu^2) / (1 - pi) - mu^2 / (1 - pi)^2
///
/// so mean and variance stay mu and v. pi is `inflation` x the largest there can be,
///
///   pi_most = (v - mu) / (v + mu^2 - mu),
///
/// where f is Poisson: inflation 0 is the plain negative binomial law, 1 the zero-inflated Poisson
/// law (Lambert, Technometrics 34 (1992) 1), between them the zero-inflated negative binomial one
/// (Greene, NYU working paper EC-94-10 (1994)). Where v <= mu, and for continuous demand, nothing
/// is inflated. A plain value; thread-safe.
class ZeroInflatedDemand {
 public:
  /// Errors: those of `DemandDistribution::make`; kInvalidArgument unless inflation is in [0, 1].
  static Result<ZeroInflatedDemand> make(DemandKind kind, double mean, double variance,
                                         double inflation);
  /// The same for arguments known to be in range. Precondition: as the errors of `make`.
  static ZeroInflatedDemand of(DemandKind kind, double mean, double variance, double inflation);

  [[nodiscard]] double mean() const { return (1 - extra_zeros_) * base_.mean(); }
  [[nodiscard]] double variance() const;
  /// pi.
  [[nodiscard]] double extra_zeros() const { return extra_zeros_; }
  /// f.
  [[nodiscard]] const DemandDistribution& base() const { return base_; }

  /// As those of `DemandDistribution`.
  [[nodiscard]] double density(double x) const;
  [[nodiscard]] double cdf(double x) const;
  [[nodiscard]] double survival(double x) const;
  [[nodiscard]] double quantile(double p) const { return base_.quantile(deflated(p)); }
  [[nodiscard]] double loss(double x) const;

  /// Var f, as `base` was asked for.
  [[nodiscard]] double base_variance() const { return base_variance_; }
  /// The probability at which f has the quantile that this law has at `p`.
  [[nodiscard]] double deflated(double p) const;

 private:
  ZeroInflatedDemand(DemandDistribution base, double variance)
      : base_(base), base_variance_(variance) {}

  DemandDistribution base_;
  double base_variance_ = 0;  ///< as asked for
  double extra_zeros_ = 0;
};

/// Quantiles of one law for several probabilities, sharing the work; `out[j]` as float.
/// probabilities: ascending, each in [0, 1); overwritten. out: the same size. No allocation.
void quantiles_of(const ZeroInflatedDemand& law, std::span<double> probabilities,
                  std::span<float> out);

}  // namespace restock
