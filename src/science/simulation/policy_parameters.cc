#include "science/simulation/policy_parameters.h"

#include <algorithm>
#include <cmath>

#include "foundation/base/normal.h"
#include "foundation/math/loss_functions.h"
#include "foundation/math/root_finding.h"
#include "science/inventory/order_up_to.h"
#include "science/lot_sizing/eoq.h"

namespace restock {
namespace {

/// What costs or service level say that a lost unit is worth, in units held over a review.
double shortage_ratio(const PlanParameters& parameters, int32_t review_period) {
  const double service = parameters.service_level;
  if (service > 0) return service / (1 - service);
  return parameters.shortage_cost / (parameters.holding_cost * review_period);
}

/// How far under the best level y* the positions after ordering begin if they spread over
/// (r, r + width]: y* - r with G(r) = G(r + width), where G(y) = E[(y - D)+] + ratio E[(D - y)+] of
/// normal demand. In [0, width].
double spread_offset(double width, double demand_sd, double ratio) {
  if (width <= 0) return 0;
  if (demand_sd <= 0) return width / (1 + ratio);
  const double best = standard_normal_quantile(ratio / (1 + ratio));
  const auto cost = [&](double above) {
    return above + (1 + ratio) * demand_sd * standard_normal_loss(best + above / demand_sd);
  };
  const auto root = find_root([&](double x) { return cost(-x) - cost(width - x); },
                              {.low = 0, .high = width, .relative_tolerance = 1e-6});
  return root.ok() ? root.value() : 0;
}

/// Q; 0 where an order costs nothing.
double batch_quantity(const BatchTerms& terms, const PlanParameters& parameters) {
  const auto plan = eoq({.fixed_cost = terms.order_cost,
                         .holding_cost = parameters.holding_cost,
                         .demand_rate = terms.demand_mean});
  return plan.ok() ? std::round(plan.value().quantity) : 0;
}

PolicyBand policy_band(HistoryPolicy policy, const BatchTerms& terms, const SeriesSupply& supply,
                       const PlanParameters& parameters) {
  const double quantity = batch_quantity(terms, parameters);
  const bool batches = policy == HistoryPolicy::kFixedQuantity;
  // (R,s,S) orders S - s and what demand took it under s by, a review's demand where S is near s.
  const double width =
      batches ? std::max(1.0, quantity)
              : std::max(0.0, std::round(quantity - supply.review_period * terms.demand_mean));
  const double spread = batches ? width - 1 : width;
  const double below = spread_offset(spread, std::sqrt(terms.risk_variance),
                                     shortage_ratio(parameters, supply.review_period));
  return {static_cast<float>(std::round(below)), static_cast<float>(width)};
}

}  // namespace

double policy_level(HistoryPolicy policy, const ReviewDemand& demand, const SeriesSupply& supply,
                    const PlanParameters& parameters) {
  if (policy == HistoryPolicy::kMovingAverage || demand.mean.back() <= 0) return demand.mean.back();
  return order_up_to_level({demand.mean, demand.variance}, supply, parameters).level;
}

float BatchPolicy::level_of(double level) const {
  return std::max(0.0F, static_cast<float>(level) - band.below) + stock.order_up_to;
}

BatchPolicy batch_policy(HistoryPolicy policy, const BatchTerms& terms, const SeriesSupply& supply,
                         const PlanParameters& parameters) {
  BatchPolicy out;
  if (policy != HistoryPolicy::kReorderUpTo && policy != HistoryPolicy::kFixedQuantity) return out;
  out.band = policy_band(policy, terms, supply, parameters);
  const bool batches = policy == HistoryPolicy::kFixedQuantity;
  out.stock.kind = batches ? PolicyKind::kFixedQuantity : PolicyKind::kReorderUpTo;
  out.stock.quantity = out.band.width;
  out.stock.order_up_to = batches ? 0 : out.band.width;
  out.stock.reorder_point = -1;  // one under what the level says: order under it, as (R,S) does
  return out;
}

}  // namespace restock
