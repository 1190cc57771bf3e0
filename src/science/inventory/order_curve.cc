#include "science/inventory/order_curve.h"

#include <algorithm>
#include <limits>

#include "foundation/base/assert.h"

namespace restock {

OrderCurve::OrderCurve(const StockProjection& projection, double holding_cost, int32_t steps_max) {
  RESTOCK_ASSERT(steps_max >= 2);
  const auto n = static_cast<double>(projection.n_paths());
  const auto covering = static_cast<double>(projection.n_covering());
  const CoverOutcome empty = projection.with_order(0);
  demand_units_ = empty.demand_units;
  // A shortage cost that no other weight reaches tells the kinks of lost sales from all others.
  const double mark = 2 * (holding_cost + projection.unit_cost() + 1);
  const auto points = projection.turning_points(holding_cost, mark, projection.unit_cost());
  std::vector<Step> steps;
  double at = 0;
  double weights = 0;    // of holding and waste
  double satisfied = 0;  // paths
  double lost = empty.lost_units;
  double upkeep = 0;
  const auto close_step = [&] {
    const double short_of = covering - satisfied;
    const double threshold =
        short_of > 0.5 ? weights / short_of : std::numeric_limits<double>::infinity();
    steps.push_back({at, threshold, lost, upkeep, satisfied / n});
  };
  for (const TurningPoint& point : points) {
    if (point.quantity > at) {
      close_step();
      const double step = point.quantity - at;
      lost -= step * (covering - satisfied) / n;
      upkeep += step * weights / n;
      at = point.quantity;
    }
    const bool last = point.weight >= mark;
    satisfied += last ? 1 : 0;
    weights += last ? holding_cost : point.weight;
  }
  close_step();
  last_slope_ = weights / n;
  const auto kept = static_cast<size_t>(steps_max);
  if (steps.size() <= kept) {
    steps_ = std::move(steps);
    return;
  }
  steps_.reserve(kept);
  for (size_t k = 0; k < kept; ++k) steps_.push_back(steps[k * (steps.size() - 1) / (kept - 1)]);
}

double OrderCurve::need(double shortage_cost) const {
  const double wanted = shortage_cost * (1 - 1e-12);
  const auto step = std::lower_bound(steps_.begin(), steps_.end(), wanted,
                                     [](const Step& a, double cost) { return a.threshold < cost; });
  return step == steps_.end() ? steps_.back().quantity : step->quantity;
}

std::vector<OrderCurve::Step>::const_iterator OrderCurve::after(double quantity) const {
  return std::upper_bound(steps_.begin(), steps_.end(), quantity,
                          [](double q, const Step& step) { return q < step.quantity; });
}

double OrderCurve::between(double quantity, double Step::* value) const {
  const auto high = after(quantity);
  if (high == steps_.begin()) return steps_.front().*value;
  const Step& low = *(high - 1);
  if (high == steps_.end()) return low.*value;
  const double share = (quantity - low.quantity) / (high->quantity - low.quantity);
  return low.*value * (1 - share) + (*high).*value * share;
}

double OrderCurve::lost_units(double quantity) const {
  return between(quantity, &Step::lost);
}

double OrderCurve::satisfied(double quantity) const {
  const auto high = after(quantity);
  return high == steps_.begin() ? steps_.front().satisfied : (high - 1)->satisfied;
}

double OrderCurve::upkeep(double quantity) const {
  const double beyond = std::max(0.0, quantity - steps_.back().quantity);
  return between(quantity, &Step::upkeep) + beyond * last_slope_;
}

}  // namespace restock
