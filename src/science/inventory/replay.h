#pragma once

#include <functional>
#include <span>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "foundation/domain/time_axis.h"
#include "foundation/panel/panel.h"
#include "science/inventory/plan_table.h"
#include "science/inventory/supply.h"

namespace restock {

/// Mean and variance of demand summed over the first k = 1..horizon periods after an origin, for
/// all series of a panel. Shapes: n_series x horizon, row-major. Units; zeros for series that do
/// not exist yet.
struct CumulativeForecast {
  int32_t horizon = 0;
  std::vector<double> mean;
  std::vector<double> variance;
};

/// Gives the forecast made at the end of `origin`. It must see demand up to and with `origin` only:
/// the replay cannot check.
using ForecastAt = std::function<Result<CumulativeForecast>(Period origin)>;

/// The origins at which some series reviews in a replay, ascending: what `replay` will ask of its
/// ForecastAt. `first` - 1 (the evening before the first period) is always one; then each series
/// reviews every review_period.
[[nodiscard]] std::vector<Period> review_origins(Period first, int32_t periods,
                                                 std::span<const SeriesSupply> supply);

/// One order of a replay.
struct ReplayOrder {
  int32_t policy = 0;  ///< Index into the outcomes.
  size_t series = 0;
  Period origin = 0;  ///< Placed at the end of this period.
  double quantity = 0;
};

/// What a replay runs over. Spans and references must outlive the call.
struct ReplayInput {
  const Panel& panel;   ///< The full history.
  Period first = 0;     ///< First period replayed.
  int32_t periods = 0;  ///< Periods replayed, >= 1; the last must not lie after the panel's origin.
  /// One a series: lead time, review, MOQ, pack. Its stock is not used.
  std::span<const SeriesSupply> supply;
  /// Units on hand at the end of first - 1, one a series, nothing on order; empty = what the
  /// moving-average policy leaves after its warm-up.
  std::span<const double> starting_stock;
};

/// Replay the last periods of history with lost sales, period by period: arrivals, demand, lost
/// sales, holding and shortage cost, then at a review the order. Three policies start from the same
/// stock and open orders:
///   "order_up_to"            order up to `order_up_to_level` of the forecast of that origin
///   "moving_average"         order up to average demand of the last periods x (lead time + review)
///   "moving_average_safety"  the same plus z x standard deviation x sqrt(lead time + review)
/// Orders are rounded alike (MOQ, packs). Demand is the history's units; out-of-stock periods are
/// censored and counted.
///
/// A decision at origin t reads demand up to t only. Threads work over series; results do not
/// depend on their number.
/// orders: if given, receives every order, sorted by policy, series, origin.
/// Errors: kInvalidArgument for sizes, ranges or a forecast of the wrong shape; those of
/// `forecast_at`.
[[nodiscard]] Result<std::vector<ReplayOutcome>> replay(const ReplayInput& input,
                                                        const PlanParameters& parameters,
                                                        const ForecastAt& forecast_at,
                                                        ThreadPool& pool,
                                                        std::vector<ReplayOrder>* orders = nullptr);

}  // namespace restock
