#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"

namespace restock {

/// One parameter to be searched, and where.
struct TunedParameter {
  std::string name;
  double low = 0;
  double high = 1;           ///< both ends are allowed
  bool logarithmic = false;  ///< equal ratios are equally likely, else equal differences
  bool whole = false;
  std::vector<std::string> choices;  ///< not empty: one of these; low and high are not read
};

using SearchSpace = std::vector<TunedParameter>;

/// One number for each parameter of a space, in its order; of a choice its position.
using Configuration = std::vector<double>;

/// Errors: kInvalidArgument for a space without parameters, an empty or repeated name, low >= high,
/// a logarithmic range that does not lie above 0, whole bounds that are not whole, fewer than two
/// choices.
[[nodiscard]] Status check_space(const SearchSpace& space);

/// The value at position u in [0, 1] of the range, uniform u giving the prior of the search: three
/// significant digits, so that a written value is the one that was tried; whole numbers and choices
/// each take an equal part of the (logarithmic) range.
/// Example: 0.01 to 1, logarithmic, u = 0.5 gives 0.1.
[[nodiscard]] double from_unit(const TunedParameter& parameter, double u);

/// The position of a value in the range; values outside count as the nearest end. Inverse of
/// `from_unit` but for its rounding.
[[nodiscard]] double to_unit(const TunedParameter& parameter, double value);

/// The value as text ("0.05", "7", "poisson"), and back to the same value.
/// Errors of parse_value: kInvalidData for what is no number or none of the choices.
[[nodiscard]] std::string value_text(const TunedParameter& parameter, double value);
[[nodiscard]] Result<double> parse_value(const TunedParameter& parameter, std::string_view text);

}  // namespace restock
