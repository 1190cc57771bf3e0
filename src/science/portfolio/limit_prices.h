#pragma once

#include <span>
#include <vector>

#include "foundation/base/result.h"
#include "science/portfolio/limited_steps.h"

namespace restock {

/// The bound that these prices give.
[[nodiscard]] double bound_at(const LimitedSteps& steps, std::span<const double> prices);

/// Prices that lower the bound one limit at a time until a round gains less than a part in a
/// million: for any size, near the linear programme, not always at it.
[[nodiscard]] std::vector<double> descend_prices(const LimitedSteps& steps);

/// The prices of the linear programme, by HiGHS. Errors: as `solve_parts`.
[[nodiscard]] Result<std::vector<double>> linear_prices(const LimitedSteps& steps);

}  // namespace restock
