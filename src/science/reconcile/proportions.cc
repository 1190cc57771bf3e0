#include "science/reconcile/proportions.h"

#include <algorithm>

#include <fmt/format.h>

#include "foundation/base/assert.h"

namespace restock {
namespace {

/// Node of one level above each bottom series; -1 where there is none.
std::vector<int32_t> nodes_of_level(const Hierarchy& hierarchy, const HierarchyLevel& level) {
  std::vector<int32_t> node_of(hierarchy.n_bottom(), -1);
  for (int32_t node = level.first_node; node < level.first_node + level.n_nodes; ++node) {
    if (static_cast<size_t>(node) >= hierarchy.n_aggregates()) {
      node_of[static_cast<size_t>(node) - hierarchy.n_aggregates()] = node;
      continue;
    }
    for (const int32_t series : hierarchy.members_of(static_cast<size_t>(node)))
      node_of[static_cast<size_t>(series)] = node;
  }
  return node_of;
}

bool covers_all(const std::vector<int32_t>& node_of) {
  return std::ranges::none_of(node_of, [](int32_t node) { return node < 0; });
}

/// Whether every node of `finer` lies within one node of `coarser`.
bool nested(const std::vector<int32_t>& coarser, const std::vector<int32_t>& finer, size_t nodes) {
  std::vector<int32_t> above(nodes, -1);
  for (size_t i = 0; i < finer.size(); ++i) {
    int32_t& seen = above[static_cast<size_t>(finer[i])];
    if (seen >= 0 && seen != coarser[i]) return false;
    seen = coarser[i];
  }
  return true;
}

/// `parts` parts of `whole` in the given proportion; equal where their sum is not positive.
double share(double part, double sum, double parts) {
  return sum > 0 ? part / sum : 1 / parts;
}

/// p_j from the history for every bottom series, adding up to 1 within each node of the level.
std::vector<double> historical(const Hierarchy& hierarchy, const std::vector<int32_t>& node_of,
                               Proportions proportions, const ReconcileInput& input) {
  const auto periods = static_cast<size_t>(input.n_history);
  const size_t n = hierarchy.n_bottom();
  const size_t nodes = hierarchy.n_nodes();
  std::vector<double> p(n, 0);
  std::vector<double> sums(nodes, 0);
  if (proportions == Proportions::kProportionOfAverages) {
    for (size_t j = 0; j < n; ++j) {
      for (size_t t = 0; t < periods; ++t) p[j] += input.history[j * periods + t];
    }
  } else {
    for (size_t t = 0; t < periods; ++t) {
      std::ranges::fill(sums, 0.0);
      for (size_t j = 0; j < n; ++j)
        sums[static_cast<size_t>(node_of[j])] += input.history[j * periods + t];
      for (size_t j = 0; j < n; ++j) {
        const double sum = sums[static_cast<size_t>(node_of[j])];
        if (sum > 0) p[j] += input.history[j * periods + t] / sum;
      }
    }
  }
  std::ranges::fill(sums, 0.0);
  std::vector<double> parts(nodes, 0);
  for (size_t j = 0; j < n; ++j) {
    sums[static_cast<size_t>(node_of[j])] += p[j];
    parts[static_cast<size_t>(node_of[j])] += 1;
  }
  for (size_t j = 0; j < n; ++j) {
    const auto node = static_cast<size_t>(node_of[j]);
    p[j] = share(p[j], sums[node], parts[node]);
  }
  return p;
}

/// Share the forecasts of `above` out among the nodes of the next level of the chain.
void step_down(const std::vector<int32_t>& above, const std::vector<int32_t>& below,
               const ReconcileInput& input, std::vector<double>& values) {
  const auto steps = static_cast<size_t>(input.horizon);
  std::vector<int32_t> parent(values.size() / steps, -1);
  for (size_t j = 0; j < below.size(); ++j) parent[static_cast<size_t>(below[j])] = above[j];
  std::vector<double> sums(values.size(), 0);
  std::vector<double> parts(parent.size(), 0);
  for (size_t node = 0; node < parent.size(); ++node) {
    if (parent[node] < 0) continue;
    const auto over = static_cast<size_t>(parent[node]);
    parts[over] += 1;
    for (size_t h = 0; h < steps; ++h) sums[over * steps + h] += input.base[node * steps + h];
  }
  for (size_t node = 0; node < parent.size(); ++node) {
    if (parent[node] < 0) continue;
    const auto over = static_cast<size_t>(parent[node]);
    for (size_t h = 0; h < steps; ++h) {
      values[node * steps + h] =
          values[over * steps + h] *
          share(input.base[node * steps + h], sums[over * steps + h], parts[over]);
    }
  }
}

std::vector<double> by_forecasts(const Hierarchy& hierarchy, size_t level,
                                 const ReconcileInput& input) {
  std::vector<double> values(input.base.begin(), input.base.end());
  std::vector<int32_t> above = nodes_of_level(hierarchy, hierarchy.levels[level]);
  // A level takes part if it lies within the one before it; crossed groupings are passed over.
  for (size_t next = level + 1; next < hierarchy.levels.size(); ++next) {
    std::vector<int32_t> below = nodes_of_level(hierarchy, hierarchy.levels[next]);
    if (!covers_all(below) || !nested(above, below, hierarchy.n_nodes())) continue;
    step_down(above, below, input, values);
    above = std::move(below);
  }
  return {values.end() - static_cast<std::ptrdiff_t>(hierarchy.n_bottom() *
                                                     static_cast<size_t>(input.horizon)),
          values.end()};
}

}  // namespace

Result<std::vector<double>> share_out(const Hierarchy& hierarchy, size_t level,
                                      Proportions proportions, const ReconcileInput& input) {
  RESTOCK_ASSERT(level < hierarchy.levels.size());
  const HierarchyLevel& top = hierarchy.levels[level];
  const std::vector<int32_t> node_of = nodes_of_level(hierarchy, top);
  if (!covers_all(node_of)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("the level '{}' leaves out some series, so its forecasts cannot be "
                             "shared out among all",
                             top.name),
                 "give every series a value of its attributes, or take another level"};
  }
  if (proportions == Proportions::kForecastProportions)
    return by_forecasts(hierarchy, level, input);
  if (input.n_history <= 0 ||
      input.history.size() != hierarchy.n_bottom() * static_cast<size_t>(input.n_history)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("historical proportions need a history of {} series, got {} values",
                             hierarchy.n_bottom(), input.history.size()),
                 "give the history, or take forecast proportions"};
  }
  const std::vector<double> p = historical(hierarchy, node_of, proportions, input);
  const auto steps = static_cast<size_t>(input.horizon);
  std::vector<double> bottom(hierarchy.n_bottom() * steps);
  for (size_t j = 0; j < hierarchy.n_bottom(); ++j) {
    for (size_t h = 0; h < steps; ++h)
      bottom[j * steps + h] = p[j] * input.base[static_cast<size_t>(node_of[j]) * steps + h];
  }
  return bottom;
}

}  // namespace restock
