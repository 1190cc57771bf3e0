#include "science/simulation/history_policy.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "science/inventory/replay.h"

namespace restock {
namespace {

constexpr int32_t kLength = 300;
constexpr int32_t kWindow = 90;

Panel random_panel(size_t n) {
  Panel panel;
  panel.key_names = {"item"};
  panel.origin = kLength - 1;
  for (size_t i = 0; i < n; ++i) {
    Random random(5, i);
    panel.keys.push_back({{std::to_string(1000 + i)}});
    panel.start.push_back(0);
    panel.offsets.push_back(panel.offsets.back() + kLength);
    const double mean = 0.1 + 6 * random.uniform();
    for (int32_t t = 0; t < kLength; ++t) {
      const bool missing = random.uniform() < 0.05;
      panel.state.push_back(missing ? PeriodState::kMissing : PeriodState::kSold);
      panel.units.push_back(missing ? 0 : static_cast<float>(random.poisson(mean)));
    }
  }
  return panel;
}

/// Lead times and reviews whose sum times a mean of 16 periods is exact in a float.
std::vector<SeriesSupply> random_supply(size_t n) {
  std::vector<SeriesSupply> supply(n);
  for (size_t i = 0; i < n; ++i) {
    Random random(6, i);
    supply[i].lead_time = static_cast<int32_t>(random.below(8));
    supply[i].review_period = 1 + static_cast<int32_t>(random.below(7));
    supply[i].pack_size = random.uniform() < 0.5 ? 6 : 1;
    supply[i].moq = random.uniform() < 0.3 ? 10 : 0;
  }
  return supply;
}

struct Lived {
  std::vector<StockOutcome> outcomes;
  StockOutcome sum;
};

/// shift: added to the levels of all reviews.
Lived live(const HistoryWindow& window, HistoryPolicy policy, float shift = 0) {
  ThreadPool pool(2);
  const size_t n = window.panel.n_series();
  auto lived = window_policy(window, policy, pool).value();
  for (float& level : lived.levels) level = std::max(0.0F, level + shift);
  const auto demand = window_demand(window);
  const auto start = window_start(window);
  std::vector<StockedItem> items(n);
  for (size_t i = 0; i < n; ++i) {
    items[i].lead_time = window.supply[i].lead_time;
    items[i].review_period = window.supply[i].review_period;
    items[i].moq = static_cast<float>(window.supply[i].moq);
    items[i].pack_size = static_cast<float>(window.supply[i].pack_size);
    items[i].on_hand = start[i];
    items[i].holding_cost = window.parameters.holding_cost;
    items[i].shortage_cost = window.parameters.shortage_cost;
    items[i].order_cost = window.order_cost;
  }
  const std::vector<StockLocation> locations(1);
  const PeriodTable demand_table{std::span(demand), n, 1};
  const PeriodTable levels{std::span<const float>(lived.levels), n, 1};
  SimulationInput input{.n_periods = window.periods, .n_items = static_cast<int32_t>(n)};
  input.locations = locations;
  input.demand = {&demand_table, 1};
  input.items = items;
  input.policies = lived.policies;
  input.levels = {&levels, 1};
  Lived out;
  out.outcomes = simulate(input, {}, pool).value();
  out.sum = total(out.outcomes);
  return out;
}

/// Two programs that share neither loop nor number type.
TEST(HistoryPolicy, LivesAWindowAsTheReplayDoes) {
  const Panel panel = random_panel(300);
  const auto supply = random_supply(300);
  PlanParameters parameters;
  parameters.moving_average = 16;
  const HistoryWindow window{panel, kLength - kWindow, kWindow, supply, parameters};
  const Lived lived = live(window, HistoryPolicy::kMovingAverage);

  const auto start = window_start(window);
  const std::vector<double> stock(start.begin(), start.end());
  const ReplayInput input{panel, kLength - kWindow, kWindow, supply, stock};
  const ForecastAt none = [&](Period) -> Result<CumulativeForecast> {
    return CumulativeForecast{1, std::vector<double>(300), std::vector<double>(300)};
  };
  ThreadPool pool(1);
  const auto replayed = replay(input, parameters, none, pool).value();
  ASSERT_EQ(replayed[1].policy, "moving_average");
  EXPECT_EQ(lived.sum.orders, replayed[1].orders);
  EXPECT_EQ(lived.sum.stock_outs, replayed[1].stock_out_periods);
  EXPECT_DOUBLE_EQ(lived.sum.units_demanded, replayed[1].units_demanded);
  EXPECT_DOUBLE_EQ(lived.sum.units_issued, replayed[1].units_sold);
  EXPECT_DOUBLE_EQ(lived.sum.units_ordered, replayed[1].units_ordered);
  EXPECT_DOUBLE_EQ(lived.sum.units_left, replayed[1].units_left);
  EXPECT_NEAR(lived.sum.cost(), replayed[1].cost, 1e-6);
}

TEST(HistoryPolicy, OrdersLessOftenWhereAnOrderCosts) {
  const Panel panel = random_panel(100);
  const std::vector<SeriesSupply> supply(100, [] {
    SeriesSupply s;
    s.lead_time = 3;
    s.review_period = 1;
    return s;
  }());
  HistoryWindow window{panel, kLength - kWindow, kWindow, supply, {}};
  window.order_cost = 5;
  const auto up_to = live(window, HistoryPolicy::kOrderUpTo).sum;
  const auto reorder = live(window, HistoryPolicy::kReorderUpTo).sum;
  const auto fixed = live(window, HistoryPolicy::kFixedQuantity).sum;
  EXPECT_LT(reorder.orders, up_to.orders / 3);
  EXPECT_LT(fixed.orders, up_to.orders / 3);
  EXPECT_LT(reorder.cost(), up_to.cost());
  EXPECT_LT(fixed.cost(), up_to.cost());
  for (const auto& outcome : {up_to, reorder, fixed}) EXPECT_GT(outcome.fill_rate(), 95);
}

TEST(HistoryPolicy, OrdersWhereItCostsLeast) {
  const Panel panel = random_panel(200);
  std::vector<SeriesSupply> supply(200);
  for (auto& s : supply) s.lead_time = s.review_period = 3;
  HistoryWindow window{panel, kLength - kWindow, kWindow, supply, {}};
  window.order_cost = 8;
  for (const auto policy : {HistoryPolicy::kReorderUpTo, HistoryPolicy::kFixedQuantity}) {
    const double cost = live(window, policy).sum.cost();
    for (const float shift : {-12.0F, -8.0F, -5.0F, 5.0F, 8.0F, 12.0F})
      EXPECT_GT(live(window, policy, shift).sum.cost(), cost) << shift;
  }
}

TEST(HistoryPolicy, IsBaseStockWhereAnOrderCostsNothing) {
  const Panel panel = random_panel(50);
  const std::vector<SeriesSupply> supply(50);
  const HistoryWindow window{panel, kLength - kWindow, kWindow, supply, {}};
  const auto up_to = live(window, HistoryPolicy::kOrderUpTo).sum;
  for (const auto policy : {HistoryPolicy::kReorderUpTo, HistoryPolicy::kFixedQuantity}) {
    const auto same = live(window, policy).sum;
    EXPECT_EQ(same.units_ordered, up_to.units_ordered);
    EXPECT_DOUBLE_EQ(same.cost(), up_to.cost());
  }
}

TEST(HistoryPolicy, ReadsNothingAfterAReview) {
  Panel panel = random_panel(40);
  const auto supply = random_supply(40);
  const HistoryWindow window{panel, kLength - kWindow, kWindow, supply, {}};
  ThreadPool pool(1);
  constexpr int32_t kChanged = 30;
  for (const auto policy : {HistoryPolicy::kMovingAverage, HistoryPolicy::kOrderUpTo,
                            HistoryPolicy::kReorderUpTo, HistoryPolicy::kFixedQuantity}) {
    const auto before = window_policy(window, policy, pool).value();
    Panel other = panel;
    for (size_t i = 0; i < 40; ++i) {
      for (Period t = kLength - kWindow + kChanged; t < kLength; ++t)
        other.units[static_cast<size_t>(other.at(i, t))] += 9;
    }
    const HistoryWindow changed{other, kLength - kWindow, kWindow, supply, {}};
    const auto after = window_policy(changed, policy, pool).value();
    // The review on the evening before period kChanged has not seen that period.
    for (size_t c = 0; c < (kChanged + 1) * 40; ++c)
      ASSERT_EQ(before.levels[c], after.levels[c]) << c;
    ASSERT_EQ(before.policies[7].quantity, after.policies[7].quantity);
    ASSERT_NE(before.levels, after.levels);
  }
}

TEST(HistoryPolicy, KeepsMoreStockWhereLeadTimesVary) {
  const Panel panel = random_panel(50);
  const std::vector<SeriesSupply> supply(50);
  HistoryWindow window{panel, kLength - kWindow, kWindow, supply, {}};
  ThreadPool pool(1);
  const auto sure = window_policy(window, HistoryPolicy::kOrderUpTo, pool).value();
  window.lead_time_mean = 7;
  window.lead_time_variance = 9;
  const auto unsure = window_policy(window, HistoryPolicy::kOrderUpTo, pool).value();
  for (size_t i = 0; i < 50; ++i) EXPECT_GE(unsure.levels[i], sure.levels[i]);
  EXPECT_NE(unsure.levels, sure.levels);
}

TEST(HistoryPolicy, RejectsWhatLiesOutsideTheHistory) {
  const Panel panel = random_panel(2);
  const std::vector<SeriesSupply> supply(2);
  ThreadPool pool(1);
  const auto refused = [&](const HistoryWindow& window) {
    return !window_policy(window, HistoryPolicy::kOrderUpTo, pool).ok();
  };
  EXPECT_FALSE(refused({panel, 200, 100, supply, {}}));
  EXPECT_TRUE(refused({panel, 200, 101, supply, {}}));
  EXPECT_TRUE(refused({panel, 200, 0, supply, {}}));
  EXPECT_TRUE(refused({panel, 200, 100, std::span(supply).subspan(1), {}}));
  EXPECT_TRUE(refused({panel, 200, 100, supply, {}, NAN}));
  EXPECT_FALSE(parse_history_policy("base_stock").ok());
  EXPECT_EQ(parse_history_policy("fixed_quantity").value(), HistoryPolicy::kFixedQuantity);
  EXPECT_EQ(history_policy_name(HistoryPolicy::kReorderUpTo), "reorder_up_to");
}

}  // namespace
}  // namespace restock
