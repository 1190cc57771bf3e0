#include "foundation/domain/time_axis.h"

#include <cstdio>

namespace restock {
namespace {

constexpr int64_t kSecondsPerHour = 3600;
constexpr int64_t kSecondsPerDay = 86400;

int64_t floor_divide(int64_t a, int64_t b) {
  const int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

}  // namespace

std::string_view frequency_name(Frequency frequency) {
  switch (frequency) {
    case Frequency::kHourly:
      return "hourly";
    case Frequency::kDaily:
      return "daily";
    case Frequency::kWeekly:
      return "weekly";
    case Frequency::kMonthly:
      return "monthly";
  }
  return "daily";
}

Result<Frequency> parse_frequency(std::string_view name) {
  for (const Frequency frequency :
       {Frequency::kHourly, Frequency::kDaily, Frequency::kWeekly, Frequency::kMonthly}) {
    if (name == frequency_name(frequency)) return frequency;
  }
  return Error{Code::kInvalidArgument, "unknown frequency \"" + std::string(name) + "\"",
               "use hourly, daily, weekly or monthly"};
}

Period TimeAxis::period_of_seconds(int64_t seconds) const {
  if (frequency == Frequency::kHourly)
    return static_cast<Period>(floor_divide(seconds, kSecondsPerHour));
  return period_of(Date::from_days(static_cast<int32_t>(floor_divide(seconds, kSecondsPerDay))));
}

Period TimeAxis::period_of(Date date) const {
  switch (frequency) {
    case Frequency::kHourly:
      return date.days() * 24;
    case Frequency::kDaily:
      return date.days();
    // 1970-01-05 was a Monday.
    case Frequency::kWeekly:
      return static_cast<Period>(floor_divide(date.days() - 4 - week_start, 7));
    case Frequency::kMonthly:
      return (date.year() - 1970) * 12 + date.month() - 1;
  }
  return date.days();
}

Date TimeAxis::date_of(Period period) const {
  switch (frequency) {
    case Frequency::kHourly:
      return Date::from_days(static_cast<int32_t>(floor_divide(period, 24)));
    case Frequency::kDaily:
      return Date::from_days(period);
    case Frequency::kWeekly:
      return Date::from_days(period * 7 + 4 + week_start);
    case Frequency::kMonthly: {
      const int64_t year = floor_divide(period, 12);
      return Date::of(static_cast<int>(1970 + year), static_cast<int>(period - year * 12) + 1, 1);
    }
  }
  return Date::from_days(period);
}

int TimeAxis::hour_of(Period period) const {
  if (frequency != Frequency::kHourly) return 0;
  return static_cast<int>(period - floor_divide(period, 24) * 24);
}

int64_t TimeAxis::start_seconds(Period period) const {
  return static_cast<int64_t>(date_of(period).days()) * kSecondsPerDay +
         hour_of(period) * kSecondsPerHour;
}

std::string TimeAxis::label(Period period) const {
  std::string text = date_of(period).to_string();
  if (frequency == Frequency::kHourly) {
    char buffer[16];
    std::snprintf(buffer, sizeof(buffer), "T%02d:00", hour_of(period));
    text += buffer;
  }
  return text;
}

double TimeAxis::days_per_period() const {
  switch (frequency) {
    case Frequency::kHourly:
      return 1.0 / 24;
    case Frequency::kDaily:
      return 1;
    case Frequency::kWeekly:
      return 7;
    case Frequency::kMonthly:
      return 30.4375;
  }
  return 1;
}

int TimeAxis::short_season() const {
  switch (frequency) {
    case Frequency::kHourly:
      return 24;
    case Frequency::kDaily:
      return 7;
    default:
      return 1;
  }
}

int TimeAxis::year_season() const {
  switch (frequency) {
    case Frequency::kHourly:
      return 8736;
    case Frequency::kDaily:
      return 364;
    case Frequency::kWeekly:
      return 52;
    case Frequency::kMonthly:
      return 12;
  }
  return 364;
}

}  // namespace restock
