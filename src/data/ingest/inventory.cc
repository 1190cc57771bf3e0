#include "data/ingest/inventory.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <regex>

#include <fmt/format.h>

#include "data/ingest/attribute_table.h"
#include "data/ingest/column_reading.h"
#include "data/ingest/findings.h"
#include "data/ingest/table_rows.h"

namespace restock::ingest {
namespace {

/// A column of numbers and where its value goes.
struct NumberColumn {
  size_t column = 0;
  double low = 0;
  bool low_open = false;
  bool whole = false;
  void (*store)(SeriesInventory& series, double value, int32_t arrival) = nullptr;
  int32_t arrival = 0;  ///< Of open orders and of stock by its last sale: the period it is about.
};

/// Finds the configured columns; collects what is missing, so that all of it is told at once.
class Columns {
 public:
  explicit Columns(const SmallTable& table) : table_(table) {}

  void number(const std::string& option, const std::string& name, NumberColumn column) {
    if (name.empty()) return;
    const int at = find(option, name);
    if (at < 0) return;
    column.column = static_cast<size_t>(at);
    numbers_.push_back(column);
  }
  int find(const std::string& option, const std::string& name) {
    const int at = table_.find(name);
    if (at < 0) {
      problems_ +=
          fmt::format("{}{}", problems_.empty() ? "" : "; ",
                      missing_column("[inventory] " + option, name, table_.name, table_.columns));
    }
    return at;
  }
  [[nodiscard]] const std::vector<NumberColumn>& numbers() const { return numbers_; }
  [[nodiscard]] Status status() const {
    if (problems_.empty()) return {};
    return Error{Code::kInvalidData, problems_,
                 fmt::format("its columns are {}", fmt::join(table_.columns, ", "))};
  }

 private:
  const SmallTable& table_;
  std::vector<NumberColumn> numbers_;
  std::string problems_;
};

/// K of a column named like in_K_periods.
std::optional<int32_t> named_periods(const std::string& column) {
  static const std::regex named("(^|.*_)in_([0-9]{1,4})(_.*)?$", std::regex::ECMAScript);
  std::smatch match;
  if (column.size() < 200 && std::regex_match(column, match, named))
    return std::stoi(match[2].str());
  return std::nullopt;
}

void name_columns(const RunConfig& config, Columns& columns) {
  const InventoryConfig& names = config.inventory;
  using S = SeriesInventory;
  // Book stock can be below zero; what that means is for the plan to say.
  columns.number("on_hand", names.on_hand,
                 {.low = -1e12, .store = [](S& s, double v, int32_t) { s.on_hand = v; }});
  for (size_t i = 0; i < names.on_order.size(); ++i) {
    columns.number("on_order", names.on_order[i],
                   {.store =
                        [](S& s, double v, int32_t arrival) {
                          if (v > 0) s.open_orders.push_back({arrival, v});
                        },
                    .arrival = arrival_periods(names.on_order[i], static_cast<int32_t>(i) + 1,
                                               config.plan.review_period)});
  }
  columns.number("lead_time", names.lead_time,
                 {.whole = true,
                  .store = [](S& s, double v, int32_t) { s.lead_time = static_cast<int32_t>(v); }});
  columns.number("unit_cost", names.unit_cost,
                 {.store = [](S& s, double v, int32_t) { s.unit_cost = v; }});
  columns.number("moq", names.moq, {.store = [](S& s, double v, int32_t) { s.moq = v; }});
  columns.number("pack_size", names.pack_size,
                 {.low_open = true, .store = [](S& s, double v, int32_t) { s.pack_size = v; }});
  columns.number("shelf_life", names.shelf_life,
                 {.whole = true, .store = [](S& s, double v, int32_t) {
                    s.shelf_life = static_cast<int32_t>(v);
                  }});
  columns.number("display_stock", names.display_stock,
                 {.store = [](S& s, double v, int32_t) { s.display_stock = v; }});
  columns.number("max_cover", names.max_cover,
                 {.whole = true,
                  .store = [](S& s, double v, int32_t) { s.max_cover = static_cast<int32_t>(v); }});
  for (size_t i = 0; i < names.expiring.size(); ++i) {
    columns.number("expiring", names.expiring[i],
                   {.store =
                        [](S& s, double v, int32_t last) {
                          if (v > 0) s.expiring.push_back({last, v});
                        },
                    .arrival = last_sale_periods(names.expiring[i], static_cast<int32_t>(i) + 1)});
  }
}

bool allowed(const NumberColumn& column, double value) {
  if (column.low_open ? value <= column.low : value < column.low) return false;
  return !column.whole || (value == std::floor(value) && value <= 10000);
}

/// Reads one row; false (and counted) if one of its numbers is bad.
bool read_row(const SmallTable& table, size_t row, const Columns& columns, SeriesInventory& out,
              RowCounter& bad) {
  for (const NumberColumn& column : columns.numbers()) {
    const std::string& text = table.rows[row][column.column];
    if (text.empty()) continue;
    const auto value = parse_number(text);
    if (!value || !allowed(column, *value)) {
      bad.add(row, table.columns[column.column], text);
      return false;
    }
    column.store(out, *value, column.arrival);
  }
  std::sort(
      out.open_orders.begin(), out.open_orders.end(),
      [](const OpenOrder& a, const OpenOrder& b) { return a.arrival_periods < b.arrival_periods; });
  return true;
}

}  // namespace

int32_t arrival_periods(const std::string& column, int32_t place, int32_t review_period) {
  return std::max(1, named_periods(column).value_or(place * review_period));
}

int32_t last_sale_periods(const std::string& column, int32_t place) {
  return named_periods(column).value_or(place);
}

Result<InventoryTable> read_inventory(sql::Database& database, const RunConfig& config,
                                      const Panel& panel, const std::string& work_directory) {
  InventoryTable out;
  if (config.inventory.file.empty()) return out;
  RESTOCK_TRY(const SmallTable table,
              read_small_table(database, config, config.inventory.file, work_directory));
  Columns columns(table);
  name_columns(config, columns);
  const int supplier =
      config.inventory.supplier.empty() ? -1 : columns.find("supplier", config.inventory.supplier);
  RESTOCK_TRY(columns.status());
  RESTOCK_TRY(const KeyMatch keys, match_keys(table, "inventory", config, config.data.keys));

  std::map<SeriesKey, size_t> series_of;
  for (size_t i = 0; i < panel.n_series(); ++i) series_of.emplace(panel.keys[i], i);
  out.series.resize(panel.n_series());
  std::vector<uint8_t> filled(panel.n_series(), 0);
  RowCounter bad(Severity::kError, "bad_number", table.name);
  RowCounter unknown(Severity::kWarning, "unknown_series", table.name);
  RowCounter repeated(Severity::kError, "repeated_key", table.name);
  for (size_t row = 0; row < table.rows.size(); ++row) {
    SeriesKey key;
    for (const size_t column : keys.in_table) key.parts.push_back(table.rows[row][column]);
    if (config.data.keys.empty()) key = panel.keys.at(0);
    const auto place = series_of.find(key);
    SeriesInventory series;
    ++out.rows_read;
    ++out.rows_quarantined;
    if (place == series_of.end()) {
      unknown.add(row, "", key.to_string());
    } else if (!read_row(table, row, columns, series, bad)) {
      continue;
    } else if (filled[place->second] != 0) {
      repeated.add(row, "", key.to_string());
    } else {
      if (supplier >= 0) series.supplier = table.rows[row][static_cast<size_t>(supplier)];
      out.series[place->second] = std::move(series);
      filled[place->second] = 1;
      --out.rows_quarantined;
    }
  }
  bad.finish("hold a number that cannot be used and are left out", out.findings);
  repeated.finish("repeat a series; the first is used", out.findings);
  unknown.finish("name a series without sales", out.findings);
  const auto without = std::count(filled.begin(), filled.end(), 0);
  if (without > 0) {
    out.findings.push_back(
        {.severity = Severity::kWarning,
         .code = "no_inventory",
         .message = fmt::format("{} series have no row in {}; their stock is taken as unknown.",
                                without, table.name),
         .count = without,
         .file = table.name});
  }
  return out;
}

}  // namespace restock::ingest
