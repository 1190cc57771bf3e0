#include "data/ingest/axis_detection.h"

#include <bit>
#include <cstdlib>

#include <fmt/format.h>

namespace restock::ingest {
namespace {

/// Share of series, weighted by their rows, that must agree.
constexpr double kAgreeing = 0.9;

int64_t whole(const sql::Table& table, size_t column) {
  return std::stoll(table.rows.at(0).at(column).value_or("0"));
}

/// Times of day: hours if they form a grid of hours or of parts of an hour that nearly every hour
/// of a day has.
Result<bool> is_hourly(sql::Database& database, const TypedRows& rows,
                       const ColumnReading& reading) {
  RESTOCK_TRY(const auto table, database.query(fmt::format(
                                    "SELECT count(DISTINCT hour(ts)), count(DISTINCT minute(ts)), "
                                    "coalesce(max(minute(ts) % 5), 0), "
                                    "coalesce(max(second(ts)), 0) FROM {} WHERE reason IS NULL",
                                    rows.plain)));
  const bool on_grid = whole(table, 1) <= 12 && whole(table, 2) == 0 && whole(table, 3) == 0;
  if (!on_grid || whole(table, 0) < 8) return false;
  if (reading.on_the_hour) return true;
  RESTOCK_TRY(
      const auto density,
      database.query(fmt::format(
          "SELECT count(*), count(DISTINCT ({}, CAST(ts AS DATE))) FROM {} WHERE reason IS NULL",
          key_list(reading), rows.plain)));
  return whole(density, 0) >= 20 * whole(density, 1);
}

Status report_off_grid(sql::Database& database, const TypedRows& rows, DetectedAxis& detected,
                       std::vector<DataFinding>& findings) {
  const TimeAxis& axis = detected.axis;
  if (axis.frequency != Frequency::kWeekly && axis.frequency != Frequency::kMonthly) return {};
  const std::string start = period_start_expression(axis, period_expression(axis, "ts"));
  RESTOCK_TRY(
      const auto table,
      database.query(fmt::format("SELECT count(*), count_if(CAST(ts AS DATE) <> {0}), max(CAST(ts "
                                 "AS DATE)) FILTER (units IS NOT NULL) - DATE '1970-01-01' "
                                 "FROM {1} WHERE reason IS NULL",
                                 start, rows.plain)));
  const int64_t off = whole(table, 1);
  if (off == 0) return {};
  RESTOCK_TRY(const auto spread,
              database.query(fmt::format("SELECT count(DISTINCT {0}), count(DISTINCT (CAST(ts AS "
                                         "DATE) - {1})) FROM {2} WHERE reason IS NULL",
                                         period_expression(axis, "ts"), start, rows.plain)));
  // One fixed offset (month ends: up to four) is a habit of dating; many are days inside a period.
  detected.finer_than_axis = whole(spread, 1) > 4;
  if (detected.finer_than_axis && table.rows[0][2]) {
    const Date last = Date::from_days(static_cast<int32_t>(whole(table, 2)));
    detected.last_period_incomplete = axis.period_of(last) == axis.period_of(last + 1);
  } else if (off * 10 < whole(table, 0)) {
    findings.push_back(
        {.severity = Severity::kWarning,
         .code = "irregular_dates",
         .message = fmt::format(
             "{} rows are dated inside a period, not at its start; they count for that period.",
             off),
         .count = off});
  }
  return {};
}

}  // namespace

Result<DaySummary> summarise_days(sql::Database& database, const TypedRows& rows,
                                  const ColumnReading& reading) {
  // 1970-01-01 was a Thursday. Days of the month cost more, and most data cannot be monthly.
  const std::string months = reading.could_be_monthly
                                 ? "bit_or(1::BIGINT << day(DATE '1970-01-01' + d)) AS days, "
                                   "bool_and(DATE '1970-01-01' + d = "
                                   "last_day(DATE '1970-01-01' + d)) AS ends"
                                 : "0::BIGINT AS days, false AS ends";
  RESTOCK_TRY(
      const auto table,
      database.query(fmt::format("SELECT coalesce(sum(total), 0), coalesce(sum(total - n), 0), "
                                 "count_if(n > 0), coalesce(min(a), 0), coalesce(max(b), 0), "
                                 "coalesce(sum(n) FILTER (WHERE b - a >= 14), 0), coalesce(sum(n) "
                                 "FILTER (WHERE b - a >= 14 AND bit_count(weekdays) = 1), 0), "
                                 "coalesce(mode(weekdays) FILTER (WHERE bit_count(weekdays) = 1), "
                                 "1), coalesce(sum(n) FILTER (WHERE b - a >= 59), 0), "
                                 "coalesce(sum(n) FILTER (WHERE b - a >= 59 AND (bit_count(days) = "
                                 "1 OR ends)), 0) FROM (SELECT count(*) AS total, "
                                 "count(d) AS n, min(d) AS a, max(d) AS b, bit_or(1 << ((d + "
                                 "25567) % 7)) AS weekdays, {0} FROM (SELECT {1}, CASE WHEN reason "
                                 "IS NULL THEN CAST(CAST(ts AS DATE) - DATE '1970-01-01' AS "
                                 "INTEGER) END AS d FROM {2}) GROUP BY {1})",
                                 months, key_list(reading), rows.plain)));
  DaySummary out;
  out.rows = whole(table, 0);
  out.bad = whole(table, 1);
  out.series = whole(table, 2);
  out.day_first = static_cast<int32_t>(whole(table, 3));
  out.day_last = static_cast<int32_t>(whole(table, 4));
  out.weekly_rows = whole(table, 5);
  out.same_weekday = whole(table, 6);
  out.weekday = std::countr_zero(static_cast<uint64_t>(whole(table, 7)));
  out.monthly_rows = whole(table, 8);
  out.same_day = whole(table, 9);
  return out;
}

Result<DetectedAxis> detect_axis(sql::Database& database, const TypedRows& rows,
                                 const ColumnReading& reading, const DaySummary& days,
                                 const std::string& frequency, std::vector<DataFinding>& findings) {
  DetectedAxis detected;
  const bool automatic = frequency == "auto";
  if (!automatic) {
    RESTOCK_TRY(detected.axis.frequency, parse_frequency(frequency));
  }
  std::string why = "days follow each other";
  if (automatic && reading.has_time_of_day) {
    RESTOCK_TRY(const bool hourly, is_hourly(database, rows, reading));
    detected.axis.frequency = hourly ? Frequency::kHourly : Frequency::kDaily;
    why = hourly ? "the times of day are hours" : "the times of day are those of single records";
  }
  if ((automatic && !reading.has_time_of_day) || detected.axis.frequency == Frequency::kWeekly) {
    const auto agree = [](int64_t part, int64_t all) {
      return all > 0 && static_cast<double>(part) >= kAgreeing * static_cast<double>(all);
    };
    if (automatic && agree(days.same_day, days.monthly_rows)) {
      detected.axis.frequency = Frequency::kMonthly;
      why = "each series has one day of the month";
    } else if (automatic && agree(days.same_weekday, days.weekly_rows)) {
      detected.axis.frequency = Frequency::kWeekly;
      why = "each series has one weekday";
    }
    if (detected.axis.frequency == Frequency::kWeekly &&
        agree(days.same_weekday, days.weekly_rows)) {
      detected.axis.week_start = days.weekday;
    }
  }
  detected.finer_than_axis =
      detected.axis.frequency != Frequency::kHourly && reading.has_time_of_day;
  RESTOCK_TRY(report_off_grid(database, rows, detected, findings));
  findings.push_back(
      {.code = "frequency",
       .message = fmt::format("The data is {}{}.", frequency_name(detected.axis.frequency),
                              automatic ? ": " + why + " (judged over all series)" : "")});
  return detected;
}

}  // namespace restock::ingest
