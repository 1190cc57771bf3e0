#include "data/ingest/typed_rows.h"

#include <vector>

#include <fmt/format.h>

namespace restock::ingest {
namespace {

using sql::quote_identifier;
using sql::quote_literal;

/// One check: the reason, the SQL condition over the inner columns, and the column and raw value it
/// blames.
struct Check {
  std::string reason;
  std::string condition;
  std::string column;
  std::string raw;
};

/// Larger sales in one row are a typing error, and beyond what a float sums exactly.
constexpr const char* kUnitsMost = "1e12";

std::vector<Check> make_checks(const ColumnReading& reading, const std::string& returns) {
  std::vector<Check> checks;
  for (const auto& key : reading.keys) {
    if (key.name.empty()) continue;
    checks.push_back(
        {"missing_key", fmt::format("{} IS NULL", quote_identifier(key.column)), key.name, "NULL"});
  }
  checks.push_back({"missing_date", "ts_raw IS NULL", reading.date.name, "NULL"});
  checks.push_back({"bad_date", "ts IS NULL", reading.date.name, "ts_raw"});
  checks.push_back({"date_out_of_range",
                    fmt::format("CAST(ts AS DATE) - DATE '1970-01-01' NOT BETWEEN {} AND {}",
                                reading.day_first, reading.day_last),
                    reading.date.name, "ts_raw"});
  checks.push_back(
      {"bad_units",
       fmt::format(
           "units_raw IS NOT NULL AND (units IS NULL OR NOT isfinite(units) OR abs(units) > {})",
           kUnitsMost),
       reading.units.name, "units_raw"});
  if (returns == "quarantine")
    checks.push_back({"negative_units", "units < 0", reading.units.name, "units_raw"});
  if (reading.price) {
    // A price of nothing for something sold is an adjustment, not a sale; beside no sale it only
    // means "no price".
    checks.push_back({"bad_price",
                      "price_raw IS NOT NULL AND (price IS NULL OR NOT isfinite(price) OR price < "
                      "0 OR (price = 0 AND units <> 0))",
                      reading.price->name, "price_raw"});
  }
  if (reading.promotion) {
    checks.push_back({"bad_promotion",
                      "promotion_raw IS NOT NULL AND (promotion IS NULL OR NOT isfinite(promotion) "
                      "OR promotion < 0)",
                      reading.promotion->name, "promotion_raw"});
  }
  if (reading.in_stock) {
    checks.push_back({"bad_in_stock", "in_stock_raw IS NOT NULL AND in_stock IS NULL",
                      reading.in_stock->name, "in_stock_raw"});
  }
  if (reading.closed) {
    checks.push_back({"bad_closed", "closed_raw IS NOT NULL AND closed IS NULL",
                      reading.closed->name, "closed_raw"});
  }
  for (size_t i = 0; i < reading.covariates.size(); ++i) {
    const std::string column = quote_identifier(reading.covariates[i].column);
    checks.push_back(
        {"bad_covariate",
         fmt::format("covariate_raw_{0} IS NOT NULL AND ({1} IS NULL OR NOT isfinite({1}))", i,
                     column),
         reading.covariates[i].name, fmt::format("covariate_raw_{}", i)});
  }
  return checks;
}

/// Typed and raw values side by side.
std::vector<std::string> inner_columns(const ColumnReading& reading) {
  std::vector<std::string> columns;
  const auto both = [&](const ColumnReading::Role& role, const std::string& typed,
                        const std::string& raw) {
    columns.push_back(fmt::format("{} AS {}", role.typed, typed));
    columns.push_back(fmt::format("{} AS {}", role.raw, raw));
  };
  for (const auto& key : reading.keys)
    columns.push_back(fmt::format("{} AS {}", key.typed, quote_identifier(key.column)));
  both(reading.date, "ts", "ts_raw");
  both(reading.units, "units", "units_raw");
  if (reading.price) both(*reading.price, "price", "price_raw");
  if (reading.promotion) both(*reading.promotion, "promotion", "promotion_raw");
  if (reading.in_stock) both(*reading.in_stock, "in_stock", "in_stock_raw");
  if (reading.stocked) columns.push_back(fmt::format("{} AS stocked", reading.stocked->typed));
  if (reading.closed) both(*reading.closed, "closed", "closed_raw");
  for (size_t i = 0; i < reading.covariates.size(); ++i) {
    both(reading.covariates[i], quote_identifier(reading.covariates[i].column),
         fmt::format("covariate_raw_{}", i));
  }
  for (size_t i = 0; i < reading.attributes.size(); ++i) {
    columns.push_back(fmt::format("{} AS attribute_{}", reading.attributes[i].typed, i));
  }
  if (reading.event_id) columns.push_back(fmt::format("{} AS event_id", reading.event_id->typed));
  return columns;
}

std::vector<std::string> outer_columns(const ColumnReading& reading, const std::string& returns) {
  std::vector<std::string> columns = {key_list(reading), "ts",
                                      returns == "zero" ? "greatest(units, 0) AS units" : "units"};
  // Null stays null under greatest().
  if (returns == "zero") columns.back() = "CASE WHEN units < 0 THEN 0 ELSE units END AS units";
  if (reading.price) columns.emplace_back("CASE WHEN price = 0 THEN NULL ELSE price END AS price");
  if (reading.promotion) columns.emplace_back("promotion");
  if (reading.in_stock) columns.emplace_back("in_stock");
  if (reading.stocked) columns.emplace_back("stocked");
  if (reading.closed) columns.emplace_back("closed");
  for (const auto& covariate : reading.covariates)
    columns.push_back(quote_identifier(covariate.column));
  for (size_t i = 0; i < reading.attributes.size(); ++i)
    columns.push_back(fmt::format("attribute_{}", i));
  if (reading.event_id) columns.emplace_back("event_id");
  return columns;
}

std::string case_of(const std::vector<Check>& checks, std::string (*pick)(const Check&)) {
  std::string sql = "CASE";
  for (const Check& check : checks)
    sql += fmt::format(" WHEN {} THEN {}", check.condition, pick(check));
  return sql + " END";
}

}  // namespace

std::string key_list(const ColumnReading& reading, const std::string& prefix) {
  std::vector<std::string> names;
  names.reserve(reading.keys.size());
  for (const auto& key : reading.keys) names.push_back(prefix + quote_identifier(key.column));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string raw_json_expression(const RawTable& table, const std::string& prefix) {
  std::vector<std::string> fields;
  fields.reserve(table.columns.size());
  for (const auto& column : table.columns) {
    fields.push_back(
        fmt::format("{}: {}{}", quote_literal(column.name), prefix, quote_identifier(column.name)));
  }
  return fmt::format("CAST(to_json({{{}}}) AS VARCHAR)", fmt::join(fields, ", "));
}

TypedRows make_typed_rows(const RawTable& table, const ColumnReading& reading,
                          const std::string& returns) {
  const auto checks = make_checks(reading, returns);
  const std::string reason =
      case_of(checks, [](const Check& check) { return quote_literal(check.reason); });
  const std::string column =
      case_of(checks, [](const Check& check) { return quote_literal(check.column); });
  const std::string value = case_of(
      checks, [](const Check& check) { return fmt::format("CAST({} AS VARCHAR)", check.raw); });
  const auto inner = inner_columns(reading);
  const auto outer = outer_columns(reading, returns);
  std::vector<std::string> raw_columns;
  for (const auto& name : table.names()) raw_columns.push_back(quote_identifier(name));
  TypedRows rows;
  rows.plain =
      fmt::format("(SELECT {}, {} AS reason FROM (SELECT {} FROM {}))", fmt::join(outer, ", "),
                  reason, fmt::join(inner, ", "), table.plain_relation);
  rows.traced = fmt::format(
      "(SELECT row_file, row_number, raw, whole_row, {}, {} AS reason, {} AS bad_column, {} AS "
      "bad_value FROM (SELECT row_file, "
      "row_number, {} AS raw, hash({}) AS whole_row, {} FROM {}))",
      fmt::join(outer, ", "), reason, column, value, raw_json_expression(table),
      fmt::join(raw_columns, ", "), fmt::join(inner, ", "), table.relation);
  return rows;
}

std::string period_expression(const TimeAxis& axis, const std::string& ts) {
  switch (axis.frequency) {
    case Frequency::kHourly:
      return fmt::format(
          "CAST(date_diff('hour', TIMESTAMP '1970-01-01', CAST({} AS TIMESTAMP)) AS INTEGER)", ts);
    case Frequency::kDaily:
      return fmt::format("CAST(CAST({} AS DATE) - DATE '1970-01-01' AS INTEGER)", ts);
    case Frequency::kWeekly:
      return fmt::format(
          "CAST(floor((CAST({} AS DATE) - DATE '1970-01-01' - {}) / 7.0) AS INTEGER)", ts,
          4 + axis.week_start);
    case Frequency::kMonthly:
      return fmt::format("CAST((year({0}) - 1970) * 12 + month({0}) - 1 AS INTEGER)", ts);
  }
  return "NULL";
}

std::string period_start_expression(const TimeAxis& axis, const std::string& period) {
  switch (axis.frequency) {
    case Frequency::kHourly:
      return fmt::format("TIMESTAMP '1970-01-01' + to_hours({})", period);
    case Frequency::kDaily:
      return fmt::format("DATE '1970-01-01' + {}", period);
    case Frequency::kWeekly:
      return fmt::format("DATE '1970-01-01' + ({} * 7 + {})", period, 4 + axis.week_start);
    case Frequency::kMonthly:
      return fmt::format("CAST(DATE '1970-01-01' + to_months({}) AS DATE)", period);
  }
  return "NULL";
}

}  // namespace restock::ingest
