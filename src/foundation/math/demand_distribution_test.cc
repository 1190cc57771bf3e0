#include "foundation/math/demand_distribution.h"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

constexpr auto kCounts = DemandKind::kCounts;
constexpr auto kContinuous = DemandKind::kContinuous;
constexpr std::array kProbabilities = {0.01, 0.25, 0.5, 0.9, 0.975, 0.9999};

struct CountCase {
  double mean, variance, k, cdf, density, far, survival;
  std::array<double, 6> quantiles;  ///< at kProbabilities
};

// SciPy 1.17: stats.poisson, stats.nbinom and stats.binom.
const CountCase kCountCases[] = {
    {6, 6, 6, 0.606302782412591, 0.16062314104798, 15, 0.000509098271217543, {1, 4, 6, 9, 11, 17}},
    {3, 10, 3, 0.674622009854491, 0.117399542698512, 15, 0.00605935781077933, {0, 1, 2, 7, 11, 27}},
    {50,
     200,
     50,
     0.546906389434768,
     0.0280571081000187,
     106,
     0.000652181491282042,
     {22, 40, 49, 69, 81, 118}},
    {0.02,
     0.05,
     0,
     0.987857117350938,
     0.987857117350938,
     0,
     0.0121428826490618,
     {0, 0, 0, 0, 0, 7}},
    {1e5,
     4e7,
     1e5,
     0.508431641843572,
     6.30573428776359e-05,
     125298,
     9.72247078720335e-05,
     {85877, 95665, 99867, 108186, 112770, 125246}},
    {400,
     400,
     400,
     0.513293828966128,
     0.019942958805031,
     480,
     4.64787444757644e-05,
     {354, 386, 400, 426, 440, 476}},
    {12.5,
     9000,
     12,
     0.940870246481129,
     0.00133900078484266,
     391,
     0.00894720967604107,
     {0, 0, 0, 1, 110, 2651}},
    {6,
     4.2,
     6,
     0.6080098122009244,
     0.19163898275344254,
     10,
     0.017144816431258418,
     {2, 5, 6, 9, 10, 14}},
};

TEST(DemandDistribution, MatchesScipyForCounts) {
  for (const auto& c : kCountCases) {
    const auto demand = DemandDistribution::make(kCounts, c.mean, c.variance).value();
    EXPECT_NEAR(demand.variance(), c.variance, 1e-12 * c.variance);
    EXPECT_NEAR(demand.cdf(c.k), c.cdf, 1e-12) << c.mean;
    EXPECT_NEAR(demand.density(c.k), c.density, 1e-9 * c.density) << c.mean;
    EXPECT_NEAR(demand.survival(c.far), c.survival, 1e-9 * c.survival) << c.mean;
    std::array<float, 6> shared{};
    quantiles_of(kCounts, c.mean, c.variance, kProbabilities, shared);
    for (size_t j = 0; j < kProbabilities.size(); ++j) {
      EXPECT_EQ(demand.quantile(kProbabilities[j]), c.quantiles[j]) << c.mean << " " << j;
      EXPECT_EQ(shared[j], c.quantiles[j]) << c.mean << " " << j;
    }
  }
}

TEST(DemandDistribution, MatchesScipyForGamma) {
  struct Case {
    double shape, scale, cdf_at_mean, density_at_mean;
    std::array<double, 4> quantiles;  // at 0.01, 0.5, 0.975, 0.9999
  };
  const Case cases[] = {
      {2,
       3,
       0.5939941502901616,
       0.0902235221577418,
       {0.44566422075979784, 5.035040970049984, 16.714930172816693, 35.269113667486614}},
      {0.3,
       10,
       0.7269573437103662,
       0.05752117576599179,
       {1.5022226552360407e-06, 0.7313113586695198, 19.002636428388257, 66.94659795421892}},
      {400,
       0.5,
       0.5066491298389054,
       0.039885917610062,
       {177.47422856344264, 199.8333580472322, 220.06883422328767, 239.34533918067652}},
      {0.01,
       2,
       0.9603474235215095,
       0.4754428590432525,
       {1.1321476294122614e-200, 8.931070037821125e-31, 0.09427591686318061, 6.452077331832506}},
  };
  for (const auto& c : cases) {
    const double mean = c.shape * c.scale;
    const auto demand = DemandDistribution::make(kContinuous, mean, mean * c.scale).value();
    EXPECT_NEAR(demand.cdf(mean), c.cdf_at_mean, 1e-12);
    EXPECT_NEAR(demand.density(mean), c.density_at_mean, 1e-12);
    const double p[] = {0.01, 0.5, 0.975, 0.9999};
    for (int j = 0; j < 4; ++j) {
      EXPECT_NEAR(demand.quantile(p[j]), c.quantiles[j], 1e-9 * c.quantiles[j]) << c.shape;
    }
  }
}

TEST(DemandDistribution, LossMatchesPublishedGammaExample) {
  // Snyder & Shen's gamma loss function as reproduced by stockpyl: shape 2, scale 3, at 4.
  const auto demand = DemandDistribution::make(kContinuous, 6, 18).value();
  EXPECT_NEAR(demand.loss(4), 2.635971381157268, 1e-12);
}

TEST(DemandDistribution, LossEqualsTheSumOverTheTail) {
  for (const auto& [mean, variance] : {std::pair{6.0, 6.0},
                                       {3.0, 10.0},
                                       {50.0, 200.0},
                                       {6.0, 4.2},
                                       {0.02, 0.05},
                                       {400.0, 400.0},
                                       {10.4, 0.0}}) {
    const auto demand = DemandDistribution::make(kCounts, mean, variance).value();
    for (const double x :
         {0.0, 1.0, 2.5, std::floor(mean), mean + 0.25, std::floor(2 * mean) + 1}) {
      double expected = 0;
      const double end = mean + 60 * std::sqrt(variance + 1);
      for (double k = std::floor(x) + 1; k < end; ++k) expected += (k - x) * demand.density(k);
      EXPECT_NEAR(demand.loss(x), expected, 1e-9 * (1 + expected)) << mean << " " << x;
      EXPECT_NEAR(demand.leftover(x) - demand.loss(x), x - mean, 1e-9 * (1 + mean));
    }
  }
}

TEST(DemandDistribution, SmallestReachableVarianceWhenLessIsAsked) {
  // Whole units with mean 10.4 cannot have variance 0: 11 trials are the fewest that reach the
  // mean.
  const auto demand = DemandDistribution::make(kCounts, 10.4, 0).value();
  EXPECT_NEAR(demand.variance(), 10.4 * (1 - 10.4 / 11), 1e-12);
  const auto exact = DemandDistribution::make(kCounts, 10, 0).value();
  EXPECT_EQ(exact.quantile(0.01), 10);
  EXPECT_EQ(exact.quantile(0.99), 10);
  EXPECT_EQ(exact.density(10), 1);
  EXPECT_EQ(exact.loss(8), 2);
}

TEST(DemandDistribution, NoDemandAndPointMasses) {
  for (const auto kind : {kCounts, kContinuous}) {
    const auto none = DemandDistribution::make(kind, 0, 5).value();
    EXPECT_EQ(none.quantile(0.999), 0);
    EXPECT_EQ(none.cdf(0), 1);
    EXPECT_EQ(none.loss(3), 0);
  }
  const auto known = DemandDistribution::make(kContinuous, 2.5, 0).value();
  EXPECT_EQ(known.quantile(0.3), 2.5);
  EXPECT_EQ(known.cdf(2.4), 0);
  EXPECT_EQ(known.survival(2.5), 0);
}

TEST(DemandDistribution, QuantileIsTheSmallestThatReachesOverTwelveDecades) {
  Random random(11, 3);
  for (int i = 0; i < 3000; ++i) {
    const double mean = std::pow(10.0, -6 + 13 * random.uniform());
    const double ratio =
        random.uniform() < 0.2 ? random.uniform() : 1 + std::pow(10.0, -9 + 12 * random.uniform());
    const auto demand = DemandDistribution::make(kCounts, mean, mean * ratio).value();
    const double p = random.uniform() < 0.3 ? 1 - std::pow(10.0, -9 * random.uniform_open())
                                            : random.uniform_open();
    const double k = demand.quantile(p);
    EXPECT_GE(demand.cdf(k), p * (1 - 2e-12)) << mean << " " << ratio << " " << p;
    EXPECT_LT(demand.cdf(k - 1), p * (1 + 1e-11)) << mean << " " << ratio << " " << p;
  }
}

TEST(DemandDistribution, QuantileInvertsCdfOnWholeNumbers) {
  for (const auto& [mean, variance] :
       {std::pair{0.7, 0.7}, {4.0, 9.0}, {30.0, 20.0}, {900.0, 2000.0}}) {
    const auto demand = DemandDistribution::make(kCounts, mean, variance).value();
    const double top = mean + 5 * std::sqrt(variance);
    for (double k = std::max(0.0, std::floor(mean - 5 * std::sqrt(variance))); k < top; ++k) {
      if (demand.survival(k) < 1e-9) continue;
      EXPECT_EQ(demand.quantile(demand.cdf(k)), k) << mean;
    }
  }
}

TEST(DemandDistribution, QuantilesRiseWithProbabilityAndMean) {
  for (const auto kind : {kCounts, kContinuous}) {
    for (const double mean : {0.01, 0.3, 7.0, 800.0, 3e5}) {
      double before = 0;
      for (double p = 0.01; p < 0.999; p += 0.013) {
        const double q = DemandDistribution::of(kind, mean, 2.5 * mean).quantile(p);
        EXPECT_GE(q, before);
        EXPECT_GE(DemandDistribution::of(kind, 1.1 * mean, 2.75 * mean).quantile(p), q);
        before = q;
      }
    }
  }
}

TEST(QuantilesOf, EqualsSingleQuantiles) {
  Random random(5, 9);
  const std::vector<double> p = {0.0, 0.001, 0.025, 0.25, 0.5, 0.5, 0.9, 0.999};
  for (const auto kind : {kCounts, kContinuous}) {
    std::vector<double> mean;
    std::vector<double> variance;
    for (int i = 0; i < 1500; ++i) {
      mean.push_back(std::pow(10.0, -5 + 11 * random.uniform()));
      variance.push_back(mean.back() * std::pow(10.0, -1 + 4 * random.uniform()));
    }
    std::vector<float> out(mean.size() * p.size());
    ASSERT_TRUE(quantiles_of(kind, mean, variance, p, out).ok());
    for (size_t i = 0; i < mean.size(); ++i) {
      const auto demand = DemandDistribution::of(kind, mean[i], variance[i]);
      for (size_t j = 0; j < p.size(); ++j) {
        EXPECT_EQ(out[i * p.size() + j], static_cast<float>(demand.quantile(p[j])))
            << mean[i] << " " << variance[i] << " " << p[j];
      }
    }
  }
}

TEST(DemandDistribution, RejectsImpossibleMoments) {
  EXPECT_FALSE(DemandDistribution::make(kCounts, -1, 1).ok());
  EXPECT_FALSE(DemandDistribution::make(kCounts, NAN, 1).ok());
  EXPECT_FALSE(DemandDistribution::make(kContinuous, 1, INFINITY).ok());
  const auto error = DemandDistribution::make(kCounts, 1, -2).error();
  EXPECT_NE(error.message.find("variance"), std::string::npos);
  EXPECT_NE(error.message.find("-2"), std::string::npos) << error.message;
}

TEST(QuantilesOf, NamesWhatIsWrong) {
  std::vector<float> out(2);
  const std::vector<double> ok = {1};
  EXPECT_FALSE(quantiles_of(kCounts, ok, ok, std::vector{0.9, 0.1}, out).ok());
  EXPECT_FALSE(quantiles_of(kCounts, ok, ok, std::vector{0.5, 1.0}, out).ok());
  EXPECT_FALSE(quantiles_of(kCounts, ok, ok, std::vector{0.5}, out).ok());
  const auto status =
      quantiles_of(kCounts, std::vector{1.0, -3.0}, std::vector{1.0, 1.0}, std::vector{0.5}, out);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message.find("position 1"), std::string::npos) << status.error().message;
}

}  // namespace
}  // namespace restock
