#include "operations/publish/csv_text.h"

#include <cmath>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "foundation/domain/date.h"
#include "operations/publish/number_text.h"
#include "operations/publish/published_tables.h"

namespace restock {
namespace {

std::string instant_text(int64_t micros) {
  constexpr int64_t kDay = 86'400;
  const int64_t seconds = micros / 1'000'000;
  const int64_t day = seconds >= 0 ? seconds / kDay : (seconds - kDay + 1) / kDay;
  const int64_t rest = seconds - day * kDay;
  return fmt::format("{}T{:02}:{:02}:{:02}", Date::from_days(static_cast<int32_t>(day)).to_string(),
                     rest / 3600, rest / 60 % 60, rest % 60);
}

void add_cell(std::string& line, const sql::AppendColumn& column, size_t row) {
  if (!column.present.empty() && column.present[row] == 0) return;
  if (column.type == "VARCHAR") {
    const int32_t code = column.codes[row];
    if (code >= 0) line += csv_field(column.texts[static_cast<size_t>(code)]);
  } else if (column.type == "DOUBLE") {
    line += decimal(column.doubles[row]);
  } else if (column.type == "FLOAT") {
    line += decimal(column.floats[row]);
  } else if (column.type == "DATE") {
    line += Date::from_days(column.integers32[row]).to_string();
  } else if (column.type == "TIMESTAMP") {
    line += instant_text(column.integers[row]);
  } else if (column.type == "BOOLEAN") {
    line += column.integers[row] != 0 ? "true" : "false";
  } else if (column.type == "INTEGER") {
    line += fmt::format("{}", column.integers32[row]);
  } else {
    RESTOCK_ASSERT(column.type == "BIGINT");
    line += fmt::format("{}", column.integers[row]);
  }
}

}  // namespace

std::string csv_field(std::string_view text) {
  const bool quoted = text.empty() || text.find_first_of(",\"\r\n") != std::string_view::npos ||
                      text.front() == ' ' || text.back() == ' ';
  if (!quoted) return std::string(text);
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? "\"\"" : std::string(1, c);
  return result + '"';
}

std::string csv_header(const std::vector<sql::AppendColumn>& columns) {
  std::string line;
  for (const sql::AppendColumn& column : columns) {
    if (!line.empty()) line += ',';
    line += csv_field(column.name);
  }
  return line + '\n';
}

std::string csv_rows(const std::vector<sql::AppendColumn>& columns) {
  std::string text;
  const size_t rows = row_count(columns);
  for (size_t row = 0; row < rows; ++row) {
    for (size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) text += ',';
      add_cell(text, columns[i], row);
    }
    text += '\n';
  }
  return text;
}

}  // namespace restock
