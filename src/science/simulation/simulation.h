#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "science/inventory/lead_time_law.h"
#include "science/inventory/supply.h"

namespace restock {

/// A table of periods x lanes that lies anywhere: period t of lane i is
/// values[t * period_stride + i * lane_stride]. Whole numbers may be 16 bits wide.
struct PeriodTable {
  std::variant<std::span<const float>, std::span<const uint16_t>> values;
  size_t period_stride = 0;
  size_t lane_stride = 1;

  [[nodiscard]] bool empty() const;
};

/// When to order how much, at a review, from the position x = on hand + on order - owed.
enum class PolicyKind {
  kOrderUpTo,      ///< (R,S), base stock: S - x if x < S
  kReorderUpTo,    ///< (s,S), (R,s,S): S - x if x <= s
  kFixedQuantity,  ///< (r,Q), (R,r,nQ): the fewest multiples of Q that bring x over r, if x <= r
};

struct StockPolicy {
  PolicyKind kind = PolicyKind::kOrderUpTo;
  float reorder_point = 0;  ///< s or r, units; not used by kOrderUpTo
  float order_up_to = 0;    ///< S, units; a table of levels replaces it, and moves s or r along
  float quantity = 0;       ///< Q, units, > 0 for kFixedQuantity
};

/// One item in one location: supply, life, costs and what it starts with.
struct StockedItem {
  /// Full periods between order and arrival, 0 to 512; with a law it is not used.
  int32_t lead_time = 7;
  int32_t lead_time_law = -1;  ///< Index of a law of the input; -1 = fixed.
  int32_t review_period = 7;   ///< 1 = every evening
  int32_t first_review = 0;    ///< The evening before this period, >= 0.
  /// Periods in which a unit can be sold, that of its arrival included; 0 = it keeps. It counts
  /// from the arrival in this location. At most 512.
  int32_t shelf_life = 0;
  float moq = 0;             ///< units
  float pack_size = 1;       ///< units, 0 = any quantity, else >= 0.01
  float on_hand = 0;         ///< Units before the first period, as fresh as if they arrived in it.
  double holding_cost = 0;   ///< money per unit in stock at the end of a period
  double shortage_cost = 0;  ///< money per unit lost; with backorders per unit owed and period
  double order_cost = 0;     ///< money per order
  double unit_cost = 0;      ///< money per unit wasted
};

/// An order placed before the first period.
struct StartingOrder {
  int32_t location = 0;
  int32_t item = 0;
  int32_t period = 0;  ///< Arrives at the start of this period, 0 to 512.
  float quantity = 0;  ///< units
};

/// One place of the supply tree.
struct StockLocation {
  int32_t supplier = -1;  ///< A location before this one in the list; -1 = outside, never short.
  /// The position counts the stock of all locations below, and what is on its way to them (echelon
  /// stock; Clark & Scarf, Management Science 6 (1960) 475), not only what lies here.
  bool echelon_position = false;
};

/// Who gets what when a location owes its buyers more than it has. Quantities are whole packs of
/// the buyer.
enum class Allocation {
  kProportional,  ///< Each its share of what is owed, rounded down; what is left in list order.
  kListOrder,     ///< Buyers in the order of the list, each all it can get.
};

struct SimulationOptions {
  bool backorders = false;       ///< Customers wait; else unmet demand is lost.
  bool owe_short_orders = true;  ///< A location ships later what it owes; else it forgets.
  bool orders_may_cross = true;  ///< A later order may arrive first; else it waits for the other.
  Rounding rounding = Rounding::kUp;
  Allocation allocation = Allocation::kProportional;
  uint64_t seed = 42;  ///< of lead times
};

/// What a simulation runs over. Spans must outlive the call. A lane is one item on one path of
/// demand: lane = item * n_paths + path. `items` and `policies`: n_locations x n_items.
struct SimulationInput {
  int32_t n_periods = 0;
  int32_t n_items = 0;
  int32_t n_paths = 1;
  std::span<const StockLocation> locations;  ///< suppliers before those they supply
  /// One a location, n_periods x n_items n_paths, units >= 0; empty = no customers there.
  std::span<const PeriodTable> demand;
  std::span<const StockedItem> items;
  std::span<const StockPolicy> policies;
  /// None, or one a location: n_periods x n_items n_paths order-up-to levels, row t for the review
  /// on the evening before period t; empty = that of the policy.
  std::span<const PeriodTable> levels;
  std::span<const LeadTimeLaw> lead_time_laws;
  std::span<const StartingOrder> starting_orders;  ///< sorted by location, then item
};

/// What happened to one lane in one location, or to a sum of them.
struct StockOutcome {
  double holding_cost = 0;
  double shortage_cost = 0;
  double order_cost = 0;
  double waste_cost = 0;
  double units_start = 0;     ///< on hand at the start
  double units_arrived = 0;   ///< received during the simulation
  double units_demanded = 0;  ///< by customers and by the locations supplied
  double units_on_time = 0;   ///< served in the period of their demand
  double units_issued = 0;    ///< sold or shipped, late ones included
  double units_wasted = 0;
  double units_left = 0;        ///< on hand at the end
  double units_in_transit = 0;  ///< on the way here at the end
  double units_owed = 0;        ///< to customers at the end
  double units_ordered = 0;
  double units_order_change = 0;  ///< |order - that of the review before|, summed; none counts as 0
  double unit_periods_held = 0;   ///< stock at the end of each period, summed
  int64_t periods = 0;
  int64_t stock_outs = 0;  ///< periods in which some demand was not served
  int64_t orders = 0;
  int64_t cycles = 0;         ///< from one arrival to the next, those that ended
  int64_t cycles_served = 0;  ///< those without a stock-out

  [[nodiscard]] double cost() const {
    return holding_cost + shortage_cost + order_cost + waste_cost;
  }
  /// Share of demand served on time, in percent; 100 without demand.
  [[nodiscard]] double fill_rate() const;
  /// Share of replenishment cycles without a stock-out, in percent; 100 without cycles.
  [[nodiscard]] double cycle_service() const;
  /// How much orders change from review to review, in percent of what is ordered: 0 if all are
  /// alike, 200 if every other review orders nothing; 0 without orders.
  [[nodiscard]] double order_instability() const;
  /// Units on hand at the end of a period.
  [[nodiscard]] double mean_stock() const;
  StockOutcome& operator+=(const StockOutcome& other);
};

/// Simulate a policy for many items side by side. In each period:
///   evening before: at a review each location orders, those that are supplied first; then their
///                   supplier ships what it has to whom it owes, and orders itself
///   1. arrivals   an order of that evening with lead time L arrives at the start of period t + L
///   2. demand     first what is owed to customers, then the period's; oldest units first
///   3. waste      units at the end of their shelf life
///   4. costs
/// That is the order of events of docs/guide/inventory.md: the evening after period t - 1 is the
/// evening before t. Goods that arrive at a supplier in a morning can be shipped that evening.
///
/// Returns n_locations x lanes outcomes. Shortage cost is of customers only; for a supplier, demand
/// is the orders it gets, and an evening on which it cannot ship all that it owes is a stock-out.
///
/// Lead times of orders to an outside supplier and of shipments inside are drawn by a hash of seed,
/// location, lane and period, so every policy meets the same ones (common random numbers) and
/// neither threads nor other lanes matter. Units are 32-bit floats: exact for whole units below
/// half a million; a need under 4e-7 of the level counts as none. Levels and quantities of
/// policies, packs and starts may be at most 2^21 units.
///
/// Errors: kInvalidArgument that names the field, item and location, for sizes that do not fit, or
/// demand that is negative, not finite or above 2^21 units.
/// Example: on 1,000,000 periods of Poisson(6) demand with backorders, lead time 0, holding 1,
/// shortage 4 and order cost 5, (s,S) = (4,10) costs 8.034 a period (Zheng & Federgruen, Operations
/// Research 39 (1991) 654; see the test).
[[nodiscard]] Result<std::vector<StockOutcome>> simulate(const SimulationInput& input,
                                                         const SimulationOptions& options,
                                                         ThreadPool& pool);

/// The sum in the order of the span.
[[nodiscard]] StockOutcome total(std::span<const StockOutcome> outcomes);

}  // namespace restock
