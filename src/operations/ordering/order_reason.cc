#include "operations/ordering/order_reason.h"

#include <fmt/format.h>

#include "foundation/domain/period_words.h"

namespace restock {

std::string order_reason(const OrderLine& line, const SeriesSupply& supply,
                         const ForecastTable& forecast) {
  const Frequency frequency = forecast.axis.frequency;
  std::string text = fmt::format(
      "{:.1f} expected to sell in {}; {:g} in stock, {:g} on its way, {:.1f} of it left when an "
      "order of today arrives",
      line.expected_demand, periods_in_words(supply.lead_time + supply.review_period, frequency),
      line.on_hand, line.on_order, line.order.projected_stock);
  if (line.order.quantity > 0) {
    text += fmt::format("; not ordering would cost {:.2f} more", line.order.cost_of_waiting);
    if (line.order.quantity != line.order.need)
      text += fmt::format("; {:g} needed, brought to packs", line.order.need);
  } else if (line.order.need > 0) {
    text += fmt::format("; {:g} needed, which rounds to nothing", line.order.need);
  } else {
    text += "; one more would cost more than it saves";
  }
  if (!supply.known) text += "; no stock record, stock taken as 0";
  const std::string& fallback = forecast.fallback_reason[line.series];
  if (!fallback.empty()) text += "; fallback forecast: " + fallback;
  return text;
}

}  // namespace restock
