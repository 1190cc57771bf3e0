#include "operations/order_book/order_list.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "operations/order_book/order_book_fixture.h"

namespace restock {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST(OrderList, PutsTheMoneyAtStakeFirst) {
  const OrderBook book = small_book();
  const auto list = order_list(book, {.for_people = false});
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->table.rows.size(), 3U);
  EXPECT_EQ(list->table.rows[0][0], "s2");
  EXPECT_EQ(list->table.rows[1][0], "s1");
  EXPECT_EQ(list->table.rows[2][1], "p2");
  EXPECT_EQ(order_list(book, {.all = true, .for_people = false})->table.rows.size(), 4U);
}

TEST(OrderList, RanksByAmountWhereSkippingHasNoCost) {
  OrderBook book = small_book();
  for (BookedOrder& order : book.orders) order.cost_of_skipping.reset();
  const auto places = by_money_at_stake(book);
  EXPECT_THAT(places, testing::ElementsAre(2, 0, 3, 1));
}

TEST(OrderList, ShowsPeopleWhatThereIs) {
  OrderBook book = small_book();
  const auto plain = order_list(book, {.rows_max = 2});
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->rows_left_out, 1U);
  EXPECT_THAT(plain->table.columns, Not(Contains("author")));
  EXPECT_THAT(plain->headline, HasSubstr("orders of the evening of 2026-01-01: 3 proposals, 41 "
                                         "units, 72 to pay"));
  EXPECT_THAT(plain->headline, HasSubstr("3 proposed, 0 approved, 0 edited, 0 rejected"));
  book.orders[3].decision = OrderDecision{1, DecisionAction::kReject, 0, "strike", "ben", ""};
  const auto decided = order_list(book, {});
  EXPECT_THAT(decided->table.columns, Contains("author"));
  EXPECT_THAT(decided->headline, HasSubstr("2 proposed, 0 approved, 0 edited, 1 rejected"));
}

TEST(OrderList, TellsProgramsEverything) {
  const OrderBook book = small_book();
  const auto list = order_list(book, {.for_people = false});
  const auto at = [&](const char* name) {
    const auto& columns = list->table.columns;
    return static_cast<size_t>(std::ranges::find(columns, name) - columns.begin());
  };
  ASSERT_LT(at("reason"), list->table.columns.size());
  EXPECT_EQ(list->table.rows[0][at("arrives_on")], "2026-01-04");
  EXPECT_EQ(list->table.rows[0][at("amount")], "48");
  EXPECT_EQ(list->table.rows[2][at("amount")], std::nullopt);
  EXPECT_EQ(list->table.rows[0][at("quantity")], std::nullopt);
}

}  // namespace
}  // namespace restock
