#pragma once

#include <string>
#include <vector>

#include "operations/ordering/plan_orders.h"
#include "science/inventory/policy_trial.h"

namespace restock {

/// What `restock simulate` is asked for beyond the configuration and the files.
struct PolicyReplayOptions {
  PlanOrdersOptions files;
  int32_t windows = 6;         ///< Windows at the end of the history, one after the other.
  int32_t periods = 0;         ///< Of each window; 0 = four risk periods.
  std::vector<double> ratios;  ///< Critical ratios to try; 0 = the one of the costs.
};

/// One window of history, lived by every policy from one starting state.
struct ReplayedWindow {
  std::string first;                    ///< Label of its first period.
  Period cutoff = 0;                    ///< The last period that its model has learnt from.
  std::vector<ReplayOutcome> compared;  ///< order_up_to, moving_average, moving_average_safety
  std::vector<PolicyTrial> trials;      ///< one a ratio
  /// The ratio chosen on the windows before it alone; of the first window, the nearest to the
  /// costs.
  double chosen = 0;
};

struct PolicyReplay {
  RunResult result;  ///< Panel, rows and findings of the import.
  int32_t periods = 0;
  std::vector<double> ratios;
  std::vector<ReplayedWindow> windows;
  double chosen = 0;  ///< On all windows: what to order by from now on.
};

/// Costs closer than this share are the same: the ratio nearest to that of the costs is taken.
inline constexpr double kChoiceTolerance = 0.01;

/// Live the last windows of history with models that have learnt from what lies before each,
/// forecasts renewed at every review, and choose the critical ratio by what it would have cost. The
/// stock table's lead times, packs and minima hold; its stock is not used. Errors: those of
/// `PassingJob::open` and `GlobalModel::fit`; kInvalidArgument if the history is too short.
[[nodiscard]] Result<PolicyReplay> replay_policies(const RunConfig& config,
                                                   const PolicyReplayOptions& options,
                                                   const ProgressCallback& progress);

}  // namespace restock
