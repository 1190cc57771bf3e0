#include "foundation/base/argument.h"

#include <limits>

#include <gtest/gtest.h>

namespace restock {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Argument, NamesWhatWasSeenAndWhatIsAllowed) {
  const auto status = require_positive("demand_sd", -1);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, Code::kInvalidArgument);
  EXPECT_EQ(status.error().message, "demand_sd must be finite and > 0, got -1");
}

TEST(Argument, RefusesNanInfinityAndTheWrongSideOfEachBound) {
  for (const double bad : {kNan, kInfinity, -kInfinity}) {
    EXPECT_FALSE(require_finite("x", bad).ok());
    EXPECT_FALSE(require_positive("x", bad).ok());
    EXPECT_FALSE(require_not_negative("x", bad).ok());
    EXPECT_FALSE(require_share("x", bad).ok());
  }
  EXPECT_TRUE(require_finite("x", -3).ok());
  EXPECT_FALSE(require_positive("x", 0).ok());
  EXPECT_TRUE(require_not_negative("x", 0).ok());
  EXPECT_FALSE(require_not_negative("x", -1e-9).ok());
  EXPECT_FALSE(require_share("x", 0).ok());
  EXPECT_FALSE(require_share("x", 1).ok());
  EXPECT_TRUE(require_share("x", 0.5).ok());
  EXPECT_FALSE(require_at_least("n", 0, 1).ok());
  EXPECT_TRUE(require_at_least("n", 1, 1).ok());
}

}  // namespace
}  // namespace restock
