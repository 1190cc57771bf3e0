#include "science/inventory/policy_trial.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

/// Daily Poisson demand of a mean that rises with the series' number.
Panel poisson_panel(size_t n, int32_t length) {
  Panel panel;
  panel.key_names = {"item"};
  panel.origin = 100 + length - 1;
  for (size_t i = 0; i < n; ++i) {
    Random random(5, i);
    panel.keys.push_back({{std::to_string(100 + i)}});
    panel.start.push_back(100);
    panel.offsets.push_back(panel.offsets.back() + length);
    for (int32_t t = 0; t < length; ++t) {
      panel.state.push_back(PeriodState::kSold);
      panel.units.push_back(static_cast<float>(random.poisson(1.0 + static_cast<double>(i))));
    }
  }
  return panel;
}

/// Paths of the true law, told apart by series and origin.
PathsAt true_paths(int32_t horizon, int32_t n_paths) {
  return [=](Period origin, std::span<const size_t> series) -> Result<PathBlock> {
    PathBlock block{horizon, n_paths, {}};
    for (const size_t i : series) {
      Random random(17 + static_cast<uint64_t>(origin), i);
      for (int32_t k = 0; k < n_paths * horizon; ++k)
        block.values.push_back(static_cast<float>(random.poisson(1.0 + static_cast<double>(i))));
    }
    return block;
  };
}

std::vector<SeriesSupply> supplied(size_t n, int32_t lead_time, int32_t review) {
  std::vector<SeriesSupply> supply(n);
  for (auto& s : supply) {
    s.lead_time = lead_time;
    s.review_period = review;
  }
  return supply;
}

PlanParameters weekly_costs() {
  PlanParameters parameters;
  parameters.holding_cost = 0.2;
  return parameters;
}

TEST(PolicyTrial, TheRatioOfTheCostsIsNearlyTheCheapestWhereForecastsAreRight) {
  const Panel panel = poisson_panel(40, 420);
  const auto supply = supplied(40, 2, 1);
  const ReplayInput input{panel, 220, 300, supply, {}};
  ThreadPool pool(2);
  const std::vector<double> ratios = {0.4, 0.6, 0, 0.95, 0.99};
  const auto trials = try_critical_ratios(input, weekly_costs(), ratios, true_paths(3, 200), pool);
  ASSERT_TRUE(trials.ok());
  const double by_costs = (*trials)[2].outcome.cost;
  for (const auto& trial : *trials) {
    EXPECT_GE(trial.outcome.cost, 0.99 * by_costs) << trial.critical_ratio;
    EXPECT_NEAR(
        trial.outcome.units_start + trial.outcome.units_ordered,
        trial.outcome.units_sold + trial.outcome.units_left + trial.outcome.units_in_transit, 1e-6)
        << "units are conserved";
  }
  EXPECT_GT((*trials)[0].outcome.cost, 1.2 * by_costs);
  EXPECT_GT((*trials)[4].outcome.cost, 1.1 * by_costs);
}

TEST(PolicyTrial, WastesWhatItsOrdersLetExpireAndPaysForIt) {
  const Panel panel = poisson_panel(12, 300);
  auto supply = supplied(12, 1, 2);
  ThreadPool pool(2);
  const std::vector<double> as_set = {0};
  const auto tried = [&](int32_t shelf_life, double unit_cost) {
    for (auto& one : supply) {
      one.shelf_life = shelf_life;
      one.unit_cost = unit_cost;
    }
    const ReplayInput input{panel, 250, 100, supply, {}};
    auto trials = try_critical_ratios(input, weekly_costs(), as_set, true_paths(6, 150), pool);
    EXPECT_TRUE(trials.ok());
    const ReplayOutcome outcome = trials.value().front().outcome;
    EXPECT_NEAR(
        outcome.units_start + outcome.units_ordered,
        outcome.units_sold + outcome.units_wasted + outcome.units_left + outcome.units_in_transit,
        1e-6)
        << "units are conserved";
    EXPECT_NEAR(outcome.waste_cost, unit_cost * outcome.units_wasted, 1e-6);
    EXPECT_NEAR(outcome.cost, outcome.holding_cost + outcome.shortage_cost + outcome.waste_cost,
                1e-6);
    return outcome;
  };
  const ReplayOutcome cheap = tried(3, 0.01);
  const ReplayOutcome dear = tried(3, 2);
  EXPECT_GT(cheap.units_wasted, dear.units_wasted);
  EXPECT_GT(dear.units_wasted, 0);
  EXPECT_GT(tried(2, 2).units_wasted, tried(6, 2).units_wasted);
  EXPECT_EQ(tried(0, 2).units_wasted, 0);
}

TEST(PolicyTrial, AHigherRatioNeverSellsLess) {
  const Panel panel = poisson_panel(30, 200);
  const auto supply = supplied(30, 3, 7);
  const ReplayInput input{panel, 200, 70, supply, {}};
  ThreadPool pool(1);
  const std::vector<double> ratios = {0.2, 0.5, 0.8, 0.95};
  const auto trials =
      try_critical_ratios(input, PlanParameters{}, ratios, true_paths(10, 100), pool);
  ASSERT_TRUE(trials.ok());
  for (size_t r = 1; r < ratios.size(); ++r) {
    EXPECT_GE((*trials)[r].outcome.units_sold, (*trials)[r - 1].outcome.units_sold);
    EXPECT_GE((*trials)[r].outcome.holding_cost, (*trials)[r - 1].outcome.holding_cost);
  }
}

TEST(PolicyTrial, DoesNotDependOnThreadsNorOnDemandAfterADecision) {
  Panel panel = poisson_panel(300, 120);
  const auto supply = supplied(300, 1, 2);
  ThreadPool one(1);
  ThreadPool three(3);
  const std::vector<double> ratios = {0, 0.7};
  const auto run = [&](ThreadPool& pool, int32_t periods) {
    return try_critical_ratios({panel, 200, periods, supply, {}}, PlanParameters{}, ratios,
                               true_paths(3, 50), pool);
  };
  const auto first = run(one, 10);
  const auto second = run(three, 10);
  ASSERT_TRUE(first.ok() && second.ok());
  for (size_t r = 0; r < ratios.size(); ++r) {
    EXPECT_EQ((*first)[r].outcome.cost, (*second)[r].outcome.cost);
    EXPECT_EQ((*first)[r].outcome.units_ordered, (*second)[r].outcome.units_ordered);
  }
  for (size_t i = 0; i < panel.n_series(); ++i)
    panel.units[static_cast<size_t>(panel.at(i, 209))] = 500;
  const auto changed = run(one, 10);
  ASSERT_TRUE(changed.ok());
  EXPECT_EQ((*first)[0].outcome.units_ordered, (*changed)[0].outcome.units_ordered)
      << "the last evening's order is placed before the last day";
}

TEST(PolicyTrial, RefusesARatioThatIsNone) {
  const Panel panel = poisson_panel(2, 30);
  const auto supply = supplied(2, 1, 1);
  ThreadPool pool(1);
  const std::vector<double> ratios = {1.5};
  const auto trials = try_critical_ratios({panel, 120, 5, supply, {}}, PlanParameters{}, ratios,
                                          true_paths(2, 10), pool);
  ASSERT_FALSE(trials.ok());
  EXPECT_NE(trials.error().message.find("critical_ratio must be in [0, 1)"), std::string::npos);
}

TEST(ChooseCriticalRatio, TakesTheNearestToTheCostsOfThoseThatCostTheSame) {
  const std::vector<double> ratios = {0, 0.6, 0.8, 0.9};  // 0 is 1 / 1.2 = 0.833
  const auto window = [&](std::vector<double> costs) {
    std::vector<PolicyTrial> trials(ratios.size());
    for (size_t r = 0; r < ratios.size(); ++r) {
      trials[r].critical_ratio = ratios[r];
      trials[r].outcome.cost = costs[r];
    }
    return trials;
  };
  std::vector<std::vector<PolicyTrial>> windows;
  EXPECT_EQ(choose_critical_ratio(ratios, windows, weekly_costs(), 0.01), 0);
  windows.push_back(window({120, 100, 100.5, 130}));
  EXPECT_EQ(choose_critical_ratio(ratios, windows, weekly_costs(), 0.01), 0.8);
  EXPECT_EQ(choose_critical_ratio(ratios, windows, weekly_costs(), 0), 0.6);
  windows.push_back(window({100, 180, 130, 90}));
  EXPECT_EQ(choose_critical_ratio(ratios, windows, weekly_costs(), 0.01), 0) << "220 of 220, 280";
}

}  // namespace
}  // namespace restock
