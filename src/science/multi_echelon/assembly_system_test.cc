#include "science/multi_echelon/assembly_system.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "science/multi_echelon/serial_system.h"

namespace restock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// The end item 0 takes 1 period to assemble from items 1 (3 periods) and 2 (1 period).
const AssemblySystem kTwoParts{
    {{0.5, 1, {}}, {0.25, 3, 0}, {0.4, 1, 0}}, 9, DemandLaw::poisson(2).value()};

TEST(AssemblySystem, ARowIsTheSerialSystem) {
  const AssemblySystem row{
      {{3, 1, {}}, {2, 1, 0}, {2, 2, 1}}, 37.12, DemandLaw::normal(5, 1).value()};
  const auto plan = assembly_exact(row).value();
  const auto serial =
      serial_exact({{{2, 2}, {2, 1}, {3, 1}}, 37.12, DemandLaw::normal(5, 1).value()}).value();
  EXPECT_THAT(plan.order, ElementsAre(2, 1, 0));
  EXPECT_THAT(plan.time_to_end, ElementsAre(1, 2, 4));
  EXPECT_EQ(plan.echelon_base_stock[2], serial.echelon_base_stock[0]);
  EXPECT_EQ(plan.echelon_base_stock[0], serial.echelon_base_stock[2]);
  EXPECT_NEAR(plan.cost, serial.cost, 1e-12);
}

TEST(AssemblySystem, PartsWithTheSameTimeToTheEndAreOneStage) {
  const AssemblySystem twins{
      {{0.5, 1, {}}, {0.2, 2, 0}, {0.3, 2, 0}}, 9, DemandLaw::poisson(2).value()};
  const AssemblySystem one{{{0.5, 1, {}}, {0.5, 2, 0}}, 9, DemandLaw::poisson(2).value()};
  const auto plan = assembly_exact(twins).value();
  const auto alone = assembly_exact(one).value();
  EXPECT_EQ(plan.echelon_base_stock[1], plan.echelon_base_stock[2]);
  EXPECT_EQ(plan.echelon_base_stock[1], alone.echelon_base_stock[1]);
  EXPECT_NEAR(plan.cost, alone.cost, 1e-12);
}

/// Mean cost of the plan's levels, `part` raised by `more`, over many periods of Poisson demand.
double simulated_cost(const AssemblySystem& system, std::vector<double> levels, size_t part,
                      double more) {
  levels[part] += more;
  // Units on the way, by periods left to the shelf; what is on the shelf of each part.
  std::vector<std::vector<double>> due(3);
  for (size_t i = 0; i < 3; ++i) {
    due[i].assign(static_cast<size_t>(system.items[i].lead_time) + 1, 0.0);
  }
  double end_stock = levels[0];
  std::vector<double> shelf = {0, levels[1] - levels[0], levels[2] - levels[0]};
  const auto under_way = [&](size_t i, size_t within) {
    double units = 0;
    for (size_t k = 0; k <= within; ++k) units += due[i][k];
    return units;
  };
  Random random(17, 0);
  double cost = 0;
  constexpr int kPeriods = 400'000;
  for (int t = 0; t < kPeriods; ++t) {
    for (size_t i = 0; i < 3; ++i) {
      (i == 0 ? end_stock : shelf[i]) += due[i][0];
      std::rotate(due[i].begin(), due[i].begin() + 1, due[i].end());
      due[i].back() = 0;
    }
    // due[i][k] now arrives in k + 1 periods. Echelon stock: on the shelf, in the end item, made.
    const double end_echelon = end_stock + under_way(0, 1);
    const double echelon1 = shelf[1] + end_echelon;
    const double echelon2 = shelf[2] + end_echelon;
    for (size_t i = 0; i < 3; ++i) {
      const double echelon = i == 0 ? end_stock : i == 1 ? echelon1 : echelon2;
      cost += system.items[i].holding_cost * echelon;
    }
    double all = system.stockout_cost;
    for (const auto& item : system.items) all += item.holding_cost;
    cost += all * std::max(0.0, -end_stock);
    due[1][2] += std::max(0.0, levels[1] - echelon1 - under_way(1, 3));
    // Part 2 follows what part 1 has within one period of the shelf.
    const double ahead = echelon1 + under_way(1, 0);
    due[2][0] += std::max(0.0, std::min(levels[2], ahead) - echelon2 - under_way(2, 1));
    const double made =
        std::clamp(levels[0] - end_echelon, 0.0, std::max(0.0, std::min(shelf[1], shelf[2])));
    shelf[1] -= made;
    shelf[2] -= made;
    due[0][0] += made;
    end_stock -= static_cast<double>(random.poisson(2));
  }
  return cost / kPeriods;
}

TEST(AssemblySystem, CostIsThatOfASimulationAndOtherLevelsCostMore) {
  const auto plan = assembly_exact(kTwoParts).value();
  EXPECT_THAT(plan.order, ElementsAre(1, 2, 0));
  const double cost = simulated_cost(kTwoParts, plan.echelon_base_stock, 0, 0);
  EXPECT_NEAR(cost, plan.cost, 0.01 * plan.cost);
  for (size_t part = 0; part < 3; ++part) {
    for (const double more : {-3.0, 3.0}) {
      EXPECT_GT(simulated_cost(kTwoParts, plan.echelon_base_stock, part, more), cost * 0.999)
          << part << " " << more;
    }
  }
}

TEST(AssemblySystem, DearShortagesNeverLowerALevel) {
  std::vector<double> before(3, -1e9);
  for (const double p : {1.0, 5.0, 40.0, 300.0}) {
    AssemblySystem system = kTwoParts;
    system.stockout_cost = p;
    const auto plan = assembly_exact(system).value();
    for (size_t i = 0; i < 3; ++i) EXPECT_GE(plan.echelon_base_stock[i], before[i]);
    before = plan.echelon_base_stock;
  }
}

TEST(AssemblySystem, RejectsNonsense) {
  AssemblySystem bad = kTwoParts;
  bad.items[1].goes_into.reset();
  EXPECT_THAT(assembly_exact(bad).error().message, HasSubstr("one end item, got 2"));
  bad = kTwoParts;
  bad.items[1].goes_into = 9;
  EXPECT_THAT(assembly_exact(bad).error().message, HasSubstr("there are 3"));
  bad = kTwoParts;
  bad.items[1].goes_into = 2;
  bad.items[2].goes_into = 1;
  EXPECT_THAT(assembly_exact(bad).error().message, HasSubstr("goes into itself"));
  bad = kTwoParts;
  bad.items[1].lead_time = NAN;
  EXPECT_FALSE(assembly_exact(bad).ok());
  bad = kTwoParts;
  bad.stockout_cost = 0;
  EXPECT_FALSE(assembly_exact(bad).ok());
  bad.items.clear();
  EXPECT_FALSE(assembly_exact(bad).ok());
}

}  // namespace
}  // namespace restock
