#include "science/local_models/nonnegative_weights.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "foundation/base/assert.h"

namespace restock {

std::vector<double> nonnegative_weights(std::span<const double> gram,
                                        std::span<const double> right) {
  const size_t n = right.size();
  RESTOCK_ASSERT(gram.size() == n * n);
  constexpr int kRoundsMax = 100'000;
  constexpr double kTolerance = 1e-12;
  std::vector<double> x(n, 0.0);
  for (int round = 0; round < kRoundsMax; ++round) {
    double moved = 0;
    double largest = 0;
    for (size_t a = 0; a < n; ++a) {
      if (!(gram[a * n + a] > 0)) continue;
      double gradient = -right[a];
      for (size_t b = 0; b < n; ++b) gradient += gram[a * n + b] * x[b];
      const double next = std::max(0.0, x[a] - gradient / gram[a * n + a]);
      moved = std::max(moved, std::abs(next - x[a]));
      largest = std::max(largest, next);
      x[a] = next;
    }
    if (moved <= kTolerance * largest) break;
  }
  return x;
}

}  // namespace restock
