#include "science/stock_policies/reorder_up_to.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "foundation/base/argument.h"

namespace restock {
namespace {

/// The work grows with the square of S - s; at this limit it is some seconds.
constexpr size_t kGapMax = 100'000;

/// What all (s, S) of a problem share: the cost of each level until the next review, and the
/// renewal density of demand between reviews, both computed when first asked for.
class Renewal {
 public:
  static Result<Renewal> make(const ReorderUpToProblem& problem) {
    RESTOCK_TRY(require_not_negative("fixed_cost", problem.fixed_cost));
    RESTOCK_TRY(require_positive("holding_cost", problem.holding_cost));
    RESTOCK_TRY(require_positive("stockout_cost", problem.stockout_cost));
    RESTOCK_TRY(require_at_least("lead_time", problem.lead_time, 0));
    RESTOCK_TRY(require_at_least("review_period", problem.review_period, 1));
    if (!problem.demand.whole_units()) {
      return Error{Code::kInvalidArgument,
                   "the (s, S) policy needs demand in whole units, got demand of any size",
                   "use power_approximation, or a Poisson or negative binomial law"};
    }
    RESTOCK_TRY(require_positive("mean of demand", problem.demand.mean()));
    RESTOCK_TRY(auto between, problem.demand.over(problem.review_period));
    if (between.probability(0) >= 1) {
      return Error{Code::kInvalidArgument,
                   fmt::format("demand with mean {} never comes, as far as numbers can tell",
                               problem.demand.mean()),
                   "count time in longer periods"};
    }
    std::vector<DemandLaw> until;
    until.reserve(static_cast<size_t>(problem.review_period));
    for (int j = 1; j <= problem.review_period; ++j) {
      RESTOCK_TRY(auto law, problem.demand.over(problem.lead_time + j));
      until.push_back(std::move(law));
    }
    return Renewal(problem, std::move(between), std::move(until));
  }

  /// G(y): money over the periods that an order of this review covers.
  double level_cost(double y) {
    double cost = 0;
    for (const DemandLaw& law : until_) {
      cost += problem_.holding_cost * (y - law.mean()) +
              (problem_.holding_cost + problem_.stockout_cost) * law.loss(y);
    }
    return cost;
  }

  /// Make the level costs of [low, high] ready.
  void prepare(double low, double high) {
    if (costs_.empty()) first_ = low;
    if (low < first_) {
      // Grow by at least as much as there is, so that growing one by one stays cheap.
      const double start = std::min(low, first_ - static_cast<double>(costs_.size()));
      std::vector<double> grown;
      grown.reserve(costs_.size() + static_cast<size_t>(first_ - start));
      for (double y = start; y < first_;) {
        grown.push_back(level_cost(y));
        y += 1;
      }
      grown.insert(grown.end(), costs_.begin(), costs_.end());
      costs_ = std::move(grown);
      first_ = start;
    }
    while (first_ + static_cast<double>(costs_.size()) <= high) {
      costs_.push_back(level_cost(first_ + static_cast<double>(costs_.size())));
    }
  }
  /// Precondition: prepared.
  [[nodiscard]] double cost_at(double y) const { return costs_[static_cast<size_t>(y - first_)]; }

  /// [K + sum m(j) G(S - j)] / sum m(j), money per review.
  double cycle_cost(double s, double order_up_to) {
    const auto gap = static_cast<size_t>(order_up_to - s);
    extend_density(gap);
    prepare(s, order_up_to);
    double money = problem_.fixed_cost;
    const double* cost = &costs_[static_cast<size_t>(order_up_to - first_)];
    for (size_t j = 0; j < gap; ++j) money += density_[j] * *(cost - j);
    return money / reviews_[gap];
  }

  /// The same for s = S - 1, S - 2, ..., asked for in this order with one S: one step each.
  double cycle_cost_down(double s, double order_up_to) {
    const auto gap = static_cast<size_t>(order_up_to - s);
    extend_density(gap);
    if (gap == 1) money_down_ = problem_.fixed_cost;
    money_down_ += density_[gap - 1] * level_cost(s + 1);
    return money_down_ / reviews_[gap];
  }

  /// The level with the least cost until the next review.
  double best_level() {
    double level = until_.front().quantile(problem_.stockout_cost /
                                           (problem_.stockout_cost + problem_.holding_cost));
    while (level_cost(level + 1) < level_cost(level)) level += 1;
    return level;
  }

 private:
  Renewal(const ReorderUpToProblem& problem, DemandLaw between, std::vector<DemandLaw> until)
      : problem_(problem), between_(std::move(between)), until_(std::move(until)) {}

  /// m(j) = P(D = 0) m(j) + ... + P(D = j) m(0), m(0) = 1 / (1 - P(D = 0)), and its running sums.
  void extend_density(size_t gap) {
    while (density_.size() < gap) {
      const size_t j = density_.size();
      probability_.push_back(between_.probability(static_cast<double>(j)));
      if (probability_[j] > 0) largest_ = j;
      double sum = j == 0 ? 1 : 0;
      for (size_t l = 1; l <= std::min(j, largest_); ++l) sum += probability_[l] * density_[j - l];
      density_.push_back(sum / (1 - probability_[0]));
      reviews_.push_back(reviews_.back() + density_.back());
    }
  }

  const ReorderUpToProblem& problem_;
  DemandLaw between_;             ///< Demand between two reviews.
  std::vector<DemandLaw> until_;  ///< Demand over L + 1 .. L + R periods.
  size_t largest_ = 0;            ///< The largest demand with a probability over 0 so far.
  std::vector<double> probability_, density_, reviews_ = {0};
  double money_down_ = 0;  ///< The numerator of cycle_cost_down.
  double first_ = 0;       ///< The level of costs_[0].
  std::vector<double> costs_;
};

Error too_wide() {
  return Error{Code::kInvalidArgument, fmt::format("S - s would exceed {} units", kGapMax),
               "fixed_cost is very large; count demand in larger units, or use the EOQ"};
}

}  // namespace

Result<double> reorder_up_to_cost(const ReorderUpToProblem& problem, double reorder_point,
                                  double order_up_to) {
  RESTOCK_TRY(auto renewal, Renewal::make(problem));
  RESTOCK_TRY(require_finite("reorder_point", reorder_point));
  RESTOCK_TRY(require_finite("order_up_to", order_up_to));
  const bool whole =
      reorder_point == std::floor(reorder_point) && order_up_to == std::floor(order_up_to);
  if (!whole || reorder_point >= order_up_to) {
    return Error{Code::kInvalidArgument,
                 fmt::format("reorder_point < order_up_to must be whole, got {} and {}",
                             reorder_point, order_up_to),
                 "for orders at every review use reorder_point = order_up_to - 1"};
  }
  if (order_up_to - reorder_point > static_cast<double>(kGapMax)) return too_wide();
  return renewal.cycle_cost(reorder_point, order_up_to) / problem.review_period;
}

Result<ReorderUpToPlan> reorder_up_to_exact(const ReorderUpToProblem& problem) {
  RESTOCK_TRY(auto renewal, Renewal::make(problem));
  const double middle = renewal.best_level();
  double s = middle;
  double order_up_to = middle;
  double cost = 0;
  // Down from the best level until one that is dearer than the average itself.
  do {
    s -= 1;
    if (middle - s > static_cast<double>(kGapMax)) return too_wide();
    cost = renewal.cycle_cost_down(s, middle);
  } while (cost > renewal.level_cost(s));
  // Up as long as a level alone is no dearer than the average.
  for (size_t above = 1;; ++above) {
    const double trial = middle + static_cast<double>(above);
    if (renewal.level_cost(trial) > cost) break;
    if (trial - s > static_cast<double>(kGapMax)) return too_wide();
    double with = renewal.cycle_cost(s, trial);
    if (with >= cost) continue;
    order_up_to = trial;
    while (with <= renewal.cost_at(s + 1)) {
      s += 1;
      with = renewal.cycle_cost(s, order_up_to);
    }
    cost = with;
  }
  return ReorderUpToPlan{s, order_up_to, cost / problem.review_period};
}

Result<PowerApproximation> power_approximation(const PowerApproximationInput& input) {
  RESTOCK_TRY(require_positive("fixed_cost", input.fixed_cost));
  RESTOCK_TRY(require_positive("holding_cost", input.holding_cost));
  RESTOCK_TRY(require_positive("stockout_cost", input.stockout_cost));
  RESTOCK_TRY(require_positive("demand_mean", input.demand_mean));
  RESTOCK_TRY(require_positive("demand_sd", input.demand_sd));
  RESTOCK_TRY(require_not_negative("lead_time", input.lead_time));
  const double mean = input.demand_mean * (input.lead_time + 1);
  const double sd = input.demand_sd * std::sqrt(input.lead_time + 1);
  const double variation = sd / input.demand_mean;
  const double gap = 1.30 * std::pow(input.demand_mean, 0.494) *
                     std::pow(input.fixed_cost / input.holding_cost, 0.506) *
                     std::pow(1 + variation * variation, 0.116);
  const double z = std::sqrt(gap * input.holding_cost / (sd * input.stockout_cost));
  const double s = 0.973 * mean + sd * (0.183 / z + 1.063 - 2.192 * z);
  return PowerApproximation{s, s + gap};
}

}  // namespace restock
