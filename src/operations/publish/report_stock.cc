#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "foundation/domain/period_words.h"
#include "operations/publish/charts.h"
#include "operations/publish/html_text.h"
#include "operations/publish/number_text.h"
#include "operations/publish/report_content.h"
#include "operations/publish/report_sections.h"

namespace restock {
namespace {

using Kind = HtmlColumn::Kind;
constexpr size_t kExceptionsShown = 25;

/// All series with a stock record in one period.
struct DayOfStock {
  double projected_stock = 0;
  double out_of_stock = 0;  ///< Expected number of series that lose sales.
  double lost_units = 0;
  int64_t series = 0;
};

std::vector<DayOfStock> days_of(const RunResult& result) {
  std::vector<DayOfStock> days;
  for (const PlanRow& row : result.plan) {
    if (!row.stock_known) continue;
    if (days.size() < row.outlook.size()) days.resize(row.outlook.size());
    for (size_t t = 0; t < row.outlook.size(); ++t) {
      days[t].projected_stock += row.outlook[t].projected_stock;
      days[t].out_of_stock += row.outlook[t].stock_out_risk;
      days[t].lost_units += row.outlook[t].lost_units;
      ++days[t].series;
    }
  }
  return days;
}

std::string outlook_html(const RunResult& result) {
  const std::vector<DayOfStock> days = days_of(result);
  if (days.empty()) return "";
  const std::string period(period_name(result.forecast.axis.frequency));
  double most = 0;
  for (const DayOfStock& day : days) most = std::max(most, day.out_of_stock);
  HtmlTable table({{"Period"},
                   {"Stock at its end", Kind::kNumber},
                   {"Series out of stock", Kind::kNumber},
                   {"", Kind::kBars},
                   {"Lost sales", Kind::kNumber}});
  for (size_t t = 0; t < days.size(); ++t) {
    table.add_row({escape_html(result.forecast.axis.label(result.forecast.origin + 1 +
                                                          static_cast<Period>(t))),
                   readable(days[t].projected_stock), readable(days[t].out_of_stock),
                   bar_svg(days[t].out_of_stock, most, "risk"), readable(days[t].lost_units)});
  }
  return fmt::format(
      "<h3>The next {}s</h3>\n<p>What is expected of {} with a stock record, if what is proposed "
      "is "
      "ordered and nothing after, each until its next order could arrive.</p>\n{}",
      period, counted(days.front().series, "series", "series"), table.html());
}

std::string exceptions_html(const RunResult& result) {
  const auto& found = result.stock.exceptions;
  if (found.empty()) return "";
  std::string body = "<h3>Look here first</h3>\n";
  if (found.size() > kExceptionsShown) {
    body += fmt::format("<p class=\"soft\">The {} dearest of {}; all are in exceptions.csv.</p>\n",
                        kExceptionsShown, grouped(static_cast<int64_t>(found.size())));
  }
  std::vector<HtmlColumn> columns = key_titles(result);
  columns.push_back({"Money", Kind::kNumber});
  columns.push_back({"", Kind::kBars});
  columns.push_back({"What", Kind::kWords});
  HtmlTable table(columns);
  for (size_t k = 0; k < std::min(found.size(), kExceptionsShown); ++k) {
    const StockException& exception = found[k];
    const PlanRow& row = result.plan[exception.row];
    std::vector<std::string> cells;
    add_key_cells(result, row.series, cells);
    cells.push_back("<b>" + readable(exception.money) + "</b>");
    cells.push_back(bar_svg(exception.money, found.front().money, "risk"));
    cells.push_back(escape_html(
        exception_text(exception, row, result.stock.positions[exception.row], result.forecast)));
    table.add_row(cells);
  }
  return body + table.html();
}

std::string totals_html(const RunResult& result) {
  int64_t known = 0;
  int64_t excess = 0;
  int64_t dead = 0;
  double value = 0;
  double excess_value = 0;
  bool priced = false;
  for (const StockPosition& of : result.stock.positions) {
    if (!of.known) continue;
    ++known;
    excess += of.excess_units > 0 ? 1 : 0;
    dead += of.dead ? 1 : 0;
    priced = priced || std::isfinite(of.stock_value);
    value += std::isfinite(of.stock_value) ? of.stock_value : 0;
    excess_value += std::isfinite(of.excess_value) ? of.excess_value : 0;
  }
  if (known == 0) return "";
  return fmt::format(
      "<p>{} of {} series hold more than will sell in {} with 95 % probability{}; {} sold nothing "
      "for half a year.</p>\n",
      grouped(excess), grouped(known),
      periods_in_words(result.forecast.horizon, result.forecast.axis.frequency),
      priced ? fmt::format(" ({} of {} at cost)", readable(excess_value), readable(value)) : "",
      grouped(dead));
}

std::string classes_html(const RunResult& result) {
  const DemandClasses& classes = result.stock.classes;
  std::array<std::array<int64_t, 3>, 3> count{};
  std::array<double, 3> sales{};
  double all = 0;
  for (const DemandClass& of : classes.series) {
    const auto a = static_cast<size_t>(of.abc - 'A');
    const auto x = static_cast<size_t>(of.xyz - 'X');
    RESTOCK_ASSERT(a < 3 && x < 3);
    count[a][x] += 1;
    sales[a] += of.sales_value;
    all += of.sales_value;
  }
  HtmlTable table({{"Series"},
                   {"X, steady", Kind::kNumber},
                   {"Y", Kind::kNumber},
                   {"Z, erratic", Kind::kNumber},
                   {"Share of sales %", Kind::kNumber},
                   {"", Kind::kBars}});
  for (size_t a = 0; a < 3; ++a) {
    const double share = all > 0 ? 100 * sales[a] / all : 0;
    table.add_row({std::string(1, static_cast<char>('A' + a)), grouped(count[a][0]),
                   grouped(count[a][1]), grouped(count[a][2]), fixed(share, 1),
                   bar_svg(share, 100, "ours")});
  }
  const char* basis = classes.basis == ValueBasis::kPrice  ? "sales at their prices"
                      : classes.basis == ValueBasis::kCost ? "units sold at cost"
                                                           : "units sold";
  return fmt::format(
      "<h3>ABC and XYZ</h3>\n<p>By {} of the last year: A are those that make up the first 80 %, B "
      "those up to 95 %. X is demand per review period that varies by up to half its mean, Z by "
      "more "
      "than the whole. For overview only: no order depends on a class.</p>\n{}",
      basis, table.html());
}

std::string suppliers_html(const RunResult& result) {
  if (result.supplier_reliability.empty()) return "";
  HtmlTable table({{"Supplier"},
                   {"On time %", Kind::kNumber},
                   {"", Kind::kBars},
                   {"Receipts", Kind::kNumber},
                   {"Overdue", Kind::kNumber},
                   {"Lead time", Kind::kNumber},
                   {"± sd", Kind::kNumber},
                   {"Units received %", Kind::kNumber}});
  for (const NamedReliability& row : result.supplier_reliability) {
    const SupplierReliability& of = row.reliability;
    table.add_row({escape_html(row.supplier), fixed(of.on_time, 1),
                   bar_svg(of.on_time, 100, "ours"), grouped(of.receipts), grouped(of.overdue),
                   readable(of.lead_time_mean), readable(of.lead_time_sd),
                   fixed(of.units_received, 1)});
  }
  return fmt::format(
      "<h3>Suppliers</h3>\n<p>What came of their past orders. Lead time in {}s, of what has "
      "arrived; overdue orders count as late.</p>\n{}",
      period_name(result.forecast.axis.frequency), table.html());
}

}  // namespace

std::string stock_section(const RunResult& result) {
  if (result.stock.classes.series.empty()) return "";
  return section_html("stock", "Stock",
                      totals_html(result) + exceptions_html(result) + outlook_html(result) +
                          suppliers_html(result) + classes_html(result));
}

}  // namespace restock
