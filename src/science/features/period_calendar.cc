#include "science/features/period_calendar.h"

#include <algorithm>
#include <cmath>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr int kDaysPerWeek = 7;

int slot_of(const TimeAxis& axis, Period period, Date date) {
  switch (axis.frequency) {
    case Frequency::kHourly:
      return date.weekday() * 24 + axis.hour_of(period);
    case Frequency::kDaily:
      return date.weekday();
    default:
      return 0;
  }
}

int n_slots_of(Frequency frequency) {
  if (frequency == Frequency::kHourly) return 24 * kDaysPerWeek;
  return frequency == Frequency::kDaily ? kDaysPerWeek : 1;
}

/// Days a period covers, for holidays that fall inside a week or month.
int days_covered(const TimeAxis& axis, Period period) {
  return std::max(1, axis.date_of(period + 1) - axis.date_of(period));
}

void mark_holidays(const TimeAxis& axis, const std::vector<HolidayDay>& holidays,
                   PeriodCalendar& calendar) {
  for (const auto& day : holidays) calendar.holiday_names.push_back(day.name);
  auto& names = calendar.holiday_names;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::vector<HolidayDay> days = holidays;
  std::sort(days.begin(), days.end(), [](const auto& a, const auto& b) {
    return a.date != b.date ? a.date < b.date : a.name < b.name;
  });
  for (size_t j = 0; j < calendar.size(); ++j) {
    const Period period = calendar.first + static_cast<Period>(j);
    const Date begin = axis.date_of(period);
    const Date end = begin + days_covered(axis, period);
    const auto next =
        std::lower_bound(days.begin(), days.end(), begin,
                         [](const HolidayDay& day, Date date) { return day.date < date; });
    const int reach = PeriodCalendar::kHolidayReach;
    if (next != days.end() && next->date < end) {
      const auto name = std::lower_bound(names.begin(), names.end(), next->name);
      calendar.holiday[j] = static_cast<int16_t>(name - names.begin());
    }
    calendar.days_to_holiday[j] =
        static_cast<int16_t>(next == days.end() ? reach : std::min(reach, next->date - begin));
    calendar.days_since_holiday[j] = static_cast<int16_t>(
        next == days.begin() ? reach : std::min(reach, begin - std::prev(next)->date));
  }
}

}  // namespace

PeriodCalendar make_period_calendar(const TimeAxis& axis, Period first, Period end,
                                    const std::vector<HolidayDay>& holidays) {
  RESTOCK_ASSERT(first <= end);
  const auto n = static_cast<size_t>(end - first);
  PeriodCalendar calendar;
  calendar.first = first;
  calendar.n_slots = n_slots_of(axis.frequency);
  calendar.n_seasons = axis.frequency == Frequency::kWeekly ? 53 : 12;
  for (auto* column : {&calendar.slot, &calendar.season, &calendar.month, &calendar.day_of_month,
                       &calendar.day_of_year, &calendar.hour, &calendar.days_to_holiday,
                       &calendar.days_since_holiday}) {
    column->assign(n, 0);
  }
  calendar.holiday.assign(n, -1);
  for (size_t j = 0; j < n; ++j) {
    const Period period = first + static_cast<Period>(j);
    const Date date = axis.date_of(period);
    calendar.slot[j] = static_cast<int16_t>(slot_of(axis, period, date));
    calendar.month[j] = static_cast<int16_t>(date.month());
    calendar.day_of_month[j] = static_cast<int16_t>(date.day());
    calendar.day_of_year[j] = static_cast<int16_t>(date.day_of_year());
    calendar.hour[j] = static_cast<int16_t>(axis.hour_of(period));
    // The middle of a week decides which week of the year it is, so that years stay aligned within
    // half a week.
    calendar.season[j] =
        static_cast<int16_t>(axis.frequency == Frequency::kWeekly
                                 ? std::min(52, ((date + 3).day_of_year() - 1) / kDaysPerWeek)
                                 : date.month() - 1);
  }
  mark_holidays(axis, holidays, calendar);
  return calendar;
}

}  // namespace restock
