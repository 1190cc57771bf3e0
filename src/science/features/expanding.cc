#include "science/features/expanding.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "foundation/base/assert.h"
#include "science/features/vector_lanes.h"

namespace restock {
namespace {

/// Run scan(values, count, out) over the periods that count, then put its results back in their
/// places; periods that do not count repeat the result before them, and the first min_periods - 1
/// counted results are withheld.
template <typename Scan>
void scan_counted(const SeriesView& x, int32_t min_periods, std::span<float> out,
                  KernelScratch& scratch, Scan scan) {
  RESTOCK_ASSERT(out.size() == x.size());
  RESTOCK_ASSERT(min_periods >= 1);
  const size_t n = x.size();
  const size_t withheld = static_cast<size_t>(min_periods) - 1;
  if (x.counted.empty() || (n > 0 && std::memchr(x.counted.data(), 0, n) == nullptr)) {
    scan(x.values.data(), n, out.data());
    std::fill_n(out.data(), std::min(n, withheld), kNoFeature);
    return;
  }
  float* packed = scratch.floats(0, n + 1);
  float* results = scratch.floats(1, n);
  size_t count = 0;
  for (size_t i = 0; i < n; ++i) {
    packed[count] = x.values[i];
    count += x.counted[i] != 0 ? 1 : 0;
  }
  scan(packed, count, results);
  size_t seen = 0;
  for (size_t i = 0; i < n; ++i) {
    seen += x.counted[i] != 0 ? 1 : 0;
    out[i] = seen > withheld ? results[seen - 1] : kNoFeature;
  }
}

/// Call block(i, load(i)) for i = 0, 4, 8, ...; the last block is padded with zeros and its surplus
/// results dropped.
template <typename Block>
void for_each_four(const float* x, size_t n, float* out, Block block) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    prefetch_line(x, i + kPrefetchAhead);
    prefetch_line(out, i + kPrefetchAhead);
    for (size_t k = i; k < i + 16; k += 4) store4(block(k, load4(x + k)), out + k);
  }
  for (; i + 4 <= n; i += 4) store4(block(i, load4(x + i)), out + i);
  if (i == n) return;
  float rest[4] = {};
  std::copy(x + i, x + n, rest);
  store4(block(i, load4(rest)), rest);
  std::copy(rest, rest + (n - i), out + i);
}

void scan_mean(const float* x, size_t n, const double* reciprocals, float* out) {
  Double4 carry = splat(0);
  for_each_four(x, n, out, [&](size_t i, Double4 v) {
    v += shift_up_1(v);
    v += shift_up_2(v);
    const Double4 sums = carry + v;
    carry += splat_last(v);
    return sums * load4(reciprocals + i + 1);
  });
}

/// weights[i] = 1 / (b k (b + k)) for row i = b + k - 1 of a block of four that begins at row b:
/// the factor of the merge of the block's first k rows with the b rows before it.
void fill_merge_weights(size_t begin, size_t end, double* weights) {
  for (size_t i = begin; i < end; ++i) {
    const double before = static_cast<double>(i / 4 * 4);
    const double inside = static_cast<double>(i % 4 + 1);
    weights[i] = before == 0 ? 0.0 : 1.0 / ((before * inside) * (before + inside));
  }
}

void scan_std(const float* x, size_t n, const double* reciprocals, const double* weights,
              float* out) {
  const Double4 inside = {1, 2, 3, 4};
  // Merges inside a block: neighbours first, then lanes 2 and 3 with the runs of 1 and 2 that end
  // two lanes before.
  const Double4 weight_1 = {0, 0.5, 0.5, 0.5};
  const Double4 size_b = {0, 0, 1, 2};
  const Double4 weight_2 = {0, 0, 1.0 / 6.0, 1.0 / 16.0};
  Double4 carry_sums = splat(0);
  Double4 carry_squares = splat(0);
  for_each_four(x, n, out, [&](size_t i, Double4 sums) {
    const Double4 step_1 = sums - shift_up_1(sums);
    Double4 squares = (step_1 * step_1) * weight_1;
    sums += shift_up_1(sums);
    const Double4 step_2 = sums * size_b - shift_up_2(sums) * splat(2);
    squares = (squares + shift_up_2(squares)) + (step_2 * step_2) * weight_2;
    sums += shift_up_2(sums);
    const Double4 step_3 = sums * splat(static_cast<double>(i)) - carry_sums * inside;
    const Double4 added = squares + (step_3 * step_3) * load4(weights + i);
    const Double4 total = carry_squares + added;
    carry_sums += splat_last(sums);
    carry_squares += splat_last(added);
    return total * load4(reciprocals + i);  // reciprocals[i] = 1 / (rows - 1)
  });
  if (n > 0) out[0] = kNoFeature;
  square_roots(out, n);
}

/// The rows of pick over x[0..i].
template <typename Pick>
void scan_extreme(const float* x, size_t n, float* out, Pick pick) {
  if (n == 0) return;
  float carry = x[0];
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    prefetch_line(x, i + kPrefetchAhead);
    prefetch_line(out, i + kPrefetchAhead);
    float block[8];
    float next[8];
    std::copy(x + i, x + i + 8, block);
    for (size_t k = 0; k < 8; ++k) next[k] = k >= 1 ? pick(block[k - 1], block[k]) : block[k];
    for (size_t k = 0; k < 8; ++k) block[k] = k >= 2 ? pick(next[k - 2], next[k]) : next[k];
    for (size_t k = 0; k < 8; ++k) next[k] = k >= 4 ? pick(block[k - 4], block[k]) : block[k];
    for (size_t k = 0; k < 8; ++k) out[i + k] = pick(carry, next[k]);
    carry = pick(carry, next[7]);
  }
  for (; i < n; ++i) {
    carry = pick(carry, x[i]);
    out[i] = carry;
  }
}

/// y[i] = u[i] + q y[i - 1] with y[-1] = start, in blocks of eight: each block is solved with zero
/// before it, then what came before is added with its weights q, q^2, ... All terms are sums of
/// positive weights, so nothing cancels.
class DecayScan {
 public:
  DecayScan(double q, double start) : carry_(splat(start)) {
    const double q2 = q * q;
    const double q4 = q2 * q2;
    q1_ = splat(q);
    q2_ = splat(q2);
    near_ = Double4{q, q2, q2 * q, q4};
    far_ = near_ * splat(q4);
    last_ = splat(q4 * q4);
  }

  void next(Double4& a, Double4& b) {
    a += q1_ * shift_up_1(a);
    b += q1_ * shift_up_1(b);
    a += q2_ * shift_up_2(a);
    b += q2_ * shift_up_2(b);
    b += near_ * splat_last(a);
    const Double4 before = carry_;
    carry_ = splat_last(b) + last_ * before;
    a += near_ * before;
    b += far_ * before;
  }

 private:
  Double4 q1_, q2_, near_, far_, last_, carry_;
};

/// The smoothed values y[0..n) as T.
template <typename T>
void scan_decay(const float* x, size_t n, double alpha, T* out) {
  if (n == 0) return;
  DecayScan scan(1.0 - alpha, static_cast<double>(x[0]));
  const Double4 share = splat(alpha);
  out[0] = static_cast<T>(x[0]);
  size_t i = 1;
  for (; i + 8 <= n; i += 8) {
    prefetch_line(x, i + kPrefetchAhead);
    if constexpr (sizeof(T) == sizeof(float)) prefetch_line(out, i + kPrefetchAhead);
    Double4 a = load4(x + i) * share;
    Double4 b = load4(x + i + 4) * share;
    scan.next(a, b);
    store4(a, out + i);
    store4(b, out + i + 4);
  }
  if (i == n) return;
  float rest[8] = {};
  T last[8];
  std::copy(x + i, x + n, rest);
  Double4 a = load4(rest) * share;
  Double4 b = load4(rest + 4) * share;
  scan.next(a, b);
  store4(a, last);
  store4(b, last + 4);
  std::copy(last, last + (n - i), out + i);
}

/// 1 / (1 - sum of squared weights) of t + 1 periods, for t in [0, n): 0 for the first, where no
/// variance exists.
void fill_bias_corrections(double alpha, size_t n, double* corrections) {
  const double q = 1.0 - alpha;
  double squared_weights = 1.0;
  for (size_t t = 0; t < n; ++t) {
    if (t > 0) squared_weights = (q * q) * squared_weights + alpha * alpha;
    corrections[t] = t == 0 ? 0.0 : 1.0 / (1.0 - squared_weights);
  }
}

void scan_decay_variance(const float* x, size_t n, double alpha, KernelScratch& scratch,
                         float* out) {
  if (n == 0) return;
  double* means = scratch.doubles(0, n + 8);
  double* corrections = scratch.doubles(1, n + 8);
  double* inputs = scratch.doubles(2, n + 8);
  scan_decay(x, n, alpha, means);
  fill_bias_corrections(alpha, n, corrections);
  const double q = 1.0 - alpha;
  const double factor = q * alpha;
  for (size_t i = 1; i < n; ++i) {
    const double step = static_cast<double>(x[i]) - means[i - 1];
    inputs[i] = factor * (step * step);
  }
  std::fill_n(inputs + n, 8, 0.0);
  DecayScan scan(q, 0.0);
  for (size_t i = 1; i < n; i += 8) {
    Double4 a = load4(inputs + i);
    Double4 b = load4(inputs + i + 4);
    scan.next(a, b);
    store4(a, inputs + i);
    store4(b, inputs + i + 4);
  }
  out[0] = kNoFeature;
  for (size_t i = 1; i < n; ++i) out[i] = static_cast<float>(inputs[i] * corrections[i]);
}

}  // namespace

void expanding_mean(const SeriesView& x, int32_t min_periods, std::span<float> out,
                    KernelScratch& scratch) {
  const double* reciprocals = scratch.reciprocals(x.size() + 8);
  scan_counted(x, min_periods, out, scratch, [=](const float* values, size_t n, float* to) {
    scan_mean(values, n, reciprocals, to);
  });
}

void expanding_std(const SeriesView& x, int32_t min_periods, std::span<float> out,
                   KernelScratch& scratch) {
  const double* reciprocals = scratch.reciprocals(x.size() + 8);
  const double* weights = scratch.merge_weights(x.size() + 8, fill_merge_weights);
  scan_counted(x, min_periods, out, scratch, [=](const float* values, size_t n, float* to) {
    scan_std(values, n, reciprocals, weights, to);
  });
}

void expanding_min(const SeriesView& x, int32_t min_periods, std::span<float> out,
                   KernelScratch& scratch) {
  scan_counted(x, min_periods, out, scratch, [](const float* values, size_t n, float* to) {
    scan_extreme(values, n, to, [](float a, float b) { return b < a ? b : a; });
  });
}

void expanding_max(const SeriesView& x, int32_t min_periods, std::span<float> out,
                   KernelScratch& scratch) {
  scan_counted(x, min_periods, out, scratch, [](const float* values, size_t n, float* to) {
    scan_extreme(values, n, to, [](float a, float b) { return b > a ? b : a; });
  });
}

void exponential_mean(const SeriesView& x, double alpha, int32_t min_periods, std::span<float> out,
                      KernelScratch& scratch) {
  scan_counted(x, min_periods, out, scratch,
               [=](const float* values, size_t n, float* to) { scan_decay(values, n, alpha, to); });
}

void exponential_variance(const SeriesView& x, double alpha, int32_t min_periods,
                          std::span<float> out, KernelScratch& scratch) {
  scan_counted(x, min_periods, out, scratch, [&](const float* values, size_t n, float* to) {
    scan_decay_variance(values, n, alpha, scratch, to);
  });
}

double alpha_of_half_life(double half_life) {
  return 1.0 - std::exp2(-1.0 / half_life);
}

}  // namespace restock
