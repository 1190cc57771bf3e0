#include "science/multi_echelon/distribution_system.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <queue>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "foundation/math/demand_law.h"
#include "science/multi_echelon/serial_system.h"

namespace restock {
namespace {

using ::testing::HasSubstr;

const DistributionSystem kThree{0.6, 1.5, {{1, 9, 2, 0.5}, {1.2, 30, 0.7, 1}, {0.9, 4, 3, 0.25}}};

TEST(DistributionSystem, WithOneStoreItIsTheSerialSystem) {
  const DistributionSystem one{0.5, 2, {{1.5, 9, 2, 1}}};
  const auto plan = distribution_exact(one).value();
  const auto serial =
      serial_exact({{{0.5, 2}, {1.0, 1}}, 9, DemandLaw::poisson(2).value()}).value();
  EXPECT_EQ(plan.warehouse_base_stock, serial.local_base_stock[0]);
  EXPECT_EQ(plan.store_base_stock[0], serial.local_base_stock[1]);
  // The serial cost also has the units on their way to the store.
  EXPECT_NEAR(plan.cost, serial.cost - 0.5 * 2 * 1, 1e-10);
}

TEST(DistributionSystem, NoOtherLevelsAreCheaper) {
  const auto plan = distribution_exact(kThree).value();
  double least = std::numeric_limits<double>::infinity();
  for (int s0 = 0; s0 < 22; ++s0) {
    for (int a = 0; a < 7; ++a) {
      for (int b = 0; b < 6; ++b) {
        for (int c = 0; c < 7; ++c) {
          least = std::min(least, distribution_cost(kThree, s0, {a, b, c}).value().cost);
        }
      }
    }
  }
  EXPECT_NEAR(plan.cost, least, 1e-10);
  EXPECT_NEAR(distribution_cost(kThree, plan.warehouse_base_stock, plan.store_base_stock)->cost,
              plan.cost, 1e-12);
}

TEST(DistributionSystem, CostIsThatOfASimulation) {
  const std::vector<int> levels = {3, 3, 2};
  const int s0 = 7;
  const double expected = distribution_cost(kThree, s0, levels).value().cost;
  Random random(23, 0);
  struct Event {
    double time;
    int kind;  // -1: a unit arrives at the warehouse; else at this store
    bool operator>(const Event& other) const { return time > other.time; }
  };
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events;
  std::deque<int> owed;
  int warehouse = s0;
  std::vector<int> net = levels;
  double now = 0;
  double cost = 0;
  double next_demand = random.exponential() / 5.7;
  const auto ship = [&](int store) {
    events.push({now + kThree.stores[static_cast<size_t>(store)].lead_time, store});
  };
  constexpr double kEnd = 150'000;
  while (now < kEnd) {
    const bool demand = events.empty() || next_demand < events.top().time;
    const double time = demand ? next_demand : events.top().time;
    double rate = 0.6 * warehouse;
    for (size_t i = 0; i < 3; ++i) {
      rate += net[i] > 0 ? kThree.stores[i].holding_cost * net[i]
                         : -kThree.stores[i].stockout_cost * net[i];
    }
    cost += rate * (time - now);
    now = time;
    if (!demand) {
      const int kind = events.top().kind;
      events.pop();
      if (kind >= 0) {
        ++net[static_cast<size_t>(kind)];
      } else if (owed.empty()) {
        ++warehouse;
      } else {
        ship(owed.front());
        owed.pop_front();
      }
      continue;
    }
    const double pick = random.uniform() * 5.7;
    const int store = pick < 2 ? 0 : pick < 2.7 ? 1 : 2;
    --net[static_cast<size_t>(store)];
    events.push({now + 1.5, -1});
    if (warehouse > 0) {
      --warehouse;
      ship(store);
    } else {
      owed.push_back(store);
    }
    next_demand = now + random.exponential() / 5.7;
  }
  EXPECT_NEAR(cost / kEnd, expected, 0.01 * expected);
}

TEST(DistributionSystem, DearerWarehousesHoldNoMoreAndNothingGetsCheaper) {
  int level = 1000;
  double cost = 0;
  for (const double h : {0.05, 0.2, 0.6, 2.0, 20.0}) {
    DistributionSystem system = kThree;
    system.warehouse_holding_cost = h;
    const auto plan = distribution_exact(system).value();
    EXPECT_LE(plan.warehouse_base_stock, level);
    EXPECT_GE(plan.cost, cost);
    level = plan.warehouse_base_stock;
    cost = plan.cost;
  }
}

TEST(DistributionSystem, RejectsNonsense) {
  DistributionSystem bad = kThree;
  bad.warehouse_holding_cost = 0;
  EXPECT_FALSE(distribution_exact(bad).ok());
  bad = kThree;
  bad.stores[1].demand_rate = NAN;
  EXPECT_THAT(distribution_exact(bad).error().message, HasSubstr("demand_rate"));
  bad = kThree;
  bad.warehouse_lead_time = 1e6;
  EXPECT_THAT(distribution_exact(bad).error().message, HasSubstr("under way"));
  bad.stores.clear();
  EXPECT_FALSE(distribution_exact(bad).ok());
  EXPECT_FALSE(distribution_cost(kThree, -1, {1, 1, 1}).ok());
  EXPECT_FALSE(distribution_cost(kThree, 1, {1, -1, 1}).ok());
  EXPECT_THAT(distribution_cost(kThree, 1, {1}).error().message, HasSubstr("got 1 for 3"));
}

}  // namespace
}  // namespace restock
