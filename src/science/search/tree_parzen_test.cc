#include "science/search/tree_parzen.h"

#include <gtest/gtest.h>

#include "science/search/search_fixture.h"

namespace restock {
namespace {

TEST(ParzenDensity, IntegratesToOneAndIsDrawnFrom) {
  const ParzenDensity density({0.0, 0.2, 0.22, 0.9});
  constexpr int kCells = 20;
  std::vector<double> expected(kCells, 0);
  double total = 0;
  constexpr int kSteps = 20000;
  for (int i = 0; i < kSteps; ++i) {
    const double u = (i + 0.5) / kSteps;
    expected[static_cast<size_t>(u * kCells)] += density.at(u) / kSteps;
    total += density.at(u) / kSteps;
  }
  EXPECT_NEAR(total, 1, 1e-6);
  std::vector<double> seen(kCells, 0);
  Random random(1, 2);
  constexpr int kDraws = 200000;
  for (int i = 0; i < kDraws; ++i) {
    const double u = density.draw(random);
    ASSERT_GE(u, 0);
    ASSERT_LE(u, 1);
    seen[std::min<size_t>(kCells - 1, static_cast<size_t>(u * kCells))] += 1.0 / kDraws;
  }
  // Five standard errors of a cell that holds a fifth of the draws.
  for (size_t c = 0; c < kCells; ++c) EXPECT_NEAR(seen[c], expected[c], 0.0045) << c;
}

TEST(ParzenDensity, WithoutPointsIsThePrior) {
  const ParzenDensity density({});
  EXPECT_DOUBLE_EQ(density.at(0.3), 1);
  EXPECT_DOUBLE_EQ(density.at(1), 1);
}

TEST(ParzenDensity, OfOnePointIsAHalfEachOfPriorAndNormal) {
  // Neighbours 0 and 1 are 0.5 away: sd 0.5, and the law lies within [0, 1] by 0.6826894921.
  const ParzenDensity density({0.5});
  EXPECT_NEAR(density.at(0.5), 0.5 * (1 + 0.7978845608 / 0.6826894921), 1e-9);
}

TEST(TreeParzen, LooksWhereTheGoodObservationsAre) {
  const SearchSpace space = mixed_space();
  Random noise(3, 0);
  std::vector<Observation> seen;
  for (int i = 0; i < 60; ++i) {
    const Configuration at = propose_random(space, noise);
    // Best: rate 0.1, depth 5, tweedie; trees and share do not matter.
    const double loss =
        std::abs(std::log10(at[0]) + 1) + 0.2 * std::abs(at[1] - 5) + (at[4] == 1 ? 0 : 0.5);
    seen.push_back({at, loss});
  }
  double depth_error = 0;
  double rate_error = 0;
  int tweedie = 0;
  constexpr int kProposals = 100;
  for (uint64_t i = 0; i < kProposals; ++i) {
    Random random(4, i);
    const Configuration at = propose_tree_parzen(space, seen, {}, random);
    for (size_t d = 0; d < space.size(); ++d)
      EXPECT_EQ(at[d], from_unit(space[d], to_unit(space[d], at[d])));
    depth_error += std::abs(at[1] - 5) / kProposals;
    rate_error += std::abs(std::log10(at[0]) + 1) / kProposals;
    tweedie += at[4] == 1 ? 1 : 0;
  }
  // By chance: 2, 0.5 and 33.
  EXPECT_LT(depth_error, 1.2);
  EXPECT_LT(rate_error, 0.4);
  EXPECT_GT(tweedie, 90);
}

/// The least value of Branin found by a search over one window, without halving.
double least_branin(SearchMethod method, uint64_t seed, int trials) {
  SearchOptions options;
  options.method = method;
  options.windows = 1;
  options.seed = seed;
  auto search = Search::make(branin_space(), {10, 15}, options);
  while (const auto due = search->next(trials))
    EXPECT_TRUE(search->tell(*due, branin(due->configuration)).ok());
  return search->trials()[*search->best()].mean_loss(1);
}

TEST(TreeParzen, BeatsRandomSearchOnBranin) {
  constexpr int kSeeds = 40;
  constexpr int kTrials = 60;
  double random = 0;
  double bayesian = 0;
  int won = 0;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const double by_chance = least_branin(SearchMethod::kRandom, seed, kTrials) - 0.397887;
    const double by_parzen = least_branin(SearchMethod::kBayesian, seed, kTrials) - 0.397887;
    random += by_chance / kSeeds;
    bayesian += by_parzen / kSeeds;
    won += by_parzen < by_chance ? 1 : 0;
  }
  EXPECT_LT(bayesian, 0.5 * random) << "mean regret " << bayesian << " against " << random;
  EXPECT_GT(won, kSeeds * 6 / 10) << won << " of " << kSeeds;
}

}  // namespace
}  // namespace restock
