#include "operations/publish/parquet_export.h"

#include <filesystem>

#include <fmt/format.h>

#include "operations/publish/published_tables.h"

namespace restock {
namespace {

/// More folders than this help no reader and cost every one.
constexpr int64_t kKeyFoldersMax = 1000;

Status make_folder(const std::string& path) {
  std::error_code problem;
  std::filesystem::create_directories(path, problem);
  if (problem)
    return Error{Code::kIo,
                 fmt::format("could not create the folder '{}': {}", path, problem.message()), ""};
  return {};
}

}  // namespace

Result<ParquetExport> ParquetExport::begin(std::vector<std::string> key_names,
                                           int64_t memory_bytes) {
  RESTOCK_TRY(
      sql::Database database,
      sql::Database::open({.threads = 1, .memory_bytes = memory_bytes, .preserve_order = true}));
  return ParquetExport(std::move(database), std::move(key_names));
}

Status ParquetExport::add(const std::vector<sql::AppendColumn>& columns) {
  if (row_count(columns) == 0) return {};
  rows_ += row_count(columns);
  return database_.append("export", columns);
}

Result<bool> ParquetExport::partitioned_by_key() {
  // A single key is the product or the like: as many folders as series.
  if (key_names_.size() < 2) return false;
  RESTOCK_TRY(const sql::Table count,
              database_.query(fmt::format("SELECT count(DISTINCT {}) FROM export",
                                          sql::quote_identifier(key_names_[0]))));
  return count.single_integer() <= kKeyFoldersMax;
}

Status ParquetExport::write(const std::string& folder, const std::string& date_column) {
  if (rows_ == 0) return {};
  std::string select = "SELECT *";
  std::vector<std::string> partitions;
  if (!date_column.empty()) {
    const std::string date = sql::quote_identifier(date_column);
    select += fmt::format(", year({0}) AS \"year\", month({0}) AS \"month\"", date);
    partitions = {"\"year\"", "\"month\""};
  }
  RESTOCK_TRY(const bool by_key, partitioned_by_key());
  if (by_key) partitions.push_back(sql::quote_identifier(key_names_[0]));
  std::string how = "FORMAT parquet, COMPRESSION zstd";
  std::string target = folder;
  if (partitions.empty()) {
    RESTOCK_TRY(make_folder(folder));
    target += "/data_0.parquet";
  } else {
    how += fmt::format(", PARTITION_BY ({})", fmt::join(partitions, ", "));
  }
  return database_.execute(
      fmt::format("COPY ({} FROM export) TO {} ({})", select, sql::quote_literal(target), how));
}

}  // namespace restock
