#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"

namespace restock::sql {

/// One column of a `Source`, with the C++ type that `SourceChunk::values` gives for it.
struct SourceColumn {
  enum class Type {
    kBool,        ///< bool
    kInt32,       ///< int32_t
    kInt64,       ///< int64_t
    kFloat,       ///< float
    kDouble,      ///< double
    kDate,        ///< int32_t, days after 1970-01-01
    kTimestamp,   ///< int64_t, microseconds after 1970-01-01T00:00:00
    kText,        ///< no array: use `SourceChunk::set_text`
    kDictionary,  ///< VARCHAR by code: int32_t index into `dictionary`, -1 = NULL. The fast way for
                  ///< keys.
  };
  std::string name;
  Type type = Type::kDouble;
  std::vector<std::string> dictionary;  ///< kDictionary only
};

/// Room for the next rows of a partition. Valid only during the call that it is handed to.
class SourceChunk {
 public:
  struct Column {
    SourceColumn::Type type = SourceColumn::Type::kDouble;
    void* values = nullptr;
    void* vector = nullptr;  ///< The engine's own handle.
  };
  SourceChunk(std::span<Column> columns, size_t capacity)
      : columns_(columns), capacity_(capacity) {}

  /// Rows that fit (2048).
  [[nodiscard]] size_t capacity() const { return capacity_; }
  /// `capacity()` values of a column, uninitialised. T must be the type named beside the column's
  /// `Type`.
  template <typename T>
  [[nodiscard]] std::span<T> values(size_t column) const {
    return {static_cast<T*>(columns_[column].values), capacity_};
  }
  /// Write one kText value; the text is copied.
  void set_text(size_t column, size_t row, std::string_view text);
  /// Make a value NULL. All rows are valid until then. Not for kDictionary: write the code -1.
  void set_null(size_t column, size_t row);

 private:
  std::span<Column> columns_;
  size_t capacity_;
};

/// Fills the chunk and returns the number of rows written, at most `capacity()`; 0 ends the
/// partition.
using PartitionReader = std::function<Result<size_t>(SourceChunk& chunk)>;

/// Rows made by C++ code, read by SQL as a table function, never all in memory.
struct Source {
  std::vector<SourceColumn> columns;
  size_t partitions = 1;
  int64_t rows_estimate = 0;  ///< For the optimiser; 0 = unknown.
  /// Start reading one partition. Readers of different partitions run at once on different threads
  /// (unless the database preserves order: then one after the other, in order), each on one thread
  /// at a time. The source may be read several times: every call gives a new reader from the
  /// beginning.
  std::function<PartitionReader(size_t partition)> open;
};

}  // namespace restock::sql
