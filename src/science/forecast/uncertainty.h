#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "foundation/panel/panel.h"
#include "science/forecast/forecast_table.h"

namespace restock {

/// How far demand falls from its forecast mean:
///
///   Var(d_t)       = noise phi_i mu_t + level mu_t^2
///   Cov(d_t, d_s)  = level_shared mu_t mu_s          (errors in the level last the whole horizon)
///
/// so Var(sum) = sum Var + level_shared ((sum mu)^2 - sum mu^2). phi_i is the overdispersion of the
/// series around its profile. Learnt from a forecast whose actuals were not seen in training.
struct Uncertainty {
  double noise = 1;
  double level = 0.004;
  double level_shared = 0.002;
  int64_t residuals = 0;  ///< number learnt from; 0 = the defaults above

  [[nodiscard]] double variance(double mean, double overdispersion) const {
    return noise * overdispersion * mean + level * mean * mean;
  }
};

/// Means and actuals of a window that training had not seen. mean: n_series x horizon from
/// `origin`.
struct ScoredWindow {
  const Panel& panel;
  Period origin = 0;
  int32_t horizon = 0;
  std::span<const double> mean;
};

/// Learn the three numbers by weighted least squares on squared errors, drawn to the defaults by 60
/// residuals. Only periods with state kSold count. Deterministic.
[[nodiscard]] Uncertainty fit_uncertainty(const ScoredWindow& window,
                                          std::span<const float> overdispersion);

/// Fill sd, quantiles and cumulative_variance of `table` from its means (negative binomial by
/// moments).
void spread(const Uncertainty& uncertainty, std::span<const float> overdispersion, bool counts,
            ThreadPool& pool, ForecastTable& table);

}  // namespace restock
