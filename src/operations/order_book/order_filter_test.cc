#include "operations/order_book/order_filter.h"

#include <gmock/gmock.h>

#include "operations/order_book/decisions.h"
#include "operations/order_book/order_book_fixture.h"

namespace restock {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(OrderFilter, LetsThroughWhatFulfilsEveryPart) {
  const OrderBook book = small_book();
  EXPECT_THAT(select_orders(book, {})->places, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(select_orders(book, {.supplier = {"acme"}})->places, ElementsAre(0, 1, 2));
  EXPECT_THAT(select_orders(book, {.supplier = {"acme"}, .location = {"s2"}})->places,
              ElementsAre(2));
  EXPECT_THAT(select_orders(book, {.product = {"p1", "p2"}})->places, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(select_orders(book, {.series = {"store=s2"}})->places, ElementsAre(2, 3));
  EXPECT_THAT(select_orders(book, {.status = {"edited"}})->places, IsEmpty());
}

TEST(OrderFilter, KnowsASeriesFromAGroup) {
  const OrderBook book = small_book();
  EXPECT_TRUE(select_orders(book, {.series = {"store=s1", "product=p2"}})->one_series);
  EXPECT_FALSE(select_orders(book, {.series = {"store=s1"}})->one_series);
  EXPECT_FALSE(select_orders(book, {.location = {"s1"}, .product = {"p1"}})->one_series);
}

TEST(OrderFilter, NamesTheNearestOfWhatIsNotThere) {
  const OrderBook book = small_book();
  const auto supplier = select_orders(book, {.supplier = {"acmee"}});
  EXPECT_THAT(supplier.error().message, HasSubstr("did you mean \"acme\"?"));
  EXPECT_THAT(supplier.error().hint, HasSubstr("supplier of the run: acme, bolt"));
  const auto name = select_orders(book, {.series = {"stor=s1"}});
  EXPECT_THAT(name.error().message, HasSubstr("did you mean \"store\"?"));
  const auto together = select_orders(book, {.supplier = {"bolt"}, .location = {"s1"}});
  EXPECT_THAT(together.error().message, HasSubstr("fulfils all of this together"));
}

TEST(OrderFilter, FindsOneOrderByItsKey) {
  const OrderBook book = small_book();
  EXPECT_EQ(*find_order(book, {{"s2", "p1"}}), 2U);
  EXPECT_THAT(find_order(book, {{"s2", "p3"}}).error().message,
              HasSubstr("no order of product \"p3\", did you mean"));
}

TEST(OrderFilter, TellsTwoSuppliersOfOneSeriesApart) {
  OrderBook book = small_book();
  BookedOrder second = book.orders[2];
  second.supply.supplier = "bolt";
  book.orders.insert(book.orders.begin() + 3, second);
  EXPECT_EQ(*find_order(book, {{"s2", "p1"}}), 2U);
  EXPECT_EQ(*find_order(book, {{"s2", "p1"}}, "bolt"), 3U);
  EXPECT_THAT(find_order(book, {{"s2", "p1"}}, "core").error().hint,
              HasSubstr("it is ordered from acme, bolt"));
  DecisionRequest request{.action = DecisionAction::kEdit, .quantity = 30, .reason = "fair"};
  request.author = "me";
  request.filter.series = {"store=s2", "product=p1"};
  DecisionSummary summary;
  EXPECT_THAT(check_request(book, request, summary).error().message,
              HasSubstr("is ordered from acme, bolt"));
  request.filter.supplier = {"bolt"};
  const auto one = check_request(book, request, summary);
  ASSERT_TRUE(one.ok()) << one.error().to_string();
  ASSERT_EQ(one->size(), 1U);
  EXPECT_EQ(one->front().order, 3U);
  request.action = DecisionAction::kApprove;
  request.filter.supplier.clear();
  EXPECT_EQ(check_request(book, request, summary)->size(), 2U);
}

}  // namespace
}  // namespace restock
