#include "science/features/rolling_quantile.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "foundation/base/assert.h"

namespace restock {
namespace {

/// Values in ascending order, in memory of the caller.
class SortedWindow {
 public:
  explicit SortedWindow(float* memory) : sorted_(memory) {}

  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] float operator[](size_t rank) const { return sorted_[rank]; }

  void insert(float value) {
    const size_t at = rank_of(value);
    std::memmove(sorted_ + at + 1, sorted_ + at, (size_ - at) * sizeof(float));
    sorted_[at] = value;
    size_ += 1;
  }

  void erase(float value) {
    const size_t at = rank_of(value);
    size_ -= 1;
    std::memmove(sorted_ + at, sorted_ + at + 1, (size_ - at) * sizeof(float));
  }

  /// erase(leaving), then insert(entering), with one move.
  void replace(float leaving, float entering) {
    if (leaving == entering) return;
    const size_t from = rank_of(leaving);
    const size_t to = rank_of(entering);
    if (from < to) {
      shift_down(from, to - 1);
      sorted_[to - 1] = entering;
    } else {
      shift_up(to, from);
      sorted_[to] = entering;
    }
  }

 private:
  static constexpr size_t kCountingLimit = 128;

  /// Number of values below `value`. Comparing all is faster than a search while they fit a few
  /// vector registers.
  [[nodiscard]] size_t rank_of(float value) const {
    if (size_ > kCountingLimit)
      return static_cast<size_t>(std::lower_bound(sorted_, sorted_ + size_, value) - sorted_);
    int32_t below = 0;
    for (size_t i = 0; i < size_; ++i) below += sorted_[i] < value ? 1 : 0;
    return static_cast<size_t>(below);
  }

  void shift_down(size_t first, size_t last) {
    std::memmove(sorted_ + first, sorted_ + first + 1, (last - first) * sizeof(float));
  }
  void shift_up(size_t first, size_t last) {
    std::memmove(sorted_ + first + 1, sorted_ + first, (last - first) * sizeof(float));
  }

  float* sorted_;
  size_t size_ = 0;
};

/// The quantile of n sorted values as rank and weight of the next rank.
struct Rank {
  size_t below;
  size_t above;
  double weight;
};

Rank rank_at(double probability, size_t n) {
  const double position = probability * static_cast<double>(n - 1);
  const size_t below = std::min(static_cast<size_t>(position), n - 1);
  return {below, std::min(below + 1, n - 1), position - static_cast<double>(below)};
}

float value_at(const SortedWindow& window, const Rank& rank) {
  const double low = window[rank.below];
  const double high = window[rank.above];
  return static_cast<float>(low + rank.weight * (high - low));
}

}  // namespace

void rolling_quantile(const SeriesView& x, const WindowShape& shape, double probability,
                      std::span<float> out, KernelScratch& scratch) {
  RESTOCK_ASSERT(out.size() == x.size());
  const size_t n = x.size();
  const size_t stride = static_cast<size_t>(shape.stride);
  const size_t span = static_cast<size_t>(shape.window) * stride;
  const size_t least = static_cast<size_t>(shape.min_periods);
  const auto counts = [&](size_t i) { return x.counted.empty() || x.counted[i] != 0; };
  const Rank full = rank_at(probability, static_cast<size_t>(shape.window));
  // Each residue of the stride is a series of its own.
  for (size_t first = 0; first < std::min(stride, n); ++first) {
    SortedWindow window(scratch.floats(0, std::min(static_cast<size_t>(shape.window), n) + 1));
    for (size_t i = first; i < n; i += stride) {
      const bool enters = counts(i);
      const bool leaves = i >= span && counts(i - span);
      if (enters && leaves) {
        window.replace(x.values[i - span], x.values[i]);
      } else if (enters) {
        window.insert(x.values[i]);
      } else if (leaves) {
        window.erase(x.values[i - span]);
      }
      const size_t size = window.size();
      if (size < least) {
        out[i] = kNoFeature;
      } else {
        out[i] = value_at(
            window, size == static_cast<size_t>(shape.window) ? full : rank_at(probability, size));
      }
    }
  }
}

}  // namespace restock
