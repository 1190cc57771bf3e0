#include "operations/ordering/location_csv.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "data/sql/database.h"
#include "foundation/domain/period_words.h"
#include "operations/publish/atomic_file.h"
#include "operations/publish/csv_text.h"

namespace restock {
namespace {

using sql::AppendColumn;

/// A column of texts; an empty text is nothing.
class TextColumn {
 public:
  TextColumn(std::string name, size_t rows) : column_{.name = std::move(name), .type = "VARCHAR"} {
    column_.codes.reserve(rows);
  }
  void add(const std::string& text) {
    if (text.empty()) {
      column_.codes.push_back(-1);
      return;
    }
    // Neighbours are often alike.
    if (column_.texts.empty() || column_.texts.back() != text) column_.texts.push_back(text);
    column_.codes.push_back(static_cast<int32_t>(column_.texts.size()) - 1);
  }
  [[nodiscard]] AppendColumn take() { return std::move(column_); }

 private:
  AppendColumn column_;
};

/// A column of numbers, one a stock point.
template <typename Value>
AppendColumn number_column(const LocationPlan& plan, const char* name, const Value& value) {
  AppendColumn column{.name = name, .type = "DOUBLE"};
  column.doubles.reserve(plan.plans.size());
  for (size_t i = 0; i < plan.plans.size(); ++i) column.doubles.push_back(value(i));
  return column;
}

template <typename Text>
AppendColumn text_column(const LocationPlan& plan, const std::string& name, const Text& text) {
  TextColumn column(name, plan.plans.size());
  for (size_t i = 0; i < plan.plans.size(); ++i) column.add(text(i));
  return column.take();
}

std::string kind_of(const LocationPlan& plan, size_t i) {
  return plan.is_transfer(i) ? "transfer" : "purchase";
}

double on_order(const SeriesSupply& supply) {
  double units = 0;
  for (const OpenOrder& order : supply.open_orders) units += order.quantity;
  return units;
}

/// Demand expected until the next order arrives: of customers, or of the locations supplied.
double risk_demand(const LocationPlan& plan, size_t i) {
  const SeriesSupply& supply = plan.points.supply[i];
  const auto& demand = plan.plans[i].phased.demand_mean;
  const auto periods =
      std::min(demand.size(), static_cast<size_t>(supply.lead_time + supply.review_period));
  double sum = 0;
  for (size_t k = 0; k < periods; ++k) sum += demand[k];
  return sum;
}

/// Why so much is sent or bought, in one sentence.
std::string reason_of(const LocationPlan& plan, const RunResult& result, size_t i) {
  const SeriesSupply& supply = plan.points.supply[i];
  const StockPointPlan& point = plan.plans[i];
  std::string text = fmt::format(
      "{:.1f} expected in {}; {:g} in stock", risk_demand(plan, i),
      periods_in_words(supply.lead_time + supply.review_period, result.panel.axis.frequency),
      usable_stock(supply));
  if (point.sent > 0) text += fmt::format(", {:g} of it sent today", point.sent);
  text += fmt::format(", {:g} on its way; {:g} needed", on_order(supply), point.order.need);
  if (point.order.quantity != point.order.need)
    text += fmt::format(", brought to packs {:g}", point.order.quantity);
  if (point.unserved > 0) {
    text += fmt::format("; {} has {:g} less than it is asked for here", plan.supplier(i),
                        point.unserved);
  }
  if (!supply.known) text += "; no stock record, stock taken as 0";
  return text;
}

void add_details(const LocationPlan& plan, const RunResult& result,
                 std::vector<AppendColumn>& columns) {
  const auto add = [&](const char* name, const auto& value) {
    columns.push_back(number_column(plan, name, value));
  };
  const auto& plans = plan.plans;
  add("asked", [&](size_t i) { return plans[i].order.quantity; });
  add("unserved", [&](size_t i) { return plans[i].unserved; });
  add("sent", [&](size_t i) { return plans[i].sent; });
  add("on_hand", [&](size_t i) { return usable_stock(plan.points.supply[i]); });
  add("on_order", [&](size_t i) { return on_order(plan.points.supply[i]); });
  add("expected_demand", [&](size_t i) { return risk_demand(plan, i); });
  add("projected_stock", [&](size_t i) { return plans[i].order.projected_stock; });
  add("stock_out_risk", [&](size_t i) { return plans[i].order.stock_out_risk; });
  add("cover_risk", [&](size_t i) { return plans[i].order.cover_risk; });
  add("expected_cost", [&](size_t i) { return plans[i].order.expected_cost; });
  columns.push_back(text_column(plan, "supplier", [&](size_t i) -> const std::string& {
    return plan.points.supply[i].supplier;
  }));
  columns.push_back(
      text_column(plan, "reason", [&](size_t i) { return reason_of(plan, result, i); }));
}

/// One row of the phased plan: point i, period k after the origin (0 = its evening).
struct PhasedRow {
  size_t point = 0;
  int32_t k = 0;
};

std::vector<PhasedRow> phased_rows(const LocationPlan& plan) {
  std::vector<PhasedRow> rows;
  for (size_t i = 0; i < plan.plans.size(); ++i) {
    for (int32_t k = 0; k <= plan.plans[i].projected; ++k) rows.push_back({i, k});
  }
  return rows;
}

/// A value of the phased plan; at the origin, what is known.
template <typename Known>
AppendColumn phased_column(const LocationPlan& plan, const std::vector<PhasedRow>& rows,
                           const char* name, std::vector<double> PhasedPlan::* values,
                           const Known& at_origin) {
  AppendColumn column{.name = name, .type = "DOUBLE"};
  column.doubles.reserve(rows.size());
  for (const PhasedRow& row : rows) {
    column.doubles.push_back(
        row.k == 0 ? at_origin(row.point)
                   : (plan.plans[row.point].phased.*values)[static_cast<size_t>(row.k) - 1]);
  }
  return column;
}

}  // namespace

Status write_location_orders_csv(const LocationPlan& plan, const RunResult& result,
                                 const std::string& file, bool details) {
  const Panel& panel = result.panel;
  std::vector<AppendColumn> columns;
  columns.reserve(panel.key_names.size() + 16);
  for (size_t part = 0; part < panel.key_names.size(); ++part) {
    columns.push_back(text_column(plan, panel.key_names[part], [&](size_t i) -> const std::string& {
      return plan.points.keys[i].parts[part];
    }));
  }
  columns.push_back(
      number_column(plan, "quantity", [&](size_t i) { return plan.plans[i].quantity; }));
  columns.push_back(text_column(plan, "kind", [&](size_t i) { return kind_of(plan, i); }));
  columns.push_back(
      text_column(plan, "from", [&](size_t i) -> const std::string& { return plan.supplier(i); }));
  columns.push_back(
      text_column(plan, "to", [&](size_t i) -> const std::string& { return plan.location(i); }));
  if (details) add_details(plan, result, columns);
  return write_file_atomically(file, csv_header(columns) + csv_rows(columns));
}

Status write_phased_csv(const LocationPlan& plan, const RunResult& result,
                        const std::string& file) {
  const Panel& panel = result.panel;
  const std::vector<PhasedRow> rows = phased_rows(plan);
  std::vector<AppendColumn> columns;
  const auto add_text = [&](const std::string& name, const auto& text) {
    TextColumn column(name, rows.size());
    for (const PhasedRow& row : rows) column.add(text(row));
    columns.push_back(column.take());
  };
  for (size_t part = 0; part < panel.key_names.size(); ++part) {
    add_text(panel.key_names[part],
             [&](const PhasedRow& row) { return plan.points.keys[row.point].parts[part]; });
  }
  add_text("period", [&](const PhasedRow& row) { return panel.axis.label(panel.origin + row.k); });
  add_text("kind", [&](const PhasedRow& row) { return kind_of(plan, row.point); });
  const auto add = [&](const char* name, std::vector<double> PhasedPlan::* values,
                       const auto& at_origin) {
    columns.push_back(phased_column(plan, rows, name, values, at_origin));
  };
  const auto none = [](size_t) { return 0.0; };
  add("quantity", &PhasedPlan::order_mean, [&](size_t i) { return plan.plans[i].quantity; });
  add("demand", &PhasedPlan::demand_mean, none);
  add("arrivals", &PhasedPlan::arrivals_mean, none);
  add("projected_stock", &PhasedPlan::stock_mean, [&](size_t i) {
    return std::max(0.0, usable_stock(plan.points.supply[i]) - plan.plans[i].sent);
  });
  add("stock_out_risk", &PhasedPlan::stock_out_risk, none);
  return write_file_atomically(file, csv_header(columns) + csv_rows(columns));
}

}  // namespace restock
