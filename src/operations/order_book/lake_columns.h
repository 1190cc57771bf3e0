#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "operations/order_book/order_book.h"

namespace restock {

/// Columns of n rows for the lake's own order tables, from what gives the value of a row.

/// An empty text is NULL.
[[nodiscard]] sql::AppendColumn text_column(std::string name, size_t n,
                                            const std::function<std::string(size_t)>& text);
/// A NaN is NULL.
[[nodiscard]] sql::AppendColumn double_column(std::string name, size_t n,
                                              const std::function<double(size_t)>& number);
[[nodiscard]] sql::AppendColumn integer_column(std::string name, size_t n,
                                               const std::function<int64_t(size_t)>& number);
[[nodiscard]] sql::AppendColumn date_column(std::string name, size_t n,
                                            const std::function<Date(size_t)>& date);
/// First day (instant, where periods are hours) of a period.
[[nodiscard]] sql::AppendColumn period_column(const TimeAxis& axis, std::string name, size_t n,
                                              const std::function<Period(size_t)>& period);
/// The key columns of the book. A key of no text is text.
[[nodiscard]] std::vector<sql::AppendColumn> key_columns(
    const OrderBook& book, size_t n, const std::function<const SeriesKey&(size_t)>& key);

/// One more than the largest `column` of a table of the lake; 1 for an empty or absent one.
[[nodiscard]] Result<int64_t> next_number(lake::Lake& lake, const std::string& table,
                                          const std::string& column);

}  // namespace restock
