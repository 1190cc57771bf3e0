#include "science/local_models/nonnegative_weights.h"

#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

TEST(NonnegativeWeights, FollowItsExample) {
  const std::vector<double> gram{2, 1, 1, 2};
  const std::vector<double> right{1, -1};
  const auto x = nonnegative_weights(gram, right);
  EXPECT_NEAR(x[0], 0.5, 1e-12);
  EXPECT_EQ(x[1], 0);
}

/// The conditions of Karush, Kuhn and Tucker, which only the solution meets.
TEST(NonnegativeWeights, MeetTheConditionsOfTheOptimum) {
  for (uint64_t trial = 0; trial < 20; ++trial) {
    Random random(1, trial);
    constexpr size_t kRows = 30;
    constexpr size_t kColumns = 6;
    std::vector<double> gram(kColumns * kColumns, 0.0);
    std::vector<double> right(kColumns, 0.0);
    for (size_t r = 0; r < kRows; ++r) {
      double row[kColumns];
      for (double& v : row) v = random.normal();
      const double y = random.normal();
      for (size_t a = 0; a < kColumns; ++a) {
        right[a] += row[a] * y;
        for (size_t b = 0; b < kColumns; ++b) gram[a * kColumns + b] += row[a] * row[b];
      }
    }
    const auto x = nonnegative_weights(gram, right);
    for (size_t a = 0; a < kColumns; ++a) {
      double gradient = -right[a];
      for (size_t b = 0; b < kColumns; ++b) gradient += gram[a * kColumns + b] * x[b];
      EXPECT_GE(x[a], 0);
      EXPECT_GE(gradient, -1e-8);
      EXPECT_NEAR(x[a] * gradient, 0, 1e-8);
    }
  }
}

TEST(NonnegativeWeights, GiveAColumnOfZerosNothing) {
  const std::vector<double> gram{0, 0, 0, 4};
  const std::vector<double> right{0, 2};
  EXPECT_EQ(nonnegative_weights(gram, right), (std::vector<double>{0, 0.5}));
}

}  // namespace
}  // namespace restock
