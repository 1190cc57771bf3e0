#include "science/local_models/stl_loess.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr size_t kLanes = 8;
constexpr size_t kBlock = 16;
/// 32 MiB of doubles; windows whose rows need more compute them anew each time.
constexpr size_t kRowValuesMax = size_t{4} << 20;
constexpr size_t kCacheMax = 12;
/// Distances nearer than this part of the half width weigh 1, farther than the other 0.
constexpr double kNear = 0.001;
constexpr double kFar = 0.999;
/// A spread of the weights below this part of the series' width is no base for a slope.
constexpr double kSpreadMin = 0.001;

double tricube(double distance, double half_width) {
  if (distance <= kNear * half_width) return 1.0;
  if (distance > kFar * half_width) return 0.0;
  const double ratio = distance / half_width;
  const double part = 1.0 - ratio * ratio * ratio;
  return part * part * part;
}

/// Points [first, first + count) that the estimate at x sees, x in -1 .. n.
struct Window {
  size_t first;
  size_t count;
  double half_width;
};

Window window_at(int64_t x, size_t n, int32_t window) {
  const auto count = std::min(static_cast<size_t>(window), n);
  const int64_t half = (static_cast<int64_t>(count) - 1) / 2;
  const int64_t first = std::clamp<int64_t>(x - half, 0, static_cast<int64_t>(n - count));
  const int64_t reach = std::max(x - first, first + static_cast<int64_t>(count) - 1 - x);
  const int64_t extra = std::max<int64_t>((window - static_cast<int64_t>(n)) / 2, 0);
  return {static_cast<size_t>(first), count, static_cast<double>(reach + extra)};
}

double estimate(std::span<const double> y, std::span<const double> weights, int64_t x,
                const LoessShape& shape) {
  const Window w = window_at(x, y.size(), shape.window);
  double s0 = 0.0, s1 = 0.0, s2 = 0.0, sy = 0.0, suy = 0.0;
  for (size_t j = w.first; j < w.first + w.count; ++j) {
    const double u = static_cast<double>(static_cast<int64_t>(j) - x);
    const double weight = tricube(std::abs(u), w.half_width) * (weights.empty() ? 1.0 : weights[j]);
    s0 += weight;
    s1 += weight * u;
    s2 += weight * u * u;
    sy += weight * y[j];
    suy += weight * u * y[j];
  }
  if (s0 <= 0.0) return y[static_cast<size_t>(std::clamp<int64_t>(x, 0, std::ssize(y) - 1))];
  const double mean = sy / s0;
  const double centre = s1 / s0;
  const double spread = s2 / s0 - centre * centre;
  const double width = static_cast<double>(y.size()) - 1.0;
  if (shape.degree == 0 || w.half_width <= 0.0 || spread <= std::pow(kSpreadMin * width, 2)) {
    return mean;
  }
  return mean - centre / spread * (suy / s0 - centre * mean);
}

/// The combination of values that `estimate` computes when no point has a weight of its own.
void fill_row(int64_t x, size_t n, const LoessShape& shape, double* row) {
  const Window w = window_at(x, n, shape.window);
  double s0 = 0.0, s1 = 0.0, s2 = 0.0;
  for (size_t k = 0; k < w.count; ++k) {
    const double u = static_cast<double>(static_cast<int64_t>(w.first + k) - x);
    row[k] = tricube(std::abs(u), w.half_width);
    s0 += row[k];
    s1 += row[k] * u;
    s2 += row[k] * u * u;
  }
  // A single point has no width: it is its own estimate.
  if (s0 <= 0.0) return std::fill(row, row + w.count, 1.0 / static_cast<double>(w.count));
  const double centre = s1 / s0;
  const double spread = s2 / s0 - centre * centre;
  const double width = static_cast<double>(n) - 1.0;
  const bool slope =
      shape.degree > 0 && w.half_width > 0.0 && spread > std::pow(kSpreadMin * width, 2);
  for (size_t k = 0; k < w.count; ++k) {
    const double u = static_cast<double>(static_cast<int64_t>(w.first + k) - x);
    row[k] *= (slope ? 1.0 - centre / spread * (u - centre) : 1.0) / s0;
  }
}

double dot(const double* a, const double* b, size_t n) {
  double sums[kLanes] = {};
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (size_t k = 0; k < kLanes; ++k) sums[k] += a[i + k] * b[i + k];
  }
  for (; i < n; ++i) sums[0] += a[i] * b[i];
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

/// Symmetric kernel around y[i .. i + kBlock), kBlock estimates at once.
void convolve_block(const double* y, std::span<const double> kernel, double* out) {
  double sums[kBlock];
  for (size_t b = 0; b < kBlock; ++b) sums[b] = kernel[0] * y[b];
  for (size_t d = 1; d < kernel.size(); ++d) {
    const double weight = kernel[d];
    const double* before = y - d;
    const double* after = y + d;
    for (size_t b = 0; b < kBlock; ++b) sums[b] += weight * (before[b] + after[b]);
  }
  std::copy_n(sums, kBlock, out);
}

double convolve_one(const double* y, std::span<const double> kernel) {
  double sum = kernel[0] * y[0];
  for (size_t d = 1; d < kernel.size(); ++d) {
    sum += kernel[d] * (*(y - d) + y[d]);
  }
  return sum;
}

/// Values between those at 0, jump, 2 jump, ... and n - 1, on straight lines.
void interpolate(std::span<double> out, size_t jump) {
  const size_t last = out.size() - 1;
  for (size_t from = 0; from < last; from += jump) {
    const size_t to = std::min(from + jump, last);
    const double slope = (out[to] - out[from]) / static_cast<double>(to - from);
    for (size_t i = from + 1; i < to; ++i) {
      out[i] = out[from] + slope * static_cast<double>(i - from);
    }
  }
}

bool is_estimated(size_t i, size_t n, size_t jump) {
  return i % jump == 0 || i + 1 == n;
}

}  // namespace

Loess::Loess(const LoessShape& shape, size_t length) : shape_(shape), length_(length) {
  RESTOCK_ASSERT(length >= 1 && shape.window >= 3 && shape.window % 2 == 1);
  RESTOCK_ASSERT((shape.degree == 0 || shape.degree == 1) && shape.jump >= 1);
  row_length_ = std::min(static_cast<size_t>(shape.window), length);
  const bool has_middle = row_length_ < length;
  end_count_ = has_middle ? row_length_ / 2 : (length + 1) / 2;
  if (has_middle) {
    std::vector<double> row(row_length_);
    fill_row(static_cast<int64_t>(end_count_), length, shape, row.data());
    kernel_.assign(row.begin() + static_cast<int64_t>(end_count_), row.end());
    while (kernel_.size() > 1 && kernel_.back() == 0.0) kernel_.pop_back();
  }
  if ((end_count_ + 1) * row_length_ > kRowValuesMax) return;
  rows_.resize((end_count_ + 1) * row_length_);
  for (size_t p = 0; p <= end_count_; ++p) {
    fill_row(static_cast<int64_t>(p) - 1, length, shape, rows_.data() + p * row_length_);
  }
}

const double* Loess::row(size_t position, std::vector<double>& scratch) const {
  if (!rows_.empty()) return rows_.data() + position * row_length_;
  fill_row(static_cast<int64_t>(position) - 1, length_, shape_, scratch.data() + row_length_);
  return scratch.data() + row_length_;
}

void Loess::smooth_ends(std::span<const double> y, bool extend, std::vector<double>& scratch,
                        std::span<double> out) const {
  const size_t n = length_;
  const size_t shift = extend ? 1 : 0;
  const auto jump = static_cast<size_t>(shape_.jump);
  scratch.resize(2 * row_length_);
  std::reverse_copy(y.end() - static_cast<int64_t>(row_length_), y.end(), scratch.begin());
  for (size_t p = extend ? 0 : 1; p <= end_count_; ++p) {
    // Index of the estimate from either end, counting the extension.
    const size_t left = p - 1 + shift;
    const size_t right = n - p + shift;
    const bool is_left = p == 0 || is_estimated(p - 1, n, jump);
    const bool is_right = p == 0 || is_estimated(n - p, n, jump);
    if (!is_left && !is_right) continue;
    const double* weights = row(p, scratch);
    if (is_left) out[left] = dot(weights, y.data(), row_length_);
    if (is_right && right != left) out[right] = dot(weights, scratch.data(), row_length_);
  }
}

void Loess::smooth(std::span<const double> y, bool extend, std::vector<double>& scratch,
                   std::span<double> out) const {
  const size_t n = length_;
  const size_t shift = extend ? 1 : 0;
  RESTOCK_ASSERT(y.size() == n && out.size() == n + 2 * shift);
  smooth_ends(y, extend, scratch, out);
  const auto inside = out.subspan(shift, n);
  const auto jump = static_cast<size_t>(shape_.jump);
  size_t i = end_count_;
  const size_t end = kernel_.empty() ? i : n - end_count_;
  if (jump == 1) {
    for (; i + kBlock <= end; i += kBlock) {
      convolve_block(y.data() + i, kernel_, inside.data() + i);
    }
  }
  for (; i < end; ++i) {
    if (is_estimated(i, n, jump)) inside[i] = convolve_one(y.data() + i, kernel_);
  }
  if (jump > 1) interpolate(inside, jump);
}

void smooth_directly(std::span<const double> y, std::span<const double> weights,
                     const LoessShape& shape, bool extend, std::span<double> out) {
  const size_t n = y.size();
  const size_t shift = extend ? 1 : 0;
  RESTOCK_ASSERT(n >= 1 && out.size() == n + 2 * shift);
  RESTOCK_ASSERT(weights.empty() || weights.size() == n);
  const auto jump = static_cast<size_t>(shape.jump);
  const auto inside = out.subspan(shift, n);
  for (size_t i = 0; i < n; ++i) {
    if (is_estimated(i, n, jump)) {
      inside[i] = estimate(y, weights, static_cast<int64_t>(i), shape);
    }
  }
  if (jump > 1) interpolate(inside, jump);
  if (!extend) return;
  out.front() = estimate(y, weights, -1, shape);
  out.back() = estimate(y, weights, static_cast<int64_t>(n), shape);
}

const Loess& LoessCache::get(const LoessShape& shape, size_t length) {
  for (const auto& smoother : smoothers_) {
    const auto& own = smoother->shape();
    if (smoother->length() == length && own.window == shape.window && own.degree == shape.degree &&
        own.jump == shape.jump) {
      return *smoother;
    }
  }
  if (smoothers_.size() >= kCacheMax) smoothers_.erase(smoothers_.begin());
  smoothers_.push_back(std::make_unique<Loess>(shape, length));
  return *smoothers_.back();
}

}  // namespace restock
