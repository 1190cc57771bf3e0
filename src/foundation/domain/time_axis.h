#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "foundation/base/result.h"
#include "foundation/domain/date.h"

namespace restock {

enum class Frequency { kHourly, kDaily, kWeekly, kMonthly };

/// "hourly", "daily", "weekly", "monthly".
[[nodiscard]] std::string_view frequency_name(Frequency frequency);
[[nodiscard]] Result<Frequency> parse_frequency(std::string_view name);

/// Number of a period (hour, day, week or month) on a `TimeAxis`; consecutive periods have
/// consecutive numbers.
using Period = int32_t;

/// How periods map to calendar time. A value type; two axes are equal when all their fields are.
struct TimeAxis {
  Frequency frequency = Frequency::kDaily;
  /// First day of a week, 0 = Monday .. 6 = Sunday; used by weekly axes only.
  int week_start = 0;

  /// Period that holds the instant `seconds` after 1970-01-01T00:00:00 (local time of the data, no
  /// zone).
  [[nodiscard]] Period period_of_seconds(int64_t seconds) const;
  [[nodiscard]] Period period_of(Date date) const;
  /// First day of the period.
  [[nodiscard]] Date date_of(Period period) const;
  /// Hour of day of the period, 0..23; 0 unless hourly.
  [[nodiscard]] int hour_of(Period period) const;
  /// First instant of the period, in seconds after 1970-01-01T00:00:00.
  [[nodiscard]] int64_t start_seconds(Period period) const;
  /// "2017-12-31", or "2017-12-31T05:00" when hourly.
  [[nodiscard]] std::string label(Period period) const;
  /// Days one period lasts on average: 1/24, 1, 7, 30.4375.
  [[nodiscard]] double days_per_period() const;
  /// The short season in periods: 24 (hourly), 7 (daily), 1 (weekly), 1 (monthly). 1 means there is
  /// none.
  [[nodiscard]] int short_season() const;
  /// The yearly season in periods: 8736 and 364 (52 whole weeks keep weekdays aligned), 52, 12.
  [[nodiscard]] int year_season() const;

  bool operator==(const TimeAxis&) const = default;
};

}  // namespace restock
