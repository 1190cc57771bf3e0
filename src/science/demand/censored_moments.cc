#include "science/demand/censored_moments.h"

#include <algorithm>
#include <cmath>

#include "foundation/base/assert.h"

namespace restock {
namespace {

/// Up to so many units the probabilities below are summed one by one.
constexpr double kSummedMost = 64;
/// Where less than this is left above, a difference from 1 has lost its digits.
constexpr double kTailLeast = 1e-6;

/// P(D < c) and E[D; D < c] by the recurrence of the negative binomial (Poisson for excess 0).
struct Below {
  double probability = 0;
  double first_moment = 0;
};

Below sum_below(double mean, double excess, int c) {
  const bool poisson = excess <= 0;
  const double size = poisson ? 0 : mean / excess;
  double p = poisson ? std::exp(-mean) : std::exp(-size * std::log1p(excess));
  Below out;
  for (int k = 0; k < c; ++k) {
    out.probability += p;
    out.first_moment += k * p;
    p *= poisson ? mean / (k + 1) : (size + k) / (k + 1) * excess / (1 + excess);
  }
  return out;
}

}  // namespace

CensoredMoments censored_moments(DemandKind kind, double mean, double overdispersion, double sold) {
  RESTOCK_ASSERT(std::isfinite(mean) && mean > 0);
  RESTOCK_ASSERT(std::isfinite(overdispersion) && overdispersion > 0);
  RESTOCK_ASSERT(std::isfinite(sold) && sold >= 0);
  const bool counts = kind == DemandKind::kCounts;
  const double c = counts ? std::ceil(sold) : sold;
  if (c <= 0) return {mean, 0, 0};
  const double excess = counts ? std::max(0.0, overdispersion - 1) : 0;
  if (counts && c <= kSummedMost && mean < 300) {
    const Below below = sum_below(mean, excess, static_cast<int>(c));
    const double above = 1 - below.probability;
    if (above > kTailLeast) {
      return {std::max(c, (mean - below.first_moment) / above), below.probability,
              below.probability > 0 ? below.first_moment / below.probability : 0.0};
    }
  }
  const auto demand =
      DemandDistribution::of(kind, mean, counts ? mean * (1 + excess) : mean * overdispersion);
  const double above = counts ? demand.survival(c - 1) : demand.survival(c);
  CensoredMoments out;
  // Beyond all probability demand just reached what was sold.
  out.mean_above = above > 1e-290 ? c + demand.loss(c) / above : c;
  out.below = std::clamp(1 - above, 0.0, 1.0);
  const double most = counts ? c - 1 : c;
  if (out.below > 1e-12)
    out.mean_below = std::clamp((mean - above * out.mean_above) / out.below, 0.0, most);
  return out;
}

double demand_of_partly_stocked(const PartlyStocked& period) {
  RESTOCK_ASSERT(std::isfinite(period.mean) && period.mean > 0);
  RESTOCK_ASSERT(std::isfinite(period.overdispersion) && period.overdispersion > 0);
  RESTOCK_ASSERT(period.share >= 0 && period.share <= 1);
  RESTOCK_ASSERT(std::isfinite(period.sold) && period.sold >= 0);
  const double usual = period.share * period.mean;
  const double rest = period.mean - usual;
  if (usual <= 0) return period.sold + rest;
  const double spread = usual * period.day_variance;
  const double trust = spread / (spread + period.overdispersion);
  return period.sold + rest * (1 + trust * (period.sold / usual - 1));
}

}  // namespace restock
