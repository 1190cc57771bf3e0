#pragma once

#include <string>
#include <string_view>

namespace restock {

/// `text` for HTML content and quoted attributes: & < > " ' become entities, bytes that are not
/// UTF-8 and control characters become U+FFFD. Keys and reasons come from foreign files: everything
/// that is not our own constant goes through here.
[[nodiscard]] std::string escape_html(std::string_view text);

/// At most `length` code points, the rest as an ellipsis. Precondition: length >= 1.
[[nodiscard]] std::string shortened(std::string_view text, size_t length);

}  // namespace restock
