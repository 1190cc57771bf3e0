#pragma once

#include <cstdint>
#include <vector>

#include "science/inventory/path_block.h"
#include "science/inventory/supply.h"

namespace restock {

/// One period after the origin, over the sample paths. Units of goods.
struct OutlookPeriod {
  double projected_stock = 0;  ///< Mean stock at the end of the period.
  double stock_low = 0;        ///< 5 % of the paths end it with less.
  double stock_high = 0;       ///< 5 % of the paths end it with more.
  double stock_out_risk = 0;   ///< Share of the paths that lose sales in it.
  double lost_units = 0;       ///< Mean lost sales.
  /// Mean units in stock at its end whose last day of sale it was: they are not there after it.
  double wasted_units = 0;
};

/// Stock of the periods 1..L + R after the origin if `quantity` is ordered tonight and nothing
/// after: until the order of the next review can arrive. Each path: arrivals of open orders and of
/// this one at the start of a period, then its demand, first in first out; what meets an empty
/// shelf is lost; what has come to its last day of sale leaves in the evening. Where lead times
/// vary, the order arrives as on the paths that it was decided on. Units are conserved along each
/// path. Deterministic. Errors: those of `check_paths`.
[[nodiscard]] Result<std::vector<OutlookPeriod>> stock_outlook(const SeriesPaths& paths,
                                                               const SeriesSupply& supply,
                                                               double quantity);

}  // namespace restock
