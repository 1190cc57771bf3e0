// The published examples that the textbook functions must reproduce; numbers T1 to T13 are Snyder &
// Shen's examples as computed by stockpyl, the others name their book.
#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "science/inventory/eoq.h"
#include "science/inventory/newsvendor.h"
#include "science/inventory/safety_stock.h"

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
      for (double q = 1; q < 2000; q += 0.5) {
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

const NewsvendorCosts kCosts{.holding_cost = 0.18, .stockout_cost = 0.70};
const NormalDemand kNormal{.mean = 50, .sd = 8};

TEST(Newsvendor, ReproducesSnyderShenNormalExamples) {
  const auto plan = newsvendor_normal(kCosts, kNormal).value();
  expect_relative(plan.base_stock, 56.60395592743389);
  expect_relative(plan.cost, 1.9976051931766445);
  expect_relative(newsvendor_normal_cost(kCosts, kNormal, 60).value(), 2.156131552870387);
  expect_relative(newsvendor_normal_cost(kCosts, kNormal, 53).value(), 2.223748044859164);
  const auto second = newsvendor_normal({2, 18}, {120, 10}).value();
  expect_relative(second.base_stock, 132.815515655446);
  expect_relative(second.cost, 35.09966638649737);
  const auto profit = newsvendor_normal_profit({1.00, 0.30, 0.12}, kNormal).value();
  expect_relative(profit.base_stock, 56.60395592743389);
  expect_relative(profit.profit, 33.002394806823354);
}

TEST(Newsvendor, ReproducesSnyderShenDiscreteExamples) {
  const auto poisson = [](double mean) {
    return DemandDistribution::make(DemandKind::kCounts, mean, mean).value();
  };
  const auto fifty = newsvendor(kCosts, poisson(50)).value();
  EXPECT_EQ(fifty.base_stock, 56);
  expect_relative(fifty.cost, 1.797235211809178);
  const auto six = newsvendor({1, 4}, poisson(6)).value();
  EXPECT_EQ(six.base_stock, 8);
  expect_relative(six.cost, 3.5701069457709416);
  expect_relative(newsvendor_cost({1, 4}, poisson(6), 5).value(), 6.590296024616343);
  std::vector<double> same(80);
  for (size_t k = 0; k < same.size(); ++k) same[k] = poisson(6).density(static_cast<double>(k));
  expect_relative(newsvendor_discrete({1, 4}, same).value().cost, 3.5701069457709416);
  std::vector<double> geometric = {0};
  for (double mass = 0.2; mass > 1e-18; mass *= 0.8) geometric.push_back(mass);
  const auto plan = newsvendor_discrete({1, 4}, geometric).value();
  EXPECT_EQ(plan.base_stock, 8);
  expect_relative(plan.cost, 7.194304);
}

TEST(Newsvendor, ReproducesSnyderShenLognormalExample) {
  const auto plan = newsvendor_lognormal({1, 4}, {6, 0.3}).value();
  expect_relative(plan.base_stock, 519.3023987673176);
  // The published 198.42277610622506 comes from a numerical integral; the second number is the
  // closed form, checked with 30 digits.
  expect_relative(plan.cost, 198.42277610622506, 1e-8);
  expect_relative(plan.cost, 198.42277708403032, 1e-12);
}

TEST(Newsvendor, OrdersMoreWhenStockoutCostRises) {
  const auto demand = DemandDistribution::make(DemandKind::kCounts, 12, 40).value();
  double normal = 0;
  double counts = 0;
  for (double p = 0.01; p < 1000; p *= 1.5) {
    const double a = newsvendor_normal({1, p}, kNormal).value().base_stock;
    const double b = newsvendor({1, p}, demand).value().base_stock;
    EXPECT_GT(a, normal);
    EXPECT_GE(b, counts);
    normal = a;
    counts = b;
    // No other level is cheaper.
    const double cost = newsvendor({1, p}, demand).value().cost;
    for (double s = std::max(0.0, b - 5); s <= b + 5; ++s) {
      EXPECT_GE(newsvendor_cost({1, p}, demand, s).value(), cost * (1 - 1e-10));
    }
  }
}

TEST(Newsvendor, RejectsNonsense) {
  EXPECT_FALSE(newsvendor_normal({1, NAN}, kNormal).ok());
  EXPECT_FALSE(newsvendor_normal({0, 1}, kNormal).ok());
  EXPECT_FALSE(newsvendor_normal({1, 1}, {NAN, 1}).ok());
  EXPECT_FALSE(newsvendor_normal({1, 1}, {5, 0}).ok());
  EXPECT_FALSE(newsvendor_normal_profit({1, 2, 0}, kNormal).ok());
  EXPECT_FALSE(newsvendor_discrete({1, 1}, std::vector{0.5, 0.4}).ok());
  EXPECT_FALSE(newsvendor_discrete({1, 1}, std::vector{1.5, -0.5}).ok());
  EXPECT_FALSE(newsvendor_discrete({1, 1}, {}).ok());
  EXPECT_FALSE(newsvendor_lognormal({1, 1}, {1, -1}).ok());
}

TEST(LossFunctions, ReproducePublishedValues) {
  expect_relative(standard_normal_loss(1.3), 0.04552796208651397);
  expect_relative(normal_loss({15, 3}, 18.6), 0.1683073521514889);
  expect_relative(lognormal_loss({2, 0.3}, 10), 0.28364973888106326);
  const auto exponential = DemandDistribution::make(DemandKind::kContinuous, 5, 25).value();
  expect_relative(exponential.loss(1), 4.0936537653899085);
}

TEST(SafetyStock, ReproducesChopraFillRateExamples) {
  const LeadTimeDemand weekly{.demand_mean = 250, .demand_sd = 150, .lead_time_mean = 2};
  const auto service = service_of_policy(weekly, 600, 1000).value();
  EXPECT_EQ(service.safety_stock, 100);
  EXPECT_NEAR(service.cycle_service, 0.68132, 5e-6);
  EXPECT_NEAR(service.units_short, 43.86, 5e-3);
  EXPECT_NEAR(service.fill_rate, 0.95614, 5e-6);
  const LeadTimeDemand palm{.demand_mean = 2500, .demand_sd = 500, .lead_time_mean = 2};
  const auto policy = service_of_policy(palm, 6000, 10000).value();
  EXPECT_NEAR(policy.cycle_service, 0.92, 5e-3);
  EXPECT_NEAR(policy.units_short, 25.127, 5e-4);
  EXPECT_NEAR(policy.fill_rate, 0.9975, 5e-5);
  EXPECT_NEAR(safety_stock_for_cycle_service(palm, 0.90).value().safety_stock, 906, 0.5);
  EXPECT_NEAR(safety_stock_for_fill_rate(palm, 0.975, 10000).value().safety_stock, 67, 0.5);
}

TEST(SafetyStock, ReproducesLeadTimeVariabilityExamples) {
  const auto both = safety_stock_for_factor({100, 20, 7, 2}, 1.65).value();
  EXPECT_NEAR(both.safety_stock, 341.35, 5e-3);
  EXPECT_NEAR(both.reorder_point, 1041.35, 5e-3);
  EXPECT_NEAR(eoq({50, 2.5, 100 * 365}).value().quantity, 1208, 0.5);
  // Heizer ch. 12: only the lead time varies. Taylor, I-75 Carpet: only demand does.
  EXPECT_NEAR(safety_stock_for_factor({60, 0, 6, 2}, 1.28).value().reorder_point, 513.6, 1e-9);
  const auto carpet = safety_stock_for_factor({30, 5, 10, 0}, 1.65).value();
  EXPECT_NEAR(carpet.safety_stock, 26.1, 0.05);
  EXPECT_NEAR(carpet.reorder_point, 326.1, 0.05);
}

TEST(SafetyStock, FillRateIsReachedByItsReorderPoint) {
  const LeadTimeDemand demand{
      .demand_mean = 40, .demand_sd = 25, .lead_time_mean = 5, .lead_time_sd = 1};
  for (const double fill : {0.3, 0.8, 0.95, 0.999, 0.9999999}) {
    const auto plan = safety_stock_for_fill_rate(demand, fill, 200).value();
    EXPECT_NEAR(service_of_policy(demand, plan.reorder_point, 200).value().fill_rate, fill, 1e-10);
  }
}

TEST(SafetyStock, RejectsNonsense) {
  EXPECT_FALSE(safety_stock_for_factor({-1, 1, 1, 0}, 1).ok());
  EXPECT_FALSE(safety_stock_for_factor({1, 1, 0, 0}, 1).ok());
  EXPECT_FALSE(safety_stock_for_factor({1, 1, 1, 0}, NAN).ok());
  EXPECT_FALSE(safety_stock_for_cycle_service({1, 1, 1, 0}, 1).ok());
  EXPECT_FALSE(safety_stock_for_fill_rate({1, 0, 1, 0}, 0.9, 10).ok());
  EXPECT_FALSE(service_of_policy({1, 1, 1, 0}, 5, 0).ok());
}

}  // namespace
}  // namespace restock
