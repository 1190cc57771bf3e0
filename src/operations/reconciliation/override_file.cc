#include "operations/reconciliation/override_file.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <unordered_map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace restock {
namespace {

const std::set<std::string> kOwnColumns = {"first_date", "last_date", "value",
                                           "reason",     "author",    "expires"};

Error bad_row(const std::string& path, size_t row, const std::string& what,
              const std::string& hint) {
  return Error{Code::kInvalidData, fmt::format("{} row {}: {}", path, row + 1, what), hint};
}

/// One row by column name; absent cells are empty.
using Row = std::map<std::string, std::string>;

std::string cell(const Row& row, const std::string& column) {
  const auto place = row.find(column);
  return place == row.end() ? "" : place->second;
}

class Reader {
 public:
  Reader(std::string path, const Hierarchy& hierarchy, const std::vector<LevelSpec>& levels)
      : path_(std::move(path)), levels_(levels) {
    for (size_t i = 0; i < hierarchy.n_nodes(); ++i) nodes_.emplace(hierarchy.node_names[i], i);
    for (const LevelSpec& level : levels_)
      attributes_.insert(level.attributes.begin(), level.attributes.end());
  }

  Status check_columns(const std::vector<std::string>& columns) const {
    for (const std::string& column : columns) {
      if (kOwnColumns.contains(column) || attributes_.contains(column)) continue;
      return Error{Code::kInvalidData,
                   fmt::format("{} has the column '{}', which names no level", path_, column),
                   fmt::format("columns are {} and {}", fmt::join(attributes_, ", "),
                               fmt::join(kOwnColumns, ", "))};
    }
    for (const char* needed : {"first_date", "value"}) {
      if (std::ranges::find(columns, needed) == columns.end()) {
        return Error{Code::kInvalidData, fmt::format("{} lacks the column {}", path_, needed),
                     fmt::format("columns are {} and {}", fmt::join(attributes_, ", "),
                                 fmt::join(kOwnColumns, ", "))};
      }
    }
    return {};
  }

  Result<Override> read(const Row& row, size_t number) const {
    Override out;
    RESTOCK_TRY(out.node, node_of(row, number));
    RESTOCK_TRY(out.first, date(row, "first_date", number));
    out.last = out.first;
    if (!cell(row, "last_date").empty()) {
      RESTOCK_TRY(out.last, date(row, "last_date", number));
    }
    if (!cell(row, "expires").empty()) {
      RESTOCK_TRY(out.expires, date(row, "expires", number));
    }
    const std::string value = cell(row, "value");
    const auto [end, problem] =
        std::from_chars(value.data(), value.data() + value.size(), out.value);
    if (problem != std::errc() || end != value.data() + value.size())
      return bad_row(path_, number, fmt::format("value is no number: '{}'", value), "");
    out.reason = cell(row, "reason");
    out.author = cell(row, "author");
    return out;
  }

 private:
  Result<Date> date(const Row& row, const std::string& column, size_t number) const {
    auto parsed = Date::parse(cell(row, column));
    if (parsed.ok()) return parsed;
    return bad_row(path_, number, column + ": " + parsed.error().message, parsed.error().hint);
  }

  /// The node of the level whose attributes are those that the row gives.
  Result<size_t> node_of(const Row& row, size_t number) const {
    std::set<std::string> given;
    for (const std::string& name : attributes_) {
      if (!cell(row, name).empty()) given.insert(name);
    }
    for (const LevelSpec& level : levels_) {
      if (given != std::set<std::string>(level.attributes.begin(), level.attributes.end()))
        continue;
      std::string name;
      for (const std::string& attribute : level.attributes)
        name += fmt::format("{}{}={}", name.empty() ? "" : " ", attribute, cell(row, attribute));
      const auto place = nodes_.find(name.empty() ? "total" : name);
      if (place != nodes_.end()) return place->second;
      return bad_row(path_, number, fmt::format("there is no node '{}'", name),
                     "check the spelling; only series that were forecast count");
    }
    return bad_row(path_, number,
                   fmt::format("the hierarchy has no level by {}", fmt::join(given, " and ")),
                   fmt::format("add it: --levels {}", fmt::join(given, "+")));
  }

  std::string path_;
  const std::vector<LevelSpec>& levels_;
  std::set<std::string> attributes_;
  std::unordered_map<std::string, size_t> nodes_;  // looked up only
};

}  // namespace

Result<std::vector<Override>> read_overrides(sql::Database& database, const std::string& path,
                                             const Hierarchy& hierarchy,
                                             const std::vector<LevelSpec>& levels) {
  const auto table = database.query(fmt::format(
      "SELECT * FROM read_csv({}, header = true, all_varchar = true, null_padding = true)",
      sql::quote_literal(path)));
  if (!table.ok()) {
    return Error{Code::kIo, "cannot read the overrides " + path + ": " + table.error().message,
                 "a CSV file with a header is needed"};
  }
  const Reader reader(path, hierarchy, levels);
  RESTOCK_TRY(reader.check_columns(table->columns));
  std::vector<Override> out;
  for (size_t number = 0; number < table->rows.size(); ++number) {
    Row row;
    for (size_t c = 0; c < table->columns.size(); ++c)
      row[table->columns[c]] = table->rows[number][c].value_or("");
    RESTOCK_TRY(Override one, reader.read(row, number));
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace restock
