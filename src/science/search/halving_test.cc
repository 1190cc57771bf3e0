#include "science/search/halving.h"

#include <map>
#include <numeric>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

/// Runs trials with given losses (the same in each window) and counts how many reach each rung.
std::map<int, int> run_halving(const std::vector<double>& losses, int windows, int eta) {
  const auto rungs = halving_rungs(windows, eta);
  std::vector<Trial> trials;
  while (true) {
    if (const auto promoted = promotable_trial(trials, rungs, eta)) {
      Trial& trial = trials[*promoted];
      for (const int rung : rungs) {
        if (trial.has(rung)) continue;
        trial.losses.resize(static_cast<size_t>(rung), trial.losses.front());
        break;
      }
    } else if (trials.size() < losses.size()) {
      trials.push_back({{}, std::vector(static_cast<size_t>(rungs[0]), losses[trials.size()])});
    } else {
      break;
    }
  }
  std::map<int, int> reached;
  for (const Trial& trial : trials) ++reached[static_cast<int>(trial.losses.size())];
  return reached;
}

TEST(Halving, ReproducesTheRungsOfLiEtAlFigure1) {
  EXPECT_EQ(halving_rungs(9, 3), (std::vector{1, 3, 9}));
  // Trials that come best first are never promoted in error: 9, 3 and 1 reach the rungs.
  const auto reached = run_halving({1, 2, 3, 4, 5, 6, 7, 8, 9}, 9, 3);
  EXPECT_EQ(reached, (std::map<int, int>{{1, 6}, {3, 2}, {9, 1}}));
}

TEST(Halving, ReproducesTheLargestBracketOfHyperbandTable1) {
  EXPECT_EQ(halving_rungs(81, 3), (std::vector{1, 3, 9, 27, 81}));
  std::vector<double> losses(81);
  std::iota(losses.begin(), losses.end(), 0.0);
  // 81, 27, 9, 3 and 1 configurations with 1, 3, 9, 27 and 81 units.
  const auto reached = run_halving(losses, 81, 3);
  EXPECT_EQ(reached, (std::map<int, int>{{1, 54}, {3, 18}, {9, 6}, {27, 2}, {81, 1}}));
}

TEST(Halving, RoundsRungsUpAndEndsAtOneWindow) {
  EXPECT_EQ(halving_rungs(1, 3), (std::vector{1}));
  EXPECT_EQ(halving_rungs(2, 3), (std::vector{1, 2}));
  EXPECT_EQ(halving_rungs(6, 3), (std::vector{1, 2, 6}));
  EXPECT_EQ(halving_rungs(10, 4), (std::vector{1, 3, 10}));
}

TEST(Halving, PromotesTheBestThirdOfARungAndTheHighestRungFirst) {
  const std::vector<int> rungs = {1, 3, 9};
  std::vector<Trial> trials;
  for (const double loss : {5.0, 4.0}) trials.push_back({{}, {loss}});
  EXPECT_FALSE(promotable_trial(trials, rungs, 3).has_value());
  trials.push_back({{}, {4.0}});
  EXPECT_EQ(promotable_trial(trials, rungs, 3), 1U) << "the earliest of equals";
  trials[1].losses = {4, 4, 4};
  EXPECT_FALSE(promotable_trial(trials, rungs, 3).has_value());
  for (int i = 0; i < 6; ++i) trials.push_back({{}, {3, 3, 3}});
  EXPECT_EQ(promotable_trial(trials, rungs, 3), 3U) << "from the rung of 3 to that of 9";
}

TEST(Halving, EveryPromotedTrialWasInTheBestPartAmongThoseSeen) {
  // Whatever the order, no more than an eta-th of a rung has been let on when it was largest, plus
  // what was promoted on too little evidence: at most one for each eta trials.
  Random random(5, 0);
  for (int run = 0; run < 50; ++run) {
    std::vector<double> losses(60);
    for (double& loss : losses) loss = random.uniform();
    const auto reached = run_halving(losses, 9, 3);
    int total = 0;
    for (const auto& [windows, count] : reached) total += count;
    EXPECT_EQ(total, 60);
    EXPECT_GE(reached.at(3) + reached.at(9), 20);
    EXPECT_GE(reached.at(9), 6);
  }
}

}  // namespace
}  // namespace restock
