#pragma once

#include <span>
#include <vector>

#include "science/reconcile/nonnegative.h"
#include "science/reconcile/sparse_correlation.h"

namespace restock {

/// Memory of one thread, kept between blocks.
struct NonNegativeSparseWorkspace {
  NonNegativeWorkspace inner;
  LaneWorkspace solver;
  std::vector<double> whitened;    ///< n_nodes: (I + E)^-1 D^(-1/2) (y^ - S b)
  std::vector<double> right;       ///< n_nodes
  std::vector<double> correction;  ///< n_nodes
  std::vector<double> sums;        ///< n_nodes: S b
  std::vector<double> target;      ///< n_nodes: the base forecasts of one step
};

/// min over b >= 0 of (y^ - S b)' W^-1 (y^ - S b) with W = D^(1/2) (I + E) D^(1/2), for kLanes
/// steps.
///
/// Projected gradients in the metric of the diagonal problem, H = S' D^-1 S: a step is
///
///   b <- argmin over b' >= 0 of (t - S b')' D^-1 (t - S b'),
///   t = S b + tau D^(1/2) (I + E)^-1 D^(-1/2) (y^ - S b),
///
/// the problem of nonnegative.h for base forecasts t, started from the last multipliers.
/// Eigenvalues of I + E lie in [1 - rho, 1 + rho], rho its `row_sum_max`, so with tau = 1 - rho^2
/// each step brings b nearer to the solution by the factor rho at least (Bertsekas, Nonlinear
/// Programming, 2nd ed. 1999, prop. 2.3.2: gradient projection, here in another metric; its best
/// constant step).
///
/// `z`, `out`: as `solve_non_negative`; `out` in: where to start, >= 0. The violation is how far
/// one more step would move any node, in units of demand.
NonNegativeOutcome solve_non_negative_sparse(const SparseCovariance& covariance,
                                             const NonNegativeProblem& problem, std::span<double> z,
                                             std::span<double> out,
                                             NonNegativeSparseWorkspace& workspace);

}  // namespace restock
