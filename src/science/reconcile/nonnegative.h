#pragma once

#include <span>
#include <vector>

#include "science/reconcile/lanes.h"

namespace restock {

/// What became of a block of lanes.
struct NonNegativeOutcome {
  int rounds = 0;
  double kkt_violation = 0;  ///< largest of the lanes, in units of their `scale`
  bool converged = true;
};

/// What is to be solved for kLanes steps.
struct NonNegativeProblem {
  std::span<const double> aggregate;  ///< m: a^
  std::span<const double> bottom;     ///< n: b^
  std::span<const double> scale;      ///< kLanes, > 0
  double tolerance = 1e-9;
  int rounds_max = 100;
};

/// Memory of one thread, kept between blocks.
struct NonNegativeWorkspace {
  LaneWorkspace solver;
  std::vector<double> candidate;  ///< n: b^ + W_b A' z, whose positive part is the forecast
  std::vector<double> weights;    ///< n: W_b where the candidate is positive, else 0
  std::vector<double> gradient;   ///< m
  std::vector<double> direction;  ///< m
  std::vector<double> trial;      ///< m
};

/// min over b >= 0 of (a^ - A b)' W_a^-1 (a^ - A b) + (b^ - b)' W_b^-1 (b^ - b), for kLanes steps.
///
/// With multipliers z of the aggregates, b = max(0, b^ + W_b A' z), and z minimises the convex,
/// piecewise quadratic
///
///   theta(z) = z' W_a z / 2 + sum_j max(0, b^_j + w_j (A' z)_j)^2 / (2 w_j) - a^' z
///
/// without constraints. Newton's method with the matrix W_a + A_F W_F A_F', F the series now
/// positive, and Armijo's line search ends after finitely many rounds (Li & Swetits 1997, SIAM J.
/// Optim. 7, for strictly convex quadratic programs); with full steps it is the primal-dual active
/// set method (Hintermueller, Ito & Kunisch 2003, SIAM J. Optim. 13), which exchanges whole blocks
/// between free and held series. Sign and complementarity conditions hold exactly by construction;
/// what is left of the Karush-Kuhn-Tucker conditions is the gradient W_a z + A b - a^, in units of
/// demand, and it is what `tolerance` bounds.
///
/// `z`: m, in: a start (the multipliers without signs are a good one), out: the solution. `out`: n,
/// the forecasts, >= 0.
NonNegativeOutcome solve_non_negative(const ConstraintSystem& system,
                                      const NonNegativeProblem& problem, std::span<double> z,
                                      std::span<double> out, NonNegativeWorkspace& workspace);

}  // namespace restock
