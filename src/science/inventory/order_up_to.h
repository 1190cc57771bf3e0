#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "science/inventory/supply.h"

namespace restock {

/// Mean and variance of one series' demand summed over the first k = 1..horizon periods after an
/// origin; beyond the horizon both grow linearly. A view: the spans must outlive it. Thread-safe.
class CumulativeDemandView {
 public:
  /// mean, variance: horizon values each, finite, >= 0, mean not falling. Precondition: same size,
  /// not empty.
  CumulativeDemandView(std::span<const double> mean, std::span<const double> variance);

  [[nodiscard]] int32_t horizon() const { return static_cast<int32_t>(mean_.size()); }
  /// Demand over the first `periods` >= 0 periods.
  [[nodiscard]] double mean(int32_t periods) const;
  [[nodiscard]] double variance(int32_t periods) const;
  [[nodiscard]] DemandDistribution distribution(int32_t periods, DemandKind kind) const;

 private:
  std::span<const double> mean_;
  std::span<const double> variance_;
};

/// Errors: kInvalidArgument, naming `series`, unless all values are finite, >= 0 and small enough
/// for a distribution, and the mean does not fall.
[[nodiscard]] Status check_cumulative_demand(std::span<const double> mean,
                                             std::span<const double> variance,
                                             std::string_view series);

/// The target of a periodic review policy and the service it gives.
struct OrderUpTo {
  double level = 0;          ///< S: stock plus open orders after ordering, units.
  double service_level = 0;  ///< The target of P(demand over the risk period <= S).
};

/// The order-up-to level of one series, with lead time L and review period R.
///
/// With a service level: S is that quantile of demand over L + R periods. Else the S where one more
/// unit costs as much holding as it saves lost sales over the R periods that the order has to
/// cover:
///
///   p P(D_{L+R} > S) <= h sum_{j=1..R} P(D_{L+j} <= S),   D_k = demand of the first k periods,
///   smallest such S
///
/// For R = 1 this is the newsvendor fractile p / (p + h); for any R it lies between (p - h (R - 1))
/// / (p + h) and p / (p + h R). Units: h money per unit and period, p money per lost unit. Pure.
/// Source: docs/guide/inventory.md, after Zipkin, Foundations of Inventory Management (2000), 9.6.
[[nodiscard]] OrderUpTo order_up_to_level(const CumulativeDemandView& demand,
                                          const SeriesSupply& supply,
                                          const PlanParameters& parameters);

}  // namespace restock
