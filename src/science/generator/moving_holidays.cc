#include "science/generator/moving_holidays.h"

#include <algorithm>
#include <array>

#include "foundation/base/assert.h"

namespace restock::generator {

Date easter_sunday(int year) {
  RESTOCK_ASSERT(year >= 1583);
  RESTOCK_ASSERT(year <= 9999);
  const int a = year % 19;
  const int b = year / 100;
  const int c = year % 100;
  const int d = b / 4;
  const int e = b % 4;
  const int f = (b + 8) / 25;
  const int g = (b - f + 1) / 3;
  const int h = (19 * a + b - d - g + 15) % 30;
  const int i = c / 4;
  const int k = c % 4;
  const int l = (32 + 2 * e + 2 * i - h - k) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int n = h + l - 7 * m + 114;
  return Date::of(year, n / 31, n % 31 + 1);
}

Date nth_weekday(int year, int month, int weekday, int n) {
  RESTOCK_ASSERT(weekday >= 0 && weekday <= 6);
  RESTOCK_ASSERT(n == -1 || (n >= 1 && n <= 4));
  if (n == -1) {
    const Date last = Date::of(year, month, days_in_month(year, month));
    return last - (last.weekday() - weekday + 7) % 7;
  }
  const Date first = Date::of(year, month, 1);
  return first + (weekday - first.weekday() + 7) % 7 + 7 * (n - 1);
}

std::string_view event_name(Event event) {
  static constexpr std::array<std::string_view, kEventCount> kNames = {
      "New Year's Day", "Super Bowl",   "Valentine's Day",  "Easter",
      "Mother's Day",   "Memorial Day", "Independence Day", "Labor Day",
      "Halloween",      "Thanksgiving", "Christmas Day"};
  return kNames[static_cast<size_t>(event)];
}

std::vector<EventDay> events_between(int first_year, int last_year) {
  std::vector<EventDay> events;
  for (int year = first_year; year <= last_year; ++year) {
    events.push_back({Date::of(year, 1, 1), Event::kNewYear});
    events.push_back({nth_weekday(year, 2, 6, 1), Event::kSuperBowl});
    events.push_back({Date::of(year, 2, 14), Event::kValentine});
    events.push_back({easter_sunday(year), Event::kEaster});
    events.push_back({nth_weekday(year, 5, 6, 2), Event::kMothersDay});
    events.push_back({nth_weekday(year, 5, 0, -1), Event::kMemorialDay});
    events.push_back({Date::of(year, 7, 4), Event::kIndependenceDay});
    events.push_back({nth_weekday(year, 9, 0, 1), Event::kLaborDay});
    events.push_back({Date::of(year, 10, 31), Event::kHalloween});
    events.push_back({nth_weekday(year, 11, 3, 4), Event::kThanksgiving});
    events.push_back({Date::of(year, 12, 25), Event::kChristmas});
  }
  std::stable_sort(events.begin(), events.end(),
                   [](const EventDay& a, const EventDay& b) { return a.date < b.date; });
  return events;
}

}  // namespace restock::generator
