#include "operations/publish/chart_axis.h"

#include <array>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "foundation/domain/date.h"

namespace restock {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// How coarse the ticks of a time axis are, from fine to coarse.
enum class Grain { kHour, kSixHours, kDay, kWeek, kMonth, kQuarter, kYear, kFiveYears };
constexpr std::array kGrains = {Grain::kHour,  Grain::kSixHours, Grain::kDay,  Grain::kWeek,
                                Grain::kMonth, Grain::kQuarter,  Grain::kYear, Grain::kFiveYears};

/// Number of the hour, day, ... that a period belongs to: a tick stands where it changes.
int64_t bucket(const TimeAxis& axis, Period period, Grain grain) {
  const Date date = axis.date_of(period);
  switch (grain) {
    case Grain::kHour:
      return date.days() * int64_t{24} + axis.hour_of(period);
    case Grain::kSixHours:
      return (date.days() * int64_t{24} + axis.hour_of(period)) / 6;
    case Grain::kDay:
      return date.days();
    case Grain::kWeek:
      return date.days() - date.weekday();
    case Grain::kMonth:
      return date.year() * 12 + date.month() - 1;
    case Grain::kQuarter:
      return date.year() * 4 + (date.month() - 1) / 3;
    case Grain::kYear:
      return date.year();
    case Grain::kFiveYears:
      return date.year() / 5;
  }
  return 0;
}

/// `first`: whether it is the first tick; the year is named there and in January.
std::string time_text(const TimeAxis& axis, Period period, Grain grain, bool first) {
  const Date date = axis.date_of(period);
  const std::string_view month = kMonths[static_cast<size_t>(date.month() - 1)];
  switch (grain) {
    case Grain::kHour:
    case Grain::kSixHours:
      return fmt::format("{} {} {:02}:00", date.day(), month, axis.hour_of(period));
    case Grain::kDay:
    case Grain::kWeek:
      return fmt::format("{} {}", date.day(), month);
    case Grain::kMonth:
    case Grain::kQuarter:
      return first || date.month() == 1 ? fmt::format("{} {}", month, date.year())
                                        : std::string(month);
    case Grain::kYear:
    case Grain::kFiveYears:
      return fmt::format("{}", date.year());
  }
  return "";
}

}  // namespace

std::vector<double> value_ticks(double high, int wanted) {
  RESTOCK_ASSERT(std::isfinite(high));
  RESTOCK_ASSERT(high >= 0);
  RESTOCK_ASSERT(wanted >= 1);
  if (high == 0) return {0, 1};
  const double least = high / wanted;
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  double step = 10 * power;
  for (const double multiple : {1.0, 2.0, 2.5, 5.0}) {
    // The small slack keeps 0.1 + 0.2 from asking for the next coarser step.
    if (multiple * power >= least * (1 - 1e-9)) {
      step = multiple * power;
      break;
    }
  }
  std::vector<double> ticks = {0};
  for (int i = 1; ticks.back() < high * (1 - 1e-9); ++i) ticks.push_back(i * step);
  return ticks;
}

std::string tick_text(double value) {
  if (value >= 1e9) return fmt::format("{:.4g}B", value / 1e9);
  if (value >= 1e6) return fmt::format("{:.4g}M", value / 1e6);
  if (value >= 1e4) return fmt::format("{:.4g}k", value / 1e3);
  return fmt::format("{:.4g}", value);
}

std::vector<TimeTick> time_ticks(const TimeAxis& axis, Period first, Period last, int most) {
  RESTOCK_ASSERT(most >= 1);
  for (const Grain grain : kGrains) {
    if (grain < Grain::kDay && axis.frequency != Frequency::kHourly) continue;
    std::vector<TimeTick> ticks;
    for (Period period = first; period <= last && ticks.size() <= static_cast<size_t>(most);
         ++period) {
      if (bucket(axis, period, grain) != bucket(axis, period - 1, grain)) {
        ticks.push_back({period, time_text(axis, period, grain, ticks.empty())});
      }
    }
    if (ticks.size() <= static_cast<size_t>(most)) return ticks;
  }
  return {};
}

std::string_view unit_text(Frequency frequency) {
  switch (frequency) {
    case Frequency::kHourly:
      return "units per hour";
    case Frequency::kDaily:
      return "units per day";
    case Frequency::kWeekly:
      return "units per week";
    case Frequency::kMonthly:
      return "units per month";
  }
  return "units";
}

}  // namespace restock
