#include "science/lot_sizing/dynamic_lot_size.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A problem that owns its numbers.
struct Problem {
  std::vector<double> demand, fixed_cost, holding_cost, unit_cost;

  [[nodiscard]] LotSizingProblem view() const {
    return {demand, fixed_cost, holding_cost, unit_cost};
  }
};

const Problem kSilverPykePeterson{
    {10, 62, 12, 130, 154, 129, 88, 52, 124, 160, 238, 41}, {54}, {0.4}, {}};

/// Random numbers for each period; some demand is 0, and prices may rise, so that buying ahead
/// pays.
Problem random_problem(uint64_t stream, size_t periods) {
  Random random(7, stream);
  Problem p;
  for (size_t t = 0; t < periods; ++t) {
    p.demand.push_back(random.uniform() < 0.3 ? 0 : std::floor(random.uniform() * 50));
    p.fixed_cost.push_back(random.uniform() * 100);
    p.holding_cost.push_back(random.uniform() * 2);
    p.unit_cost.push_back(random.uniform() * 5);
  }
  return p;
}

/// The recursion of Wagner and Whitin as it stands in the paper, O(T^2).
double least_cost(const Problem& p) {
  const size_t periods = p.demand.size();
  std::vector<double> least(periods + 1, std::numeric_limits<double>::infinity());
  least[0] = 0;
  for (size_t j = 0; j < periods; ++j) {
    double cost = 0;
    double carry = 0;
    double units = 0;
    for (size_t t = j; t < periods; ++t) {
      cost += p.demand[t] * (carry + p.unit_cost[j]);
      units += p.demand[t];
      carry += p.holding_cost[t];
      least[t + 1] = std::min(least[t + 1], least[j] + cost + (units > 0 ? p.fixed_cost[j] : 0));
    }
  }
  return least[periods];
}

TEST(WagnerWhitin, ReproducesPublishedExamples) {
  const Problem book{{90, 120, 80, 70}, {500}, {2}, {}};  // Snyder & Shen (2019), example 3.9
  const auto plan = wagner_whitin(book.view()).value();
  EXPECT_THAT(plan.quantities, ElementsAre(210, 0, 150, 0));
  EXPECT_DOUBLE_EQ(plan.cost, 1380);
  const auto months = wagner_whitin(kSilverPykePeterson.view()).value();
  EXPECT_THAT(months.quantities, ElementsAre(84, 0, 0, 130, 283, 0, 140, 0, 124, 160, 279, 0));
  EXPECT_NEAR(months.cost, 501.20, 1e-9);
}

TEST(WagnerWhitin, CostsWhatTheQuadraticRecursionCosts) {
  for (uint64_t stream = 0; stream < 300; ++stream) {
    const Problem p = random_problem(stream, 1 + stream % 40);
    const auto plan = wagner_whitin(p.view()).value();
    EXPECT_NEAR(plan.cost, least_cost(p), 1e-9 * (1 + plan.cost)) << stream;
  }
}

TEST(WagnerWhitin, NoPlanOfWholeOrdersIsCheaper) {
  for (uint64_t stream = 0; stream < 50; ++stream) {
    const Problem p = random_problem(1000 + stream, 8);
    const double best = wagner_whitin(p.view()).value().cost;
    for (unsigned orders = 0; orders < 256; ++orders) {  // bit t: an order may be placed in t
      std::vector<double> quantities(8, 0.0);
      int last = -1;
      bool feasible = true;
      for (size_t t = 0; t < 8; ++t) {
        if ((orders >> t & 1U) != 0) last = static_cast<int>(t);
        if (last >= 0) quantities[static_cast<size_t>(last)] += p.demand[t];
        feasible = feasible && (last >= 0 || p.demand[t] == 0);
      }
      if (!feasible) continue;
      EXPECT_GE(lot_sizing_cost(p.view(), quantities).value(), best - 1e-9) << stream;
    }
  }
}

TEST(WagnerWhitin, NeverCostsMoreThanSilverMealAndLessDemandNeverCostsMore) {
  for (uint64_t stream = 0; stream < 50; ++stream) {
    Problem p = random_problem(2000 + stream, 30);
    p.unit_cost.clear();
    const double best = wagner_whitin(p.view()).value().cost;
    EXPECT_LE(best, silver_meal(p.view()).value().cost + 1e-9);
    p.demand[stream % 30] *= 0.5;
    EXPECT_LE(wagner_whitin(p.view()).value().cost, best + 1e-9);
  }
}

TEST(WagnerWhitin, WithoutDemandNothingIsOrdered) {
  const Problem none{{0, 0, 0}, {5}, {1}, {}};
  EXPECT_THAT(wagner_whitin(none.view()).value().quantities, ElementsAre(0, 0, 0));
  EXPECT_THAT(silver_meal(none.view()).value().quantities, ElementsAre(0, 0, 0));
  const Problem late{{0, 0, 3}, {5}, {1}, {}};
  EXPECT_THAT(wagner_whitin(late.view()).value().quantities, ElementsAre(0, 0, 3));
}

TEST(SilverMeal, ReproducesPublishedExamples) {
  const Problem textbook{{18, 30, 42, 5, 20}, {80}, {2}, {}};
  const auto plan = silver_meal(textbook.view()).value();
  EXPECT_THAT(plan.quantities, ElementsAre(48, 0, 47, 0, 20));
  EXPECT_DOUBLE_EQ(plan.cost, 310);
  EXPECT_DOUBLE_EQ(wagner_whitin(textbook.view()).value().cost, 310);
  const auto months = silver_meal(kSilverPykePeterson.view()).value();
  EXPECT_THAT(months.quantities, ElementsAre(84, 0, 0, 130, 283, 0, 140, 0, 124, 160, 279, 0));
  EXPECT_NEAR(months.cost, 501.20, 1e-9);
}

TEST(DynamicLotSize, RejectsNonsense) {
  const Problem good = kSilverPykePeterson;
  auto bad = good;
  bad.demand.clear();
  EXPECT_FALSE(wagner_whitin(bad.view()).ok());
  bad = good;
  bad.demand[3] = -1;
  EXPECT_THAT(silver_meal(bad.view()).error().message, HasSubstr("demand"));
  bad.demand[3] = NAN;
  EXPECT_FALSE(wagner_whitin(bad.view()).ok());
  bad = good;
  bad.holding_cost = {1, 2};
  EXPECT_THAT(wagner_whitin(bad.view()).error().message, HasSubstr("1 or 12 values, got 2"));
  bad = good;
  bad.fixed_cost.clear();
  EXPECT_FALSE(wagner_whitin(bad.view()).ok());
  EXPECT_FALSE(lot_sizing_cost(good.view(), std::vector<double>(11, 100.0)).ok());
  EXPECT_THAT(lot_sizing_cost(good.view(), std::vector<double>(12, 10.0)).error().message,
              HasSubstr("period 1 lacks 52 units"));
}

}  // namespace
}  // namespace restock
