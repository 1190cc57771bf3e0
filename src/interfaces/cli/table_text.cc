#include "interfaces/cli/table_text.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "operations/publish/csv_text.h"
#include "operations/publish/html_text.h"

namespace restock::cli {
namespace {

using nlohmann::ordered_json;

constexpr size_t kCellWidthMax = 60;

bool is_whole(const std::string& type) {
  return type.ends_with("INT") || type.ends_with("INTEGER");
}
bool is_number(const std::string& type) {
  return is_whole(type) || type == "DOUBLE" || type == "FLOAT" || type.starts_with("DECIMAL");
}

size_t code_points(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string cell_text(const sql::Cell& cell) {
  std::string text = shortened(cell.value_or("NULL"), kCellWidthMax);
  // A line break inside a cell would tear the table.
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return text;
}

/// fmt pads by display width, which terminals agree on less than on code points.
std::string padded(const std::string& text, size_t width, bool right) {
  const std::string space(width - std::min(width, code_points(text)), ' ');
  return right ? space + text : text + space;
}

ordered_json json_cell(const sql::Cell& cell, const std::string& type) {
  if (!cell) return nullptr;
  if (type == "BOOLEAN") return *cell == "true";
  if (is_number(type)) {
    ordered_json number = ordered_json::parse(*cell, nullptr, false);
    // HUGEINT beyond 64 bits, inf and nan are no JSON numbers of the same value: they stay text.
    if (number.is_number_integer() || (number.is_number() && !is_whole(type))) return number;
  }
  return *cell;
}

}  // namespace

std::string aligned_text(const sql::Table& table) {
  std::vector<size_t> widths;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    size_t width = code_points(table.columns[i]);
    for (const auto& row : table.rows) width = std::max(width, code_points(cell_text(row[i])));
    widths.push_back(width);
  }
  const auto line = [&](const auto& text_of) {
    std::string result;
    for (size_t i = 0; i < widths.size(); ++i) {
      result += (i == 0 ? "" : "  ") + padded(text_of(i), widths[i], is_number(table.types[i]));
    }
    result.erase(result.find_last_not_of(' ') + 1);
    return result + '\n';
  };
  std::string text = line([&](size_t i) { return table.columns[i]; });
  text += line([&](size_t i) { return std::string(widths[i], '-'); });
  for (const auto& row : table.rows) text += line([&](size_t i) { return cell_text(row[i]); });
  return text +
         fmt::format("({} {})\n", table.rows.size(), table.rows.size() == 1 ? "row" : "rows");
}

std::string json_text(const sql::Table& table) {
  ordered_json json = ordered_json::array();
  for (const auto& row : table.rows) {
    ordered_json object = ordered_json::object();
    for (size_t i = 0; i < row.size(); ++i)
      object[table.columns[i]] = json_cell(row[i], table.types[i]);
    json.push_back(std::move(object));
  }
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

std::string csv_text(const sql::Table& table) {
  std::string text;
  for (size_t i = 0; i < table.columns.size(); ++i)
    text += (i == 0 ? "" : ",") + csv_field(table.columns[i]);
  text += '\n';
  for (const auto& row : table.rows) {
    for (size_t i = 0; i < row.size(); ++i)
      text += (i == 0 ? "" : ",") + (row[i] ? csv_field(*row[i]) : std::string());
    text += '\n';
  }
  return text;
}

}  // namespace restock::cli
