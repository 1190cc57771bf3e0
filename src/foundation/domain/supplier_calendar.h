#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/domain/date.h"
#include "foundation/domain/time_axis.h"

namespace restock {

/// A set of days of the week.
struct Weekdays {
  uint8_t bits = 0x7f;  ///< Bit 0 = Monday .. bit 6 = Sunday.

  [[nodiscard]] bool has(int weekday) const { return ((bits >> weekday) & 1) != 0; }
  bool operator==(const Weekdays&) const = default;
};

/// Reads days of the week from English names of three letters or more, or ranges of them, between
/// spaces or commas: "Mon Thu", "monday,thursday", "Mon-Fri", "Sat-Mon". Errors: kInvalidArgument
/// with the word that is none, or for no day at all.
[[nodiscard]] Result<Weekdays> parse_weekdays(std::string_view text);

/// When a supplier takes orders and delivers. Weekdays and closed days act on daily periods only:
/// longer ones hold all weekdays.
struct SupplierCalendar {
  /// Days at whose end an order may be placed. None: at every review.
  std::optional<Weekdays> order_days;
  Weekdays delivery_days;    ///< Days at whose start goods arrive.
  std::vector<Date> closed;  ///< Ascending. Neither orders nor deliveries.
};

/// Whether an order may be placed at the end of the period, as far as the calendar goes.
[[nodiscard]] bool takes_orders(const SupplierCalendar& calendar, const TimeAxis& axis,
                                Period period);

/// The period at whose start an order of the end of `ordered` is there: after `lead_time` full
/// periods, moved to the next day of delivery. Precondition: lead_time >= 0.
[[nodiscard]] Period delivery_period(const SupplierCalendar& calendar, const TimeAxis& axis,
                                     Period ordered, int32_t lead_time);

/// The next two orders that are worth placing.
struct SupplyTiming {
  Period order = 0;  ///< Placed at the end of this period, the origin or a later one.
  Period arrives = 0;
  Period next_order = 0;
  Period next_arrives = 0;  ///< After `arrives`; the first order covers the demand up to here.
};

/// When to order from the end of `origin` on, and what period of demand each order covers.
///
/// With order days the orders are those of these days; without, one now and one `review_period`
/// later, each moved to the next day on which the supplier is open. Of several orders that would
/// arrive together, the last is meant: an earlier one would know less and come no sooner. So the
/// evening of the origin is for ordering if, and only if, `order` is the origin.
///
/// Preconditions: lead_time >= 0, review_period >= 1. Pure.
/// Example: order days Mon-Fri, delivery Tue and Fri, lead time 1 day. From the end of a Monday:
/// goods ordered on Monday, Tuesday or Wednesday come on Friday, so `order` is Wednesday, `arrives`
/// Friday; the next ones are ordered on Friday and come on Tuesday, so the order covers Friday to
/// Monday.
[[nodiscard]] SupplyTiming supply_timing(const SupplierCalendar& calendar, const TimeAxis& axis,
                                         Period origin, int32_t lead_time, int32_t review_period);

}  // namespace restock
