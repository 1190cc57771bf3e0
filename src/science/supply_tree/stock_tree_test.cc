#include "science/supply_tree/stock_tree.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "science/supply_tree/supply_tree_fixture.h"

namespace restock {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A warehouse, or a row of them over each other, with stores; owns its paths.
struct TestTree {
  std::vector<TestPaths> paths;
  std::vector<StockPoint> points;

  void add_warehouse(int32_t supplier, const SeriesSupply& supply) {
    points.push_back({supplier, supply, {}});
  }
  void add_store(int32_t supplier, const SeriesSupply& supply, TestPaths demand) {
    paths.push_back(std::move(demand));
    points.push_back({supplier, supply, {}});
  }
  /// The points with their paths, which may have moved while they were added.
  std::vector<StockPoint> ready() {
    size_t next = 0;
    std::vector<uint8_t> supplies(points.size(), 0);
    for (const StockPoint& point : points)
      if (point.supplier >= 0) supplies[static_cast<size_t>(point.supplier)] = 1;
    for (size_t i = 0; i < points.size(); ++i)
      if (supplies[i] == 0) points[i].demand = paths[next++].view();
    return points;
  }
};

TestTree random_tree(std::mt19937_64& random, int32_t n_paths) {
  TestTree tree;
  tree.add_warehouse(-1, stocked(draw(random, 0, 60), draw(random, 0, 3), draw(random, 1, 3)));
  tree.add_warehouse(0, stocked(draw(random, 0, 40), draw(random, 0, 2), draw(random, 1, 2)));
  for (int store = 0; store < 5; ++store) {
    tree.add_store(store < 2 ? 0 : 1,
                   stocked(draw(random, 0, 12), draw(random, 0, 2), draw(random, 1, 3)),
                   random_paths(random, n_paths, 24, 2 + store));
  }
  return tree;
}

TEST(StockTree, SumsMartinsCentersToTheDemandOfTheirWarehouse) {
  TestTree tree;
  tree.add_warehouse(-1, stocked(500, 1, 1, 400));
  tree.add_store(0, stocked(500 - 200, 1, 1, 300),
                 one_path({100, 120, 90, 110, 120, 100, 80, 120, 0, 0}));
  tree.add_store(0, stocked(160 - 75, 0, 1, 150), one_path({40, 50, 45, 50, 40, 45, 40, 50, 0, 0}));
  const auto plans = plan_stock_tree(tree.ready(), {}, SharingRule::kReward);
  ASSERT_TRUE(plans.ok()) << plans.error().to_string();
  const StockPointPlan& warehouse = plans->front();
  // Ten weeks, less two of a center and two of the warehouse: it can place orders for six.
  EXPECT_EQ(warehouse.last_order, 6);
  EXPECT_THAT(warehouse.phased.demand_mean, ElementsAre(450, 0, 0, 300, 150, 0, 0, 0));
  // 500 - 450 lasts until 300 are asked for in week 4: ordered two weeks before.
  EXPECT_THAT(warehouse.phased.order_mean, ElementsAre(0, 400, 0, 0, 0, 0, 0, 0));
  EXPECT_THAT(warehouse.phased.stock_mean, ElementsAre(50, 50, 50, 150, 0, 0, 0, 0));
  EXPECT_EQ(warehouse.quantity, 0);
}

TEST(StockTree, ConservesUnitsThroughTheTree) {
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 60; ++trial) {
    TestTree tree = random_tree(random, 20);
    const auto points = tree.ready();
    const auto rule = trial % 2 == 0 ? SharingRule::kReward : SharingRule::kProportional;
    const auto plans = plan_stock_tree(points, {}, rule);
    ASSERT_TRUE(plans.ok()) << plans.error().to_string();
    std::vector<double> received(points.size(), 0.0);
    for (size_t i = 0; i < points.size(); ++i) {
      const StockPointPlan& plan = (*plans)[i];
      EXPECT_EQ(plan.quantity + plan.unserved, plan.order.quantity);
      EXPECT_LE(plan.sent, points[i].supply.on_hand);
      if (points[i].supplier < 0) {
        EXPECT_EQ(plan.unserved, 0);
      } else {
        received[static_cast<size_t>(points[i].supplier)] += plan.quantity;
      }
    }
    for (size_t i = 0; i < points.size(); ++i) EXPECT_EQ((*plans)[i].sent, received[i]);
  }
}

TEST(StockTree, MakesPhasedOrdersTheDemandOfTheLocationAbove) {
  std::mt19937_64 random(2);
  TestTree tree = random_tree(random, 30);
  const auto points = tree.ready();
  const auto plans = plan_stock_tree(points, {}, SharingRule::kReward);
  ASSERT_TRUE(plans.ok()) << plans.error().to_string();
  for (const size_t above : {0U, 1U}) {
    const StockPointPlan& warehouse = (*plans)[above];
    ASSERT_GE(warehouse.projected, 4);
    for (int32_t k = 0; k < warehouse.projected; ++k) {
      double asked = 0;
      for (size_t i = 0; i < points.size(); ++i) {
        if (points[i].supplier == static_cast<int32_t>(above))
          asked += (*plans)[i].phased.order_mean[static_cast<size_t>(k)];
      }
      EXPECT_NEAR(warehouse.phased.demand_mean[static_cast<size_t>(k)], asked, 1e-4);
    }
  }
}

TEST(StockTree, OrdersAsWithoutATreeWhereTheWarehouseHasPlenty) {
  std::mt19937_64 random(3);
  for (int trial = 0; trial < 20; ++trial) {
    TestTree tree = random_tree(random, 25);
    tree.points[0].supply.on_hand = 1e6;
    tree.points[1].supply.on_hand = 1e6;
    const auto points = tree.ready();
    const auto plans = plan_stock_tree(points, {}, SharingRule::kReward);
    ASSERT_TRUE(plans.ok());
    for (size_t i = 2; i < points.size(); ++i) {
      const auto alone = projected_order(points[i].demand, points[i].supply, {});
      EXPECT_EQ((*plans)[i].quantity, alone->quantity);
      EXPECT_EQ((*plans)[i].unserved, 0);
    }
    EXPECT_EQ((*plans)[0].quantity, 0);
  }
}

TEST(StockTree, NeverSendsAStoreLessFromMoreStock) {
  std::mt19937_64 random(4);
  for (int trial = 0; trial < 10; ++trial) {
    TestTree tree = random_tree(random, 20);
    std::vector<double> before(tree.points.size(), 0.0);
    for (int stock = 0; stock < 80; stock += 4) {
      tree.points[0].supply.on_hand = stock;
      tree.points[1].supply.on_hand = stock;
      const auto plans = plan_stock_tree(tree.ready(), {}, SharingRule::kReward);
      ASSERT_TRUE(plans.ok());
      for (size_t i = 2; i < before.size(); ++i) {
        EXPECT_GE((*plans)[i].quantity, before[i]);
        before[i] = (*plans)[i].quantity;
      }
    }
  }
}

TEST(StockTree, ProjectsToTheEndOfTheCoverOfTheLastOrder) {
  TestTree tree;
  tree.add_warehouse(-1, stocked(0, 1, 3));
  tree.add_store(0, stocked(0, 0, 1), one_path(std::vector<float>(12, 2.0F)));
  const auto plans = plan_stock_tree(tree.ready(), {}, SharingRule::kReward);
  ASSERT_TRUE(plans.ok()) << plans.error().to_string();
  // Twelve periods, less one of the store and four of the warehouse, leave seven: reviews 0, 3
  // and 6.
  EXPECT_EQ((*plans)[0].last_order, 6);
  EXPECT_EQ((*plans)[0].projected, 10);
  EXPECT_THAT((*plans)[0].phased.order_mean, ElementsAre(0, 0, 6, 0, 0, 6, 0, 0, 0, 0));
  EXPECT_EQ((*plans)[1].phased.demand_mean.size(), 10U);
}

/// Unit by unit, with demand known and a review every evening: each location orders what is missing
/// in the period its order arrives in, and is sent it at once if the one above has it.
TEST(StockTree, AgreesWithNettingByHandWhereDemandIsKnown) {
  std::mt19937_64 random(5);
  for (int trial = 0; trial < 50; ++trial) {
    const int32_t store_lead = draw(random, 0, 2);
    const int32_t lead = draw(random, 0, 3);
    TestTree tree;
    tree.add_warehouse(-1, stocked(draw(random, 60, 90), lead, 1));
    for (int store = 0; store < 3; ++store)
      tree.add_store(0, stocked(draw(random, 20, 30), store_lead, 1),
                     random_paths(random, 1, 20, 3));
    const auto points = tree.ready();
    const auto plans = plan_stock_tree(points, {}, SharingRule::kReward);
    ASSERT_TRUE(plans.ok());
    const int32_t evenings = (*plans)[0].projected;
    std::vector<double> asked(static_cast<size_t>(evenings) + 1, 0.0);
    for (size_t i = 1; i < points.size(); ++i) {
      // Cumulative demand up to the arrival of the order of evening k, less stock, not yet ordered.
      double ordered = 0;
      for (int32_t k = 0; k <= evenings; ++k) {
        double needed = -points[i].supply.on_hand;
        for (int32_t t = 0; t < k + store_lead + 1; ++t)
          needed += points[i].demand.values[static_cast<size_t>(t)];
        const double order = std::max(0.0, needed - ordered);
        ordered += order;
        asked[static_cast<size_t>(k)] += order;
      }
    }
    double ordered = 0;
    for (int32_t k = 0; k <= (*plans)[0].last_order; ++k) {
      double needed = -points[0].supply.on_hand;
      for (int32_t t = 0; t <= k + lead + 1; ++t) needed += asked[static_cast<size_t>(t)];
      const double order = std::max(0.0, needed - ordered);
      ordered += order;
      const double planned =
          k == 0 ? (*plans)[0].quantity : (*plans)[0].phased.order_mean[static_cast<size_t>(k) - 1];
      EXPECT_EQ(planned, order) << "trial " << trial << " evening " << k;
    }
  }
}

TEST(StockTree, NamesWhatAShortWarehouseCannotServe) {
  TestTree tree;
  tree.add_warehouse(-1, stocked(5, 1, 1));
  tree.add_store(0, stocked(0, 0, 1), one_path({4, 0, 0, 0}));
  tree.add_store(0, stocked(0, 0, 1), one_path({4, 0, 0, 0}));
  const auto plans = plan_stock_tree(tree.ready(), {}, SharingRule::kProportional);
  ASSERT_TRUE(plans.ok()) << plans.error().to_string();
  EXPECT_EQ((*plans)[0].sent, 5);
  EXPECT_EQ((*plans)[1].quantity, 3);
  EXPECT_EQ((*plans)[1].unserved, 1);
  EXPECT_EQ((*plans)[2].quantity, 2);
  EXPECT_EQ((*plans)[2].unserved, 2);
}

TEST(StockTree, ServesTheCustomersOfAWarehouseToo) {
  TestTree tree;
  tree.add_warehouse(-1, stocked(0, 0, 1));
  tree.add_store(0, stocked(0, 0, 1), one_path({0, 6, 6, 6}));
  auto points = tree.ready();
  const auto own = one_path({3, 3, 3, 3});
  points[0].demand = own.view();
  const auto plans = plan_stock_tree(points, {}, SharingRule::kReward);
  ASSERT_TRUE(plans.ok()) << plans.error().to_string();
  // Of period 1: three customers, and the order of six for the store's second period.
  EXPECT_EQ((*plans)[0].quantity, 9);
}

TEST(StockTree, RejectsWhatIsNoTreeAndPathsThatDoNotFit) {
  TestTree tree;
  tree.add_warehouse(-1, stocked(5, 2, 2));
  tree.add_store(0, stocked(0, 1, 1), one_path({4, 0, 0, 0}));
  auto points = tree.ready();
  EXPECT_EQ(tree_risk_period(points), 6);
  EXPECT_THAT(plan_stock_tree(points, {}, SharingRule::kReward).error().message,
              HasSubstr("sum to 6 periods, the paths end after 4"));
  points[0].supplier = 1;
  EXPECT_THAT(plan_stock_tree(points, {}, SharingRule::kReward).error().message,
              HasSubstr("the supplier of stock point 0 must lie before it, got 1"));
  points[0].supplier = -1;
  points[1].supplier = -1;
  EXPECT_THAT(plan_stock_tree(points, {}, SharingRule::kReward).error().message,
              HasSubstr("stock point 0 has neither customers nor points to supply"));
  const auto longer = one_path({1, 2, 3, 4, 5});
  points[0].demand = longer.view();
  EXPECT_THAT(plan_stock_tree(points, {}, SharingRule::kReward).error().message,
              HasSubstr("horizon 4 at stock point 1, not 5 and 5"));
}

}  // namespace
}  // namespace restock
