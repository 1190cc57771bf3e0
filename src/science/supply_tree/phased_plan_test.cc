#include "science/supply_tree/phased_plan.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "science/supply_tree/supply_tree_fixture.h"

namespace restock {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Two distribution centers of Martin, Distribution Resource Planning (1993), as R. Pinto's course
// notes (Bergamo) have them. Stock above the safety stock is what can be sold. The book's lead time
// counts the period of the order, so that of 2 weeks has one full week in it.
TEST(PhasedPlan, ReproducesMartinsCenterWithTwoWeeksLeadTime) {
  const auto demand = one_path({100, 120, 90, 110, 120, 100, 80, 120, 0, 0});
  constexpr double kSafetyStock = 200;
  const auto plan = phase_plan(demand.view(), stocked(500 - kSafetyStock, 1, 1, 300), {},
                               {.orders_until = 6, .project_until = 8});
  ASSERT_TRUE(plan.ok()) << plan.error().to_string();
  EXPECT_THAT(plan->order_mean, ElementsAre(300, 0, 0, 300, 0, 0, 0, 0));
  std::vector<double> projected = plan->stock_mean;
  for (double& stock : projected) stock += kSafetyStock;
  EXPECT_THAT(projected, ElementsAre(400, 280, 490, 380, 260, 460, 380, 260));
  EXPECT_THAT(plan->arrivals_mean, ElementsAre(0, 0, 300, 0, 0, 300, 0, 0));
  EXPECT_EQ(*std::ranges::max_element(plan->stock_out_risk), 0);
}

TEST(PhasedPlan, ReproducesMartinsCenterWithOneWeekLeadTime) {
  const auto demand = one_path({40, 50, 45, 50, 40, 45, 40, 50, 0});
  constexpr double kSafetyStock = 75;
  const auto plan = phase_plan(demand.view(), stocked(160 - kSafetyStock, 0, 1, 150), {},
                               {.orders_until = 7, .project_until = 8});
  ASSERT_TRUE(plan.ok()) << plan.error().to_string();
  EXPECT_THAT(plan->order_mean, ElementsAre(150, 0, 0, 0, 150, 0, 0, 0));
  std::vector<double> projected = plan->stock_mean;
  for (double& stock : projected) stock += kSafetyStock;
  EXPECT_THAT(projected, ElementsAre(120, 220, 175, 125, 85, 190, 150, 100));
}

/// One path lived through unit by unit: at each review the smallest order with the least cost of
/// the covered periods, found by trying all.
std::vector<double> tried_orders(const std::vector<float>& demand, const SeriesSupply& supply,
                                 const PlanParameters& costs, const PhasingOptions& options) {
  const int32_t lead = supply.lead_time;
  const int32_t review = supply.review_period;
  std::vector<double> arriving(demand.size() + 64, 0.0);
  for (const OpenOrder& open : supply.open_orders)
    arriving[static_cast<size_t>(std::max(1, open.arrives_in))] += open.quantity;
  arriving[static_cast<size_t>(lead) + 1] += options.first_order;
  const auto lost = [&](double& stock) {
    const double missing = std::max(0.0, -stock);
    if (options.unmet == UnmetDemand::kLost) stock = std::max(0.0, stock);
    return missing;
  };
  double stock = supply.on_hand;
  std::vector<double> orders;
  for (int32_t k = 1; k <= options.project_until; ++k) {
    stock += arriving[static_cast<size_t>(k)] - demand[static_cast<size_t>(k) - 1];
    lost(stock);
    orders.push_back(0);
    if (k > options.orders_until || k % review != 0) continue;
    double best = 1e300;
    for (int32_t quantity = 0; quantity < 400; ++quantity) {
      double at = stock;
      double cost = 0;
      double owed = 0;  // What is owed was short once, however long it waits.
      for (int32_t j = k + 1; j <= k + lead + review; ++j) {
        at += arriving[static_cast<size_t>(j)] - demand[static_cast<size_t>(j) - 1];
        if (j == k + lead + 1) at += quantity;
        const double missing = lost(at);
        if (j > k + lead) cost += costs.holding_cost * std::max(0.0, at);
        if (j <= k + lead) continue;
        if (options.unmet == UnmetDemand::kLost) cost += costs.shortage_cost * missing;
        owed = std::max(owed, options.unmet == UnmetDemand::kOwed ? missing : 0);
      }
      cost += costs.shortage_cost * owed;
      if (cost < best - 1e-9) {
        best = cost;
        orders.back() = quantity;
      }
    }
    arriving[static_cast<size_t>(k + lead) + 1] += orders.back();
  }
  return orders;
}

TEST(PhasedPlan, OrdersOnOnePathWhatTryingAllQuantitiesFinds) {
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 200; ++trial) {
    const auto demand = random_paths(random, 1, 24, 4);
    SeriesSupply supply = stocked(draw(random, 0, 30), draw(random, 0, 3), draw(random, 1, 4));
    supply.open_orders = {{draw(random, 1, 6), static_cast<double>(draw(random, 0, 9))}};
    const PlanParameters costs{.holding_cost = 0.1, .shortage_cost = 1};
    const PhasingOptions options{.unmet = trial % 2 == 0 ? UnmetDemand::kLost : UnmetDemand::kOwed,
                                 .first_order = static_cast<double>(draw(random, 0, 12)),
                                 .orders_until = 15,
                                 .project_until = 17};
    const auto plan = phase_plan(demand.view(), supply, costs, options);
    ASSERT_TRUE(plan.ok()) << plan.error().to_string();
    EXPECT_EQ(plan->order_mean, tried_orders(demand.values, supply, costs, options))
        << "trial " << trial;
  }
}

TEST(PhasedPlan, RefillsEveryPathToTheNewsvendorQuantileWithoutLeadTime) {
  std::mt19937_64 random(2);
  constexpr int32_t kPaths = 99;
  constexpr int32_t kHorizon = 8;
  const auto demand = random_paths(random, kPaths, kHorizon, 6);
  const PlanParameters costs{.holding_cost = 1, .shortage_cost = 4};
  const auto plan =
      phase_plan(demand.view(), stocked(5, 0, 1), costs, {.orders_until = 7, .project_until = 7});
  ASSERT_TRUE(plan.ok()) << plan.error().to_string();
  std::vector<double> stock(kPaths, 5.0);
  for (size_t k = 1; k <= 7; ++k) {
    std::vector<float> next;
    next.reserve(kPaths);
    for (size_t p = 0; p < kPaths; ++p) next.push_back(demand.view().path(p)[k]);
    std::ranges::sort(next);
    const double level = next[79];  // The 80th of 99 is the first that 80 % do not exceed.
    double sum = 0;
    for (size_t p = 0; p < kPaths; ++p) {
      stock[p] = std::max(0.0, stock[p] - demand.view().path(p)[k - 1]);
      const double quantity = std::max(0.0, level - stock[p]);
      EXPECT_EQ(plan->orders[p * 7 + k - 1], quantity);
      stock[p] += quantity;
      sum += quantity;
    }
    EXPECT_NEAR(plan->order_mean[k - 1], sum / kPaths, 1e-9);
  }
}

TEST(PhasedPlan, TellsThePositionThatEachReviewOrdersUpTo) {
  std::mt19937_64 random(6);
  const auto demand = random_paths(random, 40, 20, 5);
  const SeriesSupply supply = stocked(9, 2, 2);
  const auto order = order_now(demand.view(), supply, {}, UnmetDemand::kOwed);
  const auto plan = phase_plan(demand.view(), supply, {},
                               {.unmet = UnmetDemand::kOwed,
                                .first_order = order->quantity,
                                .orders_until = 8,
                                .project_until = 10});
  ASSERT_TRUE(order.ok() && plan.ok());
  EXPECT_NEAR(plan->levels[0], 9 + order->need, 1e-9);
  ASSERT_EQ(plan->levels.size(), 9U);
  double position = 9 + order->quantity;
  for (size_t k = 1; k <= 8; ++k) {
    position -= plan->demand_mean[k - 1];
    if (k % 2 == 1) {
      EXPECT_EQ(plan->levels[k], 0);
      continue;
    }
    position += plan->order_mean[k - 1];
    // Whole units: up to one more than the level.
    EXPECT_GE(position, plan->levels[k] - 1e-4);
    EXPECT_LT(position, plan->levels[k] + 1);
  }
}

TEST(PhasedPlan, KnowsOfAPathOnlyWhatHasComeTrue) {
  std::mt19937_64 random(3);
  auto demand = random_paths(random, 50, 16, 5);
  const SeriesSupply supply = stocked(8, 2, 2);
  const PhasingOptions options{.orders_until = 6, .project_until = 8};
  const auto before = phase_plan(demand.view(), supply, {}, options);
  // What two paths bring after the evening of period 4 changes places: the same law, so the same
  // orders up to that evening.
  for (size_t k = 4; k < 16; ++k) std::swap(demand.values[k], demand.values[16 + k]);
  const auto after = phase_plan(demand.view(), supply, {}, options);
  ASSERT_TRUE(before.ok() && after.ok());
  for (size_t p = 0; p < 50; ++p) {
    for (size_t k = 0; k < 4; ++k)
      EXPECT_EQ(before->orders[p * 6 + k], after->orders[p * 6 + k]) << p << " " << k;
  }
}

TEST(PhasedPlan, ConservesUnitsWhereDemandWaits) {
  std::mt19937_64 random(4);
  const auto demand = random_paths(random, 1, 20, 3);
  const auto plan =
      phase_plan(demand.view(), stocked(40, 1, 3, 6), {},
                 {.unmet = UnmetDemand::kOwed, .orders_until = 12, .project_until = 16});
  ASSERT_TRUE(plan.ok());
  double balance = 40;
  double ordered = 0;
  for (size_t k = 0; k < 16; ++k) {
    balance += plan->arrivals_mean[k] - plan->demand_mean[k];
    EXPECT_EQ(plan->stock_mean[k], std::max(0.0, balance));
    EXPECT_EQ(plan->stock_out_risk[k], balance < 0 ? 1 : 0);
    ordered += plan->order_mean[k] - plan->arrivals_mean[k];
  }
  EXPECT_EQ(ordered, 0);
}

TEST(PhasedPlan, OrdersMoreInAllWhereAShortageCostsMore) {
  std::mt19937_64 random(5);
  const auto demand = random_paths(random, 80, 20, 5);
  for (const UnmetDemand unmet : {UnmetDemand::kLost, UnmetDemand::kOwed}) {
    double before = 0;
    for (const double shortage : {0.5, 1.0, 2.0, 8.0}) {
      const PlanParameters costs{.holding_cost = 0.1, .shortage_cost = shortage};
      const auto order = order_now(demand.view(), stocked(3, 2, 3), costs, unmet);
      ASSERT_TRUE(order.ok());
      const auto plan = phase_plan(demand.view(), stocked(3, 2, 3), costs,
                                   {.unmet = unmet,
                                    .first_order = order->quantity,
                                    .orders_until = 12,
                                    .project_until = 15});
      ASSERT_TRUE(plan.ok());
      double units = order->quantity;
      for (const double quantity : plan->order_mean) units += quantity;
      EXPECT_GE(units, before - 1e-9);
      before = units;
    }
  }
}

TEST(OrderNow, CoversWhatIsOwedFromTheLeadTimeToo) {
  const auto demand = one_path({4, 4, 4});
  const auto lost = order_now(demand.view(), stocked(1, 2, 1), {}, UnmetDemand::kLost);
  const auto owed = order_now(demand.view(), stocked(1, 2, 1), {}, UnmetDemand::kOwed);
  ASSERT_TRUE(lost.ok() && owed.ok());
  EXPECT_EQ(lost->quantity, 4);
  EXPECT_EQ(owed->quantity, 11);
  EXPECT_EQ(owed->stock_out_risk, 1);
  const auto rewards = rewards_now(demand.view(), stocked(1, 2, 1), {}, UnmetDemand::kOwed);
  ASSERT_TRUE(rewards.ok());
  EXPECT_EQ(rewards->size(), 11U);
}

TEST(PhasedPlan, RejectsShortPathsAndOptionsOutOfRange) {
  const auto demand = one_path({1, 2, 3, 4});
  const auto too_far =
      phase_plan(demand.view(), stocked(1, 1, 1), {}, {.orders_until = 3, .project_until = 3});
  ASSERT_FALSE(too_far.ok());
  EXPECT_THAT(too_far.error().message,
              HasSubstr("a phased plan over 5 periods needs paths as long, got 1 of 4"));
  const auto backwards =
      phase_plan(demand.view(), stocked(1, 1, 1), {}, {.orders_until = 2, .project_until = 1});
  ASSERT_FALSE(backwards.ok());
  EXPECT_THAT(backwards.error().message, HasSubstr("got 2, 1 and 0"));
  EXPECT_FALSE(order_now({}, stocked(1, 1, 1), {}, UnmetDemand::kOwed).ok());
}

}  // namespace
}  // namespace restock
