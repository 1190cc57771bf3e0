#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "foundation/base/result.h"

namespace restock {

/// Read a size of memory: a whole or decimal number and a unit B, KiB, MiB, GiB, TiB (powers of
/// 1024) or KB, MB, GB, TB (powers of 1000); K, M, G, T stand for KiB, ... Case does not matter;
/// "1.5 GiB" is 1610612736. Errors: kInvalidArgument with what was seen and what is allowed.
[[nodiscard]] Result<int64_t> parse_byte_size(std::string_view text);

/// Exact and shortest: "6GiB", "1536MiB", "1000B"; `parse_byte_size` reads it back unchanged.
[[nodiscard]] std::string format_byte_size(int64_t bytes);

}  // namespace restock
