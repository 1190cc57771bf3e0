#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "science/forecast/forecast_table.h"
#include "science/forecast/uncertainty.h"

namespace restock {

/// Correlation of the periods of one series in normal scores:
///   Corr(z_t, z_s) = lasting + fading decay^|t - s|   for t != s.
struct PathCorrelation {
  double lasting = 0;
  double fading = 0;
  double decay = 0;
};

/// The correlation of demand, in units, whose sums have the variance that `uncertainty` gives at
/// this level: least squares on R(k) - 1 = 2 / k sum_{j < k} (k - j) corr(j) over the learnt
/// lengths k. Not negative: sums surer than independent days are drawn independent.
[[nodiscard]] PathCorrelation demand_correlation(const Uncertainty& uncertainty, double level);

/// The correlation in normal scores that gives demand of this law the correlation `target`:
/// bisection on the Hermite series sum_k c_k^2 rho^k / k! of the quantile function, 12 terms (Cario
/// & Nelson, Modeling and generating random vectors with arbitrary marginals, 1997; van der Geest,
/// Statistics & Probability Letters 40 (1998) 337). scores: ascending normal scores of equally
/// likely `values`. In [0, 1]; 0 for a law without variance. Example: values = scores gives target.
[[nodiscard]] double normal_score_correlation(std::span<const double> scores,
                                              std::span<const float> values, double target);

struct PathOptions {
  int32_t n_paths = 200;
  uint64_t seed = 42;
};

/// What paths are drawn from.
struct PathInput {
  const Uncertainty& uncertainty;
  std::span<const float> overdispersion;  ///< n_series of the table
  DemandKind kind = DemandKind::kCounts;
  const ForecastTable& table;
};

/// Paths of demand over the horizon for some series of a forecast: series.size() x n_paths x
/// horizon, row-major. Every period takes the n_paths calibrated quantiles at (j + 1/2) / n_paths,
/// each once; their order follows a Gaussian copula, so that days keep their correlation (Iman &
/// Conover, Communications in Statistics B 11 (1982) 311). Series are independent of each other.
/// A path depends on the options, the series' key and its forecast alone: neither on threads nor on
/// the other series. Errors: kInvalidArgument unless 1 <= n_paths <= 100,000, the series are in the
/// table and there is one overdispersion a series of it.
[[nodiscard]] Result<std::vector<float>> demand_paths(const PathInput& input,
                                                      std::span<const size_t> series,
                                                      const PathOptions& options, ThreadPool& pool);

}  // namespace restock
