#pragma once

#include <string_view>

namespace restock {

/// The style sheet of the report: light and dark by the reader's setting, for screens from phones
/// up, and for print.
[[nodiscard]] std::string_view report_style();

}  // namespace restock
