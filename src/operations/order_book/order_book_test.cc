#include "operations/order_book/order_book.h"

#include <filesystem>
#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "data/ingest/import_sales.h"

namespace restock {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A lake of hourly sales by store and item, with whatever orders a test writes.
class OrderBookTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / ("restock_order_book_test_" + std::to_string(getpid()) +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    auto lake = lake::Lake::open({.directory = folder_.string(), .database = {.threads = 1}});
    ASSERT_TRUE(lake.ok()) << lake.error().to_string();
    lake_.emplace(std::move(lake).value());
    ingest::SalesSchema schema;
    schema.axis.frequency = Frequency::kHourly;
    schema.keys = {"store", "item"};
    auto write = lake_->begin_write({.run_id = "import", .known_at_micros = 1});
    ASSERT_TRUE(write.ok());
    ASSERT_TRUE(write->ensure_sales_table({.key_names = {"store", "item"}, .hourly = true}).ok());
    ASSERT_TRUE(ingest::write_sales_schema(lake_->database(), schema, "lake.").ok());
    ASSERT_TRUE(write->commit().ok());
  }
  void TearDown() override {
    lake_.reset();
    fs::remove_all(folder_);
  }

  /// Add rows to a table in a commit of their own, from a SELECT without run_id and known_at.
  void add(lake::LakeTable table, const std::string& run, int64_t known_at,
           const std::string& select) {
    auto write = lake_->begin_write({.run_id = run, .known_at_micros = known_at});
    ASSERT_TRUE(write.ok());
    const auto published = write->publish_query(table, select);
    ASSERT_TRUE(published.ok()) << published.error().to_string();
    ASSERT_TRUE(write->commit().ok());
  }
  void add_run(const std::string& run, int64_t known_at, bool held_out,
               const std::string& orders = kOrders) {
    auto write = lake_->begin_write({.run_id = run, .known_at_micros = known_at});
    ASSERT_TRUE(write.ok());
    ASSERT_TRUE(write->record_run({.status = "done", .held_out = held_out}).ok());
    ASSERT_TRUE(write->publish_query(lake::LakeTable::kOrders, orders).ok());
    ASSERT_TRUE(write->commit().ok());
  }

  /// What a run wrote before tables told of packs, open orders and money at stake.
  static constexpr const char* kOrders =
      "SELECT * FROM (VALUES ('s1', 'a', 24.0), ('s1', 'b', 0.0), ('s2', 'a', 5.0)) AS t(store, "
      "item, order_quantity), (SELECT TIMESTAMP '2026-01-01 05:00:00' AS order_date, 2 AS "
      "lead_time, 7 AS review_period, true AS stock_known, 3.0 AS on_hand, 'acme' AS supplier)";

  fs::path folder_;
  std::optional<lake::Lake> lake_;
};

TEST_F(OrderBookTest, ReadsWhatARunLeft) {
  add_run("r1", 10, false);
  const auto book = read_order_book(*lake_, "r1");
  ASSERT_TRUE(book.ok()) << book.error().to_string();
  EXPECT_EQ(book->axis.label(book->origin), "2026-01-01T05:00");
  ASSERT_EQ(book->orders.size(), 3U);
  const BookedOrder& order = book->orders[0];
  EXPECT_EQ(order.key.to_string(), "s1/a");
  EXPECT_EQ(order.order_quantity, 24);
  EXPECT_EQ(order.status(), "proposed");
  EXPECT_EQ(book->axis.label(order.arrival), "2026-01-01T08:00");
  EXPECT_EQ(order.supply.pack_size, 0);
  EXPECT_EQ(order.cost_of_skipping, std::nullopt);
  EXPECT_EQ(order.amount(24), std::nullopt);
}

TEST_F(OrderBookTest, TakesTheArrivalThatTheRunExpected) {
  add_run("r1", 10, false,
          std::string(kOrders).replace(0, 8,
                                       "SELECT *, TIMESTAMP '2026-01-02 17:00:00' AS arrives_on"));
  const auto book = read_order_book(*lake_, "r1");
  ASSERT_TRUE(book.ok()) << book.error().to_string();
  EXPECT_EQ(book->axis.label(book->orders[2].arrival), "2026-01-02T17:00");
}

TEST_F(OrderBookTest, CountsTheLastDecisionAndTheLastExport) {
  add_run("r1", 10, false);
  add_run("r2", 20, false);
  const auto decide = [&](const char* run, int number, const char* action, double quantity) {
    add(lake::LakeTable::kOrderDecisions, run, 30 + number,
        fmt::format("SELECT 's1' AS store, 'a' AS item, {}::BIGINT AS decision, '{}' AS action, "
                    "{}::DOUBLE AS quantity, 'fair' AS reason, 'ada' AS author",
                    number, action, quantity));
  };
  decide("r1", 1, "reject", 0);
  decide("r1", 3, "edit", 36);
  decide("r2", 2, "approve", 24);
  add(lake::LakeTable::kOrderExports, "r1", 40,
      "SELECT 's1' AS store, 'a' AS item, 1::BIGINT AS export, 'PO-1' AS purchase_order, 0::BIGINT "
      "AS revision, 36.0 AS quantity");
  const auto first = read_order_book(*lake_, "r1");
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->orders[0].status(), "edited");
  EXPECT_EQ(first->orders[0].quantity(), 36);
  EXPECT_EQ(first->orders[0].decision->decision, 3);
  EXPECT_EQ(first->orders[0].exported->purchase_order, "PO-1");
  EXPECT_EQ(first->orders[1].status(), "proposed");
  const auto second = read_order_book(*lake_, "r2");
  EXPECT_EQ(second->orders[0].status(), "approved");
  EXPECT_FALSE(second->orders[0].exported.has_value());
}

TEST_F(OrderBookTest, MeansTheNewestRunThatHidNothing) {
  EXPECT_EQ(find_order_run(*lake_, "").error().message, "the lake has no orders");
  add_run("2026-01-01T000000-000001", 10, true);
  EXPECT_THAT(find_order_run(*lake_, "").error().message, HasSubstr("--holdout"));
  add_run("2026-01-02T000000-000001", 20, false);
  add_run("2026-01-03T000000-000001", 30, true);
  EXPECT_EQ(*find_order_run(*lake_, ""), "2026-01-02T000000-000001");
  EXPECT_EQ(*find_order_run(*lake_, "2026-01-03T000000-000001"), "2026-01-03T000000-000001");
  EXPECT_TRUE(read_order_book(*lake_, "2026-01-03T000000-000001")->held_out);
  EXPECT_THAT(find_order_run(*lake_, "2026-01-02T000000-00001").error().message,
              HasSubstr("did you mean \"2026-01-02T000000-000001\"?"));
}

}  // namespace
}  // namespace restock
