#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "foundation/math/demand_distribution.h"
#include "foundation/math/zero_inflated_demand.h"
#include "foundation/panel/panel.h"
#include "science/forecast/forecast_table.h"

namespace restock {

/// Knots of a probability map: finer where the tails are.
inline constexpr size_t kMapKnots = 29;

/// What was learnt of sums over `length` periods (1: single periods), by classes of like level. The
/// level of a sum is its mean per period.
struct LevelClasses {
  int32_t length = 1;
  std::vector<double> upper;      ///< n_classes - 1 ascending bounds of the level
  std::vector<double> log_level;  ///< n_classes; mean log level of the members
  std::vector<double> log_ratio;  ///< n_classes; log of the variance over what `Uncertainty` names
  /// n_classes x kMapKnots, ascending: the share of actuals below the quantile of the fitted law.
  std::vector<double> map;
  std::vector<double> inflation;  ///< n_classes, in [0, 1]: of zeros (`ZeroInflatedDemand`)

  [[nodiscard]] size_t n_classes() const { return log_level.size(); }
  [[nodiscard]] size_t class_of(double level) const;
  /// Linear between the classes in log level, flat below them, with the last slope above.
  [[nodiscard]] double ratio_at(double level) const;
};

/// How far demand falls from its forecast mean. The law of one period is negative binomial (counts)
/// or gamma with mean mu and
///
///   Var(d_t) = mu phi_i^c r(mu),     Var(sum of k periods) = R(k, mean of mu) sum Var(d_t)
///
/// (counts of a class that is zero more often than that by its likelihood are zero-inflated, with
/// the same mean and variance). phi_i is the overdispersion of the series around its profile; r and
/// R are learnt for classes of like level. Both laws are then recalibrated: P(D <= x) = g(F(x)),
/// with g the distribution function of the PIT in the class (Kuleshov, Fenner & Ermon, ICML 2018;
/// Dawid, JRSS A 147 (1984)). Learnt from a forecast whose actuals were not seen in training.
struct Uncertainty {
  double dispersion_power = 1;     ///< c
  LevelClasses daily;              ///< empty: variance phi mu + 0.004 mu^2, no recalibration
  std::vector<LevelClasses> sums;  ///< ascending lengths >= 2
  int64_t residuals = 0;           ///< number learnt from; 0 = the defaults

  [[nodiscard]] double variance(double mean, double overdispersion) const;
  /// R(periods, level); 1 for one period. Between the learnt lengths linear in the logarithms,
  /// beyond them with the last slope.
  [[nodiscard]] double sum_inflation(int32_t periods, double level) const;
  /// The law, before recalibration, of sums of `periods` with this mean per period.
  [[nodiscard]] ZeroInflatedDemand law(DemandKind kind, int32_t periods, double level, double mean,
                                       double variance) const;
  /// g^-1 of each probability for sums of `periods` at this level: F's quantiles there are the
  /// calibrated ones. probabilities: ascending, in [0, 1); out: the same size, the same range.
  void uncalibrated(int32_t periods, double level, std::span<const double> probabilities,
                    std::span<double> out) const;
  /// g: the calibrated P(D <= x) where the fitted law says `p`. Inverse of `uncalibrated`.
  [[nodiscard]] double calibrated(int32_t periods, double level, double p) const;
};

/// Means and actuals of a window that training had not seen. mean: n_series x horizon from
/// `origin`.
struct ScoredWindow {
  const Panel& panel;
  Period origin = 0;
  int32_t horizon = 0;
  std::span<const double> mean;
};

/// Learn the uncertainty: c, r and R by maximum likelihood, the inflation of zeros by likelihood
/// too, but only in classes where each half of the series makes the other half likelier with it; g
/// from the PIT of every class (for counts the mean conditional distribution of Czado, Gneiting &
/// Held, Biometrics 65 (2009), eq. 2, which needs no random numbers), all drawn to the defaults or
/// to the identity where residuals are few. Only periods with state kSold and a mean above 0 count.
/// Deterministic.
[[nodiscard]] Uncertainty fit_uncertainty(const ScoredWindow& window,
                                          std::span<const float> overdispersion, DemandKind kind);

/// Fill sd, quantiles and cumulative_variance of `table` from its means.
void spread(const Uncertainty& uncertainty, std::span<const float> overdispersion, DemandKind kind,
            ThreadPool& pool, ForecastTable& table);

/// Steps [begin, end) of a forecast, 0-based.
struct StepWindow {
  int32_t begin = 0;
  int32_t end = 0;
};

/// Mean and variance of one series' demand summed over a window, before recalibration.
struct SumLaw {
  double mean = 0;
  double variance = 0;
  int32_t open_periods = 0;  ///< with a mean above 0; 0: no demand at all
};
[[nodiscard]] SumLaw sum_law(const Uncertainty& uncertainty, double overdispersion,
                             const ForecastTable& table, size_t series, StepWindow steps);

/// Calibrated quantiles of demand summed over a window of steps, n_series x probabilities.size(),
/// row-major. Errors: kInvalidArgument unless 0 <= begin < end <= horizon, probabilities ascend in
/// [0, 1) and there is one overdispersion a series.
[[nodiscard]] Result<std::vector<float>> window_quantiles(
    const Uncertainty& uncertainty, std::span<const float> overdispersion, DemandKind kind,
    const ForecastTable& table, StepWindow steps, std::span<const double> probabilities,
    ThreadPool& pool);

}  // namespace restock
