#include "science/stock_report/stock_exceptions.h"

#include <gtest/gtest.h>

namespace restock {
namespace {

PlanRow row_of(int32_t lead_time, const std::vector<double>& lost) {
  PlanRow row;
  row.stock_known = true;
  row.lead_time = lead_time;
  for (const double units : lost) {
    OutlookPeriod period;
    period.lost_units = units;
    row.outlook.push_back(period);
  }
  return row;
}

TEST(StockExceptions, RanksByMoney) {
  PlanParameters parameters;
  parameters.holding_cost = 0.1;
  parameters.shortage_cost = 5;
  std::vector<PlanRow> plan = {row_of(2, {1, 2, 9}), row_of(1, {0, 0}), row_of(1, {0, 0})};
  plan[1].order_quantity = 12;
  plan[1].projected = ProjectedOrder{};
  plan[1].projected->cost_of_skipping = 40;
  plan[2].on_hand = 30;
  std::vector<StockPosition> positions(3);
  for (StockPosition& of : positions) of.known = true;
  positions[1].excess_units = 20;
  positions[2].excess_units = 30;
  positions[2].dead = true;
  const auto found = stock_exceptions(plan, positions, parameters, 10);
  ASSERT_EQ(found.size(), 4);
  EXPECT_EQ(found[0].kind, ExceptionKind::kOrder);
  EXPECT_EQ(found[0].money, 40);
  EXPECT_EQ(found[0].units, 12);
  // Dead stock is not told as excess once more: 30 units x 0.1 x 10 weeks.
  EXPECT_EQ(found[1].kind, ExceptionKind::kDead);
  EXPECT_DOUBLE_EQ(found[1].money, 30);
  EXPECT_EQ(found[2].kind, ExceptionKind::kExcess);
  EXPECT_DOUBLE_EQ(found[2].money, 20);
  // What is lost in the covered period can still be ordered: only 1 + 2 units count.
  EXPECT_EQ(found[3].kind, ExceptionKind::kStockOut);
  EXPECT_DOUBLE_EQ(found[3].money, 15);
  EXPECT_DOUBLE_EQ(found[3].units, 3);
}

TEST(StockExceptions, LeavesOutPenniesAndUnknownStock) {
  PlanParameters parameters;
  std::vector<PlanRow> plan = {row_of(1, {0.001, 0}), row_of(1, {50, 0})};
  std::vector<StockPosition> positions(2);
  positions[0].known = true;
  EXPECT_TRUE(stock_exceptions(plan, positions, parameters, 10).empty());
}

TEST(StockExceptions, HasANameForEachKind) {
  EXPECT_EQ(exception_kind_name(ExceptionKind::kStockOut), "stock_out");
  EXPECT_EQ(exception_kind_name(ExceptionKind::kOrder), "order");
  EXPECT_EQ(exception_kind_name(ExceptionKind::kExcess), "excess");
  EXPECT_EQ(exception_kind_name(ExceptionKind::kDead), "dead");
}

}  // namespace
}  // namespace restock
