#include "science/stock_report/stock_report.h"

#include <cmath>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "foundation/domain/period_words.h"

namespace restock {

Result<StockReport> make_stock_report(const Panel& panel, const ForecastTable& forecast,
                                      std::span<const PlanRow> plan,
                                      const PlanParameters& parameters) {
  std::vector<double> unit_cost;
  std::vector<int32_t> review_period;
  unit_cost.reserve(plan.size());
  review_period.reserve(plan.size());
  for (const PlanRow& row : plan) {
    RESTOCK_ASSERT(row.series == unit_cost.size());
    unit_cost.push_back(row.unit_cost);
    review_period.push_back(row.review_period);
  }
  StockReport out;
  out.classes = classify_demand(panel, unit_cost, review_period);
  RESTOCK_TRY(out.positions, stock_positions(panel, forecast, plan, parameters.demand_kind));
  out.exceptions = stock_exceptions(plan, out.positions, parameters, forecast.horizon);
  return out;
}

std::string exception_text(const StockException& exception, const PlanRow& row,
                           const StockPosition& position, const ForecastTable& forecast) {
  const Frequency frequency = forecast.axis.frequency;
  switch (exception.kind) {
    case ExceptionKind::kStockOut:
      return fmt::format(
          "{:.1f} sales expected to be lost in the next {}, before an order can arrive (risk "
          "{:.0f} "
          "%): expedite or transfer",
          exception.units, periods_in_words(row.lead_time, frequency), 100 * row.stock_out_risk);
    case ExceptionKind::kOrder:
      return fmt::format("order {:g} now: waiting for the next review, in {}, costs this much",
                         exception.units, periods_in_words(row.review_period, frequency));
    case ExceptionKind::kExcess: {
      const std::string lasts =
          std::isfinite(position.cover)
              ? fmt::format("lasts {:.0f} {}s", position.cover, period_name(frequency))
              : std::string("is not expected to sell");
      return fmt::format(
          "stock and open orders of {:g} {}: {:g} more than sells in {} with 95 % probability: "
          "return, transfer or promote",
          row.on_hand + row.on_order, lasts, exception.units,
          periods_in_words(forecast.horizon, frequency));
    }
    case ExceptionKind::kDead:
      return fmt::format(
          "{:g} in stock and none sold{}, for half a year or more: clear it", exception.units,
          position.ever_sold ? " since " + forecast.axis.label(position.last_sale) : std::string());
  }
  RESTOCK_ASSERT(false);
  return {};
}

}  // namespace restock
