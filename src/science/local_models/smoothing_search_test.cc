#include "science/local_models/smoothing_search.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

TEST(Smooth, FollowsTheRecursionOfItsExample) {
  const std::vector<double> y{1, 2, 4};
  const auto fit = smooth(y, 0.5);
  EXPECT_DOUBLE_EQ(fit.level, 2.75);
  EXPECT_DOUBLE_EQ(fit.sum_of_squares, 7.25);
}

TEST(Smooth, OfOneValueIsThatValue) {
  const std::vector<double> y{3};
  EXPECT_EQ(smooth(y, 0.2).level, 3);
  EXPECT_EQ(best_smoothing(y, {}).sum_of_squares, 0);
}

/// Brute force: no constant of a fine grid has a smaller sum of squares.
TEST(BestSmoothing, BeatsAFineGridOfConstants) {
  for (uint64_t series = 0; series < 40; ++series) {
    Random random(5, series);
    std::vector<double> y;
    for (int t = 0; t < 90; ++t) {
      y.push_back(static_cast<double>(random.poisson(1 + 3.0 * (t % 40 > 20 ? 1 : 0))));
    }
    for (const SmoothingRange range : {SmoothingRange{0.1, 0.3}, SmoothingRange{0.0, 1.0}}) {
      const auto best = best_smoothing(y, range);
      EXPECT_GE(best.alpha, range.alpha_min);
      EXPECT_LE(best.alpha, range.alpha_max);
      for (int k = 0; k <= 2000; ++k) {
        const double alpha =
            range.alpha_min + (range.alpha_max - range.alpha_min) * static_cast<double>(k) / 2000;
        EXPECT_LE(best.sum_of_squares, smooth(y, alpha).sum_of_squares * (1 + 1e-9))
            << "series " << series << " alpha " << alpha;
      }
    }
  }
}

TEST(BestSmoothing, TakesTheEndOfTheRangeForASteadyTrend) {
  std::vector<double> y;
  for (int t = 0; t < 50; ++t) y.push_back(t);
  EXPECT_DOUBLE_EQ(best_smoothing(y, {0.1, 0.3}).alpha, 0.3);
  EXPECT_DOUBLE_EQ(best_smoothing(y, {0.2, 0.2}).alpha, 0.2);
}

}  // namespace
}  // namespace restock
