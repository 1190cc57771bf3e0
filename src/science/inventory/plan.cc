#include "science/inventory/plan.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "foundation/domain/period_words.h"
#include "science/inventory/order_up_to.h"

namespace restock {
namespace {

/// Whole numbers without decimals, others with one, or two digits where one decimal would show 0.
std::string in_words(double value) {
  if (value == std::round(value)) return fmt::format("{:.0f}", value);
  return std::abs(value) < 0.1 ? fmt::format("{:.2g}", value) : fmt::format("{:.1f}", value);
}

/// Stock plus open orders that have arrived by the start of the k-th period after the origin.
double available_by(const SeriesSupply& supply, int32_t k) {
  double units = usable_stock(supply);
  for (const auto& order : supply.open_orders) {
    if (std::max(1, order.arrives_in) <= k) units += order.quantity;
  }
  return units;
}

/// Periods, from the first on, whose expected demand the stock and arrivals cover, at most `limit`.
int32_t periods_covered(const SeriesSupply& supply, const CumulativeDemandView& demand,
                        int32_t limit) {
  int32_t k = 0;
  while (k < limit && demand.mean(k + 1) <= available_by(supply, k + 1) + 1e-9) ++k;
  return k;
}

double stock_out_risk(const SeriesSupply& supply, const CumulativeDemandView& demand,
                      DemandKind kind) {
  const int32_t lead = supply.lead_time;
  if (lead == 0) return 0;
  // Between arrivals the risk only grows: look at the evening before each arrival and at the end of
  // the lead time.
  double risk = 0;
  const auto look = [&](int32_t k) {
    risk = std::max(risk, demand.distribution(k, kind).survival(available_by(supply, k)));
  };
  for (const auto& order : supply.open_orders) {
    if (order.arrives_in > 1 && order.arrives_in <= lead) look(order.arrives_in - 1);
  }
  look(lead);
  return risk;
}

/// The order with what MOQ and packs did to it: "order 24 (need 22, packs of 12)".
std::string describe_order(const PlanRow& row, double need, const SeriesSupply& supply) {
  const std::string stock =
      fmt::format("stock {} + on order {}", in_words(row.on_hand), in_words(row.on_order));
  if (need <= 1e-9) return fmt::format("no order: {} reaches the target", stock);
  std::string packs;
  if (need < supply.moq) packs += fmt::format(", minimum {}", in_words(supply.moq));
  if (supply.pack_size > 0 && supply.pack_size != 1) {
    packs += fmt::format(", packs of {}", in_words(supply.pack_size));
  }
  if (row.order_quantity == 0) {
    return fmt::format("no order: {} is {} short of the target, which rounds to nothing{}", stock,
                       in_words(need), packs);
  }
  if (std::abs(row.order_quantity - need) > 1e-9) {
    return fmt::format("order {} (need {}{}): {}", in_words(row.order_quantity), in_words(need),
                       packs, stock);
  }
  return fmt::format("order {}: {}", in_words(row.order_quantity), stock);
}

std::string describe_target(const PlanRow& row, const PlanParameters& parameters) {
  const double buffer = row.order_up_to - row.risk_demand_mean;
  return fmt::format(
      "target {} = expected {} {} {} for {:.1f} % service{}", in_words(row.order_up_to),
      in_words(row.risk_demand_mean), buffer < 0 ? "less" : "+ safety", in_words(std::abs(buffer)),
      100 * row.service_level, parameters.service_level > 0 ? "" : " (from the costs)");
}

/// Everything unusual that the reader of an order should know, each as "; ...".
std::string describe_caveats(const ForecastTable& forecast, const PlanRow& row,
                             const SeriesSupply& supply) {
  std::string text;
  const Frequency frequency = forecast.axis.frequency;
  const int32_t risk_periods = row.lead_time + row.review_period;
  if (!supply.known) text += "; no stock record, stock taken as 0";
  if (supply.known && supply.on_hand < 0) {
    text += fmt::format("; book stock {} taken as 0", in_words(supply.on_hand));
  }
  if (risk_periods > forecast.horizon) {
    text += fmt::format("; the forecast ends after {} and was extended linearly",
                        periods_in_words(forecast.horizon, frequency));
  }
  int32_t silent = 0;
  for (int32_t k = 0; k < std::min(risk_periods, forecast.horizon); ++k) {
    silent += forecast.mean[forecast.index(row.series, k)] == 0 ? 1 : 0;
  }
  if (silent > 0) {
    text +=
        fmt::format("; no demand is expected in {} of them", periods_in_words(silent, frequency));
  }
  double overdue = 0;
  double late = 0;
  for (const auto& order : supply.open_orders) {
    if (order.arrives_in < 1) overdue += order.quantity;
    if (order.arrives_in > risk_periods) late += order.quantity;
  }
  if (overdue > 0) {
    text += fmt::format("; {} on order are overdue and expected next {}", in_words(overdue),
                        period_name(frequency));
  }
  if (late > 0) {
    text += fmt::format("; {} on order arrive only after these {}", in_words(late),
                        periods_in_words(risk_periods, frequency));
  }
  const bool has_reason = row.series < forecast.fallback_reason.size();
  if (has_reason && !forecast.fallback_reason[row.series].empty()) {
    text += "; fallback forecast: " + forecast.fallback_reason[row.series];
  }
  return text;
}

PlanRow plan_series(const ForecastTable& forecast, size_t series,
                    const CumulativeDemandView& demand, const SeriesSupply& supply,
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

  const double need = target.level - row.on_hand - row.on_order;
  row.order_quantity = order_quantity(need, supply, parameters.rounding);
  row.reason =
      fmt::format("{}, covers {} of the next {}; {}{}", describe_order(row, need, supply),
                  periods_covered(supply, demand, risk_periods),
                  periods_in_words(risk_periods, forecast.axis.frequency),
                  describe_target(row, parameters), describe_caveats(forecast, row, supply));
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

}  // namespace

Result<std::vector<PlanRow>> make_plan(const ForecastTable& forecast,
                                       std::span<const SeriesSupply> supply,
                                       const PlanParameters& parameters) {
  RESTOCK_TRY(validate(parameters));
  RESTOCK_TRY(check_shapes(forecast, supply.size()));
  const auto horizon = static_cast<size_t>(forecast.horizon);
  std::vector<PlanRow> rows;
  rows.reserve(forecast.n_series());
  std::vector<double> mean(horizon);
  for (size_t i = 0; i < forecast.n_series(); ++i) {
    RESTOCK_TRY(validate(supply[i], i));
    double sum = 0;
    for (size_t k = 0; k < horizon; ++k) {
      sum += forecast.mean[i * horizon + k];
      mean[k] = sum;
    }
    const auto variance = std::span(forecast.cumulative_variance).subspan(i * horizon, horizon);
    RESTOCK_TRY(check_cumulative_demand(mean, variance, forecast.keys[i].to_string()));
    rows.push_back(plan_series(forecast, i, {mean, variance}, supply[i], parameters));
  }
  return rows;
}

}  // namespace restock
