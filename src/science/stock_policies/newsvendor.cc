#include "science/stock_policies/newsvendor.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "foundation/base/argument.h"

namespace restock {
namespace {

Status check(const NewsvendorCosts& costs) {
  RESTOCK_TRY(require_positive("holding_cost", costs.holding_cost));
  return require_positive("stockout_cost", costs.stockout_cost);
}

Status check(const MyopicCosts& costs) {
  RESTOCK_TRY(check(NewsvendorCosts{costs.holding_cost, costs.stockout_cost}));
  RESTOCK_TRY(require_not_negative("purchase_cost", costs.purchase_cost));
  RESTOCK_TRY(require_not_negative("purchase_cost_next", costs.purchase_cost_next));
  if (costs.discount_factor == 1) return {};
  return require_share("discount_factor (unless 1)", costs.discount_factor);
}

double critical_ratio(const NewsvendorCosts& costs) {
  return costs.stockout_cost / (costs.stockout_cost + costs.holding_cost);
}

/// h E[(S - D)+] + p E[(D - S)+], with E[(S - D)+] = S - E[D] + E[(D - S)+].
double expected_cost(const NewsvendorCosts& costs, const DemandLaw& demand, double level) {
  return costs.holding_cost * (level - demand.mean()) +
         (costs.holding_cost + costs.stockout_cost) * demand.loss(level);
}

}  // namespace

Result<NewsvendorPlan> newsvendor(const NewsvendorCosts& costs, const DemandLaw& demand) {
  RESTOCK_TRY(check(costs));
  const double level = demand.quantile(critical_ratio(costs));
  return NewsvendorPlan{level, expected_cost(costs, demand, level)};
}

Result<double> newsvendor_cost(const NewsvendorCosts& costs, const DemandLaw& demand,
                               double base_stock) {
  RESTOCK_TRY(check(costs));
  RESTOCK_TRY(require_finite("base_stock", base_stock));
  return expected_cost(costs, demand, base_stock);
}

Result<NewsvendorProfit> newsvendor_profit(const NewsvendorPrices& prices,
                                           const DemandLaw& demand) {
  RESTOCK_TRY(require_finite("revenue", prices.revenue));
  RESTOCK_TRY(require_finite("purchase_cost", prices.purchase_cost));
  RESTOCK_TRY(require_finite("salvage_value", prices.salvage_value));
  const double margin = prices.revenue - prices.purchase_cost;
  const double loss = prices.purchase_cost - prices.salvage_value;
  if (!(margin > 0 && loss > 0)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("revenue > purchase_cost > salvage_value is needed, got {}, {}, {}",
                             prices.revenue, prices.purchase_cost, prices.salvage_value),
                 "otherwise nothing or everything should be bought"};
  }
  RESTOCK_TRY(const auto plan, newsvendor({.holding_cost = loss, .stockout_cost = margin}, demand));
  return NewsvendorProfit{plan.base_stock, margin * demand.mean() - plan.cost};
}

Result<double> myopic_cost(const MyopicCosts& costs, const DemandLaw& demand, double base_stock) {
  RESTOCK_TRY(check(costs));
  RESTOCK_TRY(const double cost,
              newsvendor_cost({costs.holding_cost, costs.stockout_cost}, demand, base_stock));
  return cost + costs.purchase_cost * base_stock -
         costs.discount_factor * costs.purchase_cost_next * (base_stock - demand.mean());
}

Result<NewsvendorPlan> myopic_base_stock(const MyopicCosts& costs, const DemandLaw& demand) {
  RESTOCK_TRY(check(costs));
  const double share = (costs.stockout_cost - costs.purchase_cost +
                        costs.discount_factor * costs.purchase_cost_next) /
                       (costs.stockout_cost + costs.holding_cost);
  RESTOCK_TRY(require_share("(p - c + gamma c+) / (p + h)", share));
  const double level = demand.quantile(share);
  RESTOCK_TRY(const double cost, myopic_cost(costs, demand, level));
  return NewsvendorPlan{level, cost};
}

Result<NewsvendorPlan> newsvendor_disruptions(const NewsvendorCosts& costs,
                                              const DisruptedSupply& supply) {
  RESTOCK_TRY(check(costs));
  RESTOCK_TRY(require_positive("demand", supply.demand));
  RESTOCK_TRY(require_share("disruption_probability", supply.disruption_probability));
  RESTOCK_TRY(require_share("recovery_probability", supply.recovery_probability));
  const double down =
      supply.disruption_probability / (supply.disruption_probability + supply.recovery_probability);
  const double stay = 1 - supply.recovery_probability;
  // The smallest n with down x stay^n <= 1 - critical ratio; within rounding counts as reached.
  const double most = costs.holding_cost / (costs.holding_cost + costs.stockout_cost);
  const double n = std::max(0.0, std::ceil(std::log(most / down) / std::log(stay) - 1e-12));
  // Short, in multiples of d: sum over k > n of P(down for k periods) (k - n) = down stay^n / beta.
  const double short_units = down * std::pow(stay, n) / supply.recovery_probability;
  const double mean = down / supply.recovery_probability;
  const double left = n - mean + short_units;
  const double cost =
      supply.demand * (costs.holding_cost * left + costs.stockout_cost * short_units);
  return NewsvendorPlan{supply.demand * (1 + n), cost};
}

}  // namespace restock
