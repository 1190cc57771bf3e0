#pragma once

#include <cstdint>
#include <span>

#include "foundation/panel/panel.h"
#include "science/forecast/forecast_table.h"

namespace restock {

/// Score point forecasts against the actuals of a panel. mean: n_series x horizon from `origin`,
/// row-major. Only periods with state kSold count. Percent; 0 where nothing can be scored. Source:
/// Hyndman & Koehler, International Journal of Forecasting 22 (2006); Kolassa & Schuetz, Foresight
/// 6 (2007) for WAPE.
[[nodiscard]] AccuracyMetrics score(const Panel& actuals, Period origin, int32_t horizon,
                                    std::span<const double> mean);

/// As `score` for the table's means, with the coverage of central intervals at each level (percent)
/// that the table's probabilities can give.
[[nodiscard]] AccuracyMetrics score(const Panel& actuals, const ForecastTable& table,
                                    std::span<const double> levels);

/// Probabilities that the central intervals of these levels (percent) need, with the median:
/// ascending, distinct.
[[nodiscard]] std::vector<double> probabilities_of(std::span<const double> levels);

}  // namespace restock
