#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/panel/panel.h"

namespace restock {

/// Rows that a set of trees of its own needs; values with fewer share one set.
inline constexpr int64_t kGroupRowsLeast = 2000;

/// Which trees forecast a series: one set per value of a key or attribute, in the order of the
/// values; the values with few rows share the last set.
struct ModelGroups {
  std::string column;               ///< empty = one set for all series
  std::vector<std::string> values;  ///< sorted
  std::vector<uint32_t> set;        ///< of each value
  uint32_t n_sets = 1;
  uint32_t other = 0;  ///< of series whose value is not among `values`, or not given

  /// The set of every series of a panel, which must have the column.
  [[nodiscard]] std::vector<uint32_t> sets_of(const Panel& panel) const;
  /// "3 models by category; 2 values with fewer than 2000 rows share the last: a, b"; "" for one.
  [[nodiscard]] std::string describe() const;
};

/// Group by `column`. rows: of each series, to learn from. A shared set that is too small itself
/// takes in the next smaller groups until it has the rows; unknown values belong to it, or to the
/// set of most rows where nothing is shared. Errors: kInvalidArgument if the panel has no such
/// column; it names those there are.
[[nodiscard]] Result<ModelGroups> group_models(const Panel& panel, const std::string& column,
                                               std::span<const int64_t> rows);

}  // namespace restock
