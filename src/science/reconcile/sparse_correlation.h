#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "science/reconcile/hierarchy.h"
#include "science/reconcile/lanes.h"
#include "science/reconcile/shrinkage.h"

namespace restock {

/// Correlations of the errors of related nodes, E, so that W = D^(1/2) (I + E) D^(1/2) with D the
/// variances. Symmetric, both halves stored by rows; the diagonal is zero and not stored.
struct SparseCorrelation {
  std::vector<int64_t> offsets = {0};  ///< n_nodes + 1
  std::vector<int32_t> columns;
  std::vector<float> values;
  double threshold = 0;    ///< what a correlation had to exceed
  double row_sum_max = 0;  ///< largest sum of |e_ij| of a row, at most kRowSumMax

  [[nodiscard]] int64_t pairs() const { return static_cast<int64_t>(columns.size()) / 2; }
  /// out = E x for each lane, n_nodes lanes.
  void multiply(std::span<const double> x, std::span<double> out) const;
};

/// Rows keep at most this much correlation, so that I + E has its eigenvalues in [0.5, 1.5].
inline constexpr double kRowSumMax = 0.5;

/// Estimate them: hard thresholding of the sample correlations, Bickel & Levina (2008, Ann. Stat.
/// 36, "Covariance regularization by thresholding"), of the pairs that are related, shrunk by
/// Schaefer & Strimmer (2005, Stat. Appl. Genet. Mol. Biol. 4, art. 32):
///
///   e_ij = s_ij (1 - lambda) r_ij where |r_ij| > sqrt(2 log(n_nodes) / T), else 0.
///
/// Without correlation |r| exceeds that threshold with probability below 1 / n_nodes, so a row
/// keeps less than one false correlation on average. Related: a series and the aggregates it is
/// part of, two aggregates that share a series, two series that share an aggregate of at most 200
/// series. s_ij = min(s_i, s_j), s_i = min(1, kRowSumMax / sum_j (1 - lambda) |r_ij|) makes the
/// matrix diagonally dominant, so positive definite.
///
/// `residuals`: n_nodes x n_times, row-major; `covariance`: their means, variances and lambda.
/// O(pairs n_times) time, 4 n_nodes n_times bytes beside the result. The same for any number of
/// threads. Example: two series of a total whose errors are equal, T = 50: all three pairs are
/// kept, each with 0.25 (see the test).
[[nodiscard]] SparseCorrelation sparse_correlation(const Hierarchy& hierarchy,
                                                   std::span<const float> residuals, size_t n_times,
                                                   const ShrunkCovariance& covariance,
                                                   ThreadPool& pool);

/// W = D^(1/2) (I + E) D^(1/2) as a map of errors of all nodes, and its constraint system.
class SparseCovariance {
 public:
  /// `system` is that of D; both outlive the object.
  SparseCovariance(const ConstraintSystem& system, const SparseCorrelation& correlation);

  [[nodiscard]] const ConstraintSystem& system() const { return system_; }
  [[nodiscard]] const SparseCorrelation& correlation() const { return correlation_; }
  /// Standard deviation of each node, n_nodes values.
  [[nodiscard]] std::span<const double> sd() const { return sd_; }

  /// out = C W C' z for each lane. `errors`, `image`: memory of n_nodes lanes.
  void multiply_constraints(std::span<const double> z, std::span<double> out,
                            std::vector<double>& errors, std::vector<double>& image) const;
  /// image = D^(1/2) E D^(1/2) C' z, n_nodes lanes.
  void correlate(std::span<const double> z, std::vector<double>& errors,
                 std::vector<double>& image) const;

 private:
  const ConstraintSystem& system_;
  const SparseCorrelation& correlation_;
  std::vector<double> sd_;
};

}  // namespace restock
