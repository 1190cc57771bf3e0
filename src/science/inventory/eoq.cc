#include "science/inventory/eoq.h"

#include <cmath>
#include <limits>
#include <string_view>

#include <fmt/format.h>

namespace restock {
namespace {

Status positive(std::string_view name, double value) {
  if (std::isfinite(value) && value > 0) return {};
  return Error{Code::kInvalidArgument,
               fmt::format("{} must be finite and > 0, got {}", name, value), ""};
}

Status check(const EoqInput& input) {
  RESTOCK_TRY(positive("fixed_cost", input.fixed_cost));
  RESTOCK_TRY(positive("holding_cost", input.holding_cost));
  return positive("demand_rate", input.demand_rate);
}

Status check(const EoqDiscountInput& input) {
  RESTOCK_TRY(positive("fixed_cost", input.fixed_cost));
  RESTOCK_TRY(positive("holding_rate", input.holding_rate));
  RESTOCK_TRY(positive("demand_rate", input.demand_rate));
  const size_t n = input.breaks.size();
  if (n == 0 || input.prices.size() != n || input.breaks[0] != 0) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("breaks and prices must be as many and breaks start at 0, got {} and {}", n,
                    input.prices.size()),
        ""};
  }
  for (size_t j = 0; j < n; ++j) {
    RESTOCK_TRY(positive("price", input.prices[j]));
    const bool ascending =
        j == 0 || (std::isfinite(input.breaks[j]) && input.breaks[j] > input.breaks[j - 1] &&
                   input.prices[j] < input.prices[j - 1]);
    if (!ascending) {
      return Error{Code::kInvalidArgument,
                   fmt::format("breaks must rise and prices fall, got {} at {} in region {}",
                               input.breaks[j], input.prices[j], j),
                   ""};
    }
  }
  return {};
}

double upper_break(const EoqDiscountInput& input, size_t region) {
  return region + 1 < input.breaks.size() ? input.breaks[region + 1]
                                          : std::numeric_limits<double>::infinity();
}

}  // namespace

Result<EoqPlan> eoq(const EoqInput& input) {
  RESTOCK_TRY(check(input));
  const double k_lambda = 2 * input.fixed_cost * input.demand_rate;
  return EoqPlan{.quantity = std::sqrt(k_lambda / input.holding_cost),
                 .cost_rate = std::sqrt(k_lambda * input.holding_cost)};
}

Result<EoqPlan> eoq_backorders(const EoqInput& input, double stockout_cost) {
  RESTOCK_TRY(check(input));
  RESTOCK_TRY(positive("stockout_cost", stockout_cost));
  const double h = input.holding_cost;
  const double fill = stockout_cost / (h + stockout_cost);
  const double k_lambda = 2 * input.fixed_cost * input.demand_rate;
  return EoqPlan{.quantity = std::sqrt(k_lambda / (h * fill)),
                 .cost_rate = std::sqrt(k_lambda * h * fill),
                 .backordered_share = 1 - fill};
}

Result<EoqPlan> eoq_production(const EoqInput& input, double production_rate) {
  RESTOCK_TRY(check(input));
  RESTOCK_TRY(positive("production_rate", production_rate));
  if (production_rate <= input.demand_rate) {
    return Error{Code::kInvalidArgument,
                 fmt::format("production_rate must exceed demand_rate {}, got {}",
                             input.demand_rate, production_rate),
                 "otherwise demand cannot be met"};
  }
  // Stock grows only by what production exceeds demand, as if holding were that much cheaper.
  const double idle = 1 - input.demand_rate / production_rate;
  return eoq({.fixed_cost = input.fixed_cost,
              .holding_cost = input.holding_cost * idle,
              .demand_rate = input.demand_rate});
}

Result<EoqPlan> eoq_all_units_discount(const EoqDiscountInput& input) {
  RESTOCK_TRY(check(input));
  EoqPlan best{.cost_rate = std::numeric_limits<double>::infinity()};
  for (size_t j = 0; j < input.breaks.size(); ++j) {
    const double holding = input.holding_rate * input.prices[j];
    const double free = std::sqrt(2 * input.fixed_cost * input.demand_rate / holding);
    // Over the upper break the next region has the same quantity cheaper.
    if (free >= upper_break(input, j)) continue;
    const double quantity = std::max(free, input.breaks[j]);
    const double cost = input.prices[j] * input.demand_rate +
                        input.fixed_cost * input.demand_rate / quantity + holding * quantity / 2;
    if (cost < best.cost_rate) best = {.quantity = quantity, .cost_rate = cost, .region = j};
  }
  return best;
}

Result<EoqPlan> eoq_incremental_discount(const EoqDiscountInput& input) {
  RESTOCK_TRY(check(input));
  EoqPlan best{.cost_rate = std::numeric_limits<double>::infinity()};
  double paid_below = 0;  // for the units up to the break of region j
  for (size_t j = 0; j < input.breaks.size(); ++j) {
    if (j > 0) paid_below += input.prices[j - 1] * (input.breaks[j] - input.breaks[j - 1]);
    // An order of Q costs extra + price Q: the extra acts as part of the fixed cost, and its
    // interest as a constant.
    const double extra = paid_below - input.prices[j] * input.breaks[j];
    const double holding = input.holding_rate * input.prices[j];
    const double twice = 2 * (input.fixed_cost + extra) * input.demand_rate;
    const double quantity = std::sqrt(twice / holding);
    if (quantity < input.breaks[j] || quantity >= upper_break(input, j)) continue;
    const double cost = input.prices[j] * input.demand_rate + input.holding_rate * extra / 2 +
                        std::sqrt(twice * holding);
    if (cost < best.cost_rate) best = {.quantity = quantity, .cost_rate = cost, .region = j};
  }
  RESTOCK_ASSERT(std::isfinite(best.cost_rate));
  return best;
}

Result<JointReplenishmentPlan> joint_replenishment(double family_fixed_cost,
                                                   std::span<const JointItem> items) {
  RESTOCK_TRY(positive("family_fixed_cost", family_fixed_cost));
  if (items.empty()) {
    return Error{Code::kInvalidArgument, "joint replenishment needs at least one item, got none",
                 ""};
  }
  const auto ratio = [&](size_t n) {
    return items[n].fixed_cost / (items[n].holding_cost * items[n].demand_rate);
  };
  size_t base = 0;
  for (size_t n = 0; n < items.size(); ++n) {
    RESTOCK_TRY(positive("fixed_cost", items[n].fixed_cost));
    RESTOCK_TRY(positive("holding_cost", items[n].holding_cost));
    RESTOCK_TRY(positive("demand_rate", items[n].demand_rate));
    if (ratio(n) < ratio(base)) base = n;
  }
  const double base_holding = items[base].holding_cost * items[base].demand_rate;
  JointReplenishmentPlan plan;
  double fixed = family_fixed_cost;
  double holding = 0;
  for (size_t n = 0; n < items.size(); ++n) {
    const double square = ratio(n) * base_holding / (family_fixed_cost + items[base].fixed_cost);
    // The cost of m and m + 1 is equal where the square of the ideal multiple is m (m + 1).
    int m = 1;
    while (n != base && square > static_cast<double>(m) * (m + 1)) ++m;
    plan.multiples.push_back(m);
    fixed += items[n].fixed_cost / m;
    holding += items[n].holding_cost * items[n].demand_rate * m;
  }
  plan.cycle = std::sqrt(2 * fixed / holding);
  plan.cost_rate = std::sqrt(2 * fixed * holding);
  for (size_t n = 0; n < items.size(); ++n) {
    plan.quantities.push_back(items[n].demand_rate * plan.multiples[n] * plan.cycle);
  }
  return plan;
}

}  // namespace restock
