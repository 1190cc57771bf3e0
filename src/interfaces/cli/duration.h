#pragma once

#include <string_view>

#include "foundation/base/result.h"

namespace restock::cli {

/// Seconds of a duration: numbers with s, m, h or d, largest first, each at most once: "90s",
/// "30m", "1h30m", "1.5h". Errors: kInvalidArgument with what was seen and what is allowed.
[[nodiscard]] Result<double> parse_duration(std::string_view text);

/// A plain decimal number above 0. Errors: kInvalidArgument.
[[nodiscard]] Result<double> parse_positive(std::string_view text);

}  // namespace restock::cli
