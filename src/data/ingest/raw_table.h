#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "data/ingest/import_result.h"
#include "data/ingest/source_files.h"
#include "data/sql/database.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"

namespace restock::ingest {

/// The source files as one relation of the columns as they are, every text column as text, never
/// guessed.
struct RawTable {
  struct Column {
    std::string name;
    std::string type;  ///< DuckDB type; VARCHAR for all columns of text formats
    [[nodiscard]] bool is_text() const { return type == "VARCHAR"; }
  };
  std::vector<Column> columns;
  /// SQL relation with the columns, and `row_file` (VARCHAR, name of the file) and `row_number`
  /// (BIGINT, from 1).
  std::string relation;
  /// As `relation`, without the two extra columns: cheaper to scan.
  std::string plain_relation;
  std::vector<SourceFile> files;
  bool decimal_comma_possible = false;  ///< Text with a delimiter other than a comma.
  int64_t rows_rejected =
      0;  ///< Lines that could not be cut into columns; already in the quarantine table.
  std::string
      quarantine_table;  ///< Temporary table that took them: reason, file, row, column, value, raw.

  [[nodiscard]] const Column* find(
      const std::string& name) const;  ///< Case matters; nullptr if there is none.
  [[nodiscard]] std::vector<std::string> names() const;
};

/// Open the files as a `RawTable`. Parquet is read in place; text formats are cut once into Parquet
/// files under `work_directory`, which must exist and must outlive the table. Errors: kIo for files
/// that cannot be read, kInvalidData for files that are not what their format says.
[[nodiscard]] Result<RawTable> open_raw_table(sql::Database& database,
                                              const std::vector<SourceFile>& files,
                                              const DataConfig& config,
                                              const std::string& work_directory);

/// The table turned from one column a date to one row a series and date: the columns that match
/// `wide_columns` become the columns `wide_date` and `wide_units`. Errors: kInvalidArgument if the
/// expression is broken or matches no column.
[[nodiscard]] Result<RawTable> unpivot(sql::Database& database, const RawTable& wide,
                                       const DataConfig& config, const std::string& work_directory);

}  // namespace restock::ingest
