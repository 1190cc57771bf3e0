#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "foundation/domain/date.h"
#include "science/reconcile/overrides.h"
#include "science/reconcile/reconcile.h"

namespace restock {

struct ReconciliationOptions {
  ReconcileMethod method = ReconcileMethod::kBottomUp;
  Proportions proportions = Proportions::kProportionOfAverages;
  std::string middle_level;
  /// Levels above the series, each a list of key or attribute columns; the total comes first in any
  /// case. Empty = the keys but the last, and each attribute that has at most half as many values
  /// as there are series.
  std::vector<LevelSpec> levels;
  std::string overrides_file;  ///< empty = none
  OverrideShare share = OverrideShare::kProportional;
  Date today;  ///< decides which overrides have expired
};

struct ReconciliationResult {
  std::string run_id;  ///< whose forecasts were reconciled
  std::string origin;
  int32_t horizon = 0;
  std::vector<HierarchyLevel> levels;
  double incoherence_before = 0;  ///< of the base forecasts, units
  double incoherence_after = 0;   ///< of what was written
  double shrinkage = 0;
  int64_t correlations = 0;  ///< pairs of nodes that mint_sparse keeps
  int64_t zeros = 0;
  bool converged = true;
  double kkt_violation = 0;
  int64_t overrides_applied = 0;
  int64_t overrides_expired = 0;
  int64_t overrides_outside = 0;
  std::vector<std::string> expired;  ///< those overrides in words, with their last day
  double total_before = 0;  ///< units of all series over the horizon, as the run forecast them
  double total_after = 0;
  std::vector<std::string> written;  ///< files and the table of the lake
};

/// Make the newest run's forecasts coherent over a hierarchy, and put planners' overrides in.
///
/// Base forecasts: of the series those of the run; of aggregates `forecast_aggregate` of their own
/// sums over the last 1,200 periods. Variances: sd^2 of the run, and the errors that the forecasts
/// of aggregates made from earlier origins; mint_shrinkage and mint_sparse take correlations from
/// the errors of smoothing every node. Only what was sold is seen: promotions and stock-outs of the
/// aggregates are not. Nothing is below zero. Written: OUTPUT/coherent (forecasts.csv, parquet/)
/// and lake.coherent_forecasts, where rows of the same run are replaced.
///
/// Errors: kNotFound where no run has been finished; those of the hierarchy, the method and the
/// overrides; kIo; kCancelled.
[[nodiscard]] Result<ReconciliationResult> reconcile_run(const RunConfig& config,
                                                         const ReconciliationOptions& options,
                                                         const ProgressCallback& progress);

}  // namespace restock
