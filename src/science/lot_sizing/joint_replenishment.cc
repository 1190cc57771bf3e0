#include "science/lot_sizing/joint_replenishment.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "foundation/base/argument.h"

namespace restock {
namespace {

constexpr double kMultipleMax = 1e9;

}  // namespace

Result<JointReplenishmentPlan> joint_replenishment(double family_fixed_cost,
                                                   std::span<const JointItem> items) {
  RESTOCK_TRY(require_positive("family_fixed_cost", family_fixed_cost));
  if (items.empty()) {
    return Error{Code::kInvalidArgument, "joint replenishment needs at least one item, got none",
                 "give the items that are ordered together"};
  }
  const auto ratio = [&](size_t n) {
    return items[n].fixed_cost / (items[n].holding_cost * items[n].demand_rate);
  };
  size_t base = 0;
  for (size_t n = 0; n < items.size(); ++n) {
    RESTOCK_TRY(require_positive("fixed_cost", items[n].fixed_cost));
    RESTOCK_TRY(require_positive("holding_cost", items[n].holding_cost));
    RESTOCK_TRY(require_positive("demand_rate", items[n].demand_rate));
    if (ratio(n) < ratio(base)) base = n;
  }
  const double base_holding = items[base].holding_cost * items[base].demand_rate;
  JointReplenishmentPlan plan;
  plan.multiples.reserve(items.size());
  plan.quantities.reserve(items.size());
  double fixed = family_fixed_cost;
  double holding = 0;
  for (size_t n = 0; n < items.size(); ++n) {
    const double square = ratio(n) * base_holding / (family_fixed_cost + items[base].fixed_cost);
    // The cost of m and m + 1 is equal where the square of the ideal multiple is m (m + 1).
    const double ideal = std::ceil(std::sqrt(square + 0.25) - 0.5);
    if (!(ideal <= kMultipleMax)) {
      return Error{
          Code::kInvalidArgument,
          fmt::format("item {} would be ordered every {} cycles, at most {} are allowed", n, ideal,
                      kMultipleMax),
          "leave items that hardly sell or cost hardly anything to hold out of the family"};
    }
    const int m = n == base ? 1 : std::max(1, static_cast<int>(ideal));
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
