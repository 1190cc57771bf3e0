#include "operations/order_book/order_filter.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "foundation/config/suggest.h"

namespace restock {
namespace {

constexpr size_t kShown = 5;

using ValueOf = std::function<std::string(const BookedOrder&)>;

/// One part of a filter: a property of orders and the values of it that are meant.
struct Part {
  std::string name;
  std::vector<std::string> values;
  ValueOf value_of;
};

std::vector<std::string> values_in(const OrderBook& book, const ValueOf& value_of) {
  std::set<std::string> values;
  for (const BookedOrder& order : book.orders) values.insert(value_of(order));
  return {values.begin(), values.end()};
}

Error unknown_value(const OrderBook& book, const std::string& name, const std::string& value,
                    const std::vector<std::string>& known) {
  const std::span shown(known.data(), std::min(kShown, known.size()));
  return Error{Code::kNotFound,
               fmt::format("run {} has no order of {} \"{}\"{}", book.run_id, name, value,
                           did_you_mean(value, known)),
               fmt::format("{} of the run: {}{}", name, fmt::join(shown, ", "),
                           known.size() > kShown ? ", ..." : "")};
}

Status check_known(const OrderBook& book, const Part& part) {
  const std::vector<std::string> known = values_in(book, part.value_of);
  for (const std::string& value : part.values) {
    if (!std::ranges::binary_search(known, value))
      return unknown_value(book, part.name, value, known);
  }
  return {};
}

/// The value of each key that `series` gives.
Result<std::vector<std::optional<std::string>>> read_series(const std::vector<std::string>& series,
                                                            const OrderBook& book) {
  const auto& names = book.key_names;
  std::vector<std::optional<std::string>> keys(names.size());
  for (const std::string& text : series) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos && names.size() == 1) {
      keys[0] = text;
      continue;
    }
    const std::string name = text.substr(0, equals);
    const auto found = std::ranges::find(names, name);
    if (equals == std::string::npos || found == names.end()) {
      return Error{
          Code::kInvalidArgument,
          fmt::format("\"{}\" names no key of the series{}", text, did_you_mean(name, names)),
          names.empty()
              ? "the sales have one series without a key: leave --series out"
              : fmt::format("name the series: --series {}=...", fmt::join(names, "=... "))};
    }
    keys[static_cast<size_t>(found - names.begin())] = text.substr(equals + 1);
  }
  return keys;
}

}  // namespace

Result<SelectedOrders> select_orders(const OrderBook& book, const OrderFilter& filter) {
  RESTOCK_TRY(const auto keys, read_series(filter.series, book));
  std::vector<Part> parts;
  for (size_t k = 0; k < keys.size(); ++k) {
    if (!keys[k]) continue;
    parts.push_back({book.key_names[k], {*keys[k]}, [k](const BookedOrder& order) {
                       return order.key.parts[k];
                     }});
  }
  const auto add = [&](const char* name, const std::vector<std::string>& values, ValueOf value_of) {
    if (!values.empty()) parts.push_back({name, values, std::move(value_of)});
  };
  add("supplier", filter.supplier, [](const BookedOrder& o) { return o.supply.supplier; });
  add("location", filter.location,
      [](const BookedOrder& o) { return OrderBook::location_of(o.key); });
  add("product", filter.product, [](const BookedOrder& o) { return OrderBook::product_of(o.key); });
  for (const Part& part : parts) RESTOCK_TRY(check_known(book, part));
  add("status", filter.status, [](const BookedOrder& o) { return std::string(o.status()); });

  SelectedOrders out;
  out.one_series =
      !keys.empty() && std::ranges::all_of(keys, [](const auto& key) { return key.has_value(); });
  for (size_t i = 0; i < book.orders.size(); ++i) {
    const bool meant = std::ranges::all_of(parts, [&](const Part& part) {
      const std::string value = part.value_of(book.orders[i]);
      return std::ranges::find(part.values, value) != part.values.end();
    });
    if (meant) out.places.push_back(i);
  }
  if (out.places.empty() && parts.size() > 1 && filter.status.empty()) {
    return Error{Code::kNotFound,
                 fmt::format("run {} has no order that fulfils all of this together", book.run_id),
                 "each of the values is there: leave one out"};
  }
  return out;
}

Result<size_t> find_order(const OrderBook& book, const SeriesKey& key,
                          const std::string& supplier) {
  const auto places = std::ranges::equal_range(book.orders, key, {}, &BookedOrder::key);
  std::string suppliers;
  for (auto place = places.begin(); place != places.end(); ++place) {
    if (supplier.empty() || place->supply.supplier == supplier)
      return static_cast<size_t>(place - book.orders.begin());
    suppliers += (suppliers.empty() ? "" : ", ") + place->supply.supplier;
  }
  if (!places.empty()) {
    return Error{Code::kNotFound,
                 fmt::format("run {} orders nothing of {} from {}", book.run_id,
                             key.describe(book.key_names), supplier),
                 suppliers.empty() ? "leave the supplier out" : "it is ordered from " + suppliers};
  }
  for (size_t k = 0; k < book.key_names.size(); ++k) {
    const Part part{book.key_names[k], {key.parts[k]}, [k](const BookedOrder& order) {
                      return order.key.parts[k];
                    }};
    RESTOCK_TRY(check_known(book, part));
  }
  return Error{Code::kNotFound,
               fmt::format("run {} has no order of {}", book.run_id, key.describe(book.key_names)),
               "it has each of the keys, but not together"};
}

}  // namespace restock
