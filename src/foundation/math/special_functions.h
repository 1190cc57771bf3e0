#pragma once

namespace restock {

/// log Gamma(x) for x > 0. Thread-safe, unlike std::lgamma, which writes a global sign.
[[nodiscard]] double log_gamma(double x);

/// x^a e^-x / Gamma(a + 1) for a > 0, x >= 0, without overflow or cancellation up to a, x = 1e15.
/// With whole a it is the Poisson probability of a at mean x.
/// Source: Loader, Fast and accurate computation of binomial probabilities (2000): saddle-point
/// form.
[[nodiscard]] double gamma_power(double a, double x);

/// x^a y^b / Beta(a, b) for a, b > 0 and y = 1 - x, given apart so that neither end loses digits.
/// Source: as `gamma_power`.
[[nodiscard]] double beta_power(double a, double b, double x, double y);

/// P(a, x) = gamma(a, x) / Gamma(a), the share of a gamma(a, 1) variable at or below x.
/// a > 0, x >= 0. Relative error near 1e-13. Precondition: arguments finite and in range
/// (asserted). Source: DLMF 8.11.4 (series), 8.9.2 (continued fraction); where a is large and x
/// near it, the uniform expansion of Gil, Segura & Temme, SIAM J. Sci. Comput. 34 (2012) A2965.
[[nodiscard]] double regularised_gamma_p(double a, double x);
/// Q(a, x) = 1 - P(a, x), accurate where it is small, except for a << 1 and x < 1 (absolute error
/// 1e-16).
[[nodiscard]] double regularised_gamma_q(double a, double x);

/// I_x(a, b), the share of a beta(a, b) variable at or below x. a, b > 0, 0 <= x <= 1.
/// Relative error near 1e-12; under 50 microseconds up to a, b = 1e7.
/// Precondition: arguments finite and in range (asserted).
/// Source: DiDonato & Morris, ACM Trans. Math. Softw. 18 (1992) 360, eq. 9, modified Lentz
/// evaluation.
[[nodiscard]] double regularised_beta(double a, double b, double x);
/// As above with y = 1 - x given apart: I_x(a, b) = 1 - I_y(b, a).
[[nodiscard]] double regularised_beta(double a, double b, double x, double y);

/// phi(z), the standard normal density; Phi is in foundation/base/normal.h.
[[nodiscard]] double standard_normal_density(double z);

}  // namespace restock
