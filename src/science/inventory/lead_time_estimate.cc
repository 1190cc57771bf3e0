#include "science/inventory/lead_time_estimate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "foundation/base/assert.h"

namespace restock {
namespace {

/// How many arrived after exactly k periods, and how many could have.
struct Counts {
  std::vector<double> arrived;
  std::vector<double> at_risk;
};

Counts count(std::span<const ObservedLeadTime> observed, size_t length) {
  Counts counts{std::vector<double>(length), std::vector<double>(length + 1)};
  for (const ObservedLeadTime& one : observed) {
    RESTOCK_ASSERT(one.periods >= 0);
    const auto k = static_cast<size_t>(one.periods);
    if (one.arrived) counts.arrived[k] += 1;
    // Until the sum below: how many are at risk up to here and no longer.
    if (one.arrived || k > 0) counts.at_risk[one.arrived ? k : k - 1] += 1;
  }
  for (size_t k = length; k-- > 0;) counts.at_risk[k] += counts.at_risk[k + 1];
  counts.at_risk.pop_back();
  return counts;
}

size_t length_for(std::span<const ObservedLeadTime> observed, size_t prior_length) {
  size_t length = prior_length;
  for (const ObservedLeadTime& one : observed)
    length = std::max(length, static_cast<size_t>(one.periods) + 1);
  return length;
}

/// log of Gamma(a + n) / Gamma(a) for a whole n.
double log_rising(double a, double n) {
  double sum = 0;
  for (double j = 0; j < n; ++j) sum += std::log(a + j);
  return sum;
}

/// Log probability of a group's observations when its hazards are drawn around the prior's.
double log_likelihood(const Counts& counts, std::span<const double> prior, double strength) {
  double sum = 0;
  double tail = 1;
  for (size_t k = 0; k < prior.size() && k < counts.at_risk.size(); ++k) {
    const double arrived = counts.arrived[k];
    const double at_risk = counts.at_risk[k];
    const double after = std::max(0.0, tail - prior[k]);
    // Where the prior knows one outcome only, that outcome has probability 1.
    if (at_risk > 0 && prior[k] > 0 && after > 1e-12) {
      sum += log_rising(strength * prior[k], arrived) +
             log_rising(strength * after, at_risk - arrived) - log_rising(strength * tail, at_risk);
    }
    tail = after;
  }
  return sum;
}

double likeliest_strength(const std::map<int32_t, std::vector<ObservedLeadTime>>& groups,
                          std::span<const double> prior) {
  std::vector<Counts> counts;
  counts.reserve(groups.size());
  for (const auto& [group, observed] : groups) counts.push_back(count(observed, prior.size()));
  double best = 0;
  double best_likelihood = -std::numeric_limits<double>::infinity();
  // From the strongest on: where all are alike, groups have the supplier's law.
  for (double strength = 4096; strength >= 1; strength /= 2) {
    double likelihood = 0;
    for (const Counts& of : counts) likelihood += log_likelihood(of, prior, strength);
    if (likelihood > best_likelihood + 1e-9) {
      best_likelihood = likelihood;
      best = strength;
    }
  }
  return best;
}

/// All that is known of one supplier.
struct Known {
  std::vector<ObservedLeadTime> all;
  std::map<int32_t, std::vector<ObservedLeadTime>> groups;
  std::map<int32_t, double> promised;  ///< How often each lead time was promised.
};

/// No lead time more than a law holds above the shortest.
void limit_range(Known& known) {
  constexpr int32_t kRangeMax = 127;
  int32_t shortest = known.promised.begin()->first;
  for (const ObservedLeadTime& one : known.all) {
    if (one.arrived) shortest = std::min(shortest, one.periods);
  }
  const auto limit = [&](std::vector<ObservedLeadTime>& observed) {
    for (ObservedLeadTime& one : observed)
      one.periods = std::min(one.periods, shortest + kRangeMax);
  };
  limit(known.all);
  for (auto& [group, observed] : known.groups) limit(observed);
  std::map<int32_t, double> promised;
  for (const auto& [periods, times] : known.promised)
    promised[std::min(periods, shortest + kRangeMax)] += times;
  known.promised = std::move(promised);
}

std::vector<double> promised_distribution(const Known& known) {
  std::vector<double> out(static_cast<size_t>(known.promised.rbegin()->first) + 1);
  double sum = 0;
  for (const auto& [periods, times] : known.promised) {
    out[static_cast<size_t>(periods)] = times;
    sum += times;
  }
  for (double& probability : out) probability /= sum;
  return out;
}

Result<LeadTimeLaw> make_law(const std::vector<double>& probabilities) {
  const auto first = std::find_if(probabilities.begin(), probabilities.end(),
                                  [](double probability) { return probability > 0; });
  const auto shortest = first - probabilities.begin();
  return LeadTimeLaw::make(static_cast<int32_t>(shortest),
                           std::span(probabilities).subspan(static_cast<size_t>(shortest)));
}

}  // namespace

std::vector<double> lead_time_distribution(std::span<const ObservedLeadTime> observed,
                                           std::span<const double> prior, double strength) {
  RESTOCK_ASSERT(!observed.empty() || (!prior.empty() && strength > 0));
  const size_t length = length_for(observed, prior.size());
  const Counts counts = count(observed, length);
  double tail = 0;  // of the prior, from k on
  for (const double probability : prior) tail += probability;
  std::vector<double> out(length);
  double left = 1;
  for (size_t k = 0; k < length; ++k) {
    const double expected = k < prior.size() ? prior[k] : 0;
    const double watched = strength * tail + counts.at_risk[k];
    // Crumbs of the prior's tail are none.
    const double hazard =
        watched > 1e-12 ? std::min(1.0, (strength * expected + counts.arrived[k]) / watched) : 1.0;
    out[k] = left * hazard;
    left -= out[k];
    tail = std::max(0.0, tail - expected);
  }
  if (left > 1e-12) {
    out.back() += left;
  }
  return out;
}

std::optional<ObservedLeadTime> observed_lead_time(const Receipt& receipt, const TimeAxis& axis,
                                                   Period origin) {
  const Date last_day =
      axis.frequency == Frequency::kHourly ? axis.date_of(origin) : axis.date_of(origin + 1) - 1;
  if (receipt.ordered > last_day) return std::nullopt;
  const bool arrived = receipt.received && *receipt.received <= last_day;
  // One that has not come by the last day comes the day after at the earliest.
  const Date came = arrived ? *receipt.received : last_day + 1;
  const double days = std::max(0, came - receipt.ordered - 1);
  return ObservedLeadTime{static_cast<int32_t>(std::ceil(days / axis.days_per_period())), arrived};
}

Result<LearntLeadTimes> LearntLeadTimes::make(std::span<const Receipt> receipts,
                                              const TimeAxis& axis, Period origin) {
  std::map<int32_t, Known> suppliers;
  for (const Receipt& receipt : receipts) {
    const auto observed = observed_lead_time(receipt, axis, origin);
    if (!observed) continue;
    Known& known = suppliers[receipt.supplier];
    known.all.push_back(*observed);
    known.promised[receipt.promised_lead_time] += 1;
    if (receipt.group >= 0) known.groups[receipt.group].push_back(*observed);
  }
  LearntLeadTimes out;
  for (auto& [supplier, known] : suppliers) {
    limit_range(known);
    const auto own = lead_time_distribution(known.all, promised_distribution(known), 1);
    const double strength = known.groups.empty() ? 0 : likeliest_strength(known.groups, own);
    RESTOCK_TRY(LeadTimeLaw law, make_law(own));
    out.suppliers_.emplace(supplier, OfSupplier{std::move(law), strength});
    for (const auto& [group, observed] : known.groups) {
      RESTOCK_TRY(LeadTimeLaw of_group, make_law(lead_time_distribution(observed, own, strength)));
      out.groups_.emplace(std::pair(supplier, group), std::move(of_group));
    }
  }
  return out;
}

const LeadTimeLaw* LearntLeadTimes::law(int32_t supplier, int32_t group) const {
  const auto own = groups_.find({supplier, group});
  if (own != groups_.end()) return &own->second;
  const auto all = suppliers_.find(supplier);
  return all == suppliers_.end() ? nullptr : &all->second.law;
}

double LearntLeadTimes::strength(int32_t supplier) const {
  const auto place = suppliers_.find(supplier);
  return place == suppliers_.end() ? 0 : place->second.strength;
}

std::vector<SupplierReliability> supplier_reliability(std::span<const Receipt> receipts,
                                                      const TimeAxis& axis, Period origin) {
  struct Sums {
    SupplierReliability row;
    double squares = 0;
    int64_t on_time = 0;
    double ordered = 0;
    double received = 0;
  };
  std::map<int32_t, Sums> suppliers;
  for (const Receipt& receipt : receipts) {
    const auto observed = observed_lead_time(receipt, axis, origin);
    if (!observed) continue;
    Sums& of = suppliers[receipt.supplier];
    const bool in_time = observed->periods <= receipt.promised_lead_time;
    if (!observed->arrived) {
      ++of.row.open;
      of.row.overdue += in_time ? 0 : 1;
      continue;
    }
    ++of.row.receipts;
    of.on_time += in_time ? 1 : 0;
    // Welford's recurrence, so that the deviation of long lead times keeps its digits.
    const double step = observed->periods - of.row.lead_time_mean;
    of.row.lead_time_mean += step / static_cast<double>(of.row.receipts);
    of.squares += step * (observed->periods - of.row.lead_time_mean);
    if (receipt.ordered_units > 0) {
      of.ordered += receipt.ordered_units;
      of.received += std::min(receipt.received_units, receipt.ordered_units);
    }
  }
  std::vector<SupplierReliability> rows;
  rows.reserve(suppliers.size());
  for (auto& [supplier, of] : suppliers) {
    SupplierReliability row = of.row;
    const int64_t judged = row.receipts + row.overdue;
    row.supplier = supplier;
    if (row.receipts > 1)
      row.lead_time_sd = std::sqrt(of.squares / static_cast<double>(row.receipts - 1));
    row.on_time =
        judged > 0 ? 100.0 * static_cast<double>(of.on_time) / static_cast<double>(judged) : 100;
    row.units_received = of.ordered > 0 ? 100.0 * of.received / of.ordered : 100;
    rows.push_back(row);
  }
  return rows;
}

}  // namespace restock
