#pragma once

#include <iterator>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace restock {

/// Formats into a string that keeps its memory, so that descriptions cost no allocation once warm.
template <typename... Arguments>
void write_text(std::string& out, fmt::format_string<Arguments...> format,
                Arguments&&... arguments) {
  out.clear();
  fmt::format_to(std::back_inserter(out), format, std::forward<Arguments>(arguments)...);
}

}  // namespace restock
