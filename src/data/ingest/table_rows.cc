#include "data/ingest/table_rows.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace restock::ingest {

std::optional<double> parse_number(std::string text) {
  if (text.find('.') == std::string::npos) std::replace(text.begin(), text.end(), ',', '.');
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

std::optional<Date> parse_cell_date(const std::string& text) {
  const auto date = Date::parse(text.substr(0, 10));
  return date.ok() ? std::optional<Date>(*date) : std::nullopt;
}

Result<int> optional_column(const SmallTable& table, const std::string& section,
                            const std::string& option, const std::string& name,
                            const std::string& usual) {
  if (name.empty() || (name == usual && table.find(name) < 0)) return -1;
  RESTOCK_TRY(const size_t at, find_column(table, fmt::format("[{}] {}", section, option), name));
  return static_cast<int>(at);
}

RowCounter::RowCounter(Severity severity, std::string code, std::string file) {
  finding_.severity = severity;
  finding_.code = std::move(code);
  finding_.file = std::move(file);
}

void RowCounter::add(size_t row, const std::string& column, const std::string& value) {
  if (finding_.count++ > 0) return;
  finding_.row = static_cast<int64_t>(row) + 1;
  finding_.column = column;
  finding_.value = value;
}

void RowCounter::finish(const std::string& text, std::vector<DataFinding>& findings) {
  if (finding_.count == 0) return;
  finding_.message = fmt::format("{} rows of {} {}.", finding_.count, finding_.file, text);
  findings.push_back(finding_);
}

}  // namespace restock::ingest
