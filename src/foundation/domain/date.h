#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "foundation/base/result.h"

namespace restock {

/// A calendar day of the proleptic Gregorian calendar: no time zone, no clock.
class Date {
 public:
  constexpr Date() = default;
  /// The day `days` after 1970-01-01.
  static constexpr Date from_days(int32_t days) { return Date(days); }
  /// Errors: kInvalidArgument if there is no such day.
  static Result<Date> make(int year, int month, int day);
  /// Reads "2017-12-31". Errors: kInvalidArgument with what was seen.
  static Result<Date> parse(std::string_view text);
  /// As `make`, for days known to exist (tests, constants). Precondition: the day exists.
  static Date of(int year, int month, int day);

  [[nodiscard]] constexpr int32_t days() const { return days_; }
  [[nodiscard]] int year() const;
  [[nodiscard]] int month() const;              ///< 1..12
  [[nodiscard]] int day() const;                ///< 1..31
  [[nodiscard]] int weekday() const;            ///< 0 = Monday .. 6 = Sunday
  [[nodiscard]] int day_of_year() const;        ///< 1..366
  [[nodiscard]] std::string to_string() const;  ///< "2017-12-31"

  constexpr Date operator+(int32_t days) const { return Date(days_ + days); }
  constexpr Date operator-(int32_t days) const { return Date(days_ - days); }
  constexpr int32_t operator-(Date other) const { return days_ - other.days_; }
  constexpr auto operator<=>(const Date&) const = default;

 private:
  constexpr explicit Date(int32_t days) : days_(days) {}
  int32_t days_ = 0;
};

/// The days of a month, 28..31. Precondition: month in 1..12.
[[nodiscard]] int days_in_month(int year, int month);

}  // namespace restock
