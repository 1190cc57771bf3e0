#include "science/inventory/order_slots.h"

#include <algorithm>

#include "foundation/base/assert.h"

namespace restock {

int32_t median_lead_time(const LeadTimeLaw& law) {
  // Draws are uniform on all 32-bit integers, so half of them are below 0.
  const auto thresholds = law.thresholds();
  const auto below = std::lower_bound(thresholds.begin(), thresholds.end(), -1);
  return law.shortest() + static_cast<int32_t>(below - thresholds.begin());
}

void set_order_slots(const SupplierTerms& terms, const TimeAxis& axis, Period origin, int32_t until,
                     SeriesSupply& supply) {
  const bool varies = terms.law && terms.law->longest() > terms.law->shortest();
  const int32_t lead_time = terms.law ? median_lead_time(*terms.law) : terms.lead_time;
  const int32_t shortest = varies ? terms.law->shortest() : lead_time;
  const int32_t longest = varies ? terms.law->longest() : lead_time;
  supply.lead_time_law = varies ? terms.law : std::nullopt;
  supply.slots.clear();
  SupplyTiming timing = supply_timing(terms.calendar, axis, origin, lead_time, terms.review_period);
  supply.lead_time = timing.arrives - origin - 1;
  supply.review_period = timing.next_arrives - timing.arrives;
  while (supply.slots.size() < 2 || timing.order - origin < until) {
    OrderSlot slot{timing.order - origin, {}};
    slot.arrives_in.reserve(static_cast<size_t>(longest - shortest) + 1);
    for (int32_t periods = shortest; periods <= longest; ++periods) {
      slot.arrives_in.push_back(delivery_period(terms.calendar, axis, timing.order, periods) -
                                origin);
    }
    supply.slots.push_back(std::move(slot));
    timing = supply_timing(terms.calendar, axis, timing.next_order, lead_time, terms.review_period);
  }
}

bool orders_at_origin(const SeriesSupply& supply) {
  return supply.slots.empty() || supply.slots.front().ordered_in == 0;
}

std::vector<int32_t> drawn_arrivals(const SeriesSupply& supply, size_t slot, size_t n_paths,
                                    std::span<const int32_t> not_before) {
  RESTOCK_ASSERT(not_before.empty() || not_before.size() == n_paths);
  if (supply.slots.empty()) {
    return std::vector<int32_t>(
        n_paths, supply.lead_time + 1 + static_cast<int32_t>(slot) * supply.review_period);
  }
  RESTOCK_ASSERT(slot < supply.slots.size());
  const std::vector<int32_t>& arrives_in = supply.slots[slot].arrives_in;
  std::vector<int32_t> out(n_paths, arrives_in.front());
  if (supply.lead_time_law) {
    const LeadTimeLaw& law = *supply.lead_time_law;
    for (size_t p = 0; p < n_paths; ++p) {
      const Shipment shipment{
          .seed = supply.lead_time_seed, .lane = p, .period = supply.slots[slot].ordered_in};
      out[p] = arrives_in[static_cast<size_t>(drawn_lead_time(law, shipment) - law.shortest())];
    }
  }
  for (size_t p = 0; p < not_before.size(); ++p) out[p] = std::max(out[p], not_before[p]);
  return out;
}

std::vector<SeriesSupply> without_slots(std::span<const SeriesSupply> supply) {
  std::vector<SeriesSupply> out(supply.begin(), supply.end());
  for (SeriesSupply& one : out) {
    one.alternatives.clear();
    if (one.slots.empty()) continue;
    const int32_t first = one.slots[0].ordered_in;
    one.lead_time -= first;
    one.review_period = std::max(1, one.slots[1].ordered_in - first);
    one.slots.clear();
    one.lead_time_law.reset();
  }
  return out;
}

}  // namespace restock
