#include "science/stock_policies/finite_horizon.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "science/stock_policies/newsvendor.h"
#include "science/stock_policies/reorder_up_to.h"

namespace restock {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

/// A problem that owns its numbers.
struct Problem {
  int periods;
  std::vector<DemandLaw> demand;
  std::vector<double> fixed_cost, unit_cost, holding_cost, stockout_cost;
  double terminal_holding_cost, terminal_stockout_cost;
  double discount_factor = 1;
  int stock = 0;
  double demand_sds_max = 8;

  [[nodiscard]] FiniteHorizonProblem view() const {
    return {periods,
            demand,
            fixed_cost,
            unit_cost,
            holding_cost,
            stockout_cost,
            terminal_holding_cost,
            terminal_stockout_cost,
            discount_factor,
            stock,
            demand_sds_max};
  }
};

const Problem kBook{5, {DemandLaw::normal(100, 20).value()}, {50}, {2}, {1}, {20}, 1, 20, 1, 0, 4};

/// Least cost from period t on with stock x, straight from the definition: all orders, all demands.
double least_cost(const Problem& in, int t, int x) {
  if (t == in.periods) {
    return x >= 0 ? in.terminal_holding_cost * x : -in.terminal_stockout_cost * x;
  }
  const auto i = static_cast<size_t>(t);
  double best = std::numeric_limits<double>::infinity();
  for (int y = x; y <= std::max(x, 7); ++y) {
    double cost = (y > x ? in.fixed_cost[i] : 0) + in.unit_cost[i] * (y - x);
    for (int d = 0; d < 3; ++d) {
      const int left = y - d;
      cost += in.demand[i].probability(d) *
              ((left >= 0 ? in.holding_cost[i] * left : -in.stockout_cost[i] * left) +
               in.discount_factor * least_cost(in, t + 1, left));
    }
    best = std::min(best, cost);
  }
  return best;
}

TEST(FiniteHorizon, ReproducesSnyderShenExample) {
  const auto plan = finite_horizon(kBook.view()).value();
  EXPECT_THAT(plan.reorder_points, ElementsAre(110, 110, 110, 110, 111));
  EXPECT_THAT(plan.order_up_to, ElementsAre(133, 133, 133, 133, 126));
  EXPECT_NEAR(plan.cost, 1558.6946467384012, 1e-6);
  // The published run leaves out demand beyond four standard deviations; with all of it:
  Problem whole = kBook;
  whole.demand_sds_max = 8;
  EXPECT_NEAR(finite_horizon(whole.view())->cost, 1558.9015, 1e-3);
}

TEST(FiniteHorizon, CostsWhatTryingAllOrdersCosts) {
  const std::vector<double> first = {0.2, 0.3, 0.5};
  const std::vector<double> second = {0.6, 0.1, 0.3};
  Problem in{3,
             {DemandLaw::discrete(first).value(), DemandLaw::discrete(second).value(),
              DemandLaw::discrete(first).value()},
             {2, 9, 1},
             {1, 0.5, 2},
             {0.3, 0.2, 0.4},
             {5, 3, 6},
             -0.5,  // what is left can be sold back
             4,
             0.9};
  for (int stock = -3; stock <= 4; ++stock) {
    in.stock = stock;
    EXPECT_NEAR(finite_horizon(in.view())->cost, least_cost(in, 0, stock), 1e-10) << stock;
  }
}

TEST(FiniteHorizon, GoesOverIntoTheStationaryPolicy) {
  // Snyder & Shen, example 4.7: s=4, S=10, 8.0341 a period.
  Problem in{60, {DemandLaw::poisson(6).value()}, {5}, {0}, {1}, {4}, 0, 0};
  const auto plan = finite_horizon(in.view()).value();
  EXPECT_EQ(plan.reorder_points.front(), 4);
  EXPECT_EQ(plan.order_up_to.front(), 10);
  in.periods = 59;
  EXPECT_NEAR(plan.cost - finite_horizon(in.view())->cost, 8.034111561471642, 1e-6);
}

TEST(FiniteHorizon, WithoutAFixedCostItIsTheMyopicBaseStock) {
  // Leftovers are bought back at the price of the next period, so each period stands alone.
  const double c = 2;
  const Problem in{6, {DemandLaw::poisson(30).value()}, {0}, {c}, {1}, {20}, -c, c};
  const auto plan = finite_horizon(in.view()).value();
  const double level = myopic_base_stock({1, 20, c, c, 1}, in.demand[0]).value().base_stock;
  EXPECT_THAT(plan.order_up_to, Each(static_cast<int>(level)));
  EXPECT_THAT(plan.reorder_points, Each(static_cast<int>(level) - 1));
}

TEST(FiniteHorizon, DearShortagesNeverOrderLessAndNeverCostLess) {
  double cost = 0;
  int level = -1000;
  for (const double p : {3.0, 6.0, 20.0, 100.0}) {
    Problem in = kBook;
    in.stockout_cost = {p};
    const auto plan = finite_horizon(in.view()).value();
    EXPECT_GE(plan.cost, cost);
    EXPECT_GE(plan.order_up_to.back(), level);
    cost = plan.cost;
    level = plan.order_up_to.back();
  }
}

TEST(FiniteHorizon, RejectsNonsense) {
  Problem bad = kBook;
  bad.periods = 0;
  EXPECT_FALSE(finite_horizon(bad.view()).ok());
  bad = kBook;
  bad.holding_cost = {1, 2};
  EXPECT_THAT(finite_horizon(bad.view()).error().message, ::testing::HasSubstr("1 or 5 values"));
  bad = kBook;
  bad.fixed_cost = {-1};
  EXPECT_FALSE(finite_horizon(bad.view()).ok());
  bad = kBook;
  bad.demand.clear();
  EXPECT_FALSE(finite_horizon(bad.view()).ok());
  bad = kBook;
  bad.discount_factor = 1.5;
  EXPECT_FALSE(finite_horizon(bad.view()).ok());
  bad = kBook;
  bad.demand = {DemandLaw::normal(1e7, 1e6).value()};
  EXPECT_FALSE(finite_horizon(bad.view()).ok());
}

}  // namespace
}  // namespace restock
