#include "operations/ordering/orders_csv.h"

#include <utility>
#include <vector>

#include "data/sql/database.h"
#include "operations/publish/atomic_file.h"
#include "operations/publish/csv_text.h"

namespace restock {
namespace {

using sql::AppendColumn;

/// One text of every line; nothing is written for an empty one.
template <typename Text>
AppendColumn text_column(const OrderPlan& plan, std::string name, const Text& text) {
  AppendColumn column{.name = std::move(name), .type = "VARCHAR"};
  column.texts.reserve(plan.lines.size());
  column.codes.reserve(plan.lines.size());
  for (const OrderLine& line : plan.lines) {
    column.codes.push_back(text(line).empty() ? -1 : static_cast<int32_t>(column.texts.size()));
    if (column.codes.back() >= 0) column.texts.push_back(text(line));
  }
  return column;
}

std::vector<AppendColumn> key_columns(const OrderPlan& plan) {
  const Panel& panel = plan.result.panel;
  std::vector<AppendColumn> columns;
  columns.reserve(panel.key_names.size());
  for (size_t k = 0; k < panel.key_names.size(); ++k) {
    columns.push_back(text_column(plan, panel.key_names[k],
                                  [&panel, k](const OrderLine& line) -> const std::string& {
                                    return panel.keys[line.series].parts[k];
                                  }));
  }
  return columns;
}

/// One number of every line.
AppendColumn number_column(const OrderPlan& plan, const char* name,
                           double (*value)(const OrderLine&)) {
  AppendColumn column{.name = name, .type = "DOUBLE"};
  column.doubles.reserve(plan.lines.size());
  for (const OrderLine& line : plan.lines) column.doubles.push_back(value(line));
  return column;
}

void add_details(const OrderPlan& plan, std::vector<AppendColumn>& columns) {
  using Line = OrderLine;
  const auto add = [&](const char* name, double (*value)(const Line&)) {
    columns.push_back(number_column(plan, name, value));
  };
  add("on_hand", [](const Line& line) { return line.on_hand; });
  add("on_order", [](const Line& line) { return line.on_order; });
  add("expected_demand", [](const Line& line) { return line.expected_demand; });
  add("projected_stock", [](const Line& line) { return line.order.projected_stock; });
  add("stock_out_risk", [](const Line& line) { return line.order.stock_out_risk; });
  add("cover_risk", [](const Line& line) { return line.order.cover_risk; });
  add("expected_cost", [](const Line& line) { return line.order.expected_cost; });
  add("cost_of_waiting", [](const Line& line) { return line.order.cost_of_waiting; });
  columns.push_back(text_column(
      plan, "supplier", [](const Line& line) -> const std::string& { return line.supplier; }));
  columns.push_back(text_column(
      plan, "reason", [](const Line& line) -> const std::string& { return line.reason; }));
}

}  // namespace

Status write_orders_csv(const OrderPlan& plan, const std::string& file, bool details) {
  std::vector<AppendColumn> columns = key_columns(plan);
  columns.push_back(
      number_column(plan, "quantity", [](const OrderLine& line) { return line.order.quantity; }));
  if (details) add_details(plan, columns);
  return write_file_atomically(file, csv_header(columns) + csv_rows(columns));
}

}  // namespace restock
