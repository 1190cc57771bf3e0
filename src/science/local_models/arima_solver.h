#pragma once

#include <span>
#include <vector>

#include "science/local_models/arima_likelihood.h"

namespace restock::arima {

/// Scratch of the solver, its point and what is known there.
struct SolverWork {
  std::vector<double> x;
  Pass pass;  ///< At x.
  std::vector<double> trial;
  Pass trial_pass;
  PassWork work;
};

/// Move work.x to a minimum of the likelihood's objective by Levenberg-Marquardt steps, coordinates
/// of coefficients staying within [-5, 5] (partial autocorrelations within 0.9999). Pure, and
/// never worse than the start.
///
/// n log(S/n) + sum log f is n log of a sum of squares: residuals v_t f_t^(-1/2) (product
/// f)^(1/2n). Source: Marquardt (1963), J. SIAM 11, 431-441.
void minimise(const Layout& layout, std::span<const double> w, const ArimaOptions& options,
              SolverWork& work);

/// Points from which a likelihood with several maxima is climbed: white noise, a persistent and an
/// alternating mixed process, a lasting season, and one harmonic of the season, each where the
/// order can express it. `base` gives the coordinates that a start leaves alone (empty: 0).
[[nodiscard]] std::vector<std::vector<double>> typical_starts(const ArimaOrder& order,
                                                              std::span<const double> base);

struct FitRequest {
  ArimaOrder order;
  ArimaOptions options;
  std::span<const std::vector<double>> starts;  ///< At least one, in coordinates of `order`.
  /// Steps from each of several starts, before the best is followed to its end.
  int32_t screening_steps = 6;
};

/// Fit from given starts and keep the best: see `fit_arima`.
[[nodiscard]] Result<ArimaFit> fit_from(std::span<const double> values, const FitRequest& request,
                                        ArimaWorkspace& workspace);

}  // namespace restock::arima
