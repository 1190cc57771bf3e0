#include "science/simulation/compare.h"

#include <cmath>

#include <gtest/gtest.h>

#include "science/simulation/simulation_fixture.h"

namespace restock {
namespace {

constexpr int32_t kPeriods = 60;
constexpr int32_t kPaths = 300;

OwnedInput two_items() {
  OwnedInput owned;
  owned.locations = {{}};
  owned.input.n_periods = kPeriods;
  owned.input.n_items = 2;
  owned.input.n_paths = kPaths;
  owned.laws.push_back(LeadTimeLaw::make(1, std::vector<double>{1, 1, 1}).value());
  StockedItem item{.lead_time_law = 0, .review_period = 7, .on_hand = 30};
  item.holding_cost = 0.1;
  item.shortage_cost = 2;
  owned.items = {item, item};
  owned.policies.resize(2);
  Random random(4, 0);
  auto& demand = owned.demand_values.emplace_back();
  for (int32_t c = 0; c < kPeriods * 2 * kPaths; ++c)
    demand.push_back(static_cast<float>(random.poisson(3)));
  return owned;
}

std::vector<StockPolicy> levels(float level) {
  return {{.order_up_to = level}, {.order_up_to = level}};
}

TEST(ComparePolicies, MeasuresADifferenceBetterThanTwoCosts) {
  OwnedInput owned = two_items();
  const auto low = levels(26);
  const auto high = levels(34);
  const NamedPolicy policies[] = {{"low", low, {}}, {"high", high, {}}, {"low again", low, {}}};
  ThreadPool pool(2);
  const auto results = compare_policies(owned.linked(), {}, policies, pool).value();
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[1].name, "high");
  EXPECT_GT(results[1].outcome.fill_rate(), results[0].outcome.fill_rate());
  EXPECT_EQ(results[2].difference_mean, 0);
  EXPECT_EQ(results[2].difference_error, 0);
  EXPECT_EQ(results[2].paths_cheaper, 0);
  EXPECT_EQ(results[0].cost_mean, results[2].cost_mean);

  // The same policy on other lead times and the same demand is not the same: what is common pays.
  const auto other = compare_policies(owned.linked(), {.seed = 43}, policies, pool).value();
  EXPECT_NE(other[0].cost_mean, results[0].cost_mean);
}

TEST(ComparePolicies, EqualsMeanAndErrorByHand) {
  OwnedInput owned = two_items();
  const auto low = levels(24);
  const auto high = levels(30);
  const NamedPolicy policies[] = {{"low", low, {}}, {"high", high, {}}};
  ThreadPool pool(1);
  const auto results = compare_policies(owned.linked(), {}, policies, pool).value();
  std::vector<double> costs[2];
  for (size_t p = 0; p < 2; ++p) {
    SimulationInput input = owned.linked();
    input.policies = policies[p].policies;
    const auto outcomes = simulate(input, {}, pool).value();
    for (size_t k = 0; k < kPaths; ++k)
      costs[p].push_back(outcomes[k].cost() + outcomes[kPaths + k].cost());
  }
  double mean = 0;
  double square = 0;
  int32_t cheaper = 0;
  for (size_t k = 0; k < kPaths; ++k) {
    const double d = costs[1][k] - costs[0][k];
    mean += d;
    square += d * d;
    cheaper += d < 0 ? 1 : 0;
  }
  mean /= kPaths;
  const double variance = (square - kPaths * mean * mean) / (kPaths - 1);
  EXPECT_NEAR(results[1].difference_mean, mean, 1e-9);
  EXPECT_NEAR(results[1].difference_error.value(), std::sqrt(variance / kPaths), 1e-9);
  double total = 0;
  double square_of_cost = 0;
  for (const double cost : costs[1]) {
    total += cost;
    square_of_cost += cost * cost;
  }
  const double cost_variance = (square_of_cost - total * total / kPaths) / (kPaths - 1);
  EXPECT_NEAR(results[1].cost_error.value(), std::sqrt(cost_variance / kPaths), 1e-9);
  ASSERT_EQ(results[1].locations.size(), 1U);
  EXPECT_EQ(results[1].locations[0].cost(), results[1].outcome.cost());
  EXPECT_EQ(results[1].paths_cheaper, cheaper);
  EXPECT_NEAR(results[1].outcome.cost(), results[1].cost_mean * kPaths, 1e-6);
}

TEST(ChoosePolicies, FindsTheOptimumOfZhengAndFedergruen) {
  OwnedInput owned;
  owned.locations = {{}};
  owned.input.n_periods = 2000;
  owned.input.n_items = 1;
  owned.input.n_paths = 512;
  StockedItem item{.lead_time = 0, .review_period = 1, .on_hand = 10};
  item.holding_cost = 1;
  item.shortage_cost = 4;
  item.order_cost = 5;
  owned.items = {item};
  Random random(6, 0);
  auto& demand = owned.demand_values.emplace_back();
  for (int32_t c = 0; c < 2000 * 512; ++c) demand.push_back(static_cast<float>(random.poisson(6)));
  std::vector<StockPolicy> policies;
  for (int32_t s = 2; s <= 6; ++s) {
    for (int32_t up_to = 8; up_to <= 12; ++up_to) {
      policies.push_back({.kind = PolicyKind::kReorderUpTo,
                          .reorder_point = static_cast<float>(s),
                          .order_up_to = static_cast<float>(up_to)});
    }
  }
  std::vector<NamedPolicy> candidates;
  candidates.reserve(policies.size());
  for (const StockPolicy& policy : policies) candidates.push_back({"", {&policy, 1}, {}});
  ThreadPool pool(2);
  const auto chosen =
      choose_policies(owned.linked(), {.backorders = true}, candidates, pool).value();
  EXPECT_EQ(chosen.policies[0].reorder_point, 4);
  EXPECT_EQ(chosen.policies[0].order_up_to, 10);
  EXPECT_NEAR(chosen.cost_mean[0] / 2000, 8.034111561471642, 0.02);
}

TEST(ChoosePolicies, TakesTheCheapestOfEachItem) {
  OwnedInput owned = two_items();
  owned.items[0].shortage_cost = 20;
  owned.items[1].shortage_cost = 0.05;
  const auto low = levels(22);
  const auto high = levels(36);
  const NamedPolicy candidates[] = {{"low", low, {}}, {"high", high, {}}, {"high again", high, {}}};
  ThreadPool pool(1);
  const auto chosen = choose_policies(owned.linked(), {}, candidates, pool).value();
  EXPECT_EQ(chosen.candidate, (std::vector<size_t>{1, 0}));
  EXPECT_EQ(chosen.policies[0].order_up_to, 36);
  EXPECT_EQ(chosen.policies[1].order_up_to, 22);
  EXPECT_FALSE(choose_policies(owned.linked(), {}, {}, pool).ok());
  owned.locations = {{}, {.supplier = 0}};
  EXPECT_FALSE(choose_policies(owned.linked(), {}, candidates, pool).ok());
}

TEST(ComparePolicies, NamesThePolicyThatIsWrong) {
  OwnedInput owned = two_items();
  ThreadPool pool(1);
  EXPECT_FALSE(compare_policies(owned.linked(), {}, {}, pool).ok());
  const auto good = levels(20);
  const auto bad = levels(-1);
  const NamedPolicy policies[] = {{"good", good, {}}, {"bad", bad, {}}};
  const auto result = compare_policies(owned.linked(), {}, policies, pool);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message,
            "policy 'bad': order_up_to of item 0 in location 0 must be 0 to 2^21 units, got -1");
}

}  // namespace
}  // namespace restock
