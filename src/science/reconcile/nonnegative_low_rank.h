#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "science/reconcile/low_rank.h"
#include "science/reconcile/nonnegative.h"

namespace restock {

/// Memory of one thread, kept between blocks: 3 n + (m + n_times) n_times lane values.
struct NonNegativeLowRankWorkspace {
  LaneWorkspace solver;
  LowRankWorkspace preconditioner;
  std::vector<double> candidate;     ///< n
  std::vector<double> weights;       ///< n: W_b where the candidate is positive, else 0
  std::vector<uint8_t> held;         ///< n lanes: the series that `u` and `inverse` hold at zero
  std::vector<double> u;             ///< m x rank lanes: V_a - A_F V_bF
  std::vector<double> gram;          ///< lanes x rank x rank: V_bH' W_H^-1 V_bH
  std::vector<double> inverse;       ///< lanes x rank x rank: (I + gram)^-1
  std::vector<double> gradient;      ///< m
  std::vector<double> gradient_f;    ///< rank
  std::vector<double> direction;     ///< m
  std::vector<double> direction_f;   ///< rank
  std::vector<double> trial;         ///< m
  std::vector<double> trial_f;       ///< rank
  std::vector<double> projection;    ///< rank
  std::vector<double> projection_f;  ///< rank
  std::vector<double> inner;         ///< rank x rank
};

/// min over b >= 0 of (y^ - S b)' W^-1 (y^ - S b) with W = D + V V' (`LowRank`), for kLanes steps.
///
/// Since e' W^-1 e = min over f of (e - V f)' D^-1 (e - V f) + f' f, the common factors f of the
/// errors become unknowns of their own, and the rest is the problem of nonnegative.h. With the
/// multipliers z of the aggregates, b = max(0, b^ - V_b f + W_b A' z), and (z, f) is the zero of
///
///   W_a z + V_a f + A b - a^ = 0,       f - V_a' z - V_b' W_b^-1 (b^ - V_b f - b) = 0,
///
/// the saddle point of a function that is strongly convex in z and strongly concave in f: a
/// strongly monotone, piecewise linear map, which has one zero. Newton's method with a line search
/// on the scaled norm of the map finds it (Pang 1990, Math. Oper. Res. 15, for B-differentiable
/// equations). With F the series now positive and H the others, a step solves
///
///   [K_F, U_F; -U_F', I + G_H],   K_F = W_a + A_F W_F A_F', U_F = V_a - A_F V_bF,
///                                 G_H = V_bH' W_H^-1 V_bH,
///
/// by conjugate gradients on K_F + U_F (I + G_H)^-1 U_F', preconditioned with the solution for all
/// series positive. U_F and G_H are brought up to date by the series that changed sides only.
///
/// Nothing of size n x n exists; a round costs O(n n_times). `z`, `f` in: those of the solution
/// without signs, out: the solution. Otherwise as `solve_non_negative`; the violation is the larger
/// of the first equation's, in units of demand, and of what the second can move any node by.
NonNegativeOutcome solve_non_negative_low_rank(const ConstraintSystem& system, const LowRank& low,
                                               const NonNegativeProblem& problem,
                                               std::span<double> z, std::span<double> f,
                                               std::span<double> out,
                                               NonNegativeLowRankWorkspace& workspace);

}  // namespace restock
