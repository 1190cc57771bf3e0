#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "foundation/base/random.h"
#include "science/simulation/simulation.h"

namespace restock {

/// All that a SimulationInput points to.
struct OwnedInput {
  SimulationInput input;
  std::vector<StockLocation> locations;
  std::vector<std::vector<float>> demand_values;  ///< by location: period-major
  std::vector<std::vector<float>> level_values;
  std::vector<PeriodTable> demand;
  std::vector<PeriodTable> levels;
  std::vector<StockedItem> items;
  std::vector<StockPolicy> policies;
  std::vector<LeadTimeLaw> laws;
  std::vector<StartingOrder> starting_orders;

  [[nodiscard]] size_t n_lanes() const {
    return static_cast<size_t>(input.n_items) * static_cast<size_t>(input.n_paths);
  }

  SimulationInput& linked() {
    const auto link = [&](const auto& values, auto& tables) {
      tables.clear();
      for (const auto& v : values)
        tables.push_back({.values = std::span(v), .period_stride = n_lanes(), .lane_stride = 1});
    };
    link(demand_values, demand);
    link(level_values, levels);
    input.locations = locations;
    input.demand = demand;
    input.levels = levels;
    input.items = items;
    input.policies = policies;
    input.lead_time_laws = laws;
    input.starting_orders = starting_orders;
    return input;
  }
};

/// The same simulation, one lane, one event and one delivery at a time, in doubles, written from
/// docs/guide/inventory.md and the docstring of `simulate`. It shares the lead times drawn and
/// `order_quantity`.
class NaiveSimulation {
 public:
  NaiveSimulation(const SimulationInput& input, const SimulationOptions& options, size_t lane)
      : input_(input), options_(options), lane_(lane), places_(input.locations.size()) {
    const auto item = lane / static_cast<size_t>(input.n_paths);
    for (size_t l = 0; l < places_.size(); ++l) {
      Place& place = places_[l];
      place.item = &input.items[l * static_cast<size_t>(input.n_items) + item];
      place.policy = &input.policies[l * static_cast<size_t>(input.n_items) + item];
      receive(place, 0, place.item->on_hand);
      place.outcome.units_start = place.item->on_hand;
      for (const auto& order : input.starting_orders) {
        if (order.location != static_cast<int32_t>(l) || order.item != static_cast<int32_t>(item))
          continue;
        place.deliveries.emplace(order.period, order.quantity);
        place.last_arrival = std::max(place.last_arrival, order.period);
      }
    }
  }

  std::vector<StockOutcome> run() {
    for (int32_t t = 0; t < input_.n_periods; ++t) {
      for (size_t l = places_.size(); l-- > 0;) {
        ship_to_buyers(l, t);
        review(l, t);
      }
      for (size_t l = 0; l < places_.size(); ++l) live(l, t);
    }
    std::vector<StockOutcome> outcomes;
    for (Place& place : places_) {
      place.outcome.units_left = stock(place);
      place.outcome.units_in_transit = in_transit(place);
      place.outcome.units_owed = place.owed_to_customers;
      place.outcome.periods = input_.n_periods;
      outcomes.push_back(place.outcome);
    }
    return outcomes;
  }

 private:
  struct Place {
    const StockedItem* item = nullptr;
    const StockPolicy* policy = nullptr;
    std::map<int32_t, double> units_by_last_day;
    std::multimap<int32_t, double> deliveries;
    double owed_to_customers = 0;
    double owed_by_supplier = 0;
    double ordered_now = 0;
    int32_t last_arrival = 0;
    bool stock_out_in_cycle = false;
    bool reviewed = false;
    double last_order = 0;
    StockOutcome outcome;
  };

  static double stock(const Place& place) {
    double sum = 0;
    for (const auto& [day, units] : place.units_by_last_day) sum += units;
    return sum;
  }
  static double in_transit(const Place& place) {
    double sum = 0;
    for (const auto& [day, units] : place.deliveries) sum += units;
    return sum;
  }
  static void receive(Place& place, int32_t t, double units) {
    const int32_t life = place.item->shelf_life;
    const int32_t last = life > 0 ? t + life - 1 : std::numeric_limits<int32_t>::max();
    place.units_by_last_day[last] += units;
  }
  static void issue(Place& place, double units) {
    for (auto& [day, left] : place.units_by_last_day) {
      const double taken = std::min(left, units);
      left -= taken;
      units -= taken;
    }
  }

  [[nodiscard]] bool is_below(size_t l, size_t above) const {
    for (auto at = static_cast<int32_t>(l); at >= 0;
         at = input_.locations[static_cast<size_t>(at)].supplier) {
      if (at == static_cast<int32_t>(above)) return true;
    }
    return false;
  }

  [[nodiscard]] double position(size_t l) const {
    double sum = places_[l].owed_by_supplier;
    for (size_t m = 0; m < places_.size(); ++m) {
      const Place& place = places_[m];
      if (m == l || (input_.locations[l].echelon_position && is_below(m, l))) {
        sum += stock(place) + in_transit(place) - place.owed_to_customers;
      } else if (input_.locations[m].supplier == static_cast<int32_t>(l)) {
        sum -= place.owed_by_supplier;
      }
    }
    return sum;
  }

  void send(size_t l, int32_t t, double units) {
    if (units <= 0) return;
    Place& place = places_[l];
    int32_t lead_time = place.item->lead_time;
    if (place.item->lead_time_law >= 0) {
      lead_time =
          drawn_lead_time(input_.lead_time_laws[static_cast<size_t>(place.item->lead_time_law)],
                          {.seed = options_.seed, .location = l, .lane = lane_, .period = t});
    }
    int32_t arrival = t + lead_time;
    if (!options_.orders_may_cross) arrival = std::max(arrival, place.last_arrival);
    place.last_arrival = arrival;
    place.deliveries.emplace(arrival, units);
  }

  void ship_to_buyers(size_t l, int32_t t) {
    std::vector<size_t> buyers;
    double owed = 0;
    double ordered = 0;
    for (size_t m = 0; m < places_.size(); ++m) {
      if (input_.locations[m].supplier != static_cast<int32_t>(l)) continue;
      buyers.push_back(m);
      owed += places_[m].owed_by_supplier;
      ordered += places_[m].ordered_now;
    }
    if (owed <= 0) return;
    Place& place = places_[l];
    const double available = stock(place);
    double left = available;
    std::vector<double> sent(buyers.size());
    const auto packs = [&](size_t buyer, double units) {
      const double pack = places_[buyer].item->pack_size;
      return pack > 0 ? std::floor(units / pack + 1e-9) * pack : units;
    };
    for (size_t k = 0; k < buyers.size(); ++k) {
      const double due = places_[buyers[k]].owed_by_supplier;
      if (available >= owed) {
        sent[k] = due;
      } else if (options_.allocation == Allocation::kProportional) {
        sent[k] = packs(buyers[k], due * available / owed);
      }
      left -= sent[k];
    }
    double all = 0;
    for (size_t k = 0; k < buyers.size(); ++k) {
      Place& buyer = places_[buyers[k]];
      const double more = std::min(buyer.owed_by_supplier - sent[k], packs(buyers[k], left));
      left -= more;
      sent[k] += more;
      all += sent[k];
      buyer.owed_by_supplier = options_.owe_short_orders ? buyer.owed_by_supplier - sent[k] : 0;
      buyer.ordered_now = 0;
      send(buyers[k], t, sent[k]);
    }
    issue(place, all);
    place.outcome.units_issued += all;
    place.outcome.units_demanded += ordered;
    place.outcome.units_on_time += std::max(0.0, all - (owed - ordered));
    if (available < owed) {
      place.outcome.stock_outs += 1;
      place.stock_out_in_cycle = true;
    }
  }

  void review(size_t l, int32_t t) {
    Place& place = places_[l];
    const StockedItem& item = *place.item;
    if (t < item.first_review || (t - item.first_review) % item.review_period != 0) return;
    const StockPolicy& policy = *place.policy;
    double up_to = policy.order_up_to;
    if (!input_.levels.empty() && !input_.levels[l].empty()) {
      up_to = std::get<0>(
          input_.levels[l].values)[static_cast<size_t>(t) * input_.levels[l].period_stride + lane_];
    }
    const double x = position(l);
    const double reorder_point = policy.reorder_point + up_to - policy.order_up_to;
    double need = up_to - x;
    if (policy.kind == PolicyKind::kReorderUpTo && x > reorder_point) need = 0;
    if (policy.kind == PolicyKind::kFixedQuantity) {
      need = 0;
      while (x + need <= reorder_point) need += policy.quantity;
    }
    SeriesSupply supply;
    supply.moq = item.moq;
    supply.pack_size = item.pack_size;
    const double units = order_quantity(need, supply, options_.rounding);
    if (place.reviewed) place.outcome.units_order_change += std::abs(units - place.last_order);
    place.last_order = units;
    place.reviewed = true;
    if (units <= 0) return;
    place.outcome.orders += 1;
    place.outcome.order_cost += item.order_cost;
    place.outcome.units_ordered += units;
    if (input_.locations[l].supplier < 0) {
      send(l, t, units);
    } else {
      place.owed_by_supplier += units;
      place.ordered_now = units;
    }
  }

  void live(size_t l, int32_t t) {
    Place& place = places_[l];
    StockOutcome& out = place.outcome;
    const auto [begin, end] = place.deliveries.equal_range(t);
    double arrived = 0;
    for (auto it = begin; it != end; ++it) arrived += it->second;
    place.deliveries.erase(begin, end);
    if (arrived > 0) {
      receive(place, t, arrived);
      out.units_arrived += arrived;
      out.cycles += 1;
      out.cycles_served += place.stock_out_in_cycle ? 0 : 1;
      place.stock_out_in_cycle = false;
    }
    double demand = 0;
    if (!input_.demand[l].empty()) {
      demand = std::get<0>(
          input_.demand[l].values)[static_cast<size_t>(t) * input_.demand[l].period_stride + lane_];
    }
    const double late = std::min(place.owed_to_customers, stock(place));
    issue(place, late);
    place.owed_to_customers -= late;
    const double on_time = std::min(demand, stock(place));
    issue(place, on_time);
    out.units_demanded += demand;
    out.units_on_time += on_time;
    out.units_issued += late + on_time;
    if (on_time < demand) {
      out.stock_outs += 1;
      place.stock_out_in_cycle = true;
    }
    double missing = demand - on_time;
    if (options_.backorders) missing = place.owed_to_customers += missing;
    out.shortage_cost += place.item->shortage_cost * missing;
    const auto spoiled = place.units_by_last_day.find(t);
    if (spoiled != place.units_by_last_day.end()) {
      out.units_wasted += spoiled->second;
      out.waste_cost += place.item->unit_cost * spoiled->second;
      place.units_by_last_day.erase(spoiled);
    }
    out.unit_periods_held += stock(place);
    out.holding_cost += place.item->holding_cost * stock(place);
  }

  const SimulationInput& input_;
  const SimulationOptions& options_;
  size_t lane_;
  std::vector<Place> places_;
};

}  // namespace restock
