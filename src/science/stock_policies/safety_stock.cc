#include "science/stock_policies/safety_stock.h"

#include <algorithm>
#include <cmath>

#include "foundation/base/argument.h"
#include "foundation/base/normal.h"
#include "foundation/math/loss_functions.h"
#include "foundation/math/root_finding.h"

namespace restock {
namespace {

Status check(const LeadTimeDemand& d) {
  RESTOCK_TRY(require_not_negative("demand_mean", d.demand_mean));
  RESTOCK_TRY(require_not_negative("demand_sd", d.demand_sd));
  RESTOCK_TRY(require_positive("lead_time_mean", d.lead_time_mean));
  return require_not_negative("lead_time_sd", d.lead_time_sd);
}

}  // namespace

double lead_time_demand_sd(const LeadTimeDemand& d) {
  return std::sqrt(d.lead_time_mean * d.demand_sd * d.demand_sd +
                   d.demand_mean * d.demand_mean * d.lead_time_sd * d.lead_time_sd);
}

Result<SafetyStock> safety_stock_for_factor(const LeadTimeDemand& demand, double z) {
  RESTOCK_TRY(check(demand));
  RESTOCK_TRY(require_finite("z", z));
  const double stock = z * lead_time_demand_sd(demand);
  return SafetyStock{stock, demand.demand_mean * demand.lead_time_mean + stock};
}

Result<SafetyStock> safety_stock_for_cycle_service(const LeadTimeDemand& demand,
                                                   double cycle_service) {
  RESTOCK_TRY(require_share("cycle_service", cycle_service));
  return safety_stock_for_factor(demand, standard_normal_quantile(cycle_service));
}

Result<SafetyStock> safety_stock_for_fill_rate(const LeadTimeDemand& demand, double fill_rate,
                                               double order_quantity) {
  RESTOCK_TRY(check(demand));
  RESTOCK_TRY(require_share("fill_rate", fill_rate));
  RESTOCK_TRY(require_positive("order_quantity", order_quantity));
  const double sd = lead_time_demand_sd(demand);
  RESTOCK_TRY(require_positive("standard deviation of demand over the lead time", sd));
  const double loss = order_quantity * (1 - fill_rate) / sd;
  // The loss at -z is at least z, so the root lies above -(loss + 1); at 40 it underflows.
  RESTOCK_TRY(const double z, find_root([&](double x) { return standard_normal_loss(x) - loss; },
                                        {.low = -(loss + 1), .high = 40}));
  return safety_stock_for_factor(demand, z);
}

Result<ServiceOfPolicy> service_of_policy(const LeadTimeDemand& demand, double reorder_point,
                                          double order_quantity) {
  RESTOCK_TRY(check(demand));
  RESTOCK_TRY(require_finite("reorder_point", reorder_point));
  RESTOCK_TRY(require_positive("order_quantity", order_quantity));
  const double sd = lead_time_demand_sd(demand);
  const double stock = reorder_point - demand.demand_mean * demand.lead_time_mean;
  ServiceOfPolicy service{.safety_stock = stock};
  service.cycle_service = sd > 0 ? standard_normal_cdf(stock / sd) : (stock >= 0 ? 1 : 0);
  service.units_short = sd > 0 ? sd * standard_normal_loss(stock / sd) : std::max(0.0, -stock);
  service.fill_rate = 1 - service.units_short / order_quantity;
  return service;
}

}  // namespace restock
