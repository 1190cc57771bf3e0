#pragma once

#include "foundation/base/result.h"

namespace restock {

/// Normal demand over a lead time that may vary too. Demand per period is independent of the lead
/// time.
struct LeadTimeDemand {
  double demand_mean = 0;     ///< d, units per period, >= 0.
  double demand_sd = 0;       ///< sigma_d, units per period, >= 0.
  double lead_time_mean = 0;  ///< L, periods, > 0.
  double lead_time_sd = 0;    ///< sigma_L, periods, >= 0.
};

struct SafetyStock {
  double safety_stock = 0;   ///< units
  double reorder_point = 0;  ///< d L + safety stock
};

/// Standard deviation of demand over the lead time: sqrt(L sigma_d^2 + d^2 sigma_L^2).
[[nodiscard]] double lead_time_demand_sd(const LeadTimeDemand& demand);

/// Safety stock z x lead_time_demand_sd.
/// Errors of all functions here: kInvalidArgument if a number is not finite or out of the ranges
/// above, or as stated. Source: Silver, Pyke & Thomas, Inventory and Production Management in
/// Supply Chains, 4th ed. (2017), ch. 6. Example (Taylor, I-75 Carpet): d=30 sd=5 L=10 z=1.65 gives
/// safety stock 26.1, reorder point 326.1.
[[nodiscard]] Result<SafetyStock> safety_stock_for_factor(const LeadTimeDemand& demand, double z);

/// For a probability of no stock-out per cycle in (0, 1).
[[nodiscard]] Result<SafetyStock> safety_stock_for_cycle_service(const LeadTimeDemand& demand,
                                                                 double cycle_service);

/// For a share of demand met from stock in (0, 1), with orders of `order_quantity` > 0: the z with
/// sd E[(Z - z)+] = Q (1 - fill rate); the safety stock may be negative. Errors: also if there is
/// no variability. Source: Chopra & Meindl, Supply Chain Management, sec. "Evaluating required
/// safety inventory given desired fill rate".
[[nodiscard]] Result<SafetyStock> safety_stock_for_fill_rate(const LeadTimeDemand& demand,
                                                             double fill_rate,
                                                             double order_quantity);

/// What a continuous-review policy with given reorder point and order quantity gives.
struct ServiceOfPolicy {
  double safety_stock = 0;
  double cycle_service = 0;  ///< probability of no stock-out in a cycle
  double units_short = 0;    ///< expected per cycle
  double fill_rate = 0;      ///< 1 - units_short / order quantity
};
/// Errors: also if order_quantity is not > 0.
[[nodiscard]] Result<ServiceOfPolicy> service_of_policy(const LeadTimeDemand& demand,
                                                        double reorder_point,
                                                        double order_quantity);

}  // namespace restock
