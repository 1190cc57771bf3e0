#include "science/ensemble/combination.h"

#include <algorithm>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr int kStepsMost = 20'000;
/// Gain per unit of weight (relative to the squared error of the best member) below which weights
/// are left alone.
constexpr double kGainLeast = 1e-12;

/// Move weight from the member that costs most to the one that costs least; false when none gains.
bool descend(const std::vector<double>& a, size_t m, std::vector<double>& w,
             std::vector<double>& slope) {
  size_t low = 0, high = m;
  for (size_t i = 0; i < m; ++i) {
    if (slope[i] < slope[low]) low = i;
    if (w[i] > 0 && (high == m || slope[i] > slope[high])) high = i;
  }
  if (high == m || slope[high] - slope[low] <= kGainLeast) return false;
  const double curvature = a[low * m + low] + a[high * m + high] - 2 * a[low * m + high];
  const double wanted = curvature > 0 ? (slope[high] - slope[low]) / curvature : w[high];
  const double moved = std::min(wanted, w[high]);
  w[low] += moved;
  w[high] = moved < w[high] ? w[high] - moved : 0;
  for (size_t i = 0; i < m; ++i) slope[i] += moved * (a[i * m + low] - a[i * m + high]);
  return true;
}

}  // namespace

void ErrorProducts::add(std::span<const double> errors) {
  RESTOCK_ASSERT(errors.size() == n_members);
  for (size_t i = 0; i < n_members; ++i) {
    for (size_t j = 0; j < n_members; ++j) sums[i * n_members + j] += errors[i] * errors[j];
  }
}

void ErrorProducts::add(const ErrorProducts& other) {
  RESTOCK_ASSERT(other.n_members == n_members);
  for (size_t k = 0; k < sums.size(); ++k) sums[k] += other.sums[k];
  series += other.series;
}

std::vector<double> combination_weights(const ErrorProducts& products, double prior,
                                        std::span<const double> target) {
  const size_t m = products.n_members;
  RESTOCK_ASSERT(m > 0);
  RESTOCK_ASSERT(prior > 0);
  RESTOCK_ASSERT(target.empty() || target.size() == m);
  std::vector<double> weights(m, 1 / static_cast<double>(m));
  if (!target.empty()) weights.assign(target.begin(), target.end());
  if (products.series == 0) return weights;
  const size_t best = best_member(products);
  const double least = products.sums[best * m + best];
  if (least <= 0) {
    std::fill(weights.begin(), weights.end(), 0.0);
    weights[best] = 1;
    return weights;
  }
  const double lambda = prior / static_cast<double>(products.series);
  std::vector<double> a(products.sums);
  for (double& value : a) value /= least;
  for (size_t i = 0; i < m; ++i) a[i * m + i] += lambda;
  std::vector<double> slope(m, 0);
  for (size_t i = 0; i < m; ++i) {
    slope[i] = -lambda * weights[i];  // they are still the target
    for (size_t j = 0; j < m; ++j) slope[i] += a[i * m + j] * weights[j];
  }
  for (int step = 0; step < kStepsMost && descend(a, m, weights, slope); ++step) {
  }
  double sum = 0;
  for (const double w : weights) sum += w;
  for (double& w : weights) w /= sum;
  return weights;
}

size_t best_member(const ErrorProducts& products) {
  size_t best = 0;
  for (size_t i = 1; i < products.n_members; ++i) {
    if (products.sums[i * products.n_members + i] < products.sums[best * products.n_members + best])
      best = i;
  }
  return best;
}

}  // namespace restock
