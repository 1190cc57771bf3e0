#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

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
constexpr size_t kFindingsShown = 30;
constexpr size_t kFeaturesShown = 15;

/// The verdict in one sentence, whichever way it went.
std::string verdict(const RunResult& result) {
  const NamedMetrics* model = model_metrics(result.metrics);
  const NamedMetrics* baseline = best_baseline(result.metrics);
  if (model == nullptr || baseline == nullptr) return "";
  const double change = 100 * (1 - model->metrics.wape / baseline->metrics.wape);
  if (!std::isfinite(change)) return "";
  const std::string other = name_html(baseline->name);
  if (change < 0) {
    return fmt::format(
        "<p class=\"bad\">The model's error is {} % larger than that of the best baseline ({}): on "
        "these data the "
        "baseline is the better forecast.</p>\n",
        fixed(-change, 1), other);
  }
  return fmt::format(
      "<p>The model's error (WAPE) is {} % smaller than that of the best baseline ({}).</p>\n",
      fixed(change, 1), other);
}

std::string signed_text(double value) {
  return (std::isfinite(value) && value > 0 ? "+" : "") + fixed(value, 2);
}

CalibrationChart::Line calibration_line(const std::string& name, const AccuracyMetrics& metrics) {
  CalibrationChart::Line line{.name = name, .points = {}};
  for (const auto& [level, percent] : metrics.coverage) line.points.emplace_back(level, percent);
  std::sort(line.points.begin(), line.points.end());
  return line;
}

/// What every step of the forecast added to the one before it.
std::string value_added_table(const std::vector<StepValue>& steps) {
  if (steps.size() < 2) return "";
  HtmlTable table({{"Step"},
                   {"WAPE %", Kind::kNumber},
                   {"Added, points", Kind::kNumber},
                   {"RMSSE", Kind::kNumber},
                   {"Added %", Kind::kNumber},
                   {"Bias %", Kind::kNumber}});
  for (size_t i = 0; i < steps.size(); ++i) {
    const StepValue& step = steps[i];
    table.add_row({name_html(step.name), fixed(step.wape, 2),
                   i == 0 ? "" : signed_text(step.wape_points), fixed(step.rmsse, 4),
                   i == 0 ? "" : signed_text(step.rmsse_percent), signed_text(step.bias)});
  }
  return "<h3>What each step adds</h3>\n" + table.html() +
         "<p class=\"soft\">Forecast value added: each step against the one before, above 0 where "
         "it helps. RMSSE: root of the mean squared error over that of the naive forecast in the "
         "history, a mean over series.</p>\n";
}

/// What promotions did to their own periods, to those around them and to other products.
std::string promotions_table(const PromotionEffects& effects, Frequency frequency) {
  if (effects.during.periods == 0) return "";
  HtmlTable table({{"Periods"},
                   {"Sales over expected", Kind::kNumber},
                   {"Standard error", Kind::kNumber},
                   {"Number", Kind::kNumber}});
  const auto add = [&table](const std::string& name, const EffectRatio& effect) {
    if (effect.periods == 0) return;
    table.add_row({escape_html(name), fixed(effect.ratio(), 3), fixed(effect.standard_error(), 3),
                   fixed(static_cast<double>(effect.periods), 0)});
  };
  for (size_t k = effects.before.size(); k-- > 0;)
    add(periods_in_words(static_cast<int32_t>(k + 1), frequency) + " before a promotion",
        effects.before[k]);
  add("promoted", effects.during);
  for (size_t k = 0; k < effects.after.size(); ++k)
    add(periods_in_words(static_cast<int32_t>(k + 1), frequency) + " after a promotion",
        effects.after[k]);
  add("only others of the same " + effects.group + " promoted", effects.others);
  std::string text =
      "Expected: the level of undisturbed periods within a quarter, times week, year and holidays. "
      "Below 1: sales that a promotion borrowed.";
  const double taken = effects.cannibalised_percent();
  if (std::isfinite(taken) && effects.others.periods > 0) {
    text +=
        fmt::format(" For 100 units that promotions add, the rest of the same {} {} {:.0f}.",
                    escape_html(effects.group), taken >= 0 ? "loses" : "gains", std::abs(taken));
  }
  return "<h3>What promotions do</h3>\n" + table.html() + "<p class=\"soft\">" + text + "</p>\n";
}

/// Whose forecasts are combined, and how; or that the model was better alone.
std::string ensemble_table(const EnsembleSummary& ensemble) {
  if (ensemble.members.empty()) return "";
  const std::string gain = fmt::format(
      "{} % {} squared error than the model on series its weights had not seen",
      fixed(std::abs(ensemble.gain_percent), 1), ensemble.gain_percent >= 0 ? "less" : "more");
  if (!ensemble.used) {
    return fmt::format(
        "<p>The model forecasts alone: a combination with simpler forecasts had {}.</p>\n", gain);
  }
  std::vector<HtmlColumn> columns = {{"Demand"}, {"Series", Kind::kNumber}};
  for (std::string title : ensemble.members) {
    std::replace(title.begin(), title.end(), '_', ' ');
    columns.push_back({std::move(title), Kind::kNumber});
  }
  HtmlTable table(columns);
  for (const auto& group : ensemble.groups) {
    std::vector<std::string> cells = {name_html(group.pattern), grouped(group.series)};
    for (const double weight : group.weights) cells.push_back(fixed(100 * weight, 0));
    table.add_row(cells);
  }
  return fmt::format(
             "<p>What is published combines the model with simpler forecasts: {}. Weights in "
             "percent, by the kind of demand:</p>\n",
             gain) +
         table.html();
}

std::string findings_table(const std::vector<DataFinding>& findings) {
  HtmlTable table({{"Severity"},
                   {"Finding", Kind::kWords},
                   {"Rows", Kind::kNumber},
                   {"What to do", Kind::kWords}});
  for (size_t i = 0; i < std::min(findings.size(), kFindingsShown); ++i) {
    const DataFinding& finding = findings[i];
    const std::string_view css_class = finding.severity == "error"     ? "bad"
                                       : finding.severity == "warning" ? "warn"
                                                                       : "soft";
    table.add_row(
        {fmt::format("<span class=\"{}\">{}</span>", css_class, escape_html(finding.severity)),
         fmt::format("<b>{}</b><br>{}", name_html(finding.code), escape_html(finding.message)),
         grouped(finding.rows), escape_html(finding.hint)});
  }
  std::string text = table.html();
  if (findings.size() > kFindingsShown) {
    text += fmt::format("<p class=\"soft\">{} more are in the record of the run.</p>\n",
                        grouped(static_cast<int64_t>(findings.size() - kFindingsShown)));
  }
  return text;
}

}  // namespace

std::string accuracy_section(const RunResult& result) {
  if (result.metrics.empty()) return "";
  const ForecastTable& scored = result.scored;
  std::string body = fmt::format(
      "<p>Measured on {} to {}, {}: {} values.</p>\n{}", scored.axis.label(scored.origin + 1),
      scored.axis.label(scored.origin + scored.horizon),
      result.held_out ? "held out from everything before"
                      : "forecast again from before it, as the newest periods are not known yet",
      grouped(result.metrics.front().metrics.scored), verdict(result));
  double most = 0;
  for (const auto& [name, metrics] : result.metrics) {
    if (std::isfinite(metrics.wape)) most = std::max(most, metrics.wape);
  }
  HtmlTable table({{"Forecast"},
                   {"WAPE %", Kind::kNumber},
                   {"", Kind::kBars},
                   {"MAPE %", Kind::kNumber},
                   {"SMAPE %", Kind::kNumber},
                   {"Bias %", Kind::kNumber}});
  for (const auto& [name, metrics] : result.metrics) {
    const bool ours = name == "model";
    table.add_row({name_html(name), fixed(metrics.wape, 2),
                   bar_svg(metrics.wape, most, ours ? "ours" : "theirs"), fixed(metrics.mape, 2),
                   fixed(metrics.smape, 2), signed_text(metrics.bias)},
                  ours ? "model" : "");
  }
  body += table.html();
  body +=
      "<p class=\"soft\">WAPE: sum of absolute errors over the sum of sales. MAPE: mean absolute "
      "error relative to each sale, zero "
      "sales left out; it rewards forecasts that are too low. Bias: sum of errors over the sum of "
      "sales, positive when "
      "too much was forecast. The shorter the bar the better.</p>\n";
  body += value_added_table(result.value_added) + ensemble_table(result.ensemble) +
          promotions_table(result.promotion_effects, result.scored.axis.frequency);
  return section_html("accuracy", "Accuracy against baselines", body);
}

std::string calibration_section(const RunResult& result) {
  const NamedMetrics* model = model_metrics(result.metrics);
  if (model == nullptr || model->metrics.coverage.empty()) return "";
  CalibrationChart chart;
  chart.description = "Nominal against actual coverage of the forecast intervals";
  chart.lines.push_back(calibration_line("single periods", model->metrics));
  const NamedMetrics* summed = model_metrics(result.interval_metrics);
  if (summed != nullptr && !summed->metrics.coverage.empty()) {
    chart.lines.push_back(
        calibration_line("demand until the next order can arrive", summed->metrics));
  }
  std::string legend;
  std::vector<HtmlColumn> columns = {{"Nominal %", Kind::kNumber}};
  std::map<double, std::vector<std::string>> rows;  // by nominal level, one cell a line
  for (size_t i = 0; i < chart.lines.size(); ++i) {
    const std::string& name = chart.lines[i].name;
    columns.push_back({fmt::format("Actual %, {}", name), Kind::kNumber});
    legend += fmt::format(
        "<li><svg viewBox=\"0 0 22 12\" aria-hidden=\"true\"><path class=\"line{}\" d=\"M0,6H22\"/>"
        "</svg>{}</li>",
        i, escape_html(name));
    for (const auto& [nominal, actual] : chart.lines[i].points) {
      rows[nominal].resize(chart.lines.size(), "–");
      rows[nominal][i] = fixed(actual, 1);
    }
  }
  HtmlTable table(columns);
  for (auto& [nominal, cells] : rows) {
    cells.insert(cells.begin(), decimal(nominal));
    table.add_row(cells);
  }
  const std::string body = fmt::format(
      "<p>How often actual sales fell inside the intervals. On the dashed line the intervals say "
      "what they should; below it "
      "they are too narrow, above it too wide.</p>\n<div class=\"grid\"><figure>{}<ul "
      "class=\"legend\">{}</ul></figure>\n<div>{}</div></div>\n",
      calibration_chart_svg(chart, {.width = 360, .height = 290}), legend, table.html());
  return section_html("calibration", "Are the intervals honest?", body);
}

std::string data_section(const RunResult& result) {
  int64_t quarantined = 0;
  HtmlTable table({{"Reason"}, {"Rows", Kind::kNumber}});
  for (const auto& [reason, rows] : result.quarantined) {
    quarantined += rows;
    table.add_row({name_html(reason), grouped(rows)});
  }
  std::string body = fmt::format("<p>{} read, {} kept, {} put in quarantine.</p>\n",
                                 counted(result.rows_read, "row", "rows"),
                                 grouped(result.rows_kept), grouped(quarantined));
  if (quarantined > 0) body += table.html();
  if (!result.findings.empty()) body += findings_table(result.findings);
  std::map<std::string, int64_t> fallbacks;
  for (const std::string& reason : result.forecast.fallback_reason) {
    if (!reason.empty()) ++fallbacks[reason.substr(0, reason.find(':'))];
  }
  if (!fallbacks.empty()) {
    HtmlTable reasons(
        {{"Series that the model could not forecast: why"}, {"Series", Kind::kNumber}});
    for (const auto& [reason, count] : fallbacks)
      reasons.add_row({escape_html(reason), grouped(count)});
    body += reasons.html();
  }
  return section_html("data", "Data quality", body);
}

std::string model_section(const RunResult& result) {
  if (result.feature_importance.empty()) return "";
  HtmlTable table({{"Feature"}, {"Share of gain %", Kind::kNumber}, {"", Kind::kBars}});
  const double most = result.feature_importance.front().second;
  double shown = 0;
  for (size_t i = 0; i < std::min(result.feature_importance.size(), kFeaturesShown); ++i) {
    const auto& [feature, percent] = result.feature_importance[i];
    shown += percent;
    table.add_row(
        {escape_html(shortened(feature, 48)), fixed(percent, 1), bar_svg(percent, most, "ours")});
  }
  std::string body =
      "<p>How much of the model's improvement while learning came from each feature.</p>\n" +
      table.html();
  if (result.feature_importance.size() > kFeaturesShown) {
    body += fmt::format(
        "<p class=\"soft\">The other {} features: {} % together.</p>\n",
        grouped(static_cast<int64_t>(result.feature_importance.size() - kFeaturesShown)),
        fixed(100 - shown, 1));
  }
  return section_html("model", "What the model looks at", body);
}

}  // namespace restock
