#include "data/sql/column_source.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include <fmt/format.h>

namespace restock::sql {
namespace {

// Rows of one partition: a whole number of chunks, small enough that threads share evenly.
constexpr size_t kPartitionRows = 60 * 2048;

std::optional<SourceColumn::Type> type_of(const AppendColumn& column) {
  using Type = SourceColumn::Type;
  if (column.type == "BIGINT") return Type::kInt64;
  if (column.type == "INTEGER") return Type::kInt32;
  if (column.type == "DOUBLE") return Type::kDouble;
  if (column.type == "FLOAT") return Type::kFloat;
  if (column.type == "DATE") return Type::kDate;
  if (column.type == "TIMESTAMP") return Type::kTimestamp;
  if (column.type == "BOOLEAN") return Type::kBool;
  if (column.type == "VARCHAR") return column.codes.empty() ? Type::kText : Type::kDictionary;
  return std::nullopt;
}

size_t length_of(const AppendColumn& column, SourceColumn::Type type) {
  using Type = SourceColumn::Type;
  switch (type) {
    case Type::kInt64:
    case Type::kTimestamp:
    case Type::kBool:
      return column.integers.size();
    case Type::kInt32:
    case Type::kDate:
      return column.integers32.size();
    case Type::kFloat:
      return column.floats.size();
    case Type::kDouble:
      return column.doubles.size();
    case Type::kText:
      return column.texts.size();
    case Type::kDictionary:
      return column.codes.size();
  }
  return 0;
}

template <typename T>
void copy_numbers(const std::vector<T>& from, size_t begin, size_t rows, SourceChunk& chunk,
                  size_t column) {
  const auto to = chunk.values<T>(column);
  std::memcpy(to.data(), from.data() + begin, rows * sizeof(T));
  if constexpr (std::is_floating_point_v<T>) {
    for (size_t row = 0; row < rows; ++row) {
      if (std::isnan(to[row])) chunk.set_null(column, row);
    }
  }
}

void copy_column(const AppendColumn& from, SourceColumn::Type type, size_t begin, size_t rows,
                 SourceChunk& chunk, size_t column) {
  using Type = SourceColumn::Type;
  switch (type) {
    case Type::kInt64:
    case Type::kTimestamp:
      copy_numbers(from.integers, begin, rows, chunk, column);
      break;
    case Type::kInt32:
    case Type::kDate:
      copy_numbers(from.integers32, begin, rows, chunk, column);
      break;
    case Type::kFloat:
      copy_numbers(from.floats, begin, rows, chunk, column);
      break;
    case Type::kDouble:
      copy_numbers(from.doubles, begin, rows, chunk, column);
      break;
    case Type::kDictionary:
      copy_numbers(from.codes, begin, rows, chunk, column);
      break;
    case Type::kBool:
      for (size_t row = 0; row < rows; ++row) {
        chunk.values<bool>(column)[row] = from.integers[begin + row] != 0;
      }
      break;
    case Type::kText:
      for (size_t row = 0; row < rows; ++row) chunk.set_text(column, row, from.texts[begin + row]);
  }
  if (from.present.empty()) return;
  for (size_t row = 0; row < rows; ++row) {
    if (from.present[begin + row] != 0) continue;
    if (type == Type::kDictionary) {
      chunk.values<int32_t>(column)[row] = -1;
    } else {
      chunk.set_null(column, row);
    }
  }
}

Status check_column(const AppendColumn& column, SourceColumn::Type type, size_t rows) {
  const size_t length = length_of(column, type);
  if (length != rows) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("column '{}' has {} rows, the first has {}", column.name, length, rows), ""};
  }
  if (!column.present.empty() && column.present.size() != rows) {
    return Error{Code::kInvalidArgument,
                 fmt::format("column '{}' has {} rows but {} present flags", column.name, rows,
                             column.present.size()),
                 ""};
  }
  return {};
}

}  // namespace

Result<Source> column_source(const std::vector<AppendColumn>& columns) {
  if (columns.empty()) return Error{Code::kInvalidArgument, "there is no column to append", ""};
  Source source;
  size_t rows = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    const AppendColumn& column = columns[i];
    const auto type = type_of(column);
    if (!type) {
      return Error{
          Code::kInvalidArgument,
          fmt::format(
              "column '{}' has type '{}'; allowed: BIGINT, INTEGER, DOUBLE, FLOAT, VARCHAR, DATE, "
              "TIMESTAMP, BOOLEAN",
              column.name, column.type),
          ""};
    }
    if (i == 0) rows = length_of(column, *type);
    // Without rows the texts of a dictionary look like rows: nothing is lost by not counting them.
    if (rows > 0 || *type != SourceColumn::Type::kText)
      RESTOCK_TRY(check_column(column, *type, rows));
    source.columns.push_back({column.name, *type, {}});
    if (*type == SourceColumn::Type::kDictionary) source.columns.back().dictionary = column.texts;
  }
  source.rows_estimate = static_cast<int64_t>(rows);
  source.partitions = std::max<size_t>(1, (rows + kPartitionRows - 1) / kPartitionRows);
  std::vector<SourceColumn::Type> types;
  for (const SourceColumn& column : source.columns) types.push_back(column.type);
  source.open = [&columns, types, rows](size_t partition) -> PartitionReader {
    size_t next = partition * kPartitionRows;
    const size_t end = std::min(rows, next + kPartitionRows);
    return [&columns, types, next, end](SourceChunk& chunk) mutable -> Result<size_t> {
      const size_t count = std::min(chunk.capacity(), end - next);
      if (count == 0) return count;
      for (size_t i = 0; i < columns.size(); ++i)
        copy_column(columns[i], types[i], next, count, chunk, i);
      next += count;
      return count;
    };
  };
  return source;
}

std::string column_definitions(const std::vector<AppendColumn>& columns) {
  std::string text;
  for (const AppendColumn& column : columns) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", quote_identifier(column.name),
                        column.type);
  }
  return text;
}

}  // namespace restock::sql
