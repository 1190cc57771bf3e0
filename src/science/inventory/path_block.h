#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"

namespace restock {

/// Paths of one series: n_paths x horizon, row-major, demand of the periods after the origin.
/// A view: the span must outlive it.
struct SeriesPaths {
  std::span<const float> values;
  int32_t horizon = 0;

  [[nodiscard]] size_t n_paths() const { return values.size() / static_cast<size_t>(horizon); }
  [[nodiscard]] std::span<const float> path(size_t p) const {
    return values.subspan(p * static_cast<size_t>(horizon), static_cast<size_t>(horizon));
  }
};

/// Sample paths of demand after an origin for some series: series.size() x n_paths x horizon,
/// row-major.
struct PathBlock {
  int32_t horizon = 0;
  int32_t n_paths = 0;
  std::vector<float> values;

  /// Those of the series at `position`; valid as long as the block.
  [[nodiscard]] SeriesPaths at(size_t position) const;
};

/// Gives the paths of some series of a forecast, drawn at its origin; empty = it has none.
using PathsOf = std::function<Result<PathBlock>(std::span<const size_t> series)>;

/// Paths of one series of a forecast, and which it is.
using PathWork = std::function<Status(size_t series, const SeriesPaths& paths)>;

/// Do `work` for each of some series with its paths, `extended` to at least `horizon` periods.
/// Paths are drawn for some series at a time, threads work over these; `work` must touch its own
/// series only. Errors: those of `paths_of`, and that of the first series in the list whose work
/// failed.
[[nodiscard]] Status for_each_series(std::span<const size_t> series, const PathsOf& paths_of,
                                     int32_t horizon, ThreadPool& pool, const PathWork& work);

/// The block with paths of at least `horizon` periods: a path that ends before goes on as another
/// one of its series began, so that mean and variance grow as they did. Example: paths (1, 2) and
/// (5, 6) to 3 periods: (1, 2, 5) and (5, 6, 1).
[[nodiscard]] PathBlock extended(PathBlock block, int32_t horizon);

}  // namespace restock
