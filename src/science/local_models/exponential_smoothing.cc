#include "science/local_models/exponential_smoothing.h"

#include <fmt/format.h>

#include "foundation/base/assert.h"

namespace restock {
namespace {

EtsForm form_of(SmoothingMethod method) {
  switch (method) {
    case SmoothingMethod::kHolt:
      return {EtsError::kAdditive, EtsTrend::kAdditive, EtsSeason::kNone};
    case SmoothingMethod::kDampedHolt:
      return {EtsError::kAdditive, EtsTrend::kDamped, EtsSeason::kNone};
    case SmoothingMethod::kHoltWintersAdditive:
      return {EtsError::kAdditive, EtsTrend::kAdditive, EtsSeason::kAdditive};
    case SmoothingMethod::kHoltWintersMultiplicative:
      return {EtsError::kMultiplicative, EtsTrend::kAdditive, EtsSeason::kMultiplicative};
    case SmoothingMethod::kSimple:
      break;
    case SmoothingMethod::kAutomatic:
      RESTOCK_ASSERT(false);  // has no form of its own
  }
  return {EtsError::kAdditive, EtsTrend::kNone, EtsSeason::kNone};
}

}  // namespace

Status exponential_smoothing(std::span<const double> values,
                             const ExponentialSmoothingOptions& options, EtsWorkspace& workspace,
                             LocalForecast& forecast) {
  if (options.horizon < 0) {
    return Error{Code::kInvalidArgument,
                 fmt::format("horizon must be >= 0, got {}", options.horizon),
                 "give the number of periods to forecast"};
  }
  const EtsOptions ets{.season_length = options.season_length};
  auto fit = options.method == SmoothingMethod::kAutomatic
                 ? auto_ets(values, ets, workspace)
                 : fit_ets(values, form_of(options.method), ets, workspace);
  if (!fit.ok()) return std::move(fit).error();
  forecast_ets(*fit, options.horizon, forecast);
  return {};
}

}  // namespace restock
