#include "data/ingest/column_reading.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "data/ingest/date_reading.h"
#include "foundation/config/suggest.h"

namespace restock::ingest {
namespace {

using sql::quote_identifier;
using sql::quote_literal;

/// Columns of the sales table that a key or covariate must not be named like.
constexpr std::array<std::string_view, 13> kReserved = {
    "date",   "units",        "price",       "promotion",  "in_stock", "stocked", "closed",
    "run_id", "period_start", "source_file", "source_row", "known_at", "reason"};

std::string table_column(const std::string& name) {
  std::string folded = name;
  for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return std::find(kReserved.begin(), kReserved.end(), folded) == kReserved.end()
             ? name
             : name + "_column";
}

bool is_floating(const RawTable::Column& column) {
  return column.type == "DOUBLE" || column.type == "FLOAT";
}

/// A flag of text: words first, then numbers.
std::string text_flag(const std::string& value) {
  return fmt::format(
      "CASE WHEN lower({0}) IN ('true', 't', 'yes', 'y', '1', '1.0', 'on') THEN true "
      "WHEN lower({0}) IN ('false', 'f', 'no', 'n', '0', '0.0', 'off') THEN false ELSE "
      "try_cast({0} AS DOUBLE) <> 0 END",
      value);
}

/// Collects what is missing, so that all of it is told at once.
class ColumnFinder {
 public:
  explicit ColumnFinder(const RawTable& table) : table_(table) {}

  const RawTable::Column* find(const std::string& role, const std::string& name) {
    if (name.empty()) return nullptr;
    const auto* column = table_.find(name);
    if (column == nullptr) {
      problems_ +=
          fmt::format("{}{}", problems_.empty() ? "" : "; ",
                      missing_column(role, name, table_.files.front().name, table_.names()));
    }
    return column;
  }
  [[nodiscard]] Status status() const {
    if (problems_.empty()) return {};
    return Error{Code::kInvalidData,
                 fmt::format("{}; the columns are {}", problems_, fmt::join(table_.names(), ", ")),
                 "name the columns under [data] in restock.toml"};
  }

 private:
  const RawTable& table_;
  std::string problems_;
};

/// A planned quantity that may be a number, a flag or a text: a text counts as 1 unless it says
/// "nothing".
Result<std::string> intensity_expression(sql::Database& database, const RawTable& table,
                                         const RawTable::Column& column, bool decimal_comma,
                                         std::vector<DataFinding>& findings) {
  if (!column.is_text()) {
    return column.type == "BOOLEAN" ? fmt::format("CAST({} AS DOUBLE)", raw_expression(column))
                                    : number_expression(column, false);
  }
  const std::string raw = raw_expression(column);
  const std::string number = fmt::format("coalesce({}, CAST({} AS DOUBLE))",
                                         number_expression(column, decimal_comma), text_flag(raw));
  RESTOCK_TRY(const auto counts,
              database.query(fmt::format(
                  "SELECT count({0}), count({1}), count(DISTINCT {1}), count(DISTINCT {0}) FILTER "
                  "(WHERE {1} IS NULL) FROM {2}",
                  raw, number, table.plain_relation)));
  const auto whole = [&](size_t i) { return std::stoll(counts.rows[0][i].value_or("0")); };
  const int64_t texts = whole(0) - whole(1);
  // Labels: mostly texts, or a few different texts beside 0 and 1. Texts among many numbers are
  // typing errors.
  const bool labels = texts * 2 > whole(0) || (whole(2) <= 2 && whole(3) <= 50);
  if (texts == 0 || !labels) return number;
  findings.push_back(
      {.code = "text_flag",
       .message = fmt::format(
           "Column {} holds texts; every text but 0, no, none and false counts as 1.", column.name),
       .count = texts,
       .column = column.name});
  return fmt::format(
      "CASE WHEN {0} IS NULL THEN 0.0 WHEN lower({0}) IN ('0', 'no', 'none', 'false', 'n', 'f') "
      "THEN 0.0 ELSE 1.0 END",
      raw);
}

}  // namespace

std::string raw_expression(const RawTable::Column& column) {
  const std::string name = quote_identifier(column.name);
  if (is_floating(column)) return fmt::format("CASE WHEN isnan({0}) THEN NULL ELSE {0} END", name);
  if (!column.is_text()) return name;
  return fmt::format(
      "CASE WHEN trim({0}) IN ('', 'NA', 'N/A', 'NaN', 'nan', 'NULL', 'null', 'None', 'NaT') THEN "
      "NULL ELSE trim({0}) END",
      name);
}

std::string number_expression(const RawTable::Column& column, bool decimal_comma) {
  const std::string raw = raw_expression(column);
  if (!column.is_text()) return fmt::format("try_cast({} AS DOUBLE)", raw);
  const std::string bare = fmt::format("trim({}, '$£€¥ ')", raw);
  if (decimal_comma)
    return fmt::format("try_cast(replace(replace({}, '.', ''), ',', '.') AS DOUBLE)", bare);
  return fmt::format(
      "coalesce(try_cast({0} AS DOUBLE), try_cast({1} AS DOUBLE), CASE WHEN regexp_full_match({1}, "
      "'[+-]?[0-9]{{1,3}}(,[0-9]{{3}})+([.][0-9]*)?') THEN try_cast(replace({1}, ',', '') AS "
      "DOUBLE) END)",
      raw, bare);
}

std::string flag_expression(const RawTable::Column& column) {
  if (column.type == "BOOLEAN") return quote_identifier(column.name);
  const std::string raw = raw_expression(column);
  return column.is_text() ? text_flag(raw) : fmt::format("({} <> 0)", raw);
}

std::string text_expression(const RawTable::Column& column) {
  const std::string name = quote_identifier(column.name);
  if (column.is_text()) return fmt::format("nullif(trim({}), '')", name);
  if (is_floating(column)) {
    return fmt::format(
        "CASE WHEN abs({0}) < 9e15 AND {0} = floor({0}) THEN CAST(CAST({0} AS BIGINT) AS VARCHAR) "
        "ELSE CAST({1} AS VARCHAR) END",
        name, raw_expression(column));
  }
  return fmt::format("CAST({} AS VARCHAR)", name);
}

std::string missing_column(const std::string& role, const std::string& name,
                           const std::string& file, const std::vector<std::string>& columns) {
  return fmt::format("{} has no column \"{}\" ({}){}", file, name, role,
                     did_you_mean(name, columns));
}

Result<bool> uses_decimal_comma(sql::Database& database, const std::string& relation,
                                const RawTable::Column& column) {
  if (!column.is_text()) return false;
  const std::string value = fmt::format("trim({}, '$£€¥ ')", quote_identifier(column.name));
  RESTOCK_TRY(const auto counts,
              database.query(fmt::format(
                  "SELECT count_if(regexp_full_match({0}, '[+-]?[0-9.]*,[0-9]+') AND NOT "
                  "regexp_full_match({0}, "
                  "'[+-]?[0-9]{{1,3}}(,[0-9]{{3}})+')), count_if(regexp_full_match({0}, "
                  "'[+-]?[0-9,]*[.][0-9]+') AND "
                  "NOT regexp_full_match({0}, '[+-]?[0-9]{{1,3}}([.][0-9]{{3}})+')) FROM {1}",
                  value, relation)));
  return std::stoll(counts.rows[0][0].value_or("0")) > std::stoll(counts.rows[0][1].value_or("0"));
}

namespace {

/// Turns one configured name into a role. The functions below fill a `ColumnReading` with them.
struct RoleMaker {
  sql::Database& database;
  const RawTable& table;
  const DataConfig& config;
  std::vector<DataFinding>& findings;

  Result<bool> decimal_comma(const RawTable::Column& column) const {
    if (config.decimal != "auto") return config.decimal == ",";
    return uses_decimal_comma(database, table.plain_relation, column);
  }
  Result<ColumnReading::Role> number(const RawTable::Column& column,
                                     const std::string& name) const {
    RESTOCK_TRY(const bool comma, decimal_comma(column));
    return ColumnReading::Role{column.name, name, raw_expression(column),
                               number_expression(column, comma)};
  }
  Result<ColumnReading::Role> intensity(const RawTable::Column& column,
                                        const std::string& name) const {
    RESTOCK_TRY(const bool comma, decimal_comma(column));
    RESTOCK_TRY(const std::string typed,
                intensity_expression(database, table, column, comma, findings));
    return ColumnReading::Role{column.name, name, raw_expression(column), typed};
  }
  /// 1 - hours / open_hours; NULL where that is no share.
  Result<ColumnReading::Role> share_with_stock(const RawTable::Column& column) const {
    RESTOCK_TRY(ColumnReading::Role role, number(column, "stocked"));
    role.typed = fmt::format("CASE WHEN ({0}) BETWEEN 0 AND {1} THEN 1 - ({0}) / {1} END",
                             role.typed, config.open_hours);
    return role;
  }
  static ColumnReading::Role text(const RawTable::Column& column) {
    return {column.name, table_column(column.name), raw_expression(column),
            text_expression(column)};
  }
  /// `inverted`: the column says the opposite of what the role is called.
  static ColumnReading::Role flag(const RawTable::Column& column, const std::string& name,
                                  bool inverted) {
    const std::string typed = flag_expression(column);
    return {column.name, name, raw_expression(column),
            inverted ? fmt::format("NOT ({})", typed) : typed};
  }
};

Status check_columns(const RawTable& table, const DataConfig& config) {
  ColumnFinder finder(table);
  const bool wide = config.layout == "wide";
  for (const auto& key : config.keys) finder.find("[data] keys", key);
  if (!wide) finder.find("[data] date", config.date);
  if (!wide) finder.find("[data] units", config.units);
  finder.find("[data] price", config.price);
  finder.find("[data] promotion", config.promotion);
  finder.find("[data] in_stock", config.in_stock);
  finder.find("[data] out_of_stock", config.out_of_stock);
  finder.find("[data] out_of_stock_hours", config.out_of_stock_hours);
  finder.find("[data] closed", config.closed);
  finder.find("[data] open", config.open);
  finder.find("[data] event_id", config.event_id);
  for (const auto& name : config.covariates) finder.find("[data] covariates", name);
  for (const auto& name : config.attributes) finder.find("[data] attributes", name);
  return finder.status();
}

Status read_planned_columns(const RoleMaker& make, ColumnReading& reading) {
  const auto column = [&](const std::string& name) {
    return name.empty() ? nullptr : make.table.find(name);
  };
  if (const auto* price = column(make.config.price)) {
    RESTOCK_TRY(reading.price, make.number(*price, "price"));
  }
  if (const auto* promotion = column(make.config.promotion)) {
    RESTOCK_TRY(reading.promotion, make.intensity(*promotion, "promotion"));
  }
  if (const auto* flag = column(make.config.in_stock))
    reading.in_stock = make.flag(*flag, "in_stock", false);
  if (const auto* flag = column(make.config.out_of_stock))
    reading.in_stock = make.flag(*flag, "in_stock", true);
  if (const auto* hours = column(make.config.out_of_stock_hours)) {
    RESTOCK_TRY(reading.stocked, make.share_with_stock(*hours));
    reading.in_stock = reading.stocked;
    reading.in_stock->column = "in_stock";
    reading.in_stock->typed = fmt::format("({}) = 1", reading.stocked->typed);
  }
  if (const auto* flag = column(make.config.closed))
    reading.closed = make.flag(*flag, "closed", false);
  if (const auto* flag = column(make.config.open))
    reading.closed = make.flag(*flag, "closed", true);
  for (const auto& name : make.config.covariates) {
    RESTOCK_TRY(ColumnReading::Role role,
                make.intensity(*make.table.find(name), table_column(name)));
    reading.covariates.push_back(std::move(role));
  }
  return {};
}

/// Dates of a wide table whose columns are numbered: the number counts days (periods) from
/// `wide_start`.
std::string numbered_date(const DataConfig& config) {
  const std::string number = "try_cast(regexp_extract(wide_date, '([0-9]+)$', 1) AS INTEGER)";
  const std::string start = fmt::format("try_cast({} AS DATE)", quote_literal(config.wide_start));
  if (config.frequency == "weekly") return fmt::format("{} + 7 * ({} - 1)", start, number);
  if (config.frequency == "monthly")
    return fmt::format("CAST({} + to_months({} - 1) AS DATE)", start, number);
  return fmt::format("{} + ({} - 1)", start, number);
}

}  // namespace

Result<ColumnReading> read_columns(sql::Database& database, const RawTable& table,
                                   const DataConfig& config, std::vector<DataFinding>& findings) {
  RESTOCK_TRY(check_columns(table, config));
  const RoleMaker make{database, table, config, findings};
  const bool wide = config.layout == "wide";
  ColumnReading reading;
  for (const auto& key : config.keys) reading.keys.push_back(RoleMaker::text(*table.find(key)));
  if (reading.keys.empty()) reading.keys.push_back({"", "series", "'all'", "'all'"});
  RESTOCK_TRY(reading.units, make.number(*table.find(wide ? "wide_units" : config.units), "units"));
  RESTOCK_TRY(read_planned_columns(make, reading));
  for (const auto& name : config.attributes)
    reading.attributes.push_back(RoleMaker::text(*table.find(name)));
  if (!config.event_id.empty()) reading.event_id = RoleMaker::text(*table.find(config.event_id));

  const RawTable::Column date = *table.find(wide ? "wide_date" : config.date);
  RawTable dated = table;
  RawTable::Column readable = date;
  if (wide && !config.wide_start.empty()) {
    dated.plain_relation = fmt::format("(SELECT {} AS wide_date FROM {})", numbered_date(config),
                                       table.plain_relation);
    readable.type = "DATE";
  }
  RESTOCK_TRY(const DateReading dates,
              read_dates(database, dated, readable, config.date_format, findings));
  reading.date = {date.name, "date", raw_expression(date),
                  wide && !config.wide_start.empty() ? numbered_date(config) : dates.expression};
  reading.has_time_of_day = dates.has_time_of_day;
  reading.on_the_hour = dates.on_the_hour;
  reading.could_be_monthly = dates.could_be_monthly;
  reading.day_first = dates.day_first;
  reading.day_last = dates.day_last;
  return reading;
}

}  // namespace restock::ingest
