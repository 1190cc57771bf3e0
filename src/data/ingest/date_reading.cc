#include "data/ingest/date_reading.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "data/ingest/column_reading.h"
#include "foundation/domain/date.h"

namespace restock::ingest {
namespace {

using sql::quote_literal;

/// Days with their number of rows, ascending.
struct DayCount {
  int32_t day = 0;
  int64_t rows = 0;
};

struct Candidate {
  std::string format;
  int64_t rows = 0;  ///< Rows that it reads.
  int64_t span = 0;  ///< Days from the first to the last day read.
};

std::string parse_expression(const std::string& text, const std::vector<std::string>& formats) {
  std::vector<std::string> quoted;
  for (const auto& format : formats) quoted.push_back(quote_literal(format));
  return fmt::format("try_strptime({}, [{}])", text, fmt::join(quoted, ", "));
}

std::string value_text(const RawTable::Column& column) {
  const std::string raw = raw_expression(column);
  return column.is_text() ? raw : fmt::format("CAST({} AS VARCHAR)", raw);
}

bool is_temporal(const RawTable::Column& column) {
  return column.type == "DATE" || column.type.starts_with("TIMESTAMP");
}

/// Rows and span of each candidate over the distinct values of `texts` that `formats_taken` cannot
/// read.
Result<std::vector<Candidate>> count_candidates(sql::Database& database,
                                                const std::vector<std::string>& taken) {
  std::vector<std::string> columns;
  for (const auto& format : date_formats()) {
    // A year of two digits must not be read as one of the first century.
    const std::string parsed = fmt::format("try_strptime(x, {})", quote_literal(format));
    const std::string plausible =
        fmt::format("{} BETWEEN TIMESTAMP '1900-01-01' AND TIMESTAMP '2199-12-31'", parsed);
    columns.push_back(
        fmt::format("coalesce(sum(n) FILTER (WHERE {0}), 0), coalesce(date_diff('day', min({1}) "
                    "FILTER (WHERE {0}), "
                    "max({1}) FILTER (WHERE {0})), 0)",
                    plausible, parsed));
  }
  const std::string left =
      taken.empty() ? "x IS NOT NULL"
                    : fmt::format("x IS NOT NULL AND {} IS NULL", parse_expression("x", taken));
  RESTOCK_TRY(const auto result, database.query(fmt::format("SELECT {} FROM ingest_dates WHERE {}",
                                                            fmt::join(columns, ", "), left)));
  std::vector<Candidate> out;
  for (size_t i = 0; i < date_formats().size(); ++i) {
    const auto whole = [&](size_t k) { return std::stoll(result.rows[0][k].value_or("0")); };
    out.push_back({date_formats()[i], whole(2 * i), whole(2 * i + 1)});
  }
  return out;
}

/// Most rows; then the smaller span; then the order of the list.
const Candidate& best_of(const std::vector<Candidate>& candidates) {
  return *std::min_element(candidates.begin(), candidates.end(),
                           [](const Candidate& a, const Candidate& b) {
                             if (a.rows != b.rows) return a.rows > b.rows;
                             return a.rows > 0 && a.span < b.span;
                           });
}

Result<std::vector<std::string>> choose_formats(sql::Database& database,
                                                const RawTable::Column& column,
                                                std::vector<DataFinding>& findings) {
  RESTOCK_TRY(const auto total,
              database.query("SELECT coalesce(sum(n), 0) FROM ingest_dates WHERE x IS NOT NULL"));
  std::vector<std::string> formats;
  int64_t left = total.single_integer();
  // Some exports mix dates with and without a time; more than a few formats is a sign of another
  // column.
  while (left > 0 && formats.size() < 4) {
    RESTOCK_TRY(const auto candidates, count_candidates(database, formats));
    const Candidate& best = best_of(candidates);
    const bool worthwhile =
        formats.empty() ? best.rows > 0 : best.rows * 100 >= total.single_integer();
    if (!worthwhile) break;
    for (const Candidate& other : candidates) {
      if (formats.empty() && other.rows == best.rows && &other != &best &&
          other.format.starts_with("%d/%m") != best.format.starts_with("%d/%m") &&
          other.format.size() == best.format.size() && other.format[2] == best.format[2]) {
        findings.push_back(
            {.severity = Severity::kWarning,
             .code = "date_format",
             .message = fmt::format(
                 "Dates read both as {} and as {}; {} was taken because its days lie closer "
                 "together. Set [data] date_format to be sure.",
                 best.format, other.format, best.format),
             .count = best.rows,
             .column = column.name});
      }
    }
    // Day first and month first must not stand side by side: each would read the other's mistakes.
    formats.push_back(best.format);
    left -= best.rows;
  }
  return formats;
}

Error unreadable(sql::Database& database, const RawTable& table, const RawTable::Column& column) {
  std::string examples;
  const auto seen =
      database.query("SELECT x FROM ingest_dates WHERE x IS NOT NULL ORDER BY n DESC, x LIMIT 3");
  if (seen.ok()) {
    for (const auto& row : seen->rows)
      examples += fmt::format("{}\"{}\"", examples.empty() ? "" : ", ", row[0].value_or(""));
  }
  return {Code::kInvalidData,
          examples.empty()
              ? fmt::format("{}: column {} has no value", table.files.front().name, column.name)
              : fmt::format("{}: no value of column {} can be read as a date; seen {}",
                            table.files.front().name, column.name, examples),
          "set [data] date_format to a strptime format such as \"%d.%m.%Y\", or name another "
          "column as date"};
}

/// Cut off leading and trailing days that hold next to nothing and lie far from all others.
void find_plausible_days(const std::vector<DayCount>& days, DateReading& reading) {
  int64_t rows = 0;
  for (const auto& day : days) rows += day.rows;
  const int64_t few = std::max<int64_t>(1, rows / 1000);
  size_t first = 0;
  size_t last = days.size();
  int64_t head = 0;
  int64_t tail = 0;
  const auto far = [&](size_t a, size_t b) {
    const int32_t gap = days[b].day - days[a].day;
    return gap > 366 && gap > (days[last - 1].day - days[first].day) / 2;
  };
  for (bool cut = true; cut;) {
    cut = false;
    head = 0;
    for (size_t i = first; i + 1 < last && (head += days[i].rows) <= few; ++i) {
      if (far(i, i + 1)) first = i + 1, cut = true;
      if (cut) break;
    }
    tail = 0;
    for (size_t i = last; i > first + 1 && (tail += days[i - 1].rows) <= few; --i) {
      if (far(i - 2, i - 1)) last = i - 1, cut = true;
      if (cut) break;
    }
  }
  reading.day_first = days[first].day;
  reading.day_last = days[last - 1].day;
}

/// Distinct raw values of a column that holds no dates by type, with their rows, for counting
/// formats.
Status collect_texts(sql::Database& database, const RawTable& table,
                     const RawTable::Column& column) {
  return database.execute(
      fmt::format("CREATE OR REPLACE TEMP TABLE ingest_dates AS SELECT {} AS x, count(*) AS n FROM "
                  "{} GROUP BY x",
                  value_text(column), table.plain_relation));
}

Status measure_days(sql::Database& database, const RawTable& table, const RawTable::Column& column,
                    DateReading& reading) {
  std::string source =
      fmt::format("(SELECT {} AS t, 1 AS n FROM {})", raw_expression(column), table.plain_relation);
  if (!is_temporal(column))
    source = fmt::format("(SELECT {} AS t, n FROM ingest_dates)",
                         parse_expression("x", reading.formats));
  // Plain dates have no time to look at, which is worth a second or two of a big table.
  const std::string times =
      column.type == "DATE"
          ? "'', '', 0"
          : "CAST(min(CAST(t AS TIME)) AS VARCHAR), CAST(max(CAST(t AS TIME)) AS VARCHAR), "
            "sum(n) FILTER (WHERE minute(t) <> 0 OR second(t) <> 0)";
  RESTOCK_TRY(const auto result,
              database.query(fmt::format("SELECT CAST(t AS DATE) - DATE '1970-01-01' AS d, sum(n), "
                                         "{} FROM {} WHERE t BETWEEN DATE "
                                         "'1900-01-01' AND DATE '2199-12-31' GROUP BY d ORDER BY d",
                                         times, source)));
  if (result.rows.empty()) return unreadable(database, table, column);
  std::vector<DayCount> days;
  std::string time_first = "24";
  std::string time_last;
  bool on_the_hour = true;
  for (const auto& row : result.rows) {
    days.push_back(
        {static_cast<int32_t>(std::stol(row[0].value_or("0"))), std::stoll(row[1].value_or("0"))});
    time_first = std::min(time_first, row[2].value_or(""));
    time_last = std::max(time_last, row[3].value_or(""));
    on_the_hour = on_the_hour && row[4].value_or("0") == "0";
  }
  std::set<int> days_of_month;
  for (const auto& day : days) days_of_month.insert(Date::from_days(day.day).day());
  reading.could_be_monthly = days_of_month.size() <= 4;
  // One and the same time on all rows (midnight, noon) is no time of day.
  reading.has_time_of_day = time_first != time_last;
  reading.on_the_hour = on_the_hour;
  find_plausible_days(days, reading);
  return {};
}

}  // namespace

const std::vector<std::string>& date_formats() {
  static const std::vector<std::string> formats = {"%Y-%m-%d",
                                                   "%Y-%m-%d %H:%M:%S",
                                                   "%Y-%m-%dT%H:%M:%S",
                                                   "%Y-%m-%d %H:%M",
                                                   "%Y-%m-%dT%H:%M",
                                                   "%Y-%m-%dT%H:%M:%SZ",
                                                   "%Y-%m-%d %H:%M:%S.%f",
                                                   "%Y-%m-%dT%H:%M:%S.%f",
                                                   "%Y-%m-%dT%H:%M:%S.%fZ",
                                                   "%Y-%m-%d %H:%M:%S%z",
                                                   "%Y-%m-%dT%H:%M:%S%z",
                                                   "%Y/%m/%d",
                                                   "%Y/%m/%d %H:%M:%S",
                                                   "%Y/%m/%d %H:%M",
                                                   "%Y%m%d",
                                                   "%Y-%m",
                                                   "%Y/%m",
                                                   "%Y%m",
                                                   "%m/%d/%Y",
                                                   "%d/%m/%Y",
                                                   "%m/%d/%y",
                                                   "%d/%m/%y",
                                                   "%m/%d/%Y %H:%M",
                                                   "%d/%m/%Y %H:%M",
                                                   "%m/%d/%y %H:%M",
                                                   "%d/%m/%y %H:%M",
                                                   "%m/%d/%Y %H:%M:%S",
                                                   "%d/%m/%Y %H:%M:%S",
                                                   "%m/%d/%Y %I:%M:%S %p",
                                                   "%d.%m.%Y",
                                                   "%d.%m.%y",
                                                   "%d.%m.%Y %H:%M",
                                                   "%d.%m.%Y %H:%M:%S",
                                                   "%d-%m-%Y",
                                                   "%m-%d-%Y",
                                                   "%d-%m-%Y %H:%M",
                                                   "%m-%d-%Y %H:%M",
                                                   "%d-%b-%Y",
                                                   "%d-%b-%y",
                                                   "%d %b %Y",
                                                   "%d %B %Y",
                                                   "%b %d, %Y",
                                                   "%B %d, %Y",
                                                   "%b %Y",
                                                   "%B %Y",
                                                   "%b-%y"};
  return formats;
}

Result<DateReading> read_dates(sql::Database& database, const RawTable& table,
                               const RawTable::Column& column, const std::string& format,
                               std::vector<DataFinding>& findings) {
  DateReading reading;
  if (is_temporal(column)) {
    reading.expression = column.type == "DATE"
                             ? raw_expression(column)
                             : fmt::format("CAST({} AS TIMESTAMP)", raw_expression(column));
    RESTOCK_TRY(measure_days(database, table, column, reading));
    return reading;
  }
  RESTOCK_TRY(collect_texts(database, table, column));
  if (format != "auto") {
    reading.formats = {format};
  } else {
    RESTOCK_TRY(reading.formats, choose_formats(database, column, findings));
  }
  if (reading.formats.empty()) return unreadable(database, table, column);
  RESTOCK_TRY(measure_days(database, table, column, reading));
  reading.expression = parse_expression(value_text(column), reading.formats);
  if (format == "auto" && reading.formats.front() != "%Y-%m-%d") {
    findings.push_back(
        {.code = "date_format",
         .message = fmt::format("Dates are read as {}.", fmt::join(reading.formats, " or ")),
         .column = column.name});
  }
  return reading;
}

}  // namespace restock::ingest
