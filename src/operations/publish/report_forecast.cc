#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "operations/publish/chart_axis.h"
#include "operations/publish/html_text.h"
#include "operations/publish/number_text.h"
#include "operations/publish/report_content.h"
#include "operations/publish/report_sections.h"

namespace restock {
namespace {

constexpr size_t kSeriesShown = 9;
constexpr ChartSize kWide = {.width = 1000, .height = 340, .tooltips = true};
constexpr ChartSize kNarrow = {.width = 360, .height = 260, .tooltips = true};
constexpr ChartSize kSmall = {.width = 300, .height = 150, .tooltips = false};

std::string tile(const std::string& number, const std::string& meaning,
                 std::string_view css_class = "") {
  return fmt::format("<li><b class=\"{}\">{}</b><span>{}</span></li>\n", css_class, number,
                     meaning);
}

std::string accuracy_tile(const RunResult& result) {
  const NamedMetrics* model = model_metrics(result.metrics);
  if (model == nullptr) return "";
  const NamedMetrics* baseline = best_baseline(result.metrics);
  std::string meaning = "WAPE of the model";
  std::string_view css_class;
  if (baseline != nullptr) {
    meaning += fmt::format("; best baseline ({}) {} %", name_html(baseline->name),
                           fixed(baseline->metrics.wape, 1));
    css_class = model->metrics.wape <= baseline->metrics.wape ? "good" : "bad";
  }
  return tile(fixed(model->metrics.wape, 1) + " %", meaning, css_class);
}

std::string order_tiles(const RunResult& result) {
  double units = 0;
  double money = 0;
  int64_t orders = 0;
  int64_t at_risk = 0;
  for (const PlanRow& row : result.plan) {
    orders += row.order_quantity > 0 ? 1 : 0;
    units += row.order_quantity;
    money += row.order_quantity * row.unit_cost;
    at_risk += row.stock_known && row.stock_out_risk >= 0.2 ? 1 : 0;
  }
  if (result.plan.empty()) return "";
  std::string text =
      tile(grouped(orders), fmt::format("order proposals, {} units{}", readable(units),
                                        money > 0 ? ", cost " + readable(money) : ""));
  if (std::any_of(result.plan.begin(), result.plan.end(),
                  [](const PlanRow& row) { return row.stock_known; })) {
    text += tile(grouped(at_risk),
                 "series with a stock-out risk of 20 % or more before a new order can arrive",
                 at_risk > 0 ? "warn" : "");
  }
  if (result.replay.size() >= 2 && result.replay[1].cost > 0) {
    const double change = 100 * (result.replay[0].cost / result.replay[1].cost - 1);
    text += tile(fmt::format("{}{} %", change > 0 ? "+" : "−", fixed(std::abs(change), 1)),
                 fmt::format("cost of this plan against the {} policy, both replayed on the past",
                             name_html(result.replay[1].policy)),
                 change <= 0 ? "good" : "bad");
  }
  return text;
}

std::string legend_item(const std::string& shape, const std::string& text) {
  return fmt::format("<li><svg viewBox=\"0 0 22 12\" aria-hidden=\"true\">{}</svg>{}</li>", shape,
                     text);
}

std::string fan_legend(const FanChart& chart) {
  std::string items = legend_item("<path class=\"actual\" d=\"M0,6H22\"/>", "actual");
  if (!chart.mean.empty())
    items += legend_item("<path class=\"forecast\" d=\"M0,6H22\"/>", "forecast (mean)");
  if (!chart.backtest.empty()) {
    items += legend_item("<path class=\"backtest\" d=\"M0,6H22\"/>",
                         "earlier forecast, for the accuracy below");
  }
  std::string shape;
  std::string levels;
  for (const FanChart::Band& band : chart.bands) {
    shape += "<path class=\"band\" d=\"M0,0H22V12H0Z\"/>";
    items += legend_item(shape, fmt::format("{} % interval", decimal(band.level)));
  }
  return "<ul class=\"legend\">" + items + "</ul>\n";
}

std::string multiple(const RunResult& result, size_t series, const std::string& caption) {
  FanChart chart = series_chart(result, series);
  const std::string key = result.forecast.keys[series].describe(result.forecast.key_names);
  chart.description = fmt::format("Sales and forecast of {}", key);
  chart.unit = unit_text(chart.axis.frequency);
  const std::string& fallback = result.forecast.fallback_reason.size() > series
                                    ? result.forecast.fallback_reason[series]
                                    : std::string();
  std::string text = escape_html(caption);
  if (!fallback.empty())
    text += fmt::format(" <span class=\"warn\">Fallback: {}</span>", escape_html(fallback));
  return fmt::format("<figure>{}<figcaption><b>{}</b>{}</figcaption></figure>\n",
                     fan_chart_svg(chart, kSmall), escape_html(shortened(key, 80)), text);
}

std::string change_caption(const SeriesChange& change) {
  const double difference = change.forecast_units - change.comparable_units;
  std::string text =
      fmt::format("{}{} units", difference >= 0 ? "+" : "−", readable(std::abs(difference)));
  if (change.comparable_units > 0) {
    text += fmt::format(" ({}{} %)", difference >= 0 ? "+" : "−",
                        readable(100 * std::abs(difference) / change.comparable_units));
  }
  return fmt::format("{}: forecast {}, {} {}", text, readable(change.forecast_units),
                     change.compared_with, readable(change.comparable_units));
}

}  // namespace

std::string section_html(const std::string& id, const std::string& title, const std::string& body) {
  return fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n{}</section>\n", id, escape_html(title),
                     body);
}

void add_key_cells(const RunResult& result, size_t series, std::vector<std::string>& cells) {
  RESTOCK_ASSERT(series < result.forecast.n_series());
  for (const std::string& part : result.forecast.keys[series].parts)
    cells.push_back(escape_html(shortened(part, 48)));
}

std::vector<HtmlColumn> key_titles(const RunResult& result) {
  std::vector<HtmlColumn> columns;
  for (const std::string& name : result.forecast.key_names)
    columns.push_back({shortened(name, 32)});
  return columns;
}

std::string name_html(const std::string& name) {
  std::string text = name;
  std::replace(text.begin(), text.end(), '_', ' ');
  return escape_html(text);
}

std::string overview_section(const RunResult& result) {
  const ForecastTable& forecast = result.forecast;
  double units = 0;
  for (const double mean : forecast.mean) units += mean;
  const auto fallbacks =
      std::count_if(forecast.fallback_reason.begin(), forecast.fallback_reason.end(),
                    [](const std::string& reason) { return !reason.empty(); });
  std::string tiles = tile(grouped(static_cast<int64_t>(forecast.n_series())),
                           fallbacks == 0 ? "series forecast by the model"
                                          : fmt::format("series forecast, {} of them by a fallback",
                                                        grouped(fallbacks)));
  tiles +=
      tile(readable(units),
           fmt::format("units expected from {} to {}", forecast.axis.label(forecast.origin + 1),
                       forecast.axis.label(forecast.origin + forecast.horizon)));
  tiles += accuracy_tile(result);
  tiles += order_tiles(result);
  return fmt::format("<ul class=\"tiles\">\n{}</ul>\n", tiles);
}

std::string forecast_section(const RunResult& result) {
  if (result.forecast.n_series() == 0 || result.forecast.horizon == 0) return "";
  FanChart chart = total_chart(result);
  chart.unit = fmt::format("{}, all series", unit_text(chart.axis.frequency));
  double units = 0;
  for (const double mean : chart.mean) units += mean;
  chart.description =
      fmt::format("Total sales and their forecast from {}: {} units in {} periods",
                  chart.axis.label(chart.forecast_first), readable(units), chart.mean.size());
  std::string body = "<figure>\n<div class=\"wide\">" + fan_chart_svg(chart, kWide) + "</div>\n";
  // On a phone the same tail would be a scribble: show its last part only.
  FanChart recent = chart;
  const size_t keep = 3 * chart.mean.size() + 14;
  const bool held_out =
      chart.first + static_cast<Period>(chart.actual.size()) > chart.forecast_first;
  const size_t wanted = keep + (held_out ? chart.mean.size() : 0);
  if (recent.actual.size() > wanted) {
    const size_t cut = recent.actual.size() - wanted;
    recent.actual.erase(recent.actual.begin(),
                        recent.actual.begin() + static_cast<std::ptrdiff_t>(cut));
    recent.first += static_cast<Period>(cut);
  }
  body +=
      "<div class=\"narrow\">" + fan_chart_svg(recent, kNarrow) + "</div>\n" + fan_legend(chart);
  body +=
      "<figcaption>Point at a period for its numbers. The intervals of the sum take into account "
      "how far the series moved "
      "together before the origin.</figcaption></figure>\n";
  return section_html("forecast",
                      result.held_out ? "Forecast against what was held out" : "Forecast", body);
}

std::string series_section(const RunResult& result) {
  if (result.forecast.n_series() < 2 || result.forecast.horizon == 0) return "";
  std::string body =
      "<p class=\"soft\">Lines are interrupted where an item was out of stock, not for sale, or "
      "not "
      "recorded.</p>\n<h3>Largest</h3>\n<div class=\"grid\">\n";
  for (const size_t series : largest_series(result.forecast, kSeriesShown)) {
    body += multiple(
        result, series,
        fmt::format("{} units forecast", readable(forecast_units(result.forecast, series))));
  }
  body += "</div>\n";
  const std::vector<SeriesChange> movers = largest_movers(result, kSeriesShown);
  if (!movers.empty()) {
    body +=
        "<h3>Largest movers</h3>\n<p class=\"soft\">The forecast differs most, in units, from the "
        "last comparable "
        "periods.</p>\n<div class=\"grid\">\n";
    for (const SeriesChange& change : movers)
      body += multiple(result, change.series, change_caption(change));
    body += "</div>\n";
  }
  return section_html("series", "Series", body);
}

}  // namespace restock
