#include "science/inventory/path_block.h"

#include <algorithm>

#include "foundation/base/assert.h"

namespace restock {

SeriesPaths PathBlock::at(size_t position) const {
  const size_t cells = static_cast<size_t>(n_paths) * static_cast<size_t>(horizon);
  RESTOCK_ASSERT((position + 1) * cells <= values.size());
  return {std::span(values).subspan(position * cells, cells), horizon};
}

PathBlock extended(PathBlock block, int32_t horizon) {
  if (block.horizon >= horizon || block.values.empty()) return block;
  RESTOCK_ASSERT(block.horizon > 0);
  const auto known = static_cast<size_t>(block.horizon);
  const auto wanted = static_cast<size_t>(horizon);
  const auto n_paths = static_cast<size_t>(block.n_paths);
  const size_t n_series = block.values.size() / (n_paths * known);
  PathBlock out{horizon, block.n_paths, {}};
  out.values.reserve(n_series * n_paths * wanted);
  for (size_t i = 0; i < n_series; ++i) {
    for (size_t p = 0; p < n_paths; ++p) {
      for (size_t h = 0; h < wanted; ++h) {
        const size_t from = (p + h / known) % n_paths;
        out.values.push_back(block.values[(i * n_paths + from) * known + h % known]);
      }
    }
  }
  return out;
}

}  // namespace restock
