#include "operations/order_book/purchase_orders.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "foundation/base/sha256.h"
#include "operations/publish/csv_text.h"
#include "operations/publish/number_text.h"

namespace restock {
namespace {

using nlohmann::ordered_json;

constexpr size_t kHashDigits = 12;  // 100,000 purchase orders of a run collide once in 50,000 runs

/// The day at whose end a period ends.
Date last_day(const TimeAxis& axis, Period period) {
  if (axis.frequency == Frequency::kHourly) return axis.date_of(period);
  return axis.date_of(period + 1) - 1;
}

ordered_json number_or_null(const std::optional<double>& number) {
  return number ? ordered_json(*number) : ordered_json();
}

std::string number_or_nothing(const std::optional<double>& number) {
  return number ? decimal(*number) : "";
}

std::string text_or_nothing(const std::string& text) {
  return text.empty() ? "" : csv_field(text);
}

ordered_json line_json(const PurchaseOrderLine& line) {
  return {{"item", line.item},
          {"order_date", line.order_date.to_string()},
          {"arrives_on", line.arrives_on},
          {"quantity", line.quantity},
          {"packs", number_or_null(line.packs)},
          {"unit_cost", number_or_null(line.unit_cost)},
          {"amount", number_or_null(line.amount)},
          {"replaces", number_or_null(line.replaces)}};
}

}  // namespace

std::string purchase_order_number(const std::string& run_id, const std::string& supplier,
                                  const std::string& ship_to) {
  std::string day;
  for (const char c : run_id.substr(0, run_id.rfind('-'))) {
    if (c >= '0' && c <= '9') day += c;
  }
  const std::string hash = sha256_hex(run_id + '\n' + supplier + '\n' + ship_to);
  return fmt::format("PO-{}-{}", day, hash.substr(0, kHashDigits));
}

bool is_unsent(const BookedOrder& order) {
  const double told = order.exported ? order.exported->quantity : 0;
  return order.decision && order.decision->quantity != told;
}

std::vector<PurchaseOrderLine> purchase_order_lines(const OrderBook& book,
                                                    const std::vector<size_t>& places,
                                                    const std::vector<OrderedAlready>& ordered) {
  std::map<std::string, int32_t> revisions;  // of purchase orders that were exported: the last
  for (const BookedOrder& order : book.orders) {
    if (!order.exported) continue;
    int32_t& last = revisions[order.exported->purchase_order];
    last = std::max(last, order.exported->revision);
  }
  std::set<size_t> left_out;
  for (const OrderedAlready& other : ordered) left_out.insert(other.order);
  std::vector<PurchaseOrderLine> lines;
  for (const size_t place : places) {
    const BookedOrder& order = book.orders[place];
    if (!is_unsent(order) || left_out.contains(place)) continue;
    PurchaseOrderLine line;
    line.order = place;
    line.supplier = order.supply.supplier;
    line.ship_to = OrderBook::location_of(order.key);
    line.item = OrderBook::product_of(order.key);
    line.purchase_order = purchase_order_number(book.run_id, line.supplier, line.ship_to);
    const auto before = revisions.find(line.purchase_order);
    line.revision = before == revisions.end() ? 0 : before->second + 1;
    line.order_date = last_day(book.axis, book.origin);
    line.arrives_on = book.axis.label(order.arrival);
    line.quantity = order.decision->quantity;
    if (order.supply.pack_size > 0) line.packs = line.quantity / order.supply.pack_size;
    if (order.supply.unit_cost > 0) line.unit_cost = order.supply.unit_cost;
    line.amount = order.amount(line.quantity);
    if (order.exported) line.replaces = order.exported->quantity;
    lines.push_back(std::move(line));
  }
  std::ranges::sort(lines, {}, [](const PurchaseOrderLine& line) {
    return std::tie(line.supplier, line.ship_to, line.item, line.order);
  });
  return lines;
}

std::string purchase_orders_csv(const std::vector<PurchaseOrderLine>& lines) {
  std::string text =
      "purchase_order,revision,supplier,ship_to,item,order_date,arrives_on,quantity,packs,"
      "unit_cost,amount,replaces\n";
  for (const PurchaseOrderLine& line : lines) {
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}\n", line.purchase_order, line.revision,
                        text_or_nothing(line.supplier), text_or_nothing(line.ship_to),
                        text_or_nothing(line.item), line.order_date.to_string(), line.arrives_on,
                        decimal(line.quantity), number_or_nothing(line.packs),
                        number_or_nothing(line.unit_cost), number_or_nothing(line.amount),
                        number_or_nothing(line.replaces));
  }
  return text;
}

std::string purchase_orders_json(const std::vector<PurchaseOrderLine>& lines) {
  ordered_json orders = ordered_json::array();
  for (const PurchaseOrderLine& line : lines) {
    if (orders.empty() || orders.back()["purchase_order"] != line.purchase_order) {
      orders.push_back({{"purchase_order", line.purchase_order},
                        {"revision", line.revision},
                        {"supplier", line.supplier},
                        {"ship_to", line.ship_to},
                        {"lines", ordered_json::array()}});
    }
    orders.back()["lines"].push_back(line_json(line));
  }
  const ordered_json json = {{"purchase_orders", std::move(orders)}};
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace restock
