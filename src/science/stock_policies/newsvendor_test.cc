// Numbers without another source are Snyder & Shen's examples as computed by stockpyl.
#include "science/stock_policies/newsvendor.h"

#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace restock {
namespace {

using ::testing::HasSubstr;

void expect_relative(double got, double expected, double tolerance = 1e-9) {
  EXPECT_NEAR(got, expected, tolerance * std::abs(expected));
}

const NewsvendorCosts kCosts{.holding_cost = 0.18, .stockout_cost = 0.70};
const MyopicCosts kMyopic{0.18, 0.70, 0.30, 0.35, 0.98};
const DemandLaw kNormal = DemandLaw::normal(50, 8).value();
const DisruptedSupply kSupply{
    .demand = 2000, .disruption_probability = 0.04, .recovery_probability = 0.25};

/// One law of each kind whose demand is not negative.
std::vector<DemandLaw> laws() {
  const std::vector<double> sample = {4, 1.5, 9, 4, 0, 2.25};
  return {DemandLaw::normal(50, 8).value(),  DemandLaw::lognormal(2, 0.8).value(),
          DemandLaw::gamma(1.5, 8).value(),  DemandLaw::uniform(3, 9).value(),
          DemandLaw::poisson(6).value(),     DemandLaw::negative_binomial(12, 40).value(),
          DemandLaw::geometric(0.2).value(), DemandLaw::empirical(sample).value()};
}

TEST(Newsvendor, ReproducesSnyderShenNormalExamples) {
  const auto plan = newsvendor(kCosts, kNormal).value();
  expect_relative(plan.base_stock, 56.60395592743389);
  expect_relative(plan.cost, 1.9976051931766445);
  expect_relative(newsvendor_cost(kCosts, kNormal, 60).value(), 2.156131552870387);
  expect_relative(newsvendor_cost(kCosts, kNormal, 53).value(), 2.223748044859164);
  const auto second = newsvendor({2, 18}, DemandLaw::normal(120, 10).value()).value();
  expect_relative(second.base_stock, 132.815515655446);
  expect_relative(second.cost, 35.09966638649737);
  const auto profit = newsvendor_profit({1.00, 0.30, 0.12}, kNormal).value();
  expect_relative(profit.base_stock, 56.60395592743389);
  expect_relative(profit.profit, 33.002394806823354);
}

TEST(Newsvendor, ReproducesSnyderShenDiscreteExamples) {
  const auto fifty = newsvendor(kCosts, DemandLaw::poisson(50).value()).value();
  EXPECT_EQ(fifty.base_stock, 56);
  expect_relative(fifty.cost, 1.797235211809178);
  const auto poisson = DemandLaw::poisson(6).value();
  const auto six = newsvendor({1, 4}, poisson).value();
  EXPECT_EQ(six.base_stock, 8);
  expect_relative(six.cost, 3.5701069457709416);
  expect_relative(newsvendor_cost({1, 4}, poisson, 5).value(), 6.590296024616343);
  std::vector<double> same(80);
  for (size_t k = 0; k < same.size(); ++k) same[k] = poisson.probability(static_cast<double>(k));
  const auto discrete = DemandLaw::discrete(same).value();
  expect_relative(newsvendor({1, 4}, discrete).value().cost, 3.5701069457709416);
  const auto geometric = newsvendor({1, 4}, DemandLaw::geometric(0.2).value()).value();
  EXPECT_EQ(geometric.base_stock, 8);
  expect_relative(geometric.cost, 7.194304);
}

TEST(Newsvendor, ReproducesSnyderShenLognormalExample) {
  const auto plan = newsvendor({1, 4}, DemandLaw::lognormal(6, 0.3).value()).value();
  expect_relative(plan.base_stock, 519.3023987673176);
  // The published 198.42277610622506 comes from a numerical integral; the second number is the
  // closed form, checked with 30 digits.
  expect_relative(plan.cost, 198.42277610622506, 1e-8);
  expect_relative(plan.cost, 198.42277708403032, 1e-12);
}

TEST(Newsvendor, EmpiricalDemandIsJudgedByItsSample) {
  const std::vector<double> sample = {10, 2, 7, 3};
  // p / (p + h) = 0.75: the third smallest. Left 5, 4, 0, short 3, a quarter of the time each.
  const auto plan = newsvendor({1, 3}, DemandLaw::empirical(sample).value()).value();
  EXPECT_EQ(plan.base_stock, 7);
  EXPECT_DOUBLE_EQ(plan.cost, (5 + 4 + 3 * 3) / 4.0);
}

TEST(Newsvendor, NeverOrdersLessWhenStockoutCostRisesAndNoOtherLevelIsCheaper) {
  for (const auto& law : laws()) {
    double previous = -1e9;
    for (int i = 0; 0.01 * std::pow(1.5, i) < 1000; ++i) {
      const double p = 0.01 * std::pow(1.5, i);
      const auto plan = newsvendor({1, p}, law).value();
      EXPECT_GE(plan.base_stock, previous);
      previous = plan.base_stock;
      for (int j = 0; plan.base_stock - 5 + 0.5 * j <= plan.base_stock + 5; ++j) {
        const double s = plan.base_stock - 5 + 0.5 * j;
        EXPECT_GE(newsvendor_cost({1, p}, law, s).value(), plan.cost * (1 - 1e-9) - 1e-12);
      }
    }
  }
}

TEST(Newsvendor, CostIsConvexInTheLevel) {
  for (const auto& law : laws()) {
    const auto cost = [&](double s) { return newsvendor_cost({1, 7}, law, s).value(); };
    for (int i = 0; -5 + 0.7 * i < 90; ++i) {
      const double s = -5 + 0.7 * i;
      EXPECT_GE(cost(s - 0.7) + cost(s + 0.7), 2 * cost(s) - 1e-9) << s;
    }
  }
}

TEST(MyopicBaseStock, ReproducesSnyderShenExample) {
  const auto plan = myopic_base_stock(kMyopic, kNormal).value();
  expect_relative(plan.base_stock, 58.09891883213067);
  expect_relative(plan.cost, 16.682411764618777);
}

TEST(MyopicBaseStock, IsTheCheapestLevelAndRisesWithTheNextPrice) {
  double previous = 0;
  for (int j = 0; 0.05 + 0.05 * j < 0.4; ++j) {
    const double next = 0.05 + 0.05 * j;
    MyopicCosts costs = kMyopic;
    costs.purchase_cost_next = next;
    const auto plan = myopic_base_stock(costs, kNormal).value();
    EXPECT_GT(plan.base_stock, previous);
    previous = plan.base_stock;
    for (int i = 0; plan.base_stock - 5 + 0.25 * i < plan.base_stock + 5; ++i) {
      const double s = plan.base_stock - 5 + 0.25 * i;
      EXPECT_GE(myopic_cost(costs, kNormal, s).value(), plan.cost - 1e-12);
    }
  }
  // Without purchase costs it is the newsvendor.
  EXPECT_DOUBLE_EQ(myopic_base_stock({0.18, 0.70, 0, 0, 1}, kNormal).value().base_stock,
                   newsvendor(kCosts, kNormal).value().base_stock);
}

TEST(NewsvendorDisruptions, ReproducesSnyderShenExample) {
  const auto plan = newsvendor_disruptions({0.25, 3}, kSupply).value();
  EXPECT_EQ(plan.base_stock, 8000);
  // The published sum stops early; the closed form is the same to 1.3e-8.
  expect_relative(plan.cost, 2737.0689302470355, 1e-7);
}

TEST(NewsvendorDisruptions, IsTheCheapestMultipleOfDemandByTheStationaryProbabilities) {
  for (const double p : {0.01, 0.3, 3.0, 40.0}) {
    const auto plan = newsvendor_disruptions({0.25, p}, kSupply).value();
    const auto cost = [&](double level) {
      const double up = 0.25 / 0.29;
      double sum = 0;
      for (int n = 0; n < 400; ++n) {
        const double share = n == 0 ? up : 0.04 * up * std::pow(0.75, n - 1);
        const double left = level - (n + 1) * 2000.0;
        sum += share * (left > 0 ? 0.25 * left : -p * left);
      }
      return sum;
    };
    expect_relative(plan.cost, cost(plan.base_stock));
    for (int j = 0; 2000 + 1000 * j < 60000; ++j) {
      const double level = 2000 + 1000 * j;
      EXPECT_GE(cost(level), plan.cost * (1 - 1e-12)) << p << " " << level;
    }
  }
}

TEST(Newsvendor, RejectsNonsense) {
  EXPECT_FALSE(newsvendor({1, NAN}, kNormal).ok());
  EXPECT_THAT(newsvendor({0, 1}, kNormal).error().message, HasSubstr("holding_cost"));
  EXPECT_FALSE(newsvendor_cost(kCosts, kNormal, INFINITY).ok());
  EXPECT_FALSE(newsvendor_profit({1, 2, 0}, kNormal).ok());
  EXPECT_FALSE(newsvendor_profit({1, 0.3, NAN}, kNormal).ok());
  EXPECT_FALSE(myopic_base_stock({1, 1, 1, 1, 0}, kNormal).ok());
  EXPECT_THAT(myopic_base_stock({1, 1, 5, 1, 1}, kNormal).error().message, HasSubstr("(0, 1)"));
  EXPECT_FALSE(newsvendor_disruptions({1, 1}, {0, 0.1, 0.1}).ok());
  EXPECT_FALSE(newsvendor_disruptions({1, 1}, {1, 0, 0.1}).ok());
  EXPECT_FALSE(newsvendor_disruptions({1, 1}, {1, 0.1, 1}).ok());
}

}  // namespace
}  // namespace restock
