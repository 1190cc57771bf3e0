#include "science/stock_report/stock_position.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "foundation/base/assert.h"
#include "foundation/math/demand_distribution.h"
#include "science/inventory/order_up_to.h"

namespace restock {
namespace {

constexpr double kSurely = 0.95;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Periods until the mean demand has used up `units`.
double cover_of(std::span<const double> mean, double units) {
  double left = units;
  double all = 0;
  for (size_t h = 0; h < mean.size(); ++h) {
    if (mean[h] > 0 && left <= mean[h])
      return static_cast<double>(h) + std::max(0.0, left) / mean[h];
    left -= mean[h];
    all += mean[h];
  }
  if (all <= 0) return kNone;
  const auto horizon = static_cast<double>(mean.size());
  return horizon + left / (all / horizon);
}

Period last_sale(const Panel& panel, size_t i) {
  for (Period t = panel.origin; t >= panel.start[i]; --t) {
    if (panel.units[static_cast<size_t>(panel.at(i, t))] > 0) return t;
  }
  return panel.start[i] - 1;
}

/// Whether it could be sold for half a year since its last sale.
bool stands_still(const Panel& panel, size_t i, Period last) {
  const int32_t enough = std::max(1, panel.axis.year_season() / 2);
  int32_t could = 0;
  for (Period t = last + 1; t <= panel.origin; ++t)
    could += panel.state[static_cast<size_t>(panel.at(i, t))] == PeriodState::kSold ? 1 : 0;
  return could >= enough;
}

}  // namespace

Result<std::vector<StockPosition>> stock_positions(const Panel& panel,
                                                   const ForecastTable& forecast,
                                                   std::span<const PlanRow> plan, DemandKind kind) {
  RESTOCK_ASSERT(plan.size() == forecast.n_series());
  RESTOCK_ASSERT(plan.size() == panel.n_series());
  const auto horizon = static_cast<size_t>(forecast.horizon);
  std::vector<double> sums(horizon);
  std::vector<StockPosition> out(plan.size());
  for (size_t k = 0; k < plan.size(); ++k) {
    const PlanRow& row = plan[k];
    const size_t i = row.series;
    StockPosition& of = out[k];
    of.known = row.stock_known;
    of.last_sale = last_sale(panel, i);
    of.ever_sold = of.last_sale >= panel.start[i];
    if (!of.known) continue;
    const auto mean = std::span(forecast.mean).subspan(i * horizon, horizon);
    double sum = 0;
    for (size_t h = 0; h < horizon; ++h) sums[h] = sum += mean[h];
    const auto variance = std::span(forecast.cumulative_variance).subspan(i * horizon, horizon);
    RESTOCK_TRY(check_cumulative_demand(sums, variance, panel.keys[i].to_string()));
    const CumulativeDemandView demand(sums, variance);
    const double units = row.on_hand + row.on_order;
    const double sells = demand.distribution(forecast.horizon, kind).quantile(kSurely);
    of.cover = cover_of(mean, units);
    of.excess_units = std::max(0.0, units - sells);
    of.stock_value = row.unit_cost > 0 ? row.on_hand * row.unit_cost : kNone;
    of.excess_value = row.unit_cost > 0 ? of.excess_units * row.unit_cost : kNone;
    of.dead = row.on_hand > 0 && stands_still(panel, i, of.last_sale);
  }
  return out;
}

}  // namespace restock
