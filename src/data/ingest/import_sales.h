#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "data/ingest/import_result.h"
#include "data/sql/database.h"
#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "foundation/domain/date.h"

namespace restock::ingest {

struct ImportOptions {
  /// A folder for files that live until the staged sales have been written; it must exist.
  std::string work_directory;
  ProgressCallback progress;
  /// Periods at the end that will be forecast and measured: what `auto` options mean is decided
  /// without them.
  int32_t holdout = 0;
  /// Sales dated later are not read, as if the history ended that day; rows without units, which
  /// tell what is planned, are.
  std::optional<Date> as_of;
};

/// Checked sales, ready to be written. The three queries read the source files (and files under the
/// work directory), so nothing is held in memory; they may run several times, and give the tables
/// described at `SalesSchema`.
struct StagedSales {
  ImportResult result;
  SalesSchema schema;
  std::string sales_sql;
  std::string series_sql;
  std::string quarantine_sql;
};

/// Read and check the whole sales history: every row, every series, before anything is trained.
/// Rows that cannot be used go to the quarantine with a reason:
///
///   bad_row               a line that cannot be cut into columns, or no JSON object
///   missing_key           an empty key
///   missing_date, bad_date, date_out_of_range
///   bad_units             no number, or not finite, or above 1e12
///   negative_units        [data] returns = "quarantine"
///   bad_price             no number, below 0, or 0 beside units
///   bad_promotion, bad_in_stock, bad_closed, bad_covariate
///   exact_duplicate       a repetition of a row (or of an event_id)
///   conflicting_duplicate one of several different rows for one series and period, [data]
///   duplicates = "reject" superseded            all but the last of them, [data] duplicates =
///   "last"
///
/// Memory: bounded by the database's limit; series times periods / 8 bytes for the duplicate check.
/// Errors: kIo and kInvalidArgument as `find_source_files`; kInvalidData for missing columns, or
/// when more than half of the rows cannot be used; kCancelled when `progress` says so.
[[nodiscard]] Result<StagedSales> stage_sales(sql::Database& database, const RunConfig& config,
                                              const ImportOptions& options);

/// Write the staged tables as PREFIX + sales, series, quarantine and import_settings (prefix such
/// as "lake."), replacing what was there. Call it inside a transaction of the lake.
[[nodiscard]] Status write_sales(sql::Database& database, const StagedSales& staged,
                                 const std::string& prefix);

/// Write the schema as PREFIX + import_settings, replacing what was there: `load_panel` can then
/// read the sales of any snapshot that has it.
[[nodiscard]] Status write_sales_schema(sql::Database& database, const SalesSchema& schema,
                                        const std::string& prefix);

/// `stage_sales`, then `write_sales`.
[[nodiscard]] Result<StagedSales> import_sales(sql::Database& database, const RunConfig& config,
                                               const ImportOptions& options,
                                               const std::string& prefix);

/// The schema that `write_sales` or `write_sales_schema` left beside the tables. Errors: kNotFound
/// if there is none.
[[nodiscard]] Result<SalesSchema> read_sales_schema(sql::Database& database,
                                                    const std::string& prefix);

}  // namespace restock::ingest
