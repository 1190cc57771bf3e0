#pragma once

#include <cstdint>
#include <vector>

#include "science/inventory/supply.h"
#include "science/simulation/history_policy.h"

namespace restock {

/// Inside of `window_policy` and `forecast_policy`: from what demand is taken to be at a review to
/// the parameters of a policy.

/// Demand summed over the first k = 1 .. lead time + review periods after a review, at [k - 1].
struct ReviewDemand {
  std::vector<double> mean;
  std::vector<double> variance;
};

/// S at a review. supply: with the lead time to plan with.
[[nodiscard]] double policy_level(HistoryPolicy policy, const ReviewDemand& demand,
                                  const SeriesSupply& supply, const PlanParameters& parameters);

/// Positions after ordering lie from level - below on: over `width` units of batches, or up to
/// level - below + width.
struct PolicyBand {
  float below = 0;
  float width = 0;
};

/// What batches make of a policy.
struct BatchTerms {
  double demand_mean = 0;    ///< A period.
  double risk_variance = 0;  ///< Of demand over lead time + review.
  double order_cost = 0;     ///< Money per order, for Q.
};

/// The policy of one item, without its level: kind, Q and how far under the level it orders; what
/// `levels` of a simulation then hold is `level_of`. No band for policies that order up to S.
struct BatchPolicy {
  StockPolicy stock;
  PolicyBand band;

  [[nodiscard]] float level_of(double level) const;
};

[[nodiscard]] BatchPolicy batch_policy(HistoryPolicy policy, const BatchTerms& terms,
                                       const SeriesSupply& supply,
                                       const PlanParameters& parameters);

}  // namespace restock
