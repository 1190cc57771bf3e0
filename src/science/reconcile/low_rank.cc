#include "science/reconcile/low_rank.h"

#include <algorithm>
#include <cmath>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr double kColumnTolerance = 1e-12;

/// u = C V: the residuals of the aggregates less those of the series below.
void fill_u(const Hierarchy& hierarchy, LowRank& low) {
  const size_t m = hierarchy.n_aggregates();
  const auto add_row = [&](size_t node, double sign, double* out) {
    const float* row = low.residuals.data() + node * low.rank;
    const double factor = sign * low.scale;
    for (size_t t = 0; t < low.rank; ++t) out[t] += factor * (row[t] - low.mean[node]);
  };
  low.u.assign(m * low.rank, 0);
  for (size_t a = 0; a < m; ++a) {
    double* out = low.u.data() + a * low.rank;
    add_row(a, 1, out);
    for (const int32_t series : hierarchy.members_of(a))
      add_row(m + static_cast<size_t>(series), -1, out);
  }
}

void fill_q(LowRank& low) {
  low.q.assign(low.rank * low.rank, 0);
  for (size_t t = 0; t < low.rank; ++t) low.q[t * low.rank + t] = 1;
  for (size_t a = 0; a < low.u.size(); a += low.rank) {
    for (size_t t = 0; t < low.rank; ++t) {
      const double factor = low.u[a + t];
      for (size_t s = 0; s < low.rank; ++s) low.q[t * low.rank + s] += factor * low.y[a + s];
    }
  }
}

}  // namespace

LowRank make_low_rank(const ConstraintSystem& system, std::span<const float> residuals,
                      size_t n_times, ShrunkCovariance covariance, ThreadPool& pool) {
  RESTOCK_ASSERT(n_times >= 2);
  RESTOCK_ASSERT(covariance.lambda < 1);
  LowRank low;
  low.rank = n_times;
  low.scale = std::sqrt((1 - covariance.lambda) / static_cast<double>(low.rank - 1));
  low.residuals = residuals;
  low.mean = std::move(covariance.mean);
  for (const double v : covariance.variance)
    low.row_norm_max = std::max(low.row_norm_max, std::sqrt((1 - covariance.lambda) * v));
  fill_u(system.hierarchy(), low);
  low.y.assign(low.u.size(), 0);
  const size_t blocks = (low.rank + kLanes - 1) / kLanes;
  pool.parallel_for(blocks, 1, [&](size_t block, size_t) {
    LaneWorkspace solver;
    std::vector<double> right;
    gather_lanes(low.u, low.rank, block, right);
    std::vector<double> x(right.size());
    system.solve(right, {}, kColumnTolerance, x, solver);
    scatter_lanes(x, low.rank, block, low.y);
  });
  fill_q(low);
  return low;
}

void apply_low_rank(const LowRank& low, std::span<double> z, LowRankWorkspace& workspace) {
  const size_t m = z.size() / kLanes;
  workspace.factors.assign(low.rank * kLanes, 0);
  for (size_t a = 0; a < m; ++a) {
    const double* own = z.data() + a * kLanes;
    for (size_t t = 0; t < low.rank; ++t) {
      const double u = low.u[a * low.rank + t];
      double* out = workspace.factors.data() + t * kLanes;
      for (size_t l = 0; l < kLanes; ++l) out[l] += u * own[l];
    }
  }
  workspace.inner = low.q;
  // Q = I + U' K^-1 U is positive definite by construction.
  const bool solved = solve_dense(workspace.inner, low.rank, workspace.factors, kLanes);
  RESTOCK_ASSERT(solved);
  for (size_t a = 0; a < m; ++a) {
    double* own = z.data() + a * kLanes;
    for (size_t t = 0; t < low.rank; ++t) {
      const double y = low.y[a * low.rank + t];
      const double* factor = workspace.factors.data() + t * kLanes;
      for (size_t l = 0; l < kLanes; ++l) own[l] -= y * factor[l];
    }
  }
  // Q q = U' K^-1 r gives U' z = q.
}

void sum_factors(std::span<const double> factors, double* out) {
  double sum[kLanes] = {};
  for (size_t i = 0; i < factors.size(); ++i) sum[i % kLanes] += factors[i];
  std::copy(sum, sum + kLanes, out);
}

void row_times_factors(const LowRank& low, size_t node, std::span<const double> factors,
                       const double* factor_sum, double* out) {
  const float* row = low.residuals.data() + node * low.rank;
  double sum[kLanes] = {};
  for (size_t t = 0; t < low.rank; ++t) {
    const double residual = row[t];
    const double* factor = factors.data() + t * kLanes;
    for (size_t l = 0; l < kLanes; ++l) sum[l] += residual * factor[l];
  }
  for (size_t l = 0; l < kLanes; ++l)
    out[l] = low.scale * (sum[l] - low.mean[node] * factor_sum[l]);
}

}  // namespace restock
