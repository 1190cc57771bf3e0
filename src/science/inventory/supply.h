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

/// Costs, service and rounding, the same for all series of a plan.
struct PlanParameters {
  /// Probability of no stock-out in the risk period, (0, 1); 0 = from the two costs.
  double service_level = 0;
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
