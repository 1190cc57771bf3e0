#include "science/reconcile/hierarchy.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "foundation/base/assert.h"

namespace restock {
namespace {

/// Positions of a level's attributes. Errors: kInvalidArgument for an unknown one.
Result<std::vector<size_t>> find_attributes(std::span<const StaticAttribute> attributes,
                                            const LevelSpec& level) {
  std::vector<size_t> found;
  for (const std::string& name : level.attributes) {
    const auto place = std::ranges::find(attributes, name, &StaticAttribute::name);
    if (place == attributes.end()) {
      std::vector<std::string> known;
      for (const StaticAttribute& attribute : attributes) known.push_back(attribute.name);
      return Error{Code::kInvalidArgument, fmt::format("there is no attribute '{}'", name),
                   fmt::format("the attributes are {}", fmt::join(known, ", "))};
    }
    found.push_back(static_cast<size_t>(place - attributes.begin()));
  }
  return found;
}

std::string level_name(const LevelSpec& level) {
  return level.attributes.empty() ? "total" : fmt::format("{}", fmt::join(level.attributes, " x "));
}

std::string node_name(std::span<const StaticAttribute> attributes, const std::vector<size_t>& of,
                      size_t series) {
  if (of.empty()) return "total";
  std::string text;
  for (const size_t a : of) {
    const StaticAttribute& attribute = attributes[a];
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", attribute.name,
                        attribute.levels[static_cast<size_t>(attribute.codes[series])]);
  }
  return text;
}

/// Add the nodes of one level: series sorted by their codes, one node per distinct combination.
void add_level(std::span<const StaticAttribute> attributes, const LevelSpec& spec,
               const std::vector<size_t>& of, size_t n_bottom, Hierarchy& out) {
  std::vector<int32_t> order;
  for (size_t i = 0; i < n_bottom; ++i) {
    const bool complete =
        std::ranges::all_of(of, [&](size_t a) { return attributes[a].codes[i] >= 0; });
    if (complete) order.push_back(static_cast<int32_t>(i));
  }
  const auto compare = [&](int32_t left, int32_t right) {
    for (const size_t a : of) {
      const int32_t l = attributes[a].codes[static_cast<size_t>(left)];
      const int32_t r = attributes[a].codes[static_cast<size_t>(right)];
      if (l != r) return l < r;
    }
    return false;
  };
  std::ranges::stable_sort(order, compare);
  HierarchyLevel level{level_name(spec), static_cast<int32_t>(out.n_aggregates()), 0};
  for (size_t k = 0; k < order.size(); ++k) {
    if (k == 0 || compare(order[k - 1], order[k])) {
      if (k > 0) out.member_offsets.push_back(static_cast<int64_t>(out.members.size()));
      out.node_names.push_back(node_name(attributes, of, static_cast<size_t>(order[k])));
      ++level.n_nodes;
    }
    out.members.push_back(order[k]);
  }
  if (!order.empty()) out.member_offsets.push_back(static_cast<int64_t>(out.members.size()));
  out.levels.push_back(std::move(level));
}

/// The columns of A from its rows.
void add_ancestors(size_t n_bottom, Hierarchy& out) {
  out.ancestor_offsets.assign(n_bottom + 1, 0);
  for (const int32_t series : out.members) ++out.ancestor_offsets[static_cast<size_t>(series) + 1];
  for (size_t i = 0; i < n_bottom; ++i) out.ancestor_offsets[i + 1] += out.ancestor_offsets[i];
  out.ancestors.resize(out.members.size());
  std::vector<int64_t> next(out.ancestor_offsets.begin(), out.ancestor_offsets.end() - 1);
  for (size_t a = 0; a < out.n_aggregates(); ++a) {
    for (const int32_t series : out.members_of(a))
      out.ancestors[static_cast<size_t>(next[static_cast<size_t>(series)]++)] =
          static_cast<int32_t>(a);
  }
}

Status check_attributes(std::span<const StaticAttribute> attributes, size_t n_bottom) {
  if (n_bottom == 0)
    return Error{Code::kInvalidArgument, "a hierarchy needs at least one series", ""};
  for (const StaticAttribute& attribute : attributes) {
    if (attribute.codes.size() != n_bottom) {
      return Error{Code::kInvalidArgument,
                   fmt::format("attribute '{}' has {} codes for {} series", attribute.name,
                               attribute.codes.size(), n_bottom),
                   ""};
    }
    for (const int32_t code : attribute.codes) {
      if (code < -1 || code >= static_cast<int32_t>(attribute.levels.size())) {
        return Error{Code::kInvalidArgument,
                     fmt::format("attribute '{}' has the code {}, allowed are -1 to {}",
                                 attribute.name, code, attribute.levels.size() - 1),
                     ""};
      }
    }
  }
  return {};
}

}  // namespace

std::vector<int32_t> Hierarchy::bottom_of(size_t node) const {
  RESTOCK_ASSERT(node < n_nodes());
  if (node >= n_aggregates()) return {static_cast<int32_t>(node - n_aggregates())};
  const auto below = members_of(node);
  return {below.begin(), below.end()};
}

int Hierarchy::find_level(const std::string& name) const {
  const auto place = std::ranges::find(levels, name, &HierarchyLevel::name);
  return place == levels.end() ? -1 : static_cast<int>(place - levels.begin());
}

Result<Hierarchy> make_hierarchy(std::span<const StaticAttribute> attributes,
                                 std::vector<std::string> bottom_names,
                                 const std::vector<LevelSpec>& levels) {
  const size_t n_bottom = bottom_names.size();
  RESTOCK_TRY(check_attributes(attributes, n_bottom));
  Hierarchy out;
  std::set<std::set<std::string>> seen;
  for (const LevelSpec& level : levels) {
    RESTOCK_TRY(const std::vector<size_t> of, find_attributes(attributes, level));
    if (!seen.emplace(level.attributes.begin(), level.attributes.end()).second) {
      return Error{Code::kInvalidArgument,
                   fmt::format("the level '{}' is asked for twice", level_name(level)),
                   "name each grouping once"};
    }
    add_level(attributes, level, of, n_bottom, out);
  }
  add_ancestors(n_bottom, out);
  out.levels.push_back(
      {"series", static_cast<int32_t>(out.n_aggregates()), static_cast<int32_t>(n_bottom)});
  for (std::string& name : bottom_names) out.node_names.push_back(std::move(name));
  return out;
}

void sum_up(const Hierarchy& hierarchy, int32_t horizon, std::span<double> values) {
  const auto steps = static_cast<size_t>(horizon);
  RESTOCK_ASSERT(values.size() == hierarchy.n_nodes() * steps);
  const double* bottom = values.data() + hierarchy.n_aggregates() * steps;
  for (size_t a = 0; a < hierarchy.n_aggregates(); ++a) {
    double* sums = values.data() + a * steps;
    std::fill(sums, sums + steps, 0.0);
    for (const int32_t series : hierarchy.members_of(a)) {
      const double* row = bottom + static_cast<size_t>(series) * steps;
      for (size_t h = 0; h < steps; ++h) sums[h] += row[h];
    }
  }
}

double incoherence(const Hierarchy& hierarchy, int32_t horizon, std::span<const double> values) {
  const auto steps = static_cast<size_t>(horizon);
  RESTOCK_ASSERT(values.size() == hierarchy.n_nodes() * steps);
  const double* bottom = values.data() + hierarchy.n_aggregates() * steps;
  std::vector<double> sums(steps);
  double worst = 0;
  for (size_t a = 0; a < hierarchy.n_aggregates(); ++a) {
    std::fill(sums.begin(), sums.end(), 0.0);
    for (const int32_t series : hierarchy.members_of(a)) {
      const double* row = bottom + static_cast<size_t>(series) * steps;
      for (size_t h = 0; h < steps; ++h) sums[h] += row[h];
    }
    for (size_t h = 0; h < steps; ++h)
      worst = std::max(worst, std::abs(values[a * steps + h] - sums[h]));
  }
  return worst;
}

}  // namespace restock
