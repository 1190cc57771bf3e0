#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "foundation/base/result.h"
#include "science/local_models/stl_loess.h"

namespace restock {

/// Windows are in values, odd and >= 3; 0 = the rule beside it. Names of the paper in parentheses.
struct StlOptions {
  /// Periods in a season (n_p), >= 2.
  int32_t season_length = 7;
  /// Of each phase's own series (n_s); longer = a season that changes more slowly.
  int32_t season_window = 11;
  /// (n_t); 0 = the least odd number >= 1.5 n_p / (1 - 1.5 / n_s).
  int32_t trend_window = 0;
  /// (n_l); 0 = the least odd number > n_p.
  int32_t low_pass_window = 0;
  int32_t season_degree = 1;
  int32_t trend_degree = 1;
  int32_t low_pass_degree = 1;
  /// Estimate every so many values and draw lines between; 1 = all.
  int32_t season_jump = 1;
  int32_t trend_jump = 1;
  int32_t low_pass_jump = 1;
  /// Rounds that give outliers less weight (n_o); 0 = not robust. The paper: 15 is near certain.
  int32_t robust_rounds = 0;
  /// Passes in each round (n_i), >= 1; the paper advises 2, and 1 with robust rounds.
  int32_t passes = 5;
};

/// values = season + trend + remainder, value by value. weight: 1, or the robust weight in [0, 1].
struct StlDecomposition {
  std::vector<double> season;
  std::vector<double> trend;
  std::vector<double> remainder;
  std::vector<double> weight;
};

/// Buffers and smoothers that decompositions reuse. Not thread-safe: one for each thread. No result
/// depends on earlier use.
struct StlWorkspace {
  LoessCache smoothers;
  std::vector<double> scratch;
  std::vector<double> detrended;
  std::vector<double> cycle;
  std::vector<double> first_average;
  std::vector<double> second_average;
  std::vector<double> low_pass;
  std::vector<double> phase;
  std::vector<double> phase_weight;
  std::vector<double> phase_smooth;
};

/// kInvalidArgument for options that no series can be decomposed with.
[[nodiscard]] Status check_stl(const StlOptions& options);

/// Decompose a series into season, trend and remainder by loess, written over `decomposition`.
///
/// values: one series in time order, without gaps. Pure; the workspace only lends memory. Without
/// robust rounds a pass costs a fixed combination of values a point (`Loess`), a few milliseconds
/// for five years of days with a season of 365.
/// Errors: kInvalidArgument for options out of range; kInvalidData for fewer than two whole seasons
/// or values that are not finite.
/// Source: Cleveland, Cleveland, McRae & Terpenning (1990), J. Official Statistics 6, 3-73.
/// Example: the airline passengers, as statsmodels decomposes them (see the test).
[[nodiscard]] Status decompose_stl(std::span<const double> values, const StlOptions& options,
                                   StlWorkspace& workspace, StlDecomposition& decomposition);

}  // namespace restock
