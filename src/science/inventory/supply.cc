#include "science/inventory/supply.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace restock {
namespace {

Error out_of_range(std::string_view field, double value, std::string_view allowed,
                   std::string_view hint) {
  return Error{Code::kInvalidArgument, fmt::format("{} must be {}, got {}", field, allowed, value),
               std::string(hint)};
}

bool at_least(double value, double limit) {
  return std::isfinite(value) && value >= limit;
}

/// The whole multiple of `pack` that the rounding picks for `quantity`. A multiple missed by less
/// than a part in a billion is a multiple: packs such as 0.1 have no exact binary form.
double round_to_packs(double quantity, double pack, Rounding rounding) {
  const double packs = quantity / pack;
  const double nearest = std::round(packs);
  if (std::abs(packs - nearest) <= 1e-9 * std::max(1.0, nearest)) return nearest * pack;
  switch (rounding) {
    case Rounding::kUp:
      return std::ceil(packs) * pack;
    case Rounding::kDown:
      return std::floor(packs) * pack;
    case Rounding::kNearest:
      return std::floor(packs + 0.5) * pack;
  }
  RESTOCK_ASSERT(false);
  return 0;
}

}  // namespace

Result<Rounding> parse_rounding(std::string_view name) {
  if (name == "up") return Rounding::kUp;
  if (name == "down") return Rounding::kDown;
  if (name == "nearest") return Rounding::kNearest;
  return Error{Code::kInvalidArgument,
               fmt::format("rounding must be up, down or nearest, got '{}'", name),
               "set [plan] rounding"};
}

Result<ServiceKind> parse_service_kind(std::string_view name) {
  if (name == "cycle") return ServiceKind::kCycle;
  if (name == "fill_rate") return ServiceKind::kFillRate;
  return Error{Code::kInvalidArgument,
               fmt::format("service must be cycle or fill_rate, got '{}'", name),
               "set [plan] service"};
}

Status validate(const PlanParameters& p) {
  if (!(p.service_level >= 0 && p.service_level < 1)) {
    return out_of_range("service_level", p.service_level, "in [0, 1), 0 = from the costs",
                        "write 0.95 for 95 %");
  }
  if (!(p.critical_ratio >= 0 && p.critical_ratio < 1)) {
    return out_of_range("critical_ratio", p.critical_ratio, "in [0, 1), 0 = from the costs",
                        "write 0.8 for 80 % of outcomes");
  }
  if (!at_least(p.holding_cost, 0)) {
    return out_of_range("holding_cost", p.holding_cost, ">= 0 per unit and period", "");
  }
  if (!at_least(p.shortage_cost, 0)) {
    return out_of_range("shortage_cost", p.shortage_cost, ">= 0 per unit of lost sale", "");
  }
  if (p.service_level == 0 && !(p.holding_cost > 0 && p.shortage_cost > 0)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("without a service level both costs must be > 0, got holding_cost {} "
                             "and shortage_cost {}",
                             p.holding_cost, p.shortage_cost),
                 "set both costs or service_level"};
  }
  if (p.moving_average < 1) {
    return out_of_range("moving_average", p.moving_average, ">= 1 periods", "28 is usual for days");
  }
  if (p.warm_up_periods < 0) {
    return out_of_range("warm_up_periods", p.warm_up_periods, ">= 0", "0 = four risk periods");
  }
  return {};
}

Status validate(const SeriesSupply& s, size_t position) {
  const auto named = [&](std::string_view field) {
    return fmt::format("{} of series {}", field, position);
  };
  constexpr int32_t kPeriodsMax = 10000;
  if (s.lead_time < 0 || s.lead_time > kPeriodsMax) {
    return out_of_range(named("lead_time"), s.lead_time, "0 to 10000 periods", "");
  }
  if (s.review_period < 1 || s.review_period > kPeriodsMax) {
    return out_of_range(named("review_period"), s.review_period, "1 to 10000 periods", "");
  }
  if (!at_least(s.moq, 0)) return out_of_range(named("moq"), s.moq, ">= 0", "0 = none");
  if (!at_least(s.pack_size, 0)) {
    return out_of_range(named("pack_size"), s.pack_size, ">= 0", "0 = any quantity");
  }
  if (!std::isfinite(s.on_hand)) {
    return out_of_range(named("on_hand"), s.on_hand, "a finite number",
                        "leave the record out where stock is not known");
  }
  if (s.shelf_life < 0 || s.shelf_life > kPeriodsMax) {
    return out_of_range(named("shelf_life"), s.shelf_life, "0 to 10000 periods", "0 = it keeps");
  }
  if (s.max_cover < 0 || s.max_cover > kPeriodsMax) {
    return out_of_range(named("max_cover"), s.max_cover, "0 to 10000 periods", "0 = no cap");
  }
  if (!at_least(s.display_stock, 0)) {
    return out_of_range(named("display_stock"), s.display_stock, ">= 0", "0 = none");
  }
  if (!at_least(s.unit_price, 0)) {
    return out_of_range(named("unit_price"), s.unit_price, ">= 0", "0 = unknown");
  }
  if (!at_least(s.unit_cost, 0)) {
    return out_of_range(named("unit_cost"), s.unit_cost, ">= 0", "0 = unknown");
  }
  for (const auto& part : s.expiring) {
    if (!at_least(part.quantity, 0)) {
      return out_of_range(named("expiring stock"), part.quantity, ">= 0", "");
    }
  }
  for (const auto& order : s.open_orders) {
    if (!at_least(order.quantity, 0)) {
      return out_of_range(named("open order quantity"), order.quantity, ">= 0", "");
    }
  }
  return {};
}

PlanParameters deciding_parameters(const PlanParameters& parameters, const SeriesSupply& supply) {
  if (supply.group_shortage_cost <= 0) return parameters;
  PlanParameters own = parameters;
  own.service_level = 0;
  own.critical_ratio =
      supply.group_shortage_cost / (supply.group_shortage_cost + parameters.holding_cost);
  return own;
}

double deciding_shortage_cost(const PlanParameters& parameters) {
  return parameters.critical_ratio > 0
             ? parameters.holding_cost * parameters.critical_ratio / (1 - parameters.critical_ratio)
             : parameters.shortage_cost;
}

double usable_stock(const SeriesSupply& supply) {
  return supply.known ? std::max(0.0, supply.on_hand) : 0;
}

double available_stock(const SeriesSupply& supply, int32_t k) {
  double units = usable_stock(supply);
  for (const auto& order : supply.open_orders) {
    if (std::max(1, order.arrives_in) <= k) units += order.quantity;
  }
  return units;
}

int32_t longest_risk_period(std::span<const SeriesSupply> supply) {
  int32_t longest = 1;
  for (const SeriesSupply& series : supply) {
    longest = std::max(longest, series.lead_time + series.review_period);
    if (series.lead_time_law) longest = std::max(longest, series.slots[1].arrives_in.back() - 1);
    if (!series.alternatives.empty())
      longest = std::max(longest, longest_risk_period(series.alternatives));
  }
  return longest;
}

double order_quantity(double need, const SeriesSupply& supply, Rounding rounding) {
  // Differences of sums leave crumbs such as 1e-13, which are no reason to order a pack.
  if (!(need > 1e-9)) return 0;
  const double quantity = std::max(need, supply.moq);
  if (supply.pack_size == 0) return quantity;
  const double rounded = round_to_packs(quantity, supply.pack_size, rounding);
  if (rounded < supply.moq) return round_to_packs(supply.moq, supply.pack_size, Rounding::kUp);
  return rounded;
}

}  // namespace restock
