#include "science/inventory/order_decision.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace restock {
namespace {

/// Lost sales and stock at the end of the cover as functions of the order: piecewise linear, with a
/// kink at N_R of each path.
class CoverEnds {
 public:
  explicit CoverEnds(const StockProjection& projection)
      : n_(static_cast<double>(projection.n_paths())),
        covering_(static_cast<double>(projection.n_covering())),
        points_(projection.turning_points(0, 1)),
        empty_(projection.with_order(0)) {}

  /// The smallest order with at most `units` lost, or with the fewest that an order can bring.
  [[nodiscard]] double for_lost_units(double units) const {
    double lost = empty_.lost_units;
    return walk([&](double step, double below) {
      const double slope = (covering_ - below) / n_;
      if (lost <= units * (1 + 1e-12)) return 0.0;
      const double missing = (lost - units) / slope;
      if (slope > 0 && missing <= step) return missing;
      lost -= slope * step;
      return step;
    });
  }

  /// The smallest order with a mean stock of `units` at the end.
  [[nodiscard]] double for_end_units(double units) const {
    double end = empty_.end_units;
    return walk([&](double step, double below) {
      const double slope = below / n_;
      if (end >= units * (1 - 1e-12)) return 0.0;
      const double missing = slope > 0 ? (units - end) / slope : step;
      if (missing < step) return missing;
      end += slope * step;
      return step;
    });
  }

 private:
  /// From 0 on, kink by kink: take(step, kinks at or below) says how far to go of the next step;
  /// less than all of it ends the walk.
  template <typename Take>
  double walk(const Take& take) const {
    double at = 0;
    double below = 0;
    for (const TurningPoint& point : points_) {
      if (point.weight == 0) continue;
      if (point.quantity > at) {
        const double step = point.quantity - at;
        const double taken = take(step, below);
        at += taken;
        if (taken < step) return at;
      }
      below += 1;
    }
    const double taken = take(std::numeric_limits<double>::infinity(), below);
    return std::isfinite(taken) ? at + taken : at;
  }

  double n_;
  double covering_;
  std::vector<TurningPoint> points_;
  CoverOutcome empty_;
};

double need_of(const StockProjection& projection, const PlanParameters& parameters) {
  if (parameters.service_level == 0 || parameters.service == ServiceKind::kCycle)
    return std::max(0.0, needed_units(projection, parameters));
  const double demand = projection.with_order(0).demand_units;
  return CoverEnds(projection).for_lost_units((1 - parameters.service_level) * demand);
}

}  // namespace

OrderLimits order_limits(const StockProjection& projection, const SeriesSupply& supply) {
  OrderLimits limits;
  if (supply.display_stock > 0)
    limits.display_need = CoverEnds(projection).for_end_units(supply.display_stock);
  limits.cover_units = supply.max_cover > 0 ? projection.sellable(supply.max_cover)
                                            : std::numeric_limits<double>::infinity();
  return limits;
}

OrderDecision settle_order(double need, const OrderLimits& limits, const SeriesSupply& supply,
                           Rounding rounding, const std::function<double(double)>& cost_of) {
  OrderDecision decision;
  decision.need = std::max(need, limits.display_need);
  const bool shown = limits.display_need > need + 1e-9;
  if (shown) {
    decision.bound = OrderBound::kDisplayStock;
    decision.bound_units = supply.display_stock;
  }
  decision.quantity = order_quantity(decision.need, supply, rounding);
  if (decision.quantity > limits.cover_units + 1e-9) {
    SeriesSupply without_minimum = supply;
    without_minimum.moq = 0;
    const double cut = order_quantity(limits.cover_units, without_minimum, Rounding::kDown);
    const bool possible = cut > 0 && cut >= supply.moq;
    decision.quantity = possible ? cut : 0;
    decision.bound = possible ? OrderBound::kMaxCover : OrderBound::kPackTooLarge;
    decision.bound_units = limits.cover_units;
  }
  const bool minimum = decision.quantity > decision.need && decision.need < supply.moq;
  if (minimum && !shown && cost_of && cost_of(0) < cost_of(decision.quantity) - 1e-12) {
    decision.bound = OrderBound::kMinimumTooDear;
    decision.bound_units = supply.moq;
    decision.quantity = 0;
  }
  return decision;
}

OrderDecision decide_order(const StockProjection& projection, const SeriesSupply& supply,
                           const PlanParameters& parameters) {
  std::function<double(double)> cost_of;
  if (parameters.service_level == 0) {
    cost_of = [&](double quantity) {
      const CoverOutcome outcome = projection.with_order(quantity);
      return parameters.holding_cost * outcome.holding_units +
             deciding_shortage_cost(parameters) * outcome.lost_units +
             supply.unit_cost * outcome.wasted_units;
    };
  }
  return settle_order(need_of(projection, parameters), order_limits(projection, supply), supply,
                      parameters.rounding, cost_of);
}

}  // namespace restock
