#include "science/inventory/newsvendor.h"

#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "foundation/base/normal.h"
#include "foundation/math/special_functions.h"

namespace restock {
namespace {

Status positive(std::string_view name, double value) {
  if (std::isfinite(value) && value > 0) return {};
  return Error{Code::kInvalidArgument,
               fmt::format("{} must be finite and > 0, got {}", name, value), ""};
}

Status finite(std::string_view name, double value) {
  if (std::isfinite(value)) return {};
  return Error{Code::kInvalidArgument, fmt::format("{} must be finite, got {}", name, value), ""};
}

Status check(const NewsvendorCosts& costs) {
  RESTOCK_TRY(positive("holding_cost", costs.holding_cost));
  return positive("stockout_cost", costs.stockout_cost);
}

Status check(const NormalDemand& demand) {
  RESTOCK_TRY(finite("mean", demand.mean));
  return positive("sd", demand.sd);
}

double critical_ratio(const NewsvendorCosts& costs) {
  return costs.stockout_cost / (costs.stockout_cost + costs.holding_cost);
}

/// h E[(S - D)+] + p E[(D - S)+], with E[(S - D)+] = S - E[D] + E[(D - S)+].
double expected_cost(const NewsvendorCosts& costs, double surplus, double loss) {
  return costs.holding_cost * surplus + (costs.holding_cost + costs.stockout_cost) * loss;
}

}  // namespace

double standard_normal_loss(double z) {
  return standard_normal_density(z) - z * standard_normal_cdf(-z);
}

double normal_loss(const NormalDemand& demand, double x) {
  return demand.sd * standard_normal_loss((x - demand.mean) / demand.sd);
}

double lognormal_loss(const LognormalDemand& demand, double x) {
  const double s = demand.log_sd;
  const double z = (std::log(x) - demand.log_mean) / s;
  return std::exp(demand.log_mean + s * s / 2) * standard_normal_cdf(s - z) -
         x * standard_normal_cdf(-z);
}

Result<NewsvendorPlan> newsvendor_normal(const NewsvendorCosts& costs, const NormalDemand& demand) {
  RESTOCK_TRY(check(costs));
  RESTOCK_TRY(check(demand));
  const double z = standard_normal_quantile(critical_ratio(costs));
  const double both = costs.holding_cost + costs.stockout_cost;
  return NewsvendorPlan{demand.mean + z * demand.sd, both * standard_normal_density(z) * demand.sd};
}

Result<double> newsvendor_normal_cost(const NewsvendorCosts& costs, const NormalDemand& demand,
                                      double base_stock) {
  RESTOCK_TRY(check(costs));
  RESTOCK_TRY(check(demand));
  RESTOCK_TRY(finite("base_stock", base_stock));
  return expected_cost(costs, base_stock - demand.mean, normal_loss(demand, base_stock));
}

Result<NewsvendorProfit> newsvendor_normal_profit(const NewsvendorPrices& prices,
                                                  const NormalDemand& demand) {
  RESTOCK_TRY(finite("revenue", prices.revenue));
  RESTOCK_TRY(finite("purchase_cost", prices.purchase_cost));
  RESTOCK_TRY(finite("salvage_value", prices.salvage_value));
  const double margin = prices.revenue - prices.purchase_cost;
  const double loss = prices.purchase_cost - prices.salvage_value;
  if (!(margin > 0 && loss > 0)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("revenue > purchase_cost > salvage_value is needed, got {}, {}, {}",
                             prices.revenue, prices.purchase_cost, prices.salvage_value),
                 "otherwise nothing or everything should be bought"};
  }
  RESTOCK_TRY(const auto plan,
              newsvendor_normal({.holding_cost = loss, .stockout_cost = margin}, demand));
  return NewsvendorProfit{plan.base_stock, margin * demand.mean - plan.cost};
}

Result<NewsvendorPlan> newsvendor(const NewsvendorCosts& costs, const DemandDistribution& demand) {
  RESTOCK_TRY(check(costs));
  const double level = demand.quantile(critical_ratio(costs));
  return NewsvendorPlan{level, expected_cost(costs, level - demand.mean(), demand.loss(level))};
}

Result<double> newsvendor_cost(const NewsvendorCosts& costs, const DemandDistribution& demand,
                               double base_stock) {
  RESTOCK_TRY(check(costs));
  RESTOCK_TRY(finite("base_stock", base_stock));
  return expected_cost(costs, base_stock - demand.mean(), demand.loss(base_stock));
}

Result<NewsvendorPlan> newsvendor_discrete(const NewsvendorCosts& costs,
                                           std::span<const double> probabilities) {
  RESTOCK_TRY(check(costs));
  double total = 0;
  double mean = 0;
  for (size_t k = 0; k < probabilities.size(); ++k) {
    if (!(probabilities[k] >= 0)) {
      return Error{Code::kInvalidArgument,
                   fmt::format("probabilities must be >= 0, got {} at {}", probabilities[k], k),
                   ""};
    }
    total += probabilities[k];
    mean += probabilities[k] * static_cast<double>(k);
  }
  if (!(std::abs(total - 1) <= 1e-9)) {
    return Error{Code::kInvalidArgument, fmt::format("probabilities must sum to 1, got {}", total),
                 ""};
  }
  const double target = critical_ratio(costs) * (1 - 1e-12);
  size_t level = 0;
  double reached = probabilities[0];
  while (reached < target && level + 1 < probabilities.size()) reached += probabilities[++level];
  double loss = 0;
  for (size_t k = level + 1; k < probabilities.size(); ++k) {
    loss += probabilities[k] * static_cast<double>(k - level);
  }
  const auto units = static_cast<double>(level);
  return NewsvendorPlan{units, expected_cost(costs, units - mean, loss)};
}

Result<NewsvendorPlan> newsvendor_lognormal(const NewsvendorCosts& costs,
                                            const LognormalDemand& demand) {
  RESTOCK_TRY(check(costs));
  RESTOCK_TRY(finite("log_mean", demand.log_mean));
  RESTOCK_TRY(positive("log_sd", demand.log_sd));
  const double z = standard_normal_quantile(critical_ratio(costs));
  const double level = std::exp(demand.log_mean + z * demand.log_sd);
  const double mean = std::exp(demand.log_mean + demand.log_sd * demand.log_sd / 2);
  return NewsvendorPlan{level, expected_cost(costs, level - mean, lognormal_loss(demand, level))};
}

}  // namespace restock
