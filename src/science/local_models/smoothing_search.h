#pragma once

#include <span>

namespace restock {

/// Simple exponential smoothing of one series with one constant.
struct SmoothingFit {
  double alpha = 0;
  /// The level after the last value: the forecast of the next.
  double level = 0;
  /// Sum of squared one-step errors, the first value excepted, which starts the level.
  double sum_of_squares = 0;
};

/// l_1 = y_1,  e_t = y_t - l_{t-1},  l_t = l_{t-1} + alpha e_t.
///
/// values: at least one, finite, in time order (asserted: not empty). Pure.
/// Source: Brown (1956), Exponential Smoothing for Predicting Demand.
/// Example: values 1, 2, 4 with alpha 0.5 give level 2.75 and sum of squares 1 + 6.25 = 7.25.
[[nodiscard]] SmoothingFit smooth(std::span<const double> values, double alpha);

/// Where `best_smoothing` looks.
struct SmoothingRange {
  double alpha_min = 0.1;
  double alpha_max = 0.3;
};

/// The constant in [alpha_min, alpha_max] with the least sum of squared one-step errors.
///
/// Sixteen constants are tried in one pass over the values (vector lanes), sixteen more around the
/// best of them, then a Newton step from the vertex of the parabola through the best three. A
/// second valley hides the deepest one only if it is narrower than a fifteenth of the range.
/// Precondition: 0 <= alpha_min <= alpha_max <= 1, values not empty (asserted). Pure.
[[nodiscard]] SmoothingFit best_smoothing(std::span<const double> values,
                                          const SmoothingRange& range);

}  // namespace restock
