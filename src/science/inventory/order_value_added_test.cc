#include "science/inventory/order_value_added.h"

#include <algorithm>
#include <limits>
#include <map>

#include <gmock/gmock.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

using testing::HasSubstr;

constexpr Period kStart = 1000;

/// One daily series that sold `units`, day after day.
Panel panel_of(const std::vector<float>& units) {
  Panel panel;
  panel.key_names = {"item"};
  panel.keys = {{{"A"}}};
  panel.start = {kStart};
  panel.offsets = {0, static_cast<int64_t>(units.size())};
  panel.origin = kStart + static_cast<Period>(units.size()) - 1;
  panel.units = units;
  panel.state.assign(units.size(), PeriodState::kSold);
  return panel;
}

PlanParameters costs_of(double holding, double shortage) {
  PlanParameters costs;
  costs.holding_cost = holding;
  costs.shortage_cost = shortage;
  return costs;
}

ChangedOrder order_of(double on_hand, int32_t lead_time, int32_t review_period) {
  ChangedOrder order;
  order.origin = kStart;
  order.supply.known = true;
  order.supply.on_hand = on_hand;
  order.supply.lead_time = lead_time;
  order.supply.review_period = review_period;
  return order;
}

TEST(OrderValueAdded, ReproducesTheExampleOfTheHeader) {
  const Panel panel = panel_of({9, 3, 5, 4});
  ChangedOrder order = order_of(4, 1, 2);
  order.proposed = 10;
  order.decided = 6;
  const auto added = order_value_added(panel, order, costs_of(0.1, 1));
  ASSERT_TRUE(added.ok());
  EXPECT_NEAR(added->proposed.holding_cost, 0.8, 1e-12);
  EXPECT_EQ(added->proposed.shortage_cost, 0);
  EXPECT_EQ(added->proposed.left_units, 2);
  EXPECT_NEAR(added->decided.holding_cost, 0.2, 1e-12);
  EXPECT_EQ(added->decided.lost_units, 2);
  EXPECT_NEAR(added->value(), -1.4, 1e-12);
}

TEST(OrderValueAdded, SaysWhatDemandIsNotKnown) {
  Panel panel = panel_of({9, 3, 5, 4});
  panel.state[1] = PeriodState::kOutOfStock;  // in the lead time, which the order does not cover
  panel.state[2] = PeriodState::kOutOfStock;
  panel.state[3] = PeriodState::kMissing;
  panel.units[3] = 0;
  const auto added = order_value_added(panel, order_of(4, 1, 2), costs_of(0.1, 1));
  ASSERT_TRUE(added.ok());
  EXPECT_EQ(added->censored_periods, 1);
  EXPECT_EQ(added->missing_periods, 1);
}

/// The same, told day by day from a list of deliveries.
double cost_by_hand(const Panel& panel, const ChangedOrder& order, double quantity,
                    const PlanParameters& costs) {
  std::map<int32_t, double> deliveries;
  for (const OpenOrder& open : order.supply.open_orders)
    deliveries[std::max(1, open.arrives_in)] += open.quantity;
  const int32_t lead = order.supply.lead_time;
  deliveries[lead + 1] += quantity;
  double stock = std::max(0.0, order.supply.on_hand);
  double cost = 0;
  for (int32_t day = 1; day <= lead + order.supply.review_period; ++day) {
    if (deliveries.contains(day)) stock += deliveries[day];
    double wanted = panel.units[static_cast<size_t>(order.origin - kStart + day)];
    while (wanted > 0 && stock > 0) {
      --wanted;
      --stock;
    }
    if (day > lead) cost += costs.holding_cost * stock + costs.shortage_cost * wanted;
  }
  return cost;
}

TEST(OrderValueAdded, AgreesWithASecondWayOfCounting) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed, 0);
    std::vector<float> units;
    for (int t = 0; t < 30; ++t) units.push_back(static_cast<float>(random.poisson(3)));
    const Panel panel = panel_of(units);
    ChangedOrder order =
        order_of(static_cast<double>(random.below(12)) - 2, static_cast<int32_t>(random.below(8)),
                 1 + static_cast<int32_t>(random.below(8)));
    for (uint64_t n = random.below(4); n > 0; --n) {
      order.supply.open_orders.push_back(
          {static_cast<int32_t>(random.below(20)) - 2, static_cast<double>(random.below(9))});
    }
    order.proposed = static_cast<double>(random.below(40));
    order.decided = static_cast<double>(random.below(40));
    const PlanParameters costs = costs_of(0.02 + random.uniform(), 0.1 + random.uniform());
    const auto added = order_value_added(panel, order, costs);
    ASSERT_TRUE(added.ok());
    EXPECT_NEAR(added->proposed.cost(), cost_by_hand(panel, order, order.proposed, costs), 1e-9);
    EXPECT_NEAR(added->decided.cost(), cost_by_hand(panel, order, order.decided, costs), 1e-9);
  }
}

TEST(OrderValueAdded, IsNothingWithoutAChangeAndTheOppositeTheOtherWayRound) {
  const Panel panel = panel_of({9, 3, 5, 4, 7, 1});
  ChangedOrder order = order_of(2, 1, 3);
  order.proposed = order.decided = 8;
  const PlanParameters costs = costs_of(0.2, 1);
  EXPECT_EQ(order_value_added(panel, order, costs)->value(), 0);
  order.decided = 14;
  const double value = order_value_added(panel, order, costs)->value();
  std::swap(order.proposed, order.decided);
  EXPECT_NE(value, 0);
  EXPECT_EQ(order_value_added(panel, order, costs)->value(), -value);
}

TEST(OrderValueAdded, EarnsNoMoreThanTheBestQuantity) {
  // The cost is convex in the quantity: away from its minimum nothing earns.
  const Panel panel = panel_of({9, 3, 5, 4, 7, 1});
  ChangedOrder order = order_of(2, 1, 3);
  const PlanParameters costs = costs_of(0.2, 1);
  double best = std::numeric_limits<double>::max();
  for (int q = 0; q < 40; ++q) {
    order.decided = q;
    best = std::min(best, order_value_added(panel, order, costs)->decided.cost());
  }
  order.proposed = 0;
  double last = std::numeric_limits<double>::lowest();
  bool falling = false;
  for (int q = 0; q < 40; ++q) {
    order.decided = q;
    const auto added = order_value_added(panel, order, costs);
    EXPECT_GE(added->decided.cost(), best);
    if (added->value() < last) falling = true;
    if (falling) {
      EXPECT_LE(added->value(), last);
    }
    last = added->value();
  }
  EXPECT_TRUE(falling);
}

TEST(OrderValueAdded, RejectsWhatCannotBeJudged) {
  const Panel panel = panel_of({9, 3, 5, 4});
  const PlanParameters costs = costs_of(0.1, 1);
  ChangedOrder late = order_of(4, 2, 2);
  EXPECT_THAT(order_value_added(panel, late, costs).error().message,
              HasSubstr("the order covers periods up to"));
  ChangedOrder order = order_of(4, 1, 2);
  order.decided = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(order_value_added(panel, order, costs).error().message, HasSubstr("got nan"));
  order.decided = -1;
  EXPECT_FALSE(order_value_added(panel, order, costs).ok());
  order.decided = 1;
  order.series = 1;
  EXPECT_THAT(order_value_added(panel, order, costs).error().message, HasSubstr("below 1, got 1"));
  order.series = 0;
  EXPECT_THAT(order_value_added(panel, order, costs_of(0, 1)).error().message,
              HasSubstr("both costs must be > 0"));
}

}  // namespace
}  // namespace restock
