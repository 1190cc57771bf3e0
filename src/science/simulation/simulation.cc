#include "science/simulation/simulation.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "science/simulation/block.h"

namespace restock {
namespace {

constexpr int32_t kPeriodsMax = 512;  // of lead times, shelf lives, starting orders
constexpr size_t kBlocksOfThread = 8;

Error invalid(std::string message, std::string hint = "") {
  return Error{Code::kInvalidArgument, std::move(message), std::move(hint)};
}

bool in_units(float value) {
  return value >= 0 && value <= kUnitsMax;
}

/// The first field of an item or policy that is out of range: its name, value and what is allowed.
struct BadField {
  std::string_view name;
  double value = 0;
  std::string_view allowed;
};

BadField bad_field(const StockedItem& item, const StockPolicy& policy, size_t n_laws) {
  const auto money = [](float value) { return std::isfinite(value) && value >= 0; };
  constexpr std::string_view kUnits = "0 to 2^21 units";
  constexpr std::string_view kMoney = "finite and >= 0";
  if (item.lead_time < 0 || item.lead_time > kPeriodsMax)
    return {"lead_time", double(item.lead_time), "0 to 512 periods"};
  if (item.lead_time_law < -1 || item.lead_time_law >= static_cast<int32_t>(n_laws))
    return {"lead_time_law", double(item.lead_time_law), "-1 or the index of a law"};
  if (item.review_period < 1 || item.review_period > 10000)
    return {"review_period", double(item.review_period), "1 to 10000 periods"};
  if (item.first_review < 0) return {"first_review", double(item.first_review), ">= 0"};
  if (item.shelf_life < 0 || item.shelf_life > kPeriodsMax)
    return {"shelf_life", double(item.shelf_life), "0 (keeps) to 512 periods"};
  if (!in_units(item.moq)) return {"moq", item.moq, kUnits};
  if (!in_units(item.pack_size) || (item.pack_size > 0 && item.pack_size < 0.01F))
    return {"pack_size", item.pack_size, "0 (any quantity) or 0.01 to 2^21 units"};
  if (!in_units(item.on_hand)) return {"on_hand", item.on_hand, kUnits};
  if (!money(item.holding_cost)) return {"holding_cost", item.holding_cost, kMoney};
  if (!money(item.shortage_cost)) return {"shortage_cost", item.shortage_cost, kMoney};
  if (!money(item.order_cost)) return {"order_cost", item.order_cost, kMoney};
  if (!money(item.unit_cost)) return {"unit_cost", item.unit_cost, kMoney};
  if (!in_units(policy.order_up_to)) return {"order_up_to", policy.order_up_to, kUnits};
  if (!(std::abs(policy.reorder_point) <= kUnitsMax))  // (s,S) with backorders may have s < 0
    return {"reorder_point", policy.reorder_point, "at most 2^21 units from 0"};
  if (policy.kind == PolicyKind::kFixedQuantity &&
      !(in_units(policy.quantity) && policy.quantity > 0))
    return {"quantity", policy.quantity, "> 0 and at most 2^21 units"};
  return {};
}

bool fits(const PeriodTable& table, size_t n_periods, size_t n_lanes) {
  const size_t size = std::visit([](const auto& values) { return values.size(); }, table.values);
  return (n_periods - 1) * table.period_stride + (n_lanes - 1) * table.lane_stride < size;
}

Status check_locations(std::span<const StockLocation> locations) {
  if (locations.empty()) return invalid("a simulation needs a location, got none");
  for (size_t l = 0; l < locations.size(); ++l) {
    const int32_t supplier = locations[l].supplier;
    if (supplier < -1 || supplier >= static_cast<int32_t>(l)) {
      return invalid(fmt::format("the supplier of location {} must be -1 (outside) or a location "
                                 "before it, got {}",
                                 l, supplier),
                     "sort the locations, suppliers first");
    }
  }
  return {};
}

Status check_tables(const SimulationInput& input) {
  const size_t n_locations = input.locations.size();
  const size_t n_lanes = static_cast<size_t>(input.n_items) * static_cast<size_t>(input.n_paths);
  if (input.demand.size() != n_locations ||
      (!input.levels.empty() && input.levels.size() != n_locations)) {
    return invalid(
        fmt::format("a simulation of {} locations needs as many tables of demand, and of "
                    "levels or none, got {} and {}",
                    n_locations, input.demand.size(), input.levels.size()),
        "an empty table is one without customers, or with the policy's level");
  }
  const auto check = [&](std::span<const PeriodTable> tables, std::string_view name) -> Status {
    for (size_t l = 0; l < tables.size(); ++l) {
      if (tables[l].empty() || fits(tables[l], static_cast<size_t>(input.n_periods), n_lanes))
        continue;
      return invalid(fmt::format("the {} of location {} must hold {} periods x {} lanes", name, l,
                                 input.n_periods, n_lanes),
                     "check period_stride and lane_stride");
    }
    return {};
  };
  RESTOCK_TRY(check(input.demand, "demand"));
  return check(input.levels, "levels");
}

Status check_starting_orders(const SimulationInput& input) {
  const StartingOrder* before = nullptr;
  for (const StartingOrder& order : input.starting_orders) {
    const bool known = order.location >= 0 && order.item >= 0 && order.item < input.n_items &&
                       order.location < static_cast<int32_t>(input.locations.size());
    if (!known || order.period < 0 || order.period > kPeriodsMax || !in_units(order.quantity)) {
      return invalid(
          fmt::format("a starting order needs a known location and item, a period of 0 "
                      "to 512 and 0 to 2^21 units, got location {}, item {}, period {}, "
                      "{} units",
                      order.location, order.item, order.period, order.quantity));
    }
    if (before != nullptr &&
        std::pair(before->location, before->item) > std::pair(order.location, order.item)) {
      return invalid("starting orders must be sorted by location, then item");
    }
    before = &order;
  }
  return {};
}

Status check(const SimulationInput& input) {
  RESTOCK_TRY(check_locations(input.locations));
  if (input.n_periods < 1 || input.n_items < 1 || input.n_paths < 1) {
    return invalid(
        fmt::format("a simulation needs at least 1 period, item and path, got {}, {} "
                    "and {}",
                    input.n_periods, input.n_items, input.n_paths));
  }
  const size_t stocked = input.locations.size() * static_cast<size_t>(input.n_items);
  if (input.items.size() != stocked || input.policies.size() != stocked) {
    return invalid(fmt::format(
        "{} locations x {} items need as many items and policies, got {} "
        "and {}",
        input.locations.size(), input.n_items, input.items.size(), input.policies.size()));
  }
  RESTOCK_TRY(check_tables(input));
  for (size_t k = 0; k < stocked; ++k) {
    const BadField bad = bad_field(input.items[k], input.policies[k], input.lead_time_laws.size());
    if (bad.name.empty()) continue;
    const auto n_items = static_cast<size_t>(input.n_items);
    return invalid(fmt::format("{} of item {} in location {} must be {}, got {}", bad.name,
                               k % n_items, k / n_items, bad.allowed, bad.value));
  }
  return check_starting_orders(input);
}

double value_of(const PeriodTable& table, size_t period, size_t lane) {
  return std::visit(
      [&](const auto& values) {
        return double(values[period * table.period_stride + lane * table.lane_stride]);
      },
      table.values);
}

/// Names what the kernel has found to be bad in a lane.
Error bad_value(const SimulationInput& input, size_t lane) {
  const auto find = [&](std::span<const PeriodTable> tables, std::string_view name) {
    for (size_t l = 0; l < tables.size(); ++l) {
      if (tables[l].empty()) continue;
      for (size_t t = 0; t < static_cast<size_t>(input.n_periods); ++t) {
        const double value = value_of(tables[l], t, lane);
        if (value >= 0 && value <= kUnitsMax) continue;
        return fmt::format(
            "{} must be 0 to 2^21 units, got {} for item {} in location {}, period "
            "{}",
            name, value, lane / static_cast<size_t>(input.n_paths), l, t);
      }
    }
    return std::string();
  };
  std::string message = find(input.demand, "demand");
  if (message.empty()) message = find(input.levels, "an order-up-to level");
  RESTOCK_ASSERT(!message.empty());
  return invalid(std::move(message), "count in larger units, or leave the item out");
}

}  // namespace

bool PeriodTable::empty() const {
  return std::visit([](const auto& v) { return v.empty(); }, values);
}

double StockOutcome::fill_rate() const {
  return units_demanded > 0 ? 100 * units_on_time / units_demanded : 100;
}

double StockOutcome::cycle_service() const {
  return cycles > 0 ? 100 * static_cast<double>(cycles_served) / static_cast<double>(cycles) : 100;
}

double StockOutcome::order_instability() const {
  return units_ordered > 0 ? 100 * units_order_change / units_ordered : 0;
}

double StockOutcome::mean_stock() const {
  return periods > 0 ? unit_periods_held / static_cast<double>(periods) : 0;
}

StockOutcome& StockOutcome::operator+=(const StockOutcome& other) {
  holding_cost += other.holding_cost;
  shortage_cost += other.shortage_cost;
  order_cost += other.order_cost;
  waste_cost += other.waste_cost;
  units_start += other.units_start;
  units_arrived += other.units_arrived;
  units_demanded += other.units_demanded;
  units_on_time += other.units_on_time;
  units_issued += other.units_issued;
  units_wasted += other.units_wasted;
  units_left += other.units_left;
  units_in_transit += other.units_in_transit;
  units_owed += other.units_owed;
  units_ordered += other.units_ordered;
  units_order_change += other.units_order_change;
  unit_periods_held += other.unit_periods_held;
  periods += other.periods;
  stock_outs += other.stock_outs;
  orders += other.orders;
  cycles += other.cycles;
  cycles_served += other.cycles_served;
  return *this;
}

StockOutcome total(std::span<const StockOutcome> outcomes) {
  StockOutcome sum;
  for (const StockOutcome& outcome : outcomes) sum += outcome;
  return sum;
}

Result<std::vector<StockOutcome>> simulate(const SimulationInput& input,
                                           const SimulationOptions& options, ThreadPool& pool) {
  RESTOCK_TRY(check(input));
  const SupplyTree tree = SupplyTree::make(input.locations);
  const size_t n_lanes = static_cast<size_t>(input.n_items) * static_cast<size_t>(input.n_paths);
  const size_t n_blocks = (n_lanes + kLanes - 1) / kLanes;
  std::vector<StockOutcome> outcomes(input.locations.size() * n_lanes);
  std::vector<size_t> bad(n_blocks, n_lanes);
  pool.parallel_for(n_blocks, kBlocksOfThread, [&](size_t begin, size_t end) {
    BlockWorkspace workspace;
    for (size_t block = begin; block < end; ++block) {
      const size_t first = block * kLanes;
      const size_t count = std::min(kLanes, n_lanes - first);
      bad[block] = simulate_block(input, options, tree, first, count, workspace, outcomes);
    }
  });
  const size_t bad_lane = *std::min_element(bad.begin(), bad.end());
  if (bad_lane < n_lanes) return bad_value(input, bad_lane);
  return outcomes;
}

}  // namespace restock
