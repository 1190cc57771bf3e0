#include "science/generator/price_plan.h"

#include <cmath>

#include <gtest/gtest.h>

namespace restock::generator {
namespace {

World make_world(int32_t stores) {
  auto world = World::make({.stores = stores, .products = 60, .days = 700, .seed = 5});
  EXPECT_TRUE(world.ok());
  return std::move(world).value();
}

TEST(ShelfPrice, EndsInNineFromOneUpwards) {
  EXPECT_EQ(shelf_price_cents(260), 259);
  EXPECT_EQ(shelf_price_cents(254), 249);
  EXPECT_EQ(shelf_price_cents(255), 259);
  EXPECT_EQ(shelf_price_cents(72), 72);
  EXPECT_EQ(shelf_price_cents(0), 5);
}

TEST(PricePlan, PromotedPricesAreLowerAndLiftSales) {
  const World world = make_world(1);
  PricePlan plan;
  int64_t promoted = 0;
  for (int32_t product = 0; product < 60; ++product) {
    make_price_plan(world, 0, product, plan);
    double lifted = 0;
    double plain = 0;
    int64_t here = 0;
    for (size_t week = 0; week < plan.price_cents.size(); ++week) {
      EXPECT_LE(plan.price_cents[week], plan.regular_cents[week]);
      if (plan.promotion[week] == 0) {
        EXPECT_EQ(plan.price_cents[week], plan.regular_cents[week]);
      }
      (plan.promotion[week] != 0 ? lifted : plain) += plan.effect_log[week];
      here += plan.promotion[week];
    }
    promoted += here;
    const auto weeks = static_cast<double>(plan.price_cents.size());
    if (here > 0) {
      EXPECT_GT(lifted / static_cast<double>(here),
                plain / (weeks - static_cast<double>(here)) + 0.1);
    }
  }
  // 4.5 promotions a year of 1.35 weeks, less the rest between two: between 3 and 12 % of all
  // weeks.
  EXPECT_GT(promoted, 60 * 101 * 3 / 100);
  EXPECT_LT(promoted, 60 * 101 * 12 / 100);
}

TEST(PricePlan, EffectIsElasticityOnThePriceThenLiftThenDip) {
  const World world = make_world(1);
  PricePlan plan;
  int dips = 0;
  for (int32_t product = 0; product < 60; ++product) {
    make_price_plan(world, 0, product, plan);
    const Product& item = world.products()[static_cast<size_t>(product)];
    ASSERT_LT(item.elasticity, 0);
    ASSERT_GT(item.promotion_lift, 0.09);
    for (size_t week = 1; week < plan.price_cents.size(); ++week) {
      const double trend =
          item.price_cents * std::pow(1.0202013, static_cast<double>(week) / 52.1775);
      const double by_price = item.elasticity * std::log(plan.price_cents[week] / trend);
      const double rest = plan.effect_log[week] - by_price;
      const bool dip = plan.promotion[week] == 0 && plan.promotion[week - 1] != 0;
      const double expected = plan.promotion[week] != 0 ? item.promotion_lift
                              : dip                     ? -0.3 * item.promotion_lift
                                                        : 0;
      ASSERT_NEAR(rest, expected, 1e-6);
      dips += dip ? 1 : 0;
    }
  }
  EXPECT_GT(dips, 100);
}

TEST(PricePlan, StoresOfOneStateShareItAndOtherStatesPromoteAtOtherTimes) {
  const World world = make_world(9);  // Eight states: stores 0 and 8 are in the first.
  PricePlan first;
  PricePlan neighbour;
  PricePlan elsewhere;
  make_price_plan(world, 0, 3, first);
  make_price_plan(world, 8, 3, neighbour);
  make_price_plan(world, 1, 3, elsewhere);
  EXPECT_EQ(first.price_cents, neighbour.price_cents);
  EXPECT_EQ(first.promotion, neighbour.promotion);
  EXPECT_NE(first.promotion, elsewhere.promotion);
}

}  // namespace
}  // namespace restock::generator
