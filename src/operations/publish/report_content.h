#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "operations/publish/charts.h"
#include "operations/publish/run_result.h"

namespace restock {

/// All series together: the tail of the history, the forecast, its 50, 80 and 95 % intervals.
///
/// The sum's uncertainty is neither that of independent series nor that of series in lockstep. Its
/// variance is R sum_i sd_i^2 with R = Var(sum_i d_i) / sum_i Var(d_i), where d_i are seasonal
/// differences of the last periods before the origin: R is 1 for independent series and grows with
/// what moves them together. Kept within [1, lockstep].
[[nodiscard]] FanChart total_chart(const RunResult& result);

/// One series with its own intervals (80 and 95 %, where the forecast has these quantiles).
/// Precondition: series < forecast.n_series().
[[nodiscard]] FanChart series_chart(const RunResult& result, size_t series);

/// Sum of the mean forecast of a series over the horizon, in units.
[[nodiscard]] double forecast_units(const ForecastTable& forecast, size_t series);

/// The `count` series with the largest forecast, largest first; ties in the order of the table.
[[nodiscard]] std::vector<size_t> largest_series(const ForecastTable& forecast, size_t count);

/// How the forecast of one series differs from what it sold before.
struct SeriesChange {
  size_t series = 0;
  double forecast_units = 0;
  double comparable_units = 0;
  std::string compared_with;  ///< "the same periods a year before", "the periods before"
};

/// The `count` series whose forecast differs most, in units, from the last comparable periods:
/// those a year before if at least four fifths of them were sold, else those just before the
/// origin. Series with neither are left out.
[[nodiscard]] std::vector<SeriesChange> largest_movers(const RunResult& result, size_t count);

/// Rows of the plan with an order, the most expensive first (by units where no cost is known), at
/// most `count`.
[[nodiscard]] std::vector<const PlanRow*> top_orders(const std::vector<PlanRow>& plan,
                                                     size_t count);

/// Rows whose stock is known and whose risk of a stock-out is at least `risk_min` (0..1), riskiest
/// first, at most `count`.
[[nodiscard]] std::vector<const PlanRow*> riskiest(const std::vector<PlanRow>& plan,
                                                   double risk_min, size_t count);

/// The baseline with the lowest WAPE; nullptr if there is none.
[[nodiscard]] const NamedMetrics* best_baseline(const std::vector<NamedMetrics>& metrics);
/// The model's row; nullptr if there is none.
[[nodiscard]] const NamedMetrics* model_metrics(const std::vector<NamedMetrics>& metrics);

}  // namespace restock
