#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "science/reconcile/lanes.h"
#include "science/reconcile/shrinkage.h"

namespace restock {

/// The shrunk covariance W = D + V V', D = lambda diag(variance) and V = sqrt((1 - lambda) / (T -
/// 1)) (residuals - mean), n_nodes x T: nothing of it but the residuals is stored. The constraint
/// system is M = C W C' = K + U U' with U = C V, solved by Woodbury's identity
///
///   M^-1 = K^-1 - Y Q^-1 U' K^-1,   Y = K^-1 U,   Q = I + U' Y.
struct LowRank {
  size_t rank = 0;  ///< T; 0 = there is no such part
  double scale = 0;
  std::span<const float> residuals;  ///< n_nodes x rank
  std::vector<double> mean;          ///< n_nodes
  std::vector<double> u;             ///< m x rank
  std::vector<double> y;             ///< m x rank
  std::vector<double> q;             ///< rank x rank
  double row_norm_max = 0;           ///< the largest norm of a row of V, units
};

/// Memory of one thread.
struct LowRankWorkspace {
  std::vector<double> factors;  ///< rank lanes
  std::vector<double> inner;    ///< copy of Q
};

/// `system` is that of D. Precondition: covariance.lambda < 1, n_times >= 2.
[[nodiscard]] LowRank make_low_rank(const ConstraintSystem& system,
                                    std::span<const float> residuals, size_t n_times,
                                    ShrunkCovariance covariance, ThreadPool& pool);

/// z = M^-1 right, given z = K^-1 right, lane by lane; `workspace.factors` becomes U' z.
void apply_low_rank(const LowRank& low, std::span<double> z, LowRankWorkspace& workspace);

/// V row times the factors of each lane: kLanes values. `factor_sum`: the sum of the factors.
void row_times_factors(const LowRank& low, size_t node, std::span<const double> factors,
                       const double* factor_sum, double* out);

/// The sum over the rank of each lane: kLanes values.
void sum_factors(std::span<const double> factors, double* out);

}  // namespace restock
