#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace restock {

/// Least number of single-letter insertions, deletions, replacements and swaps of neighbours that
/// turn `a` into `b` (optimal string alignment distance). Bytes, not code points; ASCII case is
/// ignored.
[[nodiscard]] int edit_distance(std::string_view a, std::string_view b);

/// The candidate that a mistyped `name` most likely meant: the nearest by `edit_distance` within a
/// third of the length of the name (at least 2 letters), else the only one that contains it or is
/// contained in it. The first wins a tie. Example: suggest("horison", {"horizon", "levels"}) is
/// "horizon".
[[nodiscard]] std::optional<std::string> suggest(std::string_view name,
                                                 std::span<const std::string> candidates);

/// `, did you mean "horizon"?` for the end of a message, or an empty text.
[[nodiscard]] std::string did_you_mean(std::string_view name,
                                       std::span<const std::string> candidates);

}  // namespace restock
