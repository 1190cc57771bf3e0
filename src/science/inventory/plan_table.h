#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace restock {

/// The replenishment plan of one series at the origin. Units of goods unless named otherwise.
struct PlanRow {
  size_t series = 0;               ///< Index into the forecast's keys.
  int32_t lead_time = 0;           ///< Periods.
  int32_t review_period = 0;       ///< Periods.
  double risk_demand_mean = 0;     ///< Demand over lead time + review.
  double risk_demand_sd = 0;
  double lead_time_demand_mean = 0;
  double service_level = 0;        ///< Target probability of no stock-out over the risk period.
  double safety_stock = 0;         ///< order_up_to - risk_demand_mean, never negative.
  double reorder_point = 0;        ///< Quantile of demand over lead time + one period.
  double order_up_to = 0;
  double on_hand = 0;
  double on_order = 0;
  bool stock_known = false;        ///< False: no inventory record; on_hand is taken as 0 and the reason says so.
  double order_quantity = 0;       ///< After netting, MOQ and packs.
  double stock_out_risk = 0;       ///< P(demand over the lead time > what arrives before a new order can).
  double unit_cost = 0;            ///< 0 = unknown.
  std::string supplier;
  std::string reason;              ///< In words.
};

/// What one policy did in a replay of history.
struct ReplayOutcome {
  std::string policy;         ///< "plan", "moving_average"
  double cost = 0;            ///< holding + shortage, money
  double holding_cost = 0;
  double shortage_cost = 0;
  double fill_rate = 0;       ///< sold / demanded, in percent
  int64_t stock_out_periods = 0;  ///< series-periods with lost sales
  double units_demanded = 0;
  double units_sold = 0;
  double units_ordered = 0;
  double units_left = 0;      ///< stock at the end, already charged at the holding cost of the last period
};

}  // namespace restock
