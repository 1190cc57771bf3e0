#include "operations/order_book/decisions.h"

#include <limits>

#include <gmock/gmock.h>

#include "operations/order_book/order_book_fixture.h"

namespace restock {
namespace {

using testing::HasSubstr;

DecisionRequest request_for(DecisionAction action, OrderFilter filter) {
  DecisionRequest request;
  request.action = action;
  request.filter = std::move(filter);
  request.author = "ada";
  return request;
}

/// The error of a request, which must have one.
Error error_of(const OrderBook& book, const DecisionRequest& request) {
  DecisionSummary summary;
  const auto checked = check_request(book, request, summary);
  EXPECT_FALSE(checked.ok());
  return checked.ok() ? Error{} : checked.error();
}

TEST(Decisions, OfAGroupAreThoseNotDecidedYet) {
  OrderBook book = small_book();
  book.orders[0].decision = OrderDecision{1, DecisionAction::kEdit, 18, "fair", "ben", ""};
  book.orders[3].exported = ExportedOrder{"PO-1", 0, 5, ""};
  DecisionRequest request = request_for(DecisionAction::kApprove, {});
  request.all = true;
  DecisionSummary summary;
  const auto checked = check_request(book, request, summary);
  ASSERT_TRUE(checked.ok());
  ASSERT_EQ(checked->size(), 1U);
  EXPECT_EQ((*checked)[0].order, 2U);
  EXPECT_EQ((*checked)[0].quantity, 24);
  EXPECT_EQ(summary.left_decided, 1);
  EXPECT_EQ(summary.left_exported, 1);

  request.filter.status = {"edited"};
  const auto again = check_request(book, request, summary);
  ASSERT_TRUE(again.ok());
  ASSERT_EQ(again->size(), 1U);
  EXPECT_EQ((*again)[0].order, 0U);
}

TEST(Decisions, NeedAReasonUnlessTheyApprove) {
  const OrderBook book = small_book();
  DecisionRequest request = request_for(DecisionAction::kReject, {.supplier = {"acme"}});
  EXPECT_THAT(error_of(book, request).message, HasSubstr("to reject needs a reason"));
  request.reason = "strike";
  DecisionSummary summary;
  const auto checked = check_request(book, request, summary);
  ASSERT_TRUE(checked.ok());
  EXPECT_EQ(checked->size(), 2U);
  EXPECT_EQ((*checked)[1].quantity, 0);
  EXPECT_EQ((*checked)[1].reason, "strike");
}

TEST(Decisions, SayWhichQuantitiesAreAllowed) {
  const OrderBook book = small_book();
  DecisionRequest request =
      request_for(DecisionAction::kEdit, {.series = {"store=s1", "product=p1"}});
  request.reason = "fair";
  DecisionSummary summary;
  for (const double allowed : {0.0, 12.0, 18.0}) {
    request.quantity = allowed;
    EXPECT_TRUE(check_request(book, request, summary).ok()) << allowed;
  }
  request.quantity = 15;
  EXPECT_THAT(error_of(book, request).message,
              HasSubstr("15 units of store=s1 product=p1 are not allowed: at least 12 must be "
                        "ordered and packs hold 6"));
  EXPECT_THAT(error_of(book, request).hint, HasSubstr("12 and 18"));
  request.quantity = 6;
  EXPECT_THAT(error_of(book, request).hint, HasSubstr("0 and 12"));
  for (const double wrong : {-1.0, std::numeric_limits<double>::quiet_NaN(), 1e13}) {
    request.quantity = wrong;
    EXPECT_THAT(error_of(book, request).message, HasSubstr("a quantity must be")) << wrong;
  }
  request.quantity = 15;
  request.any_quantity = true;
  EXPECT_TRUE(check_request(book, request, summary).ok());
}

TEST(Decisions, OrderWhatWasNotProposedOnlyByAnEdit) {
  const OrderBook book = small_book();
  DecisionRequest request =
      request_for(DecisionAction::kApprove, {.series = {"store=s1", "product=p2"}});
  EXPECT_THAT(error_of(book, request).message, HasSubstr("nothing is proposed for"));
  request.action = DecisionAction::kEdit;
  request.quantity = 3;
  request.reason = "opening";
  DecisionSummary summary;
  EXPECT_TRUE(check_request(book, request, summary).ok());
}

TEST(Decisions, ChangeAnExportedOrderOnlyWhenTold) {
  OrderBook book = small_book();
  book.orders[2].exported = ExportedOrder{"PO-7", 0, 24, ""};
  DecisionRequest request =
      request_for(DecisionAction::kReject, {.series = {"store=s2", "product=p1"}});
  request.reason = "strike";
  EXPECT_THAT(error_of(book, request).message, HasSubstr("24 units in purchase order PO-7"));
  request.amend = true;
  DecisionSummary summary;
  EXPECT_TRUE(check_request(book, request, summary).ok());
}

TEST(Decisions, NeedAnAuthorAndSomethingToDecide) {
  const OrderBook book = small_book();
  DecisionRequest request = request_for(DecisionAction::kApprove, {});
  EXPECT_THAT(error_of(book, request).message, HasSubstr("which orders to approve is not said"));
  request.all = true;
  request.author = "";
  EXPECT_THAT(error_of(book, request).message, HasSubstr("who decides is not known"));
}

}  // namespace
}  // namespace restock
