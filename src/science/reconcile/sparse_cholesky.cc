#include "science/reconcile/sparse_cholesky.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "foundation/base/assert.h"
#include "science/reconcile/lanes.h"

namespace restock {

void SparseCholesky::factor(const Hierarchy& hierarchy, std::span<const double> aggregate_variance,
                            std::span<const double> bottom_variance, int64_t bytes_max) {
  const size_t m = hierarchy.n_aggregates();
  ready_ = false;
  node_at_.resize(m);
  std::iota(node_at_.begin(), node_at_.end(), 0);
  std::ranges::stable_sort(
      node_at_, {}, [&](int32_t a) { return hierarchy.members_of(static_cast<size_t>(a)).size(); });
  place_of_.resize(m);
  for (size_t j = 0; j < m; ++j)
    place_of_[static_cast<size_t>(node_at_[j])] = static_cast<int32_t>(j);

  k_offsets_.assign(1, 0);
  k_rows_.clear();
  k_values_.clear();
  k_diagonal_.assign(m, 0);
  std::vector<double> sums(m, 0);
  std::vector<uint8_t> seen(m, 0);
  std::vector<int32_t> touched;
  const auto entries_max = static_cast<size_t>(bytes_max / 12);
  for (size_t j = 0; j < m; ++j) {
    const auto node = static_cast<size_t>(node_at_[j]);
    touched.clear();
    for (const int32_t series : hierarchy.members_of(node)) {
      const double weight = bottom_variance[static_cast<size_t>(series)];
      for (const int32_t other : hierarchy.ancestors_of(static_cast<size_t>(series))) {
        const auto i = static_cast<size_t>(place_of_[static_cast<size_t>(other)]);
        if (i < j) continue;
        if (seen[i] == 0) touched.push_back(static_cast<int32_t>(i));
        seen[i] = 1;
        sums[i] += weight;
      }
    }
    std::ranges::sort(touched);
    for (const int32_t row : touched) {
      const auto i = static_cast<size_t>(row);
      if (i == j) {
        k_diagonal_[j] = sums[i];
      } else {
        k_rows_.push_back(row);
        k_values_.push_back(sums[i]);
      }
      sums[i] = 0;
      seen[i] = 0;
    }
    k_diagonal_[j] += aggregate_variance[node];
    k_offsets_.push_back(static_cast<int64_t>(k_rows_.size()));
    if (k_rows_.size() > entries_max) break;
  }
  ready_ = k_offsets_.size() == m + 1 && symbolic(bytes_max) && numeric();
  for (auto* done : {&k_values_, &k_diagonal_}) std::vector<double>().swap(*done);
  std::vector<int32_t>().swap(k_rows_);
  std::vector<int64_t>().swap(k_offsets_);
  if (!ready_) {
    std::vector<int32_t>().swap(rows_);
    std::vector<double>().swap(values_);
  }
}

/// Rows of each column of the factor: those of K and those of its children in the elimination tree.
bool SparseCholesky::symbolic(int64_t bytes_max) {
  const size_t m = node_at_.size();
  const auto entries_max = static_cast<size_t>(bytes_max / 12);  // a row number and a value
  offsets_.assign(1, 0);
  rows_.clear();
  std::vector<std::vector<int32_t>> children(m);
  std::vector<int32_t> mark(m, -1);
  for (size_t j = 0; j < m; ++j) {
    const auto own = static_cast<int32_t>(j);
    const size_t begin = rows_.size();
    mark[j] = own;
    const auto take = [&](int32_t row) {
      if (mark[static_cast<size_t>(row)] == own) return;
      mark[static_cast<size_t>(row)] = own;
      rows_.push_back(row);
    };
    for (int64_t p = k_offsets_[j]; p < k_offsets_[j + 1]; ++p)
      take(k_rows_[static_cast<size_t>(p)]);
    for (const int32_t child : children[j]) {
      const auto c = static_cast<size_t>(child);
      for (int64_t p = offsets_[c]; p < offsets_[c + 1]; ++p) take(rows_[static_cast<size_t>(p)]);
    }
    if (rows_.size() > entries_max) return false;
    std::sort(rows_.begin() + static_cast<std::ptrdiff_t>(begin), rows_.end());
    if (rows_.size() > begin) children[static_cast<size_t>(rows_[begin])].push_back(own);
    offsets_.push_back(static_cast<int64_t>(rows_.size()));
  }
  return true;
}

bool SparseCholesky::numeric() {
  const size_t m = node_at_.size();
  values_.assign(rows_.size(), 0);
  diagonal_.assign(m, 0);
  std::vector<double> column(m, 0);
  // Columns whose next row to use is j are chained from first[j] on; `at` is that row's position.
  std::vector<int32_t> first(m, -1);
  std::vector<int32_t> next(m, -1);
  std::vector<int64_t> at(m, 0);
  const auto hand_on = [&](size_t k) {
    if (at[k] >= offsets_[k + 1]) return;
    const auto row = static_cast<size_t>(rows_[static_cast<size_t>(at[k])]);
    next[k] = first[row];
    first[row] = static_cast<int32_t>(k);
  };
  for (size_t j = 0; j < m; ++j) {
    double pivot = k_diagonal_[j];
    for (int64_t p = k_offsets_[j]; p < k_offsets_[j + 1]; ++p)
      column[static_cast<size_t>(k_rows_[static_cast<size_t>(p)])] =
          k_values_[static_cast<size_t>(p)];
    for (int32_t k32 = first[j]; k32 >= 0;) {
      const auto k = static_cast<size_t>(k32);
      k32 = next[k];
      const double factor = values_[static_cast<size_t>(at[k])];
      pivot -= factor * factor;
      for (int64_t p = at[k] + 1; p < offsets_[k + 1]; ++p)
        column[static_cast<size_t>(rows_[static_cast<size_t>(p)])] -=
            factor * values_[static_cast<size_t>(p)];
      ++at[k];
      hand_on(k);
    }
    if (!(pivot > 0)) return false;
    const double inverse = 1 / std::sqrt(pivot);
    diagonal_[j] = inverse;
    for (int64_t p = offsets_[j]; p < offsets_[j + 1]; ++p) {
      const auto row = static_cast<size_t>(rows_[static_cast<size_t>(p)]);
      values_[static_cast<size_t>(p)] = column[row] * inverse;
      column[row] = 0;
    }
    at[j] = offsets_[j];
    hand_on(j);
  }
  return true;
}

void SparseCholesky::solve(std::span<const double> b, std::span<double> x) const {
  RESTOCK_ASSERT(ready_);
  const size_t m = node_at_.size();
  RESTOCK_ASSERT(x.size() == m * kLanes);
  if (x.data() != b.data()) std::ranges::copy(b, x.begin());
  const auto lane = [&](size_t place) {
    return x.data() + static_cast<size_t>(node_at_[place]) * kLanes;
  };
  for (size_t j = 0; j < m; ++j) {
    double* own = lane(j);
    for (size_t l = 0; l < kLanes; ++l) own[l] *= diagonal_[j];
    for (auto p = static_cast<size_t>(offsets_[j]); p < static_cast<size_t>(offsets_[j + 1]); ++p) {
      double* other = lane(static_cast<size_t>(rows_[p]));
      const double value = values_[p];
      for (size_t l = 0; l < kLanes; ++l) other[l] -= value * own[l];
    }
  }
  for (size_t j = m; j-- > 0;) {
    double* own = lane(j);
    double sum[kLanes] = {};
    for (auto p = static_cast<size_t>(offsets_[j]); p < static_cast<size_t>(offsets_[j + 1]); ++p) {
      const double* other = lane(static_cast<size_t>(rows_[p]));
      const double value = values_[p];
      for (size_t l = 0; l < kLanes; ++l) sum[l] += value * other[l];
    }
    for (size_t l = 0; l < kLanes; ++l) own[l] = (own[l] - sum[l]) * diagonal_[j];
  }
}

}  // namespace restock
