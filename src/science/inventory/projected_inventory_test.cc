#include "science/inventory/projected_inventory.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "foundation/math/demand_distribution.h"

namespace restock {
namespace {

/// Poisson demand of a mean that differs by period.
std::vector<float> poisson_paths(size_t n, int32_t horizon, double mean, uint64_t seed) {
  std::vector<float> values;
  values.reserve(n * static_cast<size_t>(horizon));
  for (size_t p = 0; p < n; ++p) {
    Random random(seed, p);
    for (int32_t h = 0; h < horizon; ++h)
      values.push_back(static_cast<float>(random.poisson(mean * (1 + 0.3 * h))));
  }
  return values;
}

SeriesSupply supplied(int32_t lead_time, int32_t review, double on_hand) {
  SeriesSupply supply;
  supply.known = true;
  supply.on_hand = on_hand;
  supply.lead_time = lead_time;
  supply.review_period = review;
  return supply;
}

/// Cost of one order by walking every path, event by event: the oracle. It is placed `delay`
/// periods late.
double walked_cost(const SeriesPaths& paths, const SeriesSupply& supply,
                   const PlanParameters& parameters, double quantity, int32_t delay = 0) {
  double cost = 0;
  for (size_t p = 0; p < paths.n_paths(); ++p) {
    double stock = supply.on_hand;
    for (int32_t t = 1; t <= supply.lead_time + supply.review_period; ++t) {
      for (const auto& order : supply.open_orders)
        stock += std::max(1, order.arrives_in) == t ? order.quantity : 0;
      if (t == supply.lead_time + 1 + delay) stock += quantity;
      const double demand = paths.path(p)[static_cast<size_t>(t) - 1];
      const double sold = std::min(stock, demand);
      stock -= sold;
      if (t <= supply.lead_time) continue;
      cost += parameters.holding_cost * stock + parameters.shortage_cost * (demand - sold);
    }
  }
  return cost / static_cast<double>(paths.n_paths());
}

TEST(ProjectedOrder, IsTheCheapestByTryingEveryQuantity) {
  PlanParameters parameters;
  parameters.holding_cost = 0.2;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Random random(seed, 99);
    const auto lead = static_cast<int32_t>(random.below(4));
    const auto review = 1 + static_cast<int32_t>(random.below(4));
    const int32_t horizon = lead + review + static_cast<int32_t>(random.below(3));
    const auto values = poisson_paths(101, horizon, 0.3 + 6 * random.uniform(), seed);
    const SeriesPaths paths{values, horizon};
    SeriesSupply supply = supplied(lead, review, static_cast<double>(random.below(9)));
    for (int32_t k = 0; k <= lead + review; ++k) {
      if (random.uniform() < 0.4)
        supply.open_orders.push_back({k, static_cast<double>(random.below(6))});
    }
    const auto order = projected_order(paths, supply, parameters);
    ASSERT_TRUE(order.ok());
    double best = walked_cost(paths, supply, parameters, 0);
    for (int q = 1; q <= 120; ++q) best = std::min(best, walked_cost(paths, supply, parameters, q));
    EXPECT_NEAR(walked_cost(paths, supply, parameters, order->quantity), best, 1e-9) << seed;
    EXPECT_NEAR(order->expected_cost, best, 1e-9) << seed;
    const double without = walked_cost(paths, supply, parameters, 0);
    EXPECT_NEAR(order->cost_of_skipping, without - best, 1e-9) << seed;
    const double later = walked_cost(paths, supply, parameters, order->quantity, 1);
    EXPECT_NEAR(order->cost_of_waiting, later - best, 1e-9) << seed;
    if (order->quantity > 0) {
      EXPECT_GT(walked_cost(paths, supply, parameters, order->quantity - 1), best)
          << "the smallest of the cheapest, seed " << seed;
    }
  }
}

// Published: newsvendor with Poisson demand, mean 50, h = 0.18, p = 0.70 (Snyder & Shen,
// Fundamentals of Supply Chain Theory, Example 4.x as computed there): S = 56.
TEST(ProjectedOrder, IsTheNewsvendorsOrderWithoutStockAndLeadTime) {
  PlanParameters parameters;
  parameters.holding_cost = 0.18;
  parameters.shortage_cost = 0.70;
  std::vector<float> values;
  constexpr int kPaths = 4000;
  values.reserve(kPaths);
  const auto law = DemandDistribution::of(DemandKind::kCounts, 50, 50);
  for (int p = 0; p < kPaths; ++p)
    values.push_back(static_cast<float>(law.quantile((p + 0.5) / kPaths)));
  const auto order = projected_order({values, 1}, supplied(0, 1, 0), parameters);
  ASSERT_TRUE(order.ok());
  EXPECT_EQ(order->quantity, 56);
  EXPECT_NEAR(order->expected_cost, 1.797235211809178, 0.01);
}

TEST(ProjectedOrder, NeverFallsWithTheShortageCostAndNeverRisesWithStock) {
  const auto values = poisson_paths(200, 5, 3, 7);
  PlanParameters parameters;
  double last = 0;
  for (const double shortage : {0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0}) {
    parameters.shortage_cost = shortage;
    const auto order = projected_order({values, 5}, supplied(2, 3, 4), parameters);
    ASSERT_TRUE(order.ok());
    EXPECT_GE(order->quantity, last) << shortage;
    last = order->quantity;
  }
  EXPECT_GT(last, 0);
  for (int stock = 0; stock < 40; ++stock) {
    const auto order = projected_order({values, 5}, supplied(2, 3, stock), parameters);
    ASSERT_TRUE(order.ok());
    if (stock > 0) {
      EXPECT_LE(order->quantity, last) << stock;
    }
    last = order->quantity;
  }
}

TEST(ProjectedOrder, CountsDemandThatMeetsAnEmptyShelfAsLost) {
  // Three sell before the order arrives, with one in stock: two are lost, not owed.
  const std::vector<float> values = {3, 4};
  PlanParameters parameters;
  const auto order = projected_order({values, 2}, supplied(1, 1, 1), parameters);
  ASSERT_TRUE(order.ok());
  EXPECT_EQ(order->quantity, 4);
  EXPECT_EQ(order->stock_out_risk, 1);
  EXPECT_EQ(order->projected_stock, 0);
  EXPECT_EQ(order->cover_risk, 0);
}

TEST(ProjectedOrder, TellsWaitingAPeriodFromSkippingAReview) {
  // Sells 1, 1, 5 in the covered periods with two in stock: a period late nothing is lost and five
  // unit-periods of holding are saved; without the order five sales are lost.
  const std::vector<float> values = {1, 1, 5};
  PlanParameters parameters;
  const auto order = projected_order({values, 3}, supplied(0, 3, 2), parameters);
  ASSERT_TRUE(order.ok());
  EXPECT_EQ(order->quantity, 5);
  EXPECT_NEAR(order->cost_of_waiting, -5 * parameters.holding_cost, 1e-12);
  EXPECT_NEAR(order->cost_of_skipping, 5 * parameters.shortage_cost - 10 * parameters.holding_cost,
              1e-12);
}

TEST(ProjectedOrder, CriticalRatioAndServiceLevelAreQuantilesOfWhatIsMissing) {
  std::vector<float> values;
  for (int p = 1; p <= 100; ++p) values.push_back(static_cast<float>(p));
  PlanParameters parameters;
  parameters.critical_ratio = 0.75;
  EXPECT_EQ(projected_order({values, 1}, supplied(0, 1, 10), parameters)->quantity, 65);
  parameters.critical_ratio = 0;
  parameters.service_level = 0.95;
  EXPECT_EQ(projected_order({values, 1}, supplied(0, 1, 10), parameters)->quantity, 85);
}

TEST(ProjectedOrder, RefusesPathsThatEndBeforeTheRiskPeriod) {
  const std::vector<float> values(6, 1.0F);
  const auto order = projected_order({values, 2}, supplied(2, 1, 0), PlanParameters{});
  ASSERT_FALSE(order.ok());
  EXPECT_NE(order.error().message.find("needs paths of 3 periods or more"), std::string::npos);
}

TEST(PackRewards, AreTheDifferencesOfWalkedCosts) {
  PlanParameters parameters;
  parameters.holding_cost = 0.2;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Random random(seed, 7);
    const auto lead = static_cast<int32_t>(random.below(4));
    const auto review = 1 + static_cast<int32_t>(random.below(4));
    const auto values = poisson_paths(101, lead + review, 0.3 + 6 * random.uniform(), seed);
    const SeriesPaths paths{values, lead + review};
    SeriesSupply supply = supplied(lead, review, static_cast<double>(random.below(9)));
    supply.open_orders.push_back({lead + 1, static_cast<double>(random.below(6))});
    supply.pack_size = 0.5 + static_cast<double>(random.below(7));
    supply.moq = static_cast<double>(random.below(30));
    const auto rewards = pack_rewards(paths, supply, parameters);
    ASSERT_TRUE(rewards.ok());
    double before = walked_cost(paths, supply, parameters, 0);
    for (size_t k = 0; k <= rewards->size(); ++k) {
      const double quantity = supply.pack_size * static_cast<double>(k + 1);
      const double after = walked_cost(paths, supply, parameters, quantity);
      if (k == rewards->size()) {
        EXPECT_LE(before - after, 1e-9) << seed;
        EXPECT_GE(supply.pack_size * static_cast<double>(k), supply.moq);
        break;
      }
      EXPECT_NEAR((*rewards)[k], before - after, 1e-9) << seed << " pack " << k;
      if (k > 0) {
        EXPECT_LE((*rewards)[k], (*rewards)[k - 1] + 1e-12);
      }
      before = after;
    }
  }
}

TEST(PackRewards, NeverFallWhenLostSalesCostMore) {
  const auto values = poisson_paths(200, 5, 3, 1);
  const SeriesSupply supply = supplied(2, 3, 4);
  PlanParameters parameters;
  std::vector<double> cheap;
  for (const double shortage : {0.5, 1.0, 4.0, 20.0}) {
    parameters.holding_cost = 0.2;
    parameters.shortage_cost = shortage;
    const auto rewards = pack_rewards({values, 5}, supply, parameters);
    ASSERT_TRUE(rewards.ok());
    ASSERT_GT(rewards->size(), cheap.size());
    for (size_t k = 0; k < cheap.size(); ++k) EXPECT_GE((*rewards)[k], cheap[k]);
    cheap = *rewards;
  }
}

TEST(PackRewards, RejectsServiceLevelsPackSizeZeroAndShortPaths) {
  const auto values = poisson_paths(10, 5, 3, 1);
  SeriesSupply supply = supplied(2, 3, 4);
  PlanParameters parameters;
  EXPECT_FALSE(pack_rewards({values, 4}, supply, parameters).ok());
  parameters.service_level = 0.9;
  EXPECT_FALSE(pack_rewards({values, 5}, supply, parameters).ok());
  parameters.service_level = 0;
  supply.pack_size = 0;
  const auto refused = pack_rewards({values, 5}, supply, parameters);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("pack_size 0"), std::string::npos);
  supply.pack_size = 1e-9;
  EXPECT_FALSE(pack_rewards({values, 5}, supply, parameters).ok());
}

}  // namespace
}  // namespace restock
