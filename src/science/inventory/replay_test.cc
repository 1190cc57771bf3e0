#include "science/inventory/replay.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "science/inventory/order_up_to.h"

namespace restock {
namespace {

constexpr Period kStart = 1000;

/// Daily series of Poisson demand with some days out of stock, closed and missing.
Panel random_panel(size_t n, int32_t length, uint64_t seed) {
  Panel panel;
  panel.key_names = {"item"};
  panel.origin = kStart + length - 1;
  for (size_t i = 0; i < n; ++i) {
    Random random(seed, i);
    const auto late = static_cast<int32_t>(i % 3 == 2 ? random.below(30) : 0);
    panel.keys.push_back({{std::to_string(10000 + i)}});
    panel.start.push_back(kStart + late);
    panel.offsets.push_back(panel.offsets.back() + length - late);
    const double mean = 0.2 + 8 * random.uniform();
    for (int32_t t = late; t < length; ++t) {
      const double draw = random.uniform();
      const auto state = draw < 0.03   ? PeriodState::kOutOfStock
                         : draw < 0.06 ? PeriodState::kNotForSale
                         : draw < 0.08 ? PeriodState::kMissing
                                       : PeriodState::kSold;
      const bool has_units = state == PeriodState::kSold || state == PeriodState::kOutOfStock;
      panel.state.push_back(state);
      panel.units.push_back(has_units ? static_cast<float>(random.poisson(mean)) : 0.0F);
    }
  }
  return panel;
}

std::vector<SeriesSupply> random_supply(size_t n, uint64_t seed) {
  std::vector<SeriesSupply> supply(n);
  for (size_t i = 0; i < n; ++i) {
    Random random(seed, i);
    supply[i].lead_time = static_cast<int32_t>(random.below(10));
    supply[i].review_period = 1 + static_cast<int32_t>(random.below(8));
    supply[i].moq = random.uniform() < 0.3 ? 5 : 0;
    supply[i].pack_size = random.uniform() < 0.3 ? 6 : 1;
  }
  return supply;
}

/// A forecast made of the panel's known history up to the origin: mean of the last 20 days that
/// have demand.
ForecastAt history_forecast(const Panel& panel, int32_t horizon) {
  return [&panel, horizon](Period origin) -> Result<CumulativeForecast> {
    CumulativeForecast forecast;
    forecast.horizon = horizon;
    for (size_t i = 0; i < panel.n_series(); ++i) {
      double sum = 0;
      int n = 0;
      for (Period t = origin; t >= panel.start[i] && n < 20; --t) {
        if (panel.state[static_cast<size_t>(panel.at(i, t))] != PeriodState::kSold) continue;
        sum += panel.units[static_cast<size_t>(panel.at(i, t))];
        ++n;
      }
      const double mean = n > 0 ? sum / n : 0;
      for (int32_t k = 1; k <= horizon; ++k) {
        forecast.mean.push_back(k * mean);
        forecast.variance.push_back(1.3 * k * mean);
      }
    }
    return forecast;
  };
}

/// A second replay written from the guide's order of events, one day and one delivery slip at a
/// time. It shares with the first only the target of the plan policy and the rounding rule.
struct BruteForce {
  const Panel& panel;
  Period first;
  int32_t periods;
  PlanParameters parameters;

  struct Day {
    bool counted = false;
    bool demand = false;
    double units = 0;
  };

  [[nodiscard]] Day day(size_t i, Period t) const {
    if (t < panel.start[i] || t > panel.origin) return {};
    const auto at = static_cast<size_t>(panel.at(i, t));
    bool sold_before = false;
    for (Period s = panel.start[i]; s <= t; ++s) {
      const auto state = panel.state[static_cast<size_t>(panel.at(i, s))];
      sold_before |= state == PeriodState::kSold || state == PeriodState::kOutOfStock;
    }
    if (panel.state[at] == PeriodState::kNotForSale) return {sold_before, false, 0};
    if (panel.state[at] == PeriodState::kMissing) return {};
    return {true, true, panel.units[at]};
  }

  [[nodiscard]] std::vector<double> window(size_t i, Period t) const {
    std::vector<double> values;
    for (; t >= panel.start[i] && values.size() < static_cast<size_t>(parameters.moving_average);
         --t) {
      const Day d = day(i, t);
      if (d.counted) values.push_back(d.units);
    }
    return values;
  }

  [[nodiscard]] double target(int policy, size_t i, Period t, const SeriesSupply& s) const {
    const int32_t risk = s.lead_time + s.review_period;
    if (policy == 0) {
      const auto f = history_forecast(panel, 25)(t).value();
      return order_up_to_level(
                 {std::span(f.mean).subspan(i * 25, 25), std::span(f.variance).subspan(i * 25, 25)},
                 s, parameters)
          .level;
    }
    const auto values = window(i, t);
    double mean = 0;
    for (const double v : values) mean += v / static_cast<double>(values.size());
    double square = 0;
    for (const double v : values) square += (v - mean) * (v - mean);
    const double sd =
        values.size() > 1 ? std::sqrt(square / (static_cast<double>(values.size()) - 1)) : 0;
    // 1.6448536... is the normal quantile of the 0.95 that the tests use.
    const double safety = policy == 2 ? 1.6448536269514722 * sd * std::sqrt(risk) : 0;
    return mean * risk + safety;
  }

  struct Result {
    double cost = 0, sold = 0, ordered = 0, left = 0, transit = 0, start = 0, change = 0;
    int stock_outs = 0;
    std::map<Period, double> orders;
  };

  void live(Result& r, int policy, size_t i, const SeriesSupply& s, Period from, Period to,
            double& stock, std::map<Period, double>& slips) const {
    for (Period t = from; t < to; ++t) {
      if ((t - (first - 1)) % s.review_period == 0) {
        double position = stock;
        for (const auto& [when, units] : slips) position += units;
        const double q = order_quantity(target(policy, i, t, s) - position, s, parameters.rounding);
        if (q > 0) {
          slips[t + s.lead_time + 1] += q;
          r.orders[t] = q;
          r.ordered += q;
        }
      }
      if (const auto slip = slips.find(t + 1); slip != slips.end()) {
        stock += slip->second;
        slips.erase(slip);
      }
      const double demand = day(i, t + 1).units;
      const double sold = std::min(demand, stock);
      stock -= sold;
      r.sold += sold;
      r.stock_outs += demand > sold ? 1 : 0;
      r.cost += parameters.holding_cost * stock + parameters.shortage_cost * (demand - sold);
    }
  }

  [[nodiscard]] Result run(int policy, size_t i, const SeriesSupply& s) const {
    const int32_t risk = s.lead_time + s.review_period;
    const Period begin = std::max(first - 1 - 4 * risk, panel.start[i]);
    double stock = order_quantity(target(1, i, begin, s), s, parameters.rounding);
    std::map<Period, double> slips;
    Result warm;
    live(warm, 1, i, s, begin, first - 1, stock, slips);
    Result r;
    r.start = stock;
    for (const auto& [when, units] : slips) r.start += units;
    live(r, policy, i, s, first - 1, first + periods - 1, stock, slips);
    r.left = stock;
    for (const auto& [when, units] : slips) r.transit += units;
    const auto order_at = [&](Period t) {
      const auto found = r.orders.find(t);
      return found == r.orders.end() ? 0.0 : found->second;
    };
    for (Period t = first - 1 + s.review_period; t < first + periods - 1; t += s.review_period)
      r.change += std::abs(order_at(t) - order_at(t - s.review_period));
    return r;
  }
};

const PlanParameters kParameters{.service_level = 0.95, .moving_average = 21};

TEST(Replay, EqualsABruteForceSimulationOrderByOrder) {
  const Panel panel = random_panel(40, 150, 1);
  const auto supply = random_supply(40, 2);
  const Period first = panel.origin - 39;
  ThreadPool pool(2);
  std::vector<ReplayOrder> orders;
  const auto outcomes = replay({.panel = panel, .first = first, .periods = 40, .supply = supply},
                               kParameters, history_forecast(panel, 25), pool, &orders);
  ASSERT_TRUE(outcomes.ok()) << outcomes.error().to_string();
  const BruteForce brute{panel, first, 40, kParameters};
  std::vector<ReplayOrder> expected_orders;
  for (int policy = 0; policy < 3; ++policy) {
    BruteForce::Result sum;
    for (size_t i = 0; i < 40; ++i) {
      const auto r = brute.run(policy, i, supply[i]);
      sum.cost += r.cost;
      sum.sold += r.sold;
      sum.ordered += r.ordered;
      sum.left += r.left;
      sum.transit += r.transit;
      sum.start += r.start;
      sum.change += r.change;
      sum.stock_outs += r.stock_outs;
      for (const auto& [t, q] : r.orders) expected_orders.push_back({policy, i, t, q});
    }
    const auto& got = outcomes.value()[static_cast<size_t>(policy)];
    EXPECT_NEAR(got.cost, sum.cost, 1e-9 * sum.cost) << got.policy;
    EXPECT_DOUBLE_EQ(got.units_sold, sum.sold);
    EXPECT_DOUBLE_EQ(got.units_ordered, sum.ordered);
    EXPECT_DOUBLE_EQ(got.units_left, sum.left);
    EXPECT_DOUBLE_EQ(got.units_in_transit, sum.transit);
    EXPECT_DOUBLE_EQ(got.units_start, sum.start);
    EXPECT_NEAR(got.units_order_change, sum.change, 1e-9 * sum.change);
    EXPECT_NEAR(got.order_instability(), 100 * sum.change / sum.ordered, 1e-9);
    EXPECT_EQ(got.stock_out_periods, sum.stock_outs);
    EXPECT_GT(got.stock_out_periods, 0);
  }
  ASSERT_EQ(orders.size(), expected_orders.size());
  for (size_t k = 0; k < orders.size(); ++k) {
    EXPECT_EQ(orders[k].policy, expected_orders[k].policy);
    EXPECT_EQ(orders[k].series, expected_orders[k].series);
    EXPECT_EQ(orders[k].origin, expected_orders[k].origin);
    EXPECT_NEAR(orders[k].quantity, expected_orders[k].quantity, 1e-9);
  }
}

TEST(Replay, FollowsTheOrderOfEventsByHand) {
  // Lead time 1, review 2, start stock 5, demand 3 a day. Evening 0: order up to 3 x 3 = 9, so 4.
  // Day 1: sell 3, left 2. Day 2: 4 arrive, sell 3, left 3; order 9 - 3 = 6. Day 3: sell 3, left 0.
  // Day 4: 6 arrive, sell 3, left 3.
  Panel panel;
  panel.key_names = {"item"};
  panel.keys = {{{"a"}}};
  panel.start = {0};
  panel.offsets = {0, 14};
  panel.origin = 13;
  panel.units.assign(14, 3.0F);
  panel.state.assign(14, PeriodState::kSold);
  std::vector<SeriesSupply> supply(1);
  supply[0].lead_time = 1;
  supply[0].review_period = 2;
  ThreadPool pool(1);
  const std::vector<double> stock = {5};
  const auto outcomes =
      replay({.panel = panel, .first = 10, .periods = 4, .supply = supply, .starting_stock = stock},
             {.holding_cost = 0.1, .shortage_cost = 1}, history_forecast(panel, 5), pool);
  const auto& base = outcomes.value()[1];
  EXPECT_EQ(base.policy, "moving_average");
  EXPECT_NEAR(base.holding_cost, 0.1 * (2 + 3 + 0 + 3), 1e-12);
  EXPECT_EQ(base.shortage_cost, 0);
  EXPECT_EQ(base.units_ordered, 10);
  EXPECT_EQ(base.orders, 2);
  EXPECT_EQ(base.units_left, 3);
  EXPECT_EQ(base.fill_rate, 100);
  EXPECT_EQ(base.demand_periods, 4);
}

TEST(Replay, ConservesUnits) {
  for (uint64_t seed = 0; seed < 5; ++seed) {
    const Panel panel = random_panel(30, 120, seed);
    const auto supply = random_supply(30, seed + 50);
    ThreadPool pool(1);
    const auto outcomes =
        replay({.panel = panel, .first = panel.origin - 29, .periods = 30, .supply = supply},
               kParameters, history_forecast(panel, 10), pool);
    for (const auto& o : outcomes.value()) {
      EXPECT_DOUBLE_EQ(o.units_start + o.units_ordered,
                       o.units_sold + o.units_left + o.units_in_transit);
      EXPECT_LE(o.units_sold, o.units_demanded);
      EXPECT_NEAR(o.fill_rate, 100 * o.units_sold / o.units_demanded, 1e-12);
      EXPECT_EQ(o.units_start, outcomes.value()[0].units_start);
      EXPECT_EQ(o.units_demanded, outcomes.value()[0].units_demanded);
      EXPECT_EQ(o.cost, o.holding_cost + o.shortage_cost);
    }
  }
}

TEST(Replay, DemandAfterADecisionChangesNoEarlierOrder) {
  const Panel panel = random_panel(30, 120, 8);
  const auto supply = random_supply(30, 9);
  const Period first = panel.origin - 29;
  const auto orders_of = [&](const Panel& p) {
    ThreadPool pool(1);
    std::vector<ReplayOrder> orders;
    const auto run = replay({.panel = p, .first = first, .periods = 30, .supply = supply},
                            kParameters, history_forecast(p, 10), pool, &orders);
    EXPECT_TRUE(run.ok());
    return orders;
  };
  const auto before = orders_of(panel);
  for (const Period change : {first, first + 7, first + 20}) {
    Panel other = panel;
    for (size_t i = 0; i < other.n_series(); ++i) {
      for (Period t = change; t <= other.origin; ++t) {
        const auto at = static_cast<size_t>(other.at(i, t));
        other.state[at] = PeriodState::kSold;
        other.units[at] = 3 * other.units[at] + 2;
      }
    }
    const auto after = orders_of(other);
    const auto known = [&](const std::vector<ReplayOrder>& orders) {
      std::vector<std::tuple<int32_t, size_t, Period, double>> kept;
      for (const auto& o : orders) {
        if (o.origin < change) kept.emplace_back(o.policy, o.series, o.origin, o.quantity);
      }
      return kept;
    };
    EXPECT_FALSE(known(before).empty());
    EXPECT_EQ(known(before), known(after));
    EXPECT_NE(before.size(), after.size());  // later orders do react
  }
}

TEST(Replay, AsksForecastsOnlyAtReviewOrigins) {
  std::vector<SeriesSupply> supply(2);
  supply[0].review_period = 7;
  supply[1].review_period = 5;
  const std::vector<Period> expected = {99, 104, 106, 109, 113};
  EXPECT_EQ(review_origins(100, 15, supply), expected);
  const Panel panel = random_panel(2, 100, 3);
  std::vector<Period> asked;
  const auto inner = history_forecast(panel, 10);
  ThreadPool pool(1);
  const auto outcome = replay(
      {.panel = panel, .first = panel.origin - 14, .periods = 15, .supply = supply}, kParameters,
      [&](Period origin) {
        asked.push_back(origin);
        return inner(origin);
      },
      pool);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(asked, review_origins(panel.origin - 14, 15, supply));
}

TEST(Replay, DoesNotDependOnThreads) {
  const Panel panel = random_panel(300, 120, 5);
  const auto supply = random_supply(300, 6);
  std::vector<ReplayOutcome> runs[2];
  for (const int threads : {1, 4}) {
    ThreadPool pool(threads);
    runs[threads == 1 ? 0 : 1] =
        replay({.panel = panel, .first = panel.origin - 29, .periods = 30, .supply = supply},
               kParameters, history_forecast(panel, 10), pool)
            .value();
  }
  for (size_t k = 0; k < 3; ++k) {
    EXPECT_EQ(runs[0][k].cost, runs[1][k].cost);
    EXPECT_EQ(runs[0][k].holding_cost, runs[1][k].holding_cost);
    EXPECT_EQ(runs[0][k].units_ordered, runs[1][k].units_ordered);
  }
}

TEST(Replay, CountsCensoredPeriodsAndSkipsThoseWithoutDemand) {
  Panel panel = random_panel(1, 60, 3);
  std::fill(panel.state.begin(), panel.state.end(), PeriodState::kSold);
  std::fill(panel.units.begin(), panel.units.end(), 1.0F);
  const auto mark = [&](Period t, PeriodState state, float units) {
    panel.state[static_cast<size_t>(panel.at(0, t))] = state;
    panel.units[static_cast<size_t>(panel.at(0, t))] = units;
  };
  mark(panel.origin - 3, PeriodState::kOutOfStock, 0.0F);
  mark(panel.origin - 2, PeriodState::kNotForSale, 0.0F);
  mark(panel.origin - 1, PeriodState::kMissing, 0.0F);
  const std::vector<SeriesSupply> supply(1);
  ThreadPool pool(1);
  const auto outcomes =
      replay({.panel = panel, .first = panel.origin - 9, .periods = 10, .supply = supply},
             kParameters, history_forecast(panel, 10), pool);
  for (const auto& o : outcomes.value()) {
    EXPECT_EQ(o.censored_periods, 1);
    EXPECT_EQ(o.demand_periods, 8);
    EXPECT_EQ(o.units_demanded, 7);
  }
}

TEST(Replay, RejectsWhatDoesNotFit) {
  const Panel panel = random_panel(3, 60, 3);
  const std::vector<SeriesSupply> supply(3);
  const auto forecast = history_forecast(panel, 10);
  ThreadPool pool(1);
  const auto run = [&](ReplayInput input, const ForecastAt& at) {
    return replay(input, kParameters, at, pool);
  };
  const Period last = panel.origin;
  EXPECT_TRUE(
      run({.panel = panel, .first = last - 9, .periods = 10, .supply = supply}, forecast).ok());
  EXPECT_FALSE(
      run({.panel = panel, .first = last - 9, .periods = 11, .supply = supply}, forecast).ok());
  EXPECT_FALSE(run({.panel = panel, .first = last, .periods = 0, .supply = supply}, forecast).ok());
  EXPECT_FALSE(run({.panel = panel, .first = last, .periods = 1}, forecast).ok());
  const std::vector<double> negative = {1, -1, 1};
  EXPECT_FALSE(run({.panel = panel,
                    .first = last,
                    .periods = 1,
                    .supply = supply,
                    .starting_stock = negative},
                   forecast)
                   .ok());
  const auto narrow = [](Period) -> Result<CumulativeForecast> {
    return CumulativeForecast{.horizon = 2, .mean = {1, 2}, .variance = {1, 2}};
  };
  const auto shape = run({.panel = panel, .first = last, .periods = 1, .supply = supply}, narrow);
  ASSERT_FALSE(shape.ok());
  EXPECT_NE(shape.error().message.find("3 series x 2 steps"), std::string::npos);
  const auto failing = [](Period) -> Result<CumulativeForecast> {
    return Error{Code::kCancelled, "stopped", ""};
  };
  EXPECT_EQ(
      run({.panel = panel, .first = last, .periods = 1, .supply = supply}, failing).error().code,
      Code::kCancelled);
}

}  // namespace
}  // namespace restock
