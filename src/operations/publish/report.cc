#include "operations/publish/report.h"

#include <algorithm>

#include <fmt/format.h>

#include "operations/publish/charts.h"
#include "operations/publish/html_table.h"
#include "operations/publish/html_text.h"
#include "operations/publish/number_text.h"
#include "operations/publish/report_sections.h"
#include "operations/publish/report_style.h"

namespace restock {
namespace {

using Kind = HtmlColumn::Kind;

struct Part {
  std::string_view id;
  std::string_view title;  ///< In the list of contents.
  std::string html;
};

std::vector<Part> parts(const RunResult& result) {
  return {{"forecast", "Forecast", forecast_section(result)},
          {"accuracy", "Accuracy", accuracy_section(result)},
          {"calibration", "Intervals", calibration_section(result)},
          {"orders", "Orders", orders_section(result)},
          {"risk", "Stock-out risk", risk_section(result)},
          {"stock", "Stock", stock_section(result)},
          {"replay", "Replay", replay_section(result)},
          {"series", "Series", series_section(result)},
          {"data", "Data quality", data_section(result)},
          {"model", "Model", model_section(result)},
          {"run", "This run", run_section(result)}};
}

}  // namespace

std::string run_section(const RunResult& result) {
  std::string body;
  if (!result.notes.empty()) {
    body += "<h3>Decided for you</h3>\n<ul>\n";
    for (const std::string& note : result.notes) body += "<li>" + escape_html(note) + "</li>\n";
    body += "</ul>\n";
  }
  if (!result.stages.empty()) {
    double most = 0;
    double total = 0;
    for (const StageTime& stage : result.stages) {
      most = std::max(most, stage.seconds);
      total += stage.seconds;
    }
    HtmlTable table(
        {{"Stage"}, {"Seconds", Kind::kNumber}, {"", Kind::kBars}, {"Rows", Kind::kNumber}});
    for (const StageTime& stage : result.stages) {
      table.add_row({name_html(stage.name), fixed(stage.seconds, 2),
                     bar_svg(stage.seconds, most, "ours"), grouped(stage.rows)});
    }
    body += fmt::format("<h3>Time and memory</h3>\n<p>{} in all, {} of memory at most.</p>\n{}",
                        duration_text(total), size_text(result.peak_rss_bytes), table.html());
  }
  HtmlTable origin({{"Where this comes from"}, {"", Kind::kWords}});
  origin.add_row({"Run", escape_html(result.run_id)});
  origin.add_row({"Configuration", escape_html(result.config_path)});
  origin.add_row({"Restock", escape_html(result.version)});
  if (!result.model_sha256.empty())
    origin.add_row({"Model (SHA-256)", "<code>" + escape_html(result.model_sha256) + "</code>"});
  if (result.lake_snapshot >= 0)
    origin.add_row({"Snapshot of the lake", grouped(result.lake_snapshot)});
  return section_html("run", "This run", body + origin.html());
}

std::string report_html(const RunResult& result) {
  const ForecastTable& forecast = result.forecast;
  std::string contents;
  std::string sections;
  for (const Part& part : parts(result)) {
    if (part.html.empty()) continue;
    contents += fmt::format("<a href=\"#{}\">{}</a>\n", part.id, part.title);
    sections += part.html;
  }
  const std::string subtitle =
      fmt::format("{} after {} · run {}", counted(forecast.horizon, "period", "periods"),
                  forecast.axis.label(forecast.origin), escape_html(result.run_id));
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n"
      "<title>Forecast and order plan after "
      "{}</title>\n<style>{}</style>\n</head>\n<body>\n<header>\n"
      "<h1>Forecast and order plan</h1>\n<p class=\"soft\">{}</p>\n{}<nav "
      "aria-label=\"Contents\">\n{}</nav>\n</header>\n"
      "<main>\n{}</main>\n</body>\n</html>\n",
      forecast.axis.label(forecast.origin), report_style(), subtitle, overview_section(result),
      contents, sections);
}

}  // namespace restock
