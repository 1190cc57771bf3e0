#include "operations/pipeline/import_stage.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "data/ingest/import_sales.h"
#include "data/ingest/panel_loader.h"
#include "foundation/domain/holidays.h"

namespace restock {
namespace {

/// Replace the attribute tables of the lake by what their files say now.
Status write_attribute_table(const RunConfig& config, const AttributeTableConfig& table,
                             lake::LakeTable target, lake::Lake& lake, lake::LakeWrite& write) {
  if (table.file.empty()) return {};
  const std::filesystem::path given(table.file);
  const std::string path =
      (given.is_absolute() ? given : std::filesystem::path(config.directory) / given).string();
  const std::string& name = lake::definition_of(target).name;
  RESTOCK_TRY(const auto columns, lake.columns_of(name));
  if (!columns.empty())
    RESTOCK_TRY(lake.database().execute(fmt::format("DELETE FROM lake.{}", name)));
  return write.publish_query(target, fmt::format("SELECT * FROM {}", sql::quote_literal(path)));
}

Status write_import(const RunConfig& config, lake::Lake& lake, const RunStamp& stamp,
                    const ingest::StagedSales& staged) {
  RESTOCK_TRY(auto write, lake.begin_write({stamp.run_id, stamp.started_micros}));
  const ingest::SalesSchema& schema = staged.schema;
  lake::SalesLayout layout;
  layout.key_names = schema.keys;
  layout.hourly = schema.axis.frequency == Frequency::kHourly;
  for (const auto& name : schema.covariates) layout.more.push_back({name, "FLOAT"});
  if (schema.has_stocked) layout.more.push_back({"stocked", "FLOAT"});
  RESTOCK_TRY(write.ensure_sales_table(layout));
  sql::Database& database = lake.database();
  // The history is replaced as a whole: what the source files say now is what was sold.
  const std::string known_at = fmt::format("make_timestamp({}) AS known_at", stamp.started_micros);
  RESTOCK_TRY(database.execute(
      fmt::format("DELETE FROM lake.sales; INSERT INTO lake.sales BY NAME SELECT * RENAME "
                  "(\"date\" AS period_start), {} AS run_id, {} FROM ({})",
                  sql::quote_literal(stamp.run_id), known_at, staged.sales_sql)));
  RESTOCK_TRY(database.execute(fmt::format(
      "DROP TABLE IF EXISTS lake.series; CREATE TABLE lake.series AS {}", staged.series_sql)));
  // With it, `restock explain` reads this snapshot as the run did.
  RESTOCK_TRY(ingest::write_sales_schema(database, schema, "lake."));
  RESTOCK_TRY(write.publish_query(
      lake::LakeTable::kQuarantine,
      fmt::format("SELECT file AS source_file, \"row\" AS source_row, reason, \"column\" AS "
                  "column_name, \"value\", raw AS raw_row FROM ({})",
                  staged.quarantine_sql)));
  RESTOCK_TRY(
      write_attribute_table(config, config.products, lake::LakeTable::kProducts, lake, write));
  RESTOCK_TRY(write_attribute_table(config, config.stores, lake::LakeTable::kStores, lake, write));
  for (const auto& file : staged.result.files) {
    RESTOCK_TRY(
        write.record_import({file, "", staged.result.rows_kept, staged.result.rows_quarantined()}));
  }
  RESTOCK_TRY([[maybe_unused]] const int64_t snapshot, write.commit());
  return {};
}

}  // namespace

void take_findings(const std::vector<ingest::DataFinding>& findings, RunResult& result) {
  for (const auto& finding : findings) {
    DataFinding out;
    out.code = finding.code;
    out.severity = finding.severity == ingest::Severity::kNote
                       ? "info"
                       : ingest::severity_name(finding.severity);
    out.rows = finding.count;
    out.message = finding.message;
    if (!finding.file.empty() && finding.row > 0) {
      out.message += fmt::format(" First: {} row {}", finding.file, finding.row);
      if (!finding.column.empty())
        out.message += fmt::format(", column {} = \"{}\"", finding.column, finding.value);
      out.message += ".";
    }
    result.findings.push_back(std::move(out));
  }
}

Result<std::vector<HolidayDay>> read_holidays(const RunConfig& config, sql::Database& database,
                                              const Panel& panel) {
  std::vector<HolidayDay> days;
  if (!config.calendar.country.empty()) {
    Period first = panel.origin;
    for (const Period start : panel.start) first = std::min(first, start);
    const int year_first = std::max(kHolidayYearFirst, panel.axis.date_of(first).year());
    const int year_last =
        std::min(kHolidayYearLast, panel.axis.date_of(panel.origin + panel.horizon).year() + 1);
    RESTOCK_TRY(const auto rules, HolidayCalendar::make(config.calendar.country, year_first,
                                                        std::max(year_first, year_last)));
    for (const auto& holiday : rules.days()) days.push_back({holiday.date, holiday.name});
  }
  if (config.calendar.holidays_file.empty()) return days;
  const std::filesystem::path given(config.calendar.holidays_file);
  const std::string path =
      (given.is_absolute() ? given : std::filesystem::path(config.directory) / given).string();
  const auto table = database.query(fmt::format(
      "SELECT * FROM read_csv({}, header = true, all_varchar = true, null_padding = true)",
      sql::quote_literal(path)));
  if (!table.ok()) {
    return Error{Code::kIo, "cannot read the holidays " + path + ": " + table.error().message,
                 "check [calendar] holidays_file; it has the columns date and name"};
  }
  if (table->columns.size() < 2) {
    return Error{Code::kInvalidData, "the holidays " + path + " need two columns, date and name",
                 ""};
  }
  for (size_t row = 0; row < table->rows.size(); ++row) {
    const auto date = Date::parse(table->rows[row][0].value_or(""));
    if (!date.ok()) {
      return Error{Code::kInvalidData,
                   fmt::format("{} row {}: {}", path, row + 1, date.error().message),
                   date.error().hint};
    }
    days.push_back({*date, table->rows[row][1].value_or("holiday")});
  }
  return days;
}

Result<std::unique_ptr<WorkFolder>> WorkFolder::make_temporary(const std::string& prefix) {
  std::error_code failed;
  const auto parent = std::filesystem::temp_directory_path(failed);
  std::string name = (parent / (prefix + "-XXXXXX")).string();
  if (failed || mkdtemp(name.data()) == nullptr) {
    return Error{Code::kIo, "cannot make a folder for passing files at " + name,
                 "set TMPDIR to a folder that can be written to"};
  }
  return std::make_unique<WorkFolder>(std::move(name));
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Result<ImportedSales> import_stage(const RunConfig& config, const RunOptions& options,
                                   lake::Lake& lake, const RunStamp& stamp, StageClock& clock,
                                   RunResult& result) {
  RESTOCK_TRY(clock.begin("import"));
  ImportedSales out;
  out.work_directory = (std::filesystem::path(result.output_directory) / "work").string();
  std::error_code failed;
  std::filesystem::remove_all(out.work_directory, failed);
  std::filesystem::create_directories(out.work_directory, failed);
  if (failed) {
    return Error{Code::kIo,
                 "cannot make the folder " + out.work_directory + ": " + failed.message(),
                 "check [output] directory"};
  }
  RESTOCK_TRY(auto staged, ingest::stage_sales(lake.database(), config,
                                               {out.work_directory, clock.callback(),
                                                options.holdout.value_or(0), options.as_of}));
  out.schema = staged.schema;
  result.rows_read = staged.result.rows_read;
  result.rows_kept = staged.result.rows_kept;
  result.quarantined = staged.result.quarantined;
  take_findings(staged.result.findings, result);
  RESTOCK_TRY(write_import(config, lake, stamp, staged));
  clock.end(staged.result.rows_read);
  return out;
}

Result<Panel> panel_stage(const RunConfig& config, const RunOptions& options, lake::Lake& lake,
                          const ImportedSales& imported, StageClock& clock, RunResult& result) {
  RESTOCK_TRY(clock.begin("panel"));
  sql::Database& database = lake.database();
  RESTOCK_TRY(
      database.execute("CREATE OR REPLACE TEMP VIEW panel_sales AS SELECT * RENAME (period_start "
                       "AS \"date\") FROM lake.sales;"
                       "CREATE OR REPLACE TEMP VIEW panel_series AS SELECT * FROM lake.series"));
  ingest::PanelOptions panel_options;
  panel_options.prefix = "panel_";
  panel_options.horizon = options.holdout ? std::max(*options.holdout, config.forecast.horizon)
                                          : config.forecast.horizon;
  panel_options.work_directory = imported.work_directory;
  panel_options.progress = clock.callback();
  panel_options.holdout = options.holdout.value_or(0);
  RESTOCK_TRY(auto loaded, ingest::load_panel(database, config, imported.schema, panel_options));
  take_findings(loaded.findings, result);
  std::error_code ignored;
  std::filesystem::remove_all(imported.work_directory, ignored);
  clock.end(loaded.panel.n_values());
  return std::move(loaded.panel);
}

}  // namespace restock
