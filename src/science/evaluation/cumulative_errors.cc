#include "science/evaluation/cumulative_errors.h"

#include <cmath>

#include <fmt/format.h>

#include "foundation/base/argument.h"

namespace restock {

Result<CumulativeErrors> cumulative_errors(std::span<const double> actual,
                                           std::span<const double> forecast) {
  if (actual.empty() || actual.size() != forecast.size()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("actual and forecast must be as many, at least 1, got {} and {}",
                             actual.size(), forecast.size()),
                 "compare the periods that both cover"};
  }
  CumulativeErrors errors;
  errors.cumulative.reserve(actual.size());
  for (size_t t = 0; t < actual.size(); ++t) {
    RESTOCK_TRY(require_finite("actual", actual[t]));
    RESTOCK_TRY(require_finite("forecast", forecast[t]));
    const double error = forecast[t] - actual[t];
    errors.absolute += std::abs(error);
    errors.bias += error;
    errors.cumulative.push_back(std::abs(errors.bias));
  }
  errors.score = errors.absolute + std::abs(errors.bias);
  return errors;
}

}  // namespace restock
