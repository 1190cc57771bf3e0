#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "science/reconcile/hierarchy.h"
#include "science/reconcile/sparse_cholesky.h"

namespace restock {

/// Steps are solved eight at a time: eight doubles are two AVX2 registers, and one pass over the
/// sparse matrix serves them all. A lane vector of n entries has n * kLanes doubles, entry i of
/// lane l at i * kLanes + l. Lanes never mix, so results do not depend on what shares a block.
constexpr size_t kLanes = 8;

/// Memory of one thread for one block of lanes, kept between blocks.
struct LaneWorkspace {
  std::vector<double> right;      ///< m
  std::vector<double> residual;   ///< m
  std::vector<double> direction;  ///< m
  std::vector<double> image;      ///< m
  std::vector<double> scaled;     ///< m
};

/// A symmetric positive definite map of lane vectors: writes the image of `in` to `out`.
using LaneMap = std::function<void(std::span<const double> in, std::span<double> out)>;

/// Solve multiply(x) = right for each lane by preconditioned conjugate gradients (Hestenes &
/// Stiefel 1952, J. Res. Nat. Bur. Stand. 49); returns the rounds taken. A lane ends when its
/// preconditioned residual norm is `tolerance` times that of the right-hand side.
int conjugate_gradients(const LaneMap& multiply, const LaneMap& precondition,
                        std::span<const double> right, double tolerance, std::span<double> x,
                        LaneWorkspace& workspace);

/// Columns [8 block, 8 block + 8) of a row-major matrix as lanes; what is missing is 0.
void gather_lanes(std::span<const double> matrix, size_t columns, size_t block,
                  std::vector<double>& out);
/// The way back.
void scatter_lanes(std::span<const double> lanes, size_t columns, size_t block,
                   std::span<double> matrix);

/// The system of the constraint form, K = W_a + A W_b A' (m x m, symmetric positive definite), with
/// W_a, W_b diagonal: Wickramasuriya, Athanasopoulos & Hyndman (2019, JASA 114), eq. (8), where
/// C = [I, -A] annihilates coherent vectors and K = C W C'. Nothing of size n x n is ever formed.
///
/// Solved by preconditioned conjugate gradients; the preconditioner is the sparse Cholesky factor
/// of K where it fits `factor_bytes_max` (then one or two rounds suffice), else the diagonal of K.
/// Const methods are thread-safe, each thread with a workspace of its own.
class ConstraintSystem {
 public:
  /// Preconditions: variances > 0; the hierarchy outlives the system.
  ConstraintSystem(const Hierarchy& hierarchy, std::vector<double> aggregate_variance,
                   std::vector<double> bottom_variance, int64_t factor_bytes_max);

  [[nodiscard]] const Hierarchy& hierarchy() const { return hierarchy_; }
  [[nodiscard]] std::span<const double> aggregate_variance() const { return aggregate_; }
  [[nodiscard]] std::span<const double> bottom_variance() const { return bottom_; }
  [[nodiscard]] bool factored() const { return factor_.ready(); }

  /// Solve (W_a + A diag(w) A') x = right for each lane; `weights` is n lanes wide and takes the
  /// place of W_b, empty = W_b itself in all lanes. Otherwise as `conjugate_gradients`.
  int solve(std::span<const double> right, std::span<const double> weights, double tolerance,
            std::span<double> x, LaneWorkspace& workspace) const;

  /// out = A' z for each lane, one bottom series: kLanes values.
  void ancestors_sum(std::span<const double> z, size_t series, double* out) const;
  /// q = (W_a + A diag(w) A') p for each lane, `weights` as in `solve`.
  void multiply(std::span<const double> p, std::span<const double> weights,
                std::span<double> q) const;
  /// out = K^-1 in where `factored`, else in by the diagonal of K.
  void precondition(std::span<const double> in, std::span<double> out) const;
  /// 1 / the diagonal of K, m values.
  [[nodiscard]] std::span<const double> diagonal_inverse() const { return diagonal_inverse_; }

 private:
  const Hierarchy& hierarchy_;
  std::vector<double> aggregate_;
  std::vector<double> bottom_;
  std::vector<double> diagonal_inverse_;
  SparseCholesky factor_;
};

}  // namespace restock
