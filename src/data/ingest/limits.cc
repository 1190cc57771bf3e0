#include "data/ingest/limits.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "data/ingest/attribute_table.h"
#include "data/ingest/table_rows.h"
#include "foundation/config/suggest.h"

namespace restock::ingest {
namespace {

constexpr const char* kEachValue = "*";

/// A column of the limits table that narrows a limit, and what each series has there.
struct Scope {
  size_t column = 0;
  std::function<std::string(size_t series)> value_of;
};

/// Where the columns of the limits table are.
struct Columns {
  size_t name = 0;
  size_t resource = 0;
  size_t amount = 0;
  int counts = -1;
  std::vector<Scope> scopes;
};

Error bad_cell(const SmallTable& table, size_t row, size_t column, const std::string& what,
               const std::string& allowed) {
  return {Code::kInvalidData,
          fmt::format("{} row {}, column {}: \"{}\" {}", table.name, row + 1, table.columns[column],
                      table.rows[row][column], what),
          allowed};
}

/// What series have in a scope column; nullopt if there is no such thing.
std::optional<Scope> find_scope(const SmallTable& table, size_t column, const RunConfig& config,
                                const Panel& panel, std::span<const std::string> suppliers) {
  const std::string& name = table.columns[column];
  for (size_t k = 0; k < panel.key_names.size(); ++k) {
    if (panel.key_names[k] == name)
      return Scope{column, [&panel, k](size_t i) { return panel.keys[i].parts[k]; }};
  }
  for (const StaticAttribute& attribute : panel.attributes) {
    if (attribute.name != name) continue;
    return Scope{column, [&attribute](size_t i) {
                   const int32_t code = attribute.codes[i];
                   return code < 0 ? "" : attribute.levels[static_cast<size_t>(code)];
                 }};
  }
  if (name == "supplier") return Scope{column, [suppliers](size_t i) { return suppliers[i]; }};
  if (name == "location" && !panel.key_names.empty()) {
    const auto named =
        std::find(panel.key_names.begin(), panel.key_names.end(), config.locations.key);
    const size_t k =
        named == panel.key_names.end() ? 0 : static_cast<size_t>(named - panel.key_names.begin());
    return Scope{column, [&panel, k](size_t i) { return panel.keys[i].parts[k]; }};
  }
  return std::nullopt;
}

Result<Columns> find_columns(const SmallTable& table, const RunConfig& config, const Panel& panel,
                             std::span<const std::string> suppliers) {
  Columns columns;
  RESTOCK_TRY(columns.name, find_column(table, "[limits] file, name", "name"));
  RESTOCK_TRY(columns.resource, find_column(table, "[limits] file, resource", "resource"));
  RESTOCK_TRY(columns.amount, find_column(table, "[limits] file, amount", "amount"));
  columns.counts = table.find("counts");
  for (size_t c = 0; c < table.columns.size(); ++c) {
    if (c == columns.name || c == columns.resource || c == columns.amount ||
        static_cast<int>(c) == columns.counts)
      continue;
    auto scope = find_scope(table, c, config, panel, suppliers);
    if (!scope) {
      std::vector<std::string> known = {"counts", "supplier", "location"};
      known.insert(known.end(), panel.key_names.begin(), panel.key_names.end());
      for (const auto& attribute : panel.attributes) known.push_back(attribute.name);
      return Error{Code::kInvalidData,
                   fmt::format("{}: column {} is nothing that series have{}", table.name,
                               table.columns[c], did_you_mean(table.columns[c], known)),
                   fmt::format("known: {}", fmt::join(known, ", "))};
    }
    columns.scopes.push_back(*std::move(scope));
  }
  return columns;
}

/// A number of each series, from the first table that has the column; those without stay empty.
class NumberTables {
 public:
  NumberTables(sql::Database& database, const RunConfig& config, const Panel& panel,
               const std::string& work_directory)
      : database_(database), config_(config), panel_(panel), work_directory_(work_directory) {}

  /// Errors: kNotFound if no table has the column.
  Result<const std::vector<std::optional<double>>*> find(const std::string& column) {
    if (const auto known = found_.find(column); known != found_.end()) return &known->second;
    const std::pair<const char*, std::string> sources[] = {{"inventory", config_.inventory.file},
                                                           {"products", config_.products.file},
                                                           {"stores", config_.stores.file}};
    for (const auto& [section, file] : sources) {
      if (file.empty()) continue;
      RESTOCK_TRY(const SmallTable* table, read(file));
      const int at = table->find(column);
      if (at < 0) continue;
      RESTOCK_TRY(auto numbers, numbers_of(*table, section, static_cast<size_t>(at)));
      return &found_.emplace(column, std::move(numbers)).first->second;
    }
    return Error{Code::kNotFound, fmt::format("no table has a column {}", column),
                 "resources are money, units, packs, or a numeric column of the [inventory], "
                 "[products] or [stores] file"};
  }

 private:
  Result<const SmallTable*> read(const std::string& file) {
    if (const auto known = tables_.find(file); known != tables_.end()) return &known->second;
    RESTOCK_TRY(SmallTable table, read_small_table(database_, config_, file, work_directory_));
    return &tables_.emplace(file, std::move(table)).first->second;
  }

  Result<std::vector<std::optional<double>>> numbers_of(const SmallTable& table,
                                                        const std::string& section, size_t column) {
    RESTOCK_TRY(const KeyMatch keys, match_keys(table, section, config_, {}));
    std::map<std::vector<std::string>, std::optional<double>> number_of;
    for (size_t row = 0; row < table.rows.size(); ++row) {
      const std::string& text = table.rows[row][column];
      const auto number = parse_number(text);
      if (!text.empty() && (!number || *number < 0))
        return bad_cell(table, row, column, "cannot be counted in a limit",
                        "give a number per unit of 0 or more");
      number_of.emplace(pick_key(table.rows[row], keys.in_table), number);
    }
    std::vector<std::optional<double>> numbers(panel_.n_series());
    for (size_t i = 0; i < numbers.size(); ++i) {
      const auto place = number_of.find(pick_key(panel_.keys[i].parts, keys.in_panel));
      if (place != number_of.end()) numbers[i] = place->second;
    }
    return numbers;
  }

  sql::Database& database_;
  const RunConfig& config_;
  const Panel& panel_;
  std::string work_directory_;
  std::map<std::string, SmallTable> tables_;
  std::map<std::string, std::vector<std::optional<double>>> found_;
};

/// What a row says, before its scope.
Result<Limit> read_row(const SmallTable& table, size_t row, const Columns& columns) {
  const auto& cells = table.rows[row];
  Limit limit;
  limit.name = cells[columns.name];
  if (limit.name.empty())
    return bad_cell(table, row, columns.name, "is no name", "name each limit");
  const std::string& resource = cells[columns.resource];
  if (resource.empty())
    return bad_cell(table, row, columns.resource, "is no resource",
                    "write money, units, packs, or a numeric column such as volume");
  limit.resource = LimitResource::kColumn;
  if (resource == "money") limit.resource = LimitResource::kMoney;
  if (resource == "units") limit.resource = LimitResource::kUnits;
  if (resource == "packs") limit.resource = LimitResource::kPacks;
  if (limit.resource == LimitResource::kColumn) limit.column = resource;
  const auto amount = parse_number(cells[columns.amount]);
  if (!amount || *amount < 0)
    return bad_cell(table, row, columns.amount, "is no amount", "give a number of 0 or more");
  limit.amount = *amount;
  if (columns.counts >= 0) {
    const auto at = static_cast<size_t>(columns.counts);
    if (cells[at] != "" && cells[at] != "order" && cells[at] != "position")
      return bad_cell(table, row, at, "is nothing that is counted",
                      "write order, or position where stock and open orders count too");
    limit.counts_position = cells[at] == "position";
  }
  return limit;
}

/// The limit of one row, or one for each value of the columns with *.
std::vector<Limit> with_scope(const SmallTable& table, size_t row, const Columns& columns,
                              const Limit& limit, size_t n_series) {
  std::map<std::vector<std::string>, Limit> of_values;
  const auto& cells = table.rows[row];
  const bool each = std::any_of(columns.scopes.begin(), columns.scopes.end(),
                                [&](const Scope& s) { return cells[s.column] == kEachValue; });
  if (!each) of_values.emplace(std::vector<std::string>{}, limit);
  for (size_t i = 0; i < n_series; ++i) {
    std::vector<std::string> values;
    bool inside = true;
    for (const Scope& scope : columns.scopes) {
      if (cells[scope.column].empty()) continue;
      const std::string value = scope.value_of(i);
      if (cells[scope.column] == kEachValue) values.push_back(value);
      inside = inside &&
               (cells[scope.column] == kEachValue ? !value.empty() : value == cells[scope.column]);
    }
    if (!inside) continue;
    Limit& of = of_values.try_emplace(values, limit).first->second;
    if (!values.empty()) of.name = fmt::format("{} {}", limit.name, fmt::join(values, " "));
    of.series.push_back(i);
  }
  std::vector<Limit> limits;
  limits.reserve(of_values.size());
  for (auto& [values, of] : of_values) limits.push_back(std::move(of));
  return limits;
}

Status take_numbers(const SmallTable& table, size_t row, size_t column, const Panel& panel,
                    NumberTables& tables, Limit& limit) {
  if (limit.resource != LimitResource::kColumn) return {};
  const auto numbers = tables.find(limit.column);
  if (!numbers.ok() && numbers.error().code == Code::kNotFound)
    return bad_cell(table, row, column, "is no resource", numbers.error().hint);
  if (!numbers.ok()) return numbers.error();
  std::vector<std::string> missing;
  limit.per_unit.reserve(limit.series.size());
  for (const size_t i : limit.series) {
    limit.per_unit.push_back((**numbers)[i].value_or(0));
    if (!(**numbers)[i]) missing.push_back(panel.keys[i].to_string());
  }
  if (missing.empty()) return {};
  return Error{Code::kInvalidData,
               fmt::format("{} row {}: {} of the {} series under {} have no {}, such as {}",
                           table.name, row + 1, missing.size(), limit.series.size(), limit.name,
                           limit.column, missing.front()),
               "fill the column, 0 where nothing is used, or narrow the limit"};
}

}  // namespace

Result<LimitTable> read_limits(sql::Database& database, const RunConfig& config, const Panel& panel,
                               std::span<const std::string> suppliers,
                               const std::string& work_directory) {
  LimitTable out;
  if (config.limits.file.empty()) return out;
  RESTOCK_TRY(const SmallTable table,
              read_small_table(database, config, config.limits.file, work_directory));
  RESTOCK_TRY(const Columns columns, find_columns(table, config, panel, suppliers));
  NumberTables numbers(database, config, panel, work_directory);
  RowCounter empty(Severity::kWarning, "limit_without_series", table.name);
  std::set<std::string> names;
  for (size_t row = 0; row < table.rows.size(); ++row) {
    RESTOCK_TRY(const Limit read, read_row(table, row, columns));
    auto limits = with_scope(table, row, columns, read, panel.n_series());
    const bool reached = !limits.empty() && !limits.front().series.empty();
    if (!reached) empty.add(row, "name", read.name);
    for (Limit& limit : limits) {
      if (!names.insert(limit.name).second)
        return bad_cell(table, row, columns.name, "names two limits", "name each limit once");
      RESTOCK_TRY(take_numbers(table, row, columns.resource, panel, numbers, limit));
      out.limits.push_back(std::move(limit));
    }
  }
  empty.finish("limit no series: nothing matches their scope", out.findings);
  return out;
}

}  // namespace restock::ingest
