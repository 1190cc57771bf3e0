#include "data/ingest/import_sales.h"

#include <algorithm>

#include <fmt/format.h>

#include "data/ingest/axis_detection.h"
#include "data/ingest/column_reading.h"
#include "data/ingest/duplicate_rows.h"
#include "data/ingest/findings.h"
#include "data/ingest/raw_table.h"
#include "data/ingest/source_files.h"
#include "data/ingest/typed_rows.h"

namespace restock::ingest {
namespace {

using sql::quote_identifier;
using sql::quote_literal;

/// More bad rows than this share mean a wrong mapping, not dirty data.
constexpr double kBadRowsMost = 0.5;
/// Rows per series and period above which several rows are records to add up rather than mistakes.
constexpr double kRecordsPerPeriod = 1.02;
/// Share of periods without a row above which data without a single zero says "no row, no sale".
constexpr double kManyGaps = 0.02;

bool keep_going(const ImportOptions& options, int64_t done) {
  return !options.progress || options.progress({.stage = "import", .done = done, .total = 5});
}

Error cancelled() {
  return {Code::kCancelled, "the import was stopped", ""};
}

DuplicateRule decide_duplicates(const DataConfig& config, const SeriesSummary& summary,
                                const DetectedAxis& detected, std::vector<DataFinding>& findings) {
  if (config.duplicates == "sum") return DuplicateRule::kSum;
  if (config.duplicates == "last") return DuplicateRule::kLast;
  if (config.duplicates == "reject" && config.returns != "net") return DuplicateRule::kReject;
  const double per_period =
      static_cast<double>(summary.rows) / static_cast<double>(summary.periods);
  const bool sum =
      detected.finer_than_axis || per_period > kRecordsPerPeriod || config.returns == "net";
  const std::string why =
      detected.finer_than_axis ? "dates have times or days inside the periods"
      : per_period > kRecordsPerPeriod
          ? fmt::format("there are {:.2f} rows per series and period", per_period)
      : config.returns == "net" ? "returns are netted within a period"
                                : "there is about one row per series and period";
  findings.push_back({.code = "duplicates",
                      .message = fmt::format("Several rows for one series and period are {}: {}.",
                                             sum ? "added up" : "mistakes and rejected", why)});
  return sum ? DuplicateRule::kSum : DuplicateRule::kReject;
}

GapMeaning decide_gaps(const DataConfig& config, const SeriesSummary& summary,
                       DuplicateRule duplicates, std::vector<DataFinding>& findings) {
  if (config.gaps == "zero") return GapMeaning::kZero;
  if (config.gaps == "missing") return GapMeaning::kMissing;
  const double gaps =
      static_cast<double>(summary.life - summary.periods) / static_cast<double>(summary.life);
  const bool records = duplicates == DuplicateRule::kSum;
  const bool zero =
      summary.zeros * 1000 < summary.known && summary.flagged == 0 && (records || gaps > kManyGaps);
  const std::string why = summary.flagged > 0          ? "stock-outs and closures are marked"
                          : !zero && summary.zeros > 0 ? "zero sales have rows of their own"
                          : zero                       ? "no row says zero"
                                                       : "there are few gaps";
  findings.push_back({.code = "gaps",
                      .message = fmt::format("A period without a row means {}: {}.",
                                             zero ? "zero sales" : "that nothing is known", why)});
  return zero ? GapMeaning::kZero : GapMeaning::kMissing;
}

/// SELECT of the sales table from typed rows.
std::string sales_query(const TypedRows& rows, const ColumnReading& reading, const TimeAxis& axis,
                        bool group, bool has_rejected) {
  const std::string keys = key_list(reading);
  std::vector<std::string> values;
  const auto value = [&](const std::string& name, const std::string& type,
                         const std::string& merged) {
    values.push_back(fmt::format("CAST({} AS {}) AS {}", group ? merged : quote_identifier(name),
                                 type, quote_identifier(name)));
  };
  // Netted returns can exceed the sales of their period.
  value("units", "DOUBLE", "greatest(sum(units), 0 * sum(units))");
  if (reading.price) {
    value("price", "FLOAT",
          "coalesce(sum(price * units) FILTER (units > 0 AND price IS NOT NULL) / "
          "nullif(sum(units) FILTER (units > 0 AND price IS NOT NULL), 0), avg(price))");
  }
  if (reading.promotion) value("promotion", "FLOAT", "max(promotion)");
  if (reading.in_stock) value("in_stock", "BOOLEAN", "bool_and(in_stock)");
  if (reading.stocked) value("stocked", "FLOAT", "avg(stocked)");
  if (reading.closed) value("closed", "BOOLEAN", "bool_or(closed)");
  for (const auto& covariate : reading.covariates) {
    value(covariate.column, "FLOAT", fmt::format("avg({})", quote_identifier(covariate.column)));
  }
  std::string from = has_rejected ? rows.traced + " AS typed" : rows.plain + " AS typed";
  if (has_rejected) {
    from +=
        " ANTI JOIN ingest_duplicates AS d ON typed.row_file = d.row_file AND typed.row_number = "
        "d.row_number";
  }
  const std::string period = period_expression(axis, "ts");
  if (!group) {
    return fmt::format("SELECT {}, {} AS date, {} FROM {} WHERE reason IS NULL", keys,
                       period_start_expression(axis, period), fmt::join(values, ", "), from);
  }
  return fmt::format(
      "SELECT {0}, {1} AS date, {2} FROM (SELECT *, {3} AS p FROM {4} WHERE reason IS NULL) GROUP "
      "BY {0}, p",
      keys, period_start_expression(axis, "p"), fmt::join(values, ", "), period, from);
}

/// Put every unusable row into the temporary table `ingest_quarantine`.
Status collect_quarantine(sql::Database& database, const RawTable& table, const TypedRows& rows,
                          int64_t bad, int64_t duplicates) {
  RESTOCK_TRY(database.execute(
      fmt::format("CREATE OR REPLACE TEMP TABLE ingest_quarantine AS SELECT * FROM {}",
                  table.quarantine_table)));
  if (bad > 0) {
    RESTOCK_TRY(database.execute(
        fmt::format("INSERT INTO ingest_quarantine SELECT reason, row_file, row_number, "
                    "bad_column, bad_value, raw FROM {} WHERE reason IS NOT NULL",
                    rows.traced)));
  }
  if (duplicates > 0) {
    RESTOCK_TRY(database.execute(
        fmt::format("INSERT INTO ingest_quarantine SELECT d.reason, d.row_file, d.row_number, "
                    "NULL, d.series, t.raw FROM ingest_duplicates AS d JOIN {} "
                    "AS t ON t.row_file = d.row_file AND t.row_number = d.row_number",
                    rows.traced)));
  }
  return {};
}

void report_unused_columns(const RawTable& table, const DataConfig& config,
                           std::vector<DataFinding>& findings) {
  std::vector<std::string> used = {config.date,      config.units,    config.price,
                                   config.promotion, config.in_stock, config.out_of_stock,
                                   config.closed,    config.open,     config.event_id,
                                   "wide_date",      "wide_units",    config.out_of_stock_hours};
  for (const auto* list : {&config.keys, &config.covariates, &config.attributes})
    used.insert(used.end(), list->begin(), list->end());
  std::vector<std::string> unused;
  for (const auto& name : table.names()) {
    if (std::find(used.begin(), used.end(), name) == used.end()) unused.push_back(name);
  }
  if (unused.empty()) return;
  findings.push_back(
      {.code = "unused_columns",
       .message = fmt::format("Columns without a role are not used: {}.", fmt::join(unused, ", ")),
       .count = static_cast<int64_t>(unused.size())});
}

Error mostly_bad(const RawTable& table, const ImportResult& result) {
  std::string reasons;
  for (const auto& finding : result.findings) {
    if (finding.severity != Severity::kError) continue;
    reasons += fmt::format("; {} {} (first: {} row {}, column {}, value \"{}\")", finding.count,
                           finding.code, finding.file, finding.row, finding.column, finding.value);
  }
  return {Code::kInvalidData,
          fmt::format("{}: {} of {} rows cannot be used{}", table.files.front().name,
                      result.rows_quarantined(), result.rows_read, reasons),
          "check the column roles under [data]; a few bad rows would only be set aside"};
}

/// The steps of `stage_sales` after the files are open, sharing what they learn.
class Staging {
 public:
  Staging(sql::Database& database, const RunConfig& config, const ImportOptions& options)
      : database_(database), config_(config.data), options_(options) {}

  Result<StagedSales> run(const RawTable& table) {
    ImportResult& result = staged_.result;
    for (const auto& file : table.files) result.files.push_back(file.name);
    RESTOCK_TRY(reading_, read_columns(database_, table, config_, result.findings));
    rows_ = make_typed_rows(table, reading_, config_.returns);
    if (options_.as_of) RESTOCK_TRY(leave_out_later_sales(*options_.as_of));
    if (!keep_going(options_, 2)) return cancelled();
    RESTOCK_TRY(const DaySummary days, summarise_days(database_, rows_, reading_));
    result.rows_read = days.rows + table.rows_rejected;
    const int64_t bad = days.bad + table.rows_rejected;
    if (result.rows_read == 0)
      return Error{Code::kInvalidData, fmt::format("{} has no row", table.files.front().name), ""};
    if (static_cast<double>(bad) > kBadRowsMost * static_cast<double>(result.rows_read)) {
      RESTOCK_TRY(collect_quarantine(database_, table, rows_, bad - table.rows_rejected, 0));
      RESTOCK_TRY(report_quarantine(database_, result));
      return mostly_bad(table, result);
    }
    RESTOCK_TRY(detected_,
                detect_axis(database_, rows_, reading_, days, config_.frequency, result.findings));
    if (!keep_going(options_, 3)) return cancelled();
    RESTOCK_TRY(const SeriesSummary summary,
                summarise_series(database_, rows_, reading_, detected_.axis, days));
    if (!summary.any_known) {
      return Error{Code::kInvalidData,
                   fmt::format("column {} has no value in any usable row", reading_.units.name),
                   ""};
    }
    RESTOCK_TRY(const SeriesSummary known, known_at_origin(summary, days));
    const DuplicateRule rule = decide_duplicates(config_, known, detected_, result.findings);
    RESTOCK_TRY(const int64_t duplicates, reject_duplicates(database_, table, rows_, reading_,
                                                            detected_.axis, rule, summary));
    if (!keep_going(options_, 4)) return cancelled();
    RESTOCK_TRY(collect_quarantine(database_, table, rows_, bad - table.rows_rejected, duplicates));
    RESTOCK_TRY(report_quarantine(database_, result));
    fill_schema(known, rule);
    RESTOCK_TRY(account(summary, duplicates, rule));
    report_unused_columns(table, config_, result.findings);
    RESTOCK_TRY(report_series(database_, reading_, staged_.schema, summary, result.findings));
    std::stable_sort(
        result.findings.begin(), result.findings.end(),
        [](const DataFinding& a, const DataFinding& b) { return a.severity > b.severity; });
    return std::move(staged_);
  }

 private:
  /// Nothing after this sees a sale dated later.
  Status leave_out_later_sales(Date as_of) {
    const std::string later = fmt::format(
        "reason IS NULL AND units IS NOT NULL AND CAST(ts AS DATE) > DATE '{}'", as_of.to_string());
    RESTOCK_TRY(const auto counted, database_.query(fmt::format("SELECT count(*) FROM {} WHERE {}",
                                                                rows_.plain, later)));
    const int64_t rows = counted.single_integer();
    if (rows == 0) return {};
    rows_.plain = fmt::format("(SELECT * FROM {} WHERE ({}) IS NOT TRUE)", rows_.plain, later);
    rows_.traced = fmt::format("(SELECT * FROM {} WHERE ({}) IS NOT TRUE)", rows_.traced, later);
    staged_.result.findings.push_back(
        {.code = "later_rows",
         .message = fmt::format("{} sales dated after {} are not read.", rows, as_of.to_string()),
         .count = rows});
    return {};
  }

  /// What the decisions go by: without the periods that are held out, else the future would take
  /// part in them.
  Result<SeriesSummary> known_at_origin(const SeriesSummary& all, const DaySummary& days) {
    const bool decided_by_data = config_.gaps == "auto" || config_.duplicates == "auto";
    if (options_.holdout <= 0 || !decided_by_data) return all;
    const Period origin =
        all.last_known - (detected_.last_period_incomplete ? 1 : 0) - options_.holdout;
    RESTOCK_TRY(const SeriesSummary known,
                summarise_until(database_, rows_, reading_, detected_.axis, days, origin));
    return known.rows > 0 ? known : all;
  }

  void fill_schema(const SeriesSummary& known, DuplicateRule rule) {
    SalesSchema& schema = staged_.schema;
    schema.axis = detected_.axis;
    for (const auto& key : reading_.keys) schema.keys.push_back(key.column);
    for (const auto& covariate : reading_.covariates) schema.covariates.push_back(covariate.column);
    for (const auto& attribute : reading_.attributes) schema.attributes.push_back(attribute.column);
    schema.has_price = reading_.price.has_value();
    schema.has_promotion = reading_.promotion.has_value();
    schema.has_in_stock = reading_.in_stock.has_value();
    schema.has_stocked = reading_.stocked.has_value();
    schema.has_closed = reading_.closed.has_value();
    schema.gaps = decide_gaps(config_, known, rule, staged_.result.findings);
    schema.records = rule == DuplicateRule::kSum;
    schema.leading_zeros_are_padding = config_.layout == "wide";
    schema.last_period_incomplete = detected_.last_period_incomplete;
  }

  Status account(const SeriesSummary& summary, int64_t duplicates, DuplicateRule rule) {
    ImportResult& result = staged_.result;
    const bool group = rule == DuplicateRule::kSum;
    staged_.sales_sql = sales_query(rows_, reading_, detected_.axis, group, duplicates > 0);
    std::vector<std::string> columns = {key_list(reading_)};
    for (const auto& attribute : reading_.attributes)
      columns.push_back(quote_identifier(attribute.column));
    staged_.series_sql = fmt::format("SELECT {} FROM ingest_series ORDER BY {}",
                                     fmt::join(columns, ", "), key_list(reading_));
    staged_.quarantine_sql =
        "SELECT reason, file, \"row\", \"column\", \"value\", raw FROM ingest_quarantine ORDER BY "
        "file, \"row\", reason";
    result.series = summary.series;
    result.rows_kept = result.rows_read - result.rows_quarantined();
    result.rows_stored = group ? summary.periods : result.rows_kept;
    result.rows_merged = result.rows_kept - result.rows_stored;
    if (summary.last > summary.last_known) {
      RESTOCK_TRY(const auto future,
                  database_.query(
                      fmt::format("SELECT count(*) FROM ({}) WHERE {} > {}", staged_.sales_sql,
                                  period_expression(detected_.axis, "date"), summary.last_known)));
      result.rows_future = future.single_integer();
    }
    if (result.rows_future > 0) {
      result.findings.push_back(
          {.code = "future_rows",
           .message =
               fmt::format("{} rows lie after the last known sales ({}) and give what is planned.",
                           result.rows_future, detected_.axis.label(summary.last_known)),
           .count = result.rows_future});
    }
    if (detected_.last_period_incomplete) {
      result.findings.push_back(
          {.severity = Severity::kWarning,
           .code = "incomplete_period",
           .message = fmt::format("The data ends inside the period of {}; it is left out.",
                                  detected_.axis.label(summary.last_known)),
           .count = 1});
    }
    return {};
  }

  sql::Database& database_;
  const DataConfig& config_;
  const ImportOptions& options_;
  ColumnReading reading_;
  TypedRows rows_;
  DetectedAxis detected_;
  StagedSales staged_;
};

std::string join_names(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, "\n"));
}

std::vector<std::string> split_names(const std::string& text) {
  std::vector<std::string> names;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    names.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

}  // namespace

Result<StagedSales> stage_sales(sql::Database& database, const RunConfig& config,
                                const ImportOptions& options) {
  RESTOCK_TRY(const auto files,
              find_source_files(config.data.files, config.directory, config.data.format));
  if (files.empty())
    return Error{Code::kInvalidArgument, "[data] files is empty", "name the sales history"};
  if (!keep_going(options, 0)) return cancelled();
  RESTOCK_TRY(RawTable table, open_raw_table(database, files, config.data, options.work_directory));
  if (config.data.layout == "wide") {
    RESTOCK_TRY(table, unpivot(database, table, config.data, options.work_directory));
  }
  if (!keep_going(options, 1)) return cancelled();
  return Staging(database, config, options).run(table);
}

namespace {

Status create_table(sql::Database& database, const std::string& name, const std::string& sql) {
  return database.execute(
      fmt::format("DROP TABLE IF EXISTS {0}; CREATE TABLE {0} AS {1}", name, sql));
}

}  // namespace

Status write_sales(sql::Database& database, const StagedSales& staged, const std::string& prefix) {
  RESTOCK_TRY(create_table(database, prefix + "sales", staged.sales_sql));
  RESTOCK_TRY(create_table(database, prefix + "series", staged.series_sql));
  RESTOCK_TRY(create_table(database, prefix + "quarantine", staged.quarantine_sql));
  return write_sales_schema(database, staged.schema, prefix);
}

Status write_sales_schema(sql::Database& database, const SalesSchema& schema,
                          const std::string& prefix) {
  const auto flag = [](bool value) { return std::string(value ? "1" : "0"); };
  const std::vector<std::pair<std::string, std::string>> settings = {
      {"frequency", std::string(frequency_name(schema.axis.frequency))},
      {"week_start", std::to_string(schema.axis.week_start)},
      {"keys", join_names(schema.keys)},
      {"covariates", join_names(schema.covariates)},
      {"attributes", join_names(schema.attributes)},
      {"has_price", flag(schema.has_price)},
      {"has_promotion", flag(schema.has_promotion)},
      {"has_in_stock", flag(schema.has_in_stock)},
      {"has_stocked", flag(schema.has_stocked)},
      {"has_closed", flag(schema.has_closed)},
      {"gaps", schema.gaps == GapMeaning::kZero ? "zero" : "missing"},
      {"leading_zeros_are_padding", flag(schema.leading_zeros_are_padding)},
      {"last_period_incomplete", flag(schema.last_period_incomplete)},
      {"records", flag(schema.records)}};
  std::vector<std::string> rows;
  rows.reserve(settings.size());
  for (const auto& [name, value] : settings)
    rows.push_back(fmt::format("({}, {})", quote_literal(name), quote_literal(value)));
  return create_table(
      database, prefix + "import_settings",
      fmt::format("SELECT * FROM (VALUES {}) AS t(name, value)", fmt::join(rows, ", ")));
}

Result<StagedSales> import_sales(sql::Database& database, const RunConfig& config,
                                 const ImportOptions& options, const std::string& prefix) {
  RESTOCK_TRY(StagedSales staged, stage_sales(database, config, options));
  RESTOCK_TRY(write_sales(database, staged, prefix));
  return staged;
}

Result<SalesSchema> read_sales_schema(sql::Database& database, const std::string& prefix) {
  const auto table =
      database.query(fmt::format("SELECT name, value FROM {}import_settings", prefix));
  if (!table)
    return Error{Code::kNotFound, "the lake holds no imported sales: " + table.error().message,
                 "run restock import first"};
  std::map<std::string, std::string> settings;
  for (const auto& row : table->rows) settings[row[0].value_or("")] = row[1].value_or("");
  SalesSchema schema;
  RESTOCK_TRY(schema.axis.frequency, parse_frequency(settings["frequency"]));
  schema.axis.week_start = settings["week_start"].empty() ? 0 : settings["week_start"][0] - '0';
  schema.keys = split_names(settings["keys"]);
  schema.covariates = split_names(settings["covariates"]);
  schema.attributes = split_names(settings["attributes"]);
  schema.has_price = settings["has_price"] == "1";
  schema.has_promotion = settings["has_promotion"] == "1";
  schema.has_in_stock = settings["has_in_stock"] == "1";
  schema.has_stocked = settings["has_stocked"] == "1";
  schema.has_closed = settings["has_closed"] == "1";
  schema.gaps = settings["gaps"] == "zero" ? GapMeaning::kZero : GapMeaning::kMissing;
  schema.leading_zeros_are_padding = settings["leading_zeros_are_padding"] == "1";
  schema.last_period_incomplete = settings["last_period_incomplete"] == "1";
  schema.records = settings["records"] == "1";
  return schema;
}

}  // namespace restock::ingest
