#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "data/lake/file_lock.h"
#include "data/lake/lake.h"

namespace restock::lake {

struct Lake::Impl {
  LakeOptions options;
  std::string catalog_file;  ///< DIR/catalog.sqlite
  std::string data_folder;   ///< DIR/data
  sql::Database database;

  Result<FileLock> lock() const;
  Status attach();
  Result<std::vector<TableColumn>> columns_of(std::string_view table);
  /// Values of one name in the table data_set, by position; empty where nothing is stored.
  Result<std::vector<std::string>> data_set_values(std::string_view name);
  Result<int64_t> snapshot();
};

struct LakeWrite::Impl {
  Lake::Impl& lake;
  WriteOptions options;
  std::optional<FileLock> lock;
  std::set<std::string> files_before;
  int64_t snapshot_before = 0;
  bool open = false;  ///< A transaction is running.

  Impl(Lake::Impl& owner, WriteOptions write_options)
      : lake(owner), options(std::move(write_options)) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl();
  Status begin();
  Status create_table(const std::string& name, const std::vector<TableColumn>& columns);
  Status add_missing_columns(const std::string& name, const std::vector<TableColumn>& wanted);
  Status ensure_table(const TableDefinition& definition, const std::vector<TableColumn>& given);
  /// "'run' AS run_id, TIMESTAMP '...' AS known_at", without those that are given.
  std::string stamps(const std::vector<TableColumn>& given) const;
};

}  // namespace restock::lake
