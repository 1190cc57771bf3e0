#include "science/local_models/smoothing_search.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr size_t kLanes = 16;
using Lanes = std::array<double, kLanes>;

/// Sums of squared errors of sixteen constants in one pass. Four accumulators of a vector each hide
/// the latency of the recursion.
void sums_of_squares(std::span<const double> values, const Lanes& alphas, Lanes& sums) {
  Lanes level;
  level.fill(values[0]);
  sums.fill(0);
  for (const double y : values.subspan(1)) {
    for (size_t k = 0; k < kLanes; ++k) {
      const double error = y - level[k];
      sums[k] += error * error;
      level[k] += alphas[k] * error;
    }
  }
}

struct Grid {
  double low = 0;
  double step = 0;
  size_t best = 0;
  Lanes alphas;
  Lanes sums;
};

void search_grid(std::span<const double> values, double low, double high, Grid& grid) {
  grid.low = low;
  grid.step = (high - low) / static_cast<double>(kLanes - 1);
  for (size_t k = 0; k < kLanes; ++k) grid.alphas[k] = low + grid.step * static_cast<double>(k);
  grid.alphas[kLanes - 1] = high;
  sums_of_squares(values, grid.alphas, grid.sums);
  const auto least = std::min_element(grid.sums.begin(), grid.sums.end());
  grid.best = static_cast<size_t>(least - grid.sums.begin());
}

/// One Newton step on the sum of squares from `alpha`: with l' = dl/dalpha and l'' its derivative,
/// l'_t = (1 - alpha) l'_{t-1} + e_t and l''_t = (1 - alpha) l''_{t-1} - 2 l'_{t-1}.
double newton_step(std::span<const double> values, double alpha) {
  double level = values[0];
  double first = 0;
  double second = 0;
  double slope = 0;
  double curvature = 0;
  for (const double y : values.subspan(1)) {
    const double error = y - level;
    slope -= error * first;
    curvature += first * first - error * second;
    second += -alpha * second - 2 * first;
    first += error - alpha * first;
    level += alpha * error;
  }
  return curvature > 0 ? alpha - slope / curvature : alpha;
}

}  // namespace

SmoothingFit smooth(std::span<const double> values, double alpha) {
  RESTOCK_ASSERT(!values.empty());
  SmoothingFit fit{.alpha = alpha, .level = values[0], .sum_of_squares = 0};
  for (const double y : values.subspan(1)) {
    const double error = y - fit.level;
    fit.sum_of_squares += error * error;
    fit.level += alpha * error;
  }
  return fit;
}

SmoothingFit best_smoothing(std::span<const double> values, const SmoothingRange& range) {
  RESTOCK_ASSERT(!values.empty());
  RESTOCK_ASSERT(range.alpha_min >= 0 && range.alpha_min <= range.alpha_max);
  RESTOCK_ASSERT(range.alpha_max <= 1);
  if (values.size() < 3) return smooth(values, range.alpha_min);  // alpha does not matter yet
  Grid grid;
  search_grid(values, range.alpha_min, range.alpha_max, grid);
  const double low = std::max(range.alpha_min, grid.alphas[grid.best] - grid.step);
  const double high = std::min(range.alpha_max, grid.alphas[grid.best] + grid.step);
  search_grid(values, low, high, grid);
  const size_t middle = std::clamp<size_t>(grid.best, 1, kLanes - 2);
  const double left = grid.sums[middle - 1];
  const double right = grid.sums[middle + 1];
  const double curvature = left - 2 * grid.sums[middle] + right;
  const SmoothingFit best = smooth(values, grid.alphas[grid.best]);
  if (!(curvature > 0) || grid.step <= 0) return best;
  const double vertex =
      std::clamp(grid.alphas[middle] + grid.step * 0.5 * (left - right) / curvature, low, high);
  const SmoothingFit refined = smooth(values, std::clamp(newton_step(values, vertex), low, high));
  return refined.sum_of_squares < best.sum_of_squares ? refined : best;
}

}  // namespace restock
