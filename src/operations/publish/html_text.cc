#include "operations/publish/html_text.h"

#include <cstdint>

#include "foundation/base/assert.h"
#include "operations/publish/utf8.h"

namespace restock {

std::string escape_html(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const size_t length = utf8_sequence_length(text);
    const char c = text[0];
    const auto code = static_cast<uint8_t>(c);
    if (length == 0 || (code < 0x20 && c != '\n' && c != '\t') || code == 0x7F) {
      result += kReplacementCharacter;
    } else if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else if (c == '"') {
      result += "&quot;";
    } else if (c == '\'') {
      result += "&#39;";
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

std::string shortened(std::string_view text, size_t length) {
  RESTOCK_ASSERT(length >= 1);
  size_t count = 0;
  size_t last = 0;  // where the last code point that fits beside an ellipsis begins
  for (size_t at = 0; at < text.size();) {
    if (count + 1 == length) last = at;
    if (++count > length) return std::string(text.substr(0, last)) + "…";
    const size_t step = utf8_sequence_length(text.substr(at));
    at += step == 0 ? 1 : step;
  }
  return std::string(text);
}

}  // namespace restock
