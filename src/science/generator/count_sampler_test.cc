#include "science/generator/count_sampler.h"

#include <cmath>
#include <map>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock::generator {
namespace {

/// (chi2 - expectation) in standard deviations, by the cube-root approximation of Wilson and
/// Hilferty (1931).
double chi_square_z(const std::map<int64_t, int64_t>& counts, double mean, double dispersion,
                    int64_t draws) {
  double chi2 = 0;
  int bins = 0;
  double expected = 0;
  double observed = 0;
  double expected_left = static_cast<double>(draws);
  double observed_left = static_cast<double>(draws);
  const auto last =
      static_cast<int64_t>(mean + 60 * std::sqrt(mean + dispersion * mean * mean) + 60);
  for (int64_t k = 0; k <= last; ++k) {
    expected += static_cast<double>(draws) * std::exp(count_log_probability(mean, dispersion, k));
    const auto found = counts.find(k);
    observed += found == counts.end() ? 0 : static_cast<double>(found->second);
    // Bins of at least 20 expected draws; the last takes the rest.
    if (expected < 20 || expected_left - expected < 20) continue;
    chi2 += (observed - expected) * (observed - expected) / expected;
    bins += 1;
    expected_left -= expected;
    observed_left -= observed;
    expected = 0;
    observed = 0;
  }
  chi2 += (observed_left - expected_left) * (observed_left - expected_left) / expected_left;
  const double freedom = bins;
  const double spread = 2 / (9 * freedom);
  return (std::cbrt(chi2 / freedom) - (1 - spread)) / std::sqrt(spread);
}

class CountSampler : public testing::TestWithParam<std::tuple<double, double>> {};

TEST_P(CountSampler, DrawsFollowTheExactProbabilities) {
  const auto [mean, dispersion] = GetParam();
  constexpr int64_t kDraws = 200'000;
  Random random(7,
                static_cast<uint64_t>(mean * 1000) * 100 + static_cast<uint64_t>(dispersion * 10));
  std::map<int64_t, int64_t> counts;
  for (int64_t i = 0; i < kDraws; ++i)
    ++counts[count_from_uniform(mean, dispersion, random.uniform())];
  EXPECT_LT(chi_square_z(counts, mean, dispersion, kDraws), 4);
}

INSTANTIATE_TEST_SUITE_P(PoissonAndNegativeBinomial, CountSampler,
                         testing::Combine(testing::Values(0.02, 0.3, 1.0, 7.5, 59.0, 61.0, 400.0),
                                          testing::Values(0.0, 0.001, 0.2, 1.5, 6.0)));

TEST(CountProbability, SumsToOneWithTheStatedMeanAndVariance) {
  for (const double mean : {0.1, 2.0, 45.0, 300.0}) {
    for (const double dispersion : {0.0, 0.05, 0.8}) {
      double total = 0;
      double first = 0;
      double second = 0;
      for (int64_t k = 0; k < 20'000; ++k) {
        const double p = std::exp(count_log_probability(mean, dispersion, k));
        total += p;
        first += p * static_cast<double>(k);
        second += p * static_cast<double>(k) * static_cast<double>(k);
      }
      EXPECT_NEAR(total, 1, 1e-9);
      EXPECT_NEAR(first, mean, 1e-8 * mean);
      const double variance = mean + dispersion * mean * mean;
      EXPECT_NEAR(second - first * first, variance, 1e-6 * variance);
    }
  }
}

TEST(CountFromUniform, ReproducesTheExampleOfTheHeader) {
  EXPECT_EQ(count_from_uniform(1, 0, 0.36), 0);
  EXPECT_EQ(count_from_uniform(1, 0, 0.37), 1);
}

TEST(CountFromUniform, IsTheInverseOfTheDistributionFunctionAtModerateMeans) {
  for (const double dispersion : {0.0, 0.4}) {
    double cumulated = 0;
    for (int64_t k = 0; k < 40; ++k) {
      const double p = std::exp(count_log_probability(6, dispersion, k));
      EXPECT_EQ(count_from_uniform(6, dispersion, cumulated + 0.5 * p), k);
      cumulated += p;
      if (p < 1e-12) break;
    }
  }
}

TEST(CountFromUniform, GivesZeroWithoutDemandAndEndsAtTheEdgeOfTheUnitInterval) {
  EXPECT_EQ(count_from_uniform(0, 0.3, 0.999), 0);
  const double edge = std::nextafter(1.0, 0.0);
  for (const double mean : {1e-9, 0.5, 60.0, 60.1, 5000.0}) {
    for (const double dispersion : {0.0, 1e-6, 0.5, 8.0}) {
      const double sd = std::sqrt(mean + dispersion * mean * mean);
      EXPECT_LT(count_from_uniform(mean, dispersion, edge), mean + 50 * sd * (1 + dispersion) + 50);
      EXPECT_GE(count_from_uniform(mean, dispersion, 0.0), 0);
    }
  }
}

}  // namespace
}  // namespace restock::generator
