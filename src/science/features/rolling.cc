#include "science/features/rolling.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "foundation/base/assert.h"
#include "science/features/vector_lanes.h"

namespace restock {
namespace {

constexpr size_t kChunkMin =
    512;  ///< Rows; the buffers of a usual window then fit the first-level cache.

/// A run of periods to be computed at once: rows [begin, end) of the series and the `reach` rows
/// before them.
struct Chunk {
  size_t begin;
  size_t end;
  bool full;            ///< Every window of the chunk lies in the series and all its periods count.
  const float* values;  ///< x[begin]
  const float* results;  ///< out[begin]

  [[nodiscard]] size_t rows() const { return end - begin; }
  /// Ask for the memory of row `row` of the next chunk, which in a batch may be the next series.
  void prefetch_next(size_t row) const {
    prefetch_line(values, rows() + row);
    prefetch_line(results, rows() + row);
  }
  void prefetch_all_next() const {
    for (size_t row = 0; row < rows(); row += 16) prefetch_next(row);
  }
};

bool all_counted(std::span<const uint8_t> counted, size_t begin, size_t end) {
  return counted.empty() || std::memchr(counted.data() + begin, 0, end - begin) == nullptr;
}

/// Cut the series into chunks small enough for the nearest cache and call body(chunk). Windows that
/// begin before the series are in chunks of their own, so that all others may take the fast path.
template <typename Body>
void for_each_chunk(const SeriesView& x, const WindowShape& shape, std::span<float> out,
                    Body body) {
  const size_t n = x.size();
  const size_t reach = shape.reach();
  const size_t growing = std::min(n, reach);
  // The earliest rows cannot have min_periods periods of history.
  const size_t empty =
      std::min(n, (static_cast<size_t>(shape.min_periods) - 1) * static_cast<size_t>(shape.stride));
  std::fill(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(empty), kNoFeature);
  if (growing > empty)
    body(Chunk{empty, growing, false, x.values.data() + empty, out.data() + empty});
  // At most a fifth of the work is spent on the rows before a chunk.
  const size_t step = std::max(kChunkMin, 4 * reach);
  for (size_t begin = std::max(growing, empty); begin < n;) {
    const size_t end = n - begin <= step + step / 2 ? n : begin + step;
    body(Chunk{begin, end, all_counted(x.counted, begin - reach, end), x.values.data() + begin,
               out.data() + begin});
    begin = end;
  }
}

/// Write convert(value) of the rows of a chunk and of the `reach` rows before it to `to`; rows that
/// do not count, and those before the series, become `none`. Returns the number of values written.
template <typename T, typename Convert>
size_t stage_as(const SeriesView& x, const Chunk& chunk, size_t reach, T none, T* __restrict to,
                Convert convert) {
  const size_t before = reach > chunk.begin ? reach - chunk.begin : 0;
  const size_t from = chunk.begin + before - reach;
  std::fill(to, to + before, none);
  const float* __restrict values = x.values.data() + from;
  const size_t count = chunk.end - from;
  T* __restrict rows = to + before;
  if (chunk.full || x.counted.empty()) {
    for (size_t i = 0; i < count; ++i) rows[i] = convert(values[i]);
  } else {
    const uint8_t* __restrict counted = x.counted.data() + from;
    for (size_t i = 0; i < count; ++i) {
      const T value = convert(values[i]);
      rows[i] = counted[i] != 0 ? value : none;
    }
  }
  return before + count;
}

template <typename T>
size_t stage(const SeriesView& x, const Chunk& chunk, size_t reach, T none, T* to) {
  return stage_as(x, chunk, reach, none, to, [](float value) { return static_cast<T>(value); });
}

/// 1 where a row counts, else 0.
template <typename T>
void stage_counts(const SeriesView& x, const Chunk& chunk, size_t reach, T* __restrict to) {
  const size_t before = reach > chunk.begin ? reach - chunk.begin : 0;
  const size_t from = chunk.begin + before - reach;
  std::fill(to, to + before, T{0});
  for (size_t i = from; i < chunk.end; ++i) {
    to[before + i - from] = x.counted.empty() || x.counted[i] != 0 ? T{1} : T{0};
  }
}

/// Stage the values as whole numbers of at most `limit`; false if there are others, and then `to`
/// means nothing.
bool stage_wholes(const SeriesView& x, const Chunk& chunk, size_t reach, float limit, int32_t* to) {
  int32_t broken = 0;
  stage_as(x, chunk, reach, int32_t{0}, to, [&](float value) {
    const float low = value > -limit ? value : -limit;
    const float near = low < limit ? low : limit;
    const auto whole = static_cast<int32_t>(near);
    broken |= static_cast<int32_t>(static_cast<float>(whole) != value);
    return whole;
  });
  return broken == 0;
}

/// Loops over scratch memory begin at a whole vector: what they compute before `begin` is never
/// used, and aligned stores are twice as fast.
std::ptrdiff_t vector_begin(size_t begin) {
  return static_cast<std::ptrdiff_t>(begin / 8 * 8);
}

void add_lagged(const double* __restrict a, size_t lag, size_t begin, size_t end,
                double* __restrict to) {
  const double* __restrict b = a - lag;
  for (std::ptrdiff_t i = vector_begin(begin); i < static_cast<std::ptrdiff_t>(end); ++i)
    to[i] = a[i] + b[i];
}

void add_in_place(const double* __restrict a, size_t lag, size_t begin, size_t end,
                  double* __restrict to) {
  const double* __restrict b = a - lag;
  for (std::ptrdiff_t i = vector_begin(begin); i < static_cast<std::ptrdiff_t>(end); ++i)
    to[i] += b[i];
}

/// Call finish(i, sum of the window that ends at i) for i in [reach, n). x: n doubles in slot 0 of
/// `scratch`, which are lost; slots 1 and 2 are used.
template <typename Finish>
void window_sums(size_t n, const WindowShape& shape, KernelScratch& scratch, Finish finish) {
  const size_t window = static_cast<size_t>(shape.window);
  const size_t stride = static_cast<size_t>(shape.stride);
  double* buffers[3] = {scratch.doubles(0, n), scratch.doubles(1, n), scratch.doubles(2, n)};
  double* runs = buffers[0];  // runs[i]: sum of `size` periods that end at i
  double* partial = nullptr;  // partial[i]: sum of `covered` periods that end at i
  size_t covered = 0;
  if (window == 1) {
    for (size_t i = 0; i < n; ++i) finish(static_cast<std::ptrdiff_t>(i), runs[i]);
    return;
  }
  size_t size = 1;
  for (;; size *= 2) {
    if ((window & size) != 0) {
      if (partial == nullptr) {
        partial = runs;
      } else {
        add_in_place(runs, covered * stride, (covered + size - 1) * stride, n, partial);
      }
      covered += size;
    }
    if (4 * size > window) break;
    double* next =
        *std::find_if(buffers, buffers + 3, [&](double* b) { return b != runs && b != partial; });
    add_lagged(runs, size * stride, (2 * size - 1) * stride, n, next);
    runs = next;
  }
  // The last doubling and the last addition share one loop with `finish`.
  const double* __restrict near = runs - covered * stride;
  const double* __restrict far = near - size * stride;
  const auto first = static_cast<std::ptrdiff_t>(shape.reach());
  const auto end = static_cast<std::ptrdiff_t>(n);
  const std::ptrdiff_t aligned = std::min(end, (first + 7) / 8 * 8);
  if (partial == nullptr) {
    for (std::ptrdiff_t i = first; i < aligned; ++i) finish(i, near[i] + far[i]);
    for (std::ptrdiff_t i = aligned; i < end; ++i) finish(i, near[i] + far[i]);
  } else {
    const double* __restrict rest = partial;
    for (std::ptrdiff_t i = first; i < aligned; ++i) finish(i, rest[i] + (near[i] + far[i]));
    for (std::ptrdiff_t i = aligned; i < end; ++i) finish(i, rest[i] + (near[i] + far[i]));
  }
}

/// True if all values are whole numbers of at most `limit`, whose sums are exact.
bool all_whole(const double* x, size_t n, double limit) {
  constexpr double kRounder = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to a whole number
  int64_t broken = 0;
  for (size_t i = 0; i < n; ++i) {
    const double rounded = (x[i] + kRounder) - kRounder;
    broken |= static_cast<int64_t>(rounded != x[i]) | static_cast<int64_t>(std::abs(x[i]) > limit);
  }
  return broken == 0;
}

/// sums[i] = x[0] + ... + x[i] and the same of x^2 for whole numbers, exact; entry -1 becomes 0.
void prefix_sums(const double* x, size_t n, double* sums, double* squares) {
  Double4 sums_carry = splat(0);
  Double4 squares_carry = splat(0);
  sums[-1] = 0;
  squares[-1] = 0;
  for (size_t i = 0; i < n; i += 4) {
    Double4 v = load4(x + i);
    Double4 w = v * v;
    w += shift_up_1(w);
    w += shift_up_2(w);
    store4(squares_carry + w, squares + i);
    squares_carry += splat_last(w);
    v += shift_up_1(v);
    v += shift_up_2(v);
    store4(sums_carry + v, sums + i);
    sums_carry += splat_last(v);
  }
}

/// As window_sums, for stride 1 and n whole numbers in slot 0 of the wholes, whose sum stays below
/// 2^31: each sum is the difference of two exact ones. It has the bits of the tree, at a cost that
/// does not grow with the window.
template <typename Finish>
void whole_window_sums(size_t n, const WindowShape& shape, const Chunk& chunk,
                       KernelScratch& scratch, Finish finish) {
  const int32_t* x = scratch.wholes(0, n);
  int32_t* prefix = scratch.wholes(1, n);
  Whole4 carry = {};
  prefix[-1] = 0;
  for (size_t i = 0; i < n; i += 4) {
    if (i % 16 == 0) chunk.prefetch_next(i);  // spread over the loop, memory and arithmetic overlap
    Whole4 v;
    std::memcpy(&v, x + i, sizeof(v));
    v += __builtin_shufflevector(v, Whole4{}, 4, 0, 1, 2);
    v += __builtin_shufflevector(v, Whole4{}, 4, 5, 0, 1);
    const Whole4 sums = carry + v;
    std::memcpy(prefix + i, &sums, sizeof(sums));
    carry += __builtin_shufflevector(v, v, 3, 3, 3, 3);
  }
  const int32_t* __restrict sums = prefix;
  const int32_t* __restrict before = prefix - shape.window;
  const auto end = static_cast<std::ptrdiff_t>(n);
  for (auto i = static_cast<std::ptrdiff_t>(shape.reach()); i < end; ++i) {
    finish(i, static_cast<double>(sums[i] - before[i]));
  }
}

/// Windows from which differences of prefix sums beat the tree.
constexpr int32_t kPrefixWindowMin = 5;

/// Whether every sum of these numbers is exact in a double: the smallest bit of any of them and the
/// largest sum are at most 53 bits apart. True of prices, amounts and weights as they occur.
bool sums_are_exact(std::span<const float> x) {
  uint32_t largest = 0;
  uint32_t smallest = ~uint32_t{0};
  for (const float value : x) {
    const uint32_t magnitude = std::bit_cast<uint32_t>(value) & 0x7FFFFFFFU;
    largest = std::max(largest, magnitude);
    smallest = std::min(smallest, magnitude - 1);  // zero becomes the largest
  }
  if (largest == 0) return true;
  constexpr int kFraction = std::numeric_limits<float>::digits - 1;
  const int high = static_cast<int>(largest >> kFraction) + 1 + std::bit_width(x.size());
  const int low = static_cast<int>((smallest + 1) >> kFraction) - kFraction;
  return low > -kFraction && high - low <= std::numeric_limits<double>::digits;
}

/// As window_sums, for stride 1 and values whose sums are all exact: a sum is the difference of two
/// prefix sums. It has the bits of the tree, at a cost that does not grow with the window.
template <typename Finish>
void exact_window_sums(std::span<const float> x, const WindowShape& shape, const Chunk& chunk,
                       KernelScratch& scratch, Finish finish) {
  const size_t whole = x.size() / 4 * 4;
  double* prefix = scratch.doubles(1, x.size());
  Double4 carry = splat(0);
  prefix[-1] = 0;
  for (size_t i = 0; i < whole; i += 4) {
    if (i % 16 == 0) chunk.prefetch_next(i);
    Double4 v = load4(x.data() + i);
    v += shift_up_1(v);
    v += shift_up_2(v);
    store4(carry + v, prefix + i);
    carry += splat_last(v);
  }
  for (size_t i = whole; i < x.size(); ++i) prefix[i] = prefix[i - 1] + x[i];
  const double* __restrict sums = prefix;
  const double* __restrict before = prefix - shape.window;
  const auto end = static_cast<std::ptrdiff_t>(x.size());
  for (auto i = static_cast<std::ptrdiff_t>(shape.reach()); i < end; ++i) {
    finish(i, sums[i] - before[i]);
  }
}

/// Whether the first values of a chunk are whole numbers: spares most chunks of others the attempt
/// to stage them as such.
bool begins_whole(const SeriesView& x, const Chunk& chunk) {
  const auto head = x.values.subspan(chunk.begin, std::min<size_t>(chunk.rows(), 64));
  int broken = 0;
  for (const float value : head) broken |= static_cast<int>(std::nearbyint(value) != value);
  return broken == 0;
}

/// The largest whole number whose window sums, and sums of squares times the window, are exact in a
/// double.
double whole_limit(const WindowShape& shape) {
  return 67108864.0 / shape.window;
}  // 2^26

/// Where sums of squares from exact sums beat merging. Part of the definition of the result: the
/// two ways round differently.
bool prefers_exact_squares(const WindowShape& shape) {
  return shape.stride == 1 && shape.window >= 8;
}

/// Sum, squared deviations from the mean and number of counted periods of runs that end at i.
/// `counts` is null where all count.
struct Moments {
  double* sums;
  double* squares;
  double* counts;
};

/// Merge run a (ends at i) with run b (ends at i - lag), of n_a and n_b periods, for i in [begin,
/// end). `to` may be a.
///
///   squares = squares_a + squares_b + (sum_a n_b - sum_b n_a)^2 / (n_a n_b (n_a + n_b))
void merge_moments(const Moments& a, double n_a, const Moments& b, double n_b, size_t lag,
                   size_t begin, size_t end, const Moments& to) {
  // Runs of one size, a power of two, take that factor out of the difference, which changes no bit
  // of the result.
  const bool same = n_a == n_b;
  const double weight = same ? 1.0 / (n_a + n_b) : 1.0 / ((n_a * n_b) * (n_a + n_b));
  const double *sums_a = a.sums, *sums_b = b.sums - lag;
  const double *squares_a = a.squares, *squares_b = b.squares - lag;
  double *sums = to.sums, *squares = to.squares;
  const auto merge = [=](std::ptrdiff_t i, double difference) {
    squares[i] = (squares_a[i] + squares_b[i]) + (difference * difference) * weight;
    sums[i] = sums_a[i] + sums_b[i];
  };
  // The buffers are distinct, or the same at the same index.
  const auto last = static_cast<std::ptrdiff_t>(end);
  if (same) {
#pragma GCC ivdep
    for (std::ptrdiff_t i = vector_begin(begin); i < last; ++i) merge(i, sums_a[i] - sums_b[i]);
  } else {
#pragma GCC ivdep
    for (std::ptrdiff_t i = vector_begin(begin); i < last; ++i)
      merge(i, sums_a[i] * n_b - sums_b[i] * n_a);
  }
}

/// The same where not all periods count. Where they all do, the result has the same bits.
void merge_counted_moments(const Moments& a, const Moments& b, size_t lag, size_t begin, size_t end,
                           const Moments& to) {
  const double *sums_a = a.sums, *sums_b = b.sums - lag;
  const double *squares_a = a.squares, *squares_b = b.squares - lag;
  const double *counts_a = a.counts, *counts_b = b.counts - lag;
  double *sums = to.sums, *squares = to.squares, *counts = to.counts;
#pragma GCC ivdep
  for (std::ptrdiff_t i = vector_begin(begin); i < static_cast<std::ptrdiff_t>(end); ++i) {
    const double c_a = counts_a[i];
    const double c_b = counts_b[i];
    const double product = c_a * c_b;
    const double weight = 1.0 / (product > 0 ? product * (c_a + c_b) : 1.0);
    const double difference = product > 0 ? sums_a[i] * c_b - sums_b[i] * c_a : 0.0;
    squares[i] = (squares_a[i] + squares_b[i]) + (difference * difference) * weight;
    counts[i] = c_a + c_b;
    sums[i] = sums_a[i] + sums_b[i];
  }
}

/// The first level: runs of one period become runs of two. They have no squares yet.
void pair_moments(const Moments& a, size_t lag, size_t end, const Moments& to) {
  const double* __restrict near = a.sums;
  const double* __restrict far = a.sums - lag;
  double* __restrict sums = to.sums;
  double* __restrict squares = to.squares;
  for (std::ptrdiff_t i = vector_begin(lag); i < static_cast<std::ptrdiff_t>(end); ++i) {
    const double difference = near[i] - far[i];
    squares[i] = (difference * difference) * 0.5;
    sums[i] = near[i] + far[i];
  }
}

/// Moments of the windows that end at i in [reach, n), from n values in slot 0 and, if kCounted,
/// their flags in slot 2; both are lost and slot 1 is used.
template <bool kCounted>
Moments window_moments(size_t n, const WindowShape& shape, KernelScratch& scratch) {
  const size_t window = static_cast<size_t>(shape.window);
  const size_t stride = static_cast<size_t>(shape.stride);
  // Whole cache lines, but not whole pages, apart: see KernelScratch.
  const size_t apart = (n + 31) / 8 * 8 + ((n + 31) / 8 % 64 == 0 ? 8 : 0);
  double* memory = scratch.doubles(1, 7 * apart);
  const Moments buffers[3] = {{scratch.doubles(0, n), memory, scratch.doubles(2, n)},
                              {memory + apart, memory + 2 * apart, memory + 3 * apart},
                              {memory + 4 * apart, memory + 5 * apart, memory + 6 * apart}};
  const auto merge = [&](const Moments& a, size_t n_a, const Moments& b, size_t n_b,
                         const Moments& to) {
    const size_t lag = n_a * stride;
    const size_t begin = (n_a + n_b - 1) * stride;
    if constexpr (kCounted) {
      merge_counted_moments(a, b, lag, begin, n, to);
    } else if (n_a == 1 && n_b == 1) {
      pair_moments(a, lag, n, to);
    } else {
      merge_moments(a, static_cast<double>(n_a), b, static_cast<double>(n_b), lag, begin, n, to);
    }
  };
  Moments runs = buffers[0];
  if (kCounted || window % 2 == 1) std::fill_n(runs.squares, n, 0.0);
  Moments partial{};
  size_t covered = 0;
  for (size_t size = 1; size <= window; size *= 2) {
    if ((window & size) != 0) {
      if (partial.sums == nullptr) {
        partial = runs;
      } else {
        merge(partial, covered, runs, size, partial);
      }
      covered += size;
    }
    if (2 * size > window) break;
    const Moments next = *std::find_if(buffers, buffers + 3, [&](const Moments& b) {
      return b.sums != runs.sums && b.sums != partial.sums;
    });
    merge(runs, size, runs, size, next);
    runs = next;
  }
  return partial;
}

/// Write the smallest (or largest) value of the windows that end at i in [reach, n) to out[i -
/// reach]. x: n floats in slot 0; slots 1 and 2 are used.
template <typename Pick>
void window_extremes(size_t n, const WindowShape& shape, KernelScratch& scratch, Pick pick,
                     float* __restrict out) {
  const size_t window = static_cast<size_t>(shape.window);
  const size_t stride = static_cast<size_t>(shape.stride);
  const size_t reach = shape.reach();
  const float* runs = scratch.floats(0, n);
  size_t slot = 1;
  size_t size = 1;
  for (; 4 * size <= window; size *= 2) {
    float* __restrict next = scratch.floats(slot, n);
    const float* __restrict near = runs;
    const float* __restrict far = runs - size * stride;
    for (size_t i = (2 * size - 1) * stride; i < n; ++i) next[i] = pick(near[i], far[i]);
    runs = next;
    slot = 3 - slot;
  }
  // A minimum may take a period twice: four overlapping runs of `size` cover any window up to 4 *
  // size - 1.
  const size_t half = std::min(size, window - 1) * stride;
  const size_t rest = (window - std::min(window, 2 * size)) * stride;
  const float* __restrict a = runs + reach;
  const float* __restrict b = a - half;
  const float* __restrict c = a - rest;
  const float* __restrict d = c - half;
  for (size_t i = 0; i < n - reach; ++i) out[i] = pick(pick(a[i], b[i]), pick(c[i], d[i]));
}

/// Counted periods of each window of a chunk, in slot 3: entry k belongs to row chunk.begin + k.
const double* count_windows(const SeriesView& x, const WindowShape& shape, const Chunk& chunk,
                            KernelScratch& scratch) {
  const size_t reach = shape.reach();
  const size_t n = chunk.rows() + reach;
  double* counts = scratch.doubles(3, chunk.rows());
  const auto keep = [to = counts - reach](std::ptrdiff_t i, double sum) { to[i] = sum; };
  if (shape.stride == 1) {
    stage_counts(x, chunk, reach, scratch.wholes(0, n));
    whole_window_sums(n, shape, chunk, scratch, keep);
  } else {
    stage_counts(x, chunk, reach, scratch.doubles(0, n));
    window_sums(n, shape, scratch, keep);
  }
  return counts;
}

/// Variance of a window of whole numbers, from its exact sums.
double exact_variance(double sum, double sum_of_squares, double count) {
  return (sum_of_squares * count - sum * sum) * (1.0 / (count * (count - 1.0)));
}

/// Variances of the windows of a chunk of whole numbers staged in slot 0; `counts` is null where
/// all periods count. Rows with fewer than two counted periods mean nothing.
void exact_variances(size_t n, const WindowShape& shape, KernelScratch& scratch,
                     const double* counts, float* rows) {
  double* sums_to = scratch.doubles(1, n);
  double* squares_to = scratch.doubles(2, n);
  prefix_sums(scratch.doubles(0, n), n, sums_to, squares_to);
  const size_t reach = shape.reach();
  const double* __restrict sums = sums_to + reach;
  const double* __restrict squares = squares_to + reach;
  const double* __restrict sums_before = sums - shape.window;
  const double* __restrict squares_before = squares - shape.window;
  float* __restrict to = rows;
  const auto count_rows = static_cast<std::ptrdiff_t>(n - reach);
  if (counts == nullptr) {
    const double window = shape.window;
    const double share = 1.0 / (window * (window - 1.0));
    for (std::ptrdiff_t i = 0; i < count_rows; ++i) {
      const double sum = sums[i] - sums_before[i];
      to[i] = static_cast<float>(((squares[i] - squares_before[i]) * window - sum * sum) * share);
    }
  } else {
    for (std::ptrdiff_t i = 0; i < count_rows; ++i) {
      to[i] = static_cast<float>(
          exact_variance(sums[i] - sums_before[i], squares[i] - squares_before[i], counts[i]));
    }
  }
}

/// Variances of the windows of a chunk staged in slot 0, of any numbers, by merging. Rows with
/// fewer than two counted periods mean nothing.
void tree_variances(const SeriesView& x, const WindowShape& shape, const Chunk& chunk,
                    KernelScratch& scratch, float* __restrict rows) {
  const size_t reach = shape.reach();
  const size_t n = chunk.rows() + reach;
  if (chunk.full) {
    const double share = 1.0 / (shape.window - 1.0);
    const double* __restrict squares = window_moments<false>(n, shape, scratch).squares + reach;
    for (size_t i = 0; i < chunk.rows(); ++i) rows[i] = static_cast<float>(squares[i] * share);
  } else {
    stage_counts(x, chunk, reach, scratch.doubles(2, n));
    const Moments all = window_moments<true>(n, shape, scratch);
    const double* __restrict squares = all.squares + reach;
    const double* __restrict counts = all.counts + reach;
    for (size_t i = 0; i < chunk.rows(); ++i)
      rows[i] = static_cast<float>(squares[i] * (1.0 / (counts[i] - 1.0)));
  }
}

/// The same for a chunk with whole and other numbers. The choice between the two ways must depend
/// on nothing but the window, or a result would depend on where chunks begin: windows of whole
/// numbers are computed again from exact sums.
void mixed_variances(const SeriesView& x, const WindowShape& shape, const Chunk& chunk,
                     KernelScratch& scratch, const double* counts, float* rows) {
  tree_variances(x, shape, chunk, scratch, rows);
  const size_t reach = shape.reach();
  const double limit = whole_limit(shape);
  const size_t n = chunk.rows() + reach;
  const auto window = static_cast<size_t>(shape.window);
  const double* values = scratch.doubles(0, n);
  stage(x, chunk, reach, 0.0, scratch.doubles(0, n));
  // A window of whole numbers covers one of the periods reach, reach + window, ...: only their
  // neighbours matter.
  for (size_t probe = reach; probe < n; probe += window) {
    if (!all_whole(values + probe, 1, limit)) continue;
    size_t first = probe;
    size_t last = probe + 1;
    while (first > 0 && all_whole(values + first - 1, 1, limit)) --first;
    while (last < n && all_whole(values + last, 1, limit)) ++last;
    double sum = 0;
    double sum_of_squares = 0;
    for (size_t i = first; i < last; ++i) {
      sum += values[i];
      sum_of_squares += values[i] * values[i];
      if (i < first + reach) continue;
      const double count = counts == nullptr ? shape.window : counts[i - reach];
      rows[i - reach] = static_cast<float>(exact_variance(sum, sum_of_squares, count));
      sum -= values[i - reach];
      sum_of_squares -= values[i - reach] * values[i - reach];
    }
    while (probe + window < last) probe += window;
  }
}

template <typename Pick>
void rolling_extreme(const SeriesView& x, const WindowShape& shape, std::span<float> out,
                     KernelScratch& scratch, float none, Pick pick) {
  RESTOCK_ASSERT(out.size() == x.size());
  const size_t reach = shape.reach();
  for_each_chunk(x, shape, out, [&](const Chunk& chunk) {
    chunk.prefetch_all_next();
    const size_t n = stage(x, chunk, reach, none, scratch.floats(0, chunk.rows() + reach));
    float* rows = out.data() + chunk.begin;
    window_extremes(n, shape, scratch, pick, rows);
    if (chunk.full) return;
    const double* counts = count_windows(x, shape, chunk, scratch);
    for (size_t i = 0; i < chunk.rows(); ++i)
      rows[i] = counts[i] >= shape.min_periods ? rows[i] : kNoFeature;
  });
}

}  // namespace

void rolling_mean(const SeriesView& x, const WindowShape& shape, std::span<float> out,
                  KernelScratch& scratch) {
  RESTOCK_ASSERT(out.size() == x.size());
  const size_t reach = shape.reach();
  for_each_chunk(x, shape, out, [&](const Chunk& chunk) {
    const size_t n = chunk.rows() + reach;
    float* rows = out.data() + chunk.begin - reach;
    const double* counts = chunk.full ? nullptr : count_windows(x, shape, chunk, scratch) - reach;
    const auto sum_windows = [&](auto finish) {
      const float limit = static_cast<float>((1 << 30) / n);
      const bool plain = shape.stride == 1;
      if (plain && begins_whole(x, chunk) &&
          stage_wholes(x, chunk, reach, limit, scratch.wholes(0, n))) {
        whole_window_sums(n, shape, chunk, scratch, finish);
        return;
      }
      if (plain && chunk.full && shape.window >= kPrefixWindowMin) {
        const auto values = x.values.subspan(chunk.begin - reach, n);
        if (sums_are_exact(values)) {
          exact_window_sums(values, shape, chunk, scratch, finish);
          return;
        }
      }
      chunk.prefetch_all_next();
      stage(x, chunk, reach, 0.0, scratch.doubles(0, n));
      window_sums(n, shape, scratch, finish);
    };
    if (chunk.full) {
      const double share = 1.0 / shape.window;
      sum_windows([=](std::ptrdiff_t i, double sum) { rows[i] = static_cast<float>(sum * share); });
    } else {
      const double least = shape.min_periods;
      sum_windows([=](std::ptrdiff_t i, double sum) {
        rows[i] = counts[i] >= least ? static_cast<float>(sum * (1.0 / counts[i])) : kNoFeature;
      });
    }
  });
}

void rolling_std(const SeriesView& x, const WindowShape& shape, std::span<float> out,
                 KernelScratch& scratch) {
  RESTOCK_ASSERT(out.size() == x.size());
  if (shape.window < 2) {
    std::fill(out.begin(), out.end(), kNoFeature);
    return;
  }
  const size_t reach = shape.reach();
  for_each_chunk(x, shape, out, [&](const Chunk& chunk) {
    chunk.prefetch_all_next();
    float* rows = out.data() + chunk.begin;
    const double* counts = chunk.full ? nullptr : count_windows(x, shape, chunk, scratch);
    const size_t n = stage(x, chunk, reach, 0.0, scratch.doubles(0, chunk.rows() + reach));
    if (!prefers_exact_squares(shape)) {
      tree_variances(x, shape, chunk, scratch, rows);
    } else if (all_whole(scratch.doubles(0, n), n, whole_limit(shape))) {
      exact_variances(n, shape, scratch, counts, rows);
    } else {
      mixed_variances(x, shape, chunk, scratch, counts, rows);
    }
    if (counts != nullptr) {
      const double least = std::max(2, shape.min_periods);
      for (size_t i = 0; i < chunk.rows(); ++i) rows[i] = counts[i] >= least ? rows[i] : kNoFeature;
    }
    square_roots(rows, chunk.rows());
  });
}

void rolling_min(const SeriesView& x, const WindowShape& shape, std::span<float> out,
                 KernelScratch& scratch) {
  rolling_extreme(x, shape, out, scratch, std::numeric_limits<float>::infinity(),
                  [](float a, float b) { return b < a ? b : a; });
}

void rolling_max(const SeriesView& x, const WindowShape& shape, std::span<float> out,
                 KernelScratch& scratch) {
  rolling_extreme(x, shape, out, scratch, -std::numeric_limits<float>::infinity(),
                  [](float a, float b) { return b > a ? b : a; });
}

void rolling_nonzero(const SeriesView& x, const WindowShape& shape, std::span<float> out,
                     KernelScratch& scratch) {
  RESTOCK_ASSERT(out.size() == x.size());
  const size_t reach = shape.reach();
  for_each_chunk(x, shape, out, [&](const Chunk& chunk) {
    const size_t n = chunk.rows() + reach;
    float* rows = out.data() + chunk.begin - reach;
    const double* counts = chunk.full ? nullptr : count_windows(x, shape, chunk, scratch) - reach;
    const double least = shape.min_periods;
    const auto finish = [=](std::ptrdiff_t i, double sum) {
      rows[i] = counts == nullptr || counts[i] >= least ? static_cast<float>(sum) : kNoFeature;
    };
    const auto is_nonzero = [](float value) { return static_cast<int32_t>(value != 0.0F); };
    if (shape.stride == 1) {
      stage_as(x, chunk, reach, int32_t{0}, scratch.wholes(0, n), is_nonzero);
      whole_window_sums(n, shape, chunk, scratch, finish);
    } else {
      stage_as(x, chunk, reach, 0.0, scratch.doubles(0, n), is_nonzero);
      window_sums(n, shape, scratch, finish);
    }
  });
}

}  // namespace restock
