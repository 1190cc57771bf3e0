#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "science/inventory/supply.h"

namespace restock {

/// Open orders as the tables hold them: "periods:units", by blanks. Example: 12 units after 1
/// period and 24.5 after 3 are "1:12 3:24.5"; none is "".
[[nodiscard]] std::string open_orders_text(std::span<const OpenOrder> orders);

/// Reads it back. Errors: kInvalidData with the part that is none.
[[nodiscard]] Result<std::vector<OpenOrder>> parse_open_orders(std::string_view text);

}  // namespace restock
