#include "science/local_models/arima_polynomial.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "foundation/base/assert.h"

namespace restock::arima {

namespace {

constexpr size_t kCoefficientsMax = 16;

/// Step down from the coefficients of order p to the partial autocorrelations and all lower orders:
/// row k of `rows` (k = 1..p, stride p + 1) holds those of order k at 1..k. False where a partial
/// autocorrelation is not inside (-1, 1).
bool step_down(std::span<const double> coefficients, std::vector<double>& rows,
               std::vector<double>& partial) {
  const size_t p = coefficients.size() - 1;
  const size_t stride = p + 1;
  rows.resize(stride * stride);
  partial.resize(stride);
  std::copy(coefficients.begin(), coefficients.end(),
            rows.begin() + static_cast<std::ptrdiff_t>(p * stride));
  for (size_t k = p; k >= 1; --k) {
    const double* row = &rows[k * stride];
    const double kappa = row[k];
    if (!(std::abs(kappa) < 1.0)) return false;
    partial[k] = kappa;
    double* lower = &rows[(k - 1) * stride];
    const double scale = 1.0 / (1.0 - kappa * kappa);
    for (size_t j = 1; j < k; ++j) lower[j] = (row[j] + kappa * row[k - j]) * scale;
  }
  return true;
}

/// Autocovariances 0..n-1 of the pure autoregression into work.pure.
void autoregression_covariances(size_t p, size_t n, AutocovarianceWork& work) {
  const size_t stride = p + 1;
  auto& gamma = work.pure;
  gamma.resize(std::max(n, p + 1));
  double product = 1.0;
  for (size_t k = 1; k <= p; ++k) product *= 1.0 - work.partial[k] * work.partial[k];
  gamma[0] = 1.0 / product;
  double error_variance = gamma[0];
  for (size_t h = 1; h <= p; ++h) {
    double sum = work.partial[h] * error_variance;
    const double* row = &work.rows[(h - 1) * stride];
    for (size_t j = 1; j < h; ++j) sum += row[j] * gamma[h - j];
    gamma[h] = sum;
    error_variance *= 1.0 - work.partial[h] * work.partial[h];
  }
}

}  // namespace

void coefficients_from_coordinates(std::span<const double> coordinates,
                                   std::span<double> coefficients) {
  RESTOCK_ASSERT(coordinates.size() == coefficients.size());
  RESTOCK_ASSERT(coordinates.size() <= kCoefficientsMax);
  std::array<double, kCoefficientsMax> lower{};
  for (size_t k = 0; k < coordinates.size(); ++k) {
    const double kappa = std::tanh(coordinates[k]);
    std::copy_n(coefficients.begin(), k, lower.begin());
    for (size_t j = 0; j < k; ++j) coefficients[j] = lower[j] - kappa * lower[k - 1 - j];
    coefficients[k] = kappa;
  }
}

bool roots_lie_outside(std::span<const double> coefficients, double radius) {
  RESTOCK_ASSERT(coefficients.size() <= kCoefficientsMax);
  std::array<double, kCoefficientsMax> row{};
  double power = 1.0;
  for (size_t k = 0; k < coefficients.size(); ++k) {
    power *= radius;
    row[k] = coefficients[k] * power;
  }
  for (size_t k = coefficients.size(); k >= 1; --k) {
    const double kappa = row[k - 1];
    if (!(std::abs(kappa) < 1.0)) return false;
    std::array<double, kCoefficientsMax> lower{};
    for (size_t j = 0; j + 1 < k; ++j) {
      lower[j] = (row[j] + kappa * row[k - 2 - j]) / (1.0 - kappa * kappa);
    }
    row = lower;
  }
  return true;
}

void multiply_out(std::span<const double> coefficients, std::span<const double> seasonal,
                  int32_t period, double sign, std::vector<Term>& terms) {
  terms.clear();
  for (size_t i = 0; i < coefficients.size(); ++i) {
    terms.push_back({static_cast<int32_t>(i + 1), coefficients[i]});
  }
  for (size_t k = 0; k < seasonal.size(); ++k) {
    const auto lag = static_cast<int32_t>(k + 1) * period;
    terms.push_back({lag, seasonal[k]});
    for (size_t i = 0; i < coefficients.size(); ++i) {
      terms.push_back({lag + static_cast<int32_t>(i + 1), sign * coefficients[i] * seasonal[k]});
    }
  }
}

double starting_moments(std::span<const Term> ar, std::span<const Term> ma,
                        AutocovarianceWork& work, std::span<double> gain) {
  const size_t r = gain.size();
  size_t p = 0;
  size_t q = 0;
  for (const auto& term : ar) p = std::max(p, static_cast<size_t>(term.lag));
  for (const auto& term : ma) q = std::max(q, static_cast<size_t>(term.lag));
  work.dense.assign(p + 1, 0.0);
  for (const auto& term : ar) work.dense[static_cast<size_t>(term.lag)] += term.coefficient;
  if (!step_down(work.dense, work.rows, work.partial)) return -1.0;

  const size_t n_pure = r + q + 1;
  autoregression_covariances(p, n_pure, work);
  auto& pure = work.pure;
  for (size_t h = p + 1; h < n_pure; ++h) {
    double sum = 0.0;
    for (const auto& term : ar) sum += term.coefficient * pure[h - static_cast<size_t>(term.lag)];
    pure[h] = sum;
  }
  // half[h + q] = sum_i theta_i pure(h + i) and gamma(h) = sum_j theta_j half(h - j).
  work.half.resize(r + q + 1);
  for (size_t s = 0; s <= r + q; ++s) {
    const auto h = static_cast<std::ptrdiff_t>(s) - static_cast<std::ptrdiff_t>(q);
    if (h > static_cast<std::ptrdiff_t>(r)) break;
    double sum = pure[static_cast<size_t>(std::abs(h))];
    for (const auto& term : ma) {
      sum += term.coefficient * pure[static_cast<size_t>(std::abs(h + term.lag))];
    }
    work.half[s] = sum;
  }
  work.gamma.resize(r + 1);
  for (size_t h = 0; h <= r; ++h) {
    double sum = work.half[h + q];
    for (const auto& term : ma) {
      sum += term.coefficient * work.half[h + q - static_cast<size_t>(term.lag)];
    }
    work.gamma[h] = sum;
  }
  work.psi.assign(q + 1, 0.0);
  work.psi[0] = 1.0;
  for (const auto& term : ma) work.psi[static_cast<size_t>(term.lag)] += term.coefficient;
  for (size_t s = 1; s <= q; ++s) {
    for (const auto& term : ar) {
      const auto lag = static_cast<size_t>(term.lag);
      if (lag <= s) work.psi[s] += term.coefficient * work.psi[s - lag];
    }
  }
  std::fill(gain.begin(), gain.end(), 0.0);
  for (const auto& term : ar) {
    const auto lag = static_cast<size_t>(term.lag);
    for (size_t i = 1; i <= lag; ++i) gain[i - 1] += term.coefficient * work.gamma[lag - i];
  }
  for (const auto& term : ma) {
    const auto lag = static_cast<size_t>(term.lag);
    for (size_t i = 1; i <= lag; ++i) gain[i - 1] += term.coefficient * work.psi[lag - i];
  }
  return work.gamma[0];
}

}  // namespace restock::arima
