#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "science/inventory/projected_inventory.h"
#include "science/inventory/stock_outlook.h"
#include "science/inventory/supply.h"

namespace restock {

/// The replenishment plan of one series at the origin. Units of goods unless named otherwise.
struct PlanRow {
  size_t series = 0;            ///< Index into the forecast's keys.
  int32_t lead_time = 0;        ///< Periods.
  int32_t review_period = 0;    ///< Periods.
  double risk_demand_mean = 0;  ///< Demand over lead time + review.
  double risk_demand_sd = 0;
  double lead_time_demand_mean = 0;
  double service_level = 0;  ///< Target probability of no stock-out over the risk period.
  double safety_stock = 0;   ///< order_up_to - risk_demand_mean, never negative.
  double reorder_point = 0;  ///< Quantile of demand over lead time + one period.
  double order_up_to = 0;    ///< For information where the order is projected.
  double on_hand = 0;
  double on_order = 0;  ///< All open orders, whenever they arrive.
  bool stock_known =
      false;        ///< False: no inventory record; on_hand is taken as 0 and the reason says so.
  double need = 0;  ///< Before MOQ and packs; under 0 = over the order-up-to level.
  double order_quantity = 0;  ///< After netting, MOQ and packs.
  /// Probability that sales are lost over the lead time; a new order cannot help before. 0 when the
  /// lead time is 0. Without sample paths: the largest probability that demand up to a period
  /// exceeds the stock and arrivals up to it.
  double stock_out_risk = 0;
  /// What the order was taken from and what it is expected to do. None where the forecast has no
  /// sample paths: then the order goes up to `order_up_to`.
  std::optional<ProjectedOrder> projected;
  /// Stock of each period until the next order can arrive, with this order; empty without paths.
  std::vector<OutlookPeriod> outlook;
  double unit_cost = 0;  ///< 0 = unknown.
  double moq = 0;        ///< Minimum order quantity, 0 = none.
  double pack_size = 1;  ///< 0 = any quantity.
  std::vector<OpenOrder> open_orders;
  /// Period after the origin at whose start the order is there, by the median where lead times
  /// vary.
  int32_t arrives_in = 0;
  std::string supplier;
  std::string reason;  ///< In words.
};

/// What one policy did in a replay of history. Conservation: units_start + units_ordered =
/// units_sold + units_wasted + units_left + units_in_transit, where units_start holds the stock and
/// the open orders at the start.
struct ReplayOutcome {
  std::string policy;  ///< Such as "order_up_to", "moving_average", "moving_average_safety".
  double cost = 0;     ///< holding + shortage + waste, money
  double holding_cost = 0;
  double shortage_cost = 0;
  double waste_cost = 0;          ///< of units whose shelf life ended
  double fill_rate = 0;           ///< sold / demanded, in percent; 100 without demand
  int64_t stock_out_periods = 0;  ///< series-periods with lost sales
  int64_t demand_periods =
      0;  ///< series-periods replayed with known demand (state sold or out of stock)
  int64_t censored_periods =
      0;  ///< of these, out of stock in history: true demand was at least what is replayed
  int64_t orders = 0;  ///< orders placed
  double units_start = 0;
  double units_demanded = 0;
  double units_sold = 0;
  double units_ordered = 0;
  double units_order_change = 0;  ///< |order - that of the review before|, summed; none counts as 0
  double units_wasted = 0;
  double units_left =
      0;  ///< stock at the end, already charged at the holding cost of the last period
  double units_in_transit = 0;  ///< ordered or open at the start, not arrived by the end

  /// How much orders change from review to review, in percent of what is ordered: 0 if all are
  /// alike; 0 without orders.
  [[nodiscard]] double order_instability() const {
    return units_ordered > 0 ? 100 * units_order_change / units_ordered : 0;
  }
};

}  // namespace restock
