#include "science/reconcile/mint.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>
#include <optional>

#include "foundation/base/assert.h"
#include "science/reconcile/lanes.h"
#include "science/reconcile/low_rank.h"
#include "science/reconcile/nonnegative.h"
#include "science/reconcile/nonnegative_low_rank.h"
#include "science/reconcile/nonnegative_sparse.h"
#include "science/reconcile/shrinkage.h"
#include "science/reconcile/sparse_correlation.h"

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
  std::vector<double> errors;     ///< n_nodes lanes, for kMintSparse
  std::vector<double> image;      ///< n_nodes lanes, for kMintSparse
  LaneWorkspace solver;
  LowRankWorkspace low_rank;
  NonNegativeWorkspace non_negative;
  NonNegativeLowRankWorkspace non_negative_low_rank;
  NonNegativeSparseWorkspace non_negative_sparse;
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

/// W of one of the methods; what it does not have is empty.
struct Covariance {
  const ConstraintSystem& system;            ///< of its diagonal part
  LowRank low;                               ///< for kMintShrinkage
  const SparseCovariance* sparse = nullptr;  ///< for kMintSparse
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
    case ReconcileMethod::kMintSparse:
      return with_floor(covariance.variance);
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

/// out = b^ + W_b A' z, the bottom rows of y^ - W C' z for a diagonal W.
void adjust_bottom(const ConstraintSystem& system, Workspace& workspace) {
  const auto variance = system.bottom_variance();
  workspace.out.resize(workspace.bottom.size());
  for (size_t j = 0; j < variance.size(); ++j) {
    double sum[kLanes];
    system.ancestors_sum(workspace.z, j, sum);
    for (size_t l = 0; l < kLanes; ++l) {
      const size_t i = j * kLanes + l;
      workspace.out[i] = workspace.bottom[i] + variance[j] * sum[l];
    }
  }
}

/// out -= V_b (U' z).
void subtract_common(const ConstraintSystem& system, const LowRank& low, Workspace& workspace) {
  const size_t m = system.aggregate_variance().size();
  double factor_sum[kLanes];
  sum_factors(workspace.low_rank.factors, factor_sum);
  for (size_t j = 0; j < system.bottom_variance().size(); ++j) {
    double common[kLanes];
    row_times_factors(low, m + j, workspace.low_rank.factors, factor_sum, common);
    for (size_t l = 0; l < kLanes; ++l) workspace.out[j * kLanes + l] -= common[l];
  }
}

/// z = (C W C')^-1 right and out = the bottom rows of y^ - W C' z, for a W with correlations.
void solve_sparse(const SparseCovariance& sparse, Workspace& workspace) {
  const ConstraintSystem& system = sparse.system();
  conjugate_gradients(
      [&](std::span<const double> in, std::span<double> out) {
        sparse.multiply_constraints(in, out, workspace.errors, workspace.image);
      },
      [&](std::span<const double> in, std::span<double> out) { system.precondition(in, out); },
      workspace.right, kSolveTolerance, workspace.z, workspace.solver);
  adjust_bottom(system, workspace);
  sparse.correlate(workspace.z, workspace.errors, workspace.image);
  const double* below = workspace.image.data() + workspace.z.size();
  for (size_t i = 0; i < workspace.out.size(); ++i) workspace.out[i] -= below[i];
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

NonNegativeOutcome solve_block(const Covariance& covariance, const ReconcileOptions& options,
                               Workspace& workspace) {
  const auto& [system, low, sparse] = covariance;
  contradiction(system.hierarchy(), workspace);
  workspace.z.resize(workspace.right.size());
  workspace.out.resize(workspace.bottom.size());
  const std::vector<double> scale = lane_scales(workspace);
  const NonNegativeProblem problem{workspace.aggregate, workspace.bottom, scale, options.tolerance,
                                   options.rounds_max};
  if (sparse != nullptr) {
    solve_sparse(*sparse, workspace);
    if (!options.non_negative) return {};
    for (double& value : workspace.out) value = std::max(0.0, value);
    return solve_non_negative_sparse(*sparse, problem, workspace.z, workspace.out,
                                     workspace.non_negative_sparse);
  }
  system.solve(workspace.right, {}, kSolveTolerance, workspace.z, workspace.solver);
  if (low.rank > 0) {
    apply_low_rank(low, workspace.z, workspace.low_rank);
    if (options.non_negative) {
      return solve_non_negative_low_rank(system, low, problem, workspace.z,
                                         workspace.low_rank.factors, workspace.out,
                                         workspace.non_negative_low_rank);
    }
    adjust_bottom(system, workspace);
    subtract_common(system, low, workspace);
    return {};
  }
  if (options.non_negative) {
    return solve_non_negative(system, problem, workspace.z, workspace.out, workspace.non_negative);
  }
  adjust_bottom(system, workspace);
  return {};
}

}  // namespace

Status reconcile_mint(const Hierarchy& hierarchy, const ReconcileInput& input,
                      const ReconcileOptions& options, ThreadPool& pool, ReconcileResult& result) {
  const auto steps = static_cast<size_t>(input.horizon);
  const auto n_times = static_cast<size_t>(input.n_residuals);
  const size_t m = hierarchy.n_aggregates();
  ShrunkCovariance moments;
  if (needs_residuals(options.method)) {
    moments = shrunk_covariance(input.residuals, n_times, pool);
    result.shrinkage = moments.lambda;
  }
  const ConstraintSystem system =
      make_system(hierarchy, diagonal_of_w(hierarchy, input, options, moments), options);
  Covariance covariance{system, {}, nullptr};
  SparseCorrelation correlation;
  std::optional<SparseCovariance> sparse;
  if (options.method == ReconcileMethod::kMintSparse) {
    correlation = sparse_correlation(hierarchy, input.residuals, n_times, moments, pool);
    result.correlations = correlation.pairs();
    covariance.sparse = &sparse.emplace(system, correlation);
  } else if (options.method == ReconcileMethod::kMintShrinkage && moments.lambda < 1) {
    covariance.low = make_low_rank(system, input.residuals, n_times, std::move(moments), pool);
  }

  const size_t blocks = (steps + kLanes - 1) / kLanes;
  std::vector<NonNegativeOutcome> outcomes(blocks);
  WorkspaceStore store;
  pool.parallel_for(blocks, 1, [&](size_t block, size_t) {
    auto workspace = store.take();
    gather_lanes(input.base.first(m * steps), steps, block, workspace->aggregate);
    gather_lanes(input.base.subspan(m * steps), steps, block, workspace->bottom);
    outcomes[block] = solve_block(covariance, options, *workspace);
    scatter_lanes(workspace->out, steps, block, std::span(result.forecasts).subspan(m * steps));
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
