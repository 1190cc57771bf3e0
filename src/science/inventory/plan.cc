#include "science/inventory/plan.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "science/inventory/order_reason.h"
#include "science/inventory/order_slots.h"
#include "science/inventory/order_up_to.h"
#include "science/inventory/projected_inventory.h"

namespace restock {
namespace {

/// Cumulative demand of one series of a forecast after the other.
class DemandOf {
 public:
  explicit DemandOf(const ForecastTable& forecast)
      : forecast_(forecast), mean_(static_cast<size_t>(forecast.horizon)) {}

  /// Valid until the next call.
  CumulativeDemandView at(size_t series) {
    const size_t horizon = mean_.size();
    double sum = 0;
    for (size_t k = 0; k < horizon; ++k) {
      sum += forecast_.mean[series * horizon + k];
      mean_[k] = sum;
    }
    return {mean_, std::span(forecast_.cumulative_variance).subspan(series * horizon, horizon)};
  }
  [[nodiscard]] Status check(size_t series) {
    at(series);
    const size_t horizon = mean_.size();
    return check_cumulative_demand(
        mean_, std::span(forecast_.cumulative_variance).subspan(series * horizon, horizon),
        forecast_.keys[series].to_string());
  }

 private:
  const ForecastTable& forecast_;
  std::vector<double> mean_;
};

double stock_out_risk(const SeriesSupply& supply, const CumulativeDemandView& demand,
                      DemandKind kind) {
  const int32_t lead = supply.lead_time;
  if (lead == 0) return 0;
  // Between arrivals the risk only grows: look at the evening before each arrival and at the end of
  // the lead time.
  double risk = 0;
  const auto look = [&](int32_t k) {
    risk = std::max(risk, demand.distribution(k, kind).survival(available_stock(supply, k)));
  };
  for (const auto& order : supply.open_orders) {
    if (order.arrives_in > 1 && order.arrives_in <= lead) look(order.arrives_in - 1);
  }
  look(lead);
  return risk;
}

/// Everything but the reason, ordered up to the level.
PlanRow row_by_level(size_t series, const CumulativeDemandView& demand, const SeriesSupply& supply,
                     const PlanParameters& parameters) {
  PlanRow row;
  const int32_t risk_periods = supply.lead_time + supply.review_period;
  const DemandKind kind = parameters.demand_kind;
  const OrderUpTo target = order_up_to_level(demand, supply, parameters);
  const auto first_arrival = demand.distribution(supply.lead_time + 1, kind);
  row.series = series;
  row.lead_time = supply.lead_time;
  row.review_period = supply.review_period;
  row.risk_demand_mean = demand.mean(risk_periods);
  row.risk_demand_sd = std::sqrt(demand.variance(risk_periods));
  row.lead_time_demand_mean = demand.mean(supply.lead_time);
  row.service_level = target.service_level;
  row.order_up_to = target.level;
  row.safety_stock = std::max(0.0, target.level - row.risk_demand_mean);
  row.reorder_point = std::min(target.level, first_arrival.quantile(target.service_level));
  row.on_hand = usable_stock(supply);
  for (const auto& order : supply.open_orders) row.on_order += order.quantity;
  row.stock_known = supply.known;
  row.unit_cost = supply.unit_cost;
  row.moq = supply.moq;
  row.pack_size = supply.pack_size;
  row.open_orders = supply.open_orders;
  row.supplier = supply.supplier;
  row.stock_out_risk = stock_out_risk(supply, demand, kind);

  row.need = target.level - row.on_hand - row.on_order;
  if (orders_at_origin(supply))
    row.order_quantity = order_quantity(row.need, supply, parameters.rounding);
  row.arrives_in = supply.lead_time + 1;
  return row;
}

Status check_shapes(const ForecastTable& forecast, size_t n_supply) {
  const size_t n = forecast.n_series();
  const size_t cells = n * static_cast<size_t>(std::max(0, forecast.horizon));
  if (forecast.horizon < 1 || forecast.mean.size() != cells ||
      forecast.cumulative_variance.size() != cells) {
    return Error{Code::kInvalidArgument,
                 fmt::format("a forecast of {} series and {} periods needs {} means and cumulative "
                             "variances, got {} and {}",
                             n, forecast.horizon, cells, forecast.mean.size(),
                             forecast.cumulative_variance.size()),
                 ""};
  }
  if (n_supply != n) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("supply must have one entry a series, got {} for {} series", n_supply, n),
        "use known = false where there is no stock record"};
  }
  return {};
}

Result<std::vector<PlanRow>> rows_by_level(const ForecastTable& forecast,
                                           std::span<const SeriesSupply> supply,
                                           const PlanParameters& parameters) {
  RESTOCK_TRY(validate(parameters));
  RESTOCK_TRY(check_shapes(forecast, supply.size()));
  std::vector<PlanRow> rows;
  rows.reserve(forecast.n_series());
  DemandOf demand(forecast);
  for (size_t i = 0; i < forecast.n_series(); ++i) {
    RESTOCK_TRY(validate(supply[i], i));
    RESTOCK_TRY(demand.check(i));
    rows.push_back(row_by_level(i, demand.at(i), supply[i], parameters));
  }
  return rows;
}

/// Take the order of each row along the paths of its series.
Status project(std::span<const SeriesSupply> supply, const PlanParameters& parameters,
               const PathsOf& paths_of, ThreadPool& pool, std::vector<PlanRow>& rows) {
  std::vector<size_t> series(rows.size());
  std::iota(series.begin(), series.end(), size_t{0});
  return for_each_series(
      series, paths_of, longest_risk_period(supply), pool,
      [&](size_t i, const SeriesPaths& paths) -> Status {
        RESTOCK_TRY(const ProjectedOrder order, projected_order(paths, supply[i], parameters));
        rows[i].need = order.need;
        rows[i].order_quantity = order.quantity;
        rows[i].stock_out_risk = order.stock_out_risk;
        rows[i].projected = order;
        RESTOCK_TRY(rows[i].outlook, stock_outlook(paths, supply[i], order.quantity));
        return {};
      });
}

void explain(const ForecastTable& forecast, std::span<const SeriesSupply> supply,
             const PlanParameters& parameters, std::vector<PlanRow>& rows) {
  DemandOf demand(forecast);
  for (PlanRow& row : rows) {
    row.reason = order_reason(row, supply[row.series], forecast, demand.at(row.series), parameters);
  }
}

}  // namespace

Result<std::vector<PlanRow>> make_plan(const ForecastTable& forecast,
                                       std::span<const SeriesSupply> supply,
                                       const PlanParameters& parameters) {
  RESTOCK_TRY(auto rows, rows_by_level(forecast, supply, parameters));
  explain(forecast, supply, parameters, rows);
  return rows;
}

Result<std::vector<PlanRow>> make_plan(const ForecastTable& forecast,
                                       std::span<const SeriesSupply> supply,
                                       const PlanParameters& parameters, const PathsOf& paths_of,
                                       ThreadPool& pool) {
  RESTOCK_TRY(auto rows, rows_by_level(forecast, supply, parameters));
  if (paths_of) RESTOCK_TRY(project(supply, parameters, paths_of, pool, rows));
  explain(forecast, supply, parameters, rows);
  if (!paths_of) {
    for (PlanRow& row : rows)
      row.reason += "; ordered up to the target, since the forecast has no sample paths";
  }
  return rows;
}

}  // namespace restock
