#include "foundation/config/suggest.h"

#include <vector>

#include <gtest/gtest.h>

namespace restock {
namespace {

TEST(EditDistance, CountsSingleLetterChangesAndSwaps) {
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
  EXPECT_EQ(edit_distance("untis", "units"), 1);
  EXPECT_EQ(edit_distance("Units", "uNITS"), 0);
  EXPECT_EQ(edit_distance("abc", "abc"), 0);
}

TEST(Suggest, FindsTheNearestName) {
  const std::vector<std::string> names = {"date", "units", "price", "promotion"};
  EXPECT_EQ(suggest("untis", names), "units");
  EXPECT_EQ(suggest("promotoin", names), "promotion");
  EXPECT_EQ(suggest("promo", names), "promotion");
  EXPECT_EQ(suggest("unit_price", names), "price");
}

TEST(Suggest, SaysNothingWithoutLikeness) {
  const std::vector<std::string> names = {"date", "units"};
  EXPECT_EQ(suggest("warehouse", names), std::nullopt);
  EXPECT_EQ(suggest("ab", std::vector<std::string>{"xy"}), std::nullopt);
  EXPECT_EQ(suggest("x", std::vector<std::string>{}), std::nullopt);
  EXPECT_EQ(did_you_mean("warehouse", names), "");
  EXPECT_EQ(did_you_mean("dat", names), ", did you mean \"date\"?");
}

TEST(Suggest, StaysFastOnHugeNames) {
  const std::vector<std::string> names = {std::string(1 << 20, 'a'), "units"};
  EXPECT_EQ(suggest(std::string(1 << 20, 'b'), names), std::nullopt);
}

}  // namespace
}  // namespace restock
