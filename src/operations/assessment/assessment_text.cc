#include <algorithm>

#include <fmt/format.h>

#include "operations/assessment/assessment_report.h"
#include "operations/publish/number_text.h"

namespace restock {
namespace {

std::string heading(const Assessment& a) {
  if (a.kind == "evaluation") {
    return fmt::format(
        "Run {}: {} forecast for {} periods after {}, against what was sold since.\n", a.run_id,
        counted(a.series, "series", "series"), a.horizon, a.axis.label(a.result.origins.front()));
  }
  return fmt::format(
      "{} from {} {} {}, {} periods apart, {} periods ahead{}, {}.\n",
      counted(a.series, "series", "series"), a.result.origins.size(),
      a.result.origins.size() == 1 ? "origin," : "origins,",
      a.axis.label(a.result.origins.front()) + ".." + a.axis.label(a.result.origins.back()), a.step,
      a.horizon, a.gap > 0 ? fmt::format(" after a gap of {}", a.gap) : "",
      a.refit ? "learnt anew at each" : "learnt once");
}

std::string methods_table(const Assessment& a) {
  std::string text =
      fmt::format("\n  {:<16}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>11}\n", "method", "WAPE %",
                  "bias %", "MASE", "RMSSE", "WRMSSE", "WQL", "WSPL", "sMAPC %", "risk WAPE");
  for (const auto& m : a.result.methods) {
    const auto own = [&](double value, int digits) {
      return m.has_quantiles ? fixed(value, digits) : std::string("-");
    };
    text +=
        fmt::format("  {:<16}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>11}\n", m.name,
                    fixed(m.overall.wape, 2), fixed(m.overall.bias, 2), fixed(m.overall.mase, 3),
                    fixed(m.overall.rmsse, 3), fixed(m.wrmsse, 3), own(m.overall.wql, 3),
                    own(m.wspl, 3), m.stability.n > 0 ? fixed(m.stability.smapc(), 2) : "-",
                    fixed(m.overall.cumulative_wape, 2));
  }
  return text;
}

std::string value_added_table(const Assessment& a) {
  std::string text =
      fmt::format("\n  {:<34}{:>14}{:>14}\n", "value added", "WAPE points", "RMSSE saved %");
  for (const auto& step : a.result.value_added) {
    text += fmt::format("  {:<34}{:>14}{:>14}\n", step.from + " -> " + step.to,
                        fixed(step.wape_points, 2), fixed(step.rmsse_percent, 2));
  }
  return text;
}

std::string segments_table(const MethodResult& m) {
  std::string text =
      fmt::format("\n  {:<26}{:>12}{:>8}{:>8}{:>8}{:>8}{:>8}\n", m.name + " by segment", "scored",
                  "WAPE %", "bias %", "MASE", "RMSSE", "WQL");
  for (const auto& s : m.segments) {
    text += fmt::format("  {:<26}{:>12}{:>8}{:>8}{:>8}{:>8}{:>8}\n", s.dimension + " " + s.segment,
                        grouped(s.metrics.scored), fixed(s.metrics.wape, 2),
                        fixed(s.metrics.bias, 2), fixed(s.metrics.mase, 3),
                        fixed(s.metrics.rmsse, 3), m.has_quantiles ? fixed(s.metrics.wql, 3) : "-");
  }
  return text;
}

std::string calibration_row(const std::string& name, const PitTable& pit) {
  std::string row = fmt::format("  {:<26}", name);
  for (size_t k = 0; k < PitTable::kLevels.size(); ++k)
    row += fmt::format("{:>8}", fixed(pit.percent_inside(k), 1));
  const double n = std::max<double>(1, static_cast<double>(pit.n));
  return row + fmt::format("{:>10}{:>10}\n", fixed(100 * static_cast<double>(pit.below) / n, 2),
                           fixed(100 * static_cast<double>(pit.above) / n, 2));
}

std::string calibration_table(const MethodResult& m) {
  std::string text = fmt::format("\n  {:<26}", m.name + " inside central %");
  for (const double level : PitTable::kLevels) text += fmt::format("{:>8}", decimal(level));
  text += fmt::format("{:>10}{:>10}\n", "under 2.5", "over 97.5");
  text += calibration_row("all", m.overall.pit);
  for (const auto& s : m.segments)
    text += calibration_row(s.dimension + " " + s.segment, s.metrics.pit);
  return text;
}

}  // namespace

std::string assessment_text(const Assessment& a) {
  std::string text = heading(a) + methods_table(a) + value_added_table(a);
  const auto main = std::find_if(a.result.methods.begin(), a.result.methods.end(),
                                 [&](const auto& method) { return method.name == a.main_method; });
  if (main != a.result.methods.end()) {
    text += segments_table(*main);
    if (main->has_quantiles) text += calibration_table(*main);
  }
  text += '\n';
  if (a.memory_predicted_bytes > 0) {
    text += fmt::format("  Memory: {} predicted, {} used at most, {} allowed.\n",
                        size_text(a.memory_predicted_bytes), size_text(a.peak_rss_bytes),
                        size_text(a.memory_budget_bytes));
  }
  if (a.series_unmatched > 0)
    text +=
        fmt::format("  {} forecast series are not in the sales.\n", grouped(a.series_unmatched));
  for (const std::string& note : a.result.notes) text += fmt::format("  Note: {}.\n", note);
  return text;
}

}  // namespace restock
