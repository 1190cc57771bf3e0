#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/sql/database.h"
#include "foundation/base/result.h"

namespace restock {

/// One table written as plain Parquet in Hive folders, readable by Athena, Spark and pandas without
/// Restock.
///
/// Written by one thread in the order of the rows given, so that the same rows give the same bytes.
/// Partition columns stand in the folder names and not in the files, as Hive has it.
class ParquetExport {
 public:
  /// `key_names`: the key columns of the table; empty if it has none.
  static Result<ParquetExport> begin(std::vector<std::string> key_names, int64_t memory_bytes);

  Status add(const std::vector<sql::AppendColumn>& columns);

  /// Write `folder`, which must not exist, with year= and month= of `date_column` (empty: no such
  /// folders) and then a folder for the first of several keys. Nothing is written for a table
  /// without rows.
  Status write(const std::string& folder, const std::string& date_column);

 private:
  ParquetExport(sql::Database database, std::vector<std::string> key_names)
      : database_(std::move(database)), key_names_(std::move(key_names)) {}
  Result<bool> partitioned_by_key();

  sql::Database database_;
  std::vector<std::string> key_names_;
  size_t rows_ = 0;
};

}  // namespace restock
