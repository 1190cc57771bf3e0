#include "science/evaluation/cumulative_errors.h"

#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace restock {
namespace {

using ::testing::ElementsAre;

const std::vector<double> kActual = {10, 15, 18, 12};

TEST(CumulativeErrors, ReproducesVandeputsThreeForecasts) {
  const auto low = cumulative_errors(kActual, std::vector<double>{9, 13, 16, 10}).value();
  EXPECT_EQ(low.absolute, 7);
  EXPECT_EQ(low.bias, -7);
  EXPECT_EQ(low.score, 14);
  EXPECT_THAT(low.cumulative, ElementsAre(1, 3, 5, 7));
  const auto wild = cumulative_errors(kActual, std::vector<double>{5, 22, 15, 15}).value();
  EXPECT_EQ(wild.absolute, 18);
  EXPECT_EQ(wild.score, 20);
  EXPECT_THAT(wild.cumulative, ElementsAre(5, 2, 1, 2));
  const auto shifted = cumulative_errors(kActual, std::vector<double>{12, 10, 15, 18}).value();
  EXPECT_EQ(shifted.absolute, 16);
  EXPECT_EQ(shifted.score, 16);
  EXPECT_THAT(shifted.cumulative, ElementsAre(2, 3, 6, 0));
}

TEST(CumulativeErrors, NeverExceedTheSumOfAbsoluteErrors) {
  const auto none = cumulative_errors(kActual, kActual).value();
  EXPECT_EQ(none.score, 0);
  const auto errors = cumulative_errors(kActual, std::vector<double>{3, 40, 0, 9}).value();
  for (const double c : errors.cumulative) EXPECT_LE(c, errors.absolute);
  EXPECT_EQ(errors.cumulative.back(), std::abs(errors.bias));
}

TEST(CumulativeErrors, RejectsNonsense) {
  EXPECT_FALSE(cumulative_errors(kActual, std::vector<double>{1}).ok());
  EXPECT_FALSE(cumulative_errors({}, {}).ok());
  EXPECT_FALSE(cumulative_errors(std::vector<double>{1}, std::vector<double>{NAN}).ok());
}

}  // namespace
}  // namespace restock
