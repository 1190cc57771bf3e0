#include "science/portfolio/portfolio_order.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

/// Items that own their numbers.
struct Portfolio {
  std::vector<double> rewards;
  std::vector<size_t> offsets = {0};
  std::vector<double> resource_per_pack;
  std::vector<int32_t> packs_min;

  void add(const std::vector<double>& of_packs, double resource, int32_t least = 0) {
    rewards.insert(rewards.end(), of_packs.begin(), of_packs.end());
    offsets.push_back(rewards.size());
    resource_per_pack.push_back(resource);
    packs_min.push_back(least);
  }

  [[nodiscard]] PortfolioItems items() const {
    return {rewards, offsets, resource_per_pack, packs_min};
  }

  [[nodiscard]] double reward_of(size_t i, int32_t packs) const {
    const auto first = rewards.begin() + static_cast<std::ptrdiff_t>(offsets[i]);
    return std::accumulate(first, first + packs, 0.0);
  }

  [[nodiscard]] double reward_of(const std::vector<int32_t>& packs) const {
    double sum = 0;
    for (size_t i = 0; i < packs.size(); ++i) sum += reward_of(i, packs[i]);
    return sum;
  }

  [[nodiscard]] double resource_of(const std::vector<int32_t>& packs) const {
    double sum = 0;
    for (size_t i = 0; i < packs.size(); ++i) sum += packs[i] * resource_per_pack[i];
    return sum;
  }

  /// The optimum by trying every order: the oracle.
  [[nodiscard]] double best_reward(double resource, size_t i = 0) const {
    if (i == resource_per_pack.size()) return 0;
    double best = -std::numeric_limits<double>::infinity();
    const auto most = static_cast<int32_t>(offsets[i + 1] - offsets[i]);
    for (int32_t packs = 0; packs <= most; ++packs) {
      const double left = resource - packs * resource_per_pack[i];
      if (left < 0) break;
      if (packs > 0 && packs < packs_min[i]) continue;
      best = std::max(best, reward_of(i, packs) + best_reward(left, i + 1));
    }
    return best;
  }
};

/// Whole resources, so that sums are exact; rewards that fall, some below nothing.
Portfolio random_portfolio(uint64_t seed, size_t n_items, bool equal_resources = false) {
  Random random(seed, 5);
  Portfolio portfolio;
  for (size_t i = 0; i < n_items; ++i) {
    std::vector<double> rewards;
    double reward = 10 * random.uniform();
    const size_t n_packs = 1 + random.below(5);
    rewards.reserve(n_packs);
    for (size_t k = 0; k < n_packs; ++k) {
      rewards.push_back(reward);
      reward -= 3 * random.uniform();
    }
    const auto resource = static_cast<double>(1 + random.below(9));
    const auto least = random.uniform() < 0.4 ? random.below(n_packs + 1) : 0;
    portfolio.add(rewards, equal_resources ? 3 : resource,
                  equal_resources ? 0 : static_cast<int32_t>(least));
  }
  return portfolio;
}

/// P(D > q) of Poisson demand for q = 0, 1, ...: what the next unit is expected to sell.
std::vector<double> poisson_tail(double mean, size_t n) {
  std::vector<double> tail;
  tail.reserve(n);
  double probability = std::exp(-mean);
  double cumulative = probability;
  for (size_t q = 0; q < n; ++q) {
    tail.push_back(1 - cumulative);
    probability *= mean / static_cast<double>(q + 1);
    cumulative += probability;
  }
  return tail;
}

TEST(PortfolioOrder, ReproducesMartelloTothExample2_1) {
  const std::vector<double> profits = {15, 100, 90, 60, 40, 15, 10, 1};
  const std::vector<double> weights = {2, 20, 20, 30, 40, 30, 60, 10};
  Portfolio knapsack;
  for (size_t i = 0; i < profits.size(); ++i) knapsack.add({profits[i]}, weights[i]);
  const auto order = order_portfolio(knapsack.items(), 102);
  ASSERT_TRUE(order.ok());
  EXPECT_EQ(order->packs, (std::vector<int32_t>{1, 1, 1, 1, 0, 1, 0, 0}));
  EXPECT_DOUBLE_EQ(order->reward, 280);
  EXPECT_DOUBLE_EQ(order->reward, knapsack.best_reward(102));
  EXPECT_DOUBLE_EQ(order->resource_used, 102);
  EXPECT_DOUBLE_EQ(order->reward_bound, 295);
  EXPECT_DOUBLE_EQ(order->marginal_reward, 1);
  EXPECT_NEAR(order->gap(), 15.0 / 295, 1e-15);
}

TEST(PortfolioOrder, LiesBetweenHalfOfTheOptimumAndTheBound) {
  int32_t exact = 0;
  int32_t runs = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    const Portfolio portfolio = random_portfolio(seed, 5);
    for (const double resource : {0.0, 3.0, 7.0, 14.0, 31.0, 400.0}) {
      const auto order = order_portfolio(portfolio.items(), resource);
      ASSERT_TRUE(order.ok());
      const double best = portfolio.best_reward(resource);
      EXPECT_LE(order->reward, best + 1e-9) << seed;
      EXPECT_GE(order->reward, best / 2 - 1e-9) << seed;
      EXPECT_GE(order->reward_bound, best - 1e-9) << seed;
      EXPECT_LE(order->resource_used, resource);
      EXPECT_DOUBLE_EQ(order->resource_used, portfolio.resource_of(order->packs));
      EXPECT_NEAR(order->reward, portfolio.reward_of(order->packs), 1e-9);
      for (size_t i = 0; i < order->packs.size(); ++i) {
        EXPECT_TRUE(order->packs[i] == 0 || order->packs[i] >= portfolio.packs_min[i]);
      }
      if (resource == 400) {
        EXPECT_NEAR(order->reward, best, 1e-9) << "a limit that does not bind";
        EXPECT_EQ(order->marginal_reward, 0);
        EXPECT_EQ(order->gap(), 0);
      }
      exact += order->reward > best - 1e-9 ? 1 : 0;
      ++runs;
    }
  }
  EXPECT_GT(exact, runs / 2);
}

TEST(PortfolioOrder, IsTheOptimumForPacksOfEqualSize) {
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    const Portfolio portfolio = random_portfolio(seed, 5, true);
    for (const double resource : {2.0, 9.0, 16.0, 30.0}) {
      const auto order = order_portfolio(portfolio.items(), resource);
      ASSERT_TRUE(order.ok());
      EXPECT_NEAR(order->reward, portfolio.best_reward(resource), 1e-9) << seed;
    }
  }
}

TEST(PortfolioOrder, NeverGivesLessForMoreOfTheResource) {
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    const Portfolio portfolio = random_portfolio(seed, 12);
    double reward = 0;
    double bound = 0;
    for (int resource = 0; resource <= 150; ++resource) {
      const auto order = order_portfolio(portfolio.items(), resource);
      ASSERT_TRUE(order.ok());
      EXPECT_GE(order->reward, reward - 1e-9) << seed << " at " << resource;
      EXPECT_GE(order->reward_bound, bound - 1e-9) << seed << " at " << resource;
      reward = order->reward;
      bound = order->reward_bound;
    }
    EXPECT_GT(reward, 0);
  }
}

TEST(PortfolioOrder, MissesTheBoundByLessThanOneStep) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    const Portfolio portfolio = random_portfolio(seed, 300);
    const auto order = order_portfolio(portfolio.items(), 900);
    ASSERT_TRUE(order.ok());
    EXPECT_GT(order->marginal_reward, 0);
    EXPECT_LT(order->reward_bound - order->reward, 50);  // 5 packs of at most 10
    EXPECT_LT(order->gap(), 0.01);
  }
}

TEST(PortfolioOrder, SharesShortSupplyByEqualMarginalReward) {
  // Stores of Poisson demand 2, 8 and 20, where a lost sale costs 1, 1 and 3; 24 units to share.
  const std::vector<double> means = {2, 8, 20};
  const std::vector<double> lost_sale = {1, 1, 3};
  Portfolio stores;
  for (size_t s = 0; s < means.size(); ++s) {
    auto rewards = poisson_tail(means[s], 60);
    for (double& reward : rewards) reward *= lost_sale[s];
    stores.add(rewards, 1);
  }
  const auto order = order_portfolio(stores.items(), 24);
  ASSERT_TRUE(order.ok());
  EXPECT_DOUBLE_EQ(order->resource_used, 24);
  EXPECT_DOUBLE_EQ(order->gap(), 0);
  for (size_t s = 0; s < means.size(); ++s) {
    const auto packs = static_cast<size_t>(order->packs[s]);
    EXPECT_LE(stores.rewards[stores.offsets[s] + packs], order->marginal_reward);
    if (packs > 0) {
      EXPECT_GE(stores.rewards[stores.offsets[s] + packs - 1], order->marginal_reward);
    }
  }
  EXPECT_GT(order->packs[2], 18);
}

TEST(PortfolioOrder, OrdersNoLessWhenLostSalesCostMore) {
  int32_t before = 0;
  for (const double shortage : {0.5, 1.0, 3.0, 9.0}) {
    Portfolio portfolio;
    for (const double mean : {0.4, 2.0, 5.0, 11.0}) {
      auto rewards = poisson_tail(mean, 60);
      for (double& reward : rewards) reward = (shortage + 0.2) * reward - 0.2;  // holding 0.2
      portfolio.add(rewards, 2.5);
    }
    const auto order = order_portfolio(portfolio.items(), 1e6);
    ASSERT_TRUE(order.ok());
    const int32_t total = std::accumulate(order->packs.begin(), order->packs.end(), 0);
    EXPECT_GT(total, before);
    before = total;
  }
}

TEST(PortfolioOrder, TakesAMinimumWholeOrNotAtAll) {
  Portfolio portfolio;
  portfolio.add({9, 4, 2, 1}, 10, 3);  // 15 for 30
  portfolio.add({6, 5}, 12);
  const auto without = order_portfolio(portfolio.items(), 29);
  ASSERT_TRUE(without.ok());
  EXPECT_EQ(without->packs, (std::vector<int32_t>{0, 2}));
  EXPECT_DOUBLE_EQ(without->reward_bound, 11) << "three packs never fit into 29";
  const auto with = order_portfolio(portfolio.items(), 30);
  ASSERT_TRUE(with.ok());
  EXPECT_EQ(with->packs, (std::vector<int32_t>{3, 0}));
  EXPECT_DOUBLE_EQ(with->reward_bound, 6 + 15 * 18.0 / 30);
}

TEST(PortfolioOrder, OfNothingIsNothing) {
  const Portfolio none;
  const auto order = order_portfolio(none.items(), 10);
  ASSERT_TRUE(order.ok());
  EXPECT_TRUE(order->packs.empty());
  EXPECT_EQ(order->gap(), 0);
}

TEST(PortfolioOrder, RejectsBadInput) {
  Portfolio good;
  good.add({3, 2}, 4);
  for (const double resource : {-1.0, std::nan("")})
    EXPECT_FALSE(order_portfolio(good.items(), resource).ok());
  for (const double per_pack : {0.0, -2.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    Portfolio bad = good;
    bad.add({1}, per_pack);
    const auto refused = order_portfolio(bad.items(), 10);
    ASSERT_FALSE(refused.ok());
    EXPECT_NE(refused.error().message.find("item 1"), std::string::npos);
  }
  for (const auto& rewards : std::vector<std::vector<double>>{{1, 2}, {1, std::nan("")}}) {
    Portfolio bad = good;
    bad.add(rewards, 1);
    const auto refused = order_portfolio(bad.items(), 10);
    ASSERT_FALSE(refused.ok());
    EXPECT_NE(refused.error().message.find("for pack 2 after 1"), std::string::npos);
  }
  for (const int32_t least : {-1, 3}) {
    Portfolio bad = good;
    bad.packs_min[0] = least;
    EXPECT_FALSE(order_portfolio(bad.items(), 10).ok());
  }
  Portfolio torn = good;
  torn.offsets.back() = 1;
  EXPECT_FALSE(order_portfolio(torn.items(), 10).ok());
  torn = good;
  torn.packs_min.push_back(1);
  EXPECT_FALSE(order_portfolio(torn.items(), 10).ok());
}

}  // namespace
}  // namespace restock
