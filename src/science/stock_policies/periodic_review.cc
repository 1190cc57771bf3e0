#include "science/stock_policies/periodic_review.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "foundation/base/argument.h"
#include "foundation/math/root_finding.h"

namespace restock {
namespace {

Status check(const PeriodicReview& review) {
  RESTOCK_TRY(require_positive("mean of demand", review.demand.mean()));
  RESTOCK_TRY(require_not_negative("lead_time", review.lead_time));
  return require_at_least("review_period", review.review_period, 1);
}

Status check(const PeriodicReviewCosts& costs) {
  RESTOCK_TRY(require_not_negative("review_cost", costs.review_cost));
  RESTOCK_TRY(require_positive("holding_cost", costs.holding_cost));
  return require_positive("stockout_cost", costs.stockout_cost);
}

/// Demand over L + 1, ..., L + R periods.
Result<std::vector<DemandLaw>> laws_of(const PeriodicReview& review) {
  RESTOCK_TRY(check(review));
  std::vector<DemandLaw> laws;
  laws.reserve(static_cast<size_t>(review.review_period));
  for (int j = 1; j <= review.review_period; ++j) {
    RESTOCK_TRY(auto law, review.demand.over(review.lead_time + j));
    laws.push_back(std::move(law));
  }
  return laws;
}

double cost_of(const std::vector<DemandLaw>& laws, const PeriodicReviewCosts& costs, double level) {
  double money = costs.review_cost;
  for (const DemandLaw& law : laws) {
    money += costs.holding_cost * (level - law.mean()) +
             (costs.holding_cost + costs.stockout_cost) * law.loss(level);
  }
  return money / static_cast<double>(laws.size());
}

/// The smallest whole level in (low, high] with `reached`, which holds at high and above a point.
template <typename Reached>
double smallest_whole(double low, double high, const Reached& reached) {
  while (high - low > 1) {
    const double middle = std::floor((low + high) / 2);
    (reached(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace

Result<double> periodic_review_cost(const PeriodicReview& review, const PeriodicReviewCosts& costs,
                                    double order_up_to) {
  RESTOCK_TRY(check(costs));
  RESTOCK_TRY(require_finite("order_up_to", order_up_to));
  RESTOCK_TRY(const auto laws, laws_of(review));
  return cost_of(laws, costs, order_up_to);
}

Result<PeriodicReviewPlan> periodic_review_exact(const PeriodicReview& review,
                                                 const PeriodicReviewCosts& costs) {
  RESTOCK_TRY(check(costs));
  RESTOCK_TRY(const auto laws, laws_of(review));
  const double ratio = costs.stockout_cost / (costs.stockout_cost + costs.holding_cost);
  // Mean over the covered periods of P(no shortage) less the ratio, which rises in the level.
  const auto surplus = [&](double level) {
    double sum = 0;
    for (const DemandLaw& law : laws) sum += law.cdf(level);
    return sum / static_cast<double>(laws.size()) - ratio;
  };
  const double low = laws.front().quantile(ratio);
  const double high = laws.back().quantile(ratio);
  double level = high;
  if (review.demand.whole_units()) {
    const auto reached = [&](double y) { return surplus(y) >= -1e-12 * ratio; };
    level = smallest_whole(low - 1, high, reached);
  } else if (surplus(low) < 0 && surplus(high) > 0) {
    RESTOCK_TRY(level, find_root(surplus, {.low = low, .high = high}));
  }
  return PeriodicReviewPlan{level, review.review_period, cost_of(laws, costs, level)};
}

Result<PeriodicReviewPlan> periodic_review_best(const PeriodicReview& review,
                                                const PeriodicReviewCosts& costs,
                                                int review_period_max) {
  RESTOCK_TRY(require_at_least("review_period_max", review_period_max, 1));
  PeriodicReviewPlan best{.cost = std::numeric_limits<double>::infinity()};
  PeriodicReview trial = review;
  for (int periods = 1; periods <= review_period_max; ++periods) {
    trial.review_period = periods;
    RESTOCK_TRY(const auto plan, periodic_review_exact(trial, costs));
    if (plan.cost < best.cost) best = plan;
  }
  return best;
}

Result<PeriodicReviewService> periodic_review_service(const PeriodicReview& review,
                                                      double order_up_to) {
  RESTOCK_TRY(check(review));
  RESTOCK_TRY(require_finite("order_up_to", order_up_to));
  RESTOCK_TRY(const auto risk, review.demand.over(review.lead_time + review.review_period));
  RESTOCK_TRY(const auto before, review.demand.over(review.lead_time));
  const double short_units = risk.loss(order_up_to) - before.loss(order_up_to);
  const double demand = review.demand.mean() * review.review_period;
  return PeriodicReviewService{risk.cdf(order_up_to), 1 - short_units / demand};
}

Result<double> order_up_to_for_cycle_service(const PeriodicReview& review, double cycle_service) {
  RESTOCK_TRY(check(review));
  RESTOCK_TRY(require_share("cycle_service", cycle_service));
  RESTOCK_TRY(const auto risk, review.demand.over(review.lead_time + review.review_period));
  return risk.quantile(cycle_service);
}

Result<double> order_up_to_for_fill_rate(const PeriodicReview& review, double fill_rate) {
  RESTOCK_TRY(check(review));
  RESTOCK_TRY(require_share("fill_rate", fill_rate));
  RESTOCK_TRY(const auto risk, review.demand.over(review.lead_time + review.review_period));
  RESTOCK_TRY(const auto before, review.demand.over(review.lead_time));
  const double allowed = (1 - fill_rate) * review.demand.mean() * review.review_period;
  const auto excess = [&](double level) { return risk.loss(level) - before.loss(level) - allowed; };
  double high = risk.level_of_loss(allowed);
  double low = std::min(high, before.mean());
  double step = review.demand.mean();
  while (excess(low) <= 0) low -= step *= 2;
  if (!review.demand.whole_units()) return find_root(excess, {.low = low, .high = high});
  const auto reached = [&](double level) { return excess(level) <= 1e-12 * allowed; };
  return smallest_whole(std::floor(low), std::ceil(high), reached);
}

}  // namespace restock
