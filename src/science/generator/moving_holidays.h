#pragma once

#include <string_view>
#include <vector>

#include "foundation/domain/date.h"

namespace restock::generator {

/// Easter Sunday of the Gregorian calendar (Western churches).
///
/// Source: the anonymous Gregorian algorithm (Nature 13, 1876; Meeus, Astronomical Algorithms, ch.
/// 8). Precondition: year in 1583..9999. Example: 2024 gives 2024-03-31.
[[nodiscard]] Date easter_sunday(int year);

/// The n-th given weekday (0 = Monday) of a month; n = -1 is the last one.
/// Preconditions: month in 1..12, weekday in 0..6, n in 1..4 or -1.
/// Example: the fourth Thursday of November 2023, nth_weekday(2023, 11, 3, 4), is 2023-11-23.
[[nodiscard]] Date nth_weekday(int year, int month, int weekday, int n);

/// The special days that move the sales of generated data.
enum class Event {
  kNewYear,
  kSuperBowl,
  kValentine,
  kEaster,
  kMothersDay,
  kMemorialDay,
  kIndependenceDay,
  kLaborDay,
  kHalloween,
  kThanksgiving,
  kChristmas,  ///< Every store is closed.
};
inline constexpr int kEventCount = 11;

/// "Easter", "Thanksgiving", ...
[[nodiscard]] std::string_view event_name(Event event);

struct EventDay {
  Date date;
  Event event;
};

/// All events of the years of [first, last], in order of date, whole years.
[[nodiscard]] std::vector<EventDay> events_between(int first_year, int last_year);

}  // namespace restock::generator
