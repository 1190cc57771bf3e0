#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/panel/panel.h"

namespace restock {

/// One aggregation level asked for: the bottom series that share the values of these attributes are
/// summed. No attribute: the total.
struct LevelSpec {
  std::vector<std::string> attributes;
};

/// One level of a hierarchy; its nodes are [first_node, first_node + n_nodes).
struct HierarchyLevel {
  std::string name;  ///< "total", "store", "store x category"; the last one is "series"
  int32_t first_node = 0;
  int32_t n_nodes = 0;
};

/// Which bottom series each aggregate sums: the matrix A of the summing matrix S = [A; I], sparse,
/// by rows (members) and by columns (ancestors). Levels need not be nested: groupings may cross.
///
/// Nodes are numbered aggregates first, level by level, then the bottom series in their own order;
/// values of all nodes are n_nodes() x horizon, row-major. A plain value; share const references.
struct Hierarchy {
  std::vector<HierarchyLevel> levels;
  std::vector<std::string> node_names;  ///< n_nodes(): "total", "store=S1 category=C2", "S1/P7"
  std::vector<int64_t> member_offsets = {0};    ///< n_aggregates() + 1
  std::vector<int32_t> members;                 ///< bottom series of each aggregate, ascending
  std::vector<int64_t> ancestor_offsets = {0};  ///< n_bottom() + 1
  std::vector<int32_t> ancestors;               ///< aggregates of each bottom series, ascending

  [[nodiscard]] size_t n_aggregates() const { return member_offsets.size() - 1; }
  [[nodiscard]] size_t n_bottom() const { return ancestor_offsets.size() - 1; }
  [[nodiscard]] size_t n_nodes() const { return n_aggregates() + n_bottom(); }
  [[nodiscard]] std::span<const int32_t> members_of(size_t aggregate) const {
    return std::span(members).subspan(
        static_cast<size_t>(member_offsets[aggregate]),
        static_cast<size_t>(member_offsets[aggregate + 1] - member_offsets[aggregate]));
  }
  [[nodiscard]] std::span<const int32_t> ancestors_of(size_t bottom) const {
    return std::span(ancestors).subspan(
        static_cast<size_t>(ancestor_offsets[bottom]),
        static_cast<size_t>(ancestor_offsets[bottom + 1] - ancestor_offsets[bottom]));
  }
  /// Bottom series below a node; of a bottom series, itself alone.
  [[nodiscard]] std::vector<int32_t> bottom_of(size_t node) const;
  /// Position of a level in `levels`, or -1.
  [[nodiscard]] int find_level(const std::string& name) const;
};

/// Build a hierarchy from attributes that do not change over time.
///
/// `attributes`: codes per bottom series. `bottom_names`: n_bottom names. `levels`: most general
/// first; a bottom series without a value of an attribute belongs to no node of that level. Nodes
/// of a level are in the order of their codes, and only those that occur. Errors: kInvalidArgument
/// for no series, codes of the wrong length, an unknown attribute (all are listed) or a level asked
/// for twice. Example: two stores a, b with categories x, y, levels {}, {store}, {category} give
/// total; a, b; x, y; and four series below (see the test).
[[nodiscard]] Result<Hierarchy> make_hierarchy(std::span<const StaticAttribute> attributes,
                                               std::vector<std::string> bottom_names,
                                               const std::vector<LevelSpec>& levels);

/// Fill the aggregates from the bottom series: values is n_nodes x horizon, its last n_bottom rows
/// are read and its first n_aggregates rows are written. Sums run in the order of the series.
void sum_up(const Hierarchy& hierarchy, int32_t horizon, std::span<double> values);

/// Largest |aggregate - sum of its bottom series| over all aggregates and steps, in units.
[[nodiscard]] double incoherence(const Hierarchy& hierarchy, int32_t horizon,
                                 std::span<const double> values);

}  // namespace restock
