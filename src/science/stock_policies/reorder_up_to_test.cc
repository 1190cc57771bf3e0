// Numbers without another source are Snyder & Shen's examples as computed by stockpyl.
#include "science/stock_policies/reorder_up_to.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "science/stock_policies/periodic_review.h"

namespace restock {
namespace {

using ::testing::HasSubstr;

const ReorderUpToProblem kBook{5, 1, 4, DemandLaw::poisson(6).value()};

/// Mean cost per period of (s, S) from the stationary distribution of the position at reviews.
double stationary_cost(const ReorderUpToProblem& in, int s, int order_up_to) {
  const DemandLaw between = in.demand.over(in.review_period).value();
  const auto gap = static_cast<size_t>(order_up_to - s);
  std::vector<double> share(gap, 1.0 / static_cast<double>(gap));  // of position S - j after orders
  double ordering = 0;
  for (int round = 0; round < 4000; ++round) {
    std::vector<double> next(gap, 0.0);
    for (size_t j = 0; j < gap; ++j) {
      for (size_t d = 0; j + d < gap; ++d) {
        next[j + d] += share[j] * between.probability(static_cast<double>(d));
      }
    }
    double stay = 0;
    for (const double x : next) stay += x;
    ordering = 1 - stay;
    next[0] += ordering;
    share = next;
  }
  double cost = in.fixed_cost * ordering;
  for (size_t j = 0; j < gap; ++j) {
    for (int t = 1; t <= in.review_period; ++t) {
      const DemandLaw law = in.demand.over(in.lead_time + t).value();
      const double y = order_up_to - static_cast<double>(j);
      cost += share[j] * (in.holding_cost * law.leftover(y) + in.stockout_cost * law.loss(y));
    }
  }
  return cost / in.review_period;
}

TEST(ReorderUpTo, ReproducesSnyderShenExample) {
  const auto plan = reorder_up_to_exact(kBook).value();
  EXPECT_EQ(plan.reorder_point, 4);
  EXPECT_EQ(plan.order_up_to, 10);
  EXPECT_NEAR(plan.cost, 8.034111561471642, 1e-9);
}

TEST(ReorderUpTo, CostIsThatOfTheStationaryDistribution) {
  for (const int lead_time : {0, 3}) {
    for (const int review : {1, 4}) {
      const ReorderUpToProblem in{40,        0.5,   6, DemandLaw::negative_binomial(1.5, 4).value(),
                                  lead_time, review};
      EXPECT_NEAR(reorder_up_to_cost(in, 6, 19).value(), stationary_cost(in, 6, 19), 1e-8)
          << lead_time << " " << review;
    }
  }
}

TEST(ReorderUpTo, NoOtherPolicyIsCheaper) {
  for (const double fixed : {0.0, 5.0, 64.0}) {
    for (const double p : {0.5, 4.0, 60.0}) {
      for (const int review : {1, 3}) {
        const ReorderUpToProblem in{fixed, 1,     p, DemandLaw::negative_binomial(2, 5).value(),
                                    2,     review};
        const auto plan = reorder_up_to_exact(in).value();
        double least = std::numeric_limits<double>::infinity();
        for (int s = -30; s < 30; ++s) {
          for (int order_up_to = s + 1; order_up_to < 60; ++order_up_to) {
            least = std::min(least, reorder_up_to_cost(in, s, order_up_to).value());
          }
        }
        EXPECT_NEAR(plan.cost, least, 1e-10 * least) << fixed << " " << p << " " << review;
        EXPECT_NEAR(reorder_up_to_cost(in, plan.reorder_point, plan.order_up_to).value(), plan.cost,
                    1e-10);
      }
    }
  }
}

TEST(ReorderUpTo, WithoutAFixedCostItIsTheBaseStock) {
  const ReorderUpToProblem in{0, 1, 9, DemandLaw::poisson(2.5).value(), 2, 3};
  const auto plan = reorder_up_to_exact(in).value();
  const auto base = periodic_review_exact({in.demand, 2, 3}, {0, 1, 9}).value();
  EXPECT_EQ(plan.order_up_to, base.order_up_to);
  EXPECT_EQ(plan.reorder_point, base.order_up_to - 1);
  EXPECT_NEAR(plan.cost, base.cost, 1e-9);
}

TEST(ReorderUpTo, DearShortagesNeverLowerTheLevels) {
  double s = -1e9;
  for (int i = 0; i < 10; ++i) {
    ReorderUpToProblem in = kBook;
    in.stockout_cost = 0.5 * std::pow(2, i);
    const auto plan = reorder_up_to_exact(in).value();
    EXPECT_GE(plan.reorder_point, s);
    s = plan.reorder_point;
  }
}

TEST(PowerApproximation, ReproducesSnyderShenExample) {
  const auto plan = power_approximation({2.5, 0.18, 0.70, 50, 8}).value();
  EXPECT_NEAR(plan.reorder_point, 40.19461695647407, 1e-6 * 40);
  EXPECT_NEAR(plan.order_up_to, 74.29017010980579, 1e-6 * 74);
}

TEST(PowerApproximation, CostsLittleMoreThanTheOptimum) {
  // Within its authors' range of parameters; they report means under 1 %, rounded to whole units.
  for (const double fixed : {32.0, 64.0}) {
    for (const double p : {4.0, 24.0}) {
      const ReorderUpToProblem in{fixed, 1, p, DemandLaw::negative_binomial(8, 24).value(), 2};
      const auto rough = power_approximation({fixed, 1, p, 8, std::sqrt(24.0), 2}).value();
      const double cost =
          reorder_up_to_cost(in, std::round(rough.reorder_point), std::round(rough.order_up_to))
              .value();
      const double best = reorder_up_to_exact(in).value().cost;
      EXPECT_GE(cost, best * (1 - 1e-12));
      EXPECT_LE(cost, best * 1.02) << fixed << " " << p;
    }
  }
}

TEST(ReorderUpTo, RejectsNonsense) {
  ReorderUpToProblem bad = kBook;
  bad.holding_cost = 0;
  EXPECT_FALSE(reorder_up_to_exact(bad).ok());
  bad = kBook;
  bad.review_period = 0;
  EXPECT_THAT(reorder_up_to_exact(bad).error().message, HasSubstr("review_period"));
  bad = kBook;
  bad.lead_time = -1;
  EXPECT_FALSE(reorder_up_to_exact(bad).ok());
  bad = kBook;
  bad.demand = DemandLaw::normal(6, 2).value();
  EXPECT_THAT(reorder_up_to_exact(bad).error().message, HasSubstr("whole units"));
  bad.demand = DemandLaw::poisson(0).value();
  EXPECT_FALSE(reorder_up_to_exact(bad).ok());
  bad.demand = DemandLaw::geometric(0.5).value();
  bad.lead_time = 2;
  EXPECT_FALSE(reorder_up_to_exact(bad).ok());
  bad = kBook;
  bad.demand = DemandLaw::poisson(1e-20).value();
  EXPECT_THAT(reorder_up_to_exact(bad).error().message, HasSubstr("never comes"));
  bad = kBook;
  bad.fixed_cost = 1e12;
  EXPECT_THAT(reorder_up_to_exact(bad).error().message, HasSubstr("100000 units"));
  EXPECT_FALSE(reorder_up_to_cost(kBook, 4, 4).ok());
  EXPECT_FALSE(reorder_up_to_cost(kBook, 4.5, 9).ok());
  EXPECT_FALSE(power_approximation({2.5, 0.18, 0.70, 50, 0}).ok());
}

}  // namespace
}  // namespace restock
