#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "foundation/domain/time_axis.h"
#include "foundation/panel/panel.h"
#include "science/inventory/supply.h"

namespace restock {

/// Inside of `replay` and `try_critical_ratios`: one series lived through history, period by
/// period, with lost sales.

/// Demand of one series as a replay reads it, by period.
struct DemandHistory {
  Period start = 0;
  std::span<const float> units;
  std::span<const PeriodState> state;

  [[nodiscard]] bool has_demand(Period t) const {
    if (t < start || t - start >= static_cast<Period>(state.size())) return false;
    const PeriodState s = state[static_cast<size_t>(t - start)];
    return s == PeriodState::kSold || s == PeriodState::kOutOfStock;
  }
  [[nodiscard]] bool censored(Period t) const {
    return has_demand(t) && state[static_cast<size_t>(t - start)] == PeriodState::kOutOfStock;
  }
  [[nodiscard]] double at(Period t) const {
    return has_demand(t) ? units[static_cast<size_t>(t - start)] : 0;
  }
};

/// Moving mean and standard deviation of demand up to any period, from running sums. Periods count
/// from the first sale on; a period not for sale counts as zero demand, a missing one not at all.
class MovingAverage {
 public:
  MovingAverage(const DemandHistory& history, Period last, int32_t window)
      : start_(history.start), window_(window) {
    const auto n = std::clamp<int64_t>(int64_t{last} - history.start + 1, 0,
                                       static_cast<int64_t>(history.state.size()));
    counted_.reserve(static_cast<size_t>(n));
    for (Period t = history.start; t < history.start + n; ++t) {
      const bool demand = history.has_demand(t);
      const bool idle =
          history.state[static_cast<size_t>(t - history.start)] == PeriodState::kNotForSale;
      if (demand || (idle && sums_.size() > 1)) {
        const double units = history.at(t);
        sums_.push_back(sums_.back() + units);
        squares_.push_back(squares_.back() + units * units);
      }
      counted_.push_back(static_cast<int32_t>(sums_.size()) - 1);
    }
  }

  struct Moments {
    double mean = 0;
    double sd = 0;  ///< of a sample; 0 with fewer than two periods
  };

  /// Of the last `window` counted periods up to and with t.
  [[nodiscard]] Moments at(Period t) const {
    if (t < start_ || counted_.empty()) return {};
    const auto position = std::min(static_cast<size_t>(t - start_), counted_.size() - 1);
    const auto to = static_cast<size_t>(counted_[position]);
    const size_t n = std::min(to, static_cast<size_t>(window_));
    if (n == 0) return {};
    const auto count = static_cast<double>(n);
    const double mean = (sums_[to] - sums_[to - n]) / count;
    if (n == 1) return {mean, 0};
    const double square = squares_[to] - squares_[to - n] - count * mean * mean;
    return {mean, std::sqrt(std::max(0.0, square) / (count - 1))};
  }

 private:
  Period start_;
  int32_t window_;
  std::vector<int32_t> counted_;      ///< by period: counted periods up to and with it
  std::vector<double> sums_ = {0.0};  ///< by counted period
  std::vector<double> squares_ = {0.0};
};

/// Units on hand that can be sold up to and with a period.
struct DatedStock {
  Period last_sale = 0;
  double units = 0;
};

/// Stock and what is on its way. `arriving[k]` comes at the start of the k-th period after `time`,
/// k >= 1.
struct StockState {
  Period time = 0;
  double on_hand = 0;
  std::vector<double> arriving;
  double in_transit = 0;
  std::vector<DatedStock> dated;  ///< All of on_hand, the oldest first; of goods with a shelf life.
};

/// What one policy did to one series.
struct Tally {
  double holding_cost = 0;
  double shortage_cost = 0;
  double waste_cost = 0;
  double wasted = 0;
  int64_t stock_outs = 0;
  int64_t demand_periods = 0;
  int64_t censored = 0;
  int64_t orders = 0;
  double order_change = 0;  ///< |order - that of the review before|, summed; none counts as 0
  double start = 0;
  double demanded = 0;
  double sold = 0;
  double ordered = 0;
  double left = 0;
  double in_transit = 0;
};

struct Simulator {
  const DemandHistory& history;
  const SeriesSupply& supply;
  const PlanParameters& parameters;
  Period anchor;  ///< A review; the others are multiples of the review period away.

  [[nodiscard]] bool reviews(Period t) const { return (t - anchor) % supply.review_period == 0; }

  /// One period's arrivals, sales, lost sales and costs: `state` moves to the end of the next
  /// period.
  void step(StockState& state, Tally& tally) const {
    state.time += 1;
    const double arrived = state.arriving[1];
    std::rotate(state.arriving.begin() + 1, state.arriving.begin() + 2, state.arriving.end());
    state.arriving.back() = 0;
    state.in_transit -= arrived;
    state.on_hand += arrived;
    const double demand = history.at(state.time);
    const double sold = std::min(demand, state.on_hand);
    state.on_hand -= sold;
    if (supply.shelf_life > 0) issue(state, arrived, sold);
    tally.demanded += demand;
    tally.sold += sold;
    tally.shortage_cost += parameters.shortage_cost * (demand - sold);
    tally.holding_cost += parameters.holding_cost * state.on_hand;
    if (supply.shelf_life > 0) discard(state, tally);
    tally.stock_outs += demand > sold ? 1 : 0;
    tally.demand_periods += history.has_demand(state.time) ? 1 : 0;
    tally.censored += history.censored(state.time) ? 1 : 0;
  }

  /// Arrivals of this period are the youngest of the stock; sales take the oldest.
  void issue(StockState& state, double arrived, double sold) const {
    if (arrived > 0) state.dated.push_back({state.time + supply.shelf_life - 1, arrived});
    for (DatedStock& batch : state.dated) {
      const double taken = std::min(batch.units, sold);
      batch.units -= taken;
      sold -= taken;
    }
  }

  /// What is left in the evening of its last day is wasted.
  void discard(StockState& state, Tally& tally) const {
    for (const DatedStock& batch : state.dated) {
      if (batch.last_sale > state.time) continue;
      state.on_hand -= batch.units;
      tally.wasted += batch.units;
      tally.waste_cost += supply.unit_cost * batch.units;
    }
    std::erase_if(state.dated, [&](const DatedStock& batch) {
      return batch.units <= 0 || batch.last_sale <= state.time;
    });
    if (state.dated.empty()) state.on_hand = 0;
  }

  /// From `state` to the end of `last`; orders at the reviews before `last`. quantity_at(state):
  /// what to order at the end of state.time.
  template <typename QuantityAt, typename OnOrder>
  Tally run_orders(StockState& state, Period last, const QuantityAt& quantity_at,
                   const OnOrder& on_order) const {
    Tally tally;
    tally.start = state.on_hand + state.in_transit;
    double before = 0;
    bool reviewed = false;
    while (state.time < last) {
      const bool review = reviews(state.time);
      const double quantity = review ? quantity_at(state) : 0;
      if (review) {
        if (reviewed) tally.order_change += std::abs(quantity - before);
        reviewed = true;
        before = quantity;
      }
      if (quantity > 0) {
        state.arriving[static_cast<size_t>(supply.lead_time) + 1] += quantity;
        state.in_transit += quantity;
        tally.ordered += quantity;
        tally.orders += 1;
        on_order(state.time, quantity);
      }
      step(state, tally);
    }
    tally.left = state.on_hand;
    tally.in_transit = state.in_transit;
    return tally;
  }

  /// The same with orders up to level_at(t), the target at the end of t.
  template <typename LevelAt, typename OnOrder>
  Tally run(StockState& state, Period last, const LevelAt& level_at,
            const OnOrder& on_order) const {
    const auto quantity_at = [&](const StockState& now) {
      const double need = level_at(now.time) - now.on_hand - now.in_transit;
      return order_quantity(need, supply, parameters.rounding);
    };
    return run_orders(state, last, quantity_at, on_order);
  }
};

inline StockState empty_state(const SeriesSupply& supply, Period time) {
  StockState state;
  state.time = time;
  state.arriving.assign(static_cast<size_t>(supply.lead_time) + 2, 0.0);
  return state;
}

/// Stock that came in this evening.
inline void stock_up(const SeriesSupply& supply, double units, StockState& state) {
  state.on_hand = units;
  if (supply.shelf_life > 0) state.dated = {{state.time + supply.shelf_life, units}};
}

/// What the moving-average policy leaves at the end of first - 1, before the order of that evening.
inline StockState warmed_up(const Simulator& simulator, const MovingAverage& average,
                            Period first) {
  const SeriesSupply& supply = simulator.supply;
  const int32_t risk_periods = supply.lead_time + supply.review_period;
  const int32_t asked = simulator.parameters.warm_up_periods;
  const Period begin =
      std::max(first - 1 - (asked > 0 ? asked : 4 * risk_periods), simulator.history.start);
  StockState state = empty_state(supply, std::min(begin, first - 1));
  const auto level_at = [&](Period t) { return average.at(t).mean * risk_periods; };
  stock_up(supply, order_quantity(level_at(state.time), supply, simulator.parameters.rounding),
           state);
  simulator.run(state, first - 1, level_at, [](Period, double) {});
  return state;
}

}  // namespace restock
