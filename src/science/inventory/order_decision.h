#pragma once

#include <functional>

#include "science/inventory/projected_inventory.h"
#include "science/inventory/stock_projection.h"
#include "science/inventory/supply.h"

namespace restock {

/// How much to order, and what bounded it.
struct OrderDecision {
  double need = 0;  ///< Before MOQ and packs, >= 0.
  double quantity = 0;
  OrderBound bound = OrderBound::kNone;
  double bound_units = 0;
};

/// What bounds the order of one series whatever its need.
struct OrderLimits {
  double display_need = 0;  ///< The smallest order whose mean stock at the end is display_stock.
  double cover_units = 0;   ///< What is expected to sell within max_cover; infinite without a cap.
};

[[nodiscard]] OrderLimits order_limits(const StockProjection& projection,
                                       const SeriesSupply& supply);

/// The quantity for a need: raised for the display stock, brought to MOQ and packs, cut to the
/// cover, and nothing where a minimum order over the need does not pay. cost_of: what a quantity
/// costs as the decision counts; empty = service decides, and the minimum is taken.
[[nodiscard]] OrderDecision settle_order(double need, const OrderLimits& limits,
                                         const SeriesSupply& supply, Rounding rounding,
                                         const std::function<double(double)>& cost_of);

/// The decision of `projected_order`.
[[nodiscard]] OrderDecision decide_order(const StockProjection& projection,
                                         const SeriesSupply& supply,
                                         const PlanParameters& parameters);

}  // namespace restock
