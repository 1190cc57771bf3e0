#include "science/reconcile/smoother.h"

#include <cmath>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

TEST(Smoother, ForecastsARepeatingSeriesExactly) {
  std::vector<float> values;
  for (int t = 0; t < 20; ++t) values.push_back(static_cast<float>(t % 3 + 1));
  const Smoothed s = smooth_seasonal(values, {.season_length = 3, .horizon = 4, .n_residuals = 5});
  const std::vector<double> expected = {3, 1, 2, 3};
  for (size_t h = 0; h < 4; ++h) EXPECT_NEAR(s.mean[h], expected[h], 1e-12);
  EXPECT_NEAR(s.variance, 0, 1e-20);
  EXPECT_EQ(s.residuals.size(), 5U);
}

TEST(Smoother, FollowsALevelThatMoves) {
  std::vector<float> values(200, 10);
  for (size_t t = 100; t < 200; ++t) values[t] = 30;
  EXPECT_NEAR(smooth_seasonal(values, {.season_length = 7, .horizon = 1}).mean[0], 30, 0.5);
}

TEST(Smoother, MeasuresTheVarianceOfNoise) {
  Random random(3, 0);
  std::vector<float> values(2000);
  for (float& value : values) value = static_cast<float>(50 + 2 * random.normal());
  const Smoothed s = smooth_seasonal(values, {.season_length = 7, .horizon = 2, .n_residuals = 9});
  EXPECT_NEAR(s.variance, 4, 0.4);
  EXPECT_LE(s.alpha, 0.05);
}

/// The recursion of the header, written out for one choice of alpha and gamma.
TEST(Smoother, KeepsTheErrorsOfItsRecursion) {
  const std::vector<float> values = {1, 4, 2, 5, 3, 9, 2, 6};
  const Smoothed s = smooth_seasonal(values, {.season_length = 2, .horizon = 1, .n_residuals = 8});
  double level = 4;  // mean of all four seasons
  double season[2] = {2 - level, 6 - level};
  for (size_t t = 0; t < values.size(); ++t) {
    const double error = values[t] - level - season[t % 2];
    EXPECT_NEAR(s.residuals[t], error, 1e-5);
    level += s.alpha * error;
    season[t % 2] += s.gamma * error;
  }
  EXPECT_NEAR(s.mean[0], level + season[0], 1e-12);
}

TEST(Smoother, AnswersShortAndEmptySeries) {
  EXPECT_EQ(smooth_seasonal({}, {.season_length = 7, .horizon = 2}).mean,
            (std::vector<double>{0, 0}));
  const std::vector<float> one = {5};
  const Smoothed s = smooth_seasonal(one, {.season_length = 7, .horizon = 2, .n_residuals = 3});
  EXPECT_NEAR(s.mean[1], 5, 1e-12);
  EXPECT_EQ(s.residuals[0], 0);
}

}  // namespace
}  // namespace restock
