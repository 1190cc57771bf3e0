#include "science/demand/censored_moments.h"

#include <cmath>

#include <gtest/gtest.h>

namespace restock {
namespace {

TEST(CensoredMoments, ReproducesPoissonMeanOneGivenASale) {
  const auto m = censored_moments(DemandKind::kCounts, 1, 1, 1);
  EXPECT_NEAR(m.mean_above, 1 / (1 - std::exp(-1.0)), 1e-12);
  EXPECT_NEAR(m.below, std::exp(-1.0), 1e-12);
  EXPECT_EQ(m.mean_below, 0);
}

struct Oracle {
  DemandKind kind;
  double mean, overdispersion, sold;
  double mean_above, below, mean_below;
};

// From scipy.stats 1.16: sums of poisson and nbinom(mean / (phi - 1), 1 / phi) over 4000 counts,
// and scipy.integrate.quad over gamma(mean / phi, scale=phi).
TEST(CensoredMoments, AgreesWithSums) {
  for (const Oracle& o : {
           Oracle{DemandKind::kCounts, 12.5, 1, 20, 21.185333969298597, 0.9694058710730052,
                  12.225893730211654},
           Oracle{DemandKind::kCounts, 6, 2.5, 9, 11.667262969588549, 0.77466271744,
                  4.35148173731633},
           Oracle{DemandKind::kCounts, 150, 4, 180, 193.34626467438662, 0.8826759126518365,
                  144.23847318140164},
           Oracle{DemandKind::kCounts, 2, 1, 14, 14.150624882684848, 0.9999999706943036,
                  1.9999996439174659},
           Oracle{DemandKind::kContinuous, 1.2, 0.4, 1.5, 2.095225464190982, 0.7229315566338929,
                  0.8568987429736615},
       }) {
    const auto m = censored_moments(o.kind, o.mean, o.overdispersion, o.sold);
    EXPECT_NEAR(m.mean_above, o.mean_above, 1e-7 * o.mean_above) << o.mean << " " << o.sold;
    EXPECT_NEAR(m.below, o.below, 1e-9) << o.mean << " " << o.sold;
    EXPECT_NEAR(m.mean_below, o.mean_below, 1e-7 * o.mean_below) << o.mean << " " << o.sold;
  }
}

TEST(CensoredMoments, SplitTheMeanAndGrowWithSales) {
  for (const DemandKind kind : {DemandKind::kCounts, DemandKind::kContinuous}) {
    for (const double mean : {0.02, 0.7, 5.0, 80.0, 900.0}) {
      for (const double phi : {0.5, 1.0, 1.7, 6.0}) {
        double before = mean;
        for (int step = 0; step < 30; ++step) {
          const double sold = std::floor(step * std::max(1.0, mean / 10));
          const auto m = censored_moments(kind, mean, phi, sold);
          EXPECT_GE(m.mean_above, sold);
          EXPECT_GE(m.mean_above, before * (1 - 1e-9)) << mean << " " << phi << " " << sold;
          EXPECT_NEAR(m.below * m.mean_below + (1 - m.below) * m.mean_above, mean,
                      1e-6 * (mean + sold));
          before = m.mean_above;
        }
      }
    }
  }
}

TEST(CensoredMoments, StayFiniteBeyondAllProbability) {
  const auto m = censored_moments(DemandKind::kCounts, 1e-4, 1, 5000);
  EXPECT_GE(m.mean_above, 5000);
  EXPECT_LT(m.mean_above, 5001);
  EXPECT_NEAR(m.below, 1, 1e-12);
}

TEST(PartlyStocked, AddsTheExpectedRest) {
  const PartlyStocked period{.mean = 10, .share = 0.5, .sold = 7};
  EXPECT_NEAR(demand_of_partly_stocked(period), 12, 1e-12);
}

TEST(PartlyStocked, ReadsTheDayOffTheSalesWhereDaysDiffer) {
  // z = 5 x 0.2 / (5 x 0.2 + 1) = 0.5: of 40 % more than usual, half is the day.
  const PartlyStocked busy{.mean = 10, .day_variance = 0.2, .share = 0.5, .sold = 7};
  EXPECT_NEAR(demand_of_partly_stocked(busy), 7 + 5 * 1.2, 1e-12);
}

TEST(PartlyStocked, IsTheMeanWithoutStockAndTheSalesWithAll) {
  EXPECT_NEAR(demand_of_partly_stocked({.mean = 10, .share = 0, .sold = 0}), 10, 1e-12);
  EXPECT_NEAR(demand_of_partly_stocked({.mean = 10, .share = 1, .sold = 3}), 3, 1e-12);
}

TEST(CensoredMomentsDeathTest, RefuseWhatIsNoDemand) {
  EXPECT_DEATH((void)censored_moments(DemandKind::kCounts, std::nan(""), 1, 1), "mean");
  EXPECT_DEATH((void)censored_moments(DemandKind::kCounts, 1, 0, 1), "overdispersion");
  EXPECT_DEATH((void)demand_of_partly_stocked({.mean = 1, .share = 1.5}), "share");
}

}  // namespace
}  // namespace restock
