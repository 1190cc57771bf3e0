#include "data/ingest/axis_detection.h"

#include <fmt/format.h>

#include <cstdlib>

namespace restock::ingest {
namespace {

/// Share of series, weighted by their rows, that must agree.
constexpr double kAgreeing = 0.9;

int64_t whole(const sql::Table& table, size_t column) { return std::stoll(table.rows.at(0).at(column).value_or("0")); }

/// How the days of each series lie, summed over series that are long enough to tell (weighted by rows).
struct DayPattern {
  int64_t weekly_rows = 0;    ///< Rows of series that span three weeks or more, ...
  int64_t same_weekday = 0;   ///< ... that always have one weekday.
  int64_t monthly_rows = 0;   ///< Rows of series that span three months or more, ...
  int64_t same_day = 0;       ///< ... that always have one day of the month, or its last.
  int weekday = 0;            ///< The commonest, 0 = Monday.
};

Result<DayPattern> find_day_pattern(sql::Database& database, const TypedRows& rows, const ColumnReading& reading) {
  RESTOCK_TRY(const auto table,
              database.query(fmt::format(
                  "SELECT coalesce(sum(n) FILTER (b - a >= 14), 0), coalesce(sum(n) FILTER (b - a >= 14 AND bit_count(weekdays) = 1), 0), "
                  "coalesce(sum(n) FILTER (b - a >= 59), 0), coalesce(sum(n) FILTER (b - a >= 59 AND (bit_count(days) = 1 OR ends)), 0), "
                  "coalesce(mode(weekday), 0) FROM (SELECT count(*) AS n, min(d) AS a, max(d) AS b, bit_or(1 << (isodow(d) - 1)) AS "
                  "weekdays, bit_or(1::BIGINT << day(d)) AS days, bool_and(d = last_day(d)) AS ends, mode(isodow(d) - 1) AS weekday FROM "
                  "(SELECT {0}, CAST(ts AS DATE) AS d FROM {1} WHERE reason IS NULL) GROUP BY {0})",
                  key_list(reading), rows.plain)));
  return DayPattern{whole(table, 0), whole(table, 1), whole(table, 2), whole(table, 3), static_cast<int>(whole(table, 4))};
}

/// Times of day: hours if they form a grid of hours or of parts of an hour that nearly every hour of a day has.
Result<bool> is_hourly(sql::Database& database, const TypedRows& rows, const ColumnReading& reading) {
  RESTOCK_TRY(const auto table,
              database.query(fmt::format("SELECT count(DISTINCT hour(ts)), count(DISTINCT minute(ts)), coalesce(max(minute(ts) % 5), 0), "
                                         "coalesce(max(second(ts)), 0) FROM {} WHERE reason IS NULL",
                                         rows.plain)));
  const bool on_grid = whole(table, 1) <= 12 && whole(table, 2) == 0 && whole(table, 3) == 0;
  if (!on_grid || whole(table, 0) < 8) return false;
  if (reading.on_the_hour) return true;
  RESTOCK_TRY(const auto density,
              database.query(fmt::format("SELECT count(*), count(DISTINCT ({}, CAST(ts AS DATE))) FROM {} WHERE reason IS NULL",
                                         key_list(reading), rows.plain)));
  return whole(density, 0) >= 20 * whole(density, 1);
}

Status report_off_grid(sql::Database& database, const TypedRows& rows, DetectedAxis& detected,
                       std::vector<DataFinding>& findings) {
  const TimeAxis& axis = detected.axis;
  if (axis.frequency != Frequency::kWeekly && axis.frequency != Frequency::kMonthly) return {};
  const std::string start = period_start_expression(axis, period_expression(axis, "ts"));
  RESTOCK_TRY(const auto table,
              database.query(fmt::format(
                  "SELECT count(*), count_if(CAST(ts AS DATE) <> {0}), max(CAST(ts AS DATE)) FILTER (units IS NOT NULL) - DATE '1970-01-01' "
                  "FROM {1} WHERE reason IS NULL",
                  start, rows.plain)));
  const int64_t off = whole(table, 1);
  if (off == 0) return {};
  RESTOCK_TRY(const auto spread, database.query(fmt::format(
                                     "SELECT count(DISTINCT {0}), count(DISTINCT (CAST(ts AS DATE) - {1})) FROM {2} WHERE reason IS NULL",
                                     period_expression(axis, "ts"), start, rows.plain)));
  // One fixed offset (month ends: up to four) is a habit of dating; many are days inside a period.
  detected.finer_than_axis = whole(spread, 1) > 4;
  if (detected.finer_than_axis && table.rows[0][2]) {
    const Date last = Date::from_days(static_cast<int32_t>(whole(table, 2)));
    detected.last_period_incomplete = axis.period_of(last) == axis.period_of(last + 1);
  } else if (off * 10 < whole(table, 0)) {
    findings.push_back({.severity = Severity::kWarning,
                        .code = "irregular_dates",
                        .message = fmt::format("{} rows are dated inside a period, not at its start; they count for that period.", off),
                        .count = off});
  }
  return {};
}

}  // namespace

Result<DetectedAxis> detect_axis(sql::Database& database, const TypedRows& rows, const ColumnReading& reading,
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
    RESTOCK_TRY(const DayPattern pattern, find_day_pattern(database, rows, reading));
    const auto agree = [](int64_t part, int64_t all) { return all > 0 && static_cast<double>(part) >= kAgreeing * static_cast<double>(all); };
    if (automatic && agree(pattern.same_day, pattern.monthly_rows)) {
      detected.axis.frequency = Frequency::kMonthly;
      why = "each series has one day of the month";
    } else if (automatic && agree(pattern.same_weekday, pattern.weekly_rows)) {
      detected.axis.frequency = Frequency::kWeekly;
      why = "each series has one weekday";
    }
    if (detected.axis.frequency == Frequency::kWeekly && agree(pattern.same_weekday, pattern.weekly_rows)) {
      detected.axis.week_start = pattern.weekday;
    }
  }
  detected.finer_than_axis = detected.axis.frequency != Frequency::kHourly && reading.has_time_of_day;
  RESTOCK_TRY(report_off_grid(database, rows, detected, findings));
  findings.push_back({.code = "frequency",
                      .message = fmt::format("The data is {}{}.", frequency_name(detected.axis.frequency),
                                             automatic ? ": " + why + " (judged over all series)" : "")});
  return detected;
}

}  // namespace restock::ingest
