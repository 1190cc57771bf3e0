#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace restock {

/// Scratch of the tests below; a result never depends on what it held.
struct UnitRootWork {
  std::vector<double> series;
  std::vector<double> seasonal;
  std::vector<double> trend;
  std::vector<double> cycle;
  std::vector<double> smooth;
  std::vector<double> scratch;
};

/// The statistic of Kwiatkowski, Phillips, Schmidt & Shin for stationarity around a level:
///
///   eta = sum_t S_t^2 / (n^2 s^2(l)),   S_t = sum_{i<=t} (y_i - mean)
///
/// with the long-run variance s^2 under Bartlett weights up to lag l = floor(3 sqrt(n) / 13). Above
/// 0.463 stationarity is rejected at the 5 % level. 0 for a constant or empty series. Pure.
/// Source: Kwiatkowski, Phillips, Schmidt & Shin (1992), J. Econometrics 54, 159-178, equations 10
/// and 13, table 1.
/// Example: 1, 2, 3, 4 (l = 0) gives (2.25 + 4 + 2.25) / (16 * 1.25) = 0.425.
[[nodiscard]] double kpss_statistic(std::span<const double> values);

/// Strength of the season in a decomposition into trend, season and remainder:
///
///   F = max(0, 1 - var(remainder) / var(season + remainder)),   0 <= F <= 1
///
/// The decomposition is STL without robustness steps, seasonal window 11 and degree 0, trend and
/// low-pass windows by its authors' rule and degree 1, two inner iterations.
/// 0 for period < 2, fewer than two whole seasons and a value, or a series without any remainder.
/// Sources: Wang, Smith & Hyndman (2006), Data Mining and Knowledge Discovery 13, 335-364;
/// Cleveland, Cleveland, McRae & Terpenning (1990), J. Official Statistics 6, 3-73. Example: sin(2
/// pi t / 7) has strength 1, white noise one far below 0.64 (see the test).
[[nodiscard]] double seasonal_strength(std::span<const double> values, int32_t period,
                                       UnitRootWork& work);

/// How often to difference before an ARMA model fits.
struct Differencing {
  int32_t differences = 0;
  int32_t seasonal_differences = 0;
};

struct DifferencingOptions {
  int32_t period = 1;
  int32_t differences_max = 2;           ///< 0 to 2
  int32_t seasonal_differences_max = 1;  ///< 0 or 1
  /// Difference by season where its strength exceeds this.
  double seasonal_strength_min = 0.64;
  /// Difference while the KPSS statistic exceeds this.
  double kpss_max = 0.463;
};

/// First a seasonal difference where the season is strong, then differences until KPSS no longer
/// rejects or nothing but a constant is left. Pure.
/// Source: Hyndman & Khandakar (2008), J. Statistical Software 27(3), section 3.1; the measure of
/// the season is that of Wang et al. (2006).
/// Example: a random walk needs one difference, white noise none (see the test).
[[nodiscard]] Differencing choose_differencing(std::span<const double> values,
                                               const DifferencingOptions& options,
                                               UnitRootWork& work);

}  // namespace restock
