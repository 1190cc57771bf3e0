#pragma once

#include <span>

namespace restock {

/// The part of a theta model that is left to estimate: bounds of alpha, of w = 1 - 1/theta, and of
/// |l_0|. weight_min = weight_max fixes theta.
struct ThetaBounds {
  double alpha_min = 0.01;
  double alpha_max = 0.99;
  double weight_min = 0.0;
  double weight_max = 1.0;
  double initial_level_max = 0.0;
};

struct ThetaEstimate {
  double alpha = 0.0;
  double weight = 0.0;
  double initial_level = 0.0;
  double sse = 0.0;
};

/// How many errors at the start of a series are not counted.
inline constexpr size_t kThetaUnscored = 3;

/// Least squares over alpha, w and l_0. values, intercept, slope: n > kThetaUnscored each; the line
/// of value t is that at index t. The method is told at `fit_theta`.
[[nodiscard]] ThetaEstimate search_theta(std::span<const double> values,
                                         std::span<const double> intercept,
                                         std::span<const double> slope, const ThetaBounds& bounds);

}  // namespace restock
