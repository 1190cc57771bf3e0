#include "science/lot_sizing/quantity_discount.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "foundation/base/argument.h"

namespace restock {
namespace {

Status check(const EoqDiscountInput& input) {
  RESTOCK_TRY(require_positive("fixed_cost", input.fixed_cost));
  RESTOCK_TRY(require_positive("holding_rate", input.holding_rate));
  RESTOCK_TRY(require_positive("demand_rate", input.demand_rate));
  const size_t n = input.breaks.size();
  if (n == 0 || input.prices.size() != n || input.breaks[0] != 0) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("breaks and prices must be as many and breaks start at 0, got {} and {}", n,
                    input.prices.size()),
        "the first region begins at 0; give one price for each region"};
  }
  for (size_t j = 0; j < n; ++j) {
    RESTOCK_TRY(require_positive("price", input.prices[j]));
    const bool ascending =
        j == 0 || (std::isfinite(input.breaks[j]) && input.breaks[j] > input.breaks[j - 1] &&
                   input.prices[j] < input.prices[j - 1]);
    if (!ascending) {
      return Error{Code::kInvalidArgument,
                   fmt::format("breaks must rise and prices fall, got {} at {} in region {}",
                               input.breaks[j], input.prices[j], j),
                   "sort the regions by quantity and drop those that are no cheaper"};
    }
  }
  return {};
}

double upper_break(const EoqDiscountInput& input, size_t region) {
  return region + 1 < input.breaks.size() ? input.breaks[region + 1]
                                          : std::numeric_limits<double>::infinity();
}

}  // namespace

Result<DiscountPlan> eoq_all_units_discount(const EoqDiscountInput& input) {
  RESTOCK_TRY(check(input));
  DiscountPlan best{.cost_rate = std::numeric_limits<double>::infinity()};
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

Result<DiscountPlan> eoq_incremental_discount(const EoqDiscountInput& input) {
  RESTOCK_TRY(check(input));
  DiscountPlan best{.cost_rate = std::numeric_limits<double>::infinity()};
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

}  // namespace restock
