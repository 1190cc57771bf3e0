#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/domain/date.h"
#include "science/reconcile/hierarchy.h"

namespace restock {

/// What a planner knows better than the model: the demand of one node on some dates.
struct Override {
  size_t node = 0;  ///< any node of the hierarchy
  Date first;       ///< first and last day, both included
  Date last;
  double value = 0;  ///< units per period, >= 0
  std::string reason;
  std::string author;
  std::optional<Date> expires;  ///< last day on which it counts; none = for ever
};

/// In words. Example: "store=S1 = 200 from 2026-03-01 to 2026-03-02 by Ada (fair)".
[[nodiscard]] std::string describe_override(const Hierarchy& hierarchy, const Override& one);

/// How the change of a node is shared out among the series below it.
enum class OverrideShare {
  kProportional,  ///< By their forecasts; equally where all of them are zero.
  kByVariance,    ///< By their variances: uncertain forecasts give way first. Never below zero.
};

struct OverrideOptions {
  OverrideShare share = OverrideShare::kProportional;
  Date today;                        ///< Overrides that expired before it are left out.
  std::span<const double> variance;  ///< n_bottom, for kByVariance
  double tolerance = 1e-9;           ///< of each override, relative to the larger of it and 1 unit
  int rounds_max = 2000;
};

/// What became of an override.
enum class OverrideStatus {
  kApplied,  ///< It changed or confirmed at least one step.
  kExpired,  ///< Left out: `expires` lies before `today`.
  kOutside,  ///< Left out: no step on its dates.
};

/// "applied", "expired", "outside".
[[nodiscard]] std::string_view status_name(OverrideStatus status);

struct OverrideResult {
  std::vector<double> forecasts;       ///< n_nodes x horizon, coherent
  std::vector<OverrideStatus> status;  ///< of each override, in the order given

  [[nodiscard]] int64_t count(OverrideStatus which) const;
};

/// Which overrides bear on each forecast: those in force on the step that share a series with the
/// node. n_nodes x horizon, places in `sets`; 0 is the empty set.
struct OverridesOfForecasts {
  std::vector<int32_t> set_of;
  std::vector<std::vector<size_t>> sets = {{}};  ///< numbers of overrides, ascending
};

/// Find them. `status`: as `apply_overrides` told.
[[nodiscard]] OverridesOfForecasts overrides_of_forecasts(const Hierarchy& hierarchy,
                                                          std::span<const Date> step_dates,
                                                          std::span<const Override> overrides,
                                                          std::span<const OverrideStatus> status);

/// Put planners' overrides into coherent forecasts and keep them coherent: series below an
/// overridden node take their share of the change, nodes above it the sum; series below no
/// overridden node keep their forecasts.
///
/// Several overrides of a step hold together: they are met in turn, from large nodes to small ones,
/// until all hold (for kProportional iterative proportional fitting, Deming & Stephan 1940, Ann.
/// Math. Stat. 11, the forecasts nearest in relative entropy). `step_dates`: first day of each
/// step, ascending. `forecasts`: n_nodes x horizon, coherent, read below the aggregates.
///
/// Errors: kInvalidArgument for a bad node, value or range of dates, and for overrides that
/// contradict each other, with the node, author and reason of both. Example: parts 3 and 1, total
/// overridden with 8: 6 and 2 (see the test).
[[nodiscard]] Result<OverrideResult> apply_overrides(const Hierarchy& hierarchy,
                                                     std::span<const Date> step_dates,
                                                     std::span<const double> forecasts,
                                                     std::span<const Override> overrides,
                                                     const OverrideOptions& options);

}  // namespace restock
