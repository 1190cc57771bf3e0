#include "science/inventory/order_reason.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "foundation/domain/period_words.h"
#include "science/inventory/order_slots.h"

namespace restock {
namespace {

/// Whole numbers without decimals, others with one, or two digits where one decimal would show 0.
std::string in_words(double value) {
  if (value == std::round(value)) return fmt::format("{:.0f}", value);
  return std::abs(value) < 0.1 ? fmt::format("{:.2g}", value) : fmt::format("{:.1f}", value);
}

/// Periods, from the first on, whose expected demand the stock and arrivals cover, at most `limit`.
int32_t periods_covered(const SeriesSupply& supply, const CumulativeDemandView& demand,
                        int32_t limit) {
  int32_t k = 0;
  while (k < limit && demand.mean(k + 1) <= available_stock(supply, k + 1) + 1e-9) ++k;
  return k;
}

/// The order with what MOQ and packs did to it: "order 24 (need 22, packs of 12)".
std::string describe_order(const PlanRow& row, const SeriesSupply& supply) {
  const double need = row.need;
  const std::string stock =
      fmt::format("stock {} + on order {}", in_words(row.on_hand), in_words(row.on_order));
  if (need <= 1e-9)
    return fmt::format("no order: {} {}", stock,
                       row.projected ? "is enough" : "reaches the target");
  std::string packs;
  if (need < supply.moq) packs += fmt::format(", minimum {}", in_words(supply.moq));
  if (supply.pack_size > 0 && supply.pack_size != 1) {
    packs += fmt::format(", packs of {}", in_words(supply.pack_size));
  }
  if (!orders_at_origin(supply))
    return fmt::format("no order today: {} is {} short", stock, in_words(need));
  if (row.projected && row.projected->bound == OrderBound::kPackTooLarge) {
    return fmt::format(
        "no order: {} is {} short{}, but the smallest order is more than is expected "
        "to sell within max_cover",
        stock, in_words(need), packs);
  }
  if (row.projected && row.projected->bound == OrderBound::kMinimumTooDear) {
    return fmt::format("no order: {} is {} short{}, but that would cost more than no order", stock,
                       in_words(need), packs);
  }
  if (row.order_quantity == 0) {
    return fmt::format("no order: {} is {} short{}, which rounds to nothing{}", stock,
                       in_words(need), row.projected ? "" : " of the target", packs);
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

/// What the sample paths say of the order: "28 expected to sell in them, 3.2 left of the stock when
/// it arrives; not ordering until the next review would cost 12.30 more, ordering a day
/// later 1.80".
std::string describe_projection(const PlanRow& row, const SeriesSupply& supply,
                                Frequency frequency) {
  const ProjectedOrder& order = *row.projected;
  std::string text = fmt::format("{} expected to sell in them, {} left when {} arrives",
                                 in_words(row.risk_demand_mean), in_words(order.projected_stock),
                                 orders_at_origin(supply) ? "an order of today" : "the next order");
  if (order.quantity > 0) {
    text += fmt::format("; not ordering until the next review would cost {:.2f} more",
                        order.cost_of_skipping);
    if (row.review_period > 1)
      text += fmt::format(", ordering a {} later {:.2f}", period_name(frequency),
                          order.cost_of_waiting);
  } else if (order.need <= 0) {
    text += "; one more unit would cost more than it saves";
  }
  return text;
}

/// What bounded the order, and waste, each as "; ...".
std::string describe_bounds(const PlanRow& row, const SeriesSupply& supply, Frequency frequency) {
  const ProjectedOrder& order = *row.projected;
  std::string text;
  const auto cover = [&] {
    return fmt::format("{:.1f} expected to sell in {} (max_cover)", order.bound_units,
                       periods_in_words(supply.max_cover, frequency));
  };
  switch (order.bound) {
    case OrderBound::kNone:
      break;
    case OrderBound::kDisplayStock:
      text += fmt::format("; raised so that {} are on display when its cover ends",
                          in_words(order.bound_units));
      break;
    case OrderBound::kMaxCover:
      text += "; cut to the " + cover();
      break;
    case OrderBound::kPackTooLarge:
      text +=
          fmt::format("; {}: ask for smaller packs or minimum orders, or raise max_cover", cover());
      break;
    case OrderBound::kMinimumTooDear:
      text += fmt::format("; ask for a minimum under {}, or wait", in_words(order.bound_units));
      break;
  }
  if (supply.group_shortage_cost > 0) {
    text += fmt::format("; a lost sale counts {:.2f} for the service of its group",
                        supply.group_shortage_cost);
  }
  if (order.waste_units >= 0.05) {
    text += fmt::format("; {:.1f} of it expected to be wasted after {}", order.waste_units,
                        periods_in_words(supply.shelf_life, frequency));
    if (order.waste_cost > 0) text += fmt::format(", which costs {:.2f}", order.waste_cost);
  }
  if (order.expiring_units >= 0.05) {
    text +=
        fmt::format("; {:.1f} of stock and goods on order expected to expire before its cover ends",
                    order.expiring_units);
  }
  return text;
}

/// Everything unusual that the reader of an order should know, each as "; ...".
std::string describe_caveats(const ForecastTable& forecast, const PlanRow& row,
                             const SeriesSupply& supply) {
  std::string text;
  const Frequency frequency = forecast.axis.frequency;
  const int32_t risk_periods = row.lead_time + row.review_period;
  if (!orders_at_origin(supply)) {
    text += fmt::format("; no order day{}: the next is {}",
                        row.supplier.empty() ? "" : " of " + row.supplier,
                        forecast.axis.label(forecast.origin + supply.slots.front().ordered_in));
  }
  if (supply.lead_time_law) {
    text +=
        fmt::format("; it may arrive after {} to {}", supply.slots.front().arrives_in.front() - 1,
                    periods_in_words(supply.slots.front().arrives_in.back() - 1, frequency));
  }
  if (!supply.supplier_note.empty()) text += "; " + supply.supplier_note;
  if (!supply.known) text += "; no stock record, stock taken as 0";
  if (supply.known && supply.on_hand < 0) {
    text += fmt::format("; book stock {} taken as 0", in_words(supply.on_hand));
  }
  if (risk_periods > forecast.horizon) {
    text += fmt::format("; the forecast ends after {} and was extended {}",
                        periods_in_words(forecast.horizon, frequency),
                        row.projected ? "by more of the same" : "linearly");
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

}  // namespace

std::string order_reason(const PlanRow& row, const SeriesSupply& supply,
                         const ForecastTable& forecast, const CumulativeDemandView& demand,
                         const PlanParameters& parameters) {
  const Frequency frequency = forecast.axis.frequency;
  const int32_t risk_periods = row.lead_time + row.review_period;
  return fmt::format("{}, covers {} of the next {}; {}{}", describe_order(row, supply),
                     periods_covered(supply, demand, risk_periods),
                     periods_in_words(risk_periods, frequency),
                     row.projected ? describe_projection(row, supply, frequency)
                                   : describe_target(row, parameters),
                     (row.projected ? describe_bounds(row, supply, frequency) : "") +
                         describe_caveats(forecast, row, supply));
}

}  // namespace restock
