#include "science/inventory/path_block.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr size_t kSeriesAtATime = 128;  // whose paths are in memory
constexpr size_t kBlock = 8;            // series a thread takes at a time

}  // namespace

SeriesPaths PathBlock::at(size_t position) const {
  const size_t cells = static_cast<size_t>(n_paths) * static_cast<size_t>(horizon);
  RESTOCK_ASSERT((position + 1) * cells <= values.size());
  return {std::span(values).subspan(position * cells, cells), horizon};
}

Status for_each_series(std::span<const size_t> series, const PathsOf& paths_of, int32_t horizon,
                       ThreadPool& pool, const PathWork& work) {
  std::vector<std::optional<Error>> failed(series.size());
  for (size_t begin = 0; begin < series.size(); begin += kSeriesAtATime) {
    const auto some = series.subspan(begin, std::min(kSeriesAtATime, series.size() - begin));
    RESTOCK_TRY(PathBlock drawn, paths_of(some));
    const PathBlock paths = extended(std::move(drawn), horizon);
    pool.parallel_for(some.size(), kBlock, [&](size_t from, size_t to) {
      for (size_t k = from; k < to; ++k) {
        const Status done = work(some[k], paths.at(k));
        if (!done.ok()) failed[begin + k] = done.error();
      }
    });
  }
  for (const auto& error : failed) {
    if (error) return *error;
  }
  return {};
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
