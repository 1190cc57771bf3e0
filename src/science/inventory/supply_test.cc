#include "science/inventory/supply.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace restock {
namespace {

SeriesSupply packed(double moq, double pack) {
  SeriesSupply supply;
  supply.moq = moq;
  supply.pack_size = pack;
  return supply;
}

TEST(UsableStock, IsNothingWithoutARecordOrWithANegativeBook) {
  SeriesSupply supply;
  supply.on_hand = 7;
  EXPECT_EQ(usable_stock(supply), 0);
  supply.known = true;
  EXPECT_EQ(usable_stock(supply), 7);
  supply.on_hand = -2;
  EXPECT_EQ(usable_stock(supply), 0);
}

TEST(LongestRiskPeriod, IsThatOfTheSlowestSeriesAndAtLeastOne) {
  std::vector<SeriesSupply> supply(2);
  supply[0].lead_time = 3;
  supply[0].review_period = 2;
  supply[1].lead_time = 0;
  supply[1].review_period = 9;
  EXPECT_EQ(longest_risk_period(supply), 9);
  EXPECT_EQ(longest_risk_period({}), 1);
}

TEST(OrderQuantity, AppliesMoqFirstThenPacks) {
  struct Case {
    double need, moq, pack, up, down, nearest;
  };
  const Case cases[] = {
      {3, 10, 12, 12, 12, 12},  // MOQ 10, then one pack; down would fall under the MOQ
      {3, 0, 12, 12, 0, 0},     // no MOQ: down and nearest may order nothing
      {18, 0, 12, 24, 12, 24},  // a tie goes up
      {17.9, 0, 12, 24, 12, 12},    {24, 0, 12, 24, 24, 24},    {25, 30, 1, 30, 30, 30},
      {31.2, 30, 1, 32, 31, 31},    {7.3, 0, 0, 7.3, 7.3, 7.3},  // pack 0: any quantity
      {0.3, 0, 0.1, 0.3, 0.3, 0.3},                              // 0.3 / 0.1 is not 3 in binary
  };
  for (const auto& c : cases) {
    const auto supply = packed(c.moq, c.pack);
    EXPECT_NEAR(order_quantity(c.need, supply, Rounding::kUp), c.up, 1e-12) << c.need;
    EXPECT_NEAR(order_quantity(c.need, supply, Rounding::kDown), c.down, 1e-12) << c.need;
    EXPECT_NEAR(order_quantity(c.need, supply, Rounding::kNearest), c.nearest, 1e-12) << c.need;
  }
}

TEST(OrderQuantity, IsZeroWithoutNeedAndNeverFallsWithNeed) {
  for (const auto rounding : {Rounding::kUp, Rounding::kDown, Rounding::kNearest}) {
    for (const double moq : {0.0, 5.0, 17.0}) {
      for (const double pack : {0.0, 1.0, 6.0}) {
        EXPECT_EQ(order_quantity(0, packed(moq, pack), rounding), 0);
        EXPECT_EQ(order_quantity(-4, packed(moq, pack), rounding), 0);
        EXPECT_EQ(order_quantity(1e-13, packed(moq, pack), rounding), 0);
        double before = 0;
        for (int step = 0; step < 462; ++step) {  // 0.05 to 59.98
          const double need = 0.05 + 0.13 * step;
          const double quantity = order_quantity(need, packed(moq, pack), rounding);
          EXPECT_GE(quantity, before);
          EXPECT_TRUE(quantity == 0 || quantity >= moq);
          EXPECT_NEAR(pack > 0 ? std::fmod(quantity, pack) : 0, 0, 1e-9);
          EXPECT_TRUE(rounding != Rounding::kUp || quantity >= need - 1e-9);
          before = quantity;
        }
      }
    }
  }
}

TEST(Rounding, ReadsItsNames) {
  EXPECT_EQ(parse_rounding("up").value(), Rounding::kUp);
  EXPECT_EQ(parse_rounding("down").value(), Rounding::kDown);
  EXPECT_EQ(parse_rounding("nearest").value(), Rounding::kNearest);
  const auto bad = parse_rounding("ceil");
  ASSERT_FALSE(bad.ok());
  EXPECT_NE(bad.error().message.find("'ceil'"), std::string::npos);
}

TEST(PlanParameters, RejectsValuesOutOfRange) {
  EXPECT_TRUE(validate(PlanParameters{}).ok());
  EXPECT_FALSE(validate(PlanParameters{.service_level = 1}).ok());
  EXPECT_FALSE(validate(PlanParameters{.service_level = NAN}).ok());
  EXPECT_FALSE(validate(PlanParameters{.holding_cost = -0.1}).ok());
  EXPECT_FALSE(validate(PlanParameters{.shortage_cost = INFINITY}).ok());
  EXPECT_FALSE(validate(PlanParameters{.holding_cost = 0}).ok());
  EXPECT_TRUE(validate(PlanParameters{.service_level = 0.9, .holding_cost = 0}).ok());
  EXPECT_FALSE(validate(PlanParameters{.moving_average = 0}).ok());
}

TEST(SeriesSupply, RejectsValuesOutOfRangeAndNamesTheSeries) {
  EXPECT_TRUE(validate(SeriesSupply{}, 0).ok());
  EXPECT_FALSE(validate(SeriesSupply{.lead_time = -1}, 0).ok());
  EXPECT_FALSE(validate(SeriesSupply{.review_period = 0}, 0).ok());
  EXPECT_FALSE(validate(SeriesSupply{.moq = NAN}, 0).ok());
  EXPECT_FALSE(validate(SeriesSupply{.pack_size = -1}, 0).ok());
  EXPECT_FALSE(validate(SeriesSupply{.on_hand = NAN}, 0).ok());
  const SeriesSupply bad{.open_orders = {{.arrives_in = 1, .quantity = -5}}};
  const auto status = validate(bad, 17);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message.find("17"), std::string::npos) << status.error().message;
  EXPECT_NE(status.error().message.find("-5"), std::string::npos);
}

}  // namespace
}  // namespace restock
