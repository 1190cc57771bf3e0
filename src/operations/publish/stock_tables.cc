#include <functional>
#include <utility>
#include <vector>

#include "foundation/base/assert.h"
#include "operations/publish/column_building.h"
#include "operations/publish/published_tables.h"

namespace restock {
namespace {

using sql::AppendColumn;

/// The keys of some rows of the plan, and the day of their orders.
std::vector<AppendColumn> begin_columns(const RunResult& result,
                                        const std::vector<size_t>& series) {
  std::vector<AppendColumn> columns = key_columns(result.forecast, series, 1);
  AppendColumn order_date = period_column("order_date", result.forecast.axis);
  for (size_t k = 0; k < series.size(); ++k)
    add_period(order_date, result.forecast.axis, result.forecast.origin);
  columns.push_back(std::move(order_date));
  return columns;
}

/// A DOUBLE column with one value for each of 0..n-1.
AppendColumn numbers(const char* name, size_t n, const std::function<double(size_t)>& value) {
  AppendColumn column = make_column(name, "DOUBLE");
  column.doubles.reserve(n);
  for (size_t k = 0; k < n; ++k) column.doubles.push_back(value(k));
  return column;
}

AppendColumn texts(const char* name, size_t n, const std::function<std::string(size_t)>& text) {
  TextColumn column(name);
  for (size_t k = 0; k < n; ++k) column.add_or_null(text(k));
  return column.take();
}

}  // namespace

std::vector<AppendColumn> projected_stock_columns(const RunResult& result) {
  std::vector<size_t> series;
  std::vector<const OutlookPeriod*> periods;
  AppendColumn period_start = period_column("period_start", result.forecast.axis);
  for (const PlanRow& row : result.plan) {
    if (!row.stock_known) continue;
    for (size_t t = 0; t < row.outlook.size(); ++t) {
      series.push_back(row.series);
      periods.push_back(&row.outlook[t]);
      add_period(period_start, result.forecast.axis,
                 result.forecast.origin + 1 + static_cast<Period>(t));
    }
  }
  std::vector<AppendColumn> columns = begin_columns(result, series);
  columns.push_back(std::move(period_start));
  using Number = std::pair<const char*, double OutlookPeriod::*>;
  for (const auto& [name, field] : {Number{"projected_stock", &OutlookPeriod::projected_stock},
                                    Number{"stock_low", &OutlookPeriod::stock_low},
                                    Number{"stock_high", &OutlookPeriod::stock_high},
                                    Number{"stock_out_risk", &OutlookPeriod::stock_out_risk},
                                    Number{"lost_units", &OutlookPeriod::lost_units},
                                    Number{"wasted_units", &OutlookPeriod::wasted_units}}) {
    columns.push_back(
        numbers(name, periods.size(), [&, field = field](size_t k) { return periods[k]->*field; }));
  }
  return columns;
}

std::vector<AppendColumn> stock_report_columns(const RunResult& result) {
  const auto& plan = result.plan;
  const StockReport& report = result.stock;
  // A result made without a report, as of a run before there was one.
  if (report.positions.size() != plan.size()) return {};
  std::vector<size_t> series;
  series.reserve(plan.size());
  for (const PlanRow& row : plan) series.push_back(row.series);
  std::vector<AppendColumn> columns = begin_columns(result, series);
  const size_t n = plan.size();
  const auto demand = [&](size_t k) -> const DemandClass& {
    return report.classes.series[plan[k].series];
  };
  const auto position = [&](size_t k) -> const StockPosition& { return report.positions[k]; };
  const auto where_known = [&](double StockPosition::* field) {
    return [&, field](size_t k) { return position(k).known ? position(k).*field : kNullNumber; };
  };
  columns.push_back(numbers("sales_value", n, [&](size_t k) { return demand(k).sales_value; }));
  columns.push_back(texts("abc", n, [&](size_t k) { return std::string(1, demand(k).abc); }));
  columns.push_back(numbers("variation", n, [&](size_t k) { return demand(k).variation; }));
  columns.push_back(texts("xyz", n, [&](size_t k) { return std::string(1, demand(k).xyz); }));
  columns.push_back(numbers(
      "on_hand", n, [&](size_t k) { return plan[k].stock_known ? plan[k].on_hand : kNullNumber; }));
  columns.push_back(numbers("stock_value", n, where_known(&StockPosition::stock_value)));
  columns.push_back(numbers("cover", n, where_known(&StockPosition::cover)));
  columns.push_back(numbers("excess_units", n, where_known(&StockPosition::excess_units)));
  columns.push_back(numbers("excess_value", n, where_known(&StockPosition::excess_value)));
  AppendColumn dead = make_column("dead", "BOOLEAN");
  AppendColumn last_sale = period_column("last_sale", result.forecast.axis);
  for (size_t k = 0; k < n; ++k) {
    dead.integers.push_back(position(k).dead ? 1 : 0);
    dead.present.push_back(position(k).known ? 1 : 0);
    add_period(last_sale, result.forecast.axis, position(k).last_sale);
    last_sale.present.push_back(position(k).ever_sold ? 1 : 0);
  }
  columns.push_back(std::move(dead));
  columns.push_back(std::move(last_sale));
  return columns;
}

std::vector<AppendColumn> exception_columns(const RunResult& result) {
  const auto& found = result.stock.exceptions;
  const auto row = [&](size_t k) -> const PlanRow& { return result.plan[found[k].row]; };
  std::vector<size_t> series;
  series.reserve(found.size());
  for (const StockException& exception : found) {
    RESTOCK_ASSERT(exception.row < result.plan.size());
    series.push_back(result.plan[exception.row].series);
  }
  const size_t n = found.size();
  std::vector<AppendColumn> columns = begin_columns(result, series);
  AppendColumn rank = make_column("rank", "BIGINT");
  for (size_t k = 0; k < n; ++k) rank.integers.push_back(static_cast<int64_t>(k) + 1);
  columns.insert(columns.begin(), std::move(rank));
  columns.push_back(
      texts("kind", n, [&](size_t k) { return std::string(exception_kind_name(found[k].kind)); }));
  columns.push_back(numbers("money", n, [&](size_t k) { return found[k].money; }));
  columns.push_back(numbers("units", n, [&](size_t k) { return found[k].units; }));
  columns.push_back(texts("supplier", n, [&](size_t k) { return row(k).supplier; }));
  columns.push_back(texts("text", n, [&](size_t k) {
    return exception_text(found[k], row(k), result.stock.positions[found[k].row], result.forecast);
  }));
  return columns;
}

}  // namespace restock
