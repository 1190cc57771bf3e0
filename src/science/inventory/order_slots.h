#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "foundation/domain/supplier_calendar.h"
#include "science/inventory/supply.h"

namespace restock {

/// When one supplier delivers a series.
struct SupplierTerms {
  SupplierCalendar calendar;
  int32_t lead_time = 7;           ///< Full periods between order and arrival, as promised.
  std::optional<LeadTimeLaw> law;  ///< What it really is; replaces the promise.
  int32_t review_period = 7;       ///< Where the calendar has no order days.
};

/// The lead time that half of all deliveries do not exceed.
[[nodiscard]] int32_t median_lead_time(const LeadTimeLaw& law);

/// Give `supply` the orders that the terms allow from the evening of `origin` on: at least two, and
/// all that go out before `until` periods after the origin. Which evenings they are is decided by
/// `supply_timing`, with the median where the lead time varies; so are lead_time, to the arrival of
/// the first of them, and review_period, from there to the arrival of the second. A law of one lead
/// time is taken as a fixed one. Preconditions: those of `supply_timing`.
/// Example: an origin on Monday, orders on Thursdays, lead time 1 day: the order goes out in 3 days
/// and is there at the start of the 5th, so lead_time is 4, and review_period 7.
void set_order_slots(const SupplierTerms& terms, const TimeAxis& axis, Period origin, int32_t until,
                     SeriesSupply& supply);

/// Whether an order may go out in the evening of the origin.
[[nodiscard]] bool orders_at_origin(const SeriesSupply& supply);

/// The period after the origin at whose start the order of slot `slot` is there, on each of
/// `n_paths` sample paths. Drawn by a hash of the supply's seed, path and slot, so that all
/// suppliers and all decisions meet the same luck. not_before: n_paths, when the order before it is
/// there: orders do not overtake each other; empty = no order before. Without slots the orders are
/// those of lead_time and review_period. Precondition: slots is empty or has the slot.
[[nodiscard]] std::vector<int32_t> drawn_arrivals(const SeriesSupply& supply, size_t slot,
                                                  size_t n_paths,
                                                  std::span<const int32_t> not_before = {});

/// The supplies as they are on average: an order every review period, none of them today's alone.
/// For replays, which live evenings with other weekdays. lead_time is that between an order and its
/// arrival, without the wait for a day of order; review_period the periods from order to order.
[[nodiscard]] std::vector<SeriesSupply> without_slots(std::span<const SeriesSupply> supply);

}  // namespace restock
