#include "interfaces/cli/duration.h"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace restock::cli {
namespace {

struct Unit {
  char letter;
  double seconds;
};

constexpr std::array<Unit, 4> kUnits = {{{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}}};

/// Take a number from the front of the text; negative where there is none.
double take_number(std::string_view* text) {
  if (text->empty()) return -1;
  double value = -1;
  const char* begin = &*text->begin();
  const char* end = begin + text->size();
  const auto [rest, problem] = std::from_chars(begin, end, value, std::chars_format::fixed);
  if (problem != std::errc() || !std::isfinite(value)) return -1;
  text->remove_prefix(static_cast<size_t>(rest - begin));
  return value;
}

}  // namespace

Result<double> parse_duration(std::string_view text) {
  const Error wrong = {
      Code::kInvalidArgument,
      fmt::format("a time needs numbers with d, h, m or s, largest first, got '{}'", text),
      "for example 90s, 30m or 1h30m"};
  double seconds = 0;
  size_t next_unit = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    const double number = take_number(&rest);
    if (number < 0 || rest.empty()) return wrong;
    while (next_unit < kUnits.size() && kUnits.at(next_unit).letter != rest.front()) ++next_unit;
    if (next_unit == kUnits.size()) return wrong;
    seconds += number * kUnits.at(next_unit++).seconds;
    rest.remove_prefix(1);
  }
  if (!(seconds > 0) || !std::isfinite(seconds)) return wrong;
  return seconds;
}

Result<double> parse_positive(std::string_view text) {
  std::string_view rest = text;
  const double value = take_number(&rest);
  if (value > 0 && rest.empty()) return value;
  return Error{Code::kInvalidArgument, fmt::format("a number above 0 is wanted, got '{}'", text),
               "for example 2.50"};
}

}  // namespace restock::cli
