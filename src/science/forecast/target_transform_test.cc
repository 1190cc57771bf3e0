#include "science/forecast/target_transform.h"

#include <cmath>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

/// Pairs around z whose residuals are normal with this standard deviation.
std::vector<TransformedPair> normal_pairs(double z, double sd, size_t n) {
  Random random(3, 0);
  std::vector<TransformedPair> pairs;
  pairs.reserve(n);
  for (size_t k = 0; k < n; ++k) pairs.push_back({z, z + sd * random.normal()});
  return pairs;
}

TEST(Smearing, OfTwoResidualsIsTheMeanOfTheirExponentials) {
  std::vector<TransformedPair> pairs = {{2, 1}, {2, 3}};
  const Smearing smearing = learn_smearing(TargetTransform::kLog1p, pairs);
  EXPECT_NEAR(smearing.at(2), std::log(std::cosh(1.0)), 1e-15);
}

/// Duan (1983), section 1: with normal residuals the factor estimates exp(sigma^2 / 2), the one of
/// the lognormal mean.
TEST(Smearing, ReachesTheLognormalFactorForNormalResiduals) {
  auto pairs = normal_pairs(3, 0.5, 200'000);
  const Smearing smearing = learn_smearing(TargetTransform::kLog1p, pairs);
  EXPECT_NEAR(smearing.at(3), 0.125, 0.005);
  auto roots = normal_pairs(10, 0.5, 200'000);
  EXPECT_NEAR(learn_smearing(TargetTransform::kSqrt, roots).at(10), 0.25, 0.02);
}

TEST(Smearing, MeetsTheSumOfEveryClassAndNeverTurnsARiseIntoAFall) {
  Random random(5, 0);
  for (const auto transform : {TargetTransform::kLog1p, TargetTransform::kSqrt}) {
    const TargetScale scale{transform, false};
    std::vector<TransformedPair> pairs;
    double came = 0;
    for (int k = 0; k < 20'000; ++k) {
      const double mu = std::exp(4 * random.uniform() - 1);
      // Counts of a spread that falls and rises with the level.
      const double units = std::floor(mu * (0.2 + 1.6 * random.uniform()) + random.uniform());
      pairs.push_back({scale.target(mu, mu) - 0.1, scale.target(units, mu)});
      came += units;
    }
    const Smearing smearing = learn_smearing(transform, pairs);
    ASSERT_EQ(smearing.height.size(), 8U);
    double said = 0, before = 0;
    for (const TransformedPair& pair : pairs) {
      const double mean = scale.mean(pair.forecast, 1, smearing);
      said += mean;
      EXPECT_GE(mean, before - 1e-9);
      before = mean;
    }
    EXPECT_NEAR(said / came, 1, 0.01) << target_transform_name(transform);
  }
}

TEST(TargetScale, GoesThereAndBack) {
  for (const auto transform : {TargetTransform::kNone, TargetTransform::kLog1p,
                               TargetTransform::kSqrt, TargetTransform::kLevel}) {
    const TargetScale scale{transform, false};
    for (const double units : {0.0, 0.25, 1.0, 17.0, 40'000.0}) {
      EXPECT_NEAR(scale.mean(scale.target(units, 3), 3, {}), units, 1e-12 * (1 + units));
      EXPECT_GT(scale.weight(units + 0.1), 0);
    }
    EXPECT_EQ(scale.margin(3), scale.target(3, 3));
    EXPECT_EQ(scale.mean(-5, 3, {}), 0);
    EXPECT_TRUE(std::isfinite(scale.mean(1e30, 3, {})));
  }
  EXPECT_EQ((TargetScale{TargetTransform::kNone, true}.margin(3)), std::log(3.0));
}

TEST(TargetTransform, IsParsedByNameAndNamesWhatThereIs) {
  for (const auto transform : {TargetTransform::kNone, TargetTransform::kLog1p,
                               TargetTransform::kSqrt, TargetTransform::kLevel}) {
    const auto parsed = parse_target_transform(target_transform_name(transform));
    ASSERT_TRUE(parsed.ok());
    EXPECT_EQ(*parsed, transform);
  }
  const auto unknown = parse_target_transform("cube");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, Code::kInvalidArgument);
  EXPECT_NE(unknown.error().message.find("none, log1p, sqrt, level, got \"cube\""),
            std::string::npos);
  std::vector<TransformedPair> none;
  EXPECT_EQ(learn_smearing(TargetTransform::kLog1p, none).at(4), 0);
}

}  // namespace
}  // namespace restock
