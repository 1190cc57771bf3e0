#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "data/lake/lake_table.h"
#include "data/sql/database.h"
#include "foundation/base/result.h"

namespace restock::lake {

struct LakeOptions {
  std::string
      directory;  ///< Holds catalog.sqlite, data/ and lake.lock; made if absent (unless read_only).
  bool read_only = false;
  sql::DatabaseOptions database;
  std::function<void(std::string_view)>
      on_wait;                      ///< Told once after a second of waiting for another writer.
  std::function<bool()> cancelled;  ///< Asked while waiting.
};

/// Which columns the sales table needs.
struct SalesLayout {
  std::vector<std::string>
      key_names;        ///< Most general first (store, product); VARCHAR columns. May be empty.
  bool hourly = false;  ///< period_start is TIMESTAMP, else DATE.
  std::vector<TableColumn>
      more;  ///< Covariates and attributes: any columns beside the standard ones.
};

/// Who writes, and when: stamped on every row that `publish` and `record_*` write.
struct WriteOptions {
  std::string run_id;
  int64_t known_at_micros = 0;  ///< Microseconds after 1970-01-01T00:00:00 UTC.
};

struct ImportRecord {
  std::string source_file;
  std::string content_sha256;
  int64_t rows_kept = 0;
  int64_t rows_quarantined = 0;
};

struct RunRecord {
  int64_t started_at_micros = 0;
  std::string version;
  std::string config;  ///< The configuration as text.
  int64_t snapshot_before = 0;
  std::string status;     ///< "done", "failed", ...
  bool held_out = false;  ///< The run hid the last periods: its orders are not for today.
};

class LakeWrite;

/// An embedded lake: DuckLake 1.0 tables (Parquet files under DIR/data) with a SQLite catalog,
/// attached to its own DuckDB under the name `lake`. Owns the database. Not thread-safe. Several
/// processes may read; writers take turns.
class Lake {
 public:
  /// Open, and create where nothing is. What a killed writer left is rolled back. Errors: kNotFound
  /// if read_only and there is no lake, kIo, kPermission, kCancelled.
  static Result<Lake> open(const LakeOptions& options);
  Lake(Lake&&) noexcept;
  Lake& operator=(Lake&&) noexcept;
  ~Lake();

  /// The database that `lake` is attached to: stage, query and insert with it.
  [[nodiscard]] sql::Database& database();
  [[nodiscard]] const std::string& directory() const;
  /// Number of the newest snapshot; 0 for a lake without any table.
  [[nodiscard]] Result<int64_t> snapshot();
  /// Key columns of the sales table; empty before the first `ensure_sales_table`.
  [[nodiscard]] Result<std::vector<std::string>> key_names();
  /// Columns of a table of the lake, with types; empty if there is no such table.
  [[nodiscard]] Result<std::vector<TableColumn>> columns_of(std::string_view table);
  /// Whether a file of this content has been imported and is still there.
  [[nodiscard]] Result<bool> has_import(std::string_view content_sha256);

  /// Wait for the lock, remove files that a killed writer left, and start the transaction.
  /// The lake must outlive the write, and have one at a time.
  [[nodiscard]] Result<LakeWrite> begin_write(const WriteOptions& options);

  struct Impl;  ///< Known to the implementation only.
  explicit Lake(std::unique_ptr<Impl> impl);

 private:
  std::unique_ptr<Impl> impl_;
};

/// All that one commit changes: everything appears at once at `commit`, or never (destructor,
/// crash, power cut).
///
/// Any SQL may run through `Lake::database()` meanwhile: INSERT INTO lake.sales BY NAME SELECT ...
/// FROM staging. One transaction of DuckDB writes to one database only: fill staging tables before
/// `begin_write`, or make them TEMP.
class LakeWrite {
 public:
  LakeWrite(LakeWrite&&) noexcept;
  LakeWrite& operator=(LakeWrite&&) noexcept;
  ~LakeWrite();

  /// Create lake.sales, or add the columns it lacks. Standard columns after the keys: period_start,
  /// units (NULL = unknown), price, promotion DOUBLE, in_stock, closed BOOLEAN, source_file,
  /// source_row, known_at, run_id. Errors: kInvalidArgument if the lake holds sales by other keys
  /// or another kind of period.
  Status ensure_sales_table(const SalesLayout& layout);
  /// Remove all rows that came from a file: sales, quarantine and the record of the import.
  Status forget_file(std::string_view source_file);
  Status record_import(const ImportRecord& record);
  /// Add rows to a table, made if absent; columns it lacks are added to it. run_id and known_at are
  /// filled in. Errors: kInvalidArgument if a keyed table is written before the lake knows its keys
  /// or a key is missing.
  Status publish(LakeTable table, const std::vector<sql::AppendColumn>& columns);
  /// As `publish`, from SELECT statement text that gives the columns.
  Status publish_query(LakeTable table, std::string_view select);
  /// Write the run's own row; snapshot_after is the one that `commit` will make.
  Status record_run(const RunRecord& record);

  /// Make all durable and visible; returns the snapshot's number. Data files are on disk before the
  /// catalog names them. After an error nothing has changed. The lock is free afterwards.
  [[nodiscard]] Result<int64_t> commit();

  struct Impl;  ///< Known to the implementation only.
  explicit LakeWrite(std::unique_ptr<Impl> impl);

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace restock::lake
