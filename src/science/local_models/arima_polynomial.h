#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "science/local_models/arima.h"

namespace restock::arima {

/// Coefficients a_1..a_p of a polynomial 1 - a_1 B - ... - a_p B^p whose roots lie outside the unit
/// circle, from unconstrained coordinates: partial autocorrelations tanh(x_k), then Durbin's
/// recursion. A last coordinate of 0 gives the same polynomial as without it.
/// Source: Monahan (1984), Biometrika 71, 403-404.
void coefficients_from_coordinates(std::span<const double> coordinates,
                                   std::span<double> coefficients);

/// True where all roots of 1 - a_1 z - ... - a_p z^p have a modulus above `radius` (Schur-Cohn: the
/// inverse of Durbin's recursion on the polynomial in radius * z).
[[nodiscard]] bool roots_lie_outside(std::span<const double> coefficients, double radius);

/// One non-zero coefficient of a polynomial with a season multiplied out.
struct Term {
  int32_t lag;
  double coefficient;
};

/// Multiply a season out: the coefficients c of 1 + sign c(B) = (1 + sign a(B)) (1 + sign A(B^m)).
/// sign -1 for autoregressions, +1 for moving averages. Lags may come twice.
void multiply_out(std::span<const double> coefficients, std::span<const double> seasonal,
                  int32_t period, double sign, std::vector<Term>& terms);

/// Scratch of `starting_moments`.
struct AutocovarianceWork {
  std::vector<double> dense;
  std::vector<double> partial;
  std::vector<double> rows;
  std::vector<double> pure;
  std::vector<double> half;
  std::vector<double> psi;
  std::vector<double> gamma;
};

/// What the filter starts from, in units of the noise variance, for the state whose element i is
/// what is known at time t of y_{t+i+1}: `variance` of y_t and `gain` E[x_{t+1,i} y_t].
/// ar, ma: terms of `multiply_out`; gain: r values, r >= all lags. The process must be stationary.
///
/// Autocovariances of the autoregression from its partial autocorrelations (Brockwell & Davis 1991,
/// section 5.2), those of the whole process by applying the moving average twice: O(r^2).
[[nodiscard]] double starting_moments(std::span<const Term> ar, std::span<const Term> ma,
                                      AutocovarianceWork& work, std::span<double> gain);

}  // namespace restock::arima
