#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace restock {

/// How the day of a holiday is found.
enum class HolidayKind : uint8_t {
  kFixed,           ///< month, day
  kWeekday,         ///< the first `weekday` on or after month, day
  kEaster,          ///< `offset` days after western Easter Sunday
  kOrthodoxEaster,  ///< `offset` days after orthodox Easter Sunday
  kChineseMoon,     ///< lunar month, day; `offset` days later
  kKoreanMoon,      ///< the same for Korea
  kIslamic,         ///< month, day of the Umm al-Qura calendar; `offset` days later
  kSolarTerm,       ///< the Sun at `offset` degrees; `day` hours east of Greenwich
};

/// What happens when the day falls on a weekend.
enum class Substitute : uint8_t {
  kNone,
  kNearest,       ///< also Friday for Saturday, Monday for Sunday
  kWeekend,       ///< also the next working day, for Saturday and Sunday
  kSundayOnly,    ///< also the next working day, for Sunday only
  kSkipSunday,    ///< no holiday on a Sunday (it is left to the regions)
  kSundayBefore,  ///< moved from Sunday to Saturday
};

/// One row of a country's table; built by the functions below: weekday("Thanksgiving Day", 11, 22,
/// kThursday).
struct HolidayRule {
  std::string_view name;
  HolidayKind kind = HolidayKind::kFixed;
  int8_t month = 1;
  int8_t day = 1;
  int8_t weekday = 0;  ///< 0 = Monday
  int16_t offset = 0;
  Substitute substitute = Substitute::kNone;
  int16_t substitute_since = 0;
  int16_t since = 0;
  int16_t until = 9999;

  [[nodiscard]] constexpr HolidayRule from(int year) const {
    HolidayRule rule = *this;
    rule.since = static_cast<int16_t>(year);
    return rule;
  }
  [[nodiscard]] constexpr HolidayRule to(int year) const {
    HolidayRule rule = *this;
    rule.until = static_cast<int16_t>(year);
    return rule;
  }
  [[nodiscard]] constexpr HolidayRule only(int year) const { return from(year).to(year); }
  [[nodiscard]] constexpr HolidayRule with(Substitute kind_of_substitute,
                                           int since_year = 0) const {
    HolidayRule rule = *this;
    rule.substitute = kind_of_substitute;
    rule.substitute_since = static_cast<int16_t>(since_year);
    return rule;
  }
};

/// Days as yyyymmdd that one decree or another names or moves; `absent` ones are taken out of what
/// the rules give.
struct HolidayDays {
  std::string_view name;
  std::span<const int32_t> days;
  bool absent = false;
};

/// How a country deals with weekends and neighbouring holidays, beyond its rules.
enum class WeekendLaw : uint8_t {
  kPlain,
  kOverlap,   ///< Korea: two holidays on one day give a substitute too, if one has `substitute`
  kSandwich,  ///< Japan: a day between two holidays is one
  kSaudi,  ///< Eid holidays are lengthened by the weekend days in them; national days move to the
           ///< near working day
};

struct HolidayCountry {
  std::string_view code;
  std::span<const HolidayRule> rules;
  std::span<const HolidayDays> days;
  WeekendLaw law = WeekendLaw::kPlain;
};

/// All countries, sorted by code.
[[nodiscard]] std::span<const HolidayCountry> holiday_rules();

}  // namespace restock
