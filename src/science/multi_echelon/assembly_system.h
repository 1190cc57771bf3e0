#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/math/demand_law.h"

namespace restock {

/// One item of an assembly: made of all items that name it as their `goes_into`, one unit of each
/// per unit (scale units otherwise).
struct AssemblyItem {
  double holding_cost =
      0;                 ///< Echelon h > 0: what a unit costs more to hold than its parts together.
  double lead_time = 0;  ///< L >= 0, from the order (all parts at hand) to the unit at hand.
  std::optional<size_t> goes_into;  ///< Empty for the one end item, which serves customers.
};

struct AssemblySystem {
  std::vector<AssemblyItem> items;  ///< n >= 1 in any order; a tree whose root is the end item.
  double stockout_cost = 0;         ///< p > 0, money per unit waiting and time unit.
  DemandLaw demand;  ///< Per time unit, independent; it must have laws over lead times.
};

struct AssemblyPlan {
  /// Items by the time M from their order to the end item, longest first.
  std::vector<size_t> order;
  std::vector<double> time_to_end;         ///< n, by item: M = its lead time and all after it.
  std::vector<double> echelon_base_stock;  ///< n, by item, units.
  double cost = 0;                         ///< Expected money per time unit.
};

/// The cheapest policy of an assembly: the serial system whose stages are the items by their time M
/// to the end, with the differences of M as lead times (`serial_exact`). Each item orders up to its
/// level, but never beyond what the item before it in `order` has under way within the same time
/// to the end; then no part waits for another one. Holding cost counts from the arrival of a unit.
/// Items with the same M count as one stage.
/// Errors: as `serial_exact`; also unless exactly one item is the end item and all lead to it.
/// Source: Rosling, Operations Research 37 (1989) 565; Snyder & Shen, Fundamentals of Supply Chain
/// Theory, 2nd ed. (2019), ch. 6. Checked against a simulation and, as a row, against serial_exact.
[[nodiscard]] Result<AssemblyPlan> assembly_exact(const AssemblySystem& system);

}  // namespace restock
