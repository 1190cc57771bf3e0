#include "data/ingest/attribute_table.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "data/ingest/column_reading.h"

namespace restock::ingest {
namespace {

using Key = std::vector<std::string>;

/// Names a second attribute of the same name by its section.
std::string free_name(const Panel& panel, const std::string& name, const std::string& section) {
  const bool taken = std::any_of(panel.attributes.begin(), panel.attributes.end(),
                                 [&](const auto& a) { return a.name == name; });
  return taken ? section + "_" + name : name;
}

Result<std::vector<size_t>> attribute_columns(const SmallTable& table, const std::string& section,
                                              const std::vector<std::string>& wanted,
                                              const KeyMatch& keys) {
  std::vector<size_t> columns;
  for (const auto& name : wanted) {
    RESTOCK_TRY(const size_t at, find_column(table, fmt::format("[{}] attributes", section), name));
    columns.push_back(at);
  }
  if (!wanted.empty()) return columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (std::find(keys.in_table.begin(), keys.in_table.end(), i) == keys.in_table.end())
      columns.push_back(i);
  }
  return columns;
}

}  // namespace

int SmallTable::find(const std::string& column) const {
  const auto place = std::find(columns.begin(), columns.end(), column);
  return place == columns.end() ? -1 : static_cast<int>(place - columns.begin());
}

Result<size_t> find_column(const SmallTable& table, const std::string& option,
                           const std::string& name) {
  const int at = table.find(name);
  if (at >= 0) return static_cast<size_t>(at);
  return Error{Code::kInvalidData, missing_column(option, name, table.name, table.columns),
               fmt::format("its columns are {}", fmt::join(table.columns, ", "))};
}

std::vector<std::string> pick_key(const std::vector<std::string>& parts,
                                  const std::vector<size_t>& positions) {
  std::vector<std::string> key;
  for (const size_t position : positions) key.push_back(parts[position]);
  return key;
}

Result<SmallTable> read_small_table(sql::Database& database, const RunConfig& config,
                                    const std::string& file, const std::string& work_directory) {
  RESTOCK_TRY(const auto files, find_source_files({file}, config.directory, "auto"));
  const std::string folder = work_directory + "/small_table";
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem)
    return Error{Code::kIo, fmt::format("cannot make the folder {}: {}", folder, problem.message()),
                 ""};
  DataConfig reading;
  RESTOCK_TRY(const RawTable raw, open_raw_table(database, files, reading, folder));
  SmallTable table{.name = file, .columns = raw.names()};
  std::vector<std::string> expressions;
  for (const auto& column : raw.columns) expressions.push_back(text_expression(column));
  RESTOCK_TRY(auto result,
              database.query(fmt::format("SELECT {} FROM {} ORDER BY row_file, row_number",
                                         fmt::join(expressions, ", "), raw.relation)));
  for (auto& row : result.rows) {
    std::vector<std::string> texts;
    for (auto& cell : row) texts.push_back(std::move(cell).value_or(""));
    table.rows.push_back(std::move(texts));
  }
  return table;
}

Result<KeyMatch> match_keys(const SmallTable& table, const std::string& section,
                            const RunConfig& config, const std::vector<std::string>& wanted) {
  KeyMatch match;
  for (const auto& name : wanted) {
    if (std::find(config.data.keys.begin(), config.data.keys.end(), name) ==
        config.data.keys.end()) {
      return Error{Code::kInvalidArgument,
                   fmt::format("[{}] keys: \"{}\" is no key of the sales", section, name),
                   fmt::format("the keys are {}", fmt::join(config.data.keys, ", "))};
    }
    RESTOCK_TRY([[maybe_unused]] const size_t at,
                find_column(table, fmt::format("[{}] keys", section), name));
  }
  for (size_t k = 0; k < config.data.keys.size(); ++k) {
    const std::string& name = config.data.keys[k];
    const int at = table.find(name);
    const bool asked =
        wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
    if (at < 0 || !asked) continue;
    match.in_panel.push_back(k);
    match.in_table.push_back(static_cast<size_t>(at));
  }
  if (match.in_panel.empty() && !config.data.keys.empty()) {
    return Error{Code::kInvalidData,
                 fmt::format("{} has none of the key columns {}; its columns are {}", table.name,
                             fmt::join(config.data.keys, ", "), fmt::join(table.columns, ", ")),
                 fmt::format("rename a column of it to join [{}] with the sales", section)};
  }
  return match;
}

StaticAttribute make_attribute(const std::string& name, const std::vector<std::string>& values) {
  StaticAttribute attribute;
  attribute.name = name;
  const std::set<std::string> levels(values.begin(), values.end());
  for (const auto& level : levels) {
    if (!level.empty()) attribute.levels.push_back(level);
  }
  for (const auto& value : values) {
    const auto place = std::lower_bound(attribute.levels.begin(), attribute.levels.end(), value);
    attribute.codes.push_back(
        value.empty() ? -1 : static_cast<int32_t>(place - attribute.levels.begin()));
  }
  return attribute;
}

Status read_attribute_table(sql::Database& database, const RunConfig& config,
                            const std::string& section, const AttributeTableConfig& options,
                            const std::string& work_directory, Panel& panel,
                            std::vector<DataFinding>& findings) {
  if (options.file.empty()) return {};
  RESTOCK_TRY(const SmallTable table,
              read_small_table(database, config, options.file, work_directory));
  RESTOCK_TRY(const KeyMatch keys, match_keys(table, section, config, options.keys));
  RESTOCK_TRY(const auto columns, attribute_columns(table, section, options.attributes, keys));
  std::map<Key, size_t> row_of;
  int64_t repeated = 0;
  for (size_t row = 0; row < table.rows.size(); ++row)
    repeated += row_of.emplace(pick_key(table.rows[row], keys.in_table), row).second ? 0 : 1;
  std::vector<std::vector<std::string>> values(columns.size(),
                                               std::vector<std::string>(panel.n_series()));
  int64_t without = 0;
  for (size_t i = 0; i < panel.n_series(); ++i) {
    const auto place = row_of.find(pick_key(panel.keys[i].parts, keys.in_panel));
    if (place == row_of.end()) {
      ++without;
      continue;
    }
    for (size_t c = 0; c < columns.size(); ++c)
      values[c][i] = table.rows[place->second][columns[c]];
  }
  for (size_t c = 0; c < columns.size(); ++c) {
    const std::string name = free_name(panel, table.columns[columns[c]], section);
    panel.attributes.push_back(make_attribute(name, values[c]));
  }
  if (repeated > 0) {
    findings.push_back(
        {.severity = Severity::kWarning,
         .code = "repeated_key",
         .message = fmt::format("{} rows of {} repeat a key; the first of each is used.", repeated,
                                table.name),
         .count = repeated,
         .file = table.name});
  }
  if (without > 0) {
    findings.push_back({.severity = Severity::kWarning,
                        .code = "no_attributes",
                        .message = fmt::format("{} series have no row in {}.", without, table.name),
                        .count = without,
                        .file = table.name});
  }
  return {};
}

}  // namespace restock::ingest
