#pragma once

#include <vector>

#include "foundation/base/result.h"
#include "science/reconcile/reconcile.h"

namespace restock {

/// Bottom forecasts, n_bottom x horizon, from those of one level: each node's forecast shared out
/// among the series below it (see `Proportions`). `level`: position in `hierarchy.levels`.
/// Errors: kInvalidArgument where a series is below no node or below several nodes of the level,
/// where the history is missing, or where no chain of nested levels leads down (forecast
/// proportions need none between: the level itself and the series are enough).
[[nodiscard]] Result<std::vector<double>> share_out(const Hierarchy& hierarchy, size_t level,
                                                    Proportions proportions,
                                                    const ReconcileInput& input);

}  // namespace restock
