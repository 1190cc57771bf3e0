#include "foundation/domain/date.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace restock {
namespace {

struct Civil {
  int year;
  int month;
  int day;
};

// Days from civil and back: shift the year to start in March, so that the leap day is the last of
// its year.
int32_t days_from_civil(int year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const int era = (year >= 0 ? year : year - 399) / 400;
  const int year_of_era = year - era * 400;
  const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

Civil civil_from_days(int32_t days) {
  const int32_t z = days + 719468;
  const int era = (z >= 0 ? z : z - 146096) / 146097;
  const int day_of_era = z - era * 146097;
  const int year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int shifted_month = (5 * day_of_year + 2) / 153;
  const int month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

bool is_leap(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

}  // namespace

int days_in_month(int year, int month) {
  RESTOCK_ASSERT(month >= 1);
  RESTOCK_ASSERT(month <= 12);
  static constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[static_cast<size_t>(month - 1)];
}

Result<Date> Date::make(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
      day > days_in_month(year, month)) {
    return Error{Code::kInvalidArgument,
                 "no such day: year " + std::to_string(year) + " month " + std::to_string(month) +
                     " day " + std::to_string(day),
                 "give an existing day between 0001-01-01 and 9999-12-31"};
  }
  return Date(days_from_civil(year, month, day));
}

Result<Date> Date::parse(std::string_view text) {
  const auto number = [&](size_t at, size_t length, int& out) {
    const char* first = text.data() + at;
    const auto [end, code] = std::from_chars(first, first + length, out);
    return code == std::errc() && end == first + length && *first != '-';
  };
  int year = 0;
  int month = 0;
  int day = 0;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !number(0, 4, year) ||
      !number(5, 2, month) || !number(8, 2, day)) {
    return Error{Code::kInvalidArgument, "not a date: \"" + std::string(text) + "\"",
                 "write it as YYYY-MM-DD, for instance 2017-12-31"};
  }
  return make(year, month, day);
}

Date Date::of(int year, int month, int day) {
  auto date = make(year, month, day);
  RESTOCK_ASSERT(date.ok());
  return date.value();
}

int Date::year() const {
  return civil_from_days(days_).year;
}
int Date::month() const {
  return civil_from_days(days_).month;
}
int Date::day() const {
  return civil_from_days(days_).day;
}

int Date::weekday() const {
  const int shifted = (days_ + 3) % 7;  // 1970-01-01 was a Thursday.
  return shifted < 0 ? shifted + 7 : shifted;
}

int Date::day_of_year() const {
  return days_ - days_from_civil(year(), 1, 1) + 1;
}

std::string Date::to_string() const {
  const Civil civil = civil_from_days(days_);
  char buffer[32];
  std::snprintf(buffer, sizeof(buffer), "%04d-%02d-%02d", civil.year, civil.month, civil.day);
  return buffer;
}

}  // namespace restock
