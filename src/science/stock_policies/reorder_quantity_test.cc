// Numbers without another source are Snyder & Shen's examples as computed by stockpyl.
#include "science/stock_policies/reorder_quantity.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace restock {
namespace {

using ::testing::HasSubstr;

const ReorderQuantityProblem kBook{8, 0.225, 7.5, 1300,
                                   DemandLaw::normal(1300, 150).value().over(1.0 / 12).value()};
const ReorderQuantityProblem kPoisson{100, 20, 150, 1.5, DemandLaw::poisson(3).value()};

void expect_relative(double got, double expected, double tolerance = 1e-6) {
  EXPECT_NEAR(got, expected, tolerance * std::abs(expected));
}

TEST(ReorderQuantity, ReproducesSnyderShenCostAndOptimum) {
  expect_relative(reorder_quantity_cost(kBook, 126.8, 328.5).value(), 78.07116250928294, 1e-9);
  const auto plan = reorder_quantity_exact(kBook).value();
  EXPECT_NEAR(plan.reorder_point, 126.8, 0.1);
  EXPECT_NEAR(plan.order_quantity, 328.5, 0.1);
  EXPECT_LE(plan.cost_rate, 78.07116250928294);
}

TEST(ReorderQuantity, ReproducesSnyderShenRules) {
  const auto rule = [](ReorderQuantityRule which, double r, double quantity) {
    const auto plan = reorder_quantity_rule(kBook, which).value();
    expect_relative(plan.reorder_point, r);
    expect_relative(plan.order_quantity, quantity);
    expect_relative(plan.cost_rate, reorder_quantity_cost(kBook, r, quantity).value());
  };
  rule(ReorderQuantityRule::kExpectedInventory, 213.97044213580244, 318.5901810768729);
  rule(ReorderQuantityRule::kEoqBackorders, 128.63781442427097, 308.5737801203754);
  rule(ReorderQuantityRule::kEoqSafetyStock, 190.3369965715624, 304.0467800264368);
  rule(ReorderQuantityRule::kLossFunction, 126.8670634479628, 328.4491421980451);
}

TEST(ReorderQuantity, ReproducesSnyderShenPoissonExample) {
  const auto plan = reorder_quantity_exact(kPoisson).value();
  EXPECT_EQ(plan.reorder_point, 3);
  EXPECT_EQ(plan.order_quantity, 5);
  expect_relative(plan.cost_rate, 107.92358063314975, 1e-9);
}

TEST(ReorderQuantity, CostIsTheMeanOverTheLevelsOfACycle) {
  const ReorderQuantityProblem gamma{8, 0.225, 7.5, 1300, DemandLaw::gamma(6, 18).value()};
  for (const auto& problem : {kBook, gamma}) {
    constexpr int kSteps = 20000;
    double sum = 0;
    for (int i = 0; i < kSteps; ++i) {
      const double y = 90 + 250 * (i + 0.5) / kSteps;
      sum += 0.225 * problem.lead_time_demand.leftover(y) + 7.5 * problem.lead_time_demand.loss(y);
    }
    expect_relative(reorder_quantity_cost(problem, 90, 250).value(),
                    8 * 1300 / 250.0 + sum / kSteps);
  }
}

TEST(ReorderQuantity, NoWholePolicyIsCheaper) {
  for (const double fixed : {1.0, 100.0, 900.0}) {
    for (const double p : {5.0, 150.0}) {
      const ReorderQuantityProblem in{fixed, 20, p, 1.5,
                                      DemandLaw::negative_binomial(3, 7).value()};
      const auto plan = reorder_quantity_exact(in).value();
      double least = std::numeric_limits<double>::infinity();
      for (int r = -30; r < 20; ++r) {
        for (int quantity = 1; quantity < 40; ++quantity) {
          least = std::min(least, reorder_quantity_cost(in, r, quantity).value());
        }
      }
      expect_relative(plan.cost_rate, least, 1e-12);
    }
  }
}

TEST(ReorderQuantity, NoPolicyOfAnySizeIsCheaper) {
  for (const auto& law :
       {DemandLaw::normal(100, 40).value(), DemandLaw::gamma(1.5, 60).value(),
        DemandLaw::lognormal(4, 0.7).value(), DemandLaw::uniform(50, 90).value()}) {
    const ReorderQuantityProblem in{30, 0.5, 4, 900, law};
    const auto plan = reorder_quantity_exact(in).value();
    expect_relative(reorder_quantity_cost(in, plan.reorder_point, plan.order_quantity).value(),
                    plan.cost_rate, 1e-12);
    for (const double dr : {-20.0, -1.0, 0.0, 1.0, 20.0}) {
      for (const double dq : {-30.0, -1.0, 0.0, 1.0, 30.0}) {
        const double other =
            reorder_quantity_cost(in, plan.reorder_point + dr, plan.order_quantity + dq).value();
        EXPECT_GE(other, plan.cost_rate * (1 - 1e-12));
      }
    }
  }
}

TEST(ReorderQuantity, DearShortagesRaiseTheReorderPointAndDearOrdersTheQuantity) {
  double r = -1e9;
  double quantity = 0;
  for (int i = 1; i < 12; ++i) {
    ReorderQuantityProblem in = kBook;
    in.stockout_cost = 0.1 * std::pow(2, i);
    EXPECT_GT(reorder_quantity_exact(in).value().reorder_point, r);
    r = reorder_quantity_exact(in).value().reorder_point;
    in = kBook;
    in.fixed_cost = 0.1 * std::pow(2, i);
    EXPECT_GT(reorder_quantity_exact(in).value().order_quantity, quantity);
    quantity = reorder_quantity_exact(in).value().order_quantity;
  }
}

TEST(ReorderQuantity, NoRuleBeatsTheOptimumAndTheEoqIsNear) {
  for (const double fixed : {1.0, 8.0, 200.0}) {
    ReorderQuantityProblem in = kBook;
    in.fixed_cost = fixed;
    const double best = reorder_quantity_exact(in).value().cost_rate;
    for (const auto rule :
         {ReorderQuantityRule::kExpectedInventory, ReorderQuantityRule::kEoqBackorders,
          ReorderQuantityRule::kEoqSafetyStock, ReorderQuantityRule::kLossFunction}) {
      EXPECT_GE(reorder_quantity_rule(in, rule).value().cost_rate, best * (1 - 1e-12));
    }
    // Axsaeter, Management Science 42 (1996) 830: never more than 11.8 %.
    EXPECT_LE(reorder_quantity_rule(in, ReorderQuantityRule::kEoqBackorders).value().cost_rate,
              best * 1.118);
  }
}

TEST(ReorderQuantity, FillRateIsReachedByItsReorderPoint) {
  const auto normal = DemandLaw::normal(500, 212).value();
  for (const double fill : {0.3, 0.8, 0.99, 0.99999}) {
    const double r = reorder_point_for_fill_rate(normal, fill, 1000).value();
    EXPECT_NEAR(reorder_quantity_service(normal, r, 1000).value().fill_rate, fill, 1e-10);
    const auto counts = DemandLaw::negative_binomial(5, 12).value();
    const double whole = reorder_point_for_fill_rate(counts, fill, 4).value();
    EXPECT_EQ(whole, std::floor(whole));
    EXPECT_GE(reorder_quantity_service(counts, whole, 4).value().fill_rate, fill * (1 - 1e-12));
    EXPECT_LT(reorder_quantity_service(counts, whole - 1, 4).value().fill_rate, fill);
  }
  // Chopra's formula, 1 - n(r) / Q, leaves out the second loss, which is nothing here.
  EXPECT_NEAR(
      reorder_quantity_service(DemandLaw::normal(500, 150 * std::sqrt(2)).value(), 600, 1000)
          .value()
          .fill_rate,
      0.95614, 5e-6);
}

TEST(ReorderQuantity, RejectsNonsense) {
  ReorderQuantityProblem bad = kBook;
  bad.fixed_cost = 0;
  EXPECT_FALSE(reorder_quantity_exact(bad).ok());
  bad = kBook;
  bad.demand_rate = NAN;
  EXPECT_FALSE(reorder_quantity_cost(bad, 1, 1).ok());
  EXPECT_FALSE(reorder_quantity_cost(kBook, 1, 0).ok());
  EXPECT_THAT(reorder_quantity_cost(kPoisson, 1.5, 2).error().message, HasSubstr("whole"));
  EXPECT_FALSE(reorder_quantity_rule(kPoisson, ReorderQuantityRule::kEoqBackorders).ok());
  bad = kBook;
  bad.stockout_cost = 0.01;  // Q h / (p lambda) > 1
  EXPECT_FALSE(reorder_quantity_rule(bad, ReorderQuantityRule::kExpectedInventory).ok());
  EXPECT_FALSE(reorder_point_for_fill_rate(kPoisson.lead_time_demand, 1, 5).ok());
  EXPECT_FALSE(reorder_point_for_quantity(kPoisson, 2.5).ok());
}

}  // namespace
}  // namespace restock
