#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/domain/time_axis.h"

namespace restock {

/// Actual values and a forecast with its intervals, on one time axis.
struct FanChart {
  struct Band {
    double level = 0;  ///< percent
    std::vector<double> low;
    std::vector<double> high;
  };
  TimeAxis axis;
  std::string description;  ///< What the chart shows, for readers who cannot see it.
  std::string unit;         ///< Of the vertical axis.
  Period first = 0;         ///< Period of actual[0].
  std::vector<std::optional<double>> actual;  ///< nullopt = unknown: the line is interrupted.
  Period forecast_first = 0;
  std::vector<double> mean;
  std::vector<Band> bands;  ///< widest first; as long as `mean`
  Period backtest_first = 0;
  std::vector<double>
      backtest;  ///< Earlier forecast of periods whose actuals are known; may be empty.
};

/// Nominal against actual coverage of intervals, in percent.
struct CalibrationChart {
  struct Line {
    std::string name;
    std::vector<std::pair<double, double>> points;  ///< (nominal, actual), ascending
  };
  std::string description;
  std::vector<Line> lines;  ///< at most two
};

struct ChartSize {
  int width = 960;
  int height = 340;
  bool tooltips = true;  ///< A title under each period; leave out where there are many charts.
};

/// An inline <svg> whose colours are the CSS classes of report_style.h. All texts are escaped.
/// Preconditions: at least one actual or forecast value; bands have the length of `mean`.
[[nodiscard]] std::string fan_chart_svg(const FanChart& chart, const ChartSize& size);
[[nodiscard]] std::string calibration_chart_svg(const CalibrationChart& chart,
                                                const ChartSize& size);

/// A bar that fills its table cell up to value / most. Negative and non-finite values draw nothing.
[[nodiscard]] std::string bar_svg(double value, double most, const std::string& css_class);

}  // namespace restock
