#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace restock {

/// Length of the well-formed UTF-8 sequence at the start of `text`, 0 if there is none (RFC 3629:
/// no overlong forms, no surrogates, nothing above U+10FFFF). Precondition: text is not empty.
[[nodiscard]] size_t utf8_sequence_length(std::string_view text);

/// `text` with every byte that is no part of well-formed UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string repaired_utf8(std::string_view text);

/// U+FFFD.
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

}  // namespace restock
