#include "science/reconcile/mint.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>

#include "foundation/base/assert.h"
#include "science/reconcile/lanes.h"
#include "science/reconcile/nonnegative.h"
#include "science/reconcile/shrinkage.h"

namespace restock {
namespace {

constexpr double kSolveTolerance = 1e-12;
/// Nodes that were never wrong are trusted this much more than the average, not infinitely: K stays
/// far from singular.
constexpr double kVarianceFloor = 1e-8;
/// Without any weight on the diagonal W would be singular wherever nodes outnumber residuals.
constexpr double kLambdaMin = 1e-6;

/// What one thread needs for one block of lanes.
struct Workspace {
  std::vector<double> aggregate;  ///< m lanes: a^
  std::vector<double> bottom;     ///< n lanes: b^
  std::vector<double> right;      ///< m lanes: a^ - A b^
  std::vector<double> z;          ///< m lanes
  std::vector<double> out;        ///< n lanes
  std::vector<double> factors;    ///< n_residuals lanes
  std::vector<double> inner;      ///< copy of Q
  LaneWorkspace solver;
  NonNegativeWorkspace non_negative;
};

/// Hands workspaces to threads; as many are made as blocks run at once.
class WorkspaceStore {
 public:
  std::unique_ptr<Workspace> take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return std::make_unique<Workspace>();
    auto workspace = std::move(free_.back());
    free_.pop_back();
    return workspace;
  }
  void give_back(std::unique_ptr<Workspace> workspace) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(workspace));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Workspace>> free_;
};

/// The part (1 - lambda) covariance of W as V V', V = scale * (residuals - mean): M = K + U U' with
/// U = C V, solved by Woodbury's identity M^-1 = K^-1 - Y Q^-1 U' K^-1, Y = K^-1 U, Q = I + U' Y.
struct LowRank {
  size_t rank = 0;
  double scale = 0;
  std::span<const float> residuals;  ///< n_nodes x rank
  std::vector<double> mean;          ///< n_nodes
  std::vector<double> u;             ///< m x rank
  std::vector<double> y;             ///< m x rank
  std::vector<double> q;             ///< rank x rank
};

std::vector<double> with_floor(std::vector<double> variance) {
  double sum = 0;
  for (const double v : variance) sum += v;
  const double floor = sum > 0 ? kVarianceFloor * sum / static_cast<double>(variance.size()) : 1.0;
  for (double& v : variance) v = std::max(v, floor);
  return variance;
}

std::vector<double> mean_squares(std::span<const float> residuals, size_t n_times) {
  std::vector<double> out(residuals.size() / n_times, 0);
  for (size_t i = 0; i < out.size(); ++i) {
    for (size_t t = 0; t < n_times; ++t) {
      const double value = residuals[i * n_times + t];
      out[i] += value * value;
    }
    out[i] /= static_cast<double>(n_times);
  }
  return out;
}

/// The diagonal of W, n_nodes; for kMintShrinkage of its diagonal part.
std::vector<double> diagonal_of_w(const Hierarchy& hierarchy, const ReconcileInput& input,
                                  const ReconcileOptions& options,
                                  const ShrunkCovariance& covariance) {
  std::vector<double> w(hierarchy.n_nodes(), 1);
  switch (options.method) {
    case ReconcileMethod::kWlsStructural:
      for (size_t a = 0; a < hierarchy.n_aggregates(); ++a)
        w[a] = static_cast<double>(hierarchy.members_of(a).size());
      return w;
    case ReconcileMethod::kWlsVariance:
      if (!input.variance.empty())
        return with_floor({input.variance.begin(), input.variance.end()});
      return with_floor(mean_squares(input.residuals, static_cast<size_t>(input.n_residuals)));
    case ReconcileMethod::kMintShrinkage: {
      w = with_floor(covariance.variance);
      for (double& v : w) v *= std::max(covariance.lambda, kLambdaMin);
      return w;
    }
    default:
      return w;
  }
}

ConstraintSystem make_system(const Hierarchy& hierarchy, const std::vector<double>& w,
                             const ReconcileOptions& options) {
  const auto split = w.begin() + static_cast<std::ptrdiff_t>(hierarchy.n_aggregates());
  return {hierarchy, {w.begin(), split}, {split, w.end()}, options.factor_bytes_max};
}

/// Columns [8 block, 8 block + 8) of rows of a matrix as lanes; what is missing is 0.
void gather(std::span<const double> matrix, size_t columns, size_t block,
            std::vector<double>& out) {
  const size_t rows = matrix.size() / columns;
  const size_t first = block * kLanes;
  const size_t count = std::min(kLanes, columns - first);
  out.assign(rows * kLanes, 0);
  for (size_t i = 0; i < rows; ++i) {
    for (size_t l = 0; l < count; ++l) out[i * kLanes + l] = matrix[i * columns + first + l];
  }
}

void scatter(std::span<const double> lanes, size_t columns, size_t block,
             std::span<double> matrix) {
  const size_t first = block * kLanes;
  const size_t count = std::min(kLanes, columns - first);
  for (size_t i = 0; i < matrix.size() / columns; ++i) {
    for (size_t l = 0; l < count; ++l) matrix[i * columns + first + l] = lanes[i * kLanes + l];
  }
}

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

LowRank make_low_rank(const ConstraintSystem& system, const ReconcileInput& input,
                      ShrunkCovariance covariance, ThreadPool& pool) {
  LowRank low;
  low.rank = static_cast<size_t>(input.n_residuals);
  low.scale = std::sqrt((1 - covariance.lambda) / static_cast<double>(low.rank - 1));
  low.residuals = input.residuals;
  low.mean = std::move(covariance.mean);
  fill_u(system.hierarchy(), low);
  low.y.assign(low.u.size(), 0);
  const size_t blocks = (low.rank + kLanes - 1) / kLanes;
  pool.parallel_for(blocks, 1, [&](size_t block, size_t) {
    LaneWorkspace solver;
    std::vector<double> right;
    gather(low.u, low.rank, block, right);
    std::vector<double> x(right.size());
    system.solve(right, {}, kSolveTolerance, x, solver);
    scatter(x, low.rank, block, low.y);
  });
  low.q.assign(low.rank * low.rank, 0);
  for (size_t t = 0; t < low.rank; ++t) low.q[t * low.rank + t] = 1;
  for (size_t a = 0; a < low.u.size(); a += low.rank) {
    for (size_t t = 0; t < low.rank; ++t) {
      const double factor = low.u[a + t];
      for (size_t s = 0; s < low.rank; ++s) low.q[t * low.rank + s] += factor * low.y[a + s];
    }
  }
  return low;
}

/// z = M^-1 right, given z = K^-1 right; `factors` becomes U' z.
void apply_low_rank(const LowRank& low, Workspace& workspace) {
  const size_t m = workspace.z.size() / kLanes;
  const auto project = [&] {
    workspace.factors.assign(low.rank * kLanes, 0);
    for (size_t a = 0; a < m; ++a) {
      const double* own = workspace.z.data() + a * kLanes;
      for (size_t t = 0; t < low.rank; ++t) {
        const double u = low.u[a * low.rank + t];
        double* out = workspace.factors.data() + t * kLanes;
        for (size_t l = 0; l < kLanes; ++l) out[l] += u * own[l];
      }
    }
  };
  project();
  workspace.inner = low.q;
  // Q = I + U' K^-1 U is positive definite by construction.
  const bool solved = solve_dense(workspace.inner, low.rank, workspace.factors, kLanes);
  RESTOCK_ASSERT(solved);
  for (size_t a = 0; a < m; ++a) {
    double* own = workspace.z.data() + a * kLanes;
    for (size_t t = 0; t < low.rank; ++t) {
      const double y = low.y[a * low.rank + t];
      const double* factor = workspace.factors.data() + t * kLanes;
      for (size_t l = 0; l < kLanes; ++l) own[l] -= y * factor[l];
    }
  }
  // Q q = U' K^-1 r gives U' z = q.
}

/// out = b^ + W_b A' z - V_b (U' z), the bottom rows of y^ - W C' z.
void adjust_bottom(const ConstraintSystem& system, const LowRank& low, Workspace& workspace) {
  const size_t n = system.bottom_variance().size();
  const size_t m = system.aggregate_variance().size();
  workspace.out.resize(n * kLanes);
  double factor_sum[kLanes] = {};
  for (size_t i = 0; i < low.rank * kLanes; ++i) factor_sum[i % kLanes] += workspace.factors[i];
  for (size_t j = 0; j < n; ++j) {
    double sum[kLanes];
    system.ancestors_sum(workspace.z, j, sum);
    double common[kLanes] = {};
    if (low.rank > 0) {
      const float* row = low.residuals.data() + (m + j) * low.rank;
      for (size_t t = 0; t < low.rank; ++t) {
        const double residual = row[t];
        const double* factor = workspace.factors.data() + t * kLanes;
        for (size_t l = 0; l < kLanes; ++l) common[l] += residual * factor[l];
      }
      for (size_t l = 0; l < kLanes; ++l)
        common[l] = low.scale * (common[l] - low.mean[m + j] * factor_sum[l]);
    }
    const double variance = system.bottom_variance()[j];
    for (size_t l = 0; l < kLanes; ++l)
      workspace.out[j * kLanes + l] =
          workspace.bottom[j * kLanes + l] + variance * sum[l] - common[l];
  }
}

/// right = a^ - A b^.
void contradiction(const Hierarchy& hierarchy, Workspace& workspace) {
  workspace.right = workspace.aggregate;
  for (size_t a = 0; a < hierarchy.n_aggregates(); ++a) {
    double* own = workspace.right.data() + a * kLanes;
    for (const int32_t series : hierarchy.members_of(a)) {
      const double* row = workspace.bottom.data() + static_cast<size_t>(series) * kLanes;
      for (size_t l = 0; l < kLanes; ++l) own[l] -= row[l];
    }
  }
}

std::vector<double> lane_scales(const Workspace& workspace) {
  std::vector<double> scale(kLanes, 0);
  for (const auto* values : {&workspace.aggregate, &workspace.bottom}) {
    for (size_t i = 0; i < values->size(); ++i)
      scale[i % kLanes] = std::max(scale[i % kLanes], std::abs((*values)[i]));
  }
  for (double& s : scale) s = s > 0 ? s : 1;
  return scale;
}

NonNegativeOutcome solve_block(const ConstraintSystem& system, const LowRank& low,
                               const ReconcileOptions& options, Workspace& workspace) {
  contradiction(system.hierarchy(), workspace);
  workspace.z.resize(workspace.right.size());
  system.solve(workspace.right, {}, kSolveTolerance, workspace.z, workspace.solver);
  if (options.non_negative) {
    workspace.out.resize(workspace.bottom.size());
    return solve_non_negative(system, workspace.aggregate, workspace.bottom, lane_scales(workspace),
                              options.tolerance, options.rounds_max, workspace.z, workspace.out,
                              workspace.non_negative);
  }
  if (low.rank > 0) apply_low_rank(low, workspace);
  adjust_bottom(system, low, workspace);
  return {};
}

}  // namespace

Status reconcile_mint(const Hierarchy& hierarchy, const ReconcileInput& input,
                      const ReconcileOptions& options, ThreadPool& pool, ReconcileResult& result) {
  const auto steps = static_cast<size_t>(input.horizon);
  const size_t m = hierarchy.n_aggregates();
  const bool shrink = options.method == ReconcileMethod::kMintShrinkage;
  ShrunkCovariance covariance;
  if (shrink) {
    covariance = shrunk_covariance(input.residuals, static_cast<size_t>(input.n_residuals), pool);
    result.shrinkage = covariance.lambda;
  }
  const ConstraintSystem system =
      make_system(hierarchy, diagonal_of_w(hierarchy, input, options, covariance), options);
  LowRank low;
  if (shrink && covariance.lambda < 1)
    low = make_low_rank(system, input, std::move(covariance), pool);

  const size_t blocks = (steps + kLanes - 1) / kLanes;
  std::vector<NonNegativeOutcome> outcomes(blocks);
  WorkspaceStore store;
  pool.parallel_for(blocks, 1, [&](size_t block, size_t) {
    auto workspace = store.take();
    gather(input.base.first(m * steps), steps, block, workspace->aggregate);
    gather(input.base.subspan(m * steps), steps, block, workspace->bottom);
    outcomes[block] = solve_block(system, low, options, *workspace);
    scatter(workspace->out, steps, block, std::span(result.forecasts).subspan(m * steps));
    store.give_back(std::move(workspace));
  });
  for (const NonNegativeOutcome& outcome : outcomes) {
    result.rounds = std::max(result.rounds, outcome.rounds);
    result.kkt_violation = std::max(result.kkt_violation, outcome.kkt_violation);
    result.converged = result.converged && outcome.converged;
  }
  return {};
}

}  // namespace restock
