#include "science/stock_policies/finite_horizon.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "foundation/base/argument.h"

namespace restock {
namespace {

constexpr double kStepsMax = 1e11;

/// Demand of one period in whole units: P(first), P(first + 1), ...
struct WholeDemand {
  int first = 0;
  std::vector<double> probability;

  [[nodiscard]] int last() const { return first + static_cast<int>(probability.size()) - 1; }
};

Status check_shape(std::string_view name, size_t size, const FiniteHorizonProblem& in) {
  if (size == 1 || size == static_cast<size_t>(in.periods)) return {};
  return Error{Code::kInvalidArgument,
               fmt::format("{} must have 1 or {} values, got {}", name, in.periods, size),
               "give one for all periods, or one for each"};
}

Status check_cost(std::string_view name, std::span<const double> cost,
                  const FiniteHorizonProblem& in) {
  RESTOCK_TRY(check_shape(name, cost.size(), in));
  for (const double value : cost) RESTOCK_TRY(require_not_negative(name, value));
  return {};
}

Status check(const FiniteHorizonProblem& in) {
  RESTOCK_TRY(require_at_least("periods", in.periods, 1));
  RESTOCK_TRY(check_shape("demand", in.demand.size(), in));
  RESTOCK_TRY(check_cost("fixed_cost", in.fixed_cost, in));
  RESTOCK_TRY(check_cost("unit_cost", in.unit_cost, in));
  RESTOCK_TRY(check_cost("holding_cost", in.holding_cost, in));
  RESTOCK_TRY(check_cost("stockout_cost", in.stockout_cost, in));
  RESTOCK_TRY(require_finite("terminal_holding_cost", in.terminal_holding_cost));
  RESTOCK_TRY(require_not_negative("terminal_stockout_cost", in.terminal_stockout_cost));
  RESTOCK_TRY(require_positive("demand_sds_max", in.demand_sds_max));
  if (in.discount_factor == 1) return {};
  return require_share("discount_factor (unless 1)", in.discount_factor);
}

template <typename T>
const T& at(std::span<const T> values, int t) {
  return values.size() == 1 ? values[0] : values[static_cast<size_t>(t)];
}

Result<WholeDemand> whole_demand(const DemandLaw& law, double sds_max) {
  const double reach = sds_max * std::sqrt(law.variance());
  const double low = std::max(0.0, std::round(law.mean() - reach));
  const double high = std::max(0.0, std::round(law.mean() + reach));
  if (!(high < 1e8)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("demand of a period must stay under 1e8 units, got up to {}", high),
                 "count demand in larger units"};
  }
  WholeDemand demand{static_cast<int>(low), {}};
  demand.probability.reserve(static_cast<size_t>(high - low) + 1);
  for (int k = demand.first; k <= static_cast<int>(high); ++k) {
    demand.probability.push_back(law.whole_units() ? law.probability(k)
                                                   : law.cdf(k + 0.5) - law.cdf(k - 0.5));
  }
  return demand;
}

/// Values at the whole levels low, low + 1, ...; under low they go on in a straight line.
struct LevelFunction {
  int low = 0;
  std::vector<double> value;

  [[nodiscard]] double operator()(int x) const {
    if (x >= low) return value[static_cast<size_t>(x - low)];
    return value[0] + (value[0] - value[1]) * (low - x);
  }
};

/// c y + g(y) + gamma E[next(y - D)] for all levels: what ordering up to y costs, but for c x and
/// K.
LevelFunction cost_from(const FiniteHorizonProblem& in, int t, const WholeDemand& demand,
                        const LevelFunction& next) {
  const DemandLaw& law = at(in.demand, t);
  const double h = at(in.holding_cost, t);
  const double p = at(in.stockout_cost, t);
  const double c = at(in.unit_cost, t);
  const auto levels = static_cast<int>(next.value.size());
  // next at low - last demand .. high, so that the sum below runs over plain memory.
  std::vector<double> extended;
  extended.reserve(next.value.size() + static_cast<size_t>(demand.last()));
  for (int x = next.low - demand.last(); x < next.low + levels; ++x) extended.push_back(next(x));
  LevelFunction cost{next.low, std::vector<double>(next.value.size(), 0.0)};
  for (size_t k = 0; k < demand.probability.size(); ++k) {
    const double weight = in.discount_factor * demand.probability[k];
    const double* after = extended.data() + (demand.probability.size() - 1 - k);
    for (size_t i = 0; i < cost.value.size(); ++i) cost.value[i] += weight * after[i];
  }
  for (int i = 0; i < levels; ++i) {
    const double y = cost.low + i;
    cost.value[static_cast<size_t>(i)] += c * y + h * (y - law.mean()) + (h + p) * law.loss(y);
  }
  return cost;
}

}  // namespace

Result<FiniteHorizonPlan> finite_horizon(const FiniteHorizonProblem& problem) {
  RESTOCK_TRY(check(problem));
  std::vector<WholeDemand> demand;
  demand.reserve(problem.demand.size());
  double reach = 0;
  double width = 0;
  for (const DemandLaw& law : problem.demand) {
    RESTOCK_TRY(auto whole, whole_demand(law, problem.demand_sds_max));
    reach = std::max(reach, static_cast<double>(whole.last() + 1));
    width = std::max(width, static_cast<double>(whole.probability.size()));
    demand.push_back(std::move(whole));
  }
  // No stock under `low` can be reached from the start, none above `high` is ever worth its cost.
  const double low = std::min(problem.stock, 0) - reach * problem.periods;
  const double high = std::max(problem.stock, 0) + reach * problem.periods;
  const double steps = (high - low) * width * problem.periods;
  if (!(steps <= kStepsMax && high < 1e9 && low > -1e9)) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("{:.3g} steps are needed, at most {:.3g} are allowed", steps, kStepsMax),
        "count demand in larger units, or plan fewer periods"};
  }
  LevelFunction least{static_cast<int>(low), {}};
  least.value.reserve(static_cast<size_t>(high - low) + 1);
  for (int x = least.low; x <= static_cast<int>(high); ++x) {
    least.value.push_back(x >= 0 ? problem.terminal_holding_cost * x
                                 : -problem.terminal_stockout_cost * x);
  }
  FiniteHorizonPlan plan;
  plan.reorder_points.resize(static_cast<size_t>(problem.periods));
  plan.order_up_to.resize(static_cast<size_t>(problem.periods));
  for (int t = problem.periods; t-- > 0;) {
    const auto& whole = demand.size() == 1 ? demand[0] : demand[static_cast<size_t>(t)];
    const LevelFunction cost = cost_from(problem, t, whole, least);
    const auto best = std::min_element(cost.value.begin(), cost.value.end());
    const double fixed = at(problem.fixed_cost, t);
    auto order = best;
    while (order != cost.value.begin() && *(order - 1) <= fixed + *best) --order;
    plan.order_up_to[static_cast<size_t>(t)] =
        cost.low + static_cast<int>(best - cost.value.begin());
    plan.reorder_points[static_cast<size_t>(t)] =
        cost.low + static_cast<int>(order - cost.value.begin()) - 1;
    double above = cost.value.back();  // the least cost at a level or over it
    for (size_t i = cost.value.size(); i-- > 0;) {
      above = std::min(above, cost.value[i]);
      least.value[i] = std::min(cost.value[i], fixed + above) -
                       at(problem.unit_cost, t) * (least.low + static_cast<double>(i));
    }
  }
  plan.cost = least(problem.stock);
  return plan;
}

}  // namespace restock
