#include "data/ingest/inventory.h"

#include "data/ingest/import_fixture.h"

namespace restock::ingest {
namespace {

using testing::HasSubstr;

class Inventory : public ImportFixture {
 protected:
  void SetUp() override {
    ImportFixture::SetUp();
    panel_.key_names = {"store", "item"};
    for (const char* item : {"A", "B", "C"}) panel_.keys.push_back({{"S", item}});
    config_.inventory.file = "stock.csv";
  }
  Result<InventoryTable> read() {
    return read_inventory(*database_, config_, panel_, (folder_ / "work").string());
  }
  Panel panel_;
};

TEST_F(Inventory, ReadsStockOrdersAndTerms) {
  config_.inventory.on_order = {"arriving_in_2_weeks", "arriving_in_1_week"};
  config_.inventory.lead_time = "lead";
  config_.inventory.unit_cost = "cost";
  config_.inventory.supplier = "supplier";
  config_.inventory.moq = "moq";
  config_.inventory.pack_size = "pack";
  write("stock.csv",
        "store,item,on_hand,arriving_in_1_week,arriving_in_2_weeks,lead,cost,supplier,moq,pack\n"
        "S,B,12,0,3,2,1.5,Acme,6,4\nS,A,-2,5,7,,,,,\n");
  const auto table = read();
  ASSERT_TRUE(table.ok()) << table.error().to_string();
  ASSERT_EQ(table->series.size(), 3U);
  const SeriesInventory& b = table->series[1];
  EXPECT_EQ(b.on_hand, 12);
  ASSERT_EQ(b.open_orders.size(), 1U);
  EXPECT_EQ(b.open_orders[0].arrival_periods, 2);
  EXPECT_EQ(b.open_orders[0].units, 3);
  EXPECT_EQ(b.lead_time, 2);
  EXPECT_EQ(b.unit_cost, 1.5);
  EXPECT_EQ(b.supplier, "Acme");
  EXPECT_EQ(b.moq, 6);
  EXPECT_EQ(b.pack_size, 4);
  const SeriesInventory& a = table->series[0];
  EXPECT_EQ(a.on_hand, -2);
  ASSERT_EQ(a.open_orders.size(), 2U);
  EXPECT_EQ(a.open_orders[0].arrival_periods, 1);
  EXPECT_FALSE(a.lead_time.has_value());
  EXPECT_FALSE(table->series[2].on_hand.has_value());
  EXPECT_EQ(table->findings.at(0).code, "no_inventory");
}

TEST_F(Inventory, ReadsShelfLivesAndStockByItsLastDay) {
  config_.inventory.shelf_life = "life";
  config_.inventory.display_stock = "display";
  config_.inventory.max_cover = "cover";
  config_.inventory.expiring = {"expires_in_0_days", "tomorrow", "expires_in_5_days"};
  write("stock.csv",
        "store,item,on_hand,life,display,cover,expires_in_0_days,tomorrow,expires_in_5_days\n"
        "S,A,12,4,2.5,21,1,0,3\nS,B,3,,,,,2,\nS,C,3,1.5,,,,,\n");
  const auto table = read();
  ASSERT_TRUE(table.ok()) << table.error().to_string();
  const SeriesInventory& a = table->series[0];
  EXPECT_EQ(a.shelf_life, 4);
  EXPECT_EQ(a.display_stock, 2.5);
  EXPECT_EQ(a.max_cover, 21);
  ASSERT_EQ(a.expiring.size(), 2U);
  EXPECT_EQ(a.expiring[0].last_sale_periods, 0);
  EXPECT_EQ(a.expiring[1].last_sale_periods, 5);
  EXPECT_EQ(a.expiring[1].units, 3);
  const SeriesInventory& b = table->series[1];
  EXPECT_FALSE(b.shelf_life.has_value());
  ASSERT_EQ(b.expiring.size(), 1U);
  EXPECT_EQ(b.expiring[0].last_sale_periods, 2);
  // A shelf life is a whole number of periods.
  EXPECT_FALSE(table->series[2].on_hand.has_value());
  EXPECT_EQ(table->findings.at(0).code, "bad_number");
  EXPECT_EQ(table->findings.at(0).column, "life");
}

TEST_F(Inventory, BadRowsAreToldAndLeftOut) {
  config_.inventory.pack_size = "pack";
  write("stock.csv", "store,item,on_hand,pack\nS,A,many,1\nS,B,3,0\nS,C,4,1\nS,C,5,1\nS,Z,1,1\n");
  const auto table = read();
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->rows_read, 5);
  EXPECT_EQ(table->rows_quarantined, 4);
  EXPECT_EQ(table->series[2].on_hand, 4);
  EXPECT_FALSE(table->series[0].on_hand.has_value());
  std::map<std::string, int64_t> counts;
  for (const auto& finding : table->findings) counts[finding.code] = finding.count;
  EXPECT_EQ(
      counts,
      (std::map<std::string, int64_t>{
          {"bad_number", 2}, {"repeated_key", 1}, {"unknown_series", 1}, {"no_inventory", 2}}));
  EXPECT_EQ(table->findings[0].column, "on_hand");
  EXPECT_EQ(table->findings[0].value, "many");
  EXPECT_EQ(table->findings[0].row, 1);
}

TEST_F(Inventory, MissingColumnsAreNamed) {
  config_.inventory.moq = "min_order";
  write("stock.csv", "store,item,onhand\nS,A,1\n");
  const auto table = read();
  ASSERT_FALSE(table.ok());
  EXPECT_THAT(table.error().message,
              HasSubstr("no column \"on_hand\" ([inventory] on_hand), did you mean \"onhand\"?"));
  EXPECT_THAT(table.error().message, HasSubstr("min_order"));
  write("stock.csv", "item,on_hand,min_order\nA,1,1\n");
  EXPECT_THAT(read().error().message, HasSubstr("no column \"store\""));
}

TEST(ArrivalPeriods, ComeFromTheNameOrThePlace) {
  EXPECT_EQ(arrival_periods("arriving_in_2_weeks", 1, 1), 2);
  EXPECT_EQ(arrival_periods("in_10_periods", 1, 1), 10);
  EXPECT_EQ(arrival_periods("margin_2", 1, 7), 7);
  EXPECT_EQ(arrival_periods("second", 2, 7), 14);
  EXPECT_EQ(arrival_periods("in_0_days", 1, 7), 1);
}

}  // namespace
}  // namespace restock::ingest
