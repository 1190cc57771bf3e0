#include "foundation/domain/supplier_calendar.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr std::array<std::string_view, 7> kDayNames = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

Error no_weekdays(std::string_view seen) {
  return Error{Code::kInvalidArgument, "\"" + std::string(seen) + "\" names no days of the week",
               "write days such as \"Mon Thu\" or \"Mon-Fri\""};
}

/// 0 = Monday .. 6, or -1.
int weekday_named(std::string_view word) {
  if (word.size() < 3) return -1;
  for (size_t day = 0; day < kDayNames.size(); ++day) {
    if (kDayNames[day].substr(0, word.size()) == word) return static_cast<int>(day);
  }
  return -1;
}

/// The days of one word: a name or a range of two, which may pass the end of the week.
std::optional<uint8_t> days_of_word(std::string_view word) {
  const size_t dash = word.find('-');
  const int first = weekday_named(word.substr(0, dash));
  const int last = dash == std::string_view::npos ? first : weekday_named(word.substr(dash + 1));
  if (first < 0 || last < 0) return std::nullopt;
  unsigned bits = 0;
  for (int day = first;; day = (day + 1) % 7) {
    bits |= 1U << static_cast<unsigned>(day);
    if (day == last) return static_cast<uint8_t>(bits);
  }
}

bool is_closed(const SupplierCalendar& calendar, Date date) {
  return std::binary_search(calendar.closed.begin(), calendar.closed.end(), date);
}

bool delivers(const SupplierCalendar& calendar, const TimeAxis& axis, Period period) {
  if (axis.frequency != Frequency::kDaily) return true;
  const Date date = axis.date_of(period);
  return calendar.delivery_days.has(date.weekday()) && !is_closed(calendar, date);
}

/// The first period from `from` on at whose end an order may be placed.
Period order_period(const SupplierCalendar& calendar, const TimeAxis& axis, Period from) {
  // Ends: closed days are finitely many, and a week has at least one day for orders.
  while (!takes_orders(calendar, axis, from)) ++from;
  return from;
}

struct Delivery {
  Period order = 0;
  Period arrives = 0;
};

}  // namespace

Result<Weekdays> parse_weekdays(std::string_view text) {
  std::string lower;
  lower.reserve(text.size());
  for (const char c : text)
    lower += c == ',' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  Weekdays days{0};
  for (size_t begin = 0; begin < lower.size();) {
    const size_t end = std::min(lower.find(' ', begin), lower.size());
    if (end > begin) {
      const auto word = days_of_word(std::string_view(lower).substr(begin, end - begin));
      if (!word) return no_weekdays(text.substr(begin, end - begin));
      days.bits |= *word;
    }
    begin = end + 1;
  }
  if (days.bits == 0) return no_weekdays(text);
  return days;
}

bool takes_orders(const SupplierCalendar& calendar, const TimeAxis& axis, Period period) {
  if (axis.frequency != Frequency::kDaily) return true;
  const Date date = axis.date_of(period);
  return (!calendar.order_days || calendar.order_days->has(date.weekday())) &&
         !is_closed(calendar, date);
}

Period delivery_period(const SupplierCalendar& calendar, const TimeAxis& axis, Period ordered,
                       int32_t lead_time) {
  RESTOCK_ASSERT(lead_time >= 0);
  RESTOCK_ASSERT(calendar.delivery_days.bits != 0);
  Period arrives = ordered + lead_time + 1;
  while (!delivers(calendar, axis, arrives)) ++arrives;
  return arrives;
}

SupplyTiming supply_timing(const SupplierCalendar& calendar, const TimeAxis& axis, Period origin,
                           int32_t lead_time, int32_t review_period) {
  RESTOCK_ASSERT(review_period >= 1);
  const int32_t step = calendar.order_days ? 1 : review_period;
  // The last order that is there together with the first one from `from` on.
  const auto delivery = [&](Period from) {
    Delivery out{order_period(calendar, axis, from), 0};
    out.arrives = delivery_period(calendar, axis, out.order, lead_time);
    while (true) {
      const Period later = order_period(calendar, axis, out.order + step);
      if (delivery_period(calendar, axis, later, lead_time) != out.arrives) return out;
      out.order = later;
    }
  };
  const Delivery now = delivery(origin);
  const Delivery next = delivery(now.order + step);
  return {now.order, now.arrives, next.order, next.arrives};
}

}  // namespace restock
