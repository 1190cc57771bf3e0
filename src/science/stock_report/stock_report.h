#pragma once

#include <span>
#include <string>
#include <vector>

#include "science/stock_report/demand_classes.h"
#include "science/stock_report/stock_exceptions.h"
#include "science/stock_report/stock_position.h"

namespace restock {

/// All that is reported of the stock at the origin of a plan. Empty without a plan.
struct StockReport {
  DemandClasses classes;                   ///< one a series of the panel
  std::vector<StockPosition> positions;    ///< one a row of the plan
  std::vector<StockException> exceptions;  ///< dearest first
};

/// Classes of the panel's series, positions and exceptions of the plan's rows. Pure. Errors: those
/// of `stock_positions`. Precondition: panel, forecast and plan are of the same series, in one
/// order.
[[nodiscard]] Result<StockReport> make_stock_report(const Panel& panel,
                                                    const ForecastTable& forecast,
                                                    std::span<const PlanRow> plan,
                                                    const PlanParameters& parameters);

/// An exception in words: what is expected and what can be done. Example: "4.2 sales expected to be
/// lost in the next 7 days, before an order can arrive (risk 63 %): expedite or transfer".
[[nodiscard]] std::string exception_text(const StockException& exception, const PlanRow& row,
                                         const StockPosition& position,
                                         const ForecastTable& forecast);

}  // namespace restock
