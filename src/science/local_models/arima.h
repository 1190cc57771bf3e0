#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "foundation/base/result.h"
#include "science/local_models/local_forecast.h"

namespace restock {

/// The order (p,d,q)(P,D,Q)m of a seasonal ARIMA model. Allowed: ar and ma <= 5, seasonal_ar and
/// seasonal_ma <= 2, differences <= 2, seasonal_differences <= 1, and period 1 (no season) to 366.
struct ArimaOrder {
  int32_t ar = 0;
  int32_t differences = 0;
  int32_t ma = 0;
  int32_t seasonal_ar = 0;
  int32_t seasonal_differences = 0;
  int32_t seasonal_ma = 0;
  int32_t period = 1;
  /// Estimate the mean of the differenced series: the series' mean without differences, its drift
  /// with one. Not allowed with more than one difference in all.
  bool constant = false;

  bool operator==(const ArimaOrder&) const = default;
};

/// "ARIMA(1,0,1)(0,1,1)[7] with drift".
[[nodiscard]] std::string arima_name(const ArimaOrder& order);

/// All roots of a model's polynomials in B have a modulus above the first, those in B^m (the
/// seasonal ones) above the second; both 1 to 1.1.
struct ArimaRootBounds {
  double modulus_min = 1.0;
  double seasonal_modulus_min = 1.0;
};

/// A fitted model of w = (1-B)^d (1-B^m)^D y, where B is the lag operator and a_t the noise:
///
///   phi(B) Phi(B^m) (w_t - constant) = theta(B) Theta(B^m) a_t,   a_t ~ N(0, sigma2)
///   phi(B) = 1 - ar[0] B - ...,   theta(B) = 1 + ma[0] B + ...
struct ArimaFit {
  ArimaOrder order;
  std::vector<double> ar;
  std::vector<double> ma;
  std::vector<double> seasonal_ar;
  std::vector<double> seasonal_ma;
  double constant = 0.0;  ///< Mean of w; 0 where the order has none.
  double sigma2 = 0.0;    ///< Of maximum likelihood, units^2.
  int64_t n_values = 0;
  int64_t n_used = 0;  ///< Values left after differencing.
  /// Of w: the exact Gaussian density with its constants.
  double log_likelihood = 0.0;
  int32_t parameter_count = 0;  ///< Coefficients, constant and sigma2.
  double aic = 0.0;
  double aicc = 0.0;
  double bic = 0.0;
  /// Unconstrained coordinates of the coefficients, then the mean in standard deviations of w: a
  /// start for the fit of a neighbouring order.
  std::vector<double> coordinates;
  ArimaRootBounds roots;  ///< That the fit was held to.
};

/// Buffers that fits reuse. Not thread-safe: one for each thread. A result never depends on what
/// was fitted before with the same workspace.
class ArimaWorkspace {
 public:
  ArimaWorkspace();
  ~ArimaWorkspace();
  ArimaWorkspace(ArimaWorkspace&&) noexcept;
  ArimaWorkspace& operator=(ArimaWorkspace&&) noexcept;

  struct Buffers;
  [[nodiscard]] Buffers& buffers() { return *buffers_; }

 private:
  std::unique_ptr<Buffers> buffers_;
};

struct ArimaOptions {
  /// Gauss-Newton steps from one start, >= 1; a fit that would need more keeps its best point.
  int32_t steps_max = 50;
  /// Stop when a step promises less than this in log-likelihood, > 0.
  double tolerance = 1e-7;
  ArimaRootBounds roots = {};
};

/// Fit one order by exact maximum likelihood; mean and noise variance are concentrated out or
/// solved for together with the coefficients.
///
///   log L = -n/2 (log(2 pi S / n) + 1) - 1/2 sum log f_t,   S = sum v_t^2 / f_t
///
/// with one-step errors v_t and variances f_t (in units of sigma2) of the Kalman filter started
/// from the stationary distribution. Coefficients are functions of partial autocorrelations in
/// (-1, 1), so every fit is stationary and invertible. The likelihood may have several maxima: it
/// is climbed from several starts.
///
/// values: one series without gaps, in time order. Pure; the workspace only lends memory.
/// Errors: kInvalidArgument for an order or options out of range; kInvalidData for values that are
/// not finite, a series too short for the order (fewer than parameters + 2 values after
/// differencing), or one that is constant after differencing.
/// Source: Gardner, Harvey & Phillips (1980), Applied Statistics 29, 311-322; Pearlman (1980),
/// Biometrika 67, 232-233 (recursion for the gain); Monahan (1984), Biometrika 71, 403-404 (partial
/// autocorrelations).
/// Example: (0,1,1)(0,1,1)12 of log airline passengers (Box & Jenkins) has ma = -0.4018,
/// seasonal_ma = -0.5569, sigma2 = 0.001348 and log-likelihood 244.70, the values R publishes (see
/// the test).
[[nodiscard]] Result<ArimaFit> fit_arima(std::span<const double> values, const ArimaOrder& order,
                                         const ArimaOptions& options, ArimaWorkspace& workspace);

/// Mean and variance of the next `horizon` periods after `values`, written over `forecast`.
/// Precondition: horizon >= 0, and `values` are those the model was fitted to.
///
/// The variance is sigma2 n / (n - k) times the sum of squared psi weights (k coefficients, n
/// values after differencing); it leaves out what the estimates of the coefficients are wrong by.
/// Source: Box, Jenkins, Reinsel & Ljung (2015), Time Series Analysis, 5th ed., equations 5.1.16
/// and 5.2.
void forecast_arima(const ArimaFit& fit, std::span<const double> values, int32_t horizon,
                    ArimaWorkspace& workspace, LocalForecast& forecast);

}  // namespace restock
