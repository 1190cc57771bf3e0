#include "data/ingest/duplicate_rows.h"

#include <algorithm>

#include <fmt/format.h>

namespace restock::ingest {
namespace {

using sql::quote_identifier;

/// Bits that one pass over the data may hold; more series times periods take several passes.
constexpr int64_t kBitsMost = int64_t{1} << 31;

int64_t whole(const sql::Table& table, size_t column) {
  return std::stoll(table.rows.at(0).at(column).value_or("0"));
}

/// Hash of what makes two rows of one series and period equal.
std::string row_hash(const ColumnReading& reading, bool whole_row) {
  if (reading.event_id) return "hash(event_id)";
  if (whole_row) return "whole_row";
  std::vector<std::string> values = {"units"};
  if (reading.price) values.emplace_back("price");
  if (reading.promotion) values.emplace_back("promotion");
  if (reading.in_stock) values.emplace_back("in_stock");
  if (reading.stocked) values.emplace_back("stocked");
  if (reading.closed) values.emplace_back("closed");
  for (const auto& covariate : reading.covariates)
    values.push_back(quote_identifier(covariate.column));
  return fmt::format("hash({})", fmt::join(values, ", "));
}

/// Whether a record can be told from another that happens to say the same: by an id, or by a column
/// beyond the roles.
bool records_have_identity(const RawTable& table, const ColumnReading& reading) {
  size_t mapped = 2 + (reading.price ? 1 : 0) + (reading.promotion ? 1 : 0) +
                  (reading.in_stock ? 1 : 0) + (reading.closed ? 1 : 0) +
                  reading.covariates.size() + reading.attributes.size();
  for (const auto& key : reading.keys) mapped += key.name.empty() ? 0 : 1;
  return reading.event_id.has_value() || reading.has_time_of_day || table.columns.size() > mapped;
}

/// Where `scan_series` writes, and a further condition on the rows (on p, the period).
struct SeriesScan {
  std::string table;
  std::string condition;
};

/// One row a series into a temporary table; see `SeriesSummary`.
Status scan_series(sql::Database& database, const TypedRows& rows, const ColumnReading& reading,
                   const TimeAxis& axis, const DaySummary& days, const SeriesScan& scan) {
  const std::string period = period_expression(axis, "ts");
  const int64_t low = axis.period_of(Date::from_days(days.day_first));
  const int64_t high = axis.period_of(Date::from_days(days.day_last)) +
                       (axis.frequency == Frequency::kHourly ? 23 : 0);
  const int64_t passes =
      std::max<int64_t>(1, (days.series * (high - low + 1) + kBitsMost - 1) / kBitsMost);
  std::vector<std::string> columns;
  for (size_t i = 0; i < reading.attributes.size(); ++i) {
    columns.push_back(
        fmt::format(", max(attribute_{0}) AS {1}, (min(attribute_{0}) IS DISTINCT FROM "
                    "max(attribute_{0})) AS varies_{0}",
                    i, quote_identifier(reading.attributes[i].column)));
  }
  const std::string out_of_stock = reading.in_stock ? "count_if(NOT in_stock)" : "0";
  const std::string closed = reading.closed ? "count_if(closed)" : "0";
  for (int64_t pass = 0; pass < passes; ++pass) {
    const std::string bucket =
        passes == 1 ? "" : fmt::format(" AND hash({}) % {} = {}", key_list(reading), passes, pass);
    RESTOCK_TRY(database.execute(
        fmt::format("{} SELECT {}, count(*) AS n, bit_count(bitstring_agg(p, {}, {})) AS periods, "
                    "min(p) AS p_min, max(p) AS p_max, "
                    "max(p) FILTER (units IS NOT NULL) AS p_known, count(units) AS known, "
                    "count_if(units = 0) AS zeros, {} + {} AS flagged{} FROM "
                    "(SELECT *, {} AS p FROM {} WHERE reason IS NULL{}{}) GROUP BY {}",
                    pass == 0 ? fmt::format("CREATE OR REPLACE TEMP TABLE {} AS", scan.table)
                              : fmt::format("INSERT INTO {}", scan.table),
                    key_list(reading), low, high, out_of_stock, closed, fmt::join(columns, ""),
                    period, rows.plain, bucket, scan.condition, key_list(reading))));
  }
  return {};
}

/// The counts of a table of `scan_series` over all series.
Result<SeriesSummary> sum_series(sql::Database& database, const std::string& table) {
  RESTOCK_TRY(
      const auto sums,
      database.query(fmt::format(
          "SELECT count(*), sum(n), sum(periods), sum(p_max - p_min + 1), sum(known), sum(zeros), "
          "sum(flagged), max(p_known), max(p_max) FROM {}",
          table)));
  SeriesSummary out;
  out.series = whole(sums, 0);
  out.rows = whole(sums, 1);
  out.periods = whole(sums, 2);
  out.life = whole(sums, 3);
  out.known = whole(sums, 4);
  out.zeros = whole(sums, 5);
  out.flagged = whole(sums, 6);
  out.any_known = sums.rows[0][7].has_value();
  out.last_known = static_cast<Period>(whole(sums, 7));
  out.last = static_cast<Period>(whole(sums, 8));
  return out;
}

}  // namespace

Result<SeriesSummary> summarise_series(sql::Database& database, const TypedRows& rows,
                                       const ColumnReading& reading, const TimeAxis& axis,
                                       const DaySummary& days) {
  if (days.rows == days.bad)
    return Error{Code::kInvalidData, "no row of the data can be used",
                 "see the quarantine for the reasons"};
  RESTOCK_TRY(scan_series(database, rows, reading, axis, days, {"ingest_series", ""}));
  return sum_series(database, "ingest_series");
}

Result<SeriesSummary> summarise_until(sql::Database& database, const TypedRows& rows,
                                      const ColumnReading& reading, const TimeAxis& axis,
                                      const DaySummary& days, Period until) {
  RESTOCK_TRY(scan_series(database, rows, reading, axis, days,
                          {"ingest_series_until", fmt::format(" AND p <= {}", until)}));
  RESTOCK_TRY(const SeriesSummary out, sum_series(database, "ingest_series_until"));
  RESTOCK_TRY(database.execute("DROP TABLE ingest_series_until"));
  return out;
}

Result<int64_t> reject_duplicates(sql::Database& database, const RawTable& table,
                                  const TypedRows& rows, const ColumnReading& reading,
                                  const TimeAxis& axis, DuplicateRule rule,
                                  const SeriesSummary& summary) {
  RESTOCK_TRY(
      database.execute("CREATE OR REPLACE TEMP TABLE ingest_duplicates (row_file VARCHAR, "
                       "row_number BIGINT, reason VARCHAR, "
                       "series VARCHAR, raw VARCHAR)"));
  if (summary.rows == summary.periods && !reading.event_id) return 0;
  const bool sum = rule == DuplicateRule::kSum;
  if (sum && !records_have_identity(table, reading)) return 0;
  std::string verdict;
  std::string group = fmt::format("{}, p", key_list(reading));
  if (sum) {
    verdict = "CASE WHEN copy > 1 THEN 'exact_duplicate' END";
    group = "same";
  } else if (rule == DuplicateRule::kLast) {
    verdict = "CASE WHEN from_end > 1 THEN 'superseded' END";
  } else {
    verdict =
        "CASE WHEN copy > 1 THEN 'exact_duplicate' WHEN same_low <> same_high THEN "
        "'conflicting_duplicate' END";
  }
  std::vector<std::string> parts;
  for (const auto& key : reading.keys) parts.push_back(quote_identifier(key.column));
  const std::string windows =
      sum ? "row_number() OVER (PARTITION BY same, " + key_list(reading) +
                ", p ORDER BY row_file, row_number) AS copy"
          : fmt::format(
                "row_number() OVER (PARTITION BY {0}, same ORDER BY row_file, row_number) AS copy, "
                "row_number() OVER (PARTITION BY "
                "{0} ORDER BY row_file DESC, row_number DESC) AS from_end, min(same) OVER "
                "(PARTITION BY {0}) AS same_low, "
                "max(same) OVER (PARTITION BY {0}) AS same_high",
                group);
  // Memory: about 60 bytes a row and pass.
  RESTOCK_TRY(const auto dirty,
              database.query("SELECT coalesce(sum(n), 0) FROM ingest_series WHERE n > periods"));
  const int64_t passes = std::max<int64_t>(1, dirty.single_integer() / 8000000);
  for (int64_t pass = 0; pass < passes; ++pass) {
    const std::string bucket =
        passes == 1 ? "" : fmt::format(" AND hash({}) % {} = {}", key_list(reading), passes, pass);
    RESTOCK_TRY(database.execute(fmt::format(
        "INSERT INTO ingest_duplicates SELECT row_file, row_number, verdict, series, NULL FROM "
        "(SELECT *, {} AS verdict FROM (SELECT *, {} "
        "FROM (SELECT row_file, row_number, {}, concat_ws('/', {}) AS series, {} AS p, {} AS same "
        "FROM {} AS typed WHERE reason IS NULL{} AND "
        "EXISTS (SELECT 1 FROM ingest_series AS s WHERE s.n > s.periods AND {})))) WHERE verdict "
        "IS NOT NULL",
        verdict, windows, key_list(reading), fmt::join(parts, ", "), period_expression(axis, "ts"),
        row_hash(reading, sum), rows.traced, bucket, [&] {
          std::vector<std::string> equal;
          for (const auto& part : parts) equal.push_back(fmt::format("s.{0} = typed.{0}", part));
          return fmt::format("{}", fmt::join(equal, " AND "));
        }())));
  }
  RESTOCK_TRY(const auto count, database.query("SELECT count(*) FROM ingest_duplicates"));
  return count.single_integer();
}

}  // namespace restock::ingest
