#include "foundation/base/argument.h"

#include <cmath>

#include <fmt/format.h>

namespace restock {
namespace {

Status require(bool ok, std::string_view name, double value, std::string_view allowed) {
  if (ok && std::isfinite(value)) return {};
  return Error{Code::kInvalidArgument, fmt::format("{} must be {}, got {}", name, allowed, value),
               "correct this argument"};
}

}  // namespace

Status require_finite(std::string_view name, double value) {
  return require(true, name, value, "finite");
}

Status require_positive(std::string_view name, double value) {
  return require(value > 0, name, value, "finite and > 0");
}

Status require_not_negative(std::string_view name, double value) {
  return require(value >= 0, name, value, "finite and >= 0");
}

Status require_share(std::string_view name, double value) {
  return require(value > 0 && value < 1, name, value, "in (0, 1)");
}

Status require_at_least(std::string_view name, int value, int least) {
  return require(value >= least, name, value, fmt::format(">= {}", least));
}

}  // namespace restock
