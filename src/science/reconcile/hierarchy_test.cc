#include "science/reconcile/hierarchy.h"

#include <gtest/gtest.h>

#include "science/reconcile/reconcile_fixture.h"

namespace restock {
namespace {

TEST(Hierarchy, SumsSeriesByCrossedGroupings) {
  const Hierarchy h = two_stores_two_categories();
  EXPECT_EQ(h.n_aggregates(), 5U);
  EXPECT_EQ(h.n_bottom(), 6U);
  ASSERT_EQ(h.levels.size(), 4U);
  EXPECT_EQ(h.levels[1].name, "store");
  EXPECT_EQ(h.node_names[0], "total");
  EXPECT_EQ(h.node_names[4], "category=y");
  EXPECT_EQ(h.bottom_of(4), (std::vector<int32_t>{2, 5}));
  EXPECT_EQ(h.bottom_of(5), (std::vector<int32_t>{0}));
  const auto above = h.ancestors_of(5);
  EXPECT_EQ(std::vector<int32_t>(above.begin(), above.end()), (std::vector<int32_t>{0, 2, 4}));
}

TEST(Hierarchy, MakesOneNodePerCombinationThatOccurs) {
  const std::vector<StaticAttribute> attributes = {{"store", {0, 0, 1}, {"a", "b"}},
                                                   {"category", {0, 1, 1}, {"x", "y"}}};
  const auto h = make_hierarchy(attributes, {"1", "2", "3"}, {{{"store", "category"}}});
  ASSERT_TRUE(h.ok());
  EXPECT_EQ(h->levels[0].name, "store x category");
  EXPECT_EQ(h->levels[0].n_nodes, 3);  // no series of store b and category x
  EXPECT_EQ(h->node_names[2], "store=b category=y");
}

TEST(Hierarchy, LeavesSeriesWithoutAValueOutOfTheLevelAlone) {
  const std::vector<StaticAttribute> attributes = {{"brand", {0, -1, 0}, {"a"}}};
  const auto h = make_hierarchy(attributes, {"1", "2", "3"}, {{}, {{"brand"}}});
  ASSERT_TRUE(h.ok());
  EXPECT_EQ(h->bottom_of(0), (std::vector<int32_t>{0, 1, 2}));
  EXPECT_EQ(h->bottom_of(1), (std::vector<int32_t>{0, 2}));
}

TEST(Hierarchy, FillsAggregatesAndMeasuresIncoherence) {
  const Hierarchy h = two_stores_two_categories();
  std::vector<double> values(11, 0);
  for (size_t i = 5; i < 11; ++i) values[i] = static_cast<double>(i);
  EXPECT_DOUBLE_EQ(incoherence(h, 1, values), 45);
  sum_up(h, 1, values);
  EXPECT_EQ(std::vector<double>(values.begin(), values.begin() + 5),
            (std::vector<double>{45, 18, 27, 28, 17}));
  EXPECT_EQ(incoherence(h, 1, values), 0);
}

TEST(Hierarchy, RefusesUnknownAttributesAndRepeatedLevels) {
  const std::vector<StaticAttribute> attributes = {{"store", {0}, {"a"}}, {"brand", {0}, {"b"}}};
  const auto unknown = make_hierarchy(attributes, {"1"}, {{{"shop"}}});
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().message, "there is no attribute 'shop'");
  EXPECT_EQ(unknown.error().hint, "the attributes are store, brand");
  EXPECT_FALSE(
      make_hierarchy(attributes, {"1"}, {{{"store", "brand"}}, {{"brand", "store"}}}).ok());
  EXPECT_FALSE(make_hierarchy(attributes, {}, {{}}).ok());
  EXPECT_FALSE(make_hierarchy(attributes, {"1", "2"}, {{}}).ok());
}

}  // namespace
}  // namespace restock
