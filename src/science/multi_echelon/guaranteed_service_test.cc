#include "science/multi_echelon/guaranteed_service.h"

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

/// Snyder & Shen (2019), example 6.5, its stages 1, 2, 3, 4 numbered from 0: 1 -> 3 -> {2, 4}.
GuaranteedServiceNetwork book() {
  return {{{.processing_time = 2, .inbound_external = 1, .holding_cost = 1},
           {.processing_time = 1, .holding_cost = 3, .demand_sd = 1, .outbound_max = 0},
           {.processing_time = 1, .holding_cost = 2},
           {.processing_time = 1, .holding_cost = 3, .demand_sd = 1, .outbound_max = 1}},
          {{0, 2}, {2, 1}, {2, 3}}};
}

/// A random tree: each stage hangs at an earlier one, in either direction.
GuaranteedServiceNetwork random_network(uint64_t stream, size_t n, int time_max) {
  Random random(5, stream);
  GuaranteedServiceNetwork network;
  std::vector<bool> supplies(n, false);
  for (size_t k = 0; k < n; ++k) {
    GuaranteedStage stage;
    stage.processing_time = static_cast<int>(random.below(static_cast<uint64_t>(time_max) + 1));
    stage.inbound_external = random.below(3) == 0 ? static_cast<int>(random.below(3)) : 0;
    stage.holding_cost = 0.1 + random.uniform() * 5;
    stage.demand_sd = random.below(2) == 0 ? 0 : random.uniform() * 10;
    stage.safety_factor = 0.5 + random.uniform() * 2;
    if (random.below(4) == 0) stage.outbound_max = static_cast<int>(random.below(4));
    network.stages.push_back(stage);
    if (k == 0) continue;
    const size_t other = random.below(k);
    const bool down = random.below(2) == 0;
    network.arcs.push_back({down ? other : k, down ? k : other, 1 + random.uniform()});
    supplies[network.arcs.back().from] = true;
  }
  for (size_t k = 0; k < n; ++k) {
    if (!supplies[k]) network.stages[k].outbound_max = static_cast<int>(random.below(3));
  }
  return network;
}

/// The least cost of all outbound times up to `most`, each tried.
double least_cost(const GuaranteedServiceNetwork& network, int most) {
  std::vector<int> outbound(network.stages.size(), 0);
  double least = std::numeric_limits<double>::infinity();
  while (true) {
    const auto plan = guaranteed_service_of(network, outbound);
    if (plan.ok()) least = std::min(least, plan->cost);
    size_t k = 0;
    while (k < outbound.size() && outbound[k] == most) outbound[k++] = 0;
    if (k == outbound.size()) return least;
    ++outbound[k];
  }
}

TEST(GuaranteedService, ReproducesSnyderShenExample) {
  const auto plan = guaranteed_service(book()).value();
  EXPECT_THAT(plan.outbound, ElementsAre(0, 0, 0, 1));
  EXPECT_THAT(plan.inbound, ElementsAre(1, 0, 0, 0));
  EXPECT_THAT(plan.net_time, ElementsAre(3, 1, 1, 0));
  EXPECT_NEAR(plan.cost, 8.277916867529369, 1e-12);
  EXPECT_NEAR(plan.cost, std::sqrt(2) * std::sqrt(3) + 2 * std::sqrt(2) + 3, 1e-12);
  EXPECT_NEAR(plan.safety_stock[0], std::sqrt(6), 1e-12);
}

TEST(GuaranteedService, CostsWhatTryingAllServiceTimesCosts) {
  for (uint64_t stream = 0; stream < 60; ++stream) {
    const auto network = random_network(stream, 1 + stream % 5, 2);
    const auto solved = guaranteed_service(network);
    ASSERT_TRUE(solved.ok()) << stream << ": " << solved.error().message;
    const auto& plan = *solved;
    EXPECT_NEAR(plan.cost, least_cost(network, 8), 1e-9) << stream;
    const auto again = guaranteed_service_of(network, plan.outbound);
    ASSERT_TRUE(again.ok()) << stream << ": " << again.error().message;
    EXPECT_NEAR(again->cost, plan.cost, 1e-12) << stream;
  }
}

TEST(GuaranteedService, PlansOfLargeTreesKeepAllConditionsAndNoSingleTimeCanBeBettered) {
  for (uint64_t stream = 0; stream < 5; ++stream) {
    const auto network = random_network(100 + stream, 200, 10);
    const auto plan = guaranteed_service(network).value();
    ASSERT_TRUE(guaranteed_service_of(network, plan.outbound).ok()) << stream;
    for (size_t k = 0; k < 200; k += 7) {
      for (int time = 0; time < 12; ++time) {
        auto outbound = plan.outbound;
        outbound[k] = time;
        const auto other = guaranteed_service_of(network, outbound);
        if (!other.ok()) continue;
        EXPECT_GE(other->cost, plan.cost * (1 - 1e-12));
      }
    }
  }
}

TEST(GuaranteedService, LongerPromisesToCustomersNeverCostMore) {
  for (uint64_t stream = 0; stream < 20; ++stream) {
    auto network = random_network(200 + stream, 30, 5);
    const double before = guaranteed_service(network).value().cost;
    for (auto& stage : network.stages) {
      if (stage.outbound_max) ++*stage.outbound_max;
    }
    EXPECT_LE(guaranteed_service(network).value().cost, before * (1 + 1e-12));
  }
}

TEST(GuaranteedService, ALongRowIsSolvedInItsClosedForm) {
  // Equal holding costs all along: one stock, at the customer, bridges all times.
  GuaranteedServiceNetwork row;
  for (size_t k = 0; k < 1000; ++k) {
    row.stages.push_back({.processing_time = 1, .holding_cost = 1});
    if (k > 0) row.arcs.push_back({k - 1, k});
  }
  row.stages.back().demand_sd = 2;
  row.stages.back().outbound_max = 0;
  EXPECT_NEAR(guaranteed_service(row).value().cost, 2 * std::sqrt(1000.0), 1e-9);
}

TEST(GuaranteedService, RejectsNonsenseAndNamesTheStage) {
  auto bad = book();
  bad.stages[1].outbound_max.reset();
  EXPECT_THAT(guaranteed_service(bad).error().message, HasSubstr("stage 1"));
  bad = book();
  bad.arcs[2] = {1, 0};
  EXPECT_THAT(guaranteed_service(bad).error().message, HasSubstr("arc 1 -> 0 closes a loop"));
  bad.arcs[2] = {1, 9};
  EXPECT_THAT(guaranteed_service(bad).error().message, HasSubstr("there are 4"));
  bad.arcs.pop_back();
  EXPECT_THAT(guaranteed_service(bad).error().message, HasSubstr("3 arcs, got 2"));
  bad = book();
  bad.stages[2].holding_cost = NAN;
  EXPECT_FALSE(guaranteed_service(bad).ok());
  bad = book();
  bad.stages[2].processing_time = -1;
  EXPECT_FALSE(guaranteed_service(bad).ok());
  bad.stages[2].processing_time = 200'000;
  EXPECT_FALSE(guaranteed_service(bad).ok());
  EXPECT_FALSE(guaranteed_service({}).ok());
  EXPECT_THAT(guaranteed_service_of(book(), {-1, 0, 0, 0}).error().message,
              HasSubstr("stage 0 must be in [0, 100000], got -1"));
  EXPECT_THAT(guaranteed_service_of(book(), {0, 1, 0, 0}).error().message,
              HasSubstr("stage 1 must be in [0, 0], got 1"));
  EXPECT_FALSE(guaranteed_service_of(book(), {0, 0}).ok());
}

}  // namespace
}  // namespace restock
