#include "operations/publish/charts.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "operations/publish/chart_axis.h"
#include "operations/publish/html_text.h"
#include "operations/publish/number_text.h"

namespace restock {
namespace {

constexpr double kMarginTop = 22;
constexpr double kMarginBottom = 24;
constexpr double kMarginRight = 10;
constexpr double kCharacterWidth = 6.6;  // of the 12 px tick labels
constexpr double kTimeTickWidth = 64;

/// Where the drawing area lies and how data map to it.
struct Frame {
  LinearScale x;
  LinearScale y;
  std::vector<double> y_ticks;
};

std::string opening(const ChartSize& size, const std::string& description) {
  return fmt::format(
      "<svg class=\"chart\" viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\" role=\"img\" "
      "aria-label=\"{}\">",
      size.width, size.height, size.width, size.height, escape_html(description));
}

Frame make_frame(const ChartSize& size, double high, int wanted, double x_low, double x_high,
                 double margin_bottom = kMarginBottom) {
  Frame frame;
  frame.y_ticks = value_ticks(high, wanted);
  size_t widest = 0;
  for (const double tick : frame.y_ticks) widest = std::max(widest, tick_text(tick).size());
  const double left = 8 + kCharacterWidth * static_cast<double>(widest);
  frame.x = {x_low, std::max(x_high, x_low + 1), left, size.width - kMarginRight};
  frame.y = {0, frame.y_ticks.back(), size.height - margin_bottom, kMarginTop};
  return frame;
}

void draw_value_axis(std::string& svg, const Frame& frame, const std::string& unit) {
  for (const double tick : frame.y_ticks) {
    const double y = frame.y(tick);
    fmt::format_to(std::back_inserter(svg),
                   "<line class=\"{}\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>"
                   "<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                   tick == 0 ? "base" : "rule", frame.x.from, frame.x.to, y, y, frame.x.from - 5,
                   y + 4, tick_text(tick));
  }
  fmt::format_to(std::back_inserter(svg), "<text class=\"tick\" x=\"2\" y=\"11\">{}</text>",
                 escape_html(unit));
}

void draw_time_axis(std::string& svg, const Frame& frame, const TimeAxis& axis) {
  const int most = std::max(1, static_cast<int>((frame.x.to - frame.x.from) / kTimeTickWidth));
  for (const TimeTick& tick : time_ticks(axis, static_cast<Period>(frame.x.low),
                                         static_cast<Period>(frame.x.high), most)) {
    const double x = frame.x(tick.period);
    const double half = kCharacterWidth * static_cast<double>(tick.text.size()) / 2;
    fmt::format_to(
        std::back_inserter(svg),
        "<line class=\"base\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"/>"
        "<text class=\"tick\" x=\"{3:.1f}\" y=\"{4:.1f}\" text-anchor=\"middle\">{5}</text>",
        x, frame.y.from, frame.y.from + 4,
        std::clamp(x, frame.x.from - 20 + half, frame.x.to + 8 - half), frame.y.from + 17,
        escape_html(tick.text));
  }
}

/// "M0,1L2,3": through the values that are there, interrupted where one is missing. A value between
/// two gaps gets a dot.
std::string line_path(const Frame& frame, Period first,
                      const std::vector<std::optional<double>>& values) {
  std::string path;
  bool drawing = false;
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i]) {
      const double x = frame.x(first + static_cast<double>(i));
      fmt::format_to(std::back_inserter(path), "{}{:.1f},{:.1f}", drawing ? 'L' : 'M', x,
                     frame.y(*values[i]));
      const bool alone = !drawing && (i + 1 == values.size() || !values[i + 1]);
      if (alone) path += "h0.1";
    }
    drawing = values[i].has_value();
  }
  return path;
}

std::string line_path(const Frame& frame, Period first, const std::vector<double>& values) {
  return line_path(frame, first, std::vector<std::optional<double>>(values.begin(), values.end()));
}

std::string band_path(const Frame& frame, Period first, const FanChart::Band& band) {
  std::string path;
  const auto point = [&](char command, size_t i, double value) {
    fmt::format_to(std::back_inserter(path), "{}{:.1f},{:.1f}", command,
                   frame.x(first + static_cast<double>(i)), frame.y(value));
  };
  for (size_t i = 0; i < band.high.size(); ++i) point(i == 0 ? 'M' : 'L', i, band.high[i]);
  for (size_t i = band.low.size(); i-- > 0;) point('L', i, band.low[i]);
  return path + "Z";
}

/// What is known of one period, in words; empty if nothing is.
std::string tooltip(const FanChart& chart, Period period) {
  std::string text;
  const auto inside = [period](Period first, size_t count) {
    return period >= first && period - first < static_cast<int64_t>(count);
  };
  if (inside(chart.first, chart.actual.size())) {
    const auto& actual = chart.actual[static_cast<size_t>(period - chart.first)];
    if (actual) text += "\nactual " + readable(*actual);
  }
  if (inside(chart.backtest_first, chart.backtest.size())) {
    text += "\nbacktest " +
            readable(chart.backtest[static_cast<size_t>(period - chart.backtest_first)]);
  }
  if (inside(chart.forecast_first, chart.mean.size())) {
    const auto step = static_cast<size_t>(period - chart.forecast_first);
    text += "\nforecast " + readable(chart.mean[step]);
    for (const FanChart::Band& band : chart.bands) {
      text += fmt::format("\n{} % between {} and {}", decimal(band.level), readable(band.low[step]),
                          readable(band.high[step]));
    }
  }
  return text.empty() ? text : chart.axis.label(period) + text;
}

double highest(const FanChart& chart) {
  double high = 0;
  for (const auto& value : chart.actual) high = std::max(high, value.value_or(0));
  for (const double value : chart.mean) high = std::max(high, value);
  for (const double value : chart.backtest) high = std::max(high, value);
  for (const FanChart::Band& band : chart.bands) {
    for (const double value : band.high) high = std::max(high, value);
  }
  return high;
}

void draw_tooltips(std::string& svg, const FanChart& chart, const Frame& frame) {
  const double step = frame.x(frame.x.low + 1) - frame.x.from;
  for (auto period = static_cast<Period>(frame.x.low); period <= static_cast<Period>(frame.x.high);
       ++period) {
    const std::string text = tooltip(chart, period);
    if (text.empty()) continue;
    fmt::format_to(std::back_inserter(svg),
                   "<rect class=\"hit\" x=\"{:.1f}\" y=\"{:.0f}\" width=\"{:.1f}\" "
                   "height=\"{:.0f}\"><title>{}</title></rect>",
                   frame.x(period) - step / 2, frame.y.to, step, frame.y.from - frame.y.to,
                   escape_html(text));
  }
}

}  // namespace

std::string fan_chart_svg(const FanChart& chart, const ChartSize& size) {
  RESTOCK_ASSERT(!chart.actual.empty() || !chart.mean.empty());
  const auto end = [](Period first, size_t count) {
    return first + static_cast<Period>(count) - 1;
  };
  Period first = chart.actual.empty() ? chart.forecast_first : chart.first;
  Period last = chart.actual.empty() ? first : end(chart.first, chart.actual.size());
  if (!chart.mean.empty()) {
    first = std::min(first, chart.forecast_first);
    last = std::max(last, end(chart.forecast_first, chart.mean.size()));
  }
  const Frame frame = make_frame(size, highest(chart), size.height > 200 ? 5 : 3, first, last);
  std::string svg = opening(size, chart.description);
  draw_value_axis(svg, frame, chart.unit);
  draw_time_axis(svg, frame, chart.axis);
  for (size_t i = 0; i < chart.bands.size(); ++i) {
    RESTOCK_ASSERT(chart.bands[i].low.size() == chart.mean.size());
    RESTOCK_ASSERT(chart.bands[i].high.size() == chart.mean.size());
    svg += fmt::format("<path class=\"band\" d=\"{}\"/>",
                       band_path(frame, chart.forecast_first, chart.bands[i]));
  }
  if (!chart.mean.empty()) {
    const double x = frame.x(chart.forecast_first - 0.5);
    if (chart.forecast_first > first) {
      svg += fmt::format(
          "<line class=\"origin\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"/>", x,
          frame.y.from, frame.y.to);
    }
  }
  if (!chart.backtest.empty()) {
    svg += fmt::format("<path class=\"backtest\" d=\"{}\"/>",
                       line_path(frame, chart.backtest_first, chart.backtest));
  }
  svg += fmt::format("<path class=\"forecast\" d=\"{}\"/>",
                     line_path(frame, chart.forecast_first, chart.mean));
  // On top: where the future was held out, the actuals are what the forecast is judged by.
  svg +=
      fmt::format("<path class=\"actual\" d=\"{}\"/>", line_path(frame, chart.first, chart.actual));
  if (size.tooltips) draw_tooltips(svg, chart, frame);
  return svg + "</svg>";
}

std::string calibration_chart_svg(const CalibrationChart& chart, const ChartSize& size) {
  Frame frame = make_frame(size, 100, 4, 0, 100, 2 * kMarginBottom - 10);
  std::string svg = opening(size, chart.description);
  draw_value_axis(svg, frame, "actual coverage, %");
  for (const double tick : {0.0, 25.0, 50.0, 75.0, 100.0}) {
    fmt::format_to(std::back_inserter(svg),
                   "<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>",
                   frame.x(tick), frame.y.from + 16, tick == 100 ? "end" : "middle",
                   tick_text(tick));
  }
  fmt::format_to(std::back_inserter(svg),
                 "<text class=\"tick\" x=\"{:.1f}\" y=\"{}\" text-anchor=\"end\">nominal, %</text>",
                 frame.x.to, size.height - 3);
  svg += fmt::format(
      "<line class=\"diagonal\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>",
      frame.x(0), frame.y(0), frame.x(100), frame.y(100));
  for (size_t i = 0; i < chart.lines.size(); ++i) {
    std::string path;
    for (const auto& [nominal, actual] : chart.lines[i].points) {
      if (!std::isfinite(actual)) continue;
      fmt::format_to(std::back_inserter(path), "{}{:.1f},{:.1f}", path.empty() ? 'M' : 'L',
                     frame.x(nominal), frame.y(actual));
      svg += fmt::format(
          "<circle class=\"point{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"><title>{}: {} % intervals "
          "held {} % of the actuals</title></circle>",
          i, frame.x(nominal), frame.y(actual), escape_html(chart.lines[i].name), decimal(nominal),
          fixed(actual, 1));
    }
    svg += fmt::format("<path class=\"line{}\" d=\"{}\"/>", i, path);
  }
  return svg + "</svg>";
}

std::string bar_svg(double value, double most, const std::string& css_class) {
  const double share =
      std::isfinite(value) && most > 0 ? std::clamp(100 * value / most, 0.0, 100.0) : 0;
  return fmt::format(
      "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
      "<rect class=\"{}\" width=\"{:.2f}\" height=\"10\"/></svg>",
      css_class, share);
}

}  // namespace restock
