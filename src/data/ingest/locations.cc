#include "data/ingest/locations.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "data/ingest/attribute_table.h"
#include "data/ingest/table_rows.h"
#include "foundation/config/suggest.h"

namespace restock::ingest {
namespace {

constexpr const char* kSection = "locations";

/// Where the columns are; -1 = there is none.
struct Columns {
  size_t location = 0;
  size_t supplied_by = 0;
  int lead_time = -1;
  int review_period = -1;
  int pack_size = -1;
};

Result<Columns> find_columns(const SmallTable& table, const LocationsConfig& names) {
  const LocationsConfig usual;
  Columns out;
  RESTOCK_TRY(out.location, find_column(table, "[locations] location", names.location));
  RESTOCK_TRY(out.supplied_by, find_column(table, "[locations] supplied_by", names.supplied_by));
  RESTOCK_TRY(out.lead_time,
              optional_column(table, kSection, "lead_time", names.lead_time, usual.lead_time));
  RESTOCK_TRY(out.review_period, optional_column(table, kSection, "review_period",
                                                 names.review_period, usual.review_period));
  RESTOCK_TRY(out.pack_size,
              optional_column(table, kSection, "pack_size", names.pack_size, usual.pack_size));
  return out;
}

Error wrong(const SmallTable& table, size_t row, size_t column, const std::string& what,
            const std::string& allowed) {
  return {Code::kInvalidData,
          fmt::format("{} row {}, column {}: \"{}\" {}", table.name, row + 1, table.columns[column],
                      table.rows[row][column], what),
          allowed};
}

/// A cell with a whole number of periods; nullopt where it is empty.
Result<std::optional<int32_t>> read_periods(const SmallTable& table, size_t row, int column,
                                            int32_t least) {
  constexpr int32_t kPeriodsMax = 500;
  if (column < 0) return std::optional<int32_t>{};
  const auto at = static_cast<size_t>(column);
  if (table.rows[row][at].empty()) return std::optional<int32_t>{};
  const auto value = parse_number(table.rows[row][at]);
  if (value && *value == std::floor(*value) && *value >= least && *value <= kPeriodsMax)
    return std::optional<int32_t>(static_cast<int32_t>(*value));
  return wrong(table, row, at, "is no number of periods",
               fmt::format("give a whole number of {} to {}", least, kPeriodsMax));
}

Result<std::optional<double>> read_pack(const SmallTable& table, size_t row, int column) {
  if (column < 0) return std::optional<double>{};
  const auto at = static_cast<size_t>(column);
  if (table.rows[row][at].empty()) return std::optional<double>{};
  const auto value = parse_number(table.rows[row][at]);
  if (value && *value > 0) return value;
  return wrong(table, row, at, "is no pack size", "give units above 0, or nothing");
}

/// The rows with each after the one that supplies it. `above`: of each row the row that supplies
/// it, -1 = outside. Errors: kInvalidData for a circle.
Result<std::vector<LocationRow>> from_above(const SmallTable& table,
                                            const std::vector<LocationRow>& rows,
                                            const std::vector<int32_t>& above, size_t column) {
  std::vector<LocationRow> out;
  std::vector<int32_t> place(rows.size(), -1);
  out.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    std::vector<size_t> chain;  // from row i up, as far as it has no place yet
    for (auto at = static_cast<int32_t>(i); at >= 0 && place[static_cast<size_t>(at)] < 0;
         at = above[static_cast<size_t>(at)]) {
      if (chain.size() == rows.size()) {
        return wrong(table, i, column, "leads back to a location below it",
                     "one of them must be supplied from outside: leave its cell empty");
      }
      chain.push_back(static_cast<size_t>(at));
    }
    for (auto it = chain.rbegin(); it != chain.rend(); ++it) {
      LocationRow row = rows[*it];
      if (above[*it] >= 0) row.supplied_by = place[static_cast<size_t>(above[*it])];
      place[*it] = static_cast<int32_t>(out.size());
      out.push_back(std::move(row));
    }
  }
  return out;
}

Result<size_t> find_key(const RunConfig& config) {
  const auto& keys = config.data.keys;
  if (config.locations.key.empty() && !keys.empty()) return size_t{0};
  const auto found = std::find(keys.begin(), keys.end(), config.locations.key);
  if (found != keys.end()) return static_cast<size_t>(found - keys.begin());
  return Error{Code::kInvalidArgument,
               fmt::format("[locations] key must be one of the sales' keys ({}), got \"{}\"{}",
                           fmt::join(keys, ", "), config.locations.key,
                           did_you_mean(config.locations.key, keys)),
               "name the key column that says where goods are"};
}

}  // namespace

int32_t LocationTable::find(const std::string& location) const {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const LocationRow& row) { return row.location == location; });
  return found == rows.end() ? -1 : static_cast<int32_t>(found - rows.begin());
}

Result<LocationTable> read_locations(sql::Database& database, const RunConfig& config,
                                     const std::string& work_directory) {
  if (config.locations.file.empty()) return LocationTable{};
  LocationTable out;
  RESTOCK_TRY(out.key, find_key(config));
  RESTOCK_TRY(const SmallTable table,
              read_small_table(database, config, config.locations.file, work_directory));
  RESTOCK_TRY(const Columns columns, find_columns(table, config.locations));
  out.name = table.name;
  if (table.rows.empty()) {
    return Error{Code::kInvalidData, fmt::format("{} has no rows", table.name),
                 "give one row a location, or leave out [locations] file"};
  }
  std::map<std::string, int32_t> row_of;
  std::vector<std::string> names;
  std::vector<LocationRow> rows(table.rows.size());
  names.reserve(rows.size());
  for (size_t r = 0; r < rows.size(); ++r) {
    rows[r].location = table.rows[r][columns.location];
    if (rows[r].location.empty())
      return wrong(table, r, columns.location, "names no location", "give each row a name");
    if (!row_of.emplace(rows[r].location, static_cast<int32_t>(r)).second)
      return wrong(table, r, columns.location, "has a row already", "give one row a location");
    names.push_back(rows[r].location);
    RESTOCK_TRY(rows[r].lead_time, read_periods(table, r, columns.lead_time, 0));
    RESTOCK_TRY(rows[r].review_period, read_periods(table, r, columns.review_period, 1));
    RESTOCK_TRY(rows[r].pack_size, read_pack(table, r, columns.pack_size));
  }
  std::vector<int32_t> above(rows.size(), -1);
  for (size_t r = 0; r < rows.size(); ++r) {
    const std::string& supplier = table.rows[r][columns.supplied_by];
    if (supplier.empty()) continue;
    const auto found = row_of.find(supplier);
    if (found == row_of.end()) {
      return wrong(table, r, columns.supplied_by,
                   "has no row of its own" + did_you_mean(supplier, names),
                   "add a row for it; an empty cell means an outside supplier");
    }
    above[r] = found->second;
  }
  RESTOCK_TRY(out.rows, from_above(table, rows, above, columns.supplied_by));
  return out;
}

int32_t longest_chain(const LocationTable& locations, const PlanConfig& plan) {
  std::vector<int32_t> chain;
  chain.reserve(locations.rows.size());
  int32_t longest = 0;
  for (const LocationRow& row : locations.rows) {
    const int32_t above = row.supplied_by < 0 ? 0 : chain[static_cast<size_t>(row.supplied_by)];
    chain.push_back(above + row.lead_time.value_or(plan.lead_time) +
                    row.review_period.value_or(plan.review_period));
    longest = std::max(longest, chain.back());
  }
  return longest;
}

}  // namespace restock::ingest
