#pragma once

#include <span>
#include <vector>

#include "foundation/base/result.h"

namespace restock {

/// Errors of one forecast period by period and added up: what stock feels is the sum.
struct CumulativeErrors {
  std::vector<double> cumulative;  ///< T: |sum of forecast - actual up to each period|, units.
  double absolute = 0;             ///< Sum of |forecast - actual|, units.
  double bias = 0;                 ///< Sum of forecast - actual, units.
  double score = 0;                ///< absolute + |bias|, units.
};

/// actual, forecast: T >= 1 each. Errors: kInvalidArgument if shapes do not match or a number is
/// not finite. Source: Vandeput, Data Science for Supply Chain Forecasting, 2nd ed. (2021), and the
/// score of the VN1 competition (2024). Example: actual 10, 15, 18, 12, forecast 9, 13, 16, 10:
/// absolute 7, bias -7, score 14, cumulative 1, 3, 5, 7.
[[nodiscard]] Result<CumulativeErrors> cumulative_errors(std::span<const double> actual,
                                                         std::span<const double> forecast);

}  // namespace restock
