#include "science/local_models/seasonal_decomposition.h"

#include <cmath>

#include <gtest/gtest.h>

#include "science/local_models/theta_fixture.h"

namespace restock {
namespace {

TEST(SeasonalDecomposition, ReproducesStatsmodelsIndicesOfAirPassengers) {
  // statsmodels 0.15: seasonal_decompose(y, model="multiplicative", period=12).seasonal[:12].
  const double expected[] = {0.9102304, 0.8836253, 1.0073663, 0.9759060, 0.9813780, 1.1127758,
                             1.2265555, 1.2199110, 1.0604919, 0.9217572, 0.8011781, 0.8988244};
  const auto indices = classical_seasonal_indices(kAirPassengers, 12, SeasonKind::kMultiplicative);
  ASSERT_TRUE(indices.ok());
  EXPECT_EQ(indices->kind, SeasonKind::kMultiplicative);
  ASSERT_EQ(indices->index.size(), 12u);
  for (size_t k = 0; k < 12; ++k) EXPECT_NEAR(indices->index[k], expected[k], 1e-6);
}

TEST(SeasonalDecomposition, RecoversAPureSeasonOfOddAndEvenLength) {
  for (const int m : {2, 7, 12, 365}) {
    std::vector<double> y;
    for (int i = 0; i < 3 * m + 1; ++i) y.push_back(5.0 + 0.5 * i + std::sin(6.283185307 * i / m));
    const auto indices = classical_seasonal_indices(y, m, SeasonKind::kAdditive);
    ASSERT_TRUE(indices.ok());
    double sum = 0.0;
    for (int k = 0; k < m; ++k) {
      EXPECT_NEAR(indices->index[static_cast<size_t>(k)], std::sin(6.283185307 * k / m), 1e-6);
      sum += indices->index[static_cast<size_t>(k)];
    }
    EXPECT_NEAR(sum, 0.0, 1e-9);
  }
}

TEST(SeasonalDecomposition, TakesTheAdditiveSeasonWhereRatiosMeanNothing) {
  std::vector<double> y(28, 3.0);
  y[4] = 0.0;
  const auto indices = classical_seasonal_indices(y, 7, SeasonKind::kMultiplicative);
  ASSERT_TRUE(indices.ok());
  EXPECT_EQ(indices->kind, SeasonKind::kAdditive);
}

TEST(SeasonalDecomposition, TestFindsTheSeasonOfMonthsAndNoneInALine) {
  EXPECT_TRUE(is_seasonal(kAirPassengers, 12));
  EXPECT_FALSE(is_seasonal(kAirPassengers, 1));
  EXPECT_FALSE(is_seasonal({kAirPassengers, 23}, 12));
  EXPECT_FALSE(is_seasonal(std::vector<double>(40, 2.0), 7));
  std::vector<double> line;
  for (int i = 1; i <= 24; ++i) line.push_back(i);
  EXPECT_FALSE(is_seasonal(line, 7));
}

TEST(SeasonalDecomposition, RejectsShortSeriesAndNan) {
  EXPECT_EQ(classical_seasonal_indices(kAirPassengers, 1, SeasonKind::kAdditive).error().code,
            Code::kInvalidArgument);
  EXPECT_EQ(
      classical_seasonal_indices({kAirPassengers, 23}, 12, SeasonKind::kAdditive).error().code,
      Code::kInvalidData);
  std::vector<double> y(30, 1.0);
  y[2] = std::nan("");
  EXPECT_EQ(classical_seasonal_indices(y, 7, SeasonKind::kAdditive).error().code,
            Code::kInvalidData);
}

}  // namespace
}  // namespace restock
