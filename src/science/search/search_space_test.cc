#include "science/search/search_space.h"

#include <map>

#include <gtest/gtest.h>

#include "science/search/search_fixture.h"

namespace restock {
namespace {

TEST(SearchSpace, MapsTheMiddleOfALogarithmicRangeToItsGeometricMean) {
  const TunedParameter rate = {.name = "rate", .low = 0.01, .high = 1, .logarithmic = true};
  EXPECT_DOUBLE_EQ(from_unit(rate, 0.5), 0.1);
  EXPECT_DOUBLE_EQ(from_unit(rate, 0), 0.01);
  EXPECT_DOUBLE_EQ(from_unit(rate, 1), 1);
}

TEST(SearchSpace, GivesEveryWholeNumberAndChoiceAnEqualPart) {
  const SearchSpace space = mixed_space();
  std::map<double, int> depths;
  std::map<double, int> losses;
  constexpr int kSteps = 2400;
  for (int i = 0; i < kSteps; ++i) {
    const double u = (i + 0.5) / kSteps;
    ++depths[from_unit(space[1], u)];
    ++losses[from_unit(space[4], u)];
  }
  EXPECT_EQ(depths.size(), 8U);
  for (const auto& [depth, count] : depths) EXPECT_NEAR(count, kSteps / 8.0, 1) << depth;
  EXPECT_EQ(losses.size(), 3U);
  for (const auto& [choice, count] : losses) EXPECT_EQ(count, kSteps / 3) << choice;
}

TEST(SearchSpace, WritesValuesThatReadBackToTheSameBitsAndPosition) {
  for (const TunedParameter& parameter : mixed_space()) {
    for (int i = 0; i <= 97; ++i) {
      const double value = from_unit(parameter, i / 97.0);
      const auto back = parse_value(parameter, value_text(parameter, value));
      ASSERT_TRUE(back.ok()) << parameter.name;
      EXPECT_EQ(*back, value) << parameter.name;
      EXPECT_EQ(from_unit(parameter, to_unit(parameter, value)), value) << parameter.name;
    }
  }
}

TEST(SearchSpace, TakesValuesOutsideTheRangeAsItsEnds) {
  const TunedParameter share = {.name = "share", .low = 0.4, .high = 1};
  EXPECT_EQ(to_unit(share, 0.1), 0);
  EXPECT_EQ(to_unit(share, 7), 1);
}

TEST(SearchSpace, RefusesRangesThatCannotBeSearched) {
  const auto refused = [](TunedParameter parameter) {
    return !check_space({std::move(parameter)}).ok();
  };
  EXPECT_FALSE(check_space({}).ok());
  EXPECT_FALSE(check_space({{.name = "a"}, {.name = "a"}}).ok());
  EXPECT_TRUE(refused({.name = ""}));
  EXPECT_TRUE(refused({.name = "a", .low = 1, .high = 1}));
  EXPECT_TRUE(refused({.name = "a", .low = 0, .high = 1, .logarithmic = true}));
  EXPECT_TRUE(refused({.name = "a", .low = 0.5, .high = 2, .whole = true}));
  EXPECT_TRUE(refused({.name = "a", .choices = {"one"}}));
  EXPECT_TRUE(check_space(mixed_space()).ok());
}

TEST(SearchSpace, RefusesTextThatIsNoValue) {
  EXPECT_FALSE(parse_value(mixed_space()[0], "0.1x").ok());
  EXPECT_FALSE(parse_value(mixed_space()[0], "nan").ok());
  const auto loss = parse_value(mixed_space()[4], "gamma");
  ASSERT_FALSE(loss.ok());
  EXPECT_NE(loss.error().message.find("poisson, tweedie, squared"), std::string::npos);
}

}  // namespace
}  // namespace restock
