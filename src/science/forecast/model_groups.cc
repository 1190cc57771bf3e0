#include "science/forecast/model_groups.h"

#include <algorithm>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr size_t kNamesShown = 5;

/// Where a panel keeps a column.
struct ColumnPlace {
  int64_t key = -1;
  const StaticAttribute* attribute = nullptr;

  [[nodiscard]] bool found() const { return key >= 0 || attribute != nullptr; }
  /// "" where the value is not given.
  [[nodiscard]] std::string value(const Panel& panel, size_t series) const {
    if (key >= 0) return panel.keys[series].parts[static_cast<size_t>(key)];
    const int32_t code = attribute->codes[series];
    return code < 0 ? "" : attribute->levels[static_cast<size_t>(code)];
  }
};

ColumnPlace place_of(const Panel& panel, const std::string& column) {
  ColumnPlace place;
  const auto key = std::find(panel.key_names.begin(), panel.key_names.end(), column);
  if (key != panel.key_names.end()) {
    place.key = key - panel.key_names.begin();
    return place;
  }
  for (const StaticAttribute& attribute : panel.attributes) {
    if (attribute.name == column) place.attribute = &attribute;
  }
  return place;
}

/// How many of the groups, ascending by rows, share one set.
size_t shared_count(std::span<const int64_t> ascending_rows) {
  const auto small = static_cast<size_t>(
      std::lower_bound(ascending_rows.begin(), ascending_rows.end(), kGroupRowsLeast) -
      ascending_rows.begin());
  size_t shared = small;
  int64_t rows = 0;
  for (size_t k = 0; k < shared; ++k) rows += ascending_rows[k];
  while (shared > 0 && rows < kGroupRowsLeast && shared < ascending_rows.size())
    rows += ascending_rows[shared++];
  return shared;
}

}  // namespace

std::vector<uint32_t> ModelGroups::sets_of(const Panel& panel) const {
  std::vector<uint32_t> out(panel.n_series(), other);
  if (column.empty()) return out;
  const ColumnPlace place = place_of(panel, column);
  RESTOCK_ASSERT(place.found());
  for (size_t i = 0; i < out.size(); ++i) {
    const std::string value = place.value(panel, i);
    const auto found = std::lower_bound(values.begin(), values.end(), value);
    if (found == values.end() || *found != value) continue;
    out[i] = set[static_cast<size_t>(found - values.begin())];
  }
  return out;
}

std::string ModelGroups::describe() const {
  if (column.empty()) return "";
  std::string text = fmt::format("{} models by {}", n_sets, column);
  std::vector<std::string> shared;
  for (size_t v = 0; v < values.size(); ++v) {
    if (std::count(set.begin(), set.end(), set[v]) > 1) shared.push_back(values[v]);
  }
  if (shared.empty()) return text;
  const size_t n = shared.size();
  shared.resize(std::min(n, kNamesShown));
  return text + fmt::format("; {} values share one, as some have fewer than {} rows: {}{}", n,
                            kGroupRowsLeast, fmt::join(shared, ", "),
                            n > shared.size() ? ", ..." : "");
}

Result<ModelGroups> group_models(const Panel& panel, const std::string& column,
                                 std::span<const int64_t> rows) {
  RESTOCK_ASSERT(rows.size() == panel.n_series());
  ModelGroups out;
  if (column.empty()) return out;
  const ColumnPlace place = place_of(panel, column);
  if (!place.found()) {
    std::vector<std::string> known = panel.key_names;
    for (const StaticAttribute& attribute : panel.attributes) known.push_back(attribute.name);
    return Error{Code::kInvalidArgument,
                 fmt::format("models per \"{}\": there is no such key or attribute", column),
                 known.empty() ? "" : fmt::format("there are {}", fmt::join(known, ", "))};
  }
  std::map<std::string, int64_t> rows_of;
  for (size_t i = 0; i < rows.size(); ++i) rows_of[place.value(panel, i)] += rows[i];
  out.column = column;
  std::vector<int64_t> sizes;
  for (const auto& [value, count] : rows_of) {
    out.values.push_back(value);
    sizes.push_back(count);
  }
  const size_t n = out.values.size();
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return sizes[a] < sizes[b]; });
  std::vector<int64_t> ascending;
  ascending.reserve(n);
  for (const size_t v : order) ascending.push_back(sizes[v]);
  const size_t shared = shared_count(ascending);
  std::vector<uint8_t> shares(n, 0);
  for (size_t k = 0; k < shared; ++k) shares[order[k]] = 1;
  const auto own = static_cast<uint32_t>(n - shared);
  out.set.resize(n);
  uint32_t next = 0;
  for (size_t v = 0; v < n; ++v) out.set[v] = shares[v] != 0 ? own : next++;
  out.n_sets = own + (shared > 0 ? 1 : 0);
  out.other = shared > 0 ? own : out.set[order.back()];
  return out;
}

}  // namespace restock
