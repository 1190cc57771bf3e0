#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "foundation/panel/panel.h"

namespace restock {

/// Where the classes end.
struct ClassLimits {
  double a_share = 0.80;     ///< Series that together make up this share of the money are A.
  double b_share = 0.95;     ///< ... up to this share B, the rest C.
  double x_variation = 0.5;  ///< Coefficient of variation up to which demand is X (steady).
  double y_variation = 1.0;  ///< ... up to which it is Y, above it Z.
};

/// What was sold for, and how steadily. Over the last year before and with the origin.
struct DemandClass {
  double sales_value = 0;  ///< Money; units where nothing has a price or cost.
  char abc = 'C';
  /// Standard deviation over mean of demand per review period, over review periods whose demand is
  /// wholly known; NaN with fewer than three of them or without demand.
  double variation = 0;
  char xyz = 'Z';  ///< Z too where the variation is not known.
};

/// What `sales_value` is counted in.
enum class ValueBasis { kPrice, kCost, kUnits };

struct DemandClasses {
  ValueBasis basis = ValueBasis::kUnits;
  std::vector<DemandClass> series;  ///< one a series of the panel
};

/// ABC by share of the money of all series, largest first (equal ones by their order), XYZ by
/// variation. A series is A if those before it make up less than `a_share`: so there is always one.
/// unit_cost, review_period: n_series. Money is price x units where the panel has prices, else
/// unit_cost x units where any is known, else units. Pure.
/// Source: Dickie, Factory Management and Maintenance 109 (1951) 92 (ABC); Silver, Pyke & Thomas,
/// Inventory and Production Management in Supply Chains (2017), 2.1.
/// Precondition: spans of n_series.
[[nodiscard]] DemandClasses classify_demand(const Panel& panel, std::span<const double> unit_cost,
                                            std::span<const int32_t> review_period,
                                            const ClassLimits& limits = {});

}  // namespace restock
