#include "science/inventory/open_orders.h"

#include <gmock/gmock.h>

namespace restock {
namespace {

using testing::HasSubstr;

TEST(OpenOrders, AreReadAsTheyWereWritten) {
  const std::vector<OpenOrder> orders = {{1, 12}, {3, 24.5}, {-2, 0.1}};
  EXPECT_EQ(open_orders_text(orders), "1:12 3:24.5 -2:0.1");
  const auto read = parse_open_orders(open_orders_text(orders));
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read->size(), orders.size());
  for (size_t i = 0; i < orders.size(); ++i) {
    EXPECT_EQ((*read)[i].arrives_in, orders[i].arrives_in);
    EXPECT_EQ((*read)[i].quantity, orders[i].quantity);
  }
  EXPECT_EQ(open_orders_text({}), "");
  EXPECT_TRUE(parse_open_orders("")->empty());
}

TEST(OpenOrders, NamesThePartThatIsNone) {
  for (const char* text : {"1:12 x", "1:12 2:", ":3", "1:-4", "1:nan", "1:2  3:4"}) {
    const auto read = parse_open_orders(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_THAT(read.error().message, HasSubstr("is no open order"));
  }
}

}  // namespace
}  // namespace restock
