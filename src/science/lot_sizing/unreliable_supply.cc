#include "science/lot_sizing/unreliable_supply.h"

#include <cmath>

#include <fmt/format.h>

#include "foundation/base/argument.h"
#include "foundation/math/root_finding.h"

namespace restock {
namespace {

Status check(const SupplierDisruptions& supplier) {
  RESTOCK_TRY(require_positive("stockout_cost", supplier.stockout_cost));
  RESTOCK_TRY(require_positive("disruption_rate", supplier.disruption_rate));
  return require_positive("recovery_rate", supplier.recovery_rate);
}

/// Expected cost and length of a cycle with orders of Q, and their derivatives in Q.
struct Cycle {
  double cost, length;
  double cost_slope, length_slope;

  Cycle(const EoqInput& in, const SupplierDisruptions& supplier, double quantity) {
    const double both = supplier.disruption_rate + supplier.recovery_rate;
    const double elapsed = both * quantity / in.demand_rate;
    // Expected time without stock in a cycle: psi / mu.
    const double dry =
        -std::expm1(-elapsed) * supplier.disruption_rate / both / supplier.recovery_rate;
    const double dry_slope =
        std::exp(-elapsed) * supplier.disruption_rate / in.demand_rate / supplier.recovery_rate;
    const double lost = supplier.stockout_cost * in.demand_rate;  // money per time without stock
    cost =
        in.fixed_cost + in.holding_cost * quantity * quantity / (2 * in.demand_rate) + lost * dry;
    cost_slope = in.holding_cost * quantity / in.demand_rate + lost * dry_slope;
    length = quantity / in.demand_rate + dry;
    length_slope = 1 / in.demand_rate + dry_slope;
  }
};

}  // namespace

Result<double> eoq_disruptions_cost(const EoqInput& input, const SupplierDisruptions& supplier,
                                    double quantity) {
  RESTOCK_TRY(eoq_cost(input, quantity));
  RESTOCK_TRY(check(supplier));
  const Cycle cycle(input, supplier, quantity);
  return cycle.cost / cycle.length;
}

Result<EoqPlan> eoq_disruptions(const EoqInput& input, const SupplierDisruptions& supplier) {
  RESTOCK_TRY(const auto plain, eoq(input));
  RESTOCK_TRY(check(supplier));
  // The cost rate falls as long as the marginal cycle is cheaper than the average one.
  const auto slope = [&](double quantity) {
    const Cycle c(input, supplier, quantity);
    return c.cost_slope * c.length - c.cost * c.length_slope;
  };
  const double lost = supplier.stockout_cost * input.demand_rate;
  double high = plain.quantity;
  while (slope(high) < 0 && high < 1e6 * plain.quantity) high *= 2;
  if (lost > plain.cost_rate && slope(high) >= 0) {
    RESTOCK_TRY(const double quantity, find_root(slope, {.low = high * 1e-9, .high = high}));
    RESTOCK_TRY(const double cost, eoq_disruptions_cost(input, supplier, quantity));
    if (cost < lost) return EoqPlan{quantity, cost};
  }
  return Error{
      Code::kInvalidArgument,
      fmt::format("losing all demand costs {} per time unit and is cheaper than ordering", lost),
      "check stockout_cost and fixed_cost; at these, do not stock the item"};
}

Result<EoqPlan> eoq_additive_yield(const EoqInput& input, const RandomYield& yield) {
  RESTOCK_TRY(const auto plain, eoq(input));
  RESTOCK_TRY(require_finite("yield mean", yield.mean));
  RESTOCK_TRY(require_not_negative("yield sd", yield.sd));
  const double received = std::sqrt(plain.quantity * plain.quantity + yield.sd * yield.sd);
  RESTOCK_TRY(
      require_positive("the order quantity that the yield asks for", received - yield.mean));
  return EoqPlan{received - yield.mean, input.holding_cost * received};
}

Result<EoqPlan> eoq_multiplicative_yield(const EoqInput& input, const RandomYield& yield) {
  RESTOCK_TRY(const auto plain, eoq(input));
  RESTOCK_TRY(require_positive("yield mean", yield.mean));
  RESTOCK_TRY(require_not_negative("yield sd", yield.sd));
  const double size = std::hypot(yield.mean, yield.sd);
  return EoqPlan{plain.quantity / size, plain.cost_rate * size / yield.mean};
}

}  // namespace restock
