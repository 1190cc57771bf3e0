#include "science/stock_report/stock_exceptions.h"

#include <algorithm>

#include "foundation/base/assert.h"

namespace restock {
namespace {

/// Expected sales that are lost before an order of today can arrive.
double lost_in_lead_time(const PlanRow& row) {
  double units = 0;
  const auto lead = std::min(row.outlook.size(), static_cast<size_t>(row.lead_time));
  for (size_t t = 0; t < lead; ++t) units += row.outlook[t].lost_units;
  return units;
}

}  // namespace

std::string_view exception_kind_name(ExceptionKind kind) {
  switch (kind) {
    case ExceptionKind::kStockOut:
      return "stock_out";
    case ExceptionKind::kOrder:
      return "order";
    case ExceptionKind::kExcess:
      return "excess";
    case ExceptionKind::kDead:
      return "dead";
  }
  RESTOCK_ASSERT(false);
  return {};
}

std::vector<StockException> stock_exceptions(std::span<const PlanRow> plan,
                                             std::span<const StockPosition> positions,
                                             const PlanParameters& parameters, int32_t horizon,
                                             double money_least) {
  RESTOCK_ASSERT(positions.size() == plan.size());
  std::vector<StockException> out;
  const auto add = [&](size_t row, ExceptionKind kind, double money, double units) {
    if (money >= money_least) out.push_back({row, kind, money, units});
  };
  const double holding = parameters.holding_cost * horizon;
  for (size_t k = 0; k < plan.size(); ++k) {
    const PlanRow& row = plan[k];
    const StockPosition& position = positions[k];
    // Without a record of stock all of this would tell of a shelf that nobody has seen.
    if (!position.known) continue;
    const double lost = lost_in_lead_time(row);
    add(k, ExceptionKind::kStockOut, parameters.shortage_cost * lost, lost);
    if (row.projected && row.order_quantity > 0)
      add(k, ExceptionKind::kOrder, row.projected->cost_of_skipping, row.order_quantity);
    if (position.dead) {
      add(k, ExceptionKind::kDead, holding * row.on_hand, row.on_hand);
    } else {
      add(k, ExceptionKind::kExcess, holding * position.excess_units, position.excess_units);
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const StockException& a, const StockException& b) {
    return a.money > b.money;
  });
  return out;
}

}  // namespace restock
