#include "science/simulation/block.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace restock {
namespace {

constexpr int32_t kPeriodsInFloat = 32;  // so that float sums of whole units stay exact
constexpr Floats kZeros = {};
constexpr Floats kOnes = {1, 1, 1, 1, 1, 1, 1, 1};

Floats all_of(float value) {
  return kZeros + value;
}

Ints all_of(int32_t value) {
  return Ints{} + value;
}

Floats lesser(const Floats& a, const Floats& b) {
  return a < b ? a : b;
}

Floats greater(const Floats& a, const Floats& b) {
  return a > b ? a : b;
}

/// 1 where the mask is set, else 0.
Floats counted(const Ints& mask) {
  return mask ? kOnes : kZeros;
}

bool any(const Ints& mask) {
  std::array<uint64_t, 4> words;
  std::memcpy(words.data(), &mask, sizeof(mask));
  return (words[0] | words[1] | words[2] | words[3]) != 0;
}

Floats load(const float* row, size_t v) {
  Floats values;
  std::memcpy(&values, row + v * kVector, sizeof(values));
  return values;
}

/// The whole part of numbers >= 0; from 2^23 on floats have no other.
Floats whole(const Floats& x) {
  const Floats limit = all_of(8388608.0F);
  const Floats small = x < limit ? x : kZeros;
  const Floats cut = __builtin_convertvector(__builtin_convertvector(small, Ints), Floats);
  return x < limit ? cut : x;
}

/// Random 32 bits from 32 bits, as in `drawn_lead_time`: multiplications and xor-shifts in the
/// manner of MurmurHash3 (Appleby 2011), twice.
Ints scrambled(const Ints& key) {
  using Words [[gnu::vector_size(32)]] = uint32_t;
  auto x = std::bit_cast<Words>(key);
  for (int round = 0; round < 2; ++round) {
    x ^= x >> 16;
    x *= 0x7feb352dU;
    x ^= x >> 15;
    x *= 0x846ca68bU;
    x ^= x >> 16;
    x += 0x9e3779b9U;
  }
  return std::bit_cast<Ints>(x);
}

/// Values of one period for the lanes of a block, padded with zeros; points into the table where
/// its values lie side by side.
const float* row_of(const PeriodTable& table, int32_t period, size_t first, size_t count,
                    std::array<float, kLanes>& buffer) {
  const size_t at = static_cast<size_t>(period) * table.period_stride + first * table.lane_stride;
  const size_t stride = table.lane_stride;
  if (const auto* floats = std::get_if<std::span<const float>>(&table.values)) {
    const float* from = floats->data() + at;
    if (stride == 1 && count == kLanes) {
      // The next rows lie far apart, where the processor does not foresee them.
      const size_t ahead = at + 8 * table.period_stride;
      if (ahead + kLanes <= floats->size()) {
        for (size_t i = 0; i < kLanes; i += 16) __builtin_prefetch(floats->data() + ahead + i);
      }
      return from;
    }
    for (size_t i = 0; i < count; ++i) buffer[i] = from[i * stride];
  } else {
    const auto counts = std::get<std::span<const uint16_t>>(table.values);
    const uint16_t* from = counts.data() + at;
    if (stride == 1 && count == kLanes) {
      const size_t ahead = at + 8 * table.period_stride;
      if (ahead + kLanes <= counts.size()) {
        for (size_t i = 0; i < kLanes; i += 32) __builtin_prefetch(counts.data() + ahead + i);
      }
      for (size_t i = 0; i < kLanes; ++i) buffer[i] = static_cast<float>(from[i]);
    } else {
      for (size_t i = 0; i < count; ++i) buffer[i] = static_cast<float>(from[i * stride]);
    }
  }
  return buffer.data();
}

void add(LocationBlock& b, Sum sum, size_t v, const Floats& values) {
  b.sums[sum][v] += values;
}

/// Take `amount` from the oldest units of vector v.
void take_oldest(LocationBlock& b, int32_t period, size_t v, Floats amount) {
  const size_t rows = b.cohort_mask + 1;
  for (size_t k = 0; k <= rows; ++k) {
    const size_t row = k == rows ? rows : (static_cast<size_t>(period) + k) & b.cohort_mask;
    Floats& cohort = b.cohorts[row * kVectors + v];
    const Floats taken = lesser(cohort, amount);
    cohort -= taken;
    amount -= taken;
  }
}

/// Put units that can be sold from `period` on into their cohorts.
void add_cohort(LocationBlock& b, int32_t period, size_t v, const Floats& units) {
  if (b.one_life) {
    b.cohorts[((static_cast<size_t>(period + b.life_all)) & b.cohort_mask) * kVectors + v] += units;
    return;
  }
  for (size_t j = 0; j < kVector; ++j) {
    const int32_t life = b.life[v][j];
    const size_t row =
        life < 0 ? b.cohort_mask + 1 : static_cast<size_t>(period + life) & b.cohort_mask;
    b.cohorts[row * kVectors + v][j] += units[j];
  }
}

/// What spoils at the end of `period`.
Floats take_spoiled(LocationBlock& b, int32_t period, size_t v, const Floats& on_hand) {
  Floats& cohort = b.cohorts[(static_cast<size_t>(period) & b.cohort_mask) * kVectors + v];
  const Floats spoiled = lesser(cohort, on_hand);
  cohort = kZeros;
  return spoiled;
}

/// Arrivals, demand, waste and what costs are counted from, of one period.
template <bool kBackorders, bool kPerishable>
void live_period(LocationBlock& b, int32_t period, const float* demand) {
  Floats* arriving = &b.pipeline[(static_cast<size_t>(period) & b.pipeline_mask) * kVectors];
  for (size_t v = 0; v < kVectors; ++v) {
    const Floats arrived = arriving[v];
    arriving[v] = kZeros;
    b.in_transit[v] -= arrived;
    Floats on_hand = b.on_hand[v] + arrived;
    if constexpr (kPerishable) {
      if (any(arrived > kZeros)) add_cohort(b, period, v, arrived);
    }
    const Ints new_cycle = arrived > kZeros;
    add(b, kCycles, v, counted(new_cycle));
    add(b, kCyclesServed, v, counted(new_cycle & b.served[v]));
    add(b, kArrived, v, arrived);

    const Floats asked = load(demand, v);
    b.valid[v] &= (asked >= kZeros) & (asked <= all_of(kUnitsMax));
    const Floats owed = kBackorders ? b.owed_to_customers[v] : kZeros;
    const Floats wanted = asked + owed;
    const Floats issued = lesser(wanted, on_hand);
    const Floats missing = wanted - issued;
    const Ints stock_out = (missing > kZeros) & (asked > kZeros);
    b.served[v] = (b.served[v] | new_cycle) & ~stock_out;
    on_hand -= issued;
    if constexpr (kPerishable) {
      take_oldest(b, period, v, issued);
      const Floats spoiled = take_spoiled(b, period, v, on_hand);
      on_hand -= spoiled;
      add(b, kWasted, v, spoiled);
    }
    if constexpr (kBackorders) {
      b.owed_to_customers[v] = missing;
      add(b, kOnTime, v, greater(issued - owed, kZeros));
    } else {
      add(b, kOnTime, v, issued);
    }
    b.on_hand[v] = on_hand;
    add(b, kDemanded, v, asked);
    add(b, kIssued, v, issued);
    add(b, kShort, v, missing);
    add(b, kHeld, v, on_hand);
    add(b, kStockOuts, v, counted(stock_out));
  }
}

/// `order_quantity` of science/inventory/supply.h, in floats.
Floats rounded_quantity(const LocationBlock& b, size_t v, const Floats& need, Rounding rounding) {
  const Floats quantity = greater(need, b.moq[v]);
  const Floats packs = quantity / b.pack_size[v];
  const Floats nearest = whole(packs + 0.5F);
  const Floats distance = greater(packs - nearest, nearest - packs);
  // A multiple missed by less than the rounding of a float division is a multiple.
  const Ints multiple = distance <= 2.4e-7F * greater(nearest, kOnes);
  Floats count = nearest;
  if (rounding != Rounding::kNearest) {
    const Floats down = whole(packs);
    const Floats cut = rounding == Rounding::kDown ? down : down + counted(down < packs);
    count = multiple ? nearest : cut;
  }
  const Floats in_packs = count * b.pack_size[v];
  const Floats enough = in_packs < b.moq[v] ? b.moq_in_packs[v] : in_packs;
  return b.has_pack[v] ? enough : quantity;
}

/// Send units that leave on the evening before `period`.
void ship(LocationBlock& b, int32_t period, int32_t period_key, bool may_cross, size_t v,
          const Floats& units) {
  b.in_transit[v] += units;
  if (b.one_lead_time && may_cross) {
    const size_t row = static_cast<size_t>(period + b.lead_time_all) & b.pipeline_mask;
    b.pipeline[row * kVectors + v] += units;
    return;
  }
  Ints arrival = b.lead_time[v] + period;
  if (!b.thresholds.empty()) {
    const Ints draw = scrambled(b.draw_key[v] ^ period_key);
    for (size_t k = v; k < b.thresholds.size(); k += kVectors) arrival -= draw > b.thresholds[k];
  }
  if (!may_cross) {
    const Ints sent = units > kZeros;
    arrival = arrival > b.last_arrival[v] ? arrival : b.last_arrival[v];
    b.last_arrival[v] = sent ? arrival : b.last_arrival[v];
  }
  const Ints row = arrival & static_cast<int32_t>(b.pipeline_mask);
  for (size_t j = 0; j < kVector; ++j)
    b.pipeline[static_cast<size_t>(row[j]) * kVectors + v][j] += units[j];
}

/// One block of lanes in all locations.
struct Block {
  const SimulationInput& input;
  const SimulationOptions& options;
  const SupplyTree& tree;
  size_t first;
  size_t count;
  BlockWorkspace& workspace;

  [[nodiscard]] LocationBlock& at(size_t location) const { return workspace.locations[location]; }
  [[nodiscard]] size_t n_lanes() const {
    return static_cast<size_t>(input.n_items) * static_cast<size_t>(input.n_paths);
  }

  /// What vector v of a location has, will get and owes.
  [[nodiscard]] Floats position(size_t location, size_t v) const {
    const LocationBlock& b = at(location);
    Floats sum = b.owed_by_supplier[v];
    if (input.locations[location].echelon_position) {
      for (const size_t l : tree.below[location])
        sum += at(l).on_hand[v] + at(l).in_transit[v] - at(l).owed_to_customers[v];
      return sum;
    }
    sum += b.on_hand[v] + b.in_transit[v] - b.owed_to_customers[v];
    for (const size_t buyer : tree.buyers[location]) sum -= at(buyer).owed_by_supplier[v];
    return sum;
  }

  /// The reviews of a location on the evening before `period`.
  void order(size_t location, int32_t period, int32_t key, const float* levels) const {
    LocationBlock& b = at(location);
    const bool outside = input.locations[location].supplier < 0;
    Ints earliest = all_of(INT32_MAX);
    for (size_t v = 0; v < kVectors; ++v) {
      const Ints due = b.next_review[v] == all_of(period);
      b.next_review[v] += due & b.review_period[v];
      earliest = b.next_review[v] < earliest ? b.next_review[v] : earliest;
      if (!any(due)) continue;
      const Floats up_to = levels == nullptr ? b.order_up_to[v] : load(levels, v);
      if (levels != nullptr)
        b.valid[v] &= ~due | ((up_to >= kZeros) & (up_to <= all_of(kUnitsMax)));
      const Floats x = position(location, v);
      // The reorder point keeps its distance from the level.
      const Floats reorder_point = b.reorder_point[v] + (up_to - b.order_up_to[v]);
      const Floats below = greater(reorder_point - x, kZeros);
      const Floats batches = (whole(below / b.quantity[v]) + kOnes) * b.quantity[v];
      const Floats need = b.fixed_quantity[v] ? batches : up_to - x;
      const Ints low = b.always_up_to[v] | (x <= reorder_point);
      // Differences of float sums leave crumbs, which are no reason to order a pack.
      const Floats crumb = 4e-7F * up_to + 1e-6F;
      const Ints go = due & low & (need > crumb);
      const Floats wanted = go ? need : kZeros;
      const Floats rounded = rounded_quantity(b, v, wanted, options.rounding);
      const Floats units = go ? rounded : kZeros;
      const Ints ordered = units > kZeros;
      add(b, kOrdered, v, units);
      add(b, kOrders, v, counted(ordered));
      const Floats last = b.last_order[v];
      const Floats change = greater(units - last, last - units);
      add(b, kOrderChange, v, (due & (last >= kZeros)) ? change : kZeros);
      b.last_order[v] = due ? units : last;
      if (!outside) {
        b.owed_by_supplier[v] += units;
        b.ordered_now[v] = units;
      } else if (any(ordered)) {
        ship(b, period, key, options.orders_may_cross, v, units);
      }
    }
    b.first_due = earliest[0];
    for (size_t j = 1; j < kVector; ++j) b.first_due = std::min(b.first_due, earliest[j]);
  }

  /// A supplier sends what it has to those it owes.
  void supply(size_t location, int32_t period, int32_t key) const {
    const auto& buyers = tree.buyers[location];
    for (size_t v = 0; v < kVectors; ++v) {
      Floats owed = kZeros;
      Floats ordered = kZeros;
      for (const size_t buyer : buyers) {
        owed += at(buyer).owed_by_supplier[v];
        ordered += at(buyer).ordered_now[v];
      }
      if (any(owed > kZeros)) supply_lanes(location, period, key, v, owed, ordered);
    }
  }

  void supply_lanes(size_t location, int32_t period, int32_t key, size_t v, const Floats& owed,
                    const Floats& ordered) const {
    LocationBlock& b = at(location);
    const Floats stock = b.on_hand[v];
    const Ints enough = stock >= owed;
    const Floats share = options.allocation == Allocation::kListOrder
                             ? kZeros
                             : stock / greater(owed, all_of(1e-6F));
    Floats left = stock;
    for (const size_t buyer : tree.buyers[location]) {
      LocationBlock& to = at(buyer);
      const Floats due = to.owed_by_supplier[v];
      // The tolerance is that of the float operations behind the share.
      const Floats part = lesser(whole_packs(to, v, due * share * (1 + 2.4e-7F)), left);
      to.ordered_now[v] = enough ? due : part;  // from here on: what is sent
      left -= to.ordered_now[v];
    }
    Floats sent_in_all = kZeros;
    for (const size_t buyer : tree.buyers[location]) {
      LocationBlock& to = at(buyer);
      const Floats missing = to.owed_by_supplier[v] - to.ordered_now[v];
      const Floats more = lesser(missing, whole_packs(to, v, left));
      left -= more;
      const Floats sent = to.ordered_now[v] + more;
      sent_in_all += sent;
      to.ordered_now[v] = kZeros;
      to.owed_by_supplier[v] = options.owe_short_orders ? to.owed_by_supplier[v] - sent : kZeros;
      if (any(sent > kZeros)) ship(to, period, key, options.orders_may_cross, v, sent);
    }
    const Ints stock_out = ~enough;
    b.served[v] &= ~stock_out;
    b.on_hand[v] = stock - sent_in_all;
    if (!b.cohorts.empty()) take_oldest(b, period, v, sent_in_all);
    add(b, kDemanded, v, ordered);
    add(b, kIssued, v, sent_in_all);
    add(b, kOnTime, v, greater(sent_in_all - (owed - ordered), kZeros));
    add(b, kStockOuts, v, counted(stock_out));
  }

  /// The most whole packs in `units` >= 0.
  static Floats whole_packs(const LocationBlock& b, size_t v, const Floats& units) {
    const Floats packs = whole(units / b.pack_size[v]) * b.pack_size[v];
    return b.has_pack[v] ? packs : units;
  }

  void evening(int32_t period) const {
    const int32_t key = lead_time_period_key(options.seed, period);
    for (size_t l = input.locations.size(); l-- > 0;) {
      if (!tree.buyers[l].empty()) supply(l, period, key);
      if (at(l).first_due > period) continue;
      const float* levels = nullptr;
      if (!input.levels.empty() && !input.levels[l].empty()) {
        levels = row_of(input.levels[l], period, first, count, workspace.level_row);
      }
      order(l, period, key, levels);
    }
  }

  void day(size_t location, int32_t period) const {
    LocationBlock& b = at(location);
    const float* demand = workspace.demand_row.data();
    if (input.demand[location].empty()) {
      workspace.demand_row.fill(0);
    } else {
      demand = row_of(input.demand[location], period, first, count, workspace.demand_row);
    }
    const bool perishable = !b.cohorts.empty();
    if (options.backorders) {
      perishable ? live_period<true, true>(b, period, demand)
                 : live_period<true, false>(b, period, demand);
    } else {
      perishable ? live_period<false, true>(b, period, demand)
                 : live_period<false, false>(b, period, demand);
    }
  }

  void flush() const {
    for (size_t l = 0; l < input.locations.size(); ++l) {
      LocationBlock& b = at(l);
      for (size_t s = 0; s < kSums; ++s) {
        for (size_t v = 0; v < kVectors; ++v) {
          for (size_t j = 0; j < kVector; ++j) b.totals[s][v * kVector + j] += b.sums[s][v][j];
          b.sums[s][v] = kZeros;
        }
      }
    }
  }

  void run() const {
    for (int32_t t = 0; t < input.n_periods; ++t) {
      evening(t);
      for (size_t l = 0; l < input.locations.size(); ++l) day(l, t);
      if ((t + 1) % kPeriodsInFloat == 0) flush();
    }
    flush();
  }

  void load_location(size_t location) const;
  void load_lane(size_t location, size_t i, const StockedItem& item,
                 const StockPolicy& policy) const;
  void load_starting_orders(size_t location) const;
  [[nodiscard]] StockOutcome outcome(size_t location, size_t i) const;
};

void Block::load_lane(size_t location, size_t i, const StockedItem& item,
                      const StockPolicy& policy) const {
  LocationBlock& b = at(location);
  const size_t v = i / kVector;
  const size_t j = i % kVector;
  b.on_hand[v][j] = item.on_hand;
  b.next_review[v][j] = item.first_review;
  b.review_period[v][j] = item.review_period;
  b.reorder_point[v][j] = policy.reorder_point;
  b.order_up_to[v][j] = policy.order_up_to;
  b.always_up_to[v][j] = policy.kind == PolicyKind::kOrderUpTo ? -1 : 0;
  b.fixed_quantity[v][j] = policy.kind == PolicyKind::kFixedQuantity ? -1 : 0;
  b.quantity[v][j] = policy.kind == PolicyKind::kFixedQuantity ? policy.quantity : 1;
  b.moq[v][j] = item.moq;
  b.has_pack[v][j] = item.pack_size > 0 ? -1 : 0;
  b.pack_size[v][j] = item.pack_size > 0 ? item.pack_size : 1;
  SeriesSupply supply;
  supply.moq = item.moq;
  supply.pack_size = item.pack_size;
  b.moq_in_packs[v][j] = static_cast<float>(order_quantity(item.moq, supply, Rounding::kUp));
  b.life[v][j] = item.shelf_life > 0 ? item.shelf_life - 1 : -1;
  b.lead_time[v][j] = item.lead_time;
  if (item.lead_time_law >= 0) {
    const LeadTimeLaw& law = input.lead_time_laws[static_cast<size_t>(item.lead_time_law)];
    b.lead_time[v][j] = law.shortest();
    const auto thresholds = law.thresholds();
    for (size_t k = 0; k < thresholds.size(); ++k)
      b.thresholds[k * kVectors + v][j] = thresholds[k];
  }
  b.draw_key[v][j] = lead_time_lane_key(options.seed, location, first + i);
}

void Block::load_starting_orders(size_t location) const {
  LocationBlock& b = at(location);
  const auto orders = input.starting_orders;
  const auto key = [&](size_t item) {
    return std::pair(static_cast<int32_t>(location), static_cast<int32_t>(item));
  };
  const auto less = [](const StartingOrder& order, const std::pair<int32_t, int32_t>& k) {
    return std::pair(order.location, order.item) < k;
  };
  const auto n_paths = static_cast<size_t>(input.n_paths);
  for (size_t i = 0; i < count; ++i) {
    const auto wanted = key((first + i) / n_paths);
    auto order = std::lower_bound(orders.begin(), orders.end(), wanted, less);
    for (; order != orders.end() && std::pair(order->location, order->item) == wanted; ++order) {
      const size_t row = static_cast<size_t>(order->period) & b.pipeline_mask;
      const size_t v = i / kVector;
      const size_t j = i % kVector;
      b.pipeline[row * kVectors + v][j] += order->quantity;
      b.in_transit[v][j] += order->quantity;
      b.last_arrival[v][j] = std::max(b.last_arrival[v][j], order->period);
    }
  }
}

void Block::load_location(size_t location) const {
  LocationBlock& b = at(location);
  const auto n_items = static_cast<size_t>(input.n_items);
  const auto item_of = [&](size_t i) -> size_t {
    return location * n_items + (first + i) / static_cast<size_t>(input.n_paths);
  };
  int32_t lead_longest = 0;
  int32_t life_longest = 0;
  size_t thresholds = 0;
  b.one_lead_time = true;
  b.one_life = true;
  const StockedItem& front = input.items[item_of(0)];
  for (size_t i = 0; i < count; ++i) {
    const StockedItem& item = input.items[item_of(i)];
    b.one_lead_time &= item.lead_time_law < 0 && item.lead_time == front.lead_time;
    b.one_life &= item.shelf_life == front.shelf_life;
    life_longest = std::max(life_longest, item.shelf_life);
    if (item.lead_time_law < 0) {
      lead_longest = std::max(lead_longest, item.lead_time);
      continue;
    }
    const LeadTimeLaw& law = input.lead_time_laws[static_cast<size_t>(item.lead_time_law)];
    lead_longest = std::max(lead_longest, law.longest());
    thresholds = std::max(thresholds, law.thresholds().size());
  }
  for (const StartingOrder& order : input.starting_orders)
    lead_longest = std::max(lead_longest, order.period);
  b.lead_time_all = front.lead_time;
  b.life_all = front.shelf_life - 1;
  const size_t rows = std::bit_ceil(static_cast<size_t>(lead_longest) + 1);
  b.pipeline_mask = rows - 1;
  b.pipeline.assign(rows * kVectors, kZeros);
  const size_t cohorts = std::bit_ceil(static_cast<size_t>(std::max(1, life_longest)));
  b.cohort_mask = cohorts - 1;
  b.cohorts.assign(life_longest > 0 ? (cohorts + 1) * kVectors : 0, kZeros);
  b.thresholds.assign(thresholds * kVectors, all_of(INT32_MAX));
  for (size_t v = 0; v < kVectors; ++v) {
    b.on_hand[v] = b.in_transit[v] = b.owed_to_customers[v] = kZeros;
    b.owed_by_supplier[v] = b.ordered_now[v] = kZeros;
    b.served[v] = b.valid[v] = all_of(-1);
    b.last_arrival[v] = all_of(0);
    b.last_order[v] = all_of(-1.0F);
    // Lanes that do not exist never review.
    b.next_review[v] = all_of(INT32_MAX);
    b.review_period[v] = b.lead_time[v] = b.draw_key[v] = b.has_pack[v] = all_of(0);
    b.always_up_to[v] = b.fixed_quantity[v] = all_of(0);
    b.life[v] = all_of(-1);
    b.reorder_point[v] = b.order_up_to[v] = b.moq[v] = b.moq_in_packs[v] = kZeros;
    b.quantity[v] = b.pack_size[v] = kOnes;
    for (size_t s = 0; s < kSums; ++s) b.sums[s][v] = kZeros;
  }
  for (auto& sums : b.totals) sums.fill(0);
  for (size_t i = 0; i < count; ++i)
    load_lane(location, i, input.items[item_of(i)], input.policies[item_of(i)]);
  b.first_due = 0;
  load_starting_orders(location);
  if (!b.cohorts.empty()) {
    for (size_t v = 0; v < kVectors; ++v) add_cohort(b, 0, v, b.on_hand[v]);
  }
}

StockOutcome Block::outcome(size_t location, size_t i) const {
  const LocationBlock& b = at(location);
  const size_t v = i / kVector;
  const size_t j = i % kVector;
  const auto n_items = static_cast<size_t>(input.n_items);
  const StockedItem& item =
      input.items[location * n_items + (first + i) / static_cast<size_t>(input.n_paths)];
  const auto sum = [&](Sum s) { return b.totals[s][i]; };
  const auto count_of = [&](Sum s) { return std::llround(b.totals[s][i]); };
  StockOutcome out;
  out.holding_cost = item.holding_cost * sum(kHeld);
  out.shortage_cost = item.shortage_cost * sum(kShort);
  out.order_cost = item.order_cost * sum(kOrders);
  out.waste_cost = item.unit_cost * sum(kWasted);
  out.units_start = item.on_hand;
  out.units_arrived = sum(kArrived);
  out.units_demanded = sum(kDemanded);
  out.units_on_time = sum(kOnTime);
  out.units_issued = sum(kIssued);
  out.units_wasted = sum(kWasted);
  out.units_left = b.on_hand[v][j];
  out.units_in_transit = b.in_transit[v][j];
  out.units_owed = b.owed_to_customers[v][j];
  out.units_ordered = sum(kOrdered);
  out.units_order_change = sum(kOrderChange);
  out.unit_periods_held = sum(kHeld);
  out.periods = input.n_periods;
  out.stock_outs = count_of(kStockOuts);
  out.orders = count_of(kOrders);
  out.cycles = count_of(kCycles);
  out.cycles_served = count_of(kCyclesServed);
  return out;
}

}  // namespace

SupplyTree SupplyTree::make(std::span<const StockLocation> locations) {
  SupplyTree tree;
  tree.buyers.resize(locations.size());
  tree.below.resize(locations.size());
  for (size_t l = 0; l < locations.size(); ++l) {
    if (locations[l].supplier >= 0)
      tree.buyers[static_cast<size_t>(locations[l].supplier)].push_back(l);
    for (auto above = static_cast<int32_t>(l); above >= 0;
         above = locations[static_cast<size_t>(above)].supplier) {
      tree.below[static_cast<size_t>(above)].push_back(l);
    }
  }
  return tree;
}

size_t simulate_block(const SimulationInput& input, const SimulationOptions& options,
                      const SupplyTree& tree, size_t first, size_t count, BlockWorkspace& workspace,
                      std::span<StockOutcome> outcomes) {
  workspace.locations.resize(input.locations.size());
  workspace.demand_row.fill(0);
  workspace.level_row.fill(0);
  const Block block{input, options, tree, first, count, workspace};
  for (size_t l = 0; l < input.locations.size(); ++l) block.load_location(l);
  block.run();
  size_t bad = block.n_lanes();
  for (size_t l = 0; l < input.locations.size(); ++l) {
    for (size_t i = 0; i < count; ++i) {
      outcomes[l * block.n_lanes() + first + i] = block.outcome(l, i);
      if (block.at(l).valid[i / kVector][i % kVector] == 0) bad = std::min(bad, first + i);
    }
  }
  return bad;
}

}  // namespace restock
