#include "science/reconcile/shrinkage.h"

#include <algorithm>
#include <cmath>

#include "foundation/base/assert.h"

namespace restock {
namespace {

/// Rows in one partial sum: the split depends on this alone, so sums are the same for any threads.
constexpr size_t kBlockRows = 8192;
/// Rows that one pass over G takes at once.
constexpr size_t kRowsAtOnce = 8;

/// Sums over a block of rows.
struct Moments {
  std::vector<double> gram;  ///< T x T, upper half: sum over rows of z_t z_s
  double fourth_powers = 0;  ///< sum over rows of sum_t z_t^4
  int64_t rows_with_variance = 0;
};

/// G += z' z for kRowsAtOnce rows.
void add_outer_products(const double* z, size_t n_times, double* gram) {
  for (size_t t = 0; t < n_times; ++t) {
    double factor[kRowsAtOnce];
    for (size_t r = 0; r < kRowsAtOnce; ++r) factor[r] = z[r * n_times + t];
    double* out = gram + t * n_times;
    for (size_t s = t; s < n_times; ++s) {
      double sum = 0;
      for (size_t r = 0; r < kRowsAtOnce; ++r) sum += factor[r] * z[r * n_times + s];
      out[s] += sum;
    }
  }
}

void standardise(const float* row, size_t n_times, double& mean, double& variance, double* z) {
  double sum = 0;
  for (size_t t = 0; t < n_times; ++t) sum += row[t];
  mean = sum / static_cast<double>(n_times);
  double squares = 0;
  for (size_t t = 0; t < n_times; ++t) squares += (row[t] - mean) * (row[t] - mean);
  variance = squares / static_cast<double>(n_times - 1);
  const double scale = squares > 0 ? 1 / std::sqrt(squares / static_cast<double>(n_times)) : 0.0;
  for (size_t t = 0; t < n_times; ++t) z[t] = (row[t] - mean) * scale;
}

Moments block_moments(std::span<const float> residuals, size_t n_times, size_t begin, size_t end,
                      ShrunkCovariance& out) {
  Moments moments;
  moments.gram.assign(n_times * n_times, 0);
  std::vector<double> z(kRowsAtOnce * n_times);
  for (size_t row = begin; row < end; row += kRowsAtOnce) {
    const size_t count = std::min(kRowsAtOnce, end - row);
    std::fill(z.begin(), z.end(), 0.0);
    for (size_t r = 0; r < count; ++r) {
      double* own = z.data() + r * n_times;
      standardise(residuals.data() + (row + r) * n_times, n_times, out.mean[row + r],
                  out.variance[row + r], own);
      if (out.variance[row + r] > 0) ++moments.rows_with_variance;
      for (size_t t = 0; t < n_times; ++t)
        moments.fourth_powers += own[t] * own[t] * own[t] * own[t];
    }
    add_outer_products(z.data(), n_times, moments.gram.data());
  }
  return moments;
}

double intensity(const Moments& moments, size_t n_times) {
  const auto periods = static_cast<double>(n_times);
  const auto rows = static_cast<double>(moments.rows_with_variance);
  double squares = 0;   // sum over all pairs of r_ij^2
  double products = 0;  // sum over all pairs and t of (z_it z_jt)^2
  for (size_t t = 0; t < n_times; ++t) {
    for (size_t s = t; s < n_times; ++s) {
      const double g = moments.gram[t * n_times + s];
      squares += (s == t ? 1 : 2) * g * g;
    }
    products += moments.gram[t * n_times + t] * moments.gram[t * n_times + t];
  }
  squares /= periods * periods;
  // Take the pairs i = i away: r_ii = 1.
  const double deviations = products - periods * squares - (moments.fourth_powers - periods * rows);
  squares -= rows;
  if (!(squares > 0)) return 1;
  return std::clamp(deviations / (periods * (periods - 1)) / squares, 0.0, 1.0);
}

}  // namespace

ShrunkCovariance shrunk_covariance(std::span<const float> residuals, size_t n_times,
                                   ThreadPool& pool) {
  RESTOCK_ASSERT(n_times >= 2);
  const size_t n = residuals.size() / n_times;
  ShrunkCovariance out;
  out.mean.resize(n);
  out.variance.resize(n);
  std::vector<Moments> blocks((n + kBlockRows - 1) / kBlockRows);
  pool.parallel_for(n, kBlockRows, [&](size_t begin, size_t end) {
    blocks[begin / kBlockRows] = block_moments(residuals, n_times, begin, end, out);
  });
  Moments total;
  total.gram.assign(n_times * n_times, 0);
  for (const Moments& block : blocks) {
    for (size_t i = 0; i < total.gram.size(); ++i) total.gram[i] += block.gram[i];
    total.fourth_powers += block.fourth_powers;
    total.rows_with_variance += block.rows_with_variance;
  }
  out.lambda = intensity(total, n_times);
  return out;
}

bool solve_dense(std::span<double> matrix, size_t n, std::span<double> right, size_t columns) {
  RESTOCK_ASSERT(matrix.size() == n * n);
  RESTOCK_ASSERT(right.size() == n * columns);
  for (size_t j = 0; j < n; ++j) {  // Cholesky, row by row; the lower half becomes L
    double* row = matrix.data() + j * n;
    for (size_t k = 0; k <= j; ++k) {
      const double* other = matrix.data() + k * n;
      double sum = row[k];
      for (size_t i = 0; i < k; ++i) sum -= row[i] * other[i];
      if (k < j) {
        row[k] = sum / other[k];
      } else {
        if (!(sum > 0)) return false;
        row[k] = std::sqrt(sum);
      }
    }
  }
  for (size_t j = 0; j < n; ++j) {
    for (size_t i = 0; i < j; ++i) {
      for (size_t c = 0; c < columns; ++c)
        right[j * columns + c] -= matrix[j * n + i] * right[i * columns + c];
    }
    for (size_t c = 0; c < columns; ++c) right[j * columns + c] /= matrix[j * n + j];
  }
  for (size_t j = n; j-- > 0;) {
    for (size_t i = j + 1; i < n; ++i) {
      for (size_t c = 0; c < columns; ++c)
        right[j * columns + c] -= matrix[i * n + j] * right[i * columns + c];
    }
    for (size_t c = 0; c < columns; ++c) right[j * columns + c] /= matrix[j * n + j];
  }
  return true;
}

}  // namespace restock
