#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "foundation/domain/date.h"
#include "foundation/domain/time_axis.h"

namespace restock {

/// A day that the user or a country's rules call a holiday.
struct HolidayDay {
  Date date;
  std::string name;
};

/// Calendar attributes of the periods [first, first + size), computed once and shared by all
/// series.
///
/// `slot` is the position in the short cycle: weekday (daily), hour of the week (hourly), always 0
/// for weekly and monthly data. `season` is the position in the year: month (hourly, daily,
/// monthly) or week of the year (weekly).
struct PeriodCalendar {
  Period first = 0;
  int n_slots = 1;
  int n_seasons = 12;
  std::vector<int16_t> slot;
  std::vector<int16_t> season;
  std::vector<int16_t> month;            ///< 1..12
  std::vector<int16_t> day_of_month;     ///< 1..31
  std::vector<int16_t> day_of_year;      ///< 1..366
  std::vector<int16_t> hour;             ///< 0..23
  std::vector<int16_t> holiday;          ///< index into holiday_names, -1 = none
  std::vector<int16_t> days_to_holiday;  ///< to the next holiday, at most kHolidayReach
  std::vector<int16_t> days_since_holiday;
  std::vector<std::string> holiday_names;  ///< sorted, distinct

  static constexpr int kHolidayReach = 14;

  [[nodiscard]] size_t size() const { return slot.size(); }
  [[nodiscard]] size_t at(Period period) const { return static_cast<size_t>(period - first); }
};

/// Build the calendar of periods [first, end). Holidays outside are used for distances only. Pure.
[[nodiscard]] PeriodCalendar make_period_calendar(const TimeAxis& axis, Period first, Period end,
                                                  const std::vector<HolidayDay>& holidays);

}  // namespace restock
