#include "data/ingest/findings.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace restock::ingest {
namespace {

using sql::quote_identifier;

struct ReasonText {
  std::string_view code;
  std::string_view text;
};

constexpr std::array<ReasonText, 16> kReasons = {{
    {"bad_row", "cannot be cut into columns"},
    {"missing_key", "lack a key"},
    {"missing_date", "lack a date"},
    {"bad_date", "have a date that cannot be read"},
    {"date_out_of_range", "have a date far from all others"},
    {"bad_units", "have units that are no plausible number"},
    {"negative_units", "have negative units (returns); see [data] returns"},
    {"bad_price", "have a price that is no positive number"},
    {"bad_promotion", "have a promotion that is no number from 0"},
    {"bad_in_stock",
     "have a stock flag that is neither yes nor no, or hours out of stock that are not 0 to "
     "open_hours"},
    {"bad_closed", "have a closure flag that is neither yes nor no"},
    {"bad_covariate", "have a covariate that is no number"},
    {"exact_duplicate", "repeat another row"},
    {"conflicting_duplicate",
     "contradict another row of the same series and period; see [data] duplicates"},
    {"superseded", "are followed by a later row of the same series and period"},
    {"unknown_series", "name a series without sales"},
}};

int64_t whole(const sql::Table& table, size_t column) {
  return std::stoll(table.rows.at(0).at(column).value_or("0"));
}

/// "store=1 product=7" of the first series that fulfils a condition.
Result<std::string> first_series(sql::Database& database, const ColumnReading& reading,
                                 const std::string& condition) {
  std::vector<std::string> parts;
  for (const auto& key : reading.keys) {
    parts.push_back(fmt::format("{} || {}", sql::quote_literal(key.column + "="),
                                quote_identifier(key.column)));
  }
  RESTOCK_TRY(const auto table,
              database.query(fmt::format(
                  "SELECT concat_ws(' ', {}) FROM ingest_series WHERE {} ORDER BY {} LIMIT 1",
                  fmt::join(parts, ", "), condition, key_list(reading))));
  return table.rows.empty() ? std::string() : table.rows[0][0].value_or("");
}

/// Tell how many series fulfil a condition, with the first; nothing if none does.
Status report_condition(sql::Database& database, const ColumnReading& reading,
                        const std::string& condition, Severity severity, const std::string& code,
                        const std::string& column, const std::string& sentence,
                        std::vector<DataFinding>& findings) {
  RESTOCK_TRY(const auto table, database.query(fmt::format(
                                    "SELECT count(*) FROM ingest_series WHERE {}", condition)));
  const int64_t count = table.single_integer();
  if (count == 0) return {};
  RESTOCK_TRY(const std::string series, first_series(database, reading, condition));
  findings.push_back({.severity = severity,
                      .code = code,
                      .message = fmt::format("{} series {}, such as {}.", count, sentence, series),
                      .count = count,
                      .column = column});
  return {};
}

}  // namespace

const char* severity_name(Severity severity) {
  switch (severity) {
    case Severity::kNote:
      return "note";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "note";
}

int64_t ImportResult::rows_quarantined() const {
  int64_t total = 0;
  for (const auto& [reason, count] : quarantined) total += count;
  return total;
}

std::string describe_reason(const std::string& reason, int64_t count) {
  for (const ReasonText& known : kReasons) {
    if (known.code == reason) return fmt::format("{} rows {}.", count, known.text);
  }
  return fmt::format("{} rows: {}.", count, reason);
}

Status report_quarantine(sql::Database& database, ImportResult& result) {
  RESTOCK_TRY(
      const auto table,
      database.query("SELECT reason, n, file, \"row\", \"column\", \"value\" FROM (SELECT *, "
                     "count(*) OVER (PARTITION BY reason) AS "
                     "n, row_number() OVER (PARTITION BY reason ORDER BY file, \"row\") AS i FROM "
                     "(SELECT reason, file, \"row\", "
                     "\"column\", \"value\" FROM ingest_quarantine)) WHERE i = 1 ORDER BY reason"));
  for (const auto& row : table.rows) {
    const std::string reason = row[0].value_or("");
    const int64_t count = std::stoll(row[1].value_or("0"));
    result.quarantined[reason] = count;
    result.findings.push_back({.severity = Severity::kError,
                               .code = reason,
                               .message = describe_reason(reason, count),
                               .count = count,
                               .file = row[2].value_or(""),
                               .row = std::stoll(row[3].value_or("0")),
                               .column = row[4].value_or(""),
                               .value = row[5].value_or("")});
  }
  return {};
}

Status report_series(sql::Database& database, const ColumnReading& reading,
                     const SalesSchema& schema, const SeriesSummary& summary,
                     std::vector<DataFinding>& findings) {
  const int64_t gaps = summary.life - summary.periods;
  if (gaps > 0) {
    findings.push_back(
        {.code = "gap_periods",
         .message = fmt::format(
             "{} of {} periods inside the series' lives have no row ({:.1f} %).", gaps,
             summary.life, 100.0 * static_cast<double>(gaps) / static_cast<double>(summary.life)),
         .count = gaps});
  }
  const int season = std::max(schema.axis.short_season() * 4, 8);
  RESTOCK_TRY(report_condition(
      database, reading, fmt::format("p_known < {} - {}", summary.last_known, season),
      Severity::kNote, "ended_series", "",
      fmt::format("have no sales in the last {} periods", season), findings));
  RESTOCK_TRY(report_condition(database, reading, "p_known IS NULL", Severity::kWarning,
                               "no_known_sales", "",
                               "have no row with units; they get a fallback forecast", findings));
  for (size_t i = 0; i < reading.attributes.size(); ++i) {
    RESTOCK_TRY(report_condition(
        database, reading, fmt::format("varies_{}", i), Severity::kWarning, "attribute_changes",
        reading.attributes[i].name,
        fmt::format("have several values of {}; the greatest is used", reading.attributes[i].name),
        findings));
  }
  if (reading.in_stock) {
    RESTOCK_TRY(const auto table,
                database.query("SELECT coalesce(sum(flagged), 0) FROM ingest_series"));
    findings.push_back(
        {.code = "flagged_periods",
         .message = fmt::format(
             "{} rows are marked out of stock or closed; their demand is not taken as zero.",
             whole(table, 0)),
         .count = whole(table, 0)});
  }
  return {};
}

}  // namespace restock::ingest
