#include "science/inventory/path_block.h"

#include <gtest/gtest.h>

namespace restock {
namespace {

TEST(PathBlock, GivesThePathsOfOneSeries) {
  const PathBlock block{2, 2, {1, 2, 3, 4, 5, 6, 7, 8}};
  const SeriesPaths second = block.at(1);
  EXPECT_EQ(second.n_paths(), 2U);
  EXPECT_EQ(second.path(1)[0], 7);
}

TEST(PathBlock, ExtendsAPathByTheBeginningOfAnother) {
  const PathBlock longer = extended({2, 2, {1, 2, 5, 6, 3, 4, 7, 8}}, 5);
  EXPECT_EQ(longer.horizon, 5);
  EXPECT_EQ(longer.values, (std::vector<float>{1, 2, 5, 6, 1, 5, 6, 1, 2, 5,  //
                                               3, 4, 7, 8, 3, 7, 8, 3, 4, 7}));
}

TEST(PathBlock, LeavesLongEnoughPathsAsTheyAre) {
  const PathBlock same = extended({3, 1, {1, 2, 3}}, 2);
  EXPECT_EQ(same.horizon, 3);
  EXPECT_EQ(same.values, (std::vector<float>{1, 2, 3}));
  EXPECT_TRUE(extended({2, 4, {}}, 9).values.empty());
}

}  // namespace
}  // namespace restock
