#pragma once

#include <span>
#include <vector>

#include "foundation/base/result.h"
#include "science/reconcile/reconcile.h"

namespace restock {

/// Fill the bottom rows of `result.forecasts` by minimum trace reconciliation (kOls to
/// kMintShrinkage) and the figures that belong to it. The input has been checked.
[[nodiscard]] Status reconcile_mint(const Hierarchy& hierarchy, const ReconcileInput& input,
                                    const ReconcileOptions& options, ThreadPool& pool,
                                    ReconcileResult& result);

}  // namespace restock
