#include "science/forecast/mixed_weights.h"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "science/features/synthetic_panel.h"

namespace restock {
namespace {

/// True means of the last `horizon` days, times 1 + `share` x noise of each series and day.
std::vector<double> noisy_truth(const SyntheticPanelOptions& truth, const Panel& panel,
                                int32_t horizon, double share, uint64_t seed) {
  Random random(seed, 0);
  std::vector<double> out;
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (Period t = panel.origin - horizon + 1; t <= panel.origin; ++t)
      out.push_back(
          std::max(0.01, synthetic_mean(truth, i, t, false) * (1 + share * random.normal())));
  }
  return out;
}

class Mixed : public testing::Test {
 protected:
  static constexpr int32_t kSteps = 14;
  [[nodiscard]] LearntMix learn(double direct_noise, double recursive_noise) const {
    const auto direct = noisy_truth(truth_, panel_, kSteps, direct_noise, 1);
    const auto recursive = noisy_truth(truth_, panel_, kSteps, recursive_noise, 2);
    return learn_mixed_weights({panel_, panel_.origin - kSteps, kSteps, direct, recursive}, ones_);
  }

  SyntheticPanelOptions truth_{.n_stores = 10, .n_products = 20, .days = 100, .level = 20};
  Panel panel_ = synthetic_panel(truth_);
  std::vector<float> ones_ = std::vector<float>(panel_.n_series(), 1.0F);
};

/// Errors of known variances a and b that do not depend on each other are combined best by
/// b / (a + b) (Bates & Granger, Operational Research Quarterly 20 (1969), eq. 1).
TEST_F(Mixed, WeighsByTheInverseOfTheErrorVariances) {
  const LearntMix mix = learn(0.1, 0.3);
  ASSERT_EQ(mix.weights.direct.size(), static_cast<size_t>(kSteps));
  const double average =
      std::accumulate(mix.weights.direct.begin(), mix.weights.direct.end(), 0.0) / kSteps;
  // Drawn to one half by the evidence of one step in the two.
  EXPECT_NEAR(average, 0.5 + 0.5 * (0.09 / 0.1 - 0.5), 0.07);
  EXPECT_EQ(mix.weights.at(500), mix.weights.direct.back());
  EXPECT_NE(mix.note.find("% of the direct mean at the first step"), std::string::npos);
}

TEST_F(Mixed, TakesOneHalfWhereLearntWeightsAreNotBetter) {
  const LearntMix mix = learn(0.2, 0.2);
  EXPECT_TRUE(mix.weights.direct.empty());
  EXPECT_EQ(mix.weights.at(0), 0.5);
  EXPECT_NE(mix.note.find("not better"), std::string::npos);
}

TEST_F(Mixed, CombinesEverySeriesByWeightsThatHaveNotSeenIt) {
  const LearntMix before = learn(0.1, 0.3);
  // Sales of one series move the weights of the other half alone.
  for (Period t = panel_.origin - kSteps + 1; t <= panel_.origin; ++t)
    panel_.units[static_cast<size_t>(panel_.at(4, t))] += 3;
  const LearntMix after = learn(0.1, 0.3);
  ASSERT_FALSE(after.weights.direct.empty());
  const auto at = [](const LearntMix& mix, size_t series) { return mix.mean[series * kSteps]; };
  EXPECT_EQ(at(before, 4), at(after, 4));
  EXPECT_NE(before.mean, after.mean);
}

TEST_F(Mixed, AWindowWithoutSalesGivesOneHalf) {
  std::fill(panel_.state.begin(), panel_.state.end(), PeriodState::kMissing);
  EXPECT_TRUE(learn(0.1, 0.3).weights.direct.empty());
}

}  // namespace
}  // namespace restock
