#include "science/inventory/order_up_to.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "foundation/base/assert.h"

namespace restock {
namespace {

/// Most cover periods that enter the marginal condition one by one; longer reviews are sampled
/// evenly. Monthly review of hourly data has 730.
constexpr int32_t kCoverPointsMax = 64;

/// The marginal cost of one more unit at level S: holding it over the cover periods less the lost
/// sales it saves.
class MarginalCost {
 public:
  MarginalCost(const CumulativeDemandView& demand, const SeriesSupply& supply,
               const PlanParameters& parameters)
      : parameters_(parameters) {
    const int32_t points = std::min(supply.review_period, kCoverPointsMax);
    for (int32_t j = 1; j <= points; ++j) {
      const auto k = static_cast<int32_t>(static_cast<int64_t>(supply.review_period) * j / points);
      cover_.push_back(demand.distribution(supply.lead_time + k, parameters.demand_kind));
    }
    weight_ = static_cast<double>(supply.review_period) / points;
  }

  [[nodiscard]] const DemandDistribution& risk() const { return cover_.back(); }

  /// True if stocking one more unit above `level` does not pay.
  [[nodiscard]] bool enough(double level) const {
    const double saved = parameters_.shortage_cost * risk().survival(level);
    double held = 0;
    for (const auto& demand : cover_) {
      held += parameters_.holding_cost * weight_ * demand.cdf(level);
      if (held >= saved) return true;
    }
    return false;
  }

  /// The condition at `level`, solved for P(D_{L+R} <= level): the service that the two costs ask
  /// for there.
  [[nodiscard]] double fractile(double level) const {
    double held = 0;
    for (const auto& demand : cover_) held += weight_ * demand.cdf(level);
    const double reached = risk().cdf(level);
    if (reached == 0) return 0;
    const double p = parameters_.shortage_cost;
    return p / (p + parameters_.holding_cost * held / reached);
  }

 private:
  const PlanParameters& parameters_;
  std::vector<DemandDistribution> cover_;
  double weight_ = 1;
};

/// The smallest level that is enough, searched between two levels of which the upper one is.
double smallest_enough(const MarginalCost& cost, double low, double high, bool whole) {
  if (cost.enough(low)) return low;
  // Invariant: low is not enough, high is.
  while (whole ? high - low > 1 : high - low > 1e-9 * high) {
    double middle = 0.5 * (low + high);
    if (whole) middle = std::floor(middle);
    (cost.enough(middle) ? high : low) = middle;
  }
  return high;
}

/// values[k - 1] for k periods; 0 for none; linear beyond the end.
double cumulated(std::span<const double> values, int32_t periods) {
  RESTOCK_ASSERT(periods >= 0);
  if (periods == 0) return 0;
  const auto n = static_cast<int32_t>(values.size());
  if (periods <= n) return values[static_cast<size_t>(periods) - 1];
  return values.back() * periods / n;
}

}  // namespace

CumulativeDemandView::CumulativeDemandView(std::span<const double> mean,
                                           std::span<const double> variance)
    : mean_(mean), variance_(variance) {
  RESTOCK_ASSERT(!mean.empty());
  RESTOCK_ASSERT(mean.size() == variance.size());
}

double CumulativeDemandView::mean(int32_t periods) const {
  return cumulated(mean_, periods);
}

double CumulativeDemandView::variance(int32_t periods) const {
  return cumulated(variance_, periods);
}

DemandDistribution CumulativeDemandView::distribution(int32_t periods, DemandKind kind) const {
  return DemandDistribution::of(kind, mean(periods), variance(periods));
}

Status check_cumulative_demand(std::span<const double> mean, std::span<const double> variance,
                               std::string_view series) {
  // The linear extension beyond the horizon multiplies by up to 20,000 periods: leave it room below
  // the distribution's limits.
  constexpr double kMeanMax = 5e8;
  constexpr double kVarianceMax = 1e19;
  double before = 0;
  for (size_t k = 0; k < mean.size(); ++k) {
    const bool mean_ok = mean[k] >= before * (1 - 1e-12) && mean[k] <= kMeanMax;
    if (!mean_ok || !(variance[k] >= 0 && variance[k] <= kVarianceMax)) {
      return Error{
          Code::kInvalidArgument,
          fmt::format("cumulative demand of series {} at step {} must not fall and be at most "
                      "{}, its variance in [0, {}], got mean {} (after {}) and variance {}",
                      series, k + 1, kMeanMax, kVarianceMax, mean[k], before, variance[k]),
          "check the forecast of this series"};
    }
    before = mean[k];
  }
  return {};
}

OrderUpTo order_up_to_level(const CumulativeDemandView& demand, const SeriesSupply& supply,
                            const PlanParameters& parameters) {
  const int32_t risk_periods = supply.lead_time + supply.review_period;
  if (parameters.service_level > 0) {
    const auto risk = demand.distribution(risk_periods, parameters.demand_kind);
    return {risk.quantile(parameters.service_level), parameters.service_level};
  }
  const MarginalCost cost(demand, supply, parameters);
  const double p = parameters.shortage_cost;
  const double h = parameters.holding_cost;
  const double review = supply.review_period;
  const bool whole = parameters.demand_kind == DemandKind::kCounts;
  // With P(D_{L+j} <= S) between P(D_{L+R} <= S) and 1 the condition gives these two fractiles as
  // bounds.
  const double low = cost.risk().quantile(std::max(0.0, (p - h * (review - 1)) / (p + h)));
  const double high = cost.risk().quantile(p / (p + h * review));
  // Rounding of the last digits may leave the upper bound a hair short; then it is the answer.
  const double start = std::max(0.0, whole ? low - 1 : low * (1 - 1e-9));
  const double level = smallest_enough(cost, start, std::max(high, start), whole);
  return {level, cost.fractile(level)};
}

}  // namespace restock
