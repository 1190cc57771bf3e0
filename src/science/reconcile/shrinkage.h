#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "foundation/base/thread_pool.h"

namespace restock {

/// Mean and variance of each row of residuals, and how far their correlations are shrunk.
struct ShrunkCovariance {
  std::vector<double> mean;      ///< n
  std::vector<double> variance;  ///< n, divisor T - 1
  double lambda = 1;             ///< W = lambda diag(variance) + (1 - lambda) covariance
};

/// Intensity of shrinkage towards the diagonal, Schaefer & Strimmer (2005, Stat. Appl. Genet. Mol.
/// Biol. 4, art. 32), target D of table 2:
///
///   lambda = sum_{i != j} Var(r_ij) / sum_{i != j} r_ij^2, clipped to [0, 1],
///   Var(r_ij) = 1 / (T (T - 1)) sum_t (z_it z_jt - r_ij)^2, z standardised with divisor T
///
/// over all n^2 pairs, exactly, in O(n T^2) and O(T^2) memory: both sums follow from the T x T
/// matrix G = Z' Z, since sum r_ij^2 = |G|_F^2 / T^2 and sum (z_it z_jt)^2 = sum_t G_tt^2. Rows
/// without variance count as uncorrelated.
///
/// `residuals`: n x n_times, row-major. Precondition: n_times >= 2, all finite.
[[nodiscard]] ShrunkCovariance shrunk_covariance(std::span<const float> residuals, size_t n_times,
                                                 ThreadPool& pool);

/// x with M x = b for one or several right-hand sides (columns of b, row-major, in place), M
/// symmetric positive definite, n x n, destroyed. Returns false where a pivot is not positive.
[[nodiscard]] bool solve_dense(std::span<double> matrix, size_t n, std::span<double> right,
                               size_t columns);

}  // namespace restock
