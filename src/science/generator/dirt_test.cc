#include "science/generator/dirt.h"

#include <array>
#include <set>

#include <gtest/gtest.h>

namespace restock::generator {
namespace {

TEST(DirtAt, SpoilsTheShareAskedForWithAllKindsAlike) {
  auto world = World::make({.stores = 2, .products = 50, .days = 1000});
  ASSERT_TRUE(world.ok());
  std::array<int, kDirtKindCount> counts{};
  int total = 0;
  for (int32_t store = 0; store < 2; ++store) {
    for (int32_t product = 0; product < 50; ++product) {
      for (int32_t day = 0; day < 1000; ++day) {
        const auto dirt = dirt_at(*world, 0.07, store, product, day);
        if (!dirt) continue;
        ++counts[static_cast<size_t>(dirt->kind)];
        ++total;
      }
    }
  }
  EXPECT_NEAR(total, 7000, 4 * 81);  // sd of the binomial: sqrt(100000 x 0.07 x 0.93) = 81
  for (const int count : counts) EXPECT_NEAR(count, total / 7.0, 4 * 30);
}

TEST(DirtAt, NeverAtShareZeroAndAlwaysAtShareOne) {
  auto world = World::make({.stores = 1, .products = 1, .days = 100});
  ASSERT_TRUE(world.ok());
  for (int32_t day = 0; day < 100; ++day) {
    EXPECT_FALSE(dirt_at(*world, 0, 0, 0, day).has_value());
    EXPECT_TRUE(dirt_at(*world, 1, 0, 0, day).has_value());
  }
}

TEST(DirtText, IsGivenForWrongTypesOnly) {
  std::set<std::string_view> names;
  for (int kind = 0; kind < kDirtKindCount; ++kind) {
    const Dirt dirt{static_cast<DirtKind>(kind), 6};
    names.insert(dirt_kind_name(dirt.kind));
    const bool wrong_type = dirt.kind == DirtKind::kBadUnits || dirt.kind == DirtKind::kBadDate ||
                            dirt.kind == DirtKind::kBadPrice;
    EXPECT_EQ(dirt_text(dirt).empty(), !wrong_type);
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(kDirtKindCount));
}

}  // namespace
}  // namespace restock::generator
