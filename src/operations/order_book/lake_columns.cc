#include "operations/order_book/lake_columns.h"

#include <utility>

#include <fmt/format.h>

#include "operations/publish/utf8.h"

namespace restock {

sql::AppendColumn text_column(std::string name, size_t n,
                              const std::function<std::string(size_t)>& text) {
  sql::AppendColumn column{.name = std::move(name), .type = "VARCHAR"};
  column.texts.reserve(n);
  column.codes.reserve(n);
  for (size_t i = 0; i < n; ++i) {
    std::string value = text(i);
    column.codes.push_back(value.empty() ? -1 : static_cast<int32_t>(column.texts.size()));
    if (!value.empty()) column.texts.push_back(repaired_utf8(value));
  }
  return column;
}

sql::AppendColumn double_column(std::string name, size_t n,
                                const std::function<double(size_t)>& number) {
  sql::AppendColumn column{.name = std::move(name), .type = "DOUBLE"};
  column.doubles.reserve(n);
  for (size_t i = 0; i < n; ++i) column.doubles.push_back(number(i));
  return column;
}

sql::AppendColumn integer_column(std::string name, size_t n,
                                 const std::function<int64_t(size_t)>& number) {
  sql::AppendColumn column{.name = std::move(name), .type = "BIGINT"};
  column.integers.reserve(n);
  for (size_t i = 0; i < n; ++i) column.integers.push_back(number(i));
  return column;
}

sql::AppendColumn date_column(std::string name, size_t n, const std::function<Date(size_t)>& date) {
  sql::AppendColumn column{.name = std::move(name), .type = "DATE"};
  column.integers32.reserve(n);
  for (size_t i = 0; i < n; ++i) column.integers32.push_back(date(i).days());
  return column;
}

sql::AppendColumn period_column(const TimeAxis& axis, std::string name, size_t n,
                                const std::function<Period(size_t)>& period) {
  const bool hourly = axis.frequency == Frequency::kHourly;
  sql::AppendColumn column{.name = std::move(name), .type = hourly ? "TIMESTAMP" : "DATE"};
  if (hourly) {
    column.integers.reserve(n);
    for (size_t i = 0; i < n; ++i)
      column.integers.push_back(axis.start_seconds(period(i)) * 1'000'000);
  } else {
    column.integers32.reserve(n);
    for (size_t i = 0; i < n; ++i) column.integers32.push_back(axis.date_of(period(i)).days());
  }
  return column;
}

std::vector<sql::AppendColumn> key_columns(const OrderBook& book, size_t n,
                                           const std::function<const SeriesKey&(size_t)>& key) {
  std::vector<sql::AppendColumn> columns;
  columns.reserve(book.key_names.size());
  for (size_t k = 0; k < book.key_names.size(); ++k) {
    sql::AppendColumn column{.name = book.key_names[k], .type = "VARCHAR"};
    column.texts.reserve(n);
    column.codes.reserve(n);
    for (size_t i = 0; i < n; ++i) {
      column.codes.push_back(static_cast<int32_t>(i));
      column.texts.push_back(key(i).parts[k]);
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

Result<int64_t> next_number(lake::Lake& lake, const std::string& table, const std::string& column) {
  RESTOCK_TRY(const auto present, lake.columns_of(table));
  if (present.empty()) return 1;
  RESTOCK_TRY(const auto found, lake.database().query(fmt::format(
                                    "SELECT coalesce(max({}), 0)::BIGINT + 1 FROM lake.{}",
                                    sql::quote_identifier(column), table)));
  return found.single_integer();
}

}  // namespace restock
