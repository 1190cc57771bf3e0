#include "science/reconcile/nonnegative_sparse.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "foundation/base/assert.h"

namespace restock {
namespace {

using Lane = std::array<double, kLanes>;

/// What is left of the error of the whitened residuals after each step; they start from those
/// before.
constexpr double kWhiteningTolerance = 1e-2;
/// The problem of each step is solved that much more exactly than the whole.
constexpr double kInnerTolerance = 0.1;

/// sums = S b.
void sum_lanes(const Hierarchy& hierarchy, std::span<const double> bottom, std::span<double> sums) {
  const size_t m = hierarchy.n_aggregates() * kLanes;
  std::fill_n(sums.begin(), m, 0.0);
  for (size_t j = 0; j < hierarchy.n_bottom(); ++j) {
    const double* own = bottom.data() + j * kLanes;
    for (const int32_t a : hierarchy.ancestors_of(j)) {
      double* row = sums.data() + static_cast<size_t>(a) * kLanes;
      for (size_t l = 0; l < kLanes; ++l) row[l] += own[l];
    }
  }
  std::ranges::copy(bottom, sums.begin() + static_cast<std::ptrdiff_t>(m));
}

/// Bring the whitened residuals nearer to (I + E)^-1 D^(-1/2) (y^ - S b).
void whiten(const SparseCovariance& covariance, const NonNegativeProblem& problem,
            NonNegativeSparseWorkspace& space) {
  const SparseCorrelation& correlation = covariance.correlation();
  const auto sd = covariance.sd();
  const auto multiply = [&](std::span<const double> in, std::span<double> out) {
    correlation.multiply(in, out);
    for (size_t i = 0; i < in.size(); ++i) out[i] += in[i];
  };
  multiply(space.whitened, space.right);
  const size_t m = problem.aggregate.size();
  for (size_t i = 0; i < space.right.size(); ++i) {
    const double base = i < m ? problem.aggregate[i] : problem.bottom[i - m];
    space.right[i] = (base - space.sums[i]) / sd[i / kLanes] - space.right[i];
  }
  conjugate_gradients(
      multiply,
      [](std::span<const double> in, std::span<double> out) { std::ranges::copy(in, out.begin()); },
      space.right, kWhiteningTolerance, space.correction, space.solver);
  for (size_t i = 0; i < space.whitened.size(); ++i) space.whitened[i] += space.correction[i];
}

}  // namespace

NonNegativeOutcome solve_non_negative_sparse(const SparseCovariance& covariance,
                                             const NonNegativeProblem& problem, std::span<double> z,
                                             std::span<double> out,
                                             NonNegativeSparseWorkspace& workspace) {
  const Hierarchy& hierarchy = covariance.system().hierarchy();
  const size_t size = hierarchy.n_nodes() * kLanes;
  const size_t m = problem.aggregate.size();
  RESTOCK_ASSERT(z.size() == m);
  RESTOCK_ASSERT(out.size() == problem.bottom.size());
  const double rho = covariance.correlation().row_sum_max;
  const double tau = 1 - rho * rho;
  workspace.whitened.assign(size, 0);
  for (auto* vector : {&workspace.right, &workspace.correction, &workspace.sums, &workspace.target})
    vector->resize(size);
  sum_lanes(hierarchy, out, workspace.sums);
  NonNegativeProblem step = problem;
  step.tolerance = kInnerTolerance * problem.tolerance;
  NonNegativeOutcome outcome{.converged = false};
  while (!outcome.converged && outcome.rounds < problem.rounds_max) {
    whiten(covariance, problem, workspace);
    for (size_t i = 0; i < size; ++i)
      workspace.target[i] =
          workspace.sums[i] + tau * covariance.sd()[i / kLanes] * workspace.whitened[i];
    step.aggregate = std::span(workspace.target).first(m);
    step.bottom = std::span(workspace.target).subspan(m);
    const NonNegativeOutcome inner =
        solve_non_negative(covariance.system(), step, z, out, workspace.inner);
    // What was S b is needed once more, to tell how far the step went.
    workspace.target = workspace.sums;
    sum_lanes(hierarchy, out, workspace.sums);
    ++outcome.rounds;
    outcome.kkt_violation = 0;
    for (size_t i = 0; i < size; ++i) {
      const double moved = std::abs(workspace.sums[i] - workspace.target[i]);
      outcome.kkt_violation = std::max(outcome.kkt_violation, moved / problem.scale[i % kLanes]);
    }
    outcome.converged = inner.converged && outcome.kkt_violation <= problem.tolerance;
  }
  return outcome;
}

}  // namespace restock
