#include "science/forecast/newcomer.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

struct World {
  Panel panel;
  std::vector<double> level;  ///< true level of every series
};

/// A draw near the standard normal: the sum of twelve uniform ones less six.
double normal(uint64_t a, uint64_t b) {
  double sum = -6;
  for (uint64_t k = 0; k < 12; ++k)
    sum += static_cast<double>(mix(a, b, k) % 1'000'000) / 1'000'000;
  return sum;
}

/// stores x products with level = 5 exp(store + department + product + noise), departments of 10
/// products.
World make_world(size_t stores, size_t products, double noise) {
  World world;
  Panel& panel = world.panel;
  panel.key_names = {"store", "product"};
  StaticAttribute department{"department", {}, {}};
  for (size_t d = 0; d < (products + 9) / 10; ++d)
    department.levels.push_back("d" + std::to_string(100 + d));
  for (size_t s = 0; s < stores; ++s) {
    for (size_t p = 0; p < products; ++p) {
      panel.keys.push_back({{"s" + std::to_string(100 + s), "p" + std::to_string(1000 + p)}});
      panel.start.push_back(0);
      panel.offsets.push_back(0);
      department.codes.push_back(static_cast<int32_t>(p / 10));
      world.level.push_back(5 * std::exp(0.4 * normal(1, s) + 0.8 * normal(2, p / 10) +
                                         0.6 * normal(3, p) + noise * normal(4 + s, p)));
    }
  }
  panel.attributes.push_back(std::move(department));
  return world;
}

/// Sum of |guess - level| / level over the wanted ones, averaged.
double relative_error(const World& world, const std::vector<double>& guess,
                      const std::vector<uint8_t>& wanted) {
  double sum = 0;
  double count = 0;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == 0) continue;
    sum += std::abs(std::log(guess[i] / world.level[i]));
    count += 1;
  }
  return sum / count;
}

std::vector<double> known_of(const World& world, const std::vector<uint8_t>& wanted) {
  std::vector<double> known = world.level;
  for (size_t i = 0; i < known.size(); ++i) known[i] = wanted[i] != 0 ? 0 : known[i];
  return known;
}

std::vector<double> median_of(const std::vector<double>& known) {
  std::vector<double> sorted;
  for (const double level : known) {
    if (level > 0) sorted.push_back(level);
  }
  std::sort(sorted.begin(), sorted.end());
  return std::vector<double>(known.size(), sorted[sorted.size() / 2]);
}

TEST(Newcomer, IsTheProductElsewhereTimesTheFactorOfTheStore) {
  // Without noise the multiplicative model is exact; every eleventh series is unknown.
  World world = make_world(8, 60, 0);
  std::vector<uint8_t> wanted(world.level.size(), 0);
  for (size_t i = 3; i < wanted.size(); i += 11) wanted[i] = 1;
  const auto got = newcomer_levels(world.panel, known_of(world, wanted), wanted);
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == 0) {
      EXPECT_EQ(got.level[i], 0);
      continue;
    }
    EXPECT_NEAR(got.level[i] / world.level[i], 1, 0.08) << i;
    EXPECT_NE(got.why[i].find("product (7)"), std::string::npos) << got.why[i];
  }
}

TEST(Newcomer, HalvesTheErrorOfTheMedianForAProductNewInAStore) {
  const World world = make_world(8, 60, 0.4);
  std::vector<uint8_t> wanted(world.level.size(), 0);
  for (size_t i = 3; i < wanted.size(); i += 11) wanted[i] = 1;
  const auto known = known_of(world, wanted);
  const auto got = newcomer_levels(world.panel, known, wanted);
  EXPECT_LT(relative_error(world, got.level, wanted),
            0.5 * relative_error(world, median_of(known), wanted));
}

TEST(Newcomer, TakesTheDepartmentForAProductNewEverywhere) {
  const World world = make_world(8, 60, 0.4);
  std::vector<uint8_t> wanted(world.level.size(), 0);
  for (size_t i = 0; i < wanted.size(); ++i) wanted[i] = i % 60 % 10 == 7 ? 1 : 0;
  const auto known = known_of(world, wanted);
  const auto got = newcomer_levels(world.panel, known, wanted);
  EXPECT_LT(relative_error(world, got.level, wanted),
            0.85 * relative_error(world, median_of(known), wanted));
  EXPECT_NE(got.why[7].find("department (72)"), std::string::npos) << got.why[7];
  EXPECT_EQ(got.why[7].find("product"), std::string::npos) << got.why[7];
}

TEST(Newcomer, FallsBackToAllSeriesWhereNothingIsShared) {
  World world = make_world(1, 9, 0);
  world.panel.attributes.clear();
  std::vector<uint8_t> wanted(9, 0);
  wanted[4] = 1;
  const auto got =
      newcomer_levels(world.panel, std::vector<double>{3, 3, 3, 3, 0, 3, 3, 3, 3}, wanted);
  EXPECT_NEAR(got.level[4], 3, 1e-9);
  EXPECT_EQ(got.why[4], "level of all 8 known series");
}

TEST(Newcomer, KnowsNothingWithoutAnyKnownSeries) {
  const World world = make_world(2, 3, 0);
  const auto got =
      newcomer_levels(world.panel, std::vector<double>(6, 0), std::vector<uint8_t>(6, 1));
  for (const double level : got.level) EXPECT_EQ(level, 0);
}

TEST(NewcomerDeathTest, RefusesLevelsOfOtherSeries) {
  const World world = make_world(2, 3, 0);
  EXPECT_DEATH(
      (void)newcomer_levels(world.panel, std::vector<double>(5, 1), std::vector<uint8_t>(6, 0)),
      "level.size");
}

}  // namespace
}  // namespace restock
