#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "foundation/panel/panel.h"

namespace restock {

/// Forecasts of every series of a panel for `horizon` periods after `origin`, owned elsewhere.
///
/// Shapes: mean: n_series x horizon, row-major. quantiles: n_series x horizon x probabilities, the
/// same order, empty for forecasts without uncertainty. probabilities: ascending in (0, 1).
struct ForecastView {
  Period origin = 0;
  int32_t horizon = 0;
  std::span<const double> mean;
  std::span<const double> probabilities;
  std::span<const float> quantiles;

  [[nodiscard]] size_t index(size_t series, int32_t step) const {
    return series * static_cast<size_t>(horizon) + static_cast<size_t>(step);
  }
  [[nodiscard]] std::span<const float> quantiles_at(size_t series, int32_t step) const {
    return quantiles.subspan(index(series, step) * probabilities.size(), probabilities.size());
  }
};

/// What was sold in a period that counts: state kSold, known. Out-of-stock periods are censored and
/// count for nothing, as do missing ones and those not for sale.
[[nodiscard]] inline std::optional<double> scored_actual(const Panel& panel, size_t series,
                                                         Period period) {
  if (period < panel.start[series] || period > panel.origin) return std::nullopt;
  const auto at = static_cast<size_t>(panel.at(series, period));
  if (panel.state[at] != PeriodState::kSold) return std::nullopt;
  return static_cast<double>(panel.units[at]);
}

/// Position of a probability in an ascending list; nullopt if it is not there.
[[nodiscard]] inline std::optional<size_t> find_probability_at(
    std::span<const double> probabilities, double probability) {
  for (size_t k = 0; k < probabilities.size(); ++k) {
    const double gap = probabilities[k] - probability;
    if (gap < 1e-9 && gap > -1e-9) return k;
  }
  return std::nullopt;
}

}  // namespace restock
