// Numbers without another source are Snyder & Shen's examples as computed by stockpyl.
#include "science/lot_sizing/eoq.h"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "science/lot_sizing/joint_replenishment.h"
#include "science/lot_sizing/quantity_discount.h"
#include "science/lot_sizing/unreliable_supply.h"

namespace restock {
namespace {

void expect_relative(double got, double expected, double tolerance = 1e-9) {
  EXPECT_NEAR(got, expected, tolerance * std::abs(expected));
}

const EoqInput kEoq{.fixed_cost = 8, .holding_cost = 0.225, .demand_rate = 1300};

TEST(Eoq, ReproducesSnyderShenExamples) {
  const auto plain = eoq(kEoq).value();
  expect_relative(plain.quantity, 304.0467800264368);
  // sqrt(2 K lambda h) = sqrt(4680) = h Q*.
  expect_relative(plain.cost_rate, 68.41052550594829);
  const auto backorders = eoq_backorders(kEoq, 5).value();
  expect_relative(backorders.quantity, 310.81255515896464);
  expect_relative(backorders.backordered_share, 0.0430622009569378);
  expect_relative(backorders.cost_rate, 66.92136355097325);
  const auto production = eoq_production(kEoq, 1700).value();
  expect_relative(production.quantity, 626.8084945889684);
  expect_relative(production.cost_rate, 33.183979125298336);
}

TEST(Eoq, ReproducesDiscountExamples) {
  const std::vector<double> breaks = {0, 200, 500};
  const std::vector<double> prices = {500, 475, 450};
  const auto all = eoq_all_units_discount({200, 0.20, 1000, breaks, prices}).value();
  EXPECT_EQ(all.quantity, 500);
  EXPECT_EQ(all.region, 2U);
  expect_relative(all.cost_rate, 472900);
  const std::vector<double> breaks2 = {0, 300, 600};
  const std::vector<double> prices2 = {100, 90, 80};
  const auto incremental = eoq_incremental_discount({150, 0.25, 2400, breaks2, prices2}).value();
  expect_relative(incremental.quantity, 1481.8906842274164);
  expect_relative(incremental.cost_rate, 222762.8136845483);
}

/// Money per time unit of orders of Q under a price list, from first principles.
double discount_cost(const EoqDiscountInput& in, double quantity, bool all_units) {
  size_t j = 0;
  while (j + 1 < in.breaks.size() && quantity >= in.breaks[j + 1]) ++j;
  double order = in.prices[j] * quantity;
  if (!all_units) {
    order = in.prices[j] * (quantity - in.breaks[j]);
    for (size_t k = 0; k < j; ++k) order += in.prices[k] * (in.breaks[k + 1] - in.breaks[k]);
  }
  const double average_price = order / quantity;
  return average_price * in.demand_rate + in.fixed_cost * in.demand_rate / quantity +
         in.holding_rate * average_price * quantity / 2;
}

TEST(Eoq, DiscountsAreCheapestInAScan) {
  const std::vector<double> breaks = {0, 40, 180, 700};
  const std::vector<double> prices = {12, 11.5, 11, 10.9};
  for (const double fixed : {1.0, 20.0, 300.0}) {
    const EoqDiscountInput in{fixed, 0.25, 400, breaks, prices};
    for (const bool all_units : {true, false}) {
      const auto plan =
          (all_units ? eoq_all_units_discount(in) : eoq_incremental_discount(in)).value();
      expect_relative(plan.cost_rate, discount_cost(in, plan.quantity, all_units));
      for (int i = 0; 1 + 0.5 * i < 2000; ++i) {
        const double q = 1 + 0.5 * i;
        EXPECT_GE(discount_cost(in, q, all_units), plan.cost_rate * (1 - 1e-12))
            << fixed << " " << q;
      }
    }
  }
}

TEST(Eoq, ReproducesJointReplenishmentExample) {
  const std::array<JointItem, 3> items = {{{120, 160, 1}, {840, 20, 1}, {300, 50, 1}}};
  const auto plan = joint_replenishment(600, items).value();
  EXPECT_EQ(plan.multiples, (std::vector<int>{1, 3, 1}));
  expect_relative(plan.cycle, 3.103164454170876);
  expect_relative(plan.cost_rate, 837.8544026261366);
  EXPECT_NEAR(plan.quantities[1], 9.3095, 5e-5);
}

TEST(Eoq, CostIsConvexWithItsLeastAtTheQuantity) {
  const auto plan = eoq(kEoq).value();
  expect_relative(eoq_cost(kEoq, plan.quantity).value(), plan.cost_rate);
  for (int j = 0; 20 + 10 * j < 2000; ++j) {
    const double q = 20 + 10 * j;
    const double here = eoq_cost(kEoq, q).value();
    EXPECT_GE(here, plan.cost_rate);
    EXPECT_LE(2 * here, eoq_cost(kEoq, q - 10).value() + eoq_cost(kEoq, q + 10).value());
  }
  // Dear shortages: hardly any backorders; and fast production: hardly any saving.
  expect_relative(eoq_backorders(kEoq, 1e9).value().quantity, plan.quantity, 1e-8);
  expect_relative(eoq_production(kEoq, 1e12).value().quantity, plan.quantity, 1e-8);
}

TEST(UnreliableSupply, ReproducesSnyderShenExamples) {
  const SupplierDisruptions supplier{5, 1.5, 14};
  const auto disrupted = eoq_disruptions(kEoq, supplier).value();
  expect_relative(disrupted.quantity, 772.8110739983106, 1e-6);
  expect_relative(disrupted.cost_rate, 173.95000257319708);
  const EoqInput vaccine{18500, 0.06, 75000};
  const auto additive = eoq_additive_yield(vaccine, {-15000, 9000}).value();
  expect_relative(additive.quantity, 230246.37046881882);
  expect_relative(additive.cost_rate, 12914.78222812913);
  const auto multiplicative =
      eoq_multiplicative_yield(vaccine, {0.8333, std::sqrt(0.0198)}).value();
  expect_relative(multiplicative.quantity, 254477.46130342316);
  expect_relative(multiplicative.cost_rate, 13086.16169098594);
}

TEST(UnreliableSupply, DisruptedQuantityIsCheapestInAScanAndGrowsWithTheRisk) {
  double previous = eoq(kEoq).value().quantity;
  for (const double failures : {0.01, 0.1, 1.0, 10.0}) {
    const SupplierDisruptions supplier{5, failures, 14};
    const auto plan = eoq_disruptions(kEoq, supplier).value();
    EXPECT_GT(plan.quantity, previous * (1 - 1e-9));
    previous = plan.quantity;
    for (int i = 0; 10 + 7 * i < 6000; ++i) {
      const double q = 10 + 7 * i;
      EXPECT_GE(eoq_disruptions_cost(kEoq, supplier, q).value(), plan.cost_rate * (1 - 1e-12));
    }
  }
  // A supplier that hardly ever fails is a reliable one.
  expect_relative(eoq_disruptions(kEoq, {5, 1e-9, 14}).value().quantity, 304.0467800264368, 1e-6);
}

TEST(UnreliableSupply, CertainYieldIsTheEoq) {
  const auto plain = eoq(kEoq).value();
  expect_relative(eoq_additive_yield(kEoq, {0, 0}).value().quantity, plain.quantity);
  expect_relative(eoq_multiplicative_yield(kEoq, {1, 0}).value().cost_rate, plain.cost_rate);
  expect_relative(eoq_multiplicative_yield(kEoq, {0.5, 0}).value().quantity, 2 * plain.quantity);
}

TEST(UnreliableSupply, RejectsNonsense) {
  EXPECT_FALSE(eoq_disruptions(kEoq, {0, 1, 1}).ok());
  EXPECT_FALSE(eoq_disruptions(kEoq, {5, -1, 1}).ok());
  EXPECT_FALSE(eoq_disruptions(kEoq, {1e-3, 1, 1}).ok());  // losing all demand costs 1.3
  EXPECT_FALSE(eoq_disruptions_cost(kEoq, {5, 1, 1}, 0).ok());
  EXPECT_FALSE(eoq_additive_yield(kEoq, {1e6, 1}).ok());
  EXPECT_FALSE(eoq_additive_yield(kEoq, {0, -1}).ok());
  EXPECT_FALSE(eoq_multiplicative_yield(kEoq, {0, 1}).ok());
}

TEST(JointReplenishment, NoSingleMultipleChangedByOneIsCheaper) {
  const std::array<JointItem, 3> items = {{{120, 160, 1}, {840, 20, 1}, {300, 50, 1}}};
  const auto plan = joint_replenishment(600, items).value();
  const auto cost = [&](const std::vector<int>& m) {
    double fixed = 600;
    double holding = 0;
    for (size_t n = 0; n < 3; ++n) {
      fixed += items[n].fixed_cost / m[n];
      holding += items[n].holding_cost * items[n].demand_rate * m[n];
    }
    return std::sqrt(2 * fixed * holding);
  };
  expect_relative(plan.cost_rate, cost(plan.multiples));
  for (size_t n = 0; n < 3; ++n) {
    for (const int step : {-1, 1}) {
      auto other = plan.multiples;
      other[n] += step;
      if (other[n] == 0) continue;
      EXPECT_GE(cost(other), plan.cost_rate);
    }
  }
  EXPECT_FALSE(
      joint_replenishment(1e-20, std::array<JointItem, 2>{{{1e-30, 1, 1}, {1, 1, 1}}}).ok());
}

TEST(Eoq, RejectsNonsense) {
  EXPECT_FALSE(eoq({.fixed_cost = 0, .holding_cost = 1, .demand_rate = 1}).ok());
  EXPECT_FALSE(eoq({.fixed_cost = NAN, .holding_cost = 1, .demand_rate = 1}).ok());
  EXPECT_FALSE(eoq_backorders(kEoq, -1).ok());
  EXPECT_FALSE(eoq_production(kEoq, 1300).ok());
  const std::vector<double> rising = {1, 2};
  EXPECT_FALSE(eoq_all_units_discount({1, 1, 1, std::vector{0.0, 5.0}, rising}).ok());
  EXPECT_FALSE(eoq_incremental_discount({1, 1, 1, std::vector{1.0}, std::vector{1.0}}).ok());
  EXPECT_FALSE(joint_replenishment(1, {}).ok());
}

}  // namespace
}  // namespace restock
