#include "science/reconcile/sparse_correlation.h"

#include <algorithm>
#include <cmath>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr size_t kGroupMax = 200;
constexpr size_t kBlockNodes = 512;

/// One correlation above the diagonal.
struct Entry {
  int32_t row = 0;
  int32_t column = 0;
  float value = 0;
};

/// Residuals with mean 0 and sum of squares 1, so that correlations are dot products; a row without
/// variance is 0.
std::vector<float> standardised(std::span<const float> residuals, size_t n_times,
                                const ShrunkCovariance& covariance, ThreadPool& pool) {
  std::vector<float> out(residuals.size(), 0);
  const size_t rows = residuals.size() / n_times;
  pool.parallel_for(rows, kBlockNodes, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const double squares = covariance.variance[i] * static_cast<double>(n_times - 1);
      if (!(squares > 0)) continue;
      const double factor = 1 / std::sqrt(squares);
      for (size_t t = 0; t < n_times; ++t) {
        const size_t at = i * n_times + t;
        out[at] = static_cast<float>((residuals[at] - covariance.mean[i]) * factor);
      }
    }
  });
  return out;
}

float dot(const float* a, const float* b, size_t n) {
  constexpr size_t kParts = 8;
  float part[kParts] = {};
  size_t t = 0;
  for (; t + kParts <= n; t += kParts) {
    for (size_t p = 0; p < kParts; ++p) part[p] += a[t + p] * b[t + p];
  }
  float sum = 0;
  for (const float p : part) sum += p;
  for (; t < n; ++t) sum += a[t] * b[t];
  return sum;
}

/// Visits the nodes with larger numbers that a node is related to, each once.
class Relations {
 public:
  explicit Relations(const Hierarchy& hierarchy)
      : hierarchy_(hierarchy), seen_(hierarchy.n_nodes(), -1) {}

  void find(size_t node, std::vector<int32_t>& out) {
    out.clear();
    const size_t m = hierarchy_.n_aggregates();
    const auto take = [&](size_t other) {
      if (other <= node || seen_[other] == static_cast<int32_t>(node)) return;
      seen_[other] = static_cast<int32_t>(node);
      out.push_back(static_cast<int32_t>(other));
    };
    if (node < m) {
      for (const int32_t series : hierarchy_.members_of(node)) {
        take(m + static_cast<size_t>(series));
        for (const int32_t a : hierarchy_.ancestors_of(static_cast<size_t>(series)))
          take(static_cast<size_t>(a));
      }
    } else {
      for (const int32_t a : hierarchy_.ancestors_of(node - m)) {
        const auto members = hierarchy_.members_of(static_cast<size_t>(a));
        if (members.size() > kGroupMax) continue;
        for (const int32_t series : members) take(m + static_cast<size_t>(series));
      }
    }
    std::ranges::sort(out);
  }

 private:
  const Hierarchy& hierarchy_;
  std::vector<int32_t> seen_;  ///< the node that a node was last seen from
};

/// All correlations above the diagonal that pass the threshold, by rows.
std::vector<Entry> kept_correlations(const Hierarchy& hierarchy, std::span<const float> z,
                                     size_t n_times, double threshold, ThreadPool& pool) {
  const size_t n = hierarchy.n_nodes();
  std::vector<std::vector<Entry>> blocks((n + kBlockNodes - 1) / kBlockNodes);
  pool.parallel_for(n, kBlockNodes, [&](size_t begin, size_t end) {
    Relations relations(hierarchy);
    std::vector<int32_t> related;
    for (size_t i = begin; i < end; ++i) {
      relations.find(i, related);
      for (const int32_t j : related) {
        const float r =
            dot(z.data() + i * n_times, z.data() + static_cast<size_t>(j) * n_times, n_times);
        if (std::abs(r) > threshold)
          blocks[begin / kBlockNodes].push_back({static_cast<int32_t>(i), j, r});
      }
    }
  });
  size_t count = 0;
  for (const auto& block : blocks) count += block.size();
  std::vector<Entry> out;
  out.reserve(count);
  for (auto& block : blocks) {
    out.insert(out.end(), block.begin(), block.end());
    std::vector<Entry>().swap(block);
  }
  return out;
}

/// Scale each pair so that no row sums up to more than kRowSumMax; returns the largest sum left.
double make_dominant(size_t n, std::vector<Entry>& entries) {
  std::vector<double> sums(n, 0);
  const auto add = [&] {
    std::ranges::fill(sums, 0.0);
    for (const Entry& e : entries) {
      sums[static_cast<size_t>(e.row)] += std::abs(e.value);
      sums[static_cast<size_t>(e.column)] += std::abs(e.value);
    }
  };
  add();
  for (Entry& e : entries) {
    const double most =
        std::max(sums[static_cast<size_t>(e.row)], sums[static_cast<size_t>(e.column)]);
    if (most > kRowSumMax) e.value = static_cast<float>(e.value * (kRowSumMax / most));
  }
  add();
  return entries.empty() ? 0 : *std::ranges::max_element(sums);
}

}  // namespace

void SparseCorrelation::multiply(std::span<const double> x, std::span<double> out) const {
  for (size_t i = 0; i + 1 < offsets.size(); ++i) {
    double sum[kLanes] = {};
    for (auto p = static_cast<size_t>(offsets[i]); p < static_cast<size_t>(offsets[i + 1]); ++p) {
      const double* other = x.data() + static_cast<size_t>(columns[p]) * kLanes;
      const double value = values[p];
      for (size_t l = 0; l < kLanes; ++l) sum[l] += value * other[l];
    }
    for (size_t l = 0; l < kLanes; ++l) out[i * kLanes + l] = sum[l];
  }
}

SparseCorrelation sparse_correlation(const Hierarchy& hierarchy, std::span<const float> residuals,
                                     size_t n_times, const ShrunkCovariance& covariance,
                                     ThreadPool& pool) {
  const size_t n = hierarchy.n_nodes();
  RESTOCK_ASSERT(n_times >= 2);
  RESTOCK_ASSERT(residuals.size() == n * n_times);
  SparseCorrelation out;
  out.threshold = std::sqrt(2 * std::log(static_cast<double>(n)) / static_cast<double>(n_times));
  const std::vector<float> z = standardised(residuals, n_times, covariance, pool);
  std::vector<Entry> entries = kept_correlations(hierarchy, z, n_times, out.threshold, pool);
  for (Entry& e : entries) e.value = static_cast<float>(e.value * (1 - covariance.lambda));
  out.row_sum_max = make_dominant(n, entries);

  out.offsets.assign(n + 1, 0);
  for (const Entry& e : entries) {
    ++out.offsets[static_cast<size_t>(e.row) + 1];
    ++out.offsets[static_cast<size_t>(e.column) + 1];
  }
  for (size_t i = 0; i < n; ++i) out.offsets[i + 1] += out.offsets[i];
  out.columns.resize(2 * entries.size());
  out.values.resize(2 * entries.size());
  std::vector<int64_t> next(out.offsets.begin(), out.offsets.end() - 1);
  const auto put = [&](int32_t row, int32_t column, float value) {
    const auto at = static_cast<size_t>(next[static_cast<size_t>(row)]++);
    out.columns[at] = column;
    out.values[at] = value;
  };
  for (const Entry& e : entries) {
    put(e.row, e.column, e.value);
    put(e.column, e.row, e.value);
  }
  return out;
}

SparseCovariance::SparseCovariance(const ConstraintSystem& system,
                                   const SparseCorrelation& correlation)
    : system_(system), correlation_(correlation) {
  sd_.reserve(system.hierarchy().n_nodes());
  for (const auto variances : {system.aggregate_variance(), system.bottom_variance()}) {
    for (const double v : variances) sd_.push_back(std::sqrt(v));
  }
}

void SparseCovariance::correlate(std::span<const double> z, std::vector<double>& errors,
                                 std::vector<double>& image) const {
  const size_t m = system_.aggregate_variance().size();
  const size_t n = system_.bottom_variance().size();
  errors.resize((m + n) * kLanes);
  image.resize(errors.size());
  for (size_t i = 0; i < m * kLanes; ++i) errors[i] = sd_[i / kLanes] * z[i];
  for (size_t j = 0; j < n; ++j) {
    double above[kLanes];
    system_.ancestors_sum(z, j, above);
    for (size_t l = 0; l < kLanes; ++l) errors[(m + j) * kLanes + l] = -sd_[m + j] * above[l];
  }
  correlation_.multiply(errors, image);
  for (size_t i = 0; i < image.size(); ++i) image[i] *= sd_[i / kLanes];
}

void SparseCovariance::multiply_constraints(std::span<const double> z, std::span<double> out,
                                            std::vector<double>& errors,
                                            std::vector<double>& image) const {
  system_.multiply(z, {}, out);
  correlate(z, errors, image);
  const size_t m = system_.aggregate_variance().size();
  for (size_t i = 0; i < m * kLanes; ++i) out[i] += image[i];
  for (size_t j = 0; j < system_.bottom_variance().size(); ++j) {
    const double* below = image.data() + (m + j) * kLanes;
    for (const int32_t a : system_.hierarchy().ancestors_of(j)) {
      double* row = out.data() + static_cast<size_t>(a) * kLanes;
      for (size_t l = 0; l < kLanes; ++l) row[l] -= below[l];
    }
  }
}

}  // namespace restock
