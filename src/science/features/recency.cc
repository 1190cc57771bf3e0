#include "science/features/recency.h"

#include <cstddef>
#include <cstdint>

#include "foundation/base/assert.h"
#include "science/features/window_shape.h"

namespace restock {

void periods_since_nonzero(std::span<const float> x, std::span<float> out) {
  RESTOCK_ASSERT(out.size() == x.size());
  size_t first = 0;
  for (; first < x.size() && x[first] == 0.0F; ++first) out[first] = kNoFeature;
  int32_t since = -1;
  for (size_t i = first; i < x.size(); ++i) {
    since = (since + 1) * static_cast<int32_t>(x[i] == 0.0F);  // no branch: sales come as they like
    out[i] = static_cast<float>(since);
  }
}

}  // namespace restock
