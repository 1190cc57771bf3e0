#include "foundation/math/demand_law.h"

#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace restock {
namespace {

using ::testing::HasSubstr;

struct Named {
  std::string name;
  DemandLaw law;
};

std::vector<Named> laws() {
  const std::vector<double> mass = {0.1, 0, 0.3, 0.25, 0.2, 0.1, 0.05};
  const std::vector<double> sample = {4, 1.5, 9, 4, 0, 2.25};
  return {{"normal", DemandLaw::normal(15, 3).value()},
          {"lognormal", DemandLaw::lognormal(2, 0.3).value()},
          {"gamma", DemandLaw::gamma(2, 3).value()},
          {"exponential", DemandLaw::exponential(5).value()},
          {"uniform", DemandLaw::uniform(2, 7).value()},
          {"poisson", DemandLaw::poisson(6).value()},
          {"negative_binomial", DemandLaw::negative_binomial(6, 20).value()},
          {"geometric", DemandLaw::geometric(0.2).value()},
          {"discrete", DemandLaw::discrete(mass).value()},
          {"empirical", DemandLaw::empirical(sample).value()}};
}

TEST(DemandLaw, ReproducesPublishedLosses) {
  // Snyder & Shen (2019), appendix C, as computed by stockpyl; gamma by SciPy.
  EXPECT_NEAR(standard_normal_loss(1.3), 0.04552796208651397, 1e-15);
  EXPECT_NEAR(DemandLaw::normal(15, 3).value().loss(18.6), 0.1683073521514889, 1e-13);
  EXPECT_NEAR(DemandLaw::gamma(2, 3).value().loss(4), 2.635971381157268, 1e-12);
  EXPECT_NEAR(DemandLaw::lognormal(2, 0.3).value().loss(10), 0.28364973888106326, 1e-13);
  EXPECT_NEAR(DemandLaw::exponential(5).value().loss(1), 4.0936537653899085, 1e-12);
}

TEST(DemandLaw, LossesAreIntegralsOfTheOneBefore) {
  // loss(x) = integral of P(D > t) from x on, second_loss(x) that of the loss; both by the midpoint
  // rule between x and x + width.
  constexpr int kSteps = 20000;
  for (const auto& [name, law] : laws()) {
    for (const double x : {-1.0, 0.5, 1.0, 3.0, 6.5, 14.0}) {
      const double width = 3;
      double survival = 0;
      double loss = 0;
      for (int i = 0; i < kSteps; ++i) {
        const double t = x + width * (i + 0.5) / kSteps;
        survival += (1 - law.cdf(t)) * width / kSteps;
        loss += law.loss(t) * width / kSteps;
      }
      EXPECT_NEAR(law.loss(x) - law.loss(x + width), survival, 2e-4) << name << " at " << x;
      EXPECT_NEAR(law.second_loss(x) - law.second_loss(x + width), loss, 2e-7)
          << name << " at " << x;
    }
    EXPECT_NEAR(law.loss(500), 0, 1e-12) << name;
    EXPECT_NEAR(law.second_loss(500), 0, 1e-9) << name;
  }
}

TEST(DemandLaw, MomentsAgreeWithTheLosses) {
  for (const auto& [name, law] : laws()) {
    const double below = -40;  // less than any demand here
    EXPECT_NEAR(law.loss(below), law.mean() - below, 1e-9) << name;
    const double square = law.variance() + (law.mean() - below) * (law.mean() - below);
    EXPECT_NEAR(law.second_loss(below), square / 2, 1e-9 * square) << name;
    EXPECT_NEAR(law.leftover(5), 5 - law.mean() + law.loss(5), 1e-12) << name;
  }
}

TEST(DemandLaw, QuantileIsTheSmallestLevelThatReachesItsProbability) {
  for (const auto& [name, law] : laws()) {
    double previous = -1e9;
    for (int i = 0; 0.01 + 0.01 * i < 1; ++i) {
      const double p = 0.01 + 0.01 * i;
      const double x = law.quantile(p);
      EXPECT_GE(x, previous) << name;
      EXPECT_GE(law.cdf(x), p * (1 - 1e-11)) << name << " " << p;
      const double less = law.whole_units() || name == "empirical" ? 0.01 : 0.001;
      EXPECT_LT(law.cdf(x - less), p) << name << " " << p;
      previous = x;
    }
  }
}

TEST(DemandLaw, LevelOfLossIsShortByThatMuch) {
  for (const auto& [name, law] : laws()) {
    for (const double units : {1e-6, 0.01, 0.5, 3.0, 40.0}) {
      EXPECT_NEAR(law.loss(law.level_of_loss(units)), units, 1e-9 * (1 + units)) << name;
    }
  }
}

TEST(DemandLaw, ProbabilitiesSumToTheDistributionFunction) {
  for (const auto& [name, law] : laws()) {
    if (!law.whole_units()) continue;
    double sum = 0;
    for (int j = 0; j < 30; ++j) {
      const double k = j;
      sum += law.probability(k);
      EXPECT_NEAR(law.cdf(k), sum, 1e-12) << name << " " << k;
    }
    EXPECT_EQ(law.probability(-1), 0) << name;
    EXPECT_EQ(law.probability(2.5), 0) << name;
  }
}

TEST(DemandLaw, SeveralPeriodsAddMomentsAndMatchTheConvolution) {
  std::vector<double> mass(40);
  const auto poisson = DemandLaw::poisson(1.5).value();
  for (size_t k = 0; k < mass.size(); ++k) mass[k] = poisson.probability(static_cast<double>(k));
  const auto three = DemandLaw::discrete(mass).value().over(3).value();
  const auto closed = poisson.over(3).value();
  for (int i = 0; i < 40; ++i) EXPECT_NEAR(three.loss(0.5 * i), closed.loss(0.5 * i), 1e-12);
  for (const auto& [name, law] : laws()) {
    const auto sum = law.over(4);
    if (!sum.ok()) continue;
    EXPECT_NEAR(sum->mean(), 4 * law.mean(), 1e-9) << name;
    EXPECT_NEAR(sum->variance(), 4 * law.variance(), 1e-9) << name;
    const auto none = law.over(0).value();
    EXPECT_EQ(none.loss(2), 0) << name;
    EXPECT_EQ(none.mean(), 0) << name;
  }
}

TEST(DemandLaw, RejectsNonsenseAndNamesIt) {
  EXPECT_THAT(DemandLaw::normal(1, 0).error().message, HasSubstr("sd must be finite and > 0"));
  EXPECT_FALSE(DemandLaw::normal(NAN, 1).ok());
  EXPECT_FALSE(DemandLaw::lognormal(1, -1).ok());
  EXPECT_FALSE(DemandLaw::gamma(0, 1).ok());
  EXPECT_FALSE(DemandLaw::exponential(INFINITY).ok());
  EXPECT_FALSE(DemandLaw::uniform(3, 3).ok());
  EXPECT_FALSE(DemandLaw::poisson(-1).ok());
  EXPECT_FALSE(DemandLaw::negative_binomial(4, 4).ok());
  EXPECT_FALSE(DemandLaw::geometric(0).ok());
  EXPECT_TRUE(DemandLaw::geometric(1).ok());
  EXPECT_FALSE(DemandLaw::discrete({}).ok());
  EXPECT_FALSE(DemandLaw::discrete(std::vector{1.5, -0.5}).ok());
  EXPECT_THAT(DemandLaw::discrete(std::vector{0.5, 0.4}).error().message, HasSubstr("0.9"));
  EXPECT_FALSE(DemandLaw::empirical({}).ok());
  EXPECT_FALSE(DemandLaw::empirical(std::vector<double>{1.0, NAN}).ok());
  EXPECT_THAT(DemandLaw::uniform(0, 1).value().over(2).error().message, HasSubstr("uniform"));
  EXPECT_FALSE(DemandLaw::poisson(1).value().over(-1).ok());
  EXPECT_FALSE(DemandLaw::discrete(std::vector{0.5, 0.5}).value().over(1.5).ok());
}

}  // namespace
}  // namespace restock
