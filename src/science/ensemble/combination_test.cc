#include "science/ensemble/combination.h"

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

ErrorProducts products_of(std::vector<double> sums, int64_t series) {
  ErrorProducts products(2);
  products.sums = std::move(sums);
  products.series = series;
  return products;
}

constexpr double kHardlyAny = 1e-9;

TEST(CombinationWeights, ReproduceBatesAndGranger) {
  // w = (s2^2 - r s1 s2) / (s1^2 + s2^2 - 2 r s1 s2), their equation for two forecasts.
  auto w = combination_weights(products_of({1, 0, 0, 3}, 1'000'000'000), kHardlyAny);
  EXPECT_NEAR(w[0], 0.75, 1e-9);
  w = combination_weights(products_of({1, 0.5, 0.5, 4}, 1'000'000'000), kHardlyAny);
  EXPECT_NEAR(w[0], 3.5 / 4, 1e-9);
}

TEST(CombinationWeights, DropAMemberThatOthersMakeSuperfluous) {
  // Unbounded weights would be 1.5 and -0.5.
  const auto w = combination_weights(products_of({1, 1.5, 1.5, 3}, 1'000'000'000), kHardlyAny);
  EXPECT_EQ(w[0], 1);
  EXPECT_EQ(w[1], 0);
}

TEST(CombinationWeights, AreEqualWithoutEvidenceAndNearThemWithLittle) {
  const auto none = combination_weights(ErrorProducts(4), 50);
  for (const double w : none) EXPECT_DOUBLE_EQ(w, 0.25);
  const double little = combination_weights(products_of({1, 0, 0, 3}, 1), 50)[0];
  const double much = combination_weights(products_of({1, 0, 0, 3}, 5000), 50)[0];
  EXPECT_GT(little, 0.5);
  EXPECT_LT(little, 0.65);
  EXPECT_GT(much, 0.73);
}

TEST(CombinationWeights, AreNotBlurredByAHopelessMember) {
  ErrorProducts products(3);
  products.series = 100;
  products.sums = {1, 0, 0, 0, 3, 0, 0, 0, 1e6};
  const auto w = combination_weights(products, 50);
  EXPECT_LT(w[2], 1e-5);
  EXPECT_NEAR(w[0], 3.5 / 5, 1e-4);
}

TEST(CombinationWeights, BeatEveryGridPointOfTheSimplex) {
  Random random(5, 0);
  for (int trial = 0; trial < 20; ++trial) {
    ErrorProducts products(3);
    for (int t = 0; t < 8; ++t) {
      const double shared = random.normal();
      products.add(std::vector{shared + random.normal(), shared + 0.5 * random.normal(),
                               0.3 * shared + 2 * random.normal()});
    }
    products.series = 1'000'000'000;
    const auto loss = [&](const std::vector<double>& w) {
      double sum = 0;
      for (size_t i = 0; i < 3; ++i) {
        for (size_t j = 0; j < 3; ++j) sum += w[i] * w[j] * products.sums[i * 3 + j];
      }
      return sum;
    };
    const auto best = combination_weights(products, kHardlyAny);
    EXPECT_NEAR(best[0] + best[1] + best[2], 1, 1e-12);
    for (int a = 0; a <= 50; ++a) {
      for (int b = 0; a + b <= 50; ++b) {
        EXPECT_LE(loss(best), loss({a / 50.0, b / 50.0, (50 - a - b) / 50.0}) + 1e-9);
      }
    }
  }
}

TEST(CombinationWeights, StartFromTheTargetAndFadeFromIt) {
  const std::vector<double> target = {0.9, 0.1};
  EXPECT_EQ(combination_weights(ErrorProducts(2), 50, target), target);
  // By hand: the derivative of w^2 + 3 (1-w)^2 + lambda ((w-0.9)^2 + (1-w-0.1)^2) is zero at
  // w = (3 + 1.8 lambda) / (4 + 2 lambda); lambda = 50 / 100.
  EXPECT_NEAR(combination_weights(products_of({1, 0, 0, 3}, 100), 50, target)[0], 3.9 / 5, 1e-9);
}

TEST(BestMember, IsTheFirstOfEquals) {
  EXPECT_EQ(best_member(products_of({2, 0, 0, 2}, 1)), 0U);
  EXPECT_EQ(best_member(products_of({2, 0, 0, 1}, 1)), 1U);
}

}  // namespace
}  // namespace restock
