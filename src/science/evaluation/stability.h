#pragma once

#include <cstdint>

#include "foundation/panel/panel.h"
#include "science/evaluation/forecast_view.h"

namespace restock {

/// How much forecasts of the same periods moved from one origin to the next. Sums add up.
struct StabilitySums {
  double absolute = 0, symmetric = 0, units = 0;
  int64_t n = 0;

  void add(const StabilitySums& other);
  /// Mean absolute change, units per period.
  [[nodiscard]] double mac() const;
  /// Symmetric mean absolute percentage change, percent: 200 |b - a| / (|a| + |b|), zeros count 0.
  [[nodiscard]] double smapc() const;
  /// Sum of changes over sum of the later forecasts, percent: not ruled by the small series.
  [[nodiscard]] double wapc() const;
};

/// Changes between two forecasts over the periods that both cover and that follow both origins.
/// Source: Van Belle, Crevits & Verbeke, International Journal of Forecasting 39 (2023) 1333,
/// "vertical stability" (sMAPC); Godahewa et al., IJF 41 (2025), On forecast stability (MAC).
/// Example: 10, 20, 30 after origin 0, then 24, 30, 9 after origin 1: changes 4 and 0, MAC 2.
[[nodiscard]] StabilitySums forecast_changes(const ForecastView& earlier, const ForecastView& later,
                                             size_t n_series);

}  // namespace restock
