#pragma once

#include <cstdint>
#include <vector>

#include "science/inventory/stock_projection.h"

namespace restock {

/// What an order of one series is expected to cost and to serve, for any quantity and any cost of a
/// lost sale, in little memory. Between its steps everything is linear in the quantity.
class OrderCurve {
 public:
  /// At most `steps_max` >= 2 steps are kept of those of the projection, evenly spread; then needs
  /// are those of the next step kept.
  OrderCurve(const StockProjection& projection, double holding_cost, int32_t steps_max = 100);

  /// The cheapest order where a lost sale costs `shortage_cost` > 0; never falls with it.
  [[nodiscard]] double need(double shortage_cost) const;
  /// Expected lost sales of the covered periods with an order of `quantity` >= 0.
  [[nodiscard]] double lost_units(double quantity) const;
  /// Share of the paths without a lost sale in the covered periods; at a step or above.
  [[nodiscard]] double satisfied(double quantity) const;
  /// Holding and waste that the order adds.
  [[nodiscard]] double upkeep(double quantity) const;
  [[nodiscard]] double demand_units() const { return demand_units_; }

 private:
  struct Step {
    double quantity = 0;
    double threshold = 0;  ///< The shortage cost up to which no more than `quantity` pays.
    double lost = 0;
    double upkeep = 0;
    double satisfied = 0;
  };
  /// The first step above a quantity.
  [[nodiscard]] std::vector<Step>::const_iterator after(double quantity) const;
  [[nodiscard]] double between(double quantity, double Step::* value) const;

  std::vector<Step> steps_;
  double demand_units_ = 0;
  double last_slope_ = 0;  ///< Of upkeep after the last step.
};

}  // namespace restock
