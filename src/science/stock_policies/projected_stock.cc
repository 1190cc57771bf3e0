#include "science/stock_policies/projected_stock.h"

#include <algorithm>

#include <fmt/format.h>

#include "foundation/base/argument.h"

namespace restock {

Result<TopUpOrder> top_up_order(const KnownStock& projection, size_t arrival, double target) {
  RESTOCK_TRY(projection.lost_sales ? require_not_negative("on_hand", projection.on_hand)
                                    : require_finite("on_hand", projection.on_hand));
  RESTOCK_TRY(require_finite("target", target));
  const size_t periods = projection.forecast.size();
  if (projection.receipts.size() != periods || arrival >= periods) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("forecast and receipts must be as many and reach past the arrival, got "
                    "{}, {} and an arrival in period {}",
                    periods, projection.receipts.size(), arrival),
        "forecast up to the period after the lead time; give 0 where nothing arrives"};
  }
  TopUpOrder order;
  order.stock.reserve(periods);
  double stock = projection.on_hand;
  for (size_t t = 0; t < periods; ++t) {
    RESTOCK_TRY(require_not_negative("forecast", projection.forecast[t]));
    RESTOCK_TRY(require_not_negative("receipts", projection.receipts[t]));
    stock += projection.receipts[t] - projection.forecast[t];
    if (projection.lost_sales) stock = std::max(0.0, stock);
    order.stock.push_back(stock);
  }
  if (!projection.lost_sales) {
    order.quantity = std::max(0.0, target - order.stock[arrival]);
    return order;
  }
  // With lost sales the order also has to serve the demand that would be lost in its own period.
  const double before = arrival == 0 ? projection.on_hand : order.stock[arrival - 1];
  const double end = before + projection.receipts[arrival] - projection.forecast[arrival];
  order.quantity = std::max(0.0, target - end);
  return order;
}

}  // namespace restock
