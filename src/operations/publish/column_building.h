#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "data/sql/database.h"
#include "foundation/domain/time_axis.h"
#include "science/forecast/forecast_table.h"

namespace restock {

/// What a column of numbers holds where there is none: the appender writes NULL.
inline constexpr double kNullNumber = std::numeric_limits<double>::quiet_NaN();

/// An empty column.
[[nodiscard]] sql::AppendColumn make_column(std::string name, std::string type);

/// Adds texts to a dictionary column; each distinct text is kept once.
class TextColumn {
 public:
  explicit TextColumn(std::string name) : column_(make_column(std::move(name), "VARCHAR")) {}

  void add(const std::string& text);
  void add_null() { column_.codes.push_back(-1); }
  void add_or_null(const std::string& text) { text.empty() ? add_null() : add(text); }
  [[nodiscard]] sql::AppendColumn take() { return std::move(column_); }

 private:
  sql::AppendColumn column_;
  std::unordered_map<std::string, int32_t> codes_;  // looked up only, never iterated
};

/// A DATE column, or TIMESTAMP where periods are shorter than a day.
[[nodiscard]] sql::AppendColumn period_column(std::string name, const TimeAxis& axis);
void add_period(sql::AppendColumn& column, const TimeAxis& axis, Period period);

/// One column per key, with `repeat` equal rows for each of the series.
[[nodiscard]] std::vector<sql::AppendColumn> key_columns(const ForecastTable& forecast,
                                                         const std::vector<size_t>& series,
                                                         size_t repeat);

}  // namespace restock
