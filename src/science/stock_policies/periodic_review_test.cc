#include "science/stock_policies/periodic_review.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "science/stock_policies/newsvendor.h"

namespace restock {
namespace {

using ::testing::HasSubstr;

const PeriodicReview kCounts{DemandLaw::negative_binomial(3, 8).value(), 4, 7};
const PeriodicReview kNormal{DemandLaw::normal(50, 20).value(), 2, 3};
const PeriodicReviewCosts kCosts{12, 0.5, 6};

TEST(PeriodicReview, OfEachPeriodIsTheNewsvendorOverLeadTimeAndOnePeriod) {
  // Snyder & Shen (2019), example 4.3, without lead time.
  const auto book =
      periodic_review_exact({DemandLaw::normal(50, 8).value(), 0, 1}, {0, 0.18, 0.70});
  EXPECT_NEAR(book->order_up_to, 56.60395592743389, 1e-9);
  EXPECT_NEAR(book->cost, 1.9976051931766445, 1e-9);
  const auto plan = periodic_review_exact({kNormal.demand, 2, 1}, kCosts).value();
  const auto news = newsvendor({0.5, 6}, kNormal.demand.over(3).value()).value();
  EXPECT_NEAR(plan.order_up_to, news.base_stock, 1e-9);
  EXPECT_NEAR(plan.cost, news.cost + 12, 1e-9);
}

TEST(PeriodicReview, NoOtherLevelIsCheaper) {
  for (const double p : {0.3, 6.0, 90.0}) {
    const PeriodicReviewCosts costs{12, 0.5, p};
    for (const auto& review : {kCounts, kNormal}) {
      const auto plan = periodic_review_exact(review, costs).value();
      for (int i = -40; i <= 40; ++i) {
        EXPECT_GE(periodic_review_cost(review, costs, plan.order_up_to + i).value(),
                  plan.cost * (1 - 1e-12));
      }
    }
  }
}

TEST(PeriodicReview, BestReviewPeriodIsTheCheapestOfAll) {
  const auto best = periodic_review_best(kCounts, kCosts, 20).value();
  EXPECT_GT(best.review_period, 1);
  EXPECT_LT(best.review_period, 20);
  for (int periods = 1; periods <= 20; ++periods) {
    EXPECT_GE(periodic_review_exact({kCounts.demand, 4, periods}, kCosts).value().cost, best.cost);
  }
}

TEST(PeriodicReview, TargetsAreReachedByTheirLevelsAndNoLowerOne) {
  for (const double target : {0.4, 0.9, 0.98, 0.9999}) {
    const double level = order_up_to_for_cycle_service(kNormal, target).value();
    EXPECT_NEAR(periodic_review_service(kNormal, level).value().cycle_service, target, 1e-12);
    const double filled = order_up_to_for_fill_rate(kNormal, target).value();
    EXPECT_NEAR(periodic_review_service(kNormal, filled).value().fill_rate, target, 1e-10);
    const double whole = order_up_to_for_fill_rate(kCounts, target).value();
    EXPECT_GE(periodic_review_service(kCounts, whole).value().fill_rate, target * (1 - 1e-12));
    EXPECT_LT(periodic_review_service(kCounts, whole - 1).value().fill_rate, target);
  }
}

TEST(PeriodicReview, CostAndFillRateAreThoseOfASimulation) {
  // Negative binomial demand, a review each 7 periods, backorders; 700,000 periods.
  const double order_up_to = 36;
  const auto service = periodic_review_service(kCounts, order_up_to).value();
  const double expected = periodic_review_cost(kCounts, kCosts, order_up_to).value();
  Random random(11, 0);
  const double dispersion = (8.0 - 3) / 9;
  std::vector<double> due(5, 0.0);  // due[0] arrives in this period
  double stock = order_up_to;
  double on_order = 0;
  double cost = 0;
  double demand_total = 0;
  double late = 0;
  constexpr int kPeriods = 700'000;
  for (int t = 0; t < kPeriods; ++t) {
    if (t % 7 == 0) {
      due[4] += order_up_to - stock - on_order;
      on_order = order_up_to - stock;
      cost += 12;
    }
    stock += due[0];
    on_order -= due[0];
    std::rotate(due.begin(), due.begin() + 1, due.end());
    due[4] = 0;
    const auto demand = static_cast<double>(random.negative_binomial(3, dispersion));
    late += demand - std::min(demand, std::max(0.0, stock));
    stock -= demand;
    demand_total += demand;
    cost += 0.5 * std::max(0.0, stock) + 6 * std::max(0.0, -stock);
  }
  EXPECT_NEAR(cost / kPeriods, expected, 0.02 * expected);
  EXPECT_NEAR(1 - late / demand_total, service.fill_rate, 0.005);
}

TEST(PeriodicReview, RejectsNonsense) {
  EXPECT_FALSE(periodic_review_exact({kNormal.demand, -1, 1}, kCosts).ok());
  EXPECT_THAT(periodic_review_exact({kNormal.demand, 1, 0}, kCosts).error().message,
              HasSubstr("review_period"));
  EXPECT_FALSE(periodic_review_exact(kNormal, {0, 0, 1}).ok());
  EXPECT_FALSE(periodic_review_cost(kNormal, {-1, 1, 1}, 5).ok());
  EXPECT_FALSE(periodic_review_cost(kNormal, kCosts, NAN).ok());
  EXPECT_FALSE(periodic_review_best(kNormal, kCosts, 0).ok());
  EXPECT_FALSE(periodic_review_exact({DemandLaw::uniform(0, 3).value(), 0, 2}, kCosts).ok());
  EXPECT_FALSE(order_up_to_for_fill_rate(kNormal, 1).ok());
  EXPECT_FALSE(order_up_to_for_cycle_service(kNormal, 0).ok());
  EXPECT_FALSE(periodic_review_service({DemandLaw::poisson(0).value(), 1, 1}, 3).ok());
}

}  // namespace
}  // namespace restock
