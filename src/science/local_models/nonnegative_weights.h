#pragma once

#include <span>
#include <vector>

namespace restock {

/// x >= 0 with the least x' G x / 2 - b' x: least squares with weights that cannot be negative,
/// given G = A' A and b = A' y.
///
/// gram: n x n, symmetric and positive semidefinite, row-major; right: n. Coordinate descent, which
/// converges for any such G; it stops when no weight moves by more than 1e-12 of the largest, or
/// after 100,000 rounds. A column of zeros gets weight 0. Pure.
/// Source: Franc, Hlavac & Navara (2005), Sequential coordinate-wise algorithm for non-negative
/// least squares, CAIP.
/// Example: G = [2 1; 1 2], b = [1; -1] has x = (0.5, 0).
[[nodiscard]] std::vector<double> nonnegative_weights(std::span<const double> gram,
                                                      std::span<const double> right);

}  // namespace restock
