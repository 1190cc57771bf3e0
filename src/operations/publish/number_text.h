#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace restock {

/// "12,345,678": thousands grouped, for people.
[[nodiscard]] std::string grouped(int64_t number);

/// A number for people: three or more significant digits, thousands grouped ("0.0123", "12.3",
/// "12,346"); "–" if not finite.
[[nodiscard]] std::string readable(double number);

/// `decimals` digits after the point, thousands grouped; "–" if not finite.
[[nodiscard]] std::string fixed(double number, int decimals);

/// A number for programs: at most six decimals, no trailing zeros, never an exponent, never "-0";
/// empty if not finite.
[[nodiscard]] std::string decimal(double number);

/// "0.4 s", "12.3 s", "3 min 20 s", "2 h 05 min".
[[nodiscard]] std::string duration_text(double seconds);

/// "812 KiB", "5.9 GiB".
[[nodiscard]] std::string size_text(int64_t bytes);

/// `singular` with its count: "1 order", "1,204 orders".
[[nodiscard]] std::string counted(int64_t number, std::string_view singular,
                                  std::string_view plural);

}  // namespace restock
