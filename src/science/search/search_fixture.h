#pragma once

#include <cmath>
#include <numbers>
#include <vector>

#include "science/search/search.h"

namespace restock {

/// The Branin function on [-5, 10] x [0, 15], least value 0.397887 (Dixon & Szego, Towards Global
/// Optimisation 2, 1978).
inline double branin(const Configuration& at) {
  constexpr double kPi = std::numbers::pi;
  const double x = at[0];
  const double y = at[1];
  const double bowl = y - 5.1 / (4 * kPi * kPi) * x * x + 5 / kPi * x - 6;
  return bowl * bowl + 10 * (1 - 1 / (8 * kPi)) * std::cos(x) + 10;
}

inline SearchSpace branin_space() {
  return {{.name = "x", .low = -5, .high = 10}, {.name = "y", .low = 0, .high = 15}};
}

/// A parameter of each kind.
inline SearchSpace mixed_space() {
  return {{.name = "rate", .low = 0.01, .high = 1, .logarithmic = true},
          {.name = "depth", .low = 3, .high = 10, .whole = true},
          {.name = "trees", .low = 10, .high = 1000, .logarithmic = true, .whole = true},
          {.name = "share", .low = 0.4, .high = 1},
          {.name = "loss", .choices = {"poisson", "tweedie", "squared"}}};
}

}  // namespace restock
