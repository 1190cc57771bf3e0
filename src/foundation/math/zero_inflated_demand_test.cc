#include "foundation/math/zero_inflated_demand.h"

#include <cmath>
#include <limits>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

namespace restock {
namespace {

struct Case {
  double mean, variance, inflation;
};

constexpr Case kCases[] = {
    {0.4, 0.9, 1}, {0.4, 0.9, 0.5}, {2.5, 10, 0.6}, {30, 400, 1}, {30, 400, 0.3}};

/// scipy.stats 1.x: pi + (1 - pi) times nbinom or poisson.
TEST(ZeroInflatedDemand, AgreesWithScipy) {
  struct Expected {
    double extra_zeros, at_zero, at, density, cdf, loss;
    std::vector<double> quantiles;  // at 0.1, 0.5, 0.9, 0.99
  };
  const Expected expected[] = {{0.757575757575758,
                                0.804133311180789,
                                1,
                                0.0768199634483017,
                                0.880953274629091,
                                0.204133311180789,
                                {0, 0, 2, 4}},
                               {0.378787878787879,
                                0.776651846414327,
                                1,
                                0.127703449791346,
                                0.904355296205674,
                                0.176651846414328,
                                {0, 0, 1, 4}},
                               {0.327272727272727,
                                0.406983143132928,
                                3,
                                0.0916807234539412,
                                0.710191560197408,
                                1.03888665874503,
                                {0, 1, 7, 13}},
                               {0.291338582677165,
                                0.291338582677165,
                                31,
                                0.00949380715585239,
                                0.321742695598291,
                                8.08882061948379,
                                {0, 39, 49, 57}},
                               {0.0874015748031496,
                                0.0876630806810651,
                                31,
                                0.0201569516550233,
                                0.582111624826207,
                                7.35672921947805,
                                {5, 28, 56, 89}}};
  for (size_t c = 0; c < std::size(kCases); ++c) {
    SCOPED_TRACE(c);
    const auto law = ZeroInflatedDemand::make(DemandKind::kCounts, kCases[c].mean,
                                              kCases[c].variance, kCases[c].inflation);
    ASSERT_TRUE(law.ok());
    const Expected& e = expected[c];
    EXPECT_NEAR(law->extra_zeros(), e.extra_zeros, 1e-14);
    EXPECT_NEAR(law->density(0), e.at_zero, 1e-12);
    EXPECT_NEAR(law->density(e.at), e.density, 1e-12);
    EXPECT_NEAR(law->cdf(e.at), e.cdf, 1e-12);
    EXPECT_NEAR(law->loss(e.at), e.loss, 1e-10);
    std::vector<double> probabilities = {0.1, 0.5, 0.9, 0.99};
    for (size_t j = 0; j < 4; ++j) EXPECT_EQ(law->quantile(probabilities[j]), e.quantiles[j]);
    std::vector<float> quantiles(4);
    quantiles_of(*law, probabilities, quantiles);
    for (size_t j = 0; j < 4; ++j) EXPECT_EQ(static_cast<double>(quantiles[j]), e.quantiles[j]);
  }
}

/// Lambert (1992), eq. 1: the zero-inflated Poisson law has mean (1 - p) lambda and variance
/// (1 - p) lambda (1 + p lambda). With p = 0.25 and lambda = 4: 3 and 6.
TEST(ZeroInflatedDemand, OfInflationOneIsLambertsZeroInflatedPoissonLaw) {
  const auto law = ZeroInflatedDemand::of(DemandKind::kCounts, 3, 6, 1);
  EXPECT_NEAR(law.extra_zeros(), 0.25, 1e-15);
  EXPECT_NEAR(law.base().mean(), 4, 1e-14);
  EXPECT_NEAR(law.base().variance(), 4, 1e-12);
  EXPECT_NEAR(law.density(0), 0.25 + 0.75 * std::exp(-4.0), 1e-14);
}

TEST(ZeroInflatedDemand, KeepsMeanAndVarianceAndIsADistribution) {
  for (const Case& c : kCases) {
    for (const double inflation : {0.0, 0.25, c.inflation}) {
      const auto law = ZeroInflatedDemand::of(DemandKind::kCounts, c.mean, c.variance, inflation);
      double sum = 0, mean = 0, squares = 0;
      for (double k = 0; k < 3000; ++k) {
        sum += law.density(k);
        mean += k * law.density(k);
        squares += k * k * law.density(k);
        EXPECT_NEAR(law.cdf(k), sum, 1e-11);
        EXPECT_NEAR(law.cdf(k) + law.survival(k), 1, 1e-12);
        // Where a count adds less than doubles tell apart, its neighbour has the same cdf.
        if (law.density(k) > 1e-9) {
          EXPECT_EQ(law.quantile(law.cdf(k)), k);
        }
      }
      EXPECT_NEAR(mean, c.mean, 1e-8 * c.mean);
      EXPECT_NEAR(squares - mean * mean, c.variance, 1e-7 * c.variance);
      EXPECT_NEAR(law.mean(), c.mean, 1e-12 * c.mean);
      EXPECT_NEAR(law.variance(), c.variance, 1e-9 * c.variance);
      EXPECT_NEAR(law.loss(0), c.mean, 1e-12 * c.mean);
      // More zeros than without inflation, never fewer.
      EXPECT_GE(law.cdf(0) + 1e-15,
                ZeroInflatedDemand::of(DemandKind::kCounts, c.mean, c.variance, 0).cdf(0));
    }
  }
}

TEST(ZeroInflatedDemand, WithoutInflationOrOverdispersionIsTheDemandDistribution) {
  for (const auto& [kind, mean, variance, inflation] :
       {std::tuple{DemandKind::kCounts, 2.0, 5.0, 0.0},
        {DemandKind::kCounts, 2.0, 1.5, 0.8},
        {DemandKind::kCounts, 2.0, 2.0, 0.8},
        {DemandKind::kCounts, 0.0, 0.0, 0.8},
        {DemandKind::kContinuous, 2.0, 5.0, 0.8}}) {
    const auto law = ZeroInflatedDemand::of(kind, mean, variance, inflation);
    const auto plain = DemandDistribution::of(kind, mean, variance);
    EXPECT_EQ(law.extra_zeros(), 0);
    for (const double x : {0.5, 1.0, 3.0}) {
      EXPECT_EQ(law.cdf(x), plain.cdf(x));
      EXPECT_EQ(law.density(x), plain.density(x));
      EXPECT_EQ(law.loss(x), plain.loss(x));
    }
    EXPECT_EQ(law.quantile(0.7), plain.quantile(0.7));
  }
}

TEST(ZeroInflatedDemand, RefusesWhatIsNoLaw) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double inflation : {-0.1, 1.1, nan}) {
    const auto law = ZeroInflatedDemand::make(DemandKind::kCounts, 2, 5, inflation);
    ASSERT_FALSE(law.ok());
    EXPECT_EQ(law.error().code, Code::kInvalidArgument);
    EXPECT_NE(law.error().message.find("must be in [0, 1], got"), std::string::npos);
  }
  EXPECT_FALSE(ZeroInflatedDemand::make(DemandKind::kCounts, nan, 5, 0.5).ok());
  EXPECT_FALSE(ZeroInflatedDemand::make(DemandKind::kCounts, 2, -1, 0.5).ok());
  // The most extreme laws in range have finite parts.
  for (const double mean : {1e-12, 1e-3, 1.0, 1e9}) {
    for (const double variance : {1e-3, 1.0, 1e12, 1e23}) {
      const auto law = ZeroInflatedDemand::of(DemandKind::kCounts, mean, variance, 1);
      EXPECT_TRUE(std::isfinite(law.cdf(3))) << mean << " " << variance;
      EXPECT_GE(law.extra_zeros(), 0);
      EXPECT_LE(law.extra_zeros(), 1);
    }
  }
}

}  // namespace
}  // namespace restock
