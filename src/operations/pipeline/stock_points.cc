#include "operations/pipeline/stock_points.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "operations/pipeline/plan_stage.h"
#include "operations/pipeline/supplier_offers.h"
#include "science/inventory/order_slots.h"

namespace restock {
namespace {

/// The first names of a list, for a message.
std::string some_of(const std::set<std::string>& names) {
  constexpr size_t kShown = 5;
  std::string text;
  size_t shown = 0;
  for (const std::string& name : names) {
    if (shown == kShown) return text + fmt::format(" and {} more", names.size() - kShown);
    text += (shown++ > 0 ? ", " : "") + name;
  }
  return text;
}

/// Gives each key its location, and adds the keys of the locations above until all are there.
Status place_keys(StockPoints& points) {
  const auto& rows = points.locations.rows;
  const size_t part = points.locations.key;
  std::map<std::string, int32_t> row_of;
  for (size_t r = 0; r < rows.size(); ++r)
    row_of.emplace(rows[r].location, static_cast<int32_t>(r));
  std::map<SeriesKey, int32_t> place;
  for (size_t i = 0; i < points.keys.size(); ++i)
    place.emplace(points.keys[i], static_cast<int32_t>(i));
  std::set<std::string> unknown;
  for (size_t i = 0; i < points.keys.size(); ++i) {
    const SeriesKey key = points.keys[i];
    const auto found = row_of.find(key.parts[part]);
    points.location.push_back(found == row_of.end() ? -1 : found->second);
    points.supplied_by.push_back(-1);
    if (found == row_of.end()) {
      unknown.insert(key.parts[part]);
      continue;
    }
    const int32_t above = rows[static_cast<size_t>(found->second)].supplied_by;
    if (above < 0) continue;
    SeriesKey supplier = key;
    supplier.parts[part] = rows[static_cast<size_t>(above)].location;
    const auto [at, added] = place.emplace(supplier, static_cast<int32_t>(points.keys.size()));
    if (added) points.keys.push_back(std::move(supplier));
    points.supplied_by.back() = at->second;
  }
  if (unknown.empty()) return {};
  return Error{Code::kInvalidData,
               fmt::format("{} has no row for {} that sell: {}", points.locations.name,
                           unknown.size(), some_of(unknown)),
               "add a row for each; an empty supplied_by means an outside supplier"};
}

/// Errors: kInvalidData for locations that supply others and of whose stock nothing is known.
Status check_stock(const StockPoints& points, const std::string& inventory_file) {
  std::set<std::string> supplies;
  std::set<std::string> known;
  const auto name_of = [&](size_t i) -> const std::string& {
    return points.locations.rows[static_cast<size_t>(points.location[i])].location;
  };
  for (size_t i = 0; i < points.keys.size(); ++i) {
    if (points.supply[i].known) known.insert(name_of(i));
    if (points.supplied_by[i] >= 0)
      supplies.insert(name_of(static_cast<size_t>(points.supplied_by[i])));
  }
  std::set<std::string> without;
  std::set_difference(supplies.begin(), supplies.end(), known.begin(), known.end(),
                      std::inserter(without, without.end()));
  if (without.empty()) return {};
  return Error{Code::kInvalidData,
               fmt::format("{} supplies others in {} and has no row in {}", some_of(without),
                           points.locations.name, inventory_file),
               "add a row for each of its products, with its name in the key column that names the "
               "location; "
               "on_hand 0 where there is none"};
}

/// Suppliers are outside: what another location supplies keeps its terms. In a tree the first offer
/// is taken, on average days.
Status give_offers(const RunConfig& config, lake::Lake& lake, const Panel& panel,
                   StockPoints& points, RunResult& result) {
  if (points.locations.empty())
    return read_supplier_offers(config, lake, panel, points.supply, result);
  std::vector<SeriesSupply> offered = points.supply;
  RESTOCK_TRY(read_supplier_offers(config, lake, panel, offered, result));
  offered = without_slots(offered);
  for (size_t i = 0; i < offered.size(); ++i) {
    if (points.supplied_by[i] < 0) points.supply[i] = std::move(offered[i]);
  }
  return {};
}

}  // namespace

Result<ingest::LocationTable> read_location_table(const RunConfig& config, lake::Lake& lake,
                                                  const RunResult& result) {
  const std::string work = (std::filesystem::path(result.output_directory) / "work").string();
  std::error_code ignored;
  std::filesystem::create_directories(work, ignored);
  auto locations = ingest::read_locations(lake.database(), config, work);
  std::filesystem::remove_all(work, ignored);
  return locations;
}

Result<StockPoints> read_stock_points(const RunConfig& config, lake::Lake& lake,
                                      ingest::LocationTable locations, RunResult& result) {
  StockPoints points;
  points.locations = std::move(locations);
  points.keys = result.panel.keys;
  if (!points.locations.empty()) RESTOCK_TRY(place_keys(points));
  Panel known;
  known.axis = result.panel.axis;
  known.origin = result.panel.origin;
  known.key_names = result.panel.key_names;
  known.keys = points.keys;
  std::vector<SeriesSupply> supply(points.keys.size(), default_supply(config.plan));
  for (size_t i = 0; i < points.location.size(); ++i) {
    const auto& row = points.locations.rows[static_cast<size_t>(points.location[i])];
    supply[i].lead_time = row.lead_time.value_or(supply[i].lead_time);
    supply[i].review_period = row.review_period.value_or(supply[i].review_period);
    supply[i].pack_size = row.pack_size.value_or(supply[i].pack_size);
  }
  RESTOCK_TRY(points.supply, fill_supply(config, lake, known, std::move(supply), result));
  RESTOCK_TRY(give_offers(config, lake, known, points, result));
  if (!points.locations.empty() && !config.inventory.file.empty())
    RESTOCK_TRY(check_stock(points, config.inventory.file));
  return points;
}

}  // namespace restock
