#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/domain/date.h"
#include "foundation/domain/time_axis.h"
#include "science/inventory/lead_time_law.h"

namespace restock {

/// A lead time that was seen, or that of goods still on their way.
struct ObservedLeadTime {
  int32_t periods = 0;
  bool arrived = true;  ///< False: the lead time is at least `periods` (right-censored).
};

/// Probabilities of a lead time of 0, 1, ... periods, given what was seen and a prior:
///
///   hazard(k) = (kappa prior_k + d_k) / (kappa sum_{m >= k} prior_m + r_k)
///   d_k: arrived after exactly k periods;  r_k: not arrived before, and watched for k and longer
///
/// which is the posterior mean under a Dirichlet prior of mean `prior` and strength kappa, in
/// observations. With all arrived it is (n_k + kappa prior_k) / (n + kappa); with kappa 0 the
/// Kaplan-Meier estimate, whose rest after the last observation goes to the shortest lead time
/// that is still possible (Efron 1967). Sums to 1. prior: probabilities of 0, 1, ...; may be empty
/// with strength 0.
///
/// Source: Susarla & Van Ryzin, Journal of the American Statistical Association 71 (1976) 897;
/// Kaplan & Meier, same journal 53 (1958) 457. Example (Kaplan & Meier's, times in tenths):
/// arrivals after 8, 31, 54, 92, still open after 10, 27, 70, 121 leave 0.875, 0.7, 0.525 and
/// 0.2625 later than the four.
/// Precondition: an observation, or prior and strength > 0.
[[nodiscard]] std::vector<double> lead_time_distribution(std::span<const ObservedLeadTime> observed,
                                                         std::span<const double> prior,
                                                         double strength);

/// One order that a supplier got.
struct Receipt {
  int32_t supplier = 0;  ///< Number of the supplier, from 0.
  int32_t group = -1;  ///< Number of the series, or kind of series, that it was for; -1 = unknown.
  Date ordered;
  std::optional<Date> received;    ///< None: it is still on its way.
  int32_t promised_lead_time = 0;  ///< Periods.
  double ordered_units = 0;        ///< 0 = unknown.
  double received_units = 0;
};

/// What is known of a receipt in the evening of the last day of `origin`: its lead time, the full
/// days between order and arrival in periods, rounded up since goods that come during a period
/// count from the next. What arrives later counts as not arrived; none if it is ordered later.
[[nodiscard]] std::optional<ObservedLeadTime> observed_lead_time(const Receipt& receipt,
                                                                 const TimeAxis& axis,
                                                                 Period origin);

/// Lead times of each supplier, and of each group of series that it serves.
class LearntLeadTimes {
 public:
  /// From what is known at the end of `origin`. The law of a supplier is `lead_time_distribution`
  /// of its receipts, with the promised lead times as one receipt more. The law of a group is that
  /// of its own receipts, with the supplier's as prior; the strength of the prior is the power of
  /// two from 1 to 4096 under which the receipts of all groups of the supplier are likeliest
  /// (empirical Bayes; Minka, Estimating a Dirichlet distribution, 2000). So a group with few
  /// receipts has the supplier's law, and one with many its own, the sooner the more groups differ.
  /// A lead time over 127 periods longer than the shortest counts as that. Errors: kInvalidArgument
  /// for lead times that `LeadTimeLaw` does not hold.
  [[nodiscard]] static Result<LearntLeadTimes> make(std::span<const Receipt> receipts,
                                                    const TimeAxis& axis, Period origin);

  /// The law of a group, of the supplier where nothing was received for the group, or nullptr if
  /// nothing is known of the supplier either. It lives as long as this.
  [[nodiscard]] const LeadTimeLaw* law(int32_t supplier, int32_t group) const;
  /// In receipts; 0 = there was nothing to learn it from.
  [[nodiscard]] double strength(int32_t supplier) const;

 private:
  struct OfSupplier {
    LeadTimeLaw law;
    double strength = 0;
  };
  std::map<int32_t, OfSupplier> suppliers_;
  std::map<std::pair<int32_t, int32_t>, LeadTimeLaw> groups_;
};

/// How a supplier has delivered up to an origin.
struct SupplierReliability {
  int32_t supplier = 0;
  int64_t receipts = 0;       ///< Orders that have arrived.
  int64_t open = 0;           ///< Orders that have not.
  int64_t overdue = 0;        ///< Of these, those that should have.
  double lead_time_mean = 0;  ///< Of what has arrived, periods; 0 if nothing has.
  double lead_time_sd = 0;    ///< n - 1; 0 of fewer than two.
  double on_time = 0;  ///< Share of receipts and overdue orders that came as promised, percent.
  double units_received =
      0;  ///< Of the units ordered in what has arrived, percent; at most 100 each.
};

/// One row a supplier that has a receipt or an open order, by number. Shares are 100 where there is
/// nothing to judge.
[[nodiscard]] std::vector<SupplierReliability> supplier_reliability(
    std::span<const Receipt> receipts, const TimeAxis& axis, Period origin);

}  // namespace restock
