#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "science/simulation/simulation.h"

namespace restock {

/// Eight values of neighbouring lanes. The compiler makes AVX2 of it, or what the machine has.
using Floats [[gnu::vector_size(32)]] = float;
using Ints [[gnu::vector_size(32)]] = int32_t;

constexpr size_t kVector = 8;                  ///< lanes in a Floats
constexpr size_t kLanes = 256;                 ///< lanes of a block
constexpr size_t kVectors = kLanes / kVector;  ///< Floats of a block

using LaneFloats = std::array<Floats, kVectors>;
using LaneInts = std::array<Ints, kVectors>;

/// What is summed over periods for each lane.
enum Sum : size_t {
  kHeld,
  kShort,  ///< units lost, or units owed at the end of each period
  kDemanded,
  kOnTime,
  kIssued,
  kArrived,
  kOrdered,
  kWasted,
  kOrderChange,
  kOrders,
  kStockOuts,
  kCycles,
  kCyclesServed,
  kSums,
};

/// State and parameters of kLanes lanes in one location. Rows of kVectors are by arrival period
/// (pipeline) or by last period of sale (cohorts), modulo a power of two.
struct LocationBlock {
  // State.
  LaneFloats on_hand;
  LaneFloats in_transit;
  LaneFloats owed_to_customers;
  LaneFloats owed_by_supplier;
  LaneFloats ordered_now;  ///< of owed_by_supplier, what this evening ordered
  LaneFloats last_order;   ///< of the review before; negative = there was none
  LaneInts served;         ///< all bits set: no stock-out in this cycle
  LaneInts next_review;
  LaneInts last_arrival;  ///< of the orders so far
  LaneInts valid;         ///< all bits set: no bad demand or level seen
  std::vector<Floats> pipeline;
  std::vector<Floats> cohorts;  ///< the last row keeps for ever; empty = all lanes do
  std::array<LaneFloats, kSums> sums;
  std::array<std::array<double, kLanes>, kSums> totals;

  // Parameters.
  LaneFloats reorder_point;
  LaneFloats order_up_to;
  LaneFloats quantity;
  LaneInts always_up_to;  ///< all bits set: kOrderUpTo
  LaneInts fixed_quantity;
  LaneFloats moq;
  LaneFloats moq_in_packs;  ///< the smallest multiple of the pack that reaches the MOQ
  LaneFloats pack_size;     ///< 1 where there is none
  LaneInts has_pack;
  LaneInts review_period;
  LaneInts lead_time;            ///< the shortest
  LaneInts life;                 ///< periods of sale after the first; -1 = keeps
  LaneInts draw_key;             ///< hash of seed, location and lane
  std::vector<Ints> thresholds;  ///< rows of kVectors: the lead time laws
  size_t pipeline_mask = 0;
  size_t cohort_mask = 0;
  int32_t first_due = 0;      ///< no lane reviews before
  int32_t life_all = 0;       ///< that of all lanes, if `one_life`
  int32_t lead_time_all = 0;  ///< that of all lanes, if `one_lead_time`
  bool one_life = false;
  bool one_lead_time = false;
};

/// Which locations stand below which; made once for all blocks.
struct SupplyTree {
  std::vector<std::vector<size_t>> buyers;  ///< direct, ascending
  std::vector<std::vector<size_t>> below;   ///< the location and all below it, ascending
  [[nodiscard]] static SupplyTree make(std::span<const StockLocation> locations);
};

/// Memory of one thread, kept between blocks.
struct BlockWorkspace {
  std::vector<LocationBlock> locations;
  std::array<float, kLanes> demand_row;
  std::array<float, kLanes> level_row;
};

/// Live lanes [first, first + count) through all periods; writes their outcomes to
/// outcomes[location * n_lanes + lane]. count <= kLanes. The input has been checked but for demand
/// and levels.
///
/// Returns the first lane with bad demand or level, or n_lanes.
[[nodiscard]] size_t simulate_block(const SimulationInput& input, const SimulationOptions& options,
                                    const SupplyTree& tree, size_t first, size_t count,
                                    BlockWorkspace& workspace, std::span<StockOutcome> outcomes);

constexpr float kUnitsMax = 2097152;  ///< 2^21

}  // namespace restock
