#pragma once

#include <span>
#include <vector>

#include "foundation/math/demand_distribution.h"
#include "foundation/panel/panel.h"
#include "science/forecast/forecast_table.h"
#include "science/inventory/plan_table.h"

namespace restock {

/// How far the stock of one series reaches. Units of goods, periods of the panel.
struct StockPosition {
  bool known = false;      ///< False: there is no stock record, and nothing below is said.
  double stock_value = 0;  ///< On hand x unit_cost; NaN without a cost.
  /// Periods that stock and open orders last at the mean forecast, beyond its horizon at its mean
  /// per period; NaN where nothing is expected to sell.
  double cover = 0;
  /// Stock and open orders beyond the 95 % quantile of demand until the end of the forecast: with
  /// 95 % probability these are still there then, without any new order.
  double excess_units = 0;
  double excess_value = 0;  ///< x unit_cost; NaN without a cost.
  /// In stock, and nothing was sold in the last half year (or more) in which it could be.
  bool dead = false;
  bool ever_sold = false;
  Period last_sale = 0;  ///< Last period with a sale, where there was one.
};

/// One entry a row of the plan, in its order. Pure. Errors: kInvalidArgument if the forecast's
/// moments are not finite. Precondition: plan, forecast and panel are of the same series.
[[nodiscard]] Result<std::vector<StockPosition>> stock_positions(const Panel& panel,
                                                                 const ForecastTable& forecast,
                                                                 std::span<const PlanRow> plan,
                                                                 DemandKind kind);

}  // namespace restock
