#include "science/search/search_space.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include <fmt/format.h>

namespace restock {
namespace {

/// The ends of the range on its own scale: half a unit wider for whole numbers, so that each has an
/// equal part of it.
struct Ends {
  double low = 0;
  double high = 1;
};

Ends ends_of(const TunedParameter& p) {
  const double margin = p.whole ? 0.5 : 0;
  const Ends ends = {p.low - margin, p.high + margin};
  return p.logarithmic ? Ends{std::log(ends.low), std::log(ends.high)} : ends;
}

double number_of(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Error wrong(const TunedParameter& p, const std::string& what) {
  return Error{Code::kInvalidArgument, fmt::format("parameter '{}' {}", p.name, what), ""};
}

}  // namespace

Status check_space(const SearchSpace& space) {
  if (space.empty())
    return Error{Code::kInvalidArgument, "a search needs at least one parameter, got none", ""};
  std::set<std::string> names;
  for (const TunedParameter& p : space) {
    if (p.name.empty() || !names.insert(p.name).second)
      return wrong(p, "must have a name that no other has");
    if (p.choices.size() == 1) return wrong(p, "must have at least two choices, got 1");
    if (!p.choices.empty()) continue;
    if (!std::isfinite(p.low) || !std::isfinite(p.high) || p.low >= p.high)
      return wrong(p, fmt::format("needs low < high, got {} and {}", p.low, p.high));
    if (p.whole && (p.low != std::floor(p.low) || p.high != std::floor(p.high)))
      return wrong(p, fmt::format("needs whole bounds, got {} and {}", p.low, p.high));
    if (p.logarithmic && p.low - (p.whole ? 0.5 : 0) <= 0)
      return wrong(p,
                   fmt::format("has a logarithmic range, which must lie above 0, got {}", p.low));
  }
  return {};
}

double from_unit(const TunedParameter& parameter, double u) {
  RESTOCK_ASSERT(u >= 0 && u <= 1);
  if (!parameter.choices.empty()) {
    const auto n = static_cast<double>(parameter.choices.size());
    return std::min(n - 1, std::floor(u * n));
  }
  const Ends ends = ends_of(parameter);
  double value = ends.low + u * (ends.high - ends.low);
  if (parameter.logarithmic) value = std::exp(value);
  value = parameter.whole ? std::round(value) : number_of(fmt::format("{:.3g}", value));
  return std::clamp(value, parameter.low, parameter.high);
}

double to_unit(const TunedParameter& parameter, double value) {
  if (!parameter.choices.empty()) {
    const auto n = static_cast<double>(parameter.choices.size());
    return std::clamp((value + 0.5) / n, 0.0, 1.0);
  }
  const Ends ends = ends_of(parameter);
  const double inside = std::clamp(value, parameter.low, parameter.high);
  const double position = parameter.logarithmic ? std::log(inside) : inside;
  return std::clamp((position - ends.low) / (ends.high - ends.low), 0.0, 1.0);
}

std::string value_text(const TunedParameter& parameter, double value) {
  if (parameter.choices.empty()) return fmt::format("{}", value);
  const auto choice = static_cast<size_t>(value);
  RESTOCK_ASSERT(choice < parameter.choices.size());
  return parameter.choices[choice];
}

Result<double> parse_value(const TunedParameter& parameter, std::string_view text) {
  if (!parameter.choices.empty()) {
    const auto at = std::ranges::find(parameter.choices, text);
    if (at != parameter.choices.end()) return static_cast<double>(at - parameter.choices.begin());
    return Error{Code::kInvalidData,
                 fmt::format("{} must be one of {}, got '{}'", parameter.name,
                             fmt::join(parameter.choices, ", "), text),
                 ""};
  }
  double value = 0;
  const auto [rest, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem == std::errc() && rest == text.data() + text.size() && std::isfinite(value))
    return value;
  return Error{Code::kInvalidData,
               fmt::format("{} must be a number, got '{}'", parameter.name, text), ""};
}

}  // namespace restock
