#include "operations/pipeline/exported_orders.h"

#include <gtest/gtest.h>

namespace restock {
namespace {

TEST(SentOrders, AreOpenFromTheEveningOfTheOrderToTheArrival) {
  const SentOrder order{{{"A"}}, "run", "PO-1", 100, 103, 5};
  EXPECT_FALSE(is_open(order, 99));
  EXPECT_TRUE(is_open(order, 100));
  EXPECT_TRUE(is_open(order, 102));
  EXPECT_FALSE(is_open(order, 103));
}

TEST(SentOrders, CountAsOpenOrdersOfTheirSeries) {
  Panel panel;
  panel.key_names = {"item"};
  panel.keys = {{{"A"}}, {{"B"}}};
  panel.origin = 101;
  std::vector<SeriesSupply> supply(2);
  supply[1].open_orders = {{1, 2}};
  const std::vector<SentOrder> sent = {{{{"B"}}, "run", "PO-1", 100, 103, 5},
                                       {{{"A"}}, "run", "PO-1", 90, 95, 7},
                                       {{{"C"}}, "run", "PO-2", 100, 103, 9}};
  EXPECT_EQ(add_sent_orders(sent, panel, supply), 5);
  EXPECT_TRUE(supply[0].open_orders.empty());
  ASSERT_EQ(supply[1].open_orders.size(), 2U);
  EXPECT_EQ(supply[1].open_orders[1].arrives_in, 2);
  EXPECT_EQ(supply[1].open_orders[1].quantity, 5);
}

}  // namespace
}  // namespace restock
