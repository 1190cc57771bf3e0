#include "operations/publish/number_text.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace restock {
namespace {

constexpr std::string_view kNoNumber = "–";

/// Put commas into the digits before the point of "-12345.67".
std::string group_digits(std::string text) {
  const size_t first = text.starts_with('-') ? 1 : 0;
  const size_t end = std::min(text.find('.'), text.size());
  for (size_t at = end; at > first + 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

/// "-0.00" reads as a mistake.
std::string without_negative_zero(std::string text) {
  if (text.starts_with('-') && text.find_first_of("123456789") == std::string::npos)
    text.erase(0, 1);
  return text;
}

}  // namespace

std::string grouped(int64_t number) {
  return group_digits(fmt::format("{}", number));
}

std::string fixed(double number, int decimals) {
  if (!std::isfinite(number)) return std::string(kNoNumber);
  return group_digits(without_negative_zero(fmt::format("{:.{}f}", number, decimals)));
}

std::string readable(double number) {
  if (!std::isfinite(number)) return std::string(kNoNumber);
  const double size = std::abs(number);
  if (size == 0) return "0";
  if (size < 0.001) return fmt::format("{:.1e}", number);
  const int decimals = std::clamp(2 - static_cast<int>(std::floor(std::log10(size))), 0, 5);
  std::string text = fixed(number, decimals);
  if (decimals > 0) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
  }
  return text;
}

std::string decimal(double number) {
  if (!std::isfinite(number)) return "";
  std::string text = fmt::format("{:.6f}", number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string duration_text(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return std::string(kNoNumber);
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<int64_t>(std::llround(seconds));
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  const int64_t minutes = (whole + 30) / 60;
  return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

std::string size_text(int64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto size = static_cast<double>(bytes);
  size_t unit = 0;
  while (size >= 1023.5 && unit + 1 < kUnits.size()) {
    size /= 1024;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", size, unit > 0 && size < 99.5 ? 1 : 0, kUnits[unit]);
}

std::string counted(int64_t number, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", grouped(number), number == 1 ? singular : plural);
}

}  // namespace restock
