#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "science/inventory/plan_table.h"
#include "science/inventory/supply.h"
#include "science/stock_report/stock_position.h"

namespace restock {

/// What somebody should look at.
enum class ExceptionKind {
  kStockOut,  ///< Sales will be lost before an order of today can arrive: expedite or transfer.
  kOrder,     ///< Skipping the proposed order until the next review is dear.
  kExcess,    ///< Far more stock than will sell: return, transfer or promote.
  kDead,      ///< Stock that has not sold for half a year.
};

/// "stock_out", "order", "excess", "dead".
[[nodiscard]] std::string_view exception_kind_name(ExceptionKind kind);

struct StockException {
  size_t row = 0;  ///< Index into the plan.
  ExceptionKind kind = ExceptionKind::kStockOut;
  /// Expected money: of the sales lost before an order can arrive; of skipping the order; of
  /// holding the units that do not sell until the end of the forecast.
  double money = 0;
  double units = 0;  ///< Lost, ordered, or lying there.
};

/// All exceptions of at least `money_least`, dearest first, equal ones in the plan's order. A dead
/// series has no excess beside it. positions: one a row of the plan. horizon: periods of the
/// forecast. Pure. Precondition: sizes match.
[[nodiscard]] std::vector<StockException> stock_exceptions(std::span<const PlanRow> plan,
                                                           std::span<const StockPosition> positions,
                                                           const PlanParameters& parameters,
                                                           int32_t horizon,
                                                           double money_least = 0.01);

}  // namespace restock
