#include "science/inventory/open_orders.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace restock {
namespace {

/// All of `text` as a number.
template <typename Number>
bool read_all(std::string_view text, Number& number) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string open_orders_text(std::span<const OpenOrder> orders) {
  std::string text;
  for (const OpenOrder& order : orders)
    text += fmt::format("{}{}:{}", text.empty() ? "" : " ", order.arrives_in, order.quantity);
  return text;
}

Result<std::vector<OpenOrder>> parse_open_orders(std::string_view text) {
  std::vector<OpenOrder> orders;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(' '));
    const size_t colon = std::min(part.find(':'), part.size());
    OpenOrder order;
    if (colon == part.size() || !read_all(part.substr(0, colon), order.arrives_in) ||
        !read_all(part.substr(colon + 1), order.quantity) || !(order.quantity >= 0)) {
      return Error{Code::kInvalidData, fmt::format("'{}' is no open order", part),
                   "periods and units are meant, such as 2:24"};
    }
    orders.push_back(order);
    text.remove_prefix(std::min(part.size() + 1, text.size()));
  }
  return orders;
}

}  // namespace restock
