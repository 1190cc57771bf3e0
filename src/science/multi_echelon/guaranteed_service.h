#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "foundation/base/result.h"

namespace restock {

/// A place or step that holds stock and promises a service time to those it supplies.
struct GuaranteedStage {
  int processing_time = 0;   ///< T >= 0 periods from having its inputs to being ready to deliver.
  int inbound_external = 0;  ///< Service time >= 0 of suppliers outside the network, periods.
  double holding_cost = 0;   ///< h > 0, money per unit of safety stock and period.
  double demand_sd = 0;      ///< Of customers' own demand here, units per period, >= 0.
  double safety_factor =
      1;  ///< z > 0: demand over t periods is bounded by its mean + z sd sqrt(t).
  /// Longest service time that customers accept, periods, >= 0. Needed where a stage supplies none.
  std::optional<int> outbound_max;
};

/// `units` of stage `from` go into one unit of stage `to`.
struct SupplyArc {
  size_t from = 0;
  size_t to = 0;
  double units = 1;  ///< > 0
};

struct GuaranteedServiceNetwork {
  std::vector<GuaranteedStage> stages;  ///< n >= 1.
  std::vector<SupplyArc> arcs;          ///< n - 1; without directions they form a tree.
};

/// All vectors: one value per stage.
struct GuaranteedServicePlan {
  std::vector<int> outbound;         ///< S: periods in which the stage delivers for sure.
  std::vector<int> inbound;          ///< SI: periods after which all its inputs are there.
  std::vector<int> net_time;         ///< SI + T - S: periods that its safety stock has to bridge.
  std::vector<double> demand_sd;     ///< Units per period, those downstream included.
  std::vector<double> safety_stock;  ///< z demand_sd sqrt(net_time), units.
  double cost = 0;                   ///< Money per period for all safety stock.
};

/// The service times with the least holding cost of safety stock, exact:
///   minimise sum of h z sd sqrt(SI + T - S)  such that  0 <= S <= SI + T, S <= outbound_max,
///   SI >= inbound_external and SI >= S of each supplier.
/// Demand of different stages is independent; sd^2 of a stage is its own plus that of the stages it
/// supplies, times units^2. A dynamic programme over the tree, leaves first: a stage's cost is
/// tabled by S if what joins it to the rest lies downstream, else by SI. O(n M^2), M the longest
/// path of processing times; service times at which nothing changes are skipped. Errors:
/// kInvalidArgument if a number is out of the ranges above, the arcs are no tree, a stage that
/// supplies none has no outbound_max, or M exceeds 100,000 periods. Source: Graves & Willems,
/// Manufacturing & Service Operations Management 2 (2000) 68, sec. 4 (and the correction, MSOM 5
/// (2003) 176); Snyder & Shen (2019), sec. 6.3.6. Example 6.5: stages 1 -> 3 -> {2, 4} give
/// outbound times 0, 0, 0, 1 and cost 8.2779.
[[nodiscard]] Result<GuaranteedServicePlan> guaranteed_service(
    const GuaranteedServiceNetwork& network);

/// The plan that given outbound service times make (inbound times as short as possible).
/// outbound: one per stage. Errors: as above; also if a time breaks a condition; it names the
/// stage.
[[nodiscard]] Result<GuaranteedServicePlan> guaranteed_service_of(
    const GuaranteedServiceNetwork& network, const std::vector<int>& outbound);

}  // namespace restock
