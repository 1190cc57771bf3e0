#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "foundation/base/thread_pool.h"
#include "foundation/panel/panel.h"
#include "science/evaluation/forecast_view.h"

namespace restock {

/// A distribution known by some of its quantiles, read as a continuous curve.
///
/// Between quantiles the curve is straight; below the first it runs straight to zero demand; above
/// the last it falls off exponentially, at the pace of the last piece. Counts are spread evenly
/// over [k - 1/2, k + 1/2), and equal quantiles share that stretch, so that P(D <= k) is the value
/// at k + 1/2. Precondition of both: probabilities ascending in (0, 1), quantiles of the same size,
/// not empty, not falling.
struct GridDistribution {
  std::span<const double> probabilities;
  std::span<const float> quantiles;
  bool counts = true;

  /// P(D <= x). Example: quantiles 2, 4 at 0.25, 0.75, continuous: cdf(3) = 0.5, cdf(1) = 0.125.
  [[nodiscard]] double cdf(double x) const;
  /// P(D < x): what lies under the lump at x. Counts: cdf(x - 1). Otherwise only zero is a lump.
  [[nodiscard]] double cdf_below(double x) const;
};

/// Randomised probability integral transform of an actual: P(D < x) + v (P(D <= x) - P(D < x)).
/// Uniform on [0, 1] when the forecasts are calibrated, also for counts.
/// Source: Czado, Gneiting & Held, Biometrics 65 (2009) 1254, eq. 1; Dunn & Smyth (1996).
[[nodiscard]] double grid_pit(const GridDistribution& distribution, double actual, double v);

/// The uniform number of a (series, period): depends on the seed and these alone, so the value of a
/// period does not change with what else is scored.
[[nodiscard]] double pit_draw(uint64_t seed, size_t series, Period period);

/// How many transforms fell where. Additive: sums of tables are tables.
struct PitTable {
  static constexpr size_t kBins = 20;
  static constexpr std::array<double, 4> kLevels = {50, 80, 90, 95};

  std::array<int64_t, kBins> bins{};
  std::array<int64_t, kLevels.size()> inside{};
  int64_t below = 0;  ///< under 2.5 percent
  int64_t above = 0;  ///< over 97.5 percent
  int64_t n = 0;

  void add(double pit);
  void add(const PitTable& other);
  /// Percent of transforms in the central `kLevels[level]` percent; 0 for an empty table.
  [[nodiscard]] double percent_inside(size_t level) const;
  /// Chi-square of the bins against the uniform, kBins - 1 degrees of freedom if independent.
  [[nodiscard]] double chi_square() const;
};

/// Table of all scored periods of a forecast with quantiles. Periods for which zero demand was sure
/// (all quantiles 0) and true are left out: they say nothing of calibration.
[[nodiscard]] PitTable pit_table(const Panel& actuals, const ForecastView& forecast, bool counts,
                                 uint64_t seed, ThreadPool& pool);

}  // namespace restock
