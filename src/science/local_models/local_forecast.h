#pragma once

#include <string>
#include <vector>

namespace restock {

/// What a model of one series says about the periods after its last value.
///
/// Shapes: mean, variance: horizon values each; step h (h = 0 is the first period after the last
/// value) at index h. Units: mean in units per period, variance in units^2.
/// A plain value, meant to be reused: models resize it and overwrite every entry.
struct LocalForecast {
  std::vector<double> mean;
  /// Variance of one period's value around its mean: noise and model error, not that of sums.
  std::vector<double> variance;
  /// The model chosen and its parameters for people, such as "ETS(A,Ad,A)".
  std::string description;
  /// Why a simpler model answered instead of the one that was asked; empty = it was that one.
  std::string fallback_reason;
};

}  // namespace restock
