#include "science/inventory/replay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "foundation/base/normal.h"
#include "science/inventory/order_up_to.h"

namespace restock {
namespace {

constexpr size_t kPolicies = 3;
constexpr std::array<const char*, kPolicies> kPolicyNames = {"plan", "moving_average",
                                                             "moving_average_safety"};
constexpr size_t kBlock = 64;  // series a thread takes at a time

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

/// Stock and what is on its way. `arriving[k]` comes at the start of the k-th period after `time`,
/// k >= 1.
struct StockState {
  Period time = 0;
  double on_hand = 0;
  std::vector<double> arriving;
  double in_transit = 0;
};

/// What one policy did to one series.
struct Tally {
  double holding_cost = 0;
  double shortage_cost = 0;
  int64_t stock_outs = 0;
  int64_t demand_periods = 0;
  int64_t censored = 0;
  int64_t orders = 0;
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
    tally.demanded += demand;
    tally.sold += sold;
    tally.shortage_cost += parameters.shortage_cost * (demand - sold);
    tally.holding_cost += parameters.holding_cost * state.on_hand;
    tally.stock_outs += demand > sold ? 1 : 0;
    tally.demand_periods += history.has_demand(state.time) ? 1 : 0;
    tally.censored += history.censored(state.time) ? 1 : 0;
  }

  /// Order up to `level` at the end of state.time; returns what was ordered.
  double order(StockState& state, Tally& tally, double level) const {
    const double need = level - state.on_hand - state.in_transit;
    const double quantity = order_quantity(need, supply, parameters.rounding);
    if (quantity <= 0) return 0;
    state.arriving[static_cast<size_t>(supply.lead_time) + 1] += quantity;
    state.in_transit += quantity;
    tally.ordered += quantity;
    tally.orders += 1;
    return quantity;
  }

  /// From `state` to the end of `last`; orders at the reviews before `last`. level_at(t): the
  /// target at the end of t.
  template <typename LevelAt, typename OnOrder>
  Tally run(StockState& state, Period last, const LevelAt& level_at,
            const OnOrder& on_order) const {
    Tally tally;
    tally.start = state.on_hand + state.in_transit;
    while (state.time < last) {
      if (reviews(state.time)) {
        const double quantity = order(state, tally, level_at(state.time));
        if (quantity > 0) on_order(state.time, quantity);
      }
      step(state, tally);
    }
    tally.left = state.on_hand;
    tally.in_transit = state.in_transit;
    return tally;
  }
};

StockState empty_state(const SeriesSupply& supply, Period time) {
  StockState state;
  state.time = time;
  state.arriving.assign(static_cast<size_t>(supply.lead_time) + 2, 0.0);
  return state;
}

/// What the moving-average policy leaves at the end of first - 1, before the order of that evening.
StockState warmed_up(const Simulator& simulator, const MovingAverage& average, Period first) {
  const SeriesSupply& supply = simulator.supply;
  const int32_t risk_periods = supply.lead_time + supply.review_period;
  const int32_t asked = simulator.parameters.warm_up_periods;
  const Period begin =
      std::max(first - 1 - (asked > 0 ? asked : 4 * risk_periods), simulator.history.start);
  StockState state = empty_state(supply, std::min(begin, first - 1));
  const auto level_at = [&](Period t) { return average.at(t).mean * risk_periods; };
  state.on_hand = order_quantity(level_at(state.time), supply, simulator.parameters.rounding);
  simulator.run(state, first - 1, level_at, [](Period, double) {});
  return state;
}

/// Everything that all series of a replay share.
struct Job {
  const ReplayInput& input;
  const PlanParameters& parameters;
  std::span<const Period> origins;
  std::span<const double> plan_levels;  ///< n_series x origins
};

struct SeriesResult {
  std::array<Tally, kPolicies> tallies;
  std::vector<ReplayOrder> orders;
};

double safety_factor(const PlanParameters& parameters, int32_t review) {
  if (parameters.service_level > 0) return standard_normal_quantile(parameters.service_level);
  const double p = parameters.shortage_cost;
  return standard_normal_quantile(p / (p + parameters.holding_cost * review));
}

SeriesResult replay_series(const Job& job, size_t series, bool keep_orders) {
  const ReplayInput& input = job.input;
  const Panel& panel = input.panel;
  const SeriesSupply& supply = input.supply[series];
  const DemandHistory history{panel.start[series], panel.units_of(series), panel.state_of(series)};
  const Period last = input.first + input.periods - 1;
  const MovingAverage average(history, last, job.parameters.moving_average);
  const Simulator simulator{history, supply, job.parameters, input.first - 1};
  const int32_t risk_periods = supply.lead_time + supply.review_period;
  const double z = safety_factor(job.parameters, supply.review_period);

  StockState start = empty_state(supply, input.first - 1);
  if (input.starting_stock.empty()) {
    start = warmed_up(simulator, average, input.first);
  } else {
    start.on_hand = input.starting_stock[series];
  }
  SeriesResult result;
  const auto run = [&](size_t policy, const auto& level_at) {
    StockState state = start;
    result.tallies[policy] = simulator.run(state, last, level_at, [&](Period t, double quantity) {
      if (keep_orders) {
        result.orders.push_back({static_cast<int32_t>(policy), series, t, quantity});
      }
    });
  };
  run(0, [&](Period t) {
    const auto at = std::lower_bound(job.origins.begin(), job.origins.end(), t);
    return job
        .plan_levels[series * job.origins.size() + static_cast<size_t>(at - job.origins.begin())];
  });
  run(1, [&](Period t) { return average.at(t).mean * risk_periods; });
  run(2, [&](Period t) {
    const auto moments = average.at(t);
    const double level = moments.mean * risk_periods + z * moments.sd * std::sqrt(risk_periods);
    return std::max(0.0, level);
  });
  return result;
}

Status check_input(const ReplayInput& input) {
  const Panel& panel = input.panel;
  const size_t n = panel.n_series();
  if (input.supply.size() != n ||
      (!input.starting_stock.empty() && input.starting_stock.size() != n)) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("a replay of {} series needs as many supply entries and starting stocks "
                    "(or none), got {} and {}",
                    n, input.supply.size(), input.starting_stock.size()),
        ""};
  }
  if (input.periods < 1 || int64_t{input.first} + input.periods - 1 > panel.origin) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("a replay must have at least 1 period and end at or before {}, got {} "
                    "periods from {}",
                    panel.axis.label(panel.origin), input.periods, panel.axis.label(input.first)),
        "lower [plan] replay_periods"};
  }
  for (size_t i = 0; i < n; ++i) {
    RESTOCK_TRY(validate(input.supply[i], i));
    const double stock = input.starting_stock.empty() ? 0 : input.starting_stock[i];
    if (!(stock >= 0 && std::isfinite(stock))) {
      return Error{Code::kInvalidArgument,
                   fmt::format("starting stock of series {} must be >= 0, got {}", i, stock), ""};
    }
  }
  return {};
}

Status check_forecast(const CumulativeForecast& forecast, const Panel& panel, Period origin) {
  const size_t cells = panel.n_series() * static_cast<size_t>(std::max(0, forecast.horizon));
  if (forecast.horizon < 1 || forecast.mean.size() != cells || forecast.variance.size() != cells) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("the forecast of {} must have {} series x {} steps, got {} means and {} "
                    "variances",
                    panel.axis.label(origin), panel.n_series(), forecast.horizon,
                    forecast.mean.size(), forecast.variance.size()),
        ""};
  }
  const auto horizon = static_cast<size_t>(forecast.horizon);
  for (size_t i = 0; i < panel.n_series(); ++i) {
    RESTOCK_TRY(check_cumulative_demand(std::span(forecast.mean).subspan(i * horizon, horizon),
                                        std::span(forecast.variance).subspan(i * horizon, horizon),
                                        panel.keys[i].to_string()));
  }
  return {};
}

/// Order-up-to levels of the plan policy, n_series x origins; 0 where a series does not review.
Result<std::vector<double>> plan_levels(const ReplayInput& input, const PlanParameters& parameters,
                                        std::span<const Period> origins,
                                        const ForecastAt& forecast_at, ThreadPool& pool) {
  std::vector<double> levels(input.panel.n_series() * origins.size());
  for (size_t o = 0; o < origins.size(); ++o) {
    RESTOCK_TRY(const CumulativeForecast forecast, forecast_at(origins[o]));
    RESTOCK_TRY(check_forecast(forecast, input.panel, origins[o]));
    const auto horizon = static_cast<size_t>(forecast.horizon);
    pool.parallel_for(input.panel.n_series(), kBlock, [&](size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i) {
        if ((origins[o] - origins[0]) % input.supply[i].review_period != 0) continue;
        const CumulativeDemandView demand(
            std::span(forecast.mean).subspan(i * horizon, horizon),
            std::span(forecast.variance).subspan(i * horizon, horizon));
        levels[i * origins.size() + o] =
            order_up_to_level(demand, input.supply[i], parameters).level;
      }
    });
  }
  return levels;
}

/// Sum over series in their order, so that the result does not depend on threads.
ReplayOutcome summed(std::span<const SeriesResult> results, size_t policy) {
  ReplayOutcome sum;
  sum.policy = kPolicyNames[policy];
  for (const auto& result : results) {
    const Tally& t = result.tallies[policy];
    sum.holding_cost += t.holding_cost;
    sum.shortage_cost += t.shortage_cost;
    sum.stock_out_periods += t.stock_outs;
    sum.demand_periods += t.demand_periods;
    sum.censored_periods += t.censored;
    sum.orders += t.orders;
    sum.units_start += t.start;
    sum.units_demanded += t.demanded;
    sum.units_sold += t.sold;
    sum.units_ordered += t.ordered;
    sum.units_left += t.left;
    sum.units_in_transit += t.in_transit;
  }
  sum.cost = sum.holding_cost + sum.shortage_cost;
  sum.fill_rate = sum.units_demanded > 0 ? 100 * sum.units_sold / sum.units_demanded : 100;
  return sum;
}

}  // namespace

std::vector<Period> review_origins(Period first, int32_t periods,
                                   std::span<const SeriesSupply> supply) {
  std::set<int32_t> reviews;
  for (const auto& s : supply) reviews.insert(s.review_period);
  std::set<Period> origins;
  for (const int32_t review : reviews) {
    RESTOCK_ASSERT(review >= 1);
    // An order on the last evening could change nothing that is replayed.
    for (int32_t k = 0; k < periods; k += review) origins.insert(first - 1 + k);
  }
  return {origins.begin(), origins.end()};
}

Result<std::vector<ReplayOutcome>> replay(const ReplayInput& input,
                                          const PlanParameters& parameters,
                                          const ForecastAt& forecast_at, ThreadPool& pool,
                                          std::vector<ReplayOrder>* orders) {
  RESTOCK_TRY(validate(parameters));
  RESTOCK_TRY(check_input(input));
  const auto origins = review_origins(input.first, input.periods, input.supply);
  RESTOCK_TRY(const auto levels, plan_levels(input, parameters, origins, forecast_at, pool));

  const Job job{input, parameters, origins, levels};
  std::vector<SeriesResult> results(input.panel.n_series());
  pool.parallel_for(results.size(), kBlock, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) results[i] = replay_series(job, i, orders != nullptr);
  });
  std::vector<ReplayOutcome> outcomes;
  for (size_t policy = 0; policy < kPolicies; ++policy) outcomes.push_back(summed(results, policy));
  if (orders != nullptr) {
    orders->clear();
    for (const auto& r : results) orders->insert(orders->end(), r.orders.begin(), r.orders.end());
    std::stable_sort(orders->begin(), orders->end(),
                     [](const auto& a, const auto& b) { return a.policy < b.policy; });
  }
  return outcomes;
}

}  // namespace restock
