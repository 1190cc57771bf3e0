#include "foundation/math/special_functions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr double kTiny = 1e-300;

/// log Gamma(n + 1) less Stirling's (n + 1/2) log n - n + log(2 pi) / 2, for n > 0.
double stirling_error(double n) {
  if (n < 15) {
    return log_gamma(n + 1) - (n + 0.5) * std::log(n) + n - 0.5 * std::log(2 * std::numbers::pi);
  }
  const double m = 1 / (n * n);
  return (1.0 / 12 - m * (1.0 / 360 - m * (1.0 / 1260 - m * (1.0 / 1680 - m / 1188)))) / n;
}

/// observed log(observed / expected) + expected - observed, given difference = observed - expected,
/// without cancellation.
double deviance(double observed, double expected, double difference) {
  if (std::abs(difference) < 0.1 * (observed + expected)) {
    // log(o / e) = 2 atanh(v); the first term of the series cancels against the difference.
    const double v = difference / (observed + expected);
    double term = 2 * observed * v;
    double sum = difference * v;
    for (int j = 3; j < 60; j += 2) {
      term *= v * v;
      const double next = sum + term / j;
      if (next == sum) break;
      sum = next;
    }
    return sum;
  }
  return observed * std::log(observed / expected) - difference;
}

constexpr int kExpansionTerms = 26;

/// Coefficients of f(eta) = eta / (lambda - 1) in powers of eta, where eta^2 / 2 = lambda - 1 -
/// log(lambda).
constexpr std::array<double, kExpansionTerms + 1> expansion_coefficients() {
  // With mu = lambda - 1, differentiating gives eta (1 + mu) = mu mu', solved term by term for mu =
  // sum c_n eta^n.
  std::array<double, kExpansionTerms + 3> c{};
  c[1] = 1;
  for (int n = 2; n < kExpansionTerms + 3; ++n) {
    double rest = 0;
    for (int j = 2; j < n; ++j) rest += c[j] * c[n + 1 - j];
    c[n] = (c[n - 1] - 0.5 * (n + 1) * rest) / (n + 1);
  }
  // The reciprocal of mu / eta.
  std::array<double, kExpansionTerms + 1> f{};
  f[0] = 1;
  for (int n = 1; n <= kExpansionTerms; ++n) {
    for (int j = 1; j <= n; ++j) f[n] -= c[j + 1] * f[n - j];
  }
  return f;
}

/// Q(a, x) for large a and x within about a third of a.
double gamma_q_uniform(double a, double x, bool complement) {
  static constexpr auto f = expansion_coefficients();
  const double half_square = deviance(a, x, a - x);  // a eta^2 / 2
  const double sign = x < a ? -1 : 1;
  const double eta = sign * std::sqrt(2 * half_square / a);
  double above = 0;      // beta_{n + 1}
  double above_two = 0;  // beta_{n + 2}
  double sum = 0;
  double first = 0;
  for (int n = kExpansionTerms - 1; n >= 0; --n) {
    const double beta = f[n + 1] + (n + 2) / a * above_two;
    sum = sum * eta + beta;
    if (n == 1) first = beta;
    above_two = above;
    above = beta;
  }
  const double rest =
      std::exp(-half_square) / std::sqrt(2 * std::numbers::pi * a) * a / (a + first) * sum;
  const double root = sign * std::sqrt(half_square);
  return complement ? 0.5 * std::erfc(-root) - rest : 0.5 * std::erfc(root) + rest;
}

double gamma_p_series(double a, double x) {
  double term = 1;
  double sum = 1;
  for (double n = a + 1; term > sum * kEpsilon * 0.25; n += 1) {
    term *= x / n;
    sum += term;
  }
  return sum * gamma_power(a, x);
}

double gamma_q_fraction(double a, double x) {
  double b = x + 1 - a;
  double c = 1 / kTiny;
  double d = 1 / b;
  double h = d;
  for (int i = 1; i < 100000; ++i) {
    const double numerator = -i * (i - a);
    b += 2;
    d = numerator * d + b;
    if (std::abs(d) < kTiny) d = kTiny;
    c = b + numerator / c;
    if (std::abs(c) < kTiny) c = kTiny;
    d = 1 / d;
    const double step = d * c;
    h *= step;
    if (std::abs(step - 1) < kEpsilon) break;
  }
  return gamma_power(a, x) * a * h;
}

bool uniform_applies(double a, double x) {
  return a > 64 && std::abs(x - a) < 0.3 * a;
}

/// I_x(a, b) / beta_power(a, b, x, y) by the contracted continued fraction of DiDonato & Morris
/// (1992), whose terms do not cancel even where a is large and x near 1; for x at or below a / (a +
/// b) or little more.
double beta_fraction(double a, double b, double x, double y) {
  const double lambda = a * y - b * x;
  double h = a / (a + 1) * (lambda + 1);
  if (std::abs(h) < kTiny) h = kTiny;
  double c = h;
  double d = 0;
  for (int n = 1; n < 1000000; ++n) {
    const double a2n = a + 2.0 * n;
    const double inverse = 1 / (a2n - 1);
    const double alpha = (a + n - 1) * inverse * ((a + b + n - 1) * inverse) * n * (b - n) * x * x;
    const double beta =
        n + n * (b - n) * x * inverse + (a + n) / (a2n + 1) * (lambda + 1 + n * (1 + y));
    d = beta + alpha * d;
    if (std::abs(d) < kTiny) d = kTiny;
    c = beta + alpha / c;
    if (std::abs(c) < kTiny) c = kTiny;
    d = 1 / d;
    const double step = c * d;
    h *= step;
    if (std::abs(step - 1) < kEpsilon) break;
  }
  return 1 / h;
}

}  // namespace

double log_gamma(double x) {
  RESTOCK_ASSERT(x > 0);
  int sign = 0;
  return lgamma_r(x, &sign);
}

double gamma_power(double a, double x) {
  if (x == 0) return 0;
  return std::exp(-stirling_error(a) - deviance(a, x, a - x)) / std::sqrt(2 * std::numbers::pi * a);
}

double beta_power(double a, double b, double x, double y) {
  if (x == 0 || y == 0) return 0;
  const double n = a + b;
  const double difference = a * y - b * x;  // a - n x
  const double exponent = stirling_error(n) - stirling_error(a) - stirling_error(b) -
                          deviance(a, n * x, difference) - deviance(b, n * y, -difference);
  return std::exp(exponent) * std::sqrt(a / n * b / (2 * std::numbers::pi));
}

double regularised_gamma_p(double a, double x) {
  RESTOCK_ASSERT(a > 0 && x >= 0 && std::isfinite(a));
  if (x == 0) return 0;
  if (std::isinf(x)) return 1;
  if (uniform_applies(a, x)) return gamma_q_uniform(a, x, true);
  return x < a + 1 ? gamma_p_series(a, x) : 1 - gamma_q_fraction(a, x);
}

double regularised_gamma_q(double a, double x) {
  RESTOCK_ASSERT(a > 0 && x >= 0 && std::isfinite(a));
  if (x == 0) return 1;
  if (std::isinf(x)) return 0;
  if (uniform_applies(a, x)) return gamma_q_uniform(a, x, false);
  return x < a + 1 ? 1 - gamma_p_series(a, x) : gamma_q_fraction(a, x);
}

double regularised_beta(double a, double b, double x) {
  return regularised_beta(a, b, x, 1 - x);
}

double regularised_beta(double a, double b, double x, double y) {
  RESTOCK_ASSERT(a > 0 && b > 0 && std::isfinite(a) && std::isfinite(b));
  RESTOCK_ASSERT(x >= 0 && y >= 0);
  if (x == 0) return 0;
  if (y == 0) return 1;
  const double power = beta_power(a, b, x, y);
  // Which tail to compute: x < (a + 1) / (a + b + 2), written without 1 - x. A tiny shape puts
  // nearly everything at its end, so there the other tail is the small one, and the fraction of the
  // large one cancels.
  if (x * (b + 1) * std::min(1.0, 10 * b) < y * (a + 1) * std::min(1.0, 10 * a)) {
    return power * beta_fraction(a, b, x, y);
  }
  return 1 - power * beta_fraction(b, a, y, x);
}

double standard_normal_density(double z) {
  return std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi);
}

}  // namespace restock
