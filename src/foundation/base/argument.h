#pragma once

#include <string_view>

#include "foundation/base/result.h"

namespace restock {

// Checks of single numbers that a caller gave. Each is OK or kInvalidArgument with a message that
// has the name, the value seen and what is allowed; NaN and infinity are always refused.
// Example: require_positive("demand_sd", -1) says "demand_sd must be finite and > 0, got -1".

[[nodiscard]] Status require_finite(std::string_view name, double value);
[[nodiscard]] Status require_positive(std::string_view name, double value);
[[nodiscard]] Status require_not_negative(std::string_view name, double value);
/// In (0, 1), both ends excluded.
[[nodiscard]] Status require_share(std::string_view name, double value);
/// Whole and at least `least`.
[[nodiscard]] Status require_at_least(std::string_view name, int value, int least);

}  // namespace restock
