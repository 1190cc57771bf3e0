#include "science/reconcile/lanes.h"

#include <algorithm>
#include <array>

#include "foundation/base/assert.h"

namespace restock {
namespace {

using Lane = std::array<double, kLanes>;

constexpr int kRoundsMax = 2000;  ///< Reached by no system that the tests or benchmarks know.

Lane dot(std::span<const double> a, std::span<const double> b) {
  Lane sum{};
  for (size_t i = 0; i < a.size(); i += kLanes) {
    for (size_t l = 0; l < kLanes; ++l) sum[l] += a[i + l] * b[i + l];
  }
  return sum;
}

/// y = x + factor * y.
void scale_and_add(std::span<const double> x, const Lane& factor, std::span<double> y) {
  for (size_t i = 0; i < y.size(); i += kLanes) {
    for (size_t l = 0; l < kLanes; ++l) y[i + l] = x[i + l] + factor[l] * y[i + l];
  }
}

/// y += factor * x.
void add_scaled(const Lane& factor, std::span<const double> x, std::span<double> y) {
  for (size_t i = 0; i < y.size(); i += kLanes) {
    for (size_t l = 0; l < kLanes; ++l) y[i + l] += factor[l] * x[i + l];
  }
}

}  // namespace

ConstraintSystem::ConstraintSystem(const Hierarchy& hierarchy,
                                   std::vector<double> aggregate_variance,
                                   std::vector<double> bottom_variance, int64_t factor_bytes_max)
    : hierarchy_(hierarchy),
      aggregate_(std::move(aggregate_variance)),
      bottom_(std::move(bottom_variance)) {
  RESTOCK_ASSERT(aggregate_.size() == hierarchy.n_aggregates());
  RESTOCK_ASSERT(bottom_.size() == hierarchy.n_bottom());
  factor_.factor(hierarchy, aggregate_, bottom_, factor_bytes_max);
  diagonal_inverse_ = aggregate_;
  for (size_t a = 0; a < aggregate_.size(); ++a) {
    for (const int32_t series : hierarchy.members_of(a))
      diagonal_inverse_[a] += bottom_[static_cast<size_t>(series)];
    diagonal_inverse_[a] = 1 / diagonal_inverse_[a];
  }
}

void ConstraintSystem::ancestors_sum(std::span<const double> z, size_t series, double* out) const {
  double sum[kLanes] = {};
  for (const int32_t a : hierarchy_.ancestors_of(series)) {
    const double* row = z.data() + static_cast<size_t>(a) * kLanes;
    for (size_t l = 0; l < kLanes; ++l) sum[l] += row[l];
  }
  for (size_t l = 0; l < kLanes; ++l) out[l] = sum[l];
}

void ConstraintSystem::multiply(std::span<const double> p, std::span<const double> weights,
                                std::span<double> q) const {
  for (size_t a = 0; a < aggregate_.size(); ++a) {
    for (size_t l = 0; l < kLanes; ++l) q[a * kLanes + l] = aggregate_[a] * p[a * kLanes + l];
  }
  for (size_t j = 0; j < bottom_.size(); ++j) {
    double sum[kLanes];
    ancestors_sum(p, j, sum);
    if (weights.empty()) {
      for (size_t l = 0; l < kLanes; ++l) sum[l] *= bottom_[j];
    } else {
      for (size_t l = 0; l < kLanes; ++l) sum[l] *= weights[j * kLanes + l];
    }
    for (const int32_t a : hierarchy_.ancestors_of(j)) {
      double* row = q.data() + static_cast<size_t>(a) * kLanes;
      for (size_t l = 0; l < kLanes; ++l) row[l] += sum[l];
    }
  }
}

void ConstraintSystem::precondition(std::span<const double> in, std::span<double> out) const {
  if (factor_.ready()) return factor_.solve(in, out);
  for (size_t a = 0; a < diagonal_inverse_.size(); ++a) {
    for (size_t l = 0; l < kLanes; ++l)
      out[a * kLanes + l] = diagonal_inverse_[a] * in[a * kLanes + l];
  }
}

int ConstraintSystem::solve(std::span<const double> right, std::span<const double> weights,
                            double tolerance, std::span<double> x, LaneWorkspace& workspace) const {
  RESTOCK_ASSERT(right.size() == aggregate_.size() * kLanes);
  RESTOCK_ASSERT(weights.empty() || weights.size() == bottom_.size() * kLanes);
  return conjugate_gradients(
      [&](std::span<const double> p, std::span<double> q) { multiply(p, weights, q); },
      [&](std::span<const double> in, std::span<double> out) { precondition(in, out); }, right,
      tolerance, x, workspace);
}

int conjugate_gradients(const LaneMap& multiply, const LaneMap& precondition,
                        std::span<const double> right, double tolerance, std::span<double> x,
                        LaneWorkspace& workspace) {
  const size_t size = right.size();
  RESTOCK_ASSERT(x.size() == size);
  auto& [unused, residual, direction, image, scaled] = workspace;
  for (auto* vector : {&residual, &direction, &image, &scaled}) vector->resize(size);
  std::fill(x.begin(), x.end(), 0.0);
  std::ranges::copy(right, residual.begin());
  precondition(residual, scaled);
  direction = scaled;
  Lane energy = dot(residual, scaled);
  const Lane energy_first = energy;
  for (int round = 0; round < kRoundsMax; ++round) {
    bool all_done = true;
    for (size_t l = 0; l < kLanes; ++l)
      all_done = all_done && energy[l] <= tolerance * tolerance * energy_first[l];
    if (all_done) return round;
    multiply(direction, image);
    const Lane curvature = dot(direction, image);
    Lane step{};
    bool any_step = false;
    for (size_t l = 0; l < kLanes; ++l) {
      const bool done = energy[l] <= tolerance * tolerance * energy_first[l];
      step[l] = done || !(curvature[l] > 0) ? 0 : energy[l] / curvature[l];
      any_step = any_step || step[l] > 0;
    }
    if (!any_step) return round;  // Nothing left but rounding.
    add_scaled(step, direction, x);
    for (size_t l = 0; l < kLanes; ++l) step[l] = -step[l];
    add_scaled(step, image, residual);
    precondition(residual, scaled);
    const Lane energy_next = dot(residual, scaled);
    Lane ratio{};
    for (size_t l = 0; l < kLanes; ++l) ratio[l] = energy[l] > 0 ? energy_next[l] / energy[l] : 0;
    energy = energy_next;
    scale_and_add(scaled, ratio, direction);
  }
  return kRoundsMax;
}

void gather_lanes(std::span<const double> matrix, size_t columns, size_t block,
                  std::vector<double>& out) {
  const size_t rows = matrix.size() / columns;
  const size_t first = block * kLanes;
  const size_t count = std::min(kLanes, columns - first);
  out.assign(rows * kLanes, 0);
  for (size_t i = 0; i < rows; ++i) {
    for (size_t l = 0; l < count; ++l) out[i * kLanes + l] = matrix[i * columns + first + l];
  }
}

void scatter_lanes(std::span<const double> lanes, size_t columns, size_t block,
                   std::span<double> matrix) {
  const size_t first = block * kLanes;
  const size_t count = std::min(kLanes, columns - first);
  for (size_t i = 0; i < matrix.size() / columns; ++i) {
    for (size_t l = 0; l < count; ++l) matrix[i * columns + first + l] = lanes[i * kLanes + l];
  }
}

}  // namespace restock
