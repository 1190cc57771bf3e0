#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "science/reconcile/hierarchy.h"

namespace restock {

/// How base forecasts of all nodes are made to add up.
enum class ReconcileMethod {
  kBottomUp,       ///< Sums of the bottom forecasts.
  kTopDown,        ///< The first level's forecasts, shared out by `Proportions`.
  kMiddleOut,      ///< As top-down from `middle_level`; levels above it are its sums.
  kOls,            ///< MinT with W = I.
  kWlsStructural,  ///< MinT with W = diag(number of bottom series below).
  kWlsVariance,    ///< MinT with W = diag(variance of the base forecasts' errors).
  kMintShrinkage,  ///< MinT with the errors' covariance, shrunk towards its diagonal.
  kMintSparse,     ///< MinT with the errors' correlations of related nodes that are large.
};

/// "bottom_up", "top_down", "middle_out", "ols", "wls_structural", "wls_variance",
/// "mint_shrinkage", "mint_sparse".
[[nodiscard]] std::string_view method_name(ReconcileMethod method);
/// Errors: kInvalidArgument that lists the names.
[[nodiscard]] Result<ReconcileMethod> parse_method(std::string_view name);
/// Whether a method learns the correlations of errors: kMintShrinkage and kMintSparse.
[[nodiscard]] bool needs_residuals(ReconcileMethod method);

/// How top-down and middle-out share a node's forecast out among its bottom series.
enum class Proportions {
  kAverageProportions,    ///< p_j = mean over t of y_j(t) / y_top(t); periods with y_top = 0 skip.
  kProportionOfAverages,  ///< p_j = sum of y_j / sum of y_top.
  kForecastProportions,   ///< By the base forecasts, level by level (nested levels only).
};

struct ReconcileInput {
  int32_t horizon = 0;
  /// Base forecasts, n_nodes x horizon.
  std::span<const double> base;
  /// Variance of the one-step errors per node, for kWlsVariance; empty = the mean squares of
  /// `residuals`.
  std::span<const double> variance;
  /// Errors of the base forecasts in the sample, n_nodes x n_residuals, for kMintShrinkage and
  /// kMintSparse (and kWlsVariance); complete and finite. Float: it is the largest input by far.
  std::span<const float> residuals;
  int32_t n_residuals = 0;
  /// Past demand, n_bottom x n_history, for historical proportions.
  std::span<const float> history;
  int32_t n_history = 0;
};

struct ReconcileOptions {
  ReconcileMethod method = ReconcileMethod::kWlsStructural;
  Proportions proportions = Proportions::kProportionOfAverages;
  std::string middle_level;   ///< Name of a level, for kMiddleOut.
  bool non_negative = false;  ///< No bottom forecast below zero (so no node either).
  double tolerance = 1e-9;    ///< Of the optimality conditions, in units of the largest |base|.
  int rounds_max = 100;       ///< Rounds of the non-negative solution.
  int64_t factor_bytes_max = 512LL << 20;  ///< Else conjugate gradients without a factor.
};

struct ReconcileResult {
  std::vector<double> forecasts;  ///< n_nodes x horizon; aggregates are exact sums
  double incoherence_before = 0;  ///< largest |aggregate - sum below|, units
  double incoherence_after = 0;   ///< the same afterwards
  double shrinkage = 0;           ///< lambda of kMintShrinkage and kMintSparse
  int64_t correlations = 0;       ///< pairs of nodes whose correlation kMintSparse keeps
  int64_t zeros = 0;              ///< bottom forecasts held at zero by `non_negative`
  int rounds = 0;                 ///< most rounds of any step
  double kkt_violation = 0;  ///< largest violation of the optimality conditions, relative as above
  bool converged = true;  ///< false: rounds_max came first; coherent and non-negative all the same
};

/// Make forecasts add up.
///
///   y~ = y^ - W C' (C W C')^-1 C y^,   C = [I, -A]
///
/// which is S (S' W^-1 S)^-1 S' W^-1 y^: Wickramasuriya, Athanasopoulos & Hyndman (2019, JASA 114),
/// the unbiased linear reconciliation of least total variance for W the covariance of the base
/// errors. C W C' has one row per aggregate and is sparse plus, for kMintShrinkage, of rank
/// n_residuals (Woodbury, low_rank.h) or, for kMintSparse, with the sparse correlations of
/// sparse_correlation.h; memory is O(n_nodes (horizon + n_residuals) + factor).
///
/// With `non_negative`: min (y^ - S b)' W^-1 (y^ - S b) over b >= 0 (Wickramasuriya, Turlach &
/// Hyndman 2020, Stat. Comput. 30): for diagonal W by Newton's method on the dual
/// (nonnegative.h), for kMintShrinkage by Newton's method on the dual and the common factors
/// (nonnegative_low_rank.h), for kMintSparse by projected gradients (nonnegative_sparse.h); each
/// ends after `rounds_max` rounds whatever the data. Bottom-up, top-down and middle-out clip the
/// bottom at zero before they sum.
///
/// Top-down: Gross & Sohl (1990, J. Forecast. 9), methods A and F; forecast proportions:
/// Athanasopoulos, Ahmed & Hyndman (2009, Int. J. Forecast. 25), eq. (6), which is not unbiased.
/// Where a sum to be divided by is zero, the parts are equal.
///
/// The same bytes for any number of threads. Errors: kInvalidArgument for inputs of the wrong shape
/// or missing for the method, values that are not finite, or a negative variance. Example: total
/// 10, parts 4 and 5 with OLS: each moves by 1/3, to 9 2/3, 4 1/3 and 5 1/3 (see the test).
[[nodiscard]] Result<ReconcileResult> reconcile(const Hierarchy& hierarchy,
                                                const ReconcileInput& input,
                                                const ReconcileOptions& options, ThreadPool& pool);

}  // namespace restock
