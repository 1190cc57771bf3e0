#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/math/demand_distribution.h"
#include "science/inventory/lead_time_law.h"

namespace restock {

/// Goods ordered before the origin that have not arrived.
struct OpenOrder {
  /// Arrives at the start of period origin + arrives_in; an order that is overdue (< 1) counts as
  /// arriving next period.
  int32_t arrives_in = 1;
  double quantity = 0;  ///< units, >= 0
};

/// One evening on which an order may go out, and when it would be there.
struct OrderSlot {
  int32_t ordered_in = 0;  ///< Periods after the origin; 0 = in the evening of the origin.
  /// Period after the origin at whose start the order is there, for each lead time of the law from
  /// the shortest on; one value without a law.
  std::vector<int32_t> arrives_in;
};

/// Units of the stock on hand with a last day of sale.
struct ExpiringStock {
  int32_t last_sale_in = 1;  ///< Periods after the origin; < 1 = past, they cannot be sold.
  double quantity = 0;       ///< units, >= 0
};

/// How one series is supplied and what it has at the origin.
struct SeriesSupply {
  bool known = false;  ///< False: there is no stock record; on_hand is not used (0).
  double on_hand = 0;  ///< Units at the end of the origin. Negative book stock counts as 0.
  std::vector<OpenOrder> open_orders;
  /// Full periods between order and arrival: ordered at the end of t, there at the start of
  /// t + lead_time + 1.
  int32_t lead_time = 7;
  int32_t review_period = 7;  ///< Periods between two chances to order, >= 1.
  double moq = 0;             ///< Minimum order quantity in units, 0 = none.
  double pack_size = 1;       ///< Orders are multiples of it; 0 = any quantity.
  double unit_cost = 0;       ///< Money per unit, 0 = unknown.
  /// Periods in which goods can be sold, from the one at whose start they arrive on; what is left
  /// after the last is wasted. 0 = they keep.
  int32_t shelf_life = 0;
  /// The oldest part of on_hand, sold first; together more than on_hand: the oldest count.
  std::vector<ExpiringStock> expiring;
  double display_stock = 0;  ///< Mean stock that the end of the cover is not planned under.
  int32_t max_cover = 0;     ///< Periods whose expected sales an order may cover; 0 = no cap.
  double unit_price = 0;     ///< Money per unit sold, 0 = unknown; weighs groups of series.
  /// Series with one number share the service target of the plan; -1 = it is this series' own.
  int32_t service_group = -1;
  /// What a lost sale counts in decisions for that target, in place of the plan's service level and
  /// costs; set by `set_group_costs`. 0 = none.
  double group_shortage_cost = 0;
  std::string supplier;
  /// The next orders that the supplier's calendar allows, at least two; lead_time and review_period
  /// are then those of the first two: see `set_order_slots`. Empty: an order every review_period,
  /// one of them in the evening of the origin.
  std::vector<OrderSlot> slots;
  std::optional<LeadTimeLaw> lead_time_law;  ///< Where lead times vary; only with slots.
  uint64_t lead_time_seed = 42;              ///< Of the draws from the law, one for each series.
  /// Other suppliers with their terms and slots; they have the same stock. `choose_supplier`.
  std::vector<SeriesSupply> alternatives;
  std::string supplier_note;  ///< Why this supplier, in words; empty = there is no other.
};

/// What happens to a quantity that is no multiple of the pack.
enum class Rounding { kUp, kDown, kNearest };

/// Reads "up", "down", "nearest". Errors: kInvalidArgument with what was seen.
[[nodiscard]] Result<Rounding> parse_rounding(std::string_view name);

/// What a service level is the target of.
enum class ServiceKind {
  kCycle,     ///< probability that the covered periods pass without a lost sale
  kFillRate,  ///< expected share of their demand that is served
};

/// Reads "cycle", "fill_rate". Errors: kInvalidArgument with what was seen.
[[nodiscard]] Result<ServiceKind> parse_service_kind(std::string_view name);

/// Costs, service and rounding, the same for all series of a plan.
struct PlanParameters {
  /// Target of the service, (0, 1); 0 = from the two costs. An order-up-to level takes it as the
  /// probability of no stock-out in the risk period, whatever the kind.
  double service_level = 0;
  ServiceKind service = ServiceKind::kCycle;
  double holding_cost = 0.02;  ///< Money per unit in stock at the end of a period, >= 0.
  double shortage_cost = 1.0;  ///< Money per unit of lost sale; both > 0 without a service level.
  /// Share of outcomes that an order from sample paths should cover, (0, 1), in place of p / (p +
  /// h): what replays of the past found cheapest. 0 = from the two costs. Read by
  /// `projected_order` alone.
  double critical_ratio = 0;
  Rounding rounding = Rounding::kUp;  ///< Of order quantities to packs; a tie of kNearest goes up.
  DemandKind demand_kind = DemandKind::kCounts;
  int32_t moving_average = 28;  ///< Periods that the policies compared with look back, >= 1.
  /// Periods that the moving-average policy lives before a replay; 0 = four risk periods.
  int32_t warm_up_periods = 0;
};

/// Errors: kInvalidArgument that names the field (and the position in `supply`), the value and what
/// is allowed.
[[nodiscard]] Status validate(const PlanParameters& parameters);
[[nodiscard]] Status validate(const SeriesSupply& supply, size_t position);

/// The parameters by which the orders of one series are decided: those of the plan, or, where its
/// group has a target, costs with a lost sale at `group_shortage_cost`.
[[nodiscard]] PlanParameters deciding_parameters(const PlanParameters& parameters,
                                                 const SeriesSupply& supply);

/// What a lost sale counts in decisions: h r / (1 - r) with a critical ratio r, else its cost.
[[nodiscard]] double deciding_shortage_cost(const PlanParameters& parameters);

/// Units that can be sold: 0 without a stock record, and where the book stock is negative.
[[nodiscard]] double usable_stock(const SeriesSupply& supply);

/// Usable stock plus open orders that have arrived by the start of the k-th period after the
/// origin, k >= 1.
[[nodiscard]] double available_stock(const SeriesSupply& supply, int32_t k);

/// The longest lead time + review of all series and their alternatives, or, where lead times vary,
/// the longest that they can be; at least 1.
[[nodiscard]] int32_t longest_risk_period(std::span<const SeriesSupply> supply);

/// The quantity to order when `need` units are missing to the target: nothing for need <= 0; else
/// the MOQ is applied first, then the multiple of the pack by `rounding`; a result under the MOQ
/// goes up to the next multiple that reaches it. Example: need 3, moq 10, pack 12 gives 12 with
/// every rounding; need 3, moq 0, pack 12 gives 12, 0, 0 (up, down, nearest).
[[nodiscard]] double order_quantity(double need, const SeriesSupply& supply, Rounding rounding);

}  // namespace restock
