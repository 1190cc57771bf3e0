#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"

namespace restock {

enum class ObjectiveKind { kPoisson, kTweedie, kSquared, kQuantile };

/// What the trees minimise. Poisson and Tweedie model the log of the mean and need targets >= 0.
struct Objective {
  ObjectiveKind kind = ObjectiveKind::kPoisson;
  double variance_power = 1.5;        ///< Tweedie only: variance ~ mean^power, in (1, 2).
  std::vector<double> probabilities;  ///< Quantile only: ascending, each in (0, 1).

  /// 1, or the number of probabilities.
  [[nodiscard]] size_t n_outputs() const;
  [[nodiscard]] bool log_link() const;
  /// Errors: kInvalidArgument naming the field.
  [[nodiscard]] Status validate() const;
};

/// "poisson", "tweedie", "squared", "quantile".
[[nodiscard]] std::string_view objective_name(ObjectiveKind kind);
[[nodiscard]] Result<ObjectiveKind> parse_objective(std::string_view name);

/// The rows a gradient is computed for. `weight` may be empty (all 1). margin: n_rows x n_outputs,
/// row-major.
struct ScoredRows {
  std::span<const float> target;
  std::span<const float> weight;
  std::span<const float> margin;
};

/// Which rows one boosting round learns from: row r takes part if hash(seed, round, r) < share *
/// 2^64.
struct RowSample {
  double share = 1;
  uint64_t seed = 0;
  uint64_t round = 0;
};

/// First and second derivative of the loss by the margin s of each row, rounded so that all sums
/// are exact.
///
///   Poisson:  g = e^s - y                              h = e^s
///   Tweedie:  g = e^((2-p)s) - y e^((1-p)s)            h = (2-p) e^((2-p)s) + (p-1) y e^((1-p)s)
///   squared:  g = s - y                                h = 1
///   quantile: g = [s >= y] - a                         h = 1
///
/// times the row's weight; 0 for rows outside the sample. Every value is rounded to a multiple of
/// the power of two q with sum |g| <= 2^52 q, so any sum of them, in any order and from any number
/// of threads, is exact in double precision: the trees, and the bytes of the model, do not depend
/// on the thread count. The rounding error, q / 2 = sum|g| 2^-53, is that of one addition in
/// double.
///
/// gradient, hessian: n_rows x n_outputs, row-major, overwritten.
/// Source: Jorgensen, The Theory of Dispersion Models (1997), ch. 4; Koenker & Bassett (1978) for
/// the quantile.
void exact_gradients(const Objective& objective, const ScoredRows& rows, const RowSample& sample,
                     ThreadPool& pool, std::span<float> gradient, std::span<float> hessian);

/// Weighted mean deviance of the rows (quantile: mean pinball loss over the probabilities). Units:
/// those of the loss. Summed per block of 65536 rows, then in block order.
[[nodiscard]] double mean_deviance(const Objective& objective, const ScoredRows& rows,
                                   ThreadPool& pool);

}  // namespace restock
