#include "foundation/domain/holidays.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "foundation/domain/holiday_rules.h"
#include "foundation/domain/lunar_calendar.h"

namespace restock {
namespace {

constexpr int kThursday = 3, kFriday = 4, kSaturday = 5, kSunday = 6;

using Names = std::map<Date, std::string>;

void add_name(Names& names, Date date, std::string_view name) {
  std::string& here = names[date];
  if (here.empty()) {
    here = name;
  } else if (here.find(name) == std::string::npos) {
    here += "; ";
    here += name;
  }
}

/// The days of an Islamic rule that lie in a Gregorian year: one, or two, or none.
std::vector<Date> islamic_days(const HolidayRule& rule, int year) {
  std::vector<Date> dates;
  // A Hijri year begins about 11 days earlier each year; 622 + 32/33 of its number is the Gregorian
  // one.
  const int middle = (year - 622) * 33 / 32;
  for (int hijri = std::max(1431, middle - 1); hijri <= std::min(1459, middle + 2); ++hijri) {
    const Date date = islamic_month(hijri, rule.month) + (rule.day - 1) + rule.offset;
    if (date.year() == year) dates.push_back(date);
  }
  return dates;
}

std::vector<Date> days_of_rule(const HolidayRule& rule, int year) {
  switch (rule.kind) {
    case HolidayKind::kFixed:
      return {Date::of(year, rule.month, rule.day)};
    case HolidayKind::kWeekday: {
      const Date first = Date::of(year, rule.month, rule.day);
      return {first + (rule.weekday - first.weekday() + 7) % 7};
    }
    case HolidayKind::kEaster:
      return {western_easter(year) + rule.offset};
    case HolidayKind::kOrthodoxEaster:
      return {orthodox_easter(year) + rule.offset};
    case HolidayKind::kChineseMoon:
      return {lunar_date(year, rule.month, rule.day, 8) + rule.offset};
    case HolidayKind::kKoreanMoon:
      return {lunar_date(year, rule.month, rule.day, 9) + rule.offset};
    case HolidayKind::kIslamic:
      return islamic_days(rule, year);
    case HolidayKind::kSolarTerm:
      return {solar_term(year, rule.offset, rule.day)};
  }
  return {};
}

/// A day that a rule gives, before substitutes.
struct RuleDay {
  Date date;
  const HolidayRule* rule;
};

/// All days of the rules in the years [first, last], by date, then in the order of the rules.
std::vector<RuleDay> rule_days(const HolidayCountry& country, int first, int last) {
  std::vector<RuleDay> days;
  for (int year = first; year <= last; ++year) {
    for (const HolidayRule& rule : country.rules) {
      if (year < rule.since || year > rule.until) continue;
      for (Date date : days_of_rule(rule, year)) {
        const bool sunday = date.weekday() == kSunday;
        if (rule.substitute == Substitute::kSkipSunday && sunday) continue;
        if (rule.substitute == Substitute::kSundayBefore && sunday) date = date - 1;
        days.push_back({date, &rule});
      }
    }
  }
  std::stable_sort(days.begin(), days.end(),
                   [](const RuleDay& a, const RuleDay& b) { return a.date < b.date; });
  return days;
}

Date next_working_day(Date date, const Names& names) {
  do {
    date = date + 1;
  } while (date.weekday() >= kSaturday || names.contains(date));
  return date;
}

/// The substitute for one day, if the rule gives one for its weekday.
std::optional<Date> substitute_of(const RuleDay& day, const Names& names) {
  const int weekday = day.date.weekday();
  if (day.date.year() < day.rule->substitute_since) return std::nullopt;
  switch (day.rule->substitute) {
    case Substitute::kNearest:
      if (weekday == kSaturday) return day.date - 1;
      if (weekday == kSunday) return day.date + 1;
      return std::nullopt;
    case Substitute::kWeekend:
      return weekday >= kSaturday ? std::optional(next_working_day(day.date, names)) : std::nullopt;
    case Substitute::kSundayOnly:
      return weekday == kSunday ? std::optional(next_working_day(day.date, names)) : std::nullopt;
    default:
      return std::nullopt;
  }
}

/// Add substitutes in the order of the dates: an earlier holiday takes the nearer working day. One
/// day, one substitute.
void add_substitutes(const std::vector<RuleDay>& days, WeekendLaw law, Names& names) {
  for (size_t i = 0; i < days.size();) {
    size_t end = i;
    std::optional<Date> substitute;
    const HolidayRule* reason = nullptr;
    for (; end < days.size() && days[end].date == days[i].date; ++end) {
      if (!substitute) substitute = substitute_of(days[end], names);
      const HolidayRule& rule = *days[end].rule;
      if (rule.substitute != Substitute::kNone && days[end].date.year() >= rule.substitute_since)
        reason = &rule;
    }
    if (!substitute && law == WeekendLaw::kOverlap && end - i > 1 && reason != nullptr) {
      substitute = next_working_day(days[i].date, names);
    }
    if (substitute) add_name(names, *substitute, fmt::format("{} (observed)", reason->name));
    i = end;
  }
}

/// Japan: a day that is none, between two that are holidays (not substitutes), is one.
void add_sandwiched(const std::vector<RuleDay>& days, Names& names) {
  for (size_t i = 0; i + 1 < days.size(); ++i) {
    const Date between = days[i].date + 1;
    if (days[i + 1].date - days[i].date == 2 && !names.contains(between))
      add_name(names, between, "National Holiday");
  }
}

/// The weekend of Saudi Arabia was Thursday and Friday until June 2013.
bool is_saudi_weekend(Date date) {
  const int weekday = date.weekday();
  return date < Date::of(2013, 6, 28) ? weekday == kThursday || weekday == kFriday
                                      : weekday == kFriday || weekday == kSaturday;
}

/// Saudi Arabia: weekend days inside the Eid holidays are made up for after them; a national day on
/// a weekend is moved to the working day beside it.
void add_saudi_substitutes(const std::vector<RuleDay>& days, Names& names) {
  for (const RuleDay& day : days) {
    if (!is_saudi_weekend(day.date)) continue;
    Date substitute = day.date;
    if (day.rule->substitute == Substitute::kNearest) {
      substitute = is_saudi_weekend(day.date - 1) ? day.date + 1 : day.date - 1;
    } else if (day.rule->kind == HolidayKind::kIslamic) {
      while (names.contains(substitute) || is_saudi_weekend(substitute))
        substitute = substitute + 1;
    } else {
      continue;
    }
    if (!names.contains(substitute))
      add_name(names, substitute, fmt::format("{} (observed)", day.rule->name));
  }
}

Names names_of(const HolidayCountry& country, int year) {
  // Substitutes cross the turn of the year: New Year's Day 2022 gave Americans 31 December 2021.
  const auto days = rule_days(country, year - 1, year + 1);
  Names names;
  for (const RuleDay& day : days) add_name(names, day.date, day.rule->name);
  for (const HolidayDays& list : country.days) {
    if (list.absent) continue;
    for (const int32_t d : list.days)
      add_name(names, Date::of(d / 10000, d / 100 % 100, d % 100), list.name);
  }
  if (country.law == WeekendLaw::kSaudi) {
    add_saudi_substitutes(days, names);
  } else {
    add_substitutes(days, country.law, names);
    if (country.law == WeekendLaw::kSandwich) add_sandwiched(days, names);
  }
  for (const HolidayDays& list : country.days) {
    if (!list.absent) continue;
    for (const int32_t d : list.days) names.erase(Date::of(d / 10000, d / 100 % 100, d % 100));
  }
  return names;
}

}  // namespace

std::vector<std::string> holiday_countries() {
  std::vector<std::string> codes;
  for (const HolidayCountry& country : holiday_rules()) codes.emplace_back(country.code);
  return codes;
}

Result<std::vector<Holiday>> holidays_of(std::string_view code, int year) {
  const auto countries = holiday_rules();
  const auto country =
      std::find_if(countries.begin(), countries.end(),
                   [&](const HolidayCountry& candidate) { return candidate.code == code; });
  if (country == countries.end()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("country must be one of {}, got '{}'",
                             fmt::join(holiday_countries(), ", "), code),
                 "give the holidays of other countries as a list of your own"};
  }
  if (year < kHolidayYearFirst || year > kHolidayYearLast) {
    return Error{Code::kInvalidArgument,
                 fmt::format("holidays are known for {} to {}, got {}", kHolidayYearFirst,
                             kHolidayYearLast, year),
                 "add holidays of other years as a list of your own"};
  }
  std::vector<Holiday> holidays;
  for (auto& [date, name] : names_of(*country, year)) {
    if (date.year() == year) holidays.push_back({date, name});
  }
  return holidays;
}

Result<HolidayCalendar> HolidayCalendar::make(std::string_view country, int year_first,
                                              int year_last) {
  if (year_last < year_first) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("year_last must be at least year_first, {}, got {}", year_first, year_last),
        ""};
  }
  HolidayCalendar calendar;
  for (int year = year_first; year <= year_last; ++year) {
    RESTOCK_TRY(const auto holidays, holidays_of(country, year));
    for (const Holiday& holiday : holidays) calendar.add(holiday);
  }
  return calendar;
}

void HolidayCalendar::add(const Holiday& holiday) {
  add_name(names_, holiday.date, holiday.name);
}

const std::string* HolidayCalendar::find(Date date) const {
  const auto found = names_.find(date);
  return found == names_.end() ? nullptr : &found->second;
}

std::vector<Holiday> HolidayCalendar::days() const {
  std::vector<Holiday> days;
  for (const auto& [date, name] : names_) days.push_back({date, name});
  return days;
}

}  // namespace restock
