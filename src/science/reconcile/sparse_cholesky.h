#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "science/reconcile/hierarchy.h"

namespace restock {

/// Cholesky factor of K = diag(w_a) + A diag(w_b) A' in a sparse, permuted form.
///
/// Small nodes are eliminated first: in a nested hierarchy that gives no fill at all, since the
/// aggregates that share a series with a node are its ancestors and descendants; crossed groupings
/// fill only the blocks of the coarser ones. Left-looking numeric phase on the elimination tree:
/// Davis, Direct Methods for Sparse Linear Systems (2006), ch. 4.
class SparseCholesky {
 public:
  /// Nothing is kept (`ready()` stays false) where the factor would take more than `bytes_max`, or
  /// where rounding makes a pivot not positive.
  void factor(const Hierarchy& hierarchy, std::span<const double> aggregate_variance,
              std::span<const double> bottom_variance, int64_t bytes_max);

  [[nodiscard]] bool ready() const { return ready_; }
  [[nodiscard]] int64_t nonzeros() const { return static_cast<int64_t>(rows_.size()); }

  /// x = K^-1 b for kLanes right-hand sides at once (see lanes.h). Precondition: ready(). `b` and
  /// `x` may be the same memory only if it is the same span.
  void solve(std::span<const double> b, std::span<double> x) const;

 private:
  bool symbolic(int64_t bytes_max);
  bool numeric();

  bool ready_ = false;
  std::vector<int32_t> place_of_;  ///< elimination place of each aggregate
  std::vector<int32_t> node_at_;   ///< aggregate at each place
  // Lower triangle of K by columns, without the diagonal, rows ascending; freed after `factor`.
  std::vector<int64_t> k_offsets_;
  std::vector<int32_t> k_rows_;
  std::vector<double> k_values_;
  std::vector<double> k_diagonal_;
  // The factor likewise.
  std::vector<int64_t> offsets_;
  std::vector<int32_t> rows_;
  std::vector<double> values_;
  std::vector<double> diagonal_;  ///< 1 / L_jj
};

}  // namespace restock
