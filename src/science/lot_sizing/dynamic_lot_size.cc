#include "science/lot_sizing/dynamic_lot_size.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "foundation/base/argument.h"

namespace restock {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Status check_cost(std::string_view name, std::span<const double> cost, size_t periods) {
  if (cost.size() != 1 && cost.size() != periods) {
    return Error{Code::kInvalidArgument,
                 fmt::format("{} must have 1 or {} values, got {}", name, periods, cost.size()),
                 "give one for all periods, or one for each"};
  }
  for (const double value : cost) RESTOCK_TRY(require_not_negative(name, value));
  return {};
}

Status check(const LotSizingProblem& problem) {
  if (problem.demand.empty()) {
    return Error{Code::kInvalidArgument, "demand must have at least one period, got none",
                 "give the demand of each period to plan"};
  }
  for (const double d : problem.demand) RESTOCK_TRY(require_not_negative("demand", d));
  const size_t periods = problem.demand.size();
  RESTOCK_TRY(check_cost("fixed_cost", problem.fixed_cost, periods));
  RESTOCK_TRY(check_cost("holding_cost", problem.holding_cost, periods));
  if (problem.unit_cost.empty()) return {};
  return check_cost("unit_cost", problem.unit_cost, periods);
}

double at(std::span<const double> cost, size_t t) {
  return cost.empty() ? 0 : cost.size() == 1 ? cost[0] : cost[t];
}

/// Cost of all demand up to a point if the last order is that of period `order`.
struct Line {
  double slope = 0;
  double intercept = kInfinity;
  size_t order = 0;

  [[nodiscard]] double operator()(double x) const { return slope * x + intercept; }
};

/// The least of many lines at given points. Lines may come between queries, in any order.
class LowerEnvelope {
 public:
  /// points: ascending; they must outlive this.
  explicit LowerEnvelope(std::span<const double> points)
      : points_(points), best_(4 * points.size()) {}

  /// Of equal lines the one added first stays.
  void add(Line line) {
    size_t node = 1;
    size_t begin = 0;
    size_t end = points_.size();
    while (true) {
      const size_t middle = begin + (end - begin) / 2;
      Line& held = best_[node];
      if (line(points_[middle]) < held(points_[middle])) std::swap(line, held);
      if (end - begin == 1 || line.intercept == kInfinity) return;
      // The loser at the middle can still win on one side: where its slope is on the better side.
      if (line.slope > held.slope) {
        end = middle;
        node = 2 * node;
      } else {
        begin = middle;
        node = 2 * node + 1;
      }
    }
  }

  [[nodiscard]] Line at(size_t index) const {
    size_t node = 1;
    size_t begin = 0;
    size_t end = points_.size();
    Line least = best_[1];
    while (end - begin > 1) {
      const size_t middle = begin + (end - begin) / 2;
      const bool left = index < middle;
      (left ? end : begin) = middle;
      node = 2 * node + (left ? 0 : 1);
      if (best_[node](points_[index]) < least(points_[index])) least = best_[node];
    }
    return least;
  }

 private:
  std::span<const double> points_;
  std::vector<Line> best_;
};

LotSizingPlan plan_of(const LotSizingProblem& problem, std::vector<double> quantities) {
  LotSizingPlan plan{std::move(quantities), 0};
  plan.cost = lot_sizing_cost(problem, plan.quantities).value();
  return plan;
}

}  // namespace

Result<double> lot_sizing_cost(const LotSizingProblem& problem,
                               std::span<const double> quantities) {
  RESTOCK_TRY(check(problem));
  if (quantities.size() != problem.demand.size()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("quantities must be as many as demand, got {} and {}",
                             quantities.size(), problem.demand.size()),
                 "give 0 where nothing is ordered"};
  }
  double stock = 0;
  double cost = 0;
  double ordered = 0;
  for (size_t t = 0; t < quantities.size(); ++t) {
    RESTOCK_TRY(require_not_negative("quantities", quantities[t]));
    if (quantities[t] > 0) cost += at(problem.fixed_cost, t);
    ordered += quantities[t];
    stock += quantities[t] - problem.demand[t];
    if (stock < -1e-9 * ordered) {
      return Error{Code::kInvalidArgument,
                   fmt::format("period {} lacks {} units; shortages are not allowed", t, -stock),
                   "order more before"};
    }
    stock = std::max(0.0, stock);
    cost += at(problem.unit_cost, t) * quantities[t] + at(problem.holding_cost, t) * stock;
  }
  return cost;
}

Result<LotSizingPlan> wagner_whitin(const LotSizingProblem& problem) {
  RESTOCK_TRY(check(problem));
  const size_t periods = problem.demand.size();
  std::vector<double> cumulative(periods);  // demand up to and with t
  double total = 0;
  for (size_t t = 0; t < periods; ++t) cumulative[t] = total += problem.demand[t];
  std::vector<double> price(periods);  // of a unit bought in t and held to the end
  double held = 0;
  for (size_t t = periods; t-- > 0;) {
    held += at(problem.holding_cost, t);
    price[t] = held + at(problem.unit_cost, t);
  }
  // least: cost up to t, if all units were held to the end; the same refund for all plans.
  constexpr size_t kNone = std::numeric_limits<size_t>::max();
  std::vector<size_t> order_of(periods, kNone);
  LowerEnvelope envelope(cumulative);
  double least = 0;
  for (size_t t = 0; t < periods; ++t) {
    const double before = t == 0 ? 0 : cumulative[t - 1];
    envelope.add({price[t], least + at(problem.fixed_cost, t) - price[t] * before, t});
    if (problem.demand[t] == 0) continue;  // nothing to cover: `least` stays
    const Line best = envelope.at(t);
    least = best(cumulative[t]);
    order_of[t] = best.order;
  }
  std::vector<double> quantities(periods, 0.0);
  for (size_t t = periods; t-- > 0;) {
    if (order_of[t] == kNone) continue;
    const size_t order = order_of[t];
    for (size_t u = order; u <= t; ++u) quantities[order] += problem.demand[u];
    t = order;  // the loop goes on with order - 1
    if (t == 0) break;
  }
  return plan_of(problem, std::move(quantities));
}

Result<LotSizingPlan> silver_meal(const LotSizingProblem& problem) {
  RESTOCK_TRY(check(problem));
  const size_t periods = problem.demand.size();
  std::vector<double> quantities(periods, 0.0);
  for (size_t t = 0; t < periods;) {
    if (problem.demand[t] == 0) {
      ++t;
      continue;
    }
    const size_t order = t;
    double cost = at(problem.fixed_cost, order);
    double carried = 0;  // money to hold one unit from the order to period t
    double average = kInfinity;
    for (; t < periods; ++t) {
      cost += carried * problem.demand[t];
      const double with = cost / static_cast<double>(t - order + 1);
      if (with > average) break;
      average = with;
      quantities[order] += problem.demand[t];
      carried += at(problem.holding_cost, t);
    }
  }
  return plan_of(problem, std::move(quantities));
}

}  // namespace restock
