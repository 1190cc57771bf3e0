#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "foundation/base/random.h"
#include "science/reconcile/hierarchy.h"
#include "science/reconcile/shrinkage.h"

namespace restock {

using Matrix = std::vector<std::vector<double>>;

/// The structure of oracle.py: total; stores a, b; categories x, y across them; six series.
inline Hierarchy two_stores_two_categories() {
  const std::vector<StaticAttribute> attributes = {{"store", {0, 0, 0, 1, 1, 1}, {"a", "b"}},
                                                   {"category", {0, 0, 1, 0, 0, 1}, {"x", "y"}}};
  return make_hierarchy(attributes, {"a/1", "a/2", "a/3", "b/1", "b/2", "b/3"},
                        {{}, {{"store"}}, {{"category"}}})
      .value();
}

/// stores x products series with levels total, store, category, store x category, product.
inline Hierarchy random_hierarchy(int32_t stores, int32_t products, int32_t categories) {
  std::vector<StaticAttribute> attributes = {
      {"store", {}, {}}, {"category", {}, {}}, {"product", {}, {}}};
  std::vector<std::string> names;
  const int32_t sizes[] = {stores, categories, products};
  for (size_t a = 0; a < 3; ++a) {
    for (int32_t i = 0; i < sizes[a]; ++i) attributes[a].levels.push_back(std::to_string(i));
  }
  for (int32_t s = 0; s < stores; ++s) {
    for (int32_t p = 0; p < products; ++p) {
      attributes[0].codes.push_back(s);
      attributes[1].codes.push_back(p % categories);
      attributes[2].codes.push_back(p);
      names.push_back(std::to_string(s) + "/" + std::to_string(p));
    }
  }
  return make_hierarchy(attributes, names,
                        {{}, {{"store"}}, {{"category"}}, {{"store", "category"}}, {{"product"}}})
      .value();
}

/// Forecasts of all nodes that do not add up, about `level` units a series, with many small ones.
inline std::vector<double> random_base(const Hierarchy& h, int32_t horizon, uint64_t seed) {
  std::vector<double> base(h.n_nodes() * static_cast<size_t>(horizon));
  const size_t first = h.n_aggregates() * static_cast<size_t>(horizon);
  Random random(seed, 0);
  for (size_t i = first; i < base.size(); ++i) base[i] = random.exponential();
  sum_up(h, horizon, base);
  for (size_t i = 0; i < base.size(); ++i)
    base[i] = i < first ? base[i] * (1 + 0.2 * random.normal()) : base[i] + random.normal() / 2;
  return base;
}

/// Gauss-Jordan: x with a x = b.
inline std::vector<double> solve_gauss(Matrix a, std::vector<double> b) {
  const size_t n = b.size();
  for (size_t k = 0; k < n; ++k) {
    size_t pivot = k;
    for (size_t i = k; i < n; ++i) pivot = std::abs(a[i][k]) > std::abs(a[pivot][k]) ? i : pivot;
    std::swap(a[k], a[pivot]);
    std::swap(b[k], b[pivot]);
    for (size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double factor = a[i][k] / a[k][k];
      for (size_t j = k; j < n; ++j) a[i][j] -= factor * a[k][j];
      b[i] -= factor * b[k];
    }
  }
  for (size_t k = 0; k < n; ++k) b[k] /= a[k][k];
  return b;
}

/// S (S' W^-1 S)^-1 S' W^-1 y for one step, densely; W is n_nodes x n_nodes.
inline std::vector<double> brute_force(const Hierarchy& h, const Matrix& w,
                                       const std::vector<double>& y) {
  const size_t n = h.n_bottom();
  const size_t nodes = h.n_nodes();
  Matrix s(nodes, std::vector<double>(n, 0));
  for (size_t node = 0; node < nodes; ++node) {
    for (const int32_t j : h.bottom_of(node)) s[node][static_cast<size_t>(j)] = 1;
  }
  Matrix weighted(n);  // rows: W^-1 S column by column
  for (size_t j = 0; j < n; ++j) {
    std::vector<double> column(nodes);
    for (size_t node = 0; node < nodes; ++node) column[node] = s[node][j];
    weighted[j] = solve_gauss(w, column);
  }
  Matrix normal(n, std::vector<double>(n, 0));
  std::vector<double> right(n, 0);
  for (size_t i = 0; i < n; ++i) {
    for (size_t node = 0; node < nodes; ++node) {
      right[i] += weighted[i][node] * y[node];
      for (size_t j = 0; j < n; ++j) normal[i][j] += weighted[i][node] * s[node][j];
    }
  }
  const std::vector<double> b = solve_gauss(normal, right);
  std::vector<double> out(nodes, 0);
  for (size_t node = 0; node < nodes; ++node) {
    for (size_t j = 0; j < n; ++j) out[node] += s[node][j] * b[j];
  }
  return out;
}

inline Matrix diagonal(const std::vector<double>& values) {
  Matrix w(values.size(), std::vector<double>(values.size(), 0));
  for (size_t i = 0; i < values.size(); ++i) w[i][i] = values[i];
  return w;
}

/// Errors with a common factor of all nodes, n_nodes x periods.
inline std::vector<float> correlated_residuals(const Hierarchy& h, size_t periods, uint64_t seed) {
  std::vector<float> residuals(h.n_nodes() * periods);
  Random random(seed, 2);
  std::vector<double> common(periods);
  for (double& c : common) c = random.normal();
  for (size_t i = 0; i < residuals.size(); ++i)
    residuals[i] = static_cast<float>(common[i % periods] + 0.7 * random.normal());
  return residuals;
}

/// lambda diag(variance) + (1 - lambda) covariance, densely.
inline Matrix dense_shrunk(std::span<const float> residuals, size_t periods,
                           const ShrunkCovariance& c) {
  Matrix w = diagonal(c.variance);
  for (size_t i = 0; i < w.size(); ++i) {
    for (size_t j = 0; j < w.size(); ++j) {
      if (i == j) continue;
      for (size_t t = 0; t < periods; ++t)
        w[i][j] += (1 - c.lambda) * (residuals[i * periods + t] - c.mean[i]) *
                   (residuals[j * periods + t] - c.mean[j]) / static_cast<double>(periods - 1);
    }
  }
  return w;
}

}  // namespace restock
