#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"

namespace restock::sql {

/// One cell of a small result, as text; nullopt is SQL NULL.
using Cell = std::optional<std::string>;

/// A small result, whole in memory, every value as text in DuckDB's own spelling.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::string> types;  ///< DuckDB type names, one per column
  std::vector<std::vector<Cell>> rows;

  /// Cell of the first row; for queries that give one value. Precondition: at least one row and column.
  [[nodiscard]] const Cell& single() const;
  /// As `single`, read as a whole number; 0 for NULL.
  [[nodiscard]] int64_t single_integer() const;
};

/// One column of a chunk of a streamed result. Pointers live until the callback returns.
struct ColumnView {
  /// Physical type after the query's own casts. Ask for exactly these in SQL (CAST(x AS BIGINT), ...).
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

/// A column of rows handed to `Database::append`; exactly one vector is used, by type. A NaN is written as NULL.
struct AppendColumn {
  std::string name;
  std::string type;  ///< "BIGINT", "INTEGER", "DOUBLE", "FLOAT", "VARCHAR", "DATE" (int32 days), "TIMESTAMP" (int64 micros), "BOOLEAN"
  std::vector<int64_t> integers;
  std::vector<int32_t> integers32;   ///< INTEGER, DATE
  std::vector<double> doubles;
  std::vector<float> floats;
  std::vector<std::string> texts;
  std::vector<int32_t> codes;        ///< with `texts` as dictionary: row value = texts[codes[row]], -1 = NULL
};

struct DatabaseOptions {
  int threads = 0;            ///< 0 = DuckDB's default
  int64_t memory_bytes = 0;   ///< 0 = DuckDB's default
  std::string temp_directory; ///< for spilling; empty = beside the database
  bool preserve_order = false;
};

/// An in-process DuckDB with one connection. Owns the library; nothing else includes its header.
/// Not thread-safe: one user at a time. `interrupt()` alone may be called from any thread (not from a signal handler).
class Database {
 public:
  /// Open an in-memory database. Errors: kIo if the library cannot start.
  static Result<Database> open(const DatabaseOptions& options);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  /// Run one or several statements; the result is dropped. Errors: kInvalidData or kIo with DuckDB's message, cleaned.
  Status execute(std::string_view sql);
  /// Run one query and keep its whole result as text.
  Result<Table> query(std::string_view sql);
  /// Run one query and hand its rows chunk by chunk; `on_chunk` may return an error to stop.
  Status stream(std::string_view sql, const std::function<Status(const Chunk&)>& on_chunk);
  /// Create or extend a table (in memory or attached) from columns of equal length, through the appender.
  Status append(std::string_view table, const std::vector<AppendColumn>& columns);
  /// Load an extension that came with Restock ("ducklake", "sqlite_scanner"). Errors: kIo naming the file looked for.
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
