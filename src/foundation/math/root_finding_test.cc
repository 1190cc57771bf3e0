#include "foundation/math/root_finding.h"

#include <cmath>

#include <gtest/gtest.h>

namespace restock {
namespace {

TEST(FindRoot, FindsKnownRoots) {
  // The cubic of Wallis, x^3 - 2x - 5, has its real root at 2.0945514815423265 (in use as a test
  // since 1685).
  const auto wallis =
      find_root([](double x) { return x * x * x - 2 * x - 5; }, {.low = 2, .high = 3});
  EXPECT_NEAR(wallis.value(), 2.0945514815423265, 1e-14);
  const auto dottie = find_root([](double x) { return std::cos(x) - x; }, {.low = 0, .high = 1});
  EXPECT_NEAR(dottie.value(), 0.7390851332151607, 1e-14);
}

TEST(FindRoot, TakesFewStepsOnSmoothAndStepFunctions) {
  int calls = 0;
  const auto smooth = [&](double x) { return ++calls, std::exp(x) - 1e5; };
  EXPECT_NEAR(find_root(smooth, {.low = -100, .high = 100}).value(), std::log(1e5), 1e-12);
  EXPECT_LT(calls, 80);
  const auto step = find_root([](double x) { return x < 0.3 ? -1.0 : 1e9; }, {.low = 0, .high = 1});
  EXPECT_NEAR(step.value(), 0.3, 1e-12);
}

TEST(FindRoot, AcceptsRootsAtTheBounds) {
  EXPECT_EQ(find_root([](double x) { return x; }, {.low = 0, .high = 1}).value(), 0);
  EXPECT_EQ(find_root([](double x) { return x - 1; }, {.low = 0, .high = 1}).value(), 1);
}

TEST(FindRoot, RejectsBoundsWithoutASignChange) {
  const auto none = find_root([](double x) { return x * x + 1; }, {.low = -1, .high = 1});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, Code::kInvalidArgument);
  EXPECT_NE(none.error().message.find("f(-1) = 2"), std::string::npos) << none.error().message;
  EXPECT_FALSE(find_root([](double) { return NAN; }, {.low = -1, .high = 1}).ok());
  EXPECT_FALSE(find_root([](double x) { return x; }, {.low = 1, .high = -1}).ok());
}

}  // namespace
}  // namespace restock
