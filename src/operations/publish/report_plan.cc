#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "foundation/domain/period_words.h"
#include "operations/publish/charts.h"
#include "operations/publish/html_table.h"
#include "operations/publish/html_text.h"
#include "operations/publish/number_text.h"
#include "operations/publish/report_content.h"
#include "operations/publish/report_sections.h"

namespace restock {
namespace {

using Kind = HtmlColumn::Kind;
constexpr size_t kOrdersShown = 40;
constexpr size_t kRisksShown = 25;
constexpr double kRiskShownMin = 0.05;

std::string stock_text(const PlanRow& row) {
  return row.stock_known ? readable(row.on_hand) : "<span class=\"soft\">unknown</span>";
}

}  // namespace

std::string orders_section(const RunResult& result) {
  if (result.plan.empty()) return "";
  std::vector<PlanRow> plan = result.plan;
  plan.insert(plan.end(), result.bridge_orders.begin(), result.bridge_orders.end());
  const std::vector<const PlanRow*> rows = top_orders(plan, kOrdersShown);
  const auto total = std::count_if(plan.begin(), plan.end(),
                                   [](const PlanRow& row) { return row.order_quantity > 0; });
  const auto unknown = std::count_if(result.plan.begin(), result.plan.end(),
                                     [](const PlanRow& row) { return !row.stock_known; });
  const bool cost_known =
      std::any_of(rows.begin(), rows.end(), [](const PlanRow* row) { return row->unit_cost > 0; });
  const bool supplier_known = std::any_of(
      rows.begin(), rows.end(), [](const PlanRow* row) { return !row->supplier.empty(); });
  std::string body;
  if (unknown > 0) {
    body += fmt::format(
        "<p class=\"warn\">For {} of {} series no stock level was given; their stock is taken as "
        "0, so their orders are "
        "upper bounds. Name a table in [inventory] to net the stock.</p>\n",
        grouped(unknown), grouped(static_cast<int64_t>(result.plan.size())));
  }
  if (rows.empty())
    return section_html("orders", "Order proposals",
                        body + "<p>Nothing needs to be ordered now.</p>\n");
  body += fmt::format(
      "<p>{} in all{}; the complete list is in orders.csv.</p>\n",
      counted(total, "proposal", "proposals"),
      static_cast<size_t>(total) > rows.size()
          ? fmt::format(", the {} largest by {} here", rows.size(), cost_known ? "cost" : "units")
          : "");
  std::vector<HtmlColumn> columns = key_titles(result);
  if (supplier_known) columns.push_back({"Supplier"});
  columns.push_back({"Order", Kind::kNumber});
  if (cost_known) columns.push_back({"Cost", Kind::kNumber});
  for (const char* title : {"On hand", "On order", "Demand until next order", "Order up to"})
    columns.push_back({title, Kind::kNumber});
  const bool projected = std::any_of(rows.begin(), rows.end(),
                                     [](const PlanRow* row) { return row->projected.has_value(); });
  if (projected)
    columns.push_back(
        {fmt::format("Cost of waiting a {}", period_name(result.forecast.axis.frequency)),
         Kind::kNumber});
  columns.push_back({"Reason", Kind::kWords});
  HtmlTable table(columns);
  for (const PlanRow* row : rows) {
    std::vector<std::string> cells;
    add_key_cells(result, row->series, cells);
    if (supplier_known) cells.push_back(escape_html(row->supplier));
    cells.push_back("<b>" + readable(row->order_quantity) + "</b>");
    if (cost_known)
      cells.push_back(row->unit_cost > 0 ? readable(row->order_quantity * row->unit_cost) : "–");
    for (const std::string& text : {stock_text(*row), readable(row->on_order),
                                    readable(row->risk_demand_mean), readable(row->order_up_to)})
      cells.push_back(text);
    if (projected)
      cells.push_back(row->projected ? readable(row->projected->cost_of_waiting) : "–");
    cells.push_back(escape_html(row->reason));
    table.add_row(cells);
  }
  return section_html("orders", "Order proposals", body + table.html());
}

std::string risk_section(const RunResult& result) {
  if (std::none_of(result.plan.begin(), result.plan.end(),
                   [](const PlanRow& row) { return row.stock_known; }))
    return "";
  const std::vector<const PlanRow*> rows = riskiest(result.plan, kRiskShownMin, kRisksShown);
  std::string body =
      "<p>How likely each series runs out before an order placed now can arrive; only faster "
      "supply or a transfer helps these.</p>\n";
  if (rows.empty())
    return section_html("risk", "Stock-out risk",
                        body + "<p class=\"good\">No series has a risk of 5 % or more.</p>\n");
  const size_t total = riskiest(result.plan, kRiskShownMin, result.plan.size()).size();
  if (total > rows.size()) {
    body += fmt::format("<p class=\"soft\">The {} riskiest of {} series with 5 % or more.</p>\n",
                        rows.size(), grouped(static_cast<int64_t>(total)));
  }
  std::vector<HtmlColumn> columns = key_titles(result);
  columns.push_back({"Risk %", Kind::kNumber});
  columns.push_back({"", Kind::kBars});
  for (const char* title :
       {"On hand", "On order", "Demand over lead time", "Lead time", "Order proposed"})
    columns.push_back({title, Kind::kNumber});
  HtmlTable table(columns);
  for (const PlanRow* row : rows) {
    std::vector<std::string> cells;
    add_key_cells(result, row->series, cells);
    cells.push_back(fixed(100 * row->stock_out_risk, 0));
    cells.push_back(bar_svg(row->stock_out_risk, 1, "risk"));
    for (const std::string& text :
         {stock_text(*row), readable(row->on_order), readable(row->lead_time_demand_mean),
          grouped(row->lead_time), readable(row->order_quantity)})
      cells.push_back(text);
    table.add_row(cells);
  }
  return section_html("risk", "Stock-out risk", body + table.html());
}

std::string replay_section(const RunResult& result) {
  if (result.replay.size() < 2) return "";
  double most = 0;
  for (const ReplayOutcome& outcome : result.replay)
    most = std::isfinite(outcome.cost) ? std::max(most, outcome.cost) : most;
  HtmlTable table({{"Policy"},
                   {"Cost", Kind::kNumber},
                   {"", Kind::kBars},
                   {"Holding", Kind::kNumber},
                   {"Shortage", Kind::kNumber},
                   {"Fill rate %", Kind::kNumber},
                   {"Stock-outs", Kind::kNumber},
                   {"Units left", Kind::kNumber}});
  for (size_t i = 0; i < result.replay.size(); ++i) {
    const ReplayOutcome& outcome = result.replay[i];
    table.add_row(
        {i == 0 ? "this plan" : name_html(outcome.policy), readable(outcome.cost),
         bar_svg(outcome.cost, most, i == 0 ? "ours" : "theirs"), readable(outcome.holding_cost),
         readable(outcome.shortage_cost), fixed(outcome.fill_rate, 2),
         grouped(outcome.stock_out_periods), readable(outcome.units_left)},
        i == 0 ? "model" : "");
  }
  const ReplayOutcome& plan = result.replay[0];
  std::string body =
      "<p>The policies were replayed over the end of the history: the same demand, the same "
      "start, no look ahead. Cost is that of holding "
      "stock plus that of lost sales; a stock-out is one series without stock for a wanted sale in "
      "one period.</p>\n" +
      table.html();
  if (plan.censored_periods > 0) {
    body += fmt::format(
        "<p class=\"soft\">{} of {} series-periods were out of stock in the history; their demand "
        "counts with what was sold.</p>\n",
        grouped(plan.censored_periods), grouped(plan.demand_periods));
  }
  return section_html("replay", "Would this plan have paid?", body);
}

}  // namespace restock
