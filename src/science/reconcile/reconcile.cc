#include "science/reconcile/reconcile.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "science/reconcile/mint.h"
#include "science/reconcile/proportions.h"

namespace restock {
namespace {

constexpr std::pair<ReconcileMethod, std::string_view> kMethods[] = {
    {ReconcileMethod::kBottomUp, "bottom_up"},
    {ReconcileMethod::kTopDown, "top_down"},
    {ReconcileMethod::kMiddleOut, "middle_out"},
    {ReconcileMethod::kOls, "ols"},
    {ReconcileMethod::kWlsStructural, "wls_structural"},
    {ReconcileMethod::kWlsVariance, "wls_variance"},
    {ReconcileMethod::kMintShrinkage, "mint_shrinkage"},
    {ReconcileMethod::kMintSparse, "mint_sparse"},
};

template <typename T>
Status check_values(const Hierarchy& hierarchy, std::string_view what, std::span<const T> values,
                    size_t rows, size_t columns) {
  if (columns == 0 || values.size() != rows * columns) {
    return Error{Code::kInvalidArgument,
                 fmt::format("{} needs {} x {} values, got {}", what, rows, columns, values.size()),
                 ""};
  }
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    const size_t node = i / columns + hierarchy.n_nodes() - rows;
    return Error{Code::kInvalidArgument,
                 fmt::format("{} of '{}' is not finite at position {}", what,
                             hierarchy.node_names[node], i % columns),
                 "forecast every node for every step first"};
  }
  return {};
}

Status check_variance(const Hierarchy& hierarchy, std::span<const double> variance) {
  RESTOCK_TRY(check_values(hierarchy, "variance", variance, hierarchy.n_nodes(), 1));
  for (size_t i = 0; i < variance.size(); ++i) {
    if (variance[i] >= 0) continue;
    return Error{Code::kInvalidArgument,
                 fmt::format("the variance of '{}' must be >= 0, got {}", hierarchy.node_names[i],
                             variance[i]),
                 ""};
  }
  return {};
}

Status check_input(const Hierarchy& hierarchy, const ReconcileInput& input,
                   const ReconcileOptions& options) {
  if (input.horizon < 1) {
    return Error{Code::kInvalidArgument, fmt::format("horizon must be >= 1, got {}", input.horizon),
                 ""};
  }
  if (!(options.tolerance > 0) || options.rounds_max < 1) {
    return Error{Code::kInvalidArgument,
                 fmt::format("tolerance and rounds_max must be > 0, got {} and {}",
                             options.tolerance, options.rounds_max),
                 ""};
  }
  RESTOCK_TRY(check_values(hierarchy, "the forecast", input.base, hierarchy.n_nodes(),
                           static_cast<size_t>(input.horizon)));
  const bool by_variance = options.method == ReconcileMethod::kWlsVariance;
  if (by_variance && !input.variance.empty()) return check_variance(hierarchy, input.variance);
  if (needs_residuals(options.method) || by_variance) {
    if (input.n_residuals < 2) {
      return Error{Code::kInvalidArgument,
                   fmt::format("{} needs at least 2 residuals of each node, got {}",
                               method_name(options.method), input.n_residuals),
                   "take wls_structural, which needs none"};
    }
    return check_values(hierarchy, "the residual", input.residuals, hierarchy.n_nodes(),
                        static_cast<size_t>(input.n_residuals));
  }
  return {};
}

/// Position of the level that top-down and middle-out start from.
Result<size_t> start_level(const Hierarchy& hierarchy, const ReconcileOptions& options) {
  if (options.method == ReconcileMethod::kTopDown) {
    if (hierarchy.levels.front().n_nodes == 1) return 0;
    return Error{Code::kInvalidArgument,
                 fmt::format("top-down needs one node on the first level, '{}' has {}",
                             hierarchy.levels.front().name, hierarchy.levels.front().n_nodes),
                 "put the total first, or take middle_out"};
  }
  const int level = hierarchy.find_level(options.middle_level);
  if (level >= 0) return static_cast<size_t>(level);
  std::string known;
  for (const HierarchyLevel& l : hierarchy.levels) known += (known.empty() ? "" : ", ") + l.name;
  return Error{Code::kInvalidArgument, fmt::format("there is no level '{}'", options.middle_level),
               "the levels are " + known};
}

/// Bottom rows by one of the methods that need no covariance.
Status reconcile_by_sharing(const Hierarchy& hierarchy, const ReconcileInput& input,
                            const ReconcileOptions& options, ReconcileResult& result) {
  const size_t first = hierarchy.n_aggregates() * static_cast<size_t>(input.horizon);
  const std::span bottom = std::span(result.forecasts).subspan(first);
  if (options.method == ReconcileMethod::kBottomUp) {
    std::ranges::copy(input.base.subspan(first), bottom.begin());
  } else {
    RESTOCK_TRY(const size_t level, start_level(hierarchy, options));
    RESTOCK_TRY(const auto shares, share_out(hierarchy, level, options.proportions, input));
    std::ranges::copy(shares, bottom.begin());
  }
  if (options.non_negative) {
    for (double& value : bottom) value = std::max(0.0, value);
  }
  return {};
}

}  // namespace

std::string_view method_name(ReconcileMethod method) {
  for (const auto& [known, name] : kMethods) {
    if (known == method) return name;
  }
  return "unknown";
}

bool needs_residuals(ReconcileMethod method) {
  return method == ReconcileMethod::kMintShrinkage || method == ReconcileMethod::kMintSparse;
}

Result<ReconcileMethod> parse_method(std::string_view name) {
  std::string names;
  for (const auto& [method, known] : kMethods) {
    if (known == name) return method;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", known);
  }
  return Error{Code::kInvalidArgument, fmt::format("there is no method '{}'", name),
               "the methods are " + names};
}

Result<ReconcileResult> reconcile(const Hierarchy& hierarchy, const ReconcileInput& input,
                                  const ReconcileOptions& options, ThreadPool& pool) {
  RESTOCK_TRY(check_input(hierarchy, input, options));
  ReconcileResult result;
  result.forecasts.resize(input.base.size());
  result.incoherence_before = incoherence(hierarchy, input.horizon, input.base);
  switch (options.method) {
    case ReconcileMethod::kBottomUp:
    case ReconcileMethod::kTopDown:
    case ReconcileMethod::kMiddleOut:
      RESTOCK_TRY(reconcile_by_sharing(hierarchy, input, options, result));
      break;
    default:
      RESTOCK_TRY(reconcile_mint(hierarchy, input, options, pool, result));
  }
  sum_up(hierarchy, input.horizon, result.forecasts);
  result.incoherence_after = incoherence(hierarchy, input.horizon, result.forecasts);
  if (options.non_negative) {
    const size_t first = hierarchy.n_aggregates() * static_cast<size_t>(input.horizon);
    result.zeros = std::count(result.forecasts.begin() + static_cast<std::ptrdiff_t>(first),
                              result.forecasts.end(), 0.0);
  }
  return result;
}

}  // namespace restock
