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

/// `fit_arima` from a given start (coordinates of `order`, or empty: white noise).
[[nodiscard]] Result<ArimaFit> fit_from(std::span<const double> values, const ArimaOrder& order,
                                        const ArimaOptions& options, std::span<const double> start,
                                        ArimaWorkspace& workspace);

}  // namespace restock::arima
