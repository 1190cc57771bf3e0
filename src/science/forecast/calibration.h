#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "foundation/panel/panel.h"
#include "science/forecast/forecast_table.h"
#include "science/forecast/uncertainty.h"

namespace restock {

/// The randomised probability integral transform of one actual:
/// P(D <= below) + v (P(D <= at) - P(D <= below)), uniform on [0, 1] if the law is the true one.
/// cdf_below: P(D < actual), cdf_at: P(D <= actual), v uniform on [0, 1). Example: (0.2, 0.6, 0.5)
/// gives 0.4. Source: Czado, Gneiting & Held, Biometrics 65 (2009) 1254; Dunn & Smyth, JCGS 5
/// (1996).
[[nodiscard]] inline double randomised_pit(double cdf_below, double cdf_at, double v) {
  return cdf_below + v * (cdf_at - cdf_below);
}

/// One value of the transform: demand of `series` summed over the steps from `step` on.
struct PitValue {
  size_t series = 0;
  int32_t step = 0;  ///< first step of the window, 0-based
  double level = 0;  ///< forecast mean per period
  double pit = 0;
};

/// The laws whose calibration is measured: those of `spread` and `window_quantiles`.
struct CalibrationInput {
  const Panel& actuals;
  const ForecastTable& table;
  const Uncertainty& uncertainty;
  std::span<const float> overdispersion;
  DemandKind kind = DemandKind::kCounts;
  uint64_t seed = 42;
};

/// Randomised PIT of demand summed over windows of `periods` steps that tile the horizon, by series
/// and step. A window counts if all its periods are kSold; one with mean 0 counts only if something
/// was sold, as 1: a sure zero that came true says nothing of calibration. The random number of a
/// window depends on the seed, the key of the series, the step and the length alone.
[[nodiscard]] std::vector<PitValue> pit_values(const CalibrationInput& input, int32_t periods,
                                               ThreadPool& pool);

/// Shares of PIT values in one group of windows, in percent.
struct CalibrationRow {
  int32_t periods = 1;  ///< length of the windows
  std::string group;    ///< "all", "level < 1", "steps 1-10", ...
  int64_t n = 0;
  std::vector<double> inside;  ///< one a level: inside the central interval; nominal is the level
  double below = 0;            ///< under 2.5 percent
  double above = 0;            ///< over 97.5 percent
};

/// `pit_values` for each length, over all windows, by level and by third of the horizon. levels:
/// percent. Empty groups are left out.
[[nodiscard]] std::vector<CalibrationRow> measure_calibration(const CalibrationInput& input,
                                                              std::span<const int32_t> lengths,
                                                              std::span<const double> levels,
                                                              ThreadPool& pool);

}  // namespace restock
