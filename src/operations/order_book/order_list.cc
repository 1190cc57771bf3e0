#include "operations/order_book/order_list.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operations/publish/number_text.h"

namespace restock {
namespace {

/// One column of the list and what it says of an order.
struct ListColumn {
  std::string name;
  const char* type = "VARCHAR";
  std::function<sql::Cell(const BookedOrder&)> cell;
  bool for_programs_only = false;
};

sql::Cell text_cell(const std::string& text) {
  return text.empty() ? sql::Cell() : sql::Cell(text);
}

std::vector<ListColumn> columns_of(const OrderBook& book, bool for_people) {
  const auto number = [for_people](std::optional<double> value) -> sql::Cell {
    if (!value) return std::nullopt;
    return for_people ? readable(*value) : decimal(*value);
  };
  std::vector<ListColumn> columns;
  const auto text = [&](const std::string& name,
                        const std::function<std::string(const BookedOrder&)>& of) {
    columns.push_back({name, "VARCHAR", [of](const BookedOrder& o) { return text_cell(of(o)); }});
  };
  const auto add = [&](const char* name,
                       const std::function<std::optional<double>(const BookedOrder&)>& of) {
    columns.push_back(
        {name, "DOUBLE", [of, number](const BookedOrder& o) { return number(of(o)); }});
  };
  for (size_t k = 0; k < book.key_names.size(); ++k)
    text(book.key_names[k], [k](const BookedOrder& o) { return o.key.parts[k]; });
  text("status", [](const BookedOrder& o) { return std::string(o.status()); });
  add("order_quantity", [](const BookedOrder& o) { return o.order_quantity; });
  add("quantity", [](const BookedOrder& o) {
    return o.decision ? std::optional(o.decision->quantity) : std::nullopt;
  });
  text("supplier", [](const BookedOrder& o) { return o.supply.supplier; });
  text("arrives_on", [&book](const BookedOrder& o) { return book.axis.label(o.arrival); });
  add("cost_of_skipping", [](const BookedOrder& o) { return o.cost_of_skipping; });
  add("cost_of_waiting", [](const BookedOrder& o) { return o.cost_of_waiting; });
  add("amount", [](const BookedOrder& o) { return o.amount(o.quantity()); });
  columns.push_back({"stock_out_risk", "DOUBLE", [number, for_people](const BookedOrder& o) {
                       return for_people ? fixed(100 * o.stock_out_risk, 1) + " %"
                                         : number(o.stock_out_risk);
                     }});
  text("purchase_order",
       [](const BookedOrder& o) { return o.exported ? o.exported->purchase_order : ""; });
  text("author", [](const BookedOrder& o) { return o.decision ? o.decision->author : ""; });
  text("decision_reason",
       [](const BookedOrder& o) { return o.decision ? o.decision->reason : ""; });
  text("reason", [](const BookedOrder& o) { return o.reason; });
  columns.back().for_programs_only = true;
  if (for_people)
    std::erase_if(columns, [](const auto& column) { return column.for_programs_only; });
  return columns;
}

/// Columns that say nothing of any row do not help to read it.
void drop_empty_columns(sql::Table& table) {
  for (size_t c = table.columns.size(); c-- > 0;) {
    if (std::ranges::any_of(table.rows, [c](const auto& row) { return row[c].has_value(); }))
      continue;
    table.columns.erase(table.columns.begin() + static_cast<std::ptrdiff_t>(c));
    table.types.erase(table.types.begin() + static_cast<std::ptrdiff_t>(c));
    for (auto& row : table.rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(c));
  }
  for (auto& row : table.rows) {
    for (sql::Cell& cell : row) cell = cell.value_or("");
  }
}

std::string headline_of(const OrderBook& book) {
  std::map<std::string, int64_t> count;
  int64_t proposals = 0;
  double units = 0;
  double amount = 0;
  double skipping = 0;
  for (const BookedOrder& order : book.orders) {
    if (order.order_quantity > 0 || order.decision) ++count[std::string(order.status())];
    if (order.order_quantity == 0) continue;
    ++proposals;
    units += order.order_quantity;
    amount += order.amount(order.order_quantity).value_or(0);
    skipping += order.cost_of_skipping.value_or(0);
  }
  std::string text = fmt::format(
      "Run {}, orders of the evening of {}{}: {}, {} units{}{}.\n", book.run_id,
      book.axis.label(book.origin), book.held_out ? ", which were hidden from it (--holdout)" : "",
      counted(proposals, "proposal", "proposals"), readable(units),
      amount > 0 ? fmt::format(", {} to pay", readable(amount)) : "",
      skipping > 0 ? fmt::format("; without them costs would be {} higher", readable(skipping))
                   : "");
  std::vector<std::string> statuses;
  for (const std::string& status : order_statuses())
    statuses.push_back(fmt::format("{} {}", grouped(count[status]), status));
  return text + fmt::format("{}.\n", fmt::join(statuses, ", "));
}

}  // namespace

Result<OrderList> order_list(const OrderBook& book, const OrderListOptions& options) {
  RESTOCK_TRY(const SelectedOrders selected, select_orders(book, options.filter));
  std::vector<char> meant(book.orders.size(), 0);
  for (const size_t place : selected.places) {
    const BookedOrder& order = book.orders[place];
    const bool of_use = order.order_quantity > 0 || order.decision;
    meant[place] = of_use || options.all || selected.one_series ? 1 : 0;
  }
  OrderList out;
  const std::vector<ListColumn> columns = columns_of(book, options.for_people);
  for (const ListColumn& column : columns) {
    out.table.columns.push_back(column.name);
    out.table.types.emplace_back(column.type);
  }
  for (const size_t place : by_money_at_stake(book)) {
    if (meant[place] == 0) continue;
    if (options.rows_max > 0 && out.table.rows.size() == options.rows_max) {
      ++out.rows_left_out;
      continue;
    }
    std::vector<sql::Cell> row;
    row.reserve(columns.size());
    for (const ListColumn& column : columns) row.push_back(column.cell(book.orders[place]));
    out.table.rows.push_back(std::move(row));
  }
  if (options.for_people) drop_empty_columns(out.table);
  out.headline = headline_of(book);
  return out;
}

Result<OrderList> list_orders(const RunConfig& config, const OrderListOptions& options) {
  RESTOCK_TRY(lake::Lake lake, open_order_lake(config, true));
  RESTOCK_TRY(const std::string run_id, find_order_run(lake, options.run_id));
  RESTOCK_TRY(const OrderBook book, read_order_book(lake, run_id));
  return order_list(book, options);
}

}  // namespace restock
