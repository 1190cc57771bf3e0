#include "science/inventory/safety_stock.h"

#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "foundation/base/normal.h"
#include "foundation/math/root_finding.h"
#include "science/inventory/newsvendor.h"

namespace restock {
namespace {

Status in_range(std::string_view name, double value, bool ok, std::string_view allowed) {
  if (ok && std::isfinite(value)) return {};
  return Error{Code::kInvalidArgument, fmt::format("{} must be {}, got {}", name, allowed, value),
               ""};
}

Status check(const LeadTimeDemand& d) {
  RESTOCK_TRY(in_range("demand_mean", d.demand_mean, d.demand_mean >= 0, ">= 0"));
  RESTOCK_TRY(in_range("demand_sd", d.demand_sd, d.demand_sd >= 0, ">= 0"));
  RESTOCK_TRY(in_range("lead_time_mean", d.lead_time_mean, d.lead_time_mean > 0, "> 0"));
  return in_range("lead_time_sd", d.lead_time_sd, d.lead_time_sd >= 0, ">= 0");
}

Status check_share(std::string_view name, double value) {
  return in_range(name, value, value > 0 && value < 1, "in (0, 1)");
}

}  // namespace

double lead_time_demand_sd(const LeadTimeDemand& d) {
  return std::sqrt(d.lead_time_mean * d.demand_sd * d.demand_sd +
                   d.demand_mean * d.demand_mean * d.lead_time_sd * d.lead_time_sd);
}

Result<SafetyStock> safety_stock_for_factor(const LeadTimeDemand& demand, double z) {
  RESTOCK_TRY(check(demand));
  RESTOCK_TRY(in_range("z", z, true, "finite"));
  const double stock = z * lead_time_demand_sd(demand);
  return SafetyStock{stock, demand.demand_mean * demand.lead_time_mean + stock};
}

Result<SafetyStock> safety_stock_for_cycle_service(const LeadTimeDemand& demand,
                                                   double cycle_service) {
  RESTOCK_TRY(check_share("cycle_service", cycle_service));
  return safety_stock_for_factor(demand, standard_normal_quantile(cycle_service));
}

Result<SafetyStock> safety_stock_for_fill_rate(const LeadTimeDemand& demand, double fill_rate,
                                               double order_quantity) {
  RESTOCK_TRY(check(demand));
  RESTOCK_TRY(check_share("fill_rate", fill_rate));
  RESTOCK_TRY(in_range("order_quantity", order_quantity, order_quantity > 0, "> 0"));
  const double sd = lead_time_demand_sd(demand);
  RESTOCK_TRY(in_range("standard deviation of demand over the lead time", sd, sd > 0, "> 0"));
  const double loss = order_quantity * (1 - fill_rate) / sd;
  // The loss at -z is at least z, so the root lies above -(loss + 1); at 40 it underflows.
  RESTOCK_TRY(const double z, find_root([&](double x) { return standard_normal_loss(x) - loss; },
                                        {.low = -(loss + 1), .high = 40}));
  return safety_stock_for_factor(demand, z);
}

Result<ServiceOfPolicy> service_of_policy(const LeadTimeDemand& demand, double reorder_point,
                                          double order_quantity) {
  RESTOCK_TRY(check(demand));
  RESTOCK_TRY(in_range("reorder_point", reorder_point, true, "finite"));
  RESTOCK_TRY(in_range("order_quantity", order_quantity, order_quantity > 0, "> 0"));
  const double sd = lead_time_demand_sd(demand);
  const double stock = reorder_point - demand.demand_mean * demand.lead_time_mean;
  ServiceOfPolicy service{.safety_stock = stock};
  service.cycle_service = sd > 0 ? standard_normal_cdf(stock / sd) : (stock >= 0 ? 1 : 0);
  service.units_short = sd > 0 ? sd * standard_normal_loss(stock / sd) : std::max(0.0, -stock);
  service.fill_rate = 1 - service.units_short / order_quantity;
  return service;
}

}  // namespace restock
