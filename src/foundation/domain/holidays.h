#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/domain/date.h"

namespace restock {

/// A public holiday. Two that fall on one day are one, with both names: "All Saints' Day; National
/// Unity Day".
struct Holiday {
  Date date;
  std::string name;

  bool operator==(const Holiday&) const = default;
};

/// First and last year whose holidays are known: lunar and Islamic tables and special days reach no
/// further.
inline constexpr int kHolidayYearFirst = 2010;
inline constexpr int kHolidayYearLast = 2035;

/// ISO 3166-1 codes of the countries that have rules, sorted: "AE", "AT", ...
[[nodiscard]] std::vector<std::string> holiday_countries();

/// National public holidays of one year, by date, with substitutes for those that fall on a weekend
/// where the law gives them. Regional and half-day holidays are not included.
/// docs/reference/holidays.md says what they were checked against. Pure; thread-safe. Errors:
/// kInvalidArgument for a country without rules or a year outside
/// kHolidayYearFirst..kHolidayYearLast.
[[nodiscard]] Result<std::vector<Holiday>> holidays_of(std::string_view country, int year);

/// The holidays of a span of years, the user's own included. A value type; const use is safe
/// between threads.
class HolidayCalendar {
 public:
  /// No holidays at all, to which `add` may add.
  HolidayCalendar() = default;
  /// Holidays of `country` in the years [year_first, year_last]. Errors: as holidays_of, or
  /// year_last < year_first.
  static Result<HolidayCalendar> make(std::string_view country, int year_first, int year_last);

  /// Add one day, of any year. On a day that is a holiday already, the name joins the others.
  void add(const Holiday& holiday);
  /// The name of the holiday on `date`, or null; valid until the next `add`.
  [[nodiscard]] const std::string* find(Date date) const;
  /// All days in order.
  [[nodiscard]] std::vector<Holiday> days() const;

 private:
  std::map<Date, std::string> names_;
};

}  // namespace restock
