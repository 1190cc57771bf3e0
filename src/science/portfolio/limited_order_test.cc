#include "science/portfolio/limited_order.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "science/portfolio/box_program.h"
#include "science/portfolio/portfolio_order.h"

namespace restock {
namespace {

/// Items whose views `LimitedItems` are.
struct Limited {
  std::vector<double> rewards;
  std::vector<size_t> offsets = {0};
  std::vector<int32_t> packs_min;
  std::vector<size_t> use_offsets = {0};
  std::vector<int32_t> use_limit;
  std::vector<double> use_per_pack;

  /// uses: per limit, 0 = none.
  void add(const std::vector<double>& of_item, const std::vector<double>& uses, int32_t least = 0) {
    rewards.insert(rewards.end(), of_item.begin(), of_item.end());
    offsets.push_back(rewards.size());
    packs_min.push_back(least);
    for (size_t l = 0; l < uses.size(); ++l) {
      if (uses[l] == 0) continue;
      use_limit.push_back(static_cast<int32_t>(l));
      use_per_pack.push_back(uses[l]);
    }
    use_offsets.push_back(use_limit.size());
  }

  [[nodiscard]] LimitedItems items() const {
    return {rewards, offsets, packs_min, use_offsets, use_limit, use_per_pack};
  }

  [[nodiscard]] double reward_of(size_t i, int32_t packs) const {
    const auto first = rewards.begin() + static_cast<std::ptrdiff_t>(offsets[i]);
    return std::accumulate(first, first + packs, 0.0);
  }

  /// The optimum by trying every order: the oracle.
  [[nodiscard]] double best_reward(const std::vector<double>& left, size_t i = 0) const {
    if (i + 1 == offsets.size()) return 0;
    double best = -std::numeric_limits<double>::infinity();
    const auto most = static_cast<int32_t>(offsets[i + 1] - offsets[i]);
    for (int32_t packs = 0; packs <= most; ++packs) {
      if (packs > 0 && packs < packs_min[i]) continue;
      std::vector<double> after = left;
      bool fits = true;
      for (size_t u = use_offsets[i]; u < use_offsets[i + 1]; ++u) {
        double& of_limit = after[static_cast<size_t>(use_limit[u])];
        of_limit -= packs * use_per_pack[u];
        fits = fits && of_limit >= 0;
      }
      if (fits) best = std::max(best, reward_of(i, packs) + best_reward(after, i + 1));
    }
    return best;
  }
};

/// Whole uses, so that sums are exact; each item is under some of the limits.
Limited random_items(uint64_t seed, size_t n_items, size_t n_limits) {
  Random random(seed, 7);
  Limited out;
  for (size_t i = 0; i < n_items; ++i) {
    std::vector<double> rewards;
    double reward = 10 * random.uniform();
    const size_t n_packs = 1 + random.below(4);
    rewards.reserve(n_packs);
    for (size_t k = 0; k < n_packs; ++k) {
      rewards.push_back(reward);
      reward -= 3 * random.uniform();
    }
    std::vector<double> uses;
    uses.reserve(n_limits);
    for (size_t l = 0; l < n_limits; ++l)
      uses.push_back(random.uniform() < 0.7 ? static_cast<double>(1 + random.below(9)) : 0);
    const auto least = random.uniform() < 0.4 ? random.below(n_packs + 1) : 0;
    out.add(rewards, uses, static_cast<int32_t>(least));
  }
  return out;
}

/// A published 0-1 knapsack of several limits.
Limited knapsack(const std::vector<double>& profits,
                 const std::vector<std::vector<double>>& weights) {
  Limited out;
  for (size_t i = 0; i < profits.size(); ++i) {
    std::vector<double> uses;
    uses.reserve(weights.size());
    for (const auto& row : weights) uses.push_back(row[i]);
    out.add({profits[i]}, uses);
  }
  return out;
}

TEST(LimitedOrder, ReproducesWeingartnerNess) {
  const Limited items = knapsack(
      {1898, 440, 22507, 270, 14148, 3100, 4650,  30800, 615,   4975, 1160, 4225, 510,  11880,
       479,  440, 490,   330, 110,   560,  24355, 2885,  11748, 4550, 750,  3720, 1950, 10500},
      {{45, 0,  85, 150, 65, 95, 30,  0, 170, 0, 40, 25, 20, 0,
        0,  25, 0,  0,   25, 0,  165, 0, 85,  0, 0,  0,  0,  100},
       {30, 20, 125, 5, 80, 25, 35, 73, 12, 15, 15, 40, 5,  10,
        10, 12, 10,  9, 0,  20, 60, 40, 50, 36, 49, 40, 19, 150}});
  const auto order = order_within_limits(items.items(), std::vector<double>{600, 600});
  ASSERT_TRUE(order.ok()) << order.error().message;
  EXPECT_DOUBLE_EQ(order->reward, 141278);
  EXPECT_TRUE(order->proven);
  EXPECT_GT(order->reward_bound, 141278);
  EXPECT_LT(order->gap(), 0.01);
}

TEST(LimitedOrder, ReproducesPetersen) {
  const Limited items = knapsack({100, 600, 1200, 2400, 500, 2000}, {{8, 12, 13, 64, 22, 41},
                                                                     {8, 12, 13, 75, 22, 41},
                                                                     {3, 6, 4, 18, 6, 4},
                                                                     {5, 10, 8, 32, 6, 12},
                                                                     {5, 13, 8, 42, 6, 20},
                                                                     {5, 13, 8, 48, 6, 20},
                                                                     {0, 0, 0, 0, 8, 0},
                                                                     {3, 0, 4, 0, 8, 0},
                                                                     {3, 2, 4, 0, 8, 4},
                                                                     {3, 2, 4, 8, 8, 4}});
  const std::vector<double> amounts = {80, 96, 20, 36, 44, 48, 10, 18, 22, 24};
  const auto order = order_within_limits(items.items(), amounts);
  ASSERT_TRUE(order.ok());
  EXPECT_DOUBLE_EQ(order->reward, 3800);
  EXPECT_DOUBLE_EQ(items.best_reward(amounts), 3800);
}

TEST(LimitedOrder, IsTheBestThatTryingEveryOrderFinds) {
  int32_t by_prices = 0;
  int32_t runs = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    const Limited items = random_items(seed, 6, 3);
    for (const double room : {4.0, 11.0, 25.0, 300.0}) {
      const std::vector<double> amounts = {room, room + 2, 2 * room};
      const double best = items.best_reward(amounts);
      const auto order = order_within_limits(items.items(), amounts);
      ASSERT_TRUE(order.ok()) << order.error().message;
      // With one limit that binds the order is that of `order_portfolio`, which may miss a step.
      if (order->method != LimitedMethod::kMarginalReward) {
        EXPECT_NEAR(order->reward, best, 1e-7) << seed << " at " << room;
        EXPECT_TRUE(order->proven);
      }
      const auto without = order_within_limits(items.items(), amounts, {1'000'000, 0, 0});
      ASSERT_TRUE(without.ok());
      EXPECT_LE(without->reward, best + 1e-9);
      by_prices += without->reward > best - 1e-7 ? 1 : 0;
      ++runs;
      for (const auto* of : {&*order, &*without}) {
        EXPECT_GE(of->reward_bound, best - 1e-7) << seed << " at " << room;
        double reward = 0;
        for (size_t i = 0; i < of->packs.size(); ++i) {
          reward += items.reward_of(i, of->packs[i]);
          EXPECT_TRUE(of->packs[i] == 0 || of->packs[i] >= items.packs_min[i]);
        }
        EXPECT_NEAR(of->reward, reward, 1e-9);
        for (size_t l = 0; l < amounts.size(); ++l) EXPECT_LE(of->used[l], amounts[l]);
      }
      if (room == 300) {
        EXPECT_EQ(order->method, LimitedMethod::kUnlimited);
        EXPECT_EQ(order->gap(), 0);
      }
    }
  }
  EXPECT_GT(by_prices, runs / 2);
}

TEST(LimitedOrder, MissesLittleOfTheBoundWithoutBranchAndBound) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const Limited items = random_items(seed, 400, 4);
    const std::vector<double> amounts = {700, 500, 900, 600};
    const auto order = order_within_limits(items.items(), amounts, {1'000'000, 0, 0});
    ASSERT_TRUE(order.ok());
    EXPECT_EQ(order->method, LimitedMethod::kMultipliers);
    EXPECT_FALSE(order->proven);
    EXPECT_LT(order->gap(), 0.02) << seed;
    // Without any help of HiGHS the bound is a little higher, and the order stays near.
    const auto alone = order_within_limits(items.items(), amounts, {0, 0, 0});
    ASSERT_TRUE(alone.ok());
    EXPECT_GE(alone->reward_bound, order->reward_bound - 1e-9);
    EXPECT_LT(alone->reward_bound, 1.03 * order->reward_bound) << seed;
    EXPECT_LT(alone->gap(), 0.05) << seed;
  }
}

TEST(LimitedOrder, HasTheBoundOfTheLinearProgramme) {
  // Under limits that do not share items the linear relaxation falls into one a limit.
  Limited apart;
  std::vector<double> rewards[2];
  for (size_t limit = 0; limit < 2; ++limit) {
    for (int i = 0; i < 40; ++i) {
      rewards[limit].push_back(20 - 0.4 * i - static_cast<double>(limit));
      std::vector<double> uses = {0, 0};
      uses[limit] = 3;
      apart.add({rewards[limit].back()}, uses);
    }
  }
  const auto order = order_within_limits(apart.items(), std::vector<double>{40, 70}, {1000, 0, 0});
  ASSERT_TRUE(order.ok());
  double bound = 0;
  for (size_t limit = 0; limit < 2; ++limit) {
    const double packs = (limit == 0 ? 40 : 70) / 3.0;
    for (int i = 0; i < 40; ++i)
      bound += std::clamp(packs - i, 0.0, 1.0) * rewards[limit][static_cast<size_t>(i)];
  }
  EXPECT_NEAR(order->reward_bound, bound, 1e-4);
  EXPECT_NEAR(order->marginal_reward[0], rewards[0][13] / 3, 1e-4);
  EXPECT_NEAR(order->marginal_reward[1], rewards[1][23] / 3, 1e-4);
}

TEST(LimitedOrder, UnderOneLimitIsThePortfolioOrder) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    const Limited items = random_items(seed, 30, 1);
    Limited under;  // those that use the limit
    std::vector<double> per_pack;
    std::vector<size_t> which;
    for (size_t i = 0; i + 1 < items.offsets.size(); ++i) {
      if (items.use_offsets[i] == items.use_offsets[i + 1]) continue;
      which.push_back(i);
      per_pack.push_back(items.use_per_pack[items.use_offsets[i]]);
      under.add({items.rewards.begin() + static_cast<std::ptrdiff_t>(items.offsets[i]),
                 items.rewards.begin() + static_cast<std::ptrdiff_t>(items.offsets[i + 1])},
                {}, items.packs_min[i]);
    }
    const auto one = order_portfolio({under.rewards, under.offsets, per_pack, under.packs_min}, 60);
    const auto order = order_within_limits(items.items(), std::vector<double>{60});
    ASSERT_TRUE(one.ok());
    ASSERT_TRUE(order.ok());
    for (size_t k = 0; k < which.size(); ++k) EXPECT_EQ(order->packs[which[k]], one->packs[k]);
    EXPECT_DOUBLE_EQ(order->marginal_reward[0], one->marginal_reward);
    EXPECT_EQ(order->method, LimitedMethod::kMarginalReward);
  }
}

TEST(LimitedOrder, NeverGivesLessForMoreOfEveryLimit) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    const Limited items = random_items(seed, 14, 2);
    double reward = 0;
    double bound = 0;
    for (int room = 0; room <= 90; room += 6) {
      const auto order =
          order_within_limits(items.items(), std::vector<double>{1.0 * room, 1.5 * room});
      ASSERT_TRUE(order.ok());
      if (order->proven) {
        EXPECT_GE(order->reward, reward - 1e-7) << seed << " at " << room;
        reward = order->reward;
      }
      EXPECT_GE(order->reward_bound, bound - 1e-6) << seed << " at " << room;
      bound = order->reward_bound;
    }
    EXPECT_GT(reward, 0);
  }
}

TEST(LimitedOrder, OfNothingIsNothing) {
  const Limited none;
  const auto order = order_within_limits(none.items(), std::vector<double>{3, 4});
  ASSERT_TRUE(order.ok());
  EXPECT_TRUE(order->packs.empty());
  EXPECT_EQ(order->used, (std::vector<double>{0, 0}));
  EXPECT_EQ(order->gap(), 0);
}

TEST(LimitedOrder, OrdersNothingOfALimitThatIsUsedUp) {
  Limited items;
  items.add({9, 8}, {2, 1});
  items.add({5}, {0, 1});
  const auto order = order_within_limits(items.items(), std::vector<double>{0, 10});
  ASSERT_TRUE(order.ok());
  EXPECT_EQ(order->packs, (std::vector<int32_t>{0, 1}));
  EXPECT_NE(order->method, LimitedMethod::kUnlimited);
}

TEST(LimitedOrder, RejectsBadInput) {
  Limited good;
  good.add({3, 2}, {4, 1});
  for (const double amount : {-1.0, std::nan("")})
    EXPECT_FALSE(order_within_limits(good.items(), std::vector<double>{1, amount}).ok());
  const auto few = order_within_limits(good.items(), std::vector<double>{1});
  ASSERT_FALSE(few.ok());
  EXPECT_NE(few.error().message.find("item 0"), std::string::npos);
  Limited bad = good;
  bad.use_limit[1] = 0;
  const auto twice = order_within_limits(bad.items(), std::vector<double>{1, 1});
  ASSERT_FALSE(twice.ok());
  EXPECT_NE(twice.error().message.find("a second time"), std::string::npos);
  bad = good;
  bad.use_per_pack[0] = -2;
  EXPECT_FALSE(order_within_limits(bad.items(), std::vector<double>{1, 1}).ok());
  bad = good;
  bad.use_offsets.back() = 1;
  EXPECT_FALSE(order_within_limits(bad.items(), std::vector<double>{1, 1}).ok());
  bad = good;
  bad.rewards[1] = 5;
  EXPECT_FALSE(order_within_limits(bad.items(), std::vector<double>{1, 1}).ok());
}

TEST(BoxProgram, SolvesAKnapsackInPartsAndWhole) {
  // Martello & Toth, example 2.1: capacity 102, linear 295, integer 280.
  const std::vector<double> profits = {15, 100, 90, 60, 40, 15, 10, 1};
  const std::vector<double> weights = {2, 20, 20, 30, 40, 30, 60, 10};
  BoxProgram program;
  program.limits = {102};
  for (size_t i = 0; i < profits.size(); ++i) {
    program.rows.push_back(0);
    program.values.push_back(weights[i]);
    program.end_column(profits[i]);
  }
  const auto gain = [&](const std::vector<double>& parts) {
    return std::inner_product(parts.begin(), parts.end(), profits.begin(), 0.0);
  };
  const auto parts = solve_parts(program);
  ASSERT_TRUE(parts.ok()) << parts.error().message;
  EXPECT_NEAR(gain(parts->parts), 295, 1e-3);
  EXPECT_NEAR(parts->multipliers[0], 1, 1e-4);
  const auto whole = solve_whole(program, std::vector<double>(8, 0), 1000);
  ASSERT_TRUE(whole.ok()) << whole.error().message;
  EXPECT_DOUBLE_EQ(gain(whole->parts), 280);
  EXPECT_TRUE(whole->proven);
  const auto again = solve_whole(program, std::vector<double>(8, 0), 1000);
  EXPECT_EQ(again->parts, whole->parts);
}

}  // namespace
}  // namespace restock
