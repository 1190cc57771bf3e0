#include "science/stock_policies/reorder_quantity.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "foundation/base/argument.h"
#include "foundation/math/root_finding.h"

namespace restock {
namespace {

constexpr int kIterationsMax = 10000;

Status check(const ReorderQuantityProblem& problem) {
  RESTOCK_TRY(require_positive("fixed_cost", problem.fixed_cost));
  RESTOCK_TRY(require_positive("holding_cost", problem.holding_cost));
  RESTOCK_TRY(require_positive("stockout_cost", problem.stockout_cost));
  return require_positive("demand_rate", problem.demand_rate);
}

Status require_whole(std::string_view name, double value) {
  if (value == std::floor(value)) return {};
  return Error{Code::kInvalidArgument,
               fmt::format("{} must be whole as demand is, got {}", name, value),
               "round it up or down"};
}

Status check_policy(const DemandLaw& demand, double reorder_point, double order_quantity) {
  RESTOCK_TRY(require_finite("reorder_point", reorder_point));
  RESTOCK_TRY(require_positive("order_quantity", order_quantity));
  if (!demand.whole_units()) return {};
  RESTOCK_TRY(require_whole("reorder_point", reorder_point));
  return require_whole("order_quantity", order_quantity);
}

/// Money per time unit while the position is y: h E[(y - D)+] + p E[(D - y)+].
double level_cost(const ReorderQuantityProblem& in, double y) {
  return in.holding_cost * (y - in.lead_time_demand.mean()) +
         (in.holding_cost + in.stockout_cost) * in.lead_time_demand.loss(y);
}

double best_level(const ReorderQuantityProblem& in) {
  return in.lead_time_demand.quantile(in.stockout_cost / (in.stockout_cost + in.holding_cost));
}

/// Integral of level_cost from r to r + Q, for demand of any size.
double cost_between(const ReorderQuantityProblem& in, double r, double quantity) {
  const DemandLaw& demand = in.lead_time_demand;
  return in.holding_cost * quantity * (r + quantity / 2 - demand.mean()) +
         (in.holding_cost + in.stockout_cost) *
             (demand.second_loss(r) - demand.second_loss(r + quantity));
}

double cost_rate(const ReorderQuantityProblem& in, double r, double quantity) {
  double levels = 0;
  if (in.lead_time_demand.whole_units()) {
    const auto count = static_cast<int64_t>(quantity);
    for (int64_t k = 1; k <= count; ++k) levels += level_cost(in, r + static_cast<double>(k));
  } else {
    levels = cost_between(in, r, quantity);
  }
  return (in.fixed_cost * in.demand_rate + levels) / quantity;
}

ReorderQuantityPlan plan_of(const ReorderQuantityProblem& in, double r, double quantity) {
  return {r, quantity, cost_rate(in, r, quantity)};
}

/// Grows a set of neighbouring whole levels from the cheapest one outward.
class CheapestLevels {
 public:
  explicit CheapestLevels(const ReorderQuantityProblem& in)
      : in_(in), low_(best_level(in)), high_(low_), sum_(level_cost(in, low_)) {
    below_ = level_cost(in_, low_ - 1);
    above_ = level_cost(in_, high_ + 1);
  }

  [[nodiscard]] double count() const { return high_ - low_ + 1; }
  [[nodiscard]] double reorder_point() const { return low_ - 1; }
  [[nodiscard]] double sum() const { return sum_; }
  [[nodiscard]] double next_cost() const { return std::min(below_, above_); }
  void add_next() {
    sum_ += next_cost();
    if (below_ < above_) {
      below_ = level_cost(in_, --low_ - 1);
    } else {
      above_ = level_cost(in_, ++high_ + 1);
    }
  }

 private:
  const ReorderQuantityProblem& in_;
  double low_, high_, sum_;
  double below_ = 0, above_ = 0;
};

/// r with g(r) = g(r + Q): the difference rises in r and changes sign between S - Q and S.
Result<double> balanced_reorder_point(const ReorderQuantityProblem& in, double quantity) {
  const double level = best_level(in);
  const auto rise = [&](double r) { return level_cost(in, r + quantity) - level_cost(in, r); };
  const double low = level - quantity;
  if (rise(low) >= 0) return low;
  if (rise(level) <= 0) return level;
  return find_root(rise, {.low = low, .high = level});
}

Result<ReorderQuantityPlan> exact_for_any_size(const ReorderQuantityProblem& in) {
  const double order_cost = in.fixed_cost * in.demand_rate;
  // Q g(r) - integral of g over (r, r + Q) - K lambda, which rises in Q from -K lambda.
  const auto surplus = [&](double quantity) {
    const double r = balanced_reorder_point(in, quantity).value();
    return quantity * level_cost(in, r) - cost_between(in, r, quantity) - order_cost;
  };
  const double h = in.holding_cost;
  const double p = in.stockout_cost;
  // The EOQ with backorders is the optimum without variance, and variance only makes Q larger.
  const double low = std::sqrt(2 * order_cost * (h + p) / (h * p)) * 0.999;
  double high = 2 * low;
  while (surplus(high) < 0) high *= 2;
  if (surplus(low) >= 0) return reorder_point_for_quantity(in, low);
  RESTOCK_TRY(const double quantity, find_root(surplus, {.low = low, .high = high}));
  return reorder_point_for_quantity(in, quantity);
}

Result<ReorderQuantityPlan> no_convergence() {
  return Error{Code::kInvalidArgument, "the rule's two equations have no solution that it finds",
               "use the exact policy"};
}

Result<ReorderQuantityPlan> expected_inventory_rule(const ReorderQuantityProblem& in,
                                                    double quantity) {
  double r = 0;
  for (int i = 0; i < kIterationsMax; ++i) {
    const double risk = quantity * in.holding_cost / (in.stockout_cost * in.demand_rate);
    RESTOCK_TRY(require_share("Q h / (p lambda), the risk per cycle", risk));
    r = in.lead_time_demand.quantile(1 - risk);
    const double before = quantity;
    quantity = std::sqrt(2 * in.demand_rate *
                         (in.fixed_cost + in.stockout_cost * in.lead_time_demand.loss(r)) /
                         in.holding_cost);
    if (std::abs(quantity - before) <= 1e-13 * quantity) return plan_of(in, r, quantity);
  }
  return no_convergence();
}

Result<ReorderQuantityPlan> loss_function_rule(const ReorderQuantityProblem& in, double quantity) {
  const double h = in.holding_cost;
  const double both = h + in.stockout_cost;
  for (int i = 0; i < kIterationsMax; ++i) {
    const double r = in.lead_time_demand.level_of_loss(h * quantity / both);
    const double before = quantity;
    quantity = std::sqrt(
        2 * (in.fixed_cost * in.demand_rate + both * in.lead_time_demand.second_loss(r)) / h);
    if (std::abs(quantity - before) <= 1e-13 * quantity) return plan_of(in, r, quantity);
  }
  return no_convergence();
}

}  // namespace

Result<double> reorder_quantity_cost(const ReorderQuantityProblem& problem, double reorder_point,
                                     double order_quantity) {
  RESTOCK_TRY(check(problem));
  RESTOCK_TRY(check_policy(problem.lead_time_demand, reorder_point, order_quantity));
  return cost_rate(problem, reorder_point, order_quantity);
}

Result<ReorderQuantityPlan> reorder_quantity_exact(const ReorderQuantityProblem& problem) {
  RESTOCK_TRY(check(problem));
  if (!problem.lead_time_demand.whole_units()) return exact_for_any_size(problem);
  CheapestLevels levels(problem);
  double total = problem.fixed_cost * problem.demand_rate + levels.sum();
  while (levels.next_cost() * levels.count() < total) {
    total += levels.next_cost();
    levels.add_next();
  }
  return plan_of(problem, levels.reorder_point(), levels.count());
}

Result<ReorderQuantityPlan> reorder_point_for_quantity(const ReorderQuantityProblem& problem,
                                                       double order_quantity) {
  RESTOCK_TRY(check(problem));
  RESTOCK_TRY(check_policy(problem.lead_time_demand, 0, order_quantity));
  if (!problem.lead_time_demand.whole_units()) {
    RESTOCK_TRY(const double r, balanced_reorder_point(problem, order_quantity));
    return plan_of(problem, r, order_quantity);
  }
  CheapestLevels levels(problem);
  while (levels.count() < order_quantity) levels.add_next();
  return plan_of(problem, levels.reorder_point(), order_quantity);
}

Result<ReorderQuantityPlan> reorder_quantity_rule(const ReorderQuantityProblem& problem,
                                                  ReorderQuantityRule rule) {
  RESTOCK_TRY(check(problem));
  if (problem.lead_time_demand.whole_units()) {
    return Error{Code::kInvalidArgument,
                 "the rules are for demand of any size, got demand in whole units",
                 "use reorder_quantity_exact, or approximate demand by a normal or gamma one"};
  }
  const double h = problem.holding_cost;
  const double p = problem.stockout_cost;
  const double eoq = std::sqrt(2 * problem.fixed_cost * problem.demand_rate / h);
  switch (rule) {
    case ReorderQuantityRule::kExpectedInventory:
      return expected_inventory_rule(problem, eoq);
    case ReorderQuantityRule::kEoqBackorders:
      return reorder_point_for_quantity(problem, eoq * std::sqrt((h + p) / p));
    case ReorderQuantityRule::kEoqSafetyStock:
      return plan_of(problem, best_level(problem), eoq);
    case ReorderQuantityRule::kLossFunction:
      return loss_function_rule(problem, eoq);
  }
  RESTOCK_ASSERT(false);
  return no_convergence();
}

Result<ReorderQuantityService> reorder_quantity_service(const DemandLaw& lead_time_demand,
                                                        double reorder_point,
                                                        double order_quantity) {
  RESTOCK_TRY(check_policy(lead_time_demand, reorder_point, order_quantity));
  const double backordered =
      lead_time_demand.loss(reorder_point) - lead_time_demand.loss(reorder_point + order_quantity);
  return ReorderQuantityService{lead_time_demand.cdf(reorder_point),
                                1 - backordered / order_quantity};
}

Result<double> reorder_point_for_fill_rate(const DemandLaw& lead_time_demand, double fill_rate,
                                           double order_quantity) {
  RESTOCK_TRY(require_share("fill_rate", fill_rate));
  RESTOCK_TRY(check_policy(lead_time_demand, 0, order_quantity));
  const auto lack = [&](double r) {
    return (lead_time_demand.loss(r) - lead_time_demand.loss(r + order_quantity)) / order_quantity -
           (1 - fill_rate);
  };
  // At this r alone the loss is small enough.
  double high = lead_time_demand.level_of_loss((1 - fill_rate) * order_quantity);
  double low = std::min(high, lead_time_demand.mean()) - order_quantity;
  double step = order_quantity;
  while (lack(low) <= 0) low -= step *= 2;
  if (!lead_time_demand.whole_units()) return find_root(lack, {.low = low, .high = high});
  low = std::floor(low);
  high = std::ceil(high);
  while (high - low > 1) {
    const double middle = std::floor((low + high) / 2);
    (lack(middle) <= 1e-14 ? high : low) = middle;
  }
  return high;
}

}  // namespace restock
