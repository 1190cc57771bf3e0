#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/sql/source.h"
#include "foundation/base/result.h"

namespace restock::sql {

/// One cell of a small result, as text; nullopt is SQL NULL.
using Cell = std::optional<std::string>;

/// A small result, whole in memory, every value as text in DuckDB's own spelling.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::string> types;  ///< DuckDB type names, one per column
  std::vector<std::vector<Cell>> rows;

  /// Cell of the first row; for queries that give one value. Precondition: at least one row and
  /// column.
  [[nodiscard]] const Cell& single() const;
  /// As `single`, read as a whole number; 0 for NULL.
  [[nodiscard]] int64_t single_integer() const;
};

/// One column of a chunk of a streamed result. Pointers live until the callback returns.
struct ColumnView {
  /// Physical type after the query's own casts. Ask for exactly these in SQL (CAST(x AS BIGINT),
  /// ...). DATE comes as kInt32 (days after 1970-01-01), TIMESTAMP as kInt64 (microseconds after
  /// 1970-01-01).
  enum class Type { kBool, kInt32, kInt64, kFloat, kDouble, kText, kUInt32 };
  Type type;
  const void* data = nullptr;          ///< Array of the physical type; for kText use `text(row)`.
  const uint64_t* validity = nullptr;  ///< Bit per row, nullptr = all valid.

  [[nodiscard]] bool valid(size_t row) const {
    return validity == nullptr || (validity[row / 64] >> (row % 64) & 1) != 0;
  }
  template <typename T>
  [[nodiscard]] std::span<const T> as(size_t rows) const {
    return {static_cast<const T*>(data), rows};
  }
  [[nodiscard]] std::string_view text(size_t row) const;
};

struct Chunk {
  size_t rows = 0;
  std::vector<ColumnView> columns;
};

/// A column of rows handed to `Database::append`; exactly one vector is used, by type. A NaN is
/// written as NULL.
struct AppendColumn {
  std::string name;
  /// "BIGINT", "INTEGER", "DOUBLE", "FLOAT", "VARCHAR", "DATE" (days), "TIMESTAMP" (microseconds),
  /// "BOOLEAN"
  std::string type;
  std::vector<int64_t> integers;    ///< BIGINT, TIMESTAMP, BOOLEAN (not 0 = true)
  std::vector<int32_t> integers32;  ///< INTEGER, DATE
  std::vector<double> doubles;      ///< DOUBLE
  std::vector<float> floats;        ///< FLOAT
  std::vector<std::string> texts;   ///< VARCHAR
  std::vector<int32_t>
      codes;  ///< with `texts` as dictionary: row value = texts[codes[row]], -1 = NULL
  std::vector<uint8_t> present;  ///< 0 = NULL; empty = no row is NULL
};

struct DatabaseOptions {
  int threads = 0;           ///< 0 = DuckDB's default
  int64_t memory_bytes = 0;  ///< 0 = DuckDB's default
  std::string
      temp_directory;  ///< for spilling; empty = a folder of this process in the system's one
  bool preserve_order =
      false;  ///< Rows keep their order through COPY, INSERT and sources, on one thread.
};

/// An in-process DuckDB with one connection. Owns the library; nothing else includes its header.
/// It never touches the network: extensions come from files only.
/// Not thread-safe: one user at a time. `interrupt()` alone may be called from any thread (not from
/// a signal handler).
///
/// Errors of all statements: kInvalidArgument for SQL that is wrong in itself (syntax, unknown
/// names), kInvalidData for values that do not fit, kIo, kPermission, kResourceExhausted (memory or
/// disk), kCancelled after `interrupt`, with DuckDB's message cleaned of its decoration.
class Database {
 public:
  /// Open an in-memory database. Errors: kIo if the library cannot start, kInvalidArgument for a
  /// bad option.
  static Result<Database> open(const DatabaseOptions& options);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  /// Run one or several statements; the result is dropped.
  Status execute(std::string_view sql);
  /// Run one or several statements and keep the whole result of the last as text.
  Result<Table> query(std::string_view sql);
  /// As `query`, but refuses (kPermission) every statement that is not SELECT, EXPLAIN, SHOW or
  /// DESCRIBE.
  Result<Table> query_read_only(std::string_view sql);
  /// Run one query and hand its rows chunk by chunk, never holding more than a few; `on_chunk` may
  /// return an error to stop, which is returned. It must not use this database.
  Status stream(std::string_view sql, const std::function<Status(const Chunk&)>& on_chunk);
  /// Create or extend a table (in memory or attached; `table` is SQL text such as lake.sales) by
  /// columns of equal length. Columns are matched by name. Texts by code are the fast way for
  /// repeated values. `more` is SQL that adds columns which the table has already: "'r1' AS run_id,
  /// 7 AS version".
  Status append(std::string_view table, const std::vector<AppendColumn>& columns,
                std::string_view more = {});
  /// Make `SELECT ... FROM name()` read the source. A second source of that name replaces the
  /// first. Read it to a file of any size: COPY (SELECT * FROM name()) TO 'x.parquet'. Threads work
  /// on different partitions; with `preserve_order` the rows keep the order of partitions and one
  /// thread reads.
  Status register_source(std::string_view name, Source source);
  /// Load an extension that came with Restock ("ducklake", "sqlite_scanner"): from
  /// $RESTOCK_EXTENSIONS, or
  /// ../lib/restock/extensions beside the program, or the build tree. Errors: kIo naming the files
  /// looked for.
  Status load_extension(std::string_view name);
  void interrupt();

  /// Version of the library, for instance "v1.5.5".
  [[nodiscard]] static std::string version();

 private:
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// 'text' with quotes doubled, for SQL literals; "name" likewise for identifiers.
[[nodiscard]] std::string quote_literal(std::string_view text);
[[nodiscard]] std::string quote_identifier(std::string_view name);

}  // namespace restock::sql
