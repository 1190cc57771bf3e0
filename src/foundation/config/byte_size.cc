#include "foundation/config/byte_size.h"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace restock {
namespace {

struct Unit {
  std::string_view name;  // upper case
  int64_t bytes;
};

constexpr std::array<Unit, 14> kUnits = {{{"", 1},
                                          {"B", 1},
                                          {"K", 1LL << 10},
                                          {"KIB", 1LL << 10},
                                          {"M", 1LL << 20},
                                          {"MIB", 1LL << 20},
                                          {"G", 1LL << 30},
                                          {"GIB", 1LL << 30},
                                          {"T", 1LL << 40},
                                          {"TIB", 1LL << 40},
                                          {"KB", 1000},
                                          {"MB", 1000000},
                                          {"GB", 1000000000},
                                          {"TB", 1000000000000}}};

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

Result<int64_t> parse_byte_size(std::string_view text) {
  const Error bad{Code::kInvalidArgument,
                  fmt::format("\"{}\" is no size of memory", text.substr(0, 40)),
                  "write a number and a unit, such as \"6GiB\" or \"1500MB\""};
  const std::string_view trimmed = trim(text);
  double number = 0;
  const auto [end, problem] =
      std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), number);
  if (problem != std::errc() || !std::isfinite(number) || number < 0) return bad;
  std::string unit;
  for (const char letter : trim(trimmed.substr(static_cast<size_t>(end - trimmed.data())))) {
    unit += letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  }
  for (const Unit& known : kUnits) {
    if (known.name != unit) continue;
    const double bytes = number * static_cast<double>(known.bytes);
    if (bytes > 9e18) return bad;
    return static_cast<int64_t>(bytes);
  }
  return bad;
}

std::string format_byte_size(int64_t bytes) {
  for (const auto& [name, size] : std::array<std::pair<const char*, int64_t>, 4>{
           {{"TiB", 1LL << 40}, {"GiB", 1LL << 30}, {"MiB", 1LL << 20}, {"KiB", 1LL << 10}}}) {
    if (bytes != 0 && bytes % size == 0) return fmt::format("{}{}", bytes / size, name);
  }
  return fmt::format("{}B", bytes);
}

}  // namespace restock
