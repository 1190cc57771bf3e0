#pragma once

#include <functional>
#include <span>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "science/inventory/path_block.h"
#include "science/inventory/replay.h"

namespace restock {

/// Gives paths drawn at the end of `origin`. They must tell of demand up to and with `origin` only:
/// the trial cannot check.
using PathsAt = std::function<Result<PathBlock>(Period origin, std::span<const size_t> series)>;

/// What a policy is tried with: `projected_order` as if this were the share of outcomes to cover;
/// 0 = as the costs say.
struct PolicyTrial {
  double critical_ratio = 0;
  ReplayOutcome outcome;  ///< at the true costs
};

/// Live the periods of `input` with `projected_order` at each of `ratios`, from the same stock and
/// with the same forecasts as `replay` does. Costs of the first lead time, which no order could
/// change, are part of each. Threads work over series; results do not depend on their number.
/// Errors: as `replay`; kInvalidArgument for a ratio outside [0, 1); those of `paths_at` and
/// `projected_order`.
[[nodiscard]] Result<std::vector<PolicyTrial>> try_critical_ratios(const ReplayInput& input,
                                                                   const PlanParameters& parameters,
                                                                   std::span<const double> ratios,
                                                                   const PathsAt& paths_at,
                                                                   ThreadPool& pool);

/// The ratio to go by: of those whose summed cost is within `tolerance` (a share) of the least, the
/// one nearest to what the costs say, which is right where forecasts are; without a window, the
/// nearest of all. windows: what `try_critical_ratios` gave for each window, for the same ratios.
/// Precondition: there is a ratio.
[[nodiscard]] double choose_critical_ratio(std::span<const double> ratios,
                                           std::span<const std::vector<PolicyTrial>> windows,
                                           const PlanParameters& parameters, double tolerance);

}  // namespace restock
