#pragma once

#include "foundation/base/result.h"

namespace restock {

/// Inputs of the economic order quantity. Money and units; rates per one time unit (a year, say).
struct EoqInput {
  double fixed_cost = 0;    ///< K, money per order, > 0.
  double holding_cost = 0;  ///< h, money per unit and time unit, > 0.
  double demand_rate = 0;   ///< lambda, units per time unit, > 0.
};

struct EoqPlan {
  double quantity = 0;   ///< Q*, units per order.
  double cost_rate = 0;  ///< Money per time unit for orders, stock and backorders.
};

/// Q* = sqrt(2 K lambda / h), cost sqrt(2 K lambda h).
/// Errors of all functions here: kInvalidArgument if a number is not finite and > 0, or as stated.
/// Source: Harris, Factory 10 (1913) 135; Snyder & Shen, Fundamentals of Supply Chain Theory, 2nd
/// ed. (2019), eq. (3.4), (3.5). Example 3.1: K=8 h=0.225 lambda=1300 gives Q=304.0468,
/// cost 68.4106.
[[nodiscard]] Result<EoqPlan> eoq(const EoqInput& input);

/// Money per time unit if each order is `quantity` > 0: K lambda / Q + h Q / 2.
[[nodiscard]] Result<double> eoq_cost(const EoqInput& input, double quantity);

struct BackorderPlan {
  double quantity = 0;
  double cost_rate = 0;
  double backordered_share = 0;  ///< x* = h / (h + p), share of demand that waits.
};
/// With planned backorders at `stockout_cost` p per unit and time unit:
/// Q* = sqrt(2 K lambda (h + p) / (h p)), cost sqrt(2 K lambda h p / (h + p)).
/// Source: Snyder & Shen (2019), eq. (3.27)-(3.29). Example 3.8: p=5 gives Q=310.8126,
/// x=0.0431, 66.9214.
[[nodiscard]] Result<BackorderPlan> eoq_backorders(const EoqInput& input, double stockout_cost);

/// Goods arrive at `production_rate` > demand_rate while being produced, so that stock grows only
/// by what production exceeds demand: the EOQ with h (1 - lambda / mu). Source: Taft, Iron Age 101
/// (1918) 1410; Snyder & Shen (2019), eq. (3.31), (3.32). Example: mu=1700 gives Q=626.8085,
/// cost 33.1840.
[[nodiscard]] Result<EoqPlan> eoq_production(const EoqInput& input, double production_rate);

}  // namespace restock
