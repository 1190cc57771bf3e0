#include "science/inventory/stock_outlook.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "science/inventory/projected_inventory.h"
#include "science/inventory/stock_projection.h"

namespace restock {
namespace {

SeriesSupply supply_of(double on_hand, int32_t lead_time, int32_t review_period) {
  SeriesSupply supply;
  supply.known = true;
  supply.on_hand = on_hand;
  supply.lead_time = lead_time;
  supply.review_period = review_period;
  return supply;
}

TEST(StockOutlook, FollowsOnePathByHand) {
  // 10 on hand, 4 arrive in period 2, 20 ordered tonight arrive in period 3.
  SeriesSupply supply = supply_of(10, 2, 2);
  supply.open_orders = {{2, 4}};
  const std::vector<float> demand = {7, 9, 5, 18};
  const auto outlook = stock_outlook({demand, 4}, supply, 20);
  ASSERT_TRUE(outlook.ok());
  ASSERT_EQ(outlook->size(), 4);
  const std::vector<double> stock = {3, 0, 15, 0};
  const std::vector<double> lost = {0, 2, 0, 3};
  for (size_t t = 0; t < 4; ++t) {
    EXPECT_EQ((*outlook)[t].projected_stock, stock[t]) << t;
    EXPECT_EQ((*outlook)[t].stock_low, stock[t]) << t;
    EXPECT_EQ((*outlook)[t].stock_high, stock[t]) << t;
    EXPECT_EQ((*outlook)[t].lost_units, lost[t]) << t;
    EXPECT_EQ((*outlook)[t].stock_out_risk, lost[t] > 0 ? 1 : 0) << t;
  }
}

TEST(StockOutlook, TellsTheTailsAndTheShareOfThePaths) {
  // A hundred paths with demand 1 to 100, 95 on hand.
  std::vector<float> demand;
  for (int k = 1; k <= 100; ++k) demand.push_back(static_cast<float>(k));
  const auto outlook = stock_outlook({demand, 1}, supply_of(95, 0, 1), 0);
  ASSERT_TRUE(outlook.ok());
  EXPECT_DOUBLE_EQ((*outlook)[0].stock_out_risk, 0.05);
  EXPECT_DOUBLE_EQ((*outlook)[0].lost_units, (1 + 2 + 3 + 4 + 5) / 100.0);
  EXPECT_EQ((*outlook)[0].stock_low, 0);
  EXPECT_EQ((*outlook)[0].stock_high, 89);
}

TEST(StockOutlook, AgreesWithTheOrderItShowsAndConservesUnits) {
  Random random(5, 1);
  std::vector<float> demand(200 * 6);
  for (float& d : demand) d = static_cast<float>(random.below(8));
  PlanParameters parameters;
  parameters.holding_cost = 0.1;
  for (const double on_hand : {0.0, 5.0, 40.0}) {
    SeriesSupply supply = supply_of(on_hand, 3, 3);
    supply.open_orders = {{1, 2}, {5, 3}, {9, 50}};
    const SeriesPaths paths{demand, 6};
    const auto order = projected_order(paths, supply, parameters);
    ASSERT_TRUE(order.ok());
    const auto outlook = stock_outlook(paths, supply, order->quantity);
    ASSERT_TRUE(outlook.ok());
    double cost = 0;
    double lost = 0;
    for (size_t t = 0; t < 6; ++t) {
      const OutlookPeriod& period = (*outlook)[t];
      lost += period.lost_units;
      EXPECT_GE(period.stock_low, 0);
      EXPECT_LE(period.stock_low, period.stock_high);
      if (t >= 3) cost += 0.1 * period.projected_stock + 1.0 * period.lost_units;
    }
    EXPECT_NEAR(cost, order->expected_cost, 1e-9);
    double demanded = 0;
    for (const float d : demand) demanded += static_cast<double>(d) / 200;
    EXPECT_NEAR(on_hand + 5 + order->quantity, outlook->back().projected_stock + demanded - lost,
                1e-9);
  }
}

TEST(StockOutlook, SellsFirstInFirstOutAndWastesWhatIsLeft) {
  // 10 on hand, of which 4 may be sold through period 1 and 3 through period 2; the order of 6
  // arrives in period 2 and keeps for two periods.
  SeriesSupply supply = supply_of(10, 1, 3);
  supply.shelf_life = 2;
  supply.expiring = {{1, 4}, {2, 3}};
  const std::vector<float> demand = {1, 2, 4, 5};
  const auto outlook = stock_outlook({demand, 4}, supply, 6);
  ASSERT_TRUE(outlook.ok());
  // Period 1: 9 left, 3 of them wasted. Period 2: 6 + 6 - 2 of the second batch, 1 wasted.
  // Period 3: the 3 that keep are older than the order, so 5 of the 6 are left, and wasted. Period
  // 4: nothing is there.
  const std::vector<double> stock = {9, 10, 5, 0};
  const std::vector<double> wasted = {3, 1, 5, 0};
  for (size_t t = 0; t < 4; ++t) {
    EXPECT_EQ((*outlook)[t].projected_stock, stock[t]) << t;
    EXPECT_EQ((*outlook)[t].wasted_units, wasted[t]) << t;
    EXPECT_EQ((*outlook)[t].lost_units, t == 3 ? 5 : 0) << t;
  }
}

TEST(StockOutlook, AgreesWithThePerishableOrderItShows) {
  Random random(8, 2);
  std::vector<float> demand(300 * 6);
  for (float& d : demand) d = static_cast<float>(random.below(6));
  PlanParameters parameters;
  parameters.holding_cost = 0.1;
  SeriesSupply supply = supply_of(5, 2, 4);
  supply.shelf_life = 3;
  supply.unit_cost = 0.5;
  supply.expiring = {{1, 3}, {3, 2}};
  supply.open_orders = {{4, 5}};
  const SeriesPaths paths{demand, 6};
  const auto order = projected_order(paths, supply, parameters);
  ASSERT_TRUE(order.ok());
  ASSERT_GT(order->quantity, 0);
  const auto outlook = stock_outlook(paths, supply, order->quantity);
  ASSERT_TRUE(outlook.ok());
  double demanded = 0;
  for (const float d : demand) demanded += static_cast<double>(d) / 300;
  double lost = 0;
  double wasted = 0;
  for (const OutlookPeriod& period : *outlook) {
    lost += period.lost_units;
    wasted += period.wasted_units;
  }
  const double end = outlook->back().projected_stock - outlook->back().wasted_units;
  EXPECT_NEAR(5 + 5 + order->quantity, end + wasted + demanded - lost, 1e-9);
  EXPECT_GT(wasted, 0);
  // What is left when the order arrives, and the risk until then, are those of the order.
  EXPECT_NEAR((*outlook)[1].projected_stock - (*outlook)[1].wasted_units, order->projected_stock,
              1e-9);
  const double first = (*outlook)[0].stock_out_risk;
  const double second = (*outlook)[1].stock_out_risk;
  EXPECT_GT(order->stock_out_risk, 0);
  EXPECT_GE(order->stock_out_risk, std::max(first, second) - 1e-12);
  EXPECT_LE(order->stock_out_risk, first + second + 1e-12);
}

TEST(StockOutlook, SellsWhatArrivedFirstAsTheOrderExpects) {
  // Stock on hand without a last day is older than the perishable order, and is sold before it.
  Random random(3, 4);
  std::vector<float> demand(200 * 5);
  for (float& d : demand) d = static_cast<float>(random.below(7));
  SeriesSupply supply = supply_of(9, 1, 4);
  supply.shelf_life = 4;
  supply.expiring = {{3, 5}};
  supply.open_orders = {{1, 6}};
  const SeriesPaths paths{demand, 5};
  const auto outlook = stock_outlook(paths, supply, 2);
  ASSERT_TRUE(outlook.ok());
  const CoverOutcome cover = StockProjection(paths, supply).with_order(2);
  double held = 0;
  double lost = 0;
  for (size_t t = 1; t < 5; ++t) {
    held += (*outlook)[t].projected_stock;
    lost += (*outlook)[t].lost_units;
  }
  EXPECT_NEAR(held, cover.holding_units, 1e-9);
  EXPECT_NEAR(lost, cover.lost_units, 1e-9);
  EXPECT_GT(lost, 0);
}

TEST(StockOutlook, NeedsPathsOverTheRiskPeriod) {
  const std::vector<float> demand = {1, 2, 3};
  const auto outlook = stock_outlook({demand, 3}, supply_of(1, 2, 2), 0);
  ASSERT_FALSE(outlook.ok());
  EXPECT_NE(outlook.error().message.find("lead time 2 + review 2"), std::string::npos)
      << outlook.error().message;
}

}  // namespace
}  // namespace restock
