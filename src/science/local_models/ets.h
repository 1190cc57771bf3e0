#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "foundation/base/result.h"
#include "science/local_models/local_forecast.h"

namespace restock {

enum class EtsError { kAdditive, kMultiplicative };
enum class EtsTrend { kNone, kAdditive, kDamped };
enum class EtsSeason { kNone, kAdditive, kMultiplicative };

/// One model of the ETS taxonomy (Hyndman, Koehler, Snyder & Grose 2002). Multiplicative trends are
/// left out, and so is a multiplicative season with additive errors, whose variance is infinite.
struct EtsForm {
  EtsError error = EtsError::kAdditive;
  EtsTrend trend = EtsTrend::kNone;
  EtsSeason season = EtsSeason::kNone;

  bool operator==(const EtsForm&) const = default;
};

/// "ETS(A,Ad,A)".
[[nodiscard]] std::string ets_name(const EtsForm& form);

struct EtsOptions {
  /// Periods in a season, >= 1; with 1 `auto_ets` tries forms without a season only.
  int32_t season_length = 1;
  /// Gauss-Newton steps from one start, >= 1; a fit that would need more keeps its best point.
  int32_t steps_max = 60;
  /// Longer seasons keep the starting seasonal states of a decomposition instead of estimating
  /// them; 1 to 64.
  int32_t season_length_estimated_max = 64;
};

/// A fitted model. `level`, `trend` and `season` are the states after the last value; season[k] is
/// that of step k + 1, k + 1 + m and so on.
struct EtsFit {
  EtsForm form;
  int64_t n_values = 0;
  /// Smoothing parameters in the notation of Hyndman et al. (2008), so beta <= alpha and gamma <= 1
  /// - alpha; those which the form lacks are 0, and phi is 1 without damping.
  double alpha = 0.0;
  double beta = 0.0;
  double gamma = 0.0;
  double phi = 1.0;
  double level = 0.0;
  double trend = 0.0;
  std::vector<double> season;
  /// States before the first value; initial_season[k] is that of value k.
  double initial_level = 0.0;
  double initial_trend = 0.0;
  std::vector<double> initial_season;
  /// Variance of the errors: units^2 of an additive error, a pure number of a multiplicative one.
  double sigma2 = 0.0;
  /// Of a Gaussian error whose variance is the mean square: the density itself, with its constants.
  double log_likelihood = 0.0;
  /// Smoothing parameters, initial states and the error variance.
  int32_t parameter_count = 0;
  double aic = 0.0;
  double aicc = 0.0;
  double bic = 0.0;
};

/// Buffers that fits reuse. Not thread-safe: one for each thread. A result never depends on what
/// was fitted before with the same workspace.
class EtsWorkspace {
 public:
  EtsWorkspace();
  ~EtsWorkspace();
  EtsWorkspace(EtsWorkspace&&) noexcept;
  EtsWorkspace& operator=(EtsWorkspace&&) noexcept;

  struct Buffers;
  [[nodiscard]] Buffers& buffers() { return *buffers_; }

 private:
  std::unique_ptr<Buffers> buffers_;
};

/// Fit one ETS model by maximum likelihood: smoothing parameters and initial states together, the
/// error variance concentrated out.
///
///   y_t = yhat_t + e_t  or  y_t = yhat_t (1 + e_t),   e_t ~ N(0, sigma^2)
///   log L = -n/2 (log(2 pi S / n) + 1) - sum log |r_t|,  S = sum e_t^2,  r_t = 1 or yhat_t
///
/// within the usual region: 1e-4 <= alpha <= 0.9999, 1e-4 <= beta <= alpha, 1e-4 <= gamma <= 1 -
/// alpha, 0.8 <= phi <= 0.98, and inside the admissible region (all roots of the discount matrix
/// within the unit circle). The optimiser takes Gauss-Newton steps on exact derivatives.
///
/// values: one series without gaps, in time order. Pure; the workspace only lends memory.
/// Errors: kInvalidArgument for options out of range or a forbidden form; kInvalidData for values
/// that are not finite, a constant series, a series too short for the form (two seasons, and more
/// values than parameters + 1), or values <= 0 where error or season is multiplicative.
/// Source: Hyndman, Koehler, Snyder & Grose (2002), Int. J. Forecasting 18, 439-454; Hyndman,
/// Koehler, Ord & Snyder (2008), Forecasting with Exponential Smoothing, ch. 2, 5 and 10.
/// Example: ETS(A,N,N) of Box & Jenkins' airline passengers has alpha = 0.9999, initial level
/// 111.99 and the AIC that R's forecast package publishes (see the test).
[[nodiscard]] Result<EtsFit> fit_ets(std::span<const double> values, const EtsForm& form,
                                     const EtsOptions& options, EtsWorkspace& workspace);

/// Fit all forms that suit the series (15 with a season and only positive values, 6 with a season
/// and zeros or negative values, 6 or 3 without a season) and return the one with the least AICc.
///
/// Seasonal forms need two whole seasons. Errors: as `fit_ets`, if no form can be fitted.
/// Source: Hyndman et al. (2002), section 3; Hyndman et al. (2008), ch. 7.
[[nodiscard]] Result<EtsFit> auto_ets(std::span<const double> values, const EtsOptions& options,
                                      EtsWorkspace& workspace);

/// Mean and variance of the next `horizon` periods, written over `forecast`. Precondition: horizon
/// >= 0.
///
/// The variance is exact for additive errors (class 1) and for multiplicative errors without a
/// multiplicative season (class 2). With one (class 3) it is exact for the first season; after it
/// the covariance of level and season is taken to first order in sigma^2.
/// Source: Hyndman et al. (2008), ch. 6; Hyndman, Koehler, Ord & Snyder (2005), J. Forecasting 24.
/// Example: ETS(A,N,N) with alpha = 0.5 and sigma^2 = 4: variances 4, 5, 6, ...
void forecast_ets(const EtsFit& fit, int32_t horizon, LocalForecast& forecast);

}  // namespace restock
