#include "science/features/window_shape.h"

#include <iterator>

#include "foundation/base/assert.h"

namespace restock {

namespace {

/// Room for `count` entries and the padding around them in `memory`; the first entry is aligned to
/// a cache line, each slot at another distance from the page, because equal distances make loads
/// wait for unrelated stores.
template <typename T>
T* aligned_entries(std::vector<T>& memory, size_t slot, size_t count) {
  constexpr size_t kLine = 64;
  const size_t front = KernelScratch::kPadding + kLine / sizeof(T) * (1 + 5 * slot);
  const size_t needed = front + count + KernelScratch::kPadding;
  if (memory.size() < needed) memory.resize(needed);
  const auto address = reinterpret_cast<uintptr_t>(memory.data() + front);
  return memory.data() + front - address % kLine / sizeof(T);
}

}  // namespace

double* KernelScratch::doubles(size_t slot, size_t count) {
  RESTOCK_ASSERT(slot < std::size(doubles_));
  return aligned_entries(doubles_[slot], slot, count);
}

float* KernelScratch::floats(size_t slot, size_t count) {
  RESTOCK_ASSERT(slot < std::size(floats_));
  return aligned_entries(floats_[slot], slot, count);
}

int32_t* KernelScratch::wholes(size_t slot, size_t count) {
  RESTOCK_ASSERT(slot < std::size(wholes_));
  return aligned_entries(wholes_[slot], slot, count);
}

const double* KernelScratch::reciprocals(size_t count) {
  for (size_t n = reciprocals_.size(); n <= count; ++n) {
    reciprocals_.push_back(n == 0 ? 0.0 : 1.0 / static_cast<double>(n));
  }
  return reciprocals_.data();
}

const double* KernelScratch::merge_weights(size_t count, void (*fill)(size_t, size_t, double*)) {
  const size_t known = merge_weights_.size();
  if (known < count) {
    merge_weights_.resize(count);
    fill(known, count, merge_weights_.data());
  }
  return merge_weights_.data();
}

}  // namespace restock
