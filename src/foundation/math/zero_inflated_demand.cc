#include "foundation/math/zero_inflated_demand.h"

#include <algorithm>

#include <fmt/format.h>

#include "foundation/base/assert.h"

namespace restock {

Result<ZeroInflatedDemand> ZeroInflatedDemand::make(DemandKind kind, double mean, double variance,
                                                    double inflation) {
  RESTOCK_TRY([[maybe_unused]] const auto plain, DemandDistribution::make(kind, mean, variance));
  if (!(inflation >= 0 && inflation <= 1)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("inflation of zeros must be in [0, 1], got {}", inflation),
                 "0 is the negative binomial law, 1 the zero-inflated Poisson law"};
  }
  return of(kind, mean, variance, inflation);
}

ZeroInflatedDemand ZeroInflatedDemand::of(DemandKind kind, double mean, double variance,
                                          double inflation) {
  RESTOCK_ASSERT(inflation >= 0 && inflation <= 1);
  ZeroInflatedDemand law(DemandDistribution::of(kind, mean, variance), variance);
  const bool inflatable = kind == DemandKind::kCounts && mean > 0 && variance > mean;
  if (!inflatable || inflation == 0) return law;
  const double excess = variance - mean;
  const double extra = inflation * excess / (excess + mean * mean);
  const double base_mean = mean / (1 - extra);
  const double base_variance = (excess + mean + mean * mean) / (1 - extra) - base_mean * base_mean;
  // So rare a demand that no law of it has a variance in range stays as it is.
  if (!(base_mean <= 1e12 && base_variance <= 1e23)) return law;
  law.base_variance_ = std::max(base_mean, base_variance);
  law.base_ = DemandDistribution::of(kind, base_mean, law.base_variance_);
  law.extra_zeros_ = extra;
  return law;
}

double ZeroInflatedDemand::variance() const {
  const double m = base_.mean();
  return (1 - extra_zeros_) * (base_.variance() + extra_zeros_ * m * m);
}

double ZeroInflatedDemand::density(double x) const {
  const double own = (1 - extra_zeros_) * base_.density(x);
  return x == 0 ? extra_zeros_ + own : own;
}

double ZeroInflatedDemand::cdf(double x) const {
  return x < 0 ? 0 : extra_zeros_ + (1 - extra_zeros_) * base_.cdf(x);
}

double ZeroInflatedDemand::survival(double x) const {
  return x < 0 ? 1 : (1 - extra_zeros_) * base_.survival(x);
}

double ZeroInflatedDemand::loss(double x) const {
  return x <= 0 ? mean() - x : (1 - extra_zeros_) * base_.loss(x);
}

double ZeroInflatedDemand::deflated(double p) const {
  RESTOCK_ASSERT(p >= 0 && p < 1);
  if (extra_zeros_ == 0) return p;
  // Reached within 1e-12 relative, as for the base, before the zeros take digits away.
  return std::clamp((p * (1 - 1e-12) - extra_zeros_) / (1 - extra_zeros_), 0.0, 1 - 1e-15);
}

void quantiles_of(const ZeroInflatedDemand& law, std::span<double> probabilities,
                  std::span<float> out) {
  for (double& p : probabilities) p = law.deflated(p);
  quantiles_of(law.base().kind(), law.base().mean(), law.base_variance(), probabilities, out);
}

}  // namespace restock
