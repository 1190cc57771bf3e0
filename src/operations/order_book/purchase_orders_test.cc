#include "operations/order_book/purchase_orders.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "operations/order_book/order_book_fixture.h"

namespace restock {
namespace {

using testing::HasSubstr;

const std::vector<size_t> kAll = {0, 1, 2, 3};

OrderBook decided_book() {
  OrderBook book = small_book();
  book.orders[0].decision = OrderDecision{1, DecisionAction::kApprove, 12, "", "ada", ""};
  book.orders[1].decision = OrderDecision{2, DecisionAction::kEdit, 4, "opening", "ada", ""};
  book.orders[2].decision = OrderDecision{3, DecisionAction::kReject, 0, "strike", "ada", ""};
  return book;
}

TEST(PurchaseOrders, HoldWhatIsApprovedOrEdited) {
  const auto lines = purchase_order_lines(decided_book(), kAll, {});
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].purchase_order, lines[1].purchase_order);
  EXPECT_EQ(lines[0].item, "p1");
  EXPECT_EQ(lines[0].ship_to, "s1");
  EXPECT_EQ(lines[0].quantity, 12);
  EXPECT_EQ(lines[0].packs, 2);
  EXPECT_EQ(lines[0].amount, 24);
  EXPECT_EQ(lines[0].order_date, Date::of(2026, 1, 1));
  EXPECT_EQ(lines[0].arrives_on, "2026-01-04");
  EXPECT_EQ(lines[0].replaces, std::nullopt);
  EXPECT_EQ(lines[1].quantity, 4);
}

TEST(PurchaseOrders, GoOutOnceAndAgainOnlyWhenChanged) {
  OrderBook book = decided_book();
  const auto first = purchase_order_lines(book, kAll, {});
  for (const PurchaseOrderLine& line : first)
    book.orders[line.order].exported =
        ExportedOrder{line.purchase_order, line.revision, line.quantity, ""};
  EXPECT_TRUE(purchase_order_lines(book, kAll, {}).empty());

  book.orders[0].decision = OrderDecision{4, DecisionAction::kReject, 0, "strike", "ada", ""};
  const auto changed = purchase_order_lines(book, kAll, {});
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed[0].purchase_order, first[0].purchase_order);
  EXPECT_EQ(changed[0].revision, 1);
  EXPECT_EQ(changed[0].quantity, 0);
  EXPECT_EQ(changed[0].replaces, 12);
}

TEST(PurchaseOrders, LeaveOutWhatIsOrderedAlready) {
  const auto lines = purchase_order_lines(decided_book(), kAll, {{0, "PO-1", "other"}});
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].item, "p2");
}

TEST(PurchaseOrders, AreNumberedByRunSupplierAndShipTo) {
  const std::string number = purchase_order_number("2026-11-26T225050-388708", "acme", "s1");
  EXPECT_THAT(number, testing::MatchesRegex("PO-20261126225050-[0-9a-f]*"));
  EXPECT_EQ(number.size(), std::string("PO-20261126225050-0c4f1e9a77b2").size());
  EXPECT_EQ(number, purchase_order_number("2026-11-26T225050-388708", "acme", "s1"));
  EXPECT_NE(number, purchase_order_number("2026-11-26T225050-388708", "acme", "s2"));
  EXPECT_NE(number, purchase_order_number("2026-11-26T225050-388708", "acm", "es1"));
  EXPECT_NE(number, purchase_order_number("2026-11-26T225050-388709", "acme", "s1"));
}

TEST(PurchaseOrders, AreWrittenAsCsvAndJson) {
  OrderBook book = decided_book();
  book.orders[3].decision = OrderDecision{4, DecisionAction::kApprove, 5, "", "ada", ""};
  book.orders[3].supply.supplier = "bolt, \"nuts\"";
  const auto lines = purchase_order_lines(book, kAll, {});
  ASSERT_EQ(lines.size(), 3U);
  const std::string csv = purchase_orders_csv(lines);
  EXPECT_THAT(
      csv, HasSubstr(lines[0].purchase_order + ",0,acme,s1,p1,2026-01-01,2026-01-04,12,2,2,24,\n"));
  EXPECT_THAT(csv, HasSubstr(",0,\"bolt, \"\"nuts\"\"\",s2,p2,2026-01-01,2026-01-04,5,,,,\n"));
  const auto json = nlohmann::json::parse(purchase_orders_json(lines));
  ASSERT_EQ(json["purchase_orders"].size(), 2U);
  EXPECT_EQ(json["purchase_orders"][0]["lines"].size(), 2U);
  EXPECT_EQ(json["purchase_orders"][1]["supplier"], "bolt, \"nuts\"");
  EXPECT_TRUE(json["purchase_orders"][1]["lines"][0]["packs"].is_null());
}

TEST(PurchaseOrders, OfWeeksAreDatedOnTheLastDay) {
  OrderBook book = decided_book();
  book.axis.frequency = Frequency::kWeekly;
  book.origin = book.axis.period_of(Date::of(2024, 4, 8));
  for (BookedOrder& order : book.orders) order.arrival = book.origin + 3;
  const auto lines = purchase_order_lines(book, kAll, {});
  EXPECT_EQ(lines[0].order_date, Date::of(2024, 4, 14));
  EXPECT_EQ(lines[0].arrives_on, "2024-04-29");
}

}  // namespace
}  // namespace restock
