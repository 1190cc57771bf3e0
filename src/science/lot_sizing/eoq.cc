#include "science/lot_sizing/eoq.h"

#include <cmath>

#include <fmt/format.h>

#include "foundation/base/argument.h"

namespace restock {
namespace {

Status check(const EoqInput& input) {
  RESTOCK_TRY(require_positive("fixed_cost", input.fixed_cost));
  RESTOCK_TRY(require_positive("holding_cost", input.holding_cost));
  return require_positive("demand_rate", input.demand_rate);
}

}  // namespace

Result<EoqPlan> eoq(const EoqInput& input) {
  RESTOCK_TRY(check(input));
  const double k_lambda = 2 * input.fixed_cost * input.demand_rate;
  return EoqPlan{std::sqrt(k_lambda / input.holding_cost),
                 std::sqrt(k_lambda * input.holding_cost)};
}

Result<double> eoq_cost(const EoqInput& input, double quantity) {
  RESTOCK_TRY(check(input));
  RESTOCK_TRY(require_positive("quantity", quantity));
  return input.fixed_cost * input.demand_rate / quantity + input.holding_cost * quantity / 2;
}

Result<BackorderPlan> eoq_backorders(const EoqInput& input, double stockout_cost) {
  RESTOCK_TRY(check(input));
  RESTOCK_TRY(require_positive("stockout_cost", stockout_cost));
  const double h = input.holding_cost;
  const double fill = stockout_cost / (h + stockout_cost);
  const double k_lambda = 2 * input.fixed_cost * input.demand_rate;
  return BackorderPlan{std::sqrt(k_lambda / (h * fill)), std::sqrt(k_lambda * h * fill), 1 - fill};
}

Result<EoqPlan> eoq_production(const EoqInput& input, double production_rate) {
  RESTOCK_TRY(check(input));
  RESTOCK_TRY(require_positive("production_rate", production_rate));
  if (production_rate <= input.demand_rate) {
    return Error{Code::kInvalidArgument,
                 fmt::format("production_rate must exceed demand_rate {}, got {}",
                             input.demand_rate, production_rate),
                 "otherwise demand cannot be met"};
  }
  const double idle = 1 - input.demand_rate / production_rate;
  return eoq({.fixed_cost = input.fixed_cost,
              .holding_cost = input.holding_cost * idle,
              .demand_rate = input.demand_rate});
}

}  // namespace restock
