#include "science/multi_echelon/serial_system.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

using ::testing::HasSubstr;

const SerialSystem kBook{{{2, 2}, {2, 1}, {3, 1}}, 37.12, DemandLaw::normal(5, 1).value()};
const SerialSystem kReadme{{{1, 2}, {3, 1}, {4, 1}}, 40, DemandLaw::normal(10, 2).value()};
const SerialSystem kPoisson{{{0.25, 2}, {0.5, 1}, {0.25, 1}}, 9, DemandLaw::poisson(2).value()};

TEST(SerialSystem, ReproducesSnyderShenExample) {
  const auto plan = serial_exact(kBook).value();
  const std::vector<double> levels = {22.700, 12.012, 6.514};
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(plan.echelon_base_stock[i], levels[i], 0.005 * levels[i]);
  }
  EXPECT_NEAR(plan.cost, 47.6687, 0.001 * 47.6687);
  const auto second = serial_exact(kReadme).value();
  const std::vector<double> second_levels = {46.280, 23.497, 12.765};
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(second.echelon_base_stock[i], second_levels[i], 0.005 * second_levels[i]);
  }
  EXPECT_NEAR(second.cost, 86.025, 0.001 * 86.025);
}

TEST(SerialSystem, ReproducesShangAndSongsHeuristic) {
  const auto plan = serial_heuristic(kBook).value();
  const std::vector<double> levels = {22.634, 12.027, 6.491};
  for (size_t i = 0; i < 3; ++i) EXPECT_NEAR(plan.echelon_base_stock[i], levels[i], 0.0005);
  EXPECT_NEAR(plan.cost, 47.6547, 0.001 * 47.6547);
  for (const auto& system : {kBook, kReadme, kPoisson}) {
    const double best = serial_exact(system).value().cost;
    EXPECT_GE(serial_heuristic(system).value().cost, best * (1 - 1e-9));
    EXPECT_LE(serial_heuristic(system).value().cost, best * 1.01);
  }
}

TEST(SerialSystem, SolvesShangAndSongsFirstPoissonRow) {
  // Row 1 of their table 1: four stages, h = L = 0.25, p = 9, 16 units per time unit. Levels as in
  // stockpyl; the cost from the recursion written down in numpy, over all of the distribution.
  const SerialSystem row{
      {{0.25, 0.25}, {0.25, 0.25}, {0.25, 0.25}, {0.25, 0.25}}, 9, DemandLaw::poisson(16).value()};
  const auto plan = serial_exact(row).value();
  EXPECT_THAT(plan.echelon_base_stock, ::testing::ElementsAre(22, 18, 13, 8));
  EXPECT_THAT(plan.local_base_stock, ::testing::ElementsAre(4, 5, 5, 8));
  EXPECT_NEAR(plan.cost, 12.687897827903885, 1e-10);
}

TEST(SerialSystem, OneStageIsTheNewsvendorOverItsLeadTime) {
  const SerialSystem one{{{0.18, 4}}, 0.70, DemandLaw::normal(50, 8).value()};
  const auto plan = serial_exact(one).value();
  const auto law = one.demand.over(4).value();
  EXPECT_NEAR(plan.echelon_base_stock[0], law.quantile(0.70 / 0.88), 16.0 / 128);
  // Holding cost on position less lead-time demand: h (S - E[D]) + (h + p) n(S).
  const double s = plan.echelon_base_stock[0];
  EXPECT_NEAR(plan.cost, 0.18 * (s - law.mean()) + 0.88 * law.loss(s), 1e-4);
}

TEST(SerialSystem, NoOtherWholeLevelsAreCheaper) {
  const auto plan = serial_exact(kPoisson).value();
  double least = std::numeric_limits<double>::infinity();
  for (int a = 4; a < 18; ++a) {
    for (int b = 2; b < 14; ++b) {
      for (int c = 0; c < 9; ++c) {
        const std::vector<double> levels = {static_cast<double>(a), static_cast<double>(b),
                                            static_cast<double>(c)};
        least = std::min(least, serial_cost(kPoisson, levels).value().cost);
      }
    }
  }
  EXPECT_NEAR(plan.cost, least, 1e-10);
  EXPECT_NEAR(serial_cost(kPoisson, plan.echelon_base_stock).value().cost, least, 1e-10);
}

TEST(SerialSystem, CostIsThatOfASimulation) {
  // Whole periods: what is sent at the start of t arrives at the start of t + L, then comes demand,
  // and costs are counted at the end of t; so the last lead time is one shorter than in the
  // formula.
  const auto plan = serial_exact(kPoisson).value();
  const std::vector<double>& local = plan.local_base_stock;
  const std::vector<size_t> lead = {2, 1, 0};
  const std::vector<double> holding = {0.25, 0.75, 1.0};  // local: echelon costs added up
  std::vector<std::vector<double>> under_way(3);          // by periods left, this one included
  for (size_t i = 0; i < 3; ++i) under_way[i].assign(lead[i] + 2, 0.0);
  std::vector<double> stock = local;
  std::vector<double> backlog(3, 0.0);  // owed to the next stage, or to customers
  Random random(3, 0);
  double cost = 0;
  constexpr int kPeriods = 400'000;
  for (int t = 0; t < kPeriods; ++t) {
    for (size_t i = 0; i < 3; ++i) {
      std::rotate(under_way[i].begin(), under_way[i].begin() + 1, under_way[i].end());
      stock[i] += under_way[i][0];
      under_way[i][0] = 0;
      const double sent = std::min(stock[i], backlog[i]);
      stock[i] -= sent;
      backlog[i] -= sent;
      if (i < 2) under_way[i + 1][lead[i + 1] + 1] += sent;
    }
    // All stages see the demand of t and order it at the start of t + 1.
    const auto demand = static_cast<double>(random.poisson(2));
    const double served = std::min(stock[2], demand);
    stock[2] -= served;
    for (size_t i = 0; i < 3; ++i) backlog[i] += demand;
    backlog[2] -= served;
    under_way[0][lead[0] + 1] += demand;
    for (size_t i = 0; i < 3; ++i) cost += holding[i] * stock[i];
    // Echelon costs also charge what is under way to a stage, at the rate of where it left.
    for (size_t i = 1; i < 3; ++i) {
      for (const double units : under_way[i]) cost += holding[i - 1] * units;
    }
    cost += 9 * backlog[2];
  }
  // The formula looks at the echelons of the first two stages before the demand of a period.
  const double before_demand = (0.25 + 0.5) * 2;
  EXPECT_NEAR(cost / kPeriods + before_demand, plan.cost, 0.01 * plan.cost);
}

TEST(SerialSystem, DearShortagesNeverLowerALevel) {
  std::vector<double> before(3, -1e9);
  for (const double p : {1.0, 5.0, 40.0, 300.0}) {
    SerialSystem system = kPoisson;
    system.stockout_cost = p;
    const auto plan = serial_exact(system).value();
    for (size_t i = 0; i < 3; ++i) EXPECT_GE(plan.echelon_base_stock[i], before[i]);
    before = plan.echelon_base_stock;
  }
}

TEST(SerialSystem, RejectsNonsense) {
  SerialSystem bad = kBook;
  bad.stages.clear();
  EXPECT_FALSE(serial_exact(bad).ok());
  EXPECT_FALSE(serial_heuristic(bad).ok());
  bad = kBook;
  bad.stages[1].holding_cost = 0;
  EXPECT_THAT(serial_exact(bad).error().message, HasSubstr("holding_cost"));
  bad = kBook;
  bad.stages[1].lead_time = -1;
  EXPECT_FALSE(serial_heuristic(bad).ok());
  bad = kBook;
  bad.stockout_cost = NAN;
  EXPECT_FALSE(serial_exact(bad).ok());
  bad = kBook;
  bad.demand = DemandLaw::lognormal(1, 1).value();
  EXPECT_FALSE(serial_exact(bad).ok());
  bad = kBook;
  for (auto& stage : bad.stages) stage.lead_time = 0;
  EXPECT_FALSE(serial_exact(bad).ok());
  EXPECT_THAT(serial_cost(kBook, {1, 2}).error().message, HasSubstr("got 2 for 3"));
  EXPECT_FALSE(serial_cost(kPoisson, {1.5, 2, 3}).ok());
}

}  // namespace
}  // namespace restock
