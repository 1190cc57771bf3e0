#include "science/inventory/cost_with_units.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

constexpr int32_t kLeadTime = 3;
constexpr int32_t kReview = 2;
constexpr UnitsMoved kMoved{1, kLeadTime + kReview};

SeriesSupply supply_of(double on_hand) {
  SeriesSupply supply;
  supply.known = true;
  supply.on_hand = on_hand;
  supply.lead_time = kLeadTime;
  supply.review_period = kReview;
  return supply;
}

PlanParameters costs(double holding, double shortage) {
  PlanParameters parameters;
  parameters.holding_cost = holding;
  parameters.shortage_cost = shortage;
  return parameters;
}

std::vector<float> poisson_paths(uint64_t seed, double mean, size_t n_paths) {
  Random random(seed, 3);
  std::vector<float> values;
  values.reserve(n_paths * (kLeadTime + kReview));
  for (size_t v = 0; v < n_paths * (kLeadTime + kReview); ++v)
    values.push_back(static_cast<float>(random.poisson(mean)));
  return values;
}

TEST(CostWithUnits, CountsByHandWhatAUnitMoreSaves) {
  // Demand 2 a period for certain; 3 in stock, so 1 + 2 are lost before an order of 4 arrives.
  const std::vector<float> demand(kLeadTime + kReview, 2);
  const SeriesPaths paths{demand, kLeadTime + kReview};
  const SeriesSupply supply = supply_of(3);
  const auto parameters = costs(0.1, 1);
  const auto cost = [&](int32_t units) {
    return cost_with_units(paths, supply, parameters, units, kMoved).value();
  };
  // After the first period 1 is left, after the fourth 2.
  EXPECT_NEAR(cost(0), 0.1 * (1 + 2) + 3, 1e-6);
  // A unit more, a period on the way, comes for the second period and sells at once.
  EXPECT_NEAR(cost(1), 0.1 * (1 + 2 + 1) + 2, 1e-6);
  // Two more: the second of them waits for the third period.
  EXPECT_NEAR(cost(2), 0.1 * (1 + 1 + 2 + 2) + 1, 1e-6);
  // One fewer leaves nothing after the first period.
  EXPECT_NEAR(cost(-1), 0.1 * 2 + 4, 1e-6);
}

TEST(CostWithUnits, ChargesWhatIsLeftUpToTheHorizon) {
  const std::vector<float> nobody(kLeadTime + kReview, 0);
  const SeriesPaths paths{nobody, kLeadTime + kReview};
  const SeriesSupply supply = supply_of(10);
  const auto parameters = costs(0.1, 1);
  EXPECT_NEAR(cost_with_units(paths, supply, parameters, 0, {1, 9}).value(), 10 * 0.1 * 9, 1e-6);
  EXPECT_NEAR(cost_with_units(paths, supply, parameters, -4, {1, 9}).value(), 6 * 0.1 * 9, 1e-6);
  // On the way or in stock, what nobody buys costs the same.
  EXPECT_NEAR(cost_with_units(paths, supply, parameters, 4, {1, 9}).value(), 14 * 0.1 * 9, 1e-6);
}

TEST(CostWithUnits, IsConvexWherePacksAreUnits) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed, 9);
    const auto values = poisson_paths(seed, 0.5 + 3 * random.uniform(), 60);
    const SeriesPaths paths{values, kLeadTime + kReview};
    const SeriesSupply supply = supply_of(static_cast<double>(random.below(15)));
    const auto parameters = costs(0.02 + 0.2 * random.uniform(), 1);
    double before = -INFINITY;
    for (int32_t units = -static_cast<int32_t>(supply.on_hand); units < 20; ++units) {
      const double difference =
          cost_with_units(paths, supply, parameters, units + 1, kMoved).value() -
          cost_with_units(paths, supply, parameters, units, kMoved).value();
      EXPECT_GE(difference, before - 1e-6) << seed << " at " << units;
      before = difference;
    }
  }
}

TEST(CostWithUnits, RejectsBadInput) {
  const auto values = poisson_paths(1, 2, 10);
  const SeriesPaths paths{values, kLeadTime + kReview};
  const auto parameters = costs(0.1, 1);
  const auto much = cost_with_units(paths, supply_of(3), parameters, -4, kMoved);
  ASSERT_FALSE(much.ok());
  EXPECT_NE(much.error().message.find("4 units cannot be sent from a stock of 3"),
            std::string::npos);
  EXPECT_FALSE(cost_with_units(paths, supply_of(3), parameters, 1, {-1, 5}).ok());
  EXPECT_FALSE(cost_with_units(paths, supply_of(3), parameters, 1, {1, 4}).ok());
}

}  // namespace
}  // namespace restock
