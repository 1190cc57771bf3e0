#include "data/ingest/suppliers.h"

#include "data/ingest/import_fixture.h"

namespace restock::ingest {
namespace {

using testing::HasSubstr;

class Suppliers : public ImportFixture {
 protected:
  void SetUp() override {
    ImportFixture::SetUp();
    panel_.key_names = {"store", "item"};
    for (const char* item : {"A", "B", "C"}) panel_.keys.push_back({{"S", item}});
    config_.suppliers.file = "suppliers.csv";
    config_.receipts.file = "receipts.csv";
  }
  Result<SupplierTable> offers(const std::string& text) {
    write("suppliers.csv", text);
    return read_suppliers(*database_, config_, panel_, (folder_ / "work").string());
  }
  Result<ReceiptTable> receipts(const std::string& text) {
    write("receipts.csv", text);
    return read_receipts(*database_, config_, panel_, (folder_ / "work").string());
  }
  static std::map<std::string, int64_t> codes(const std::vector<DataFinding>& findings) {
    std::map<std::string, int64_t> counts;
    for (const auto& finding : findings) counts[finding.code] = finding.count;
    return counts;
  }
  Panel panel_;
};

TEST_F(Suppliers, SpecialRowsFillUpFromGeneralOnes) {
  const auto table = offers(
      "supplier,item,lead_time,unit_cost,moq,pack_size,order_days,delivery_days,closed\n"
      "Mill,,4,2.5,10,5,Mon Thu,Tue-Fri,2024-12-26 2024-12-25\n"
      "Quick,,1,3,,,,,\n"
      "Mill,B,,2,,,Wed,,\n");
  ASSERT_TRUE(table.ok()) << table.error().to_string();
  ASSERT_EQ(table->series.size(), 3U);
  ASSERT_EQ(table->series[0].size(), 2U);
  const SeriesOffer& mill = table->series[0][0];
  EXPECT_EQ(mill.supplier, "Mill");
  EXPECT_EQ(mill.lead_time, 4);
  EXPECT_EQ(mill.unit_cost, 2.5);
  EXPECT_EQ(mill.moq, 10);
  EXPECT_EQ(mill.pack_size, 5);
  EXPECT_EQ(mill.calendar.order_days->bits, 0b0001001);
  EXPECT_EQ(mill.calendar.delivery_days.bits, 0b0011110);
  EXPECT_EQ(mill.calendar.closed.front(), Date::of(2024, 12, 25));
  const SeriesOffer& quick = table->series[0][1];
  EXPECT_FALSE(quick.moq.has_value());
  EXPECT_FALSE(quick.calendar.order_days.has_value());
  EXPECT_EQ(quick.calendar.delivery_days, Weekdays{});
  const SeriesOffer& special = table->series[1][0];
  EXPECT_EQ(special.lead_time, 4);
  EXPECT_EQ(special.unit_cost, 2);
  EXPECT_EQ(special.calendar.order_days->bits, 0b0000100);
  EXPECT_EQ(table->rows_quarantined, 0);
  EXPECT_TRUE(table->findings.empty());
}

TEST_F(Suppliers, TheLaterKeyColumnWinsBetweenRowsOfOneKey) {
  const auto table = offers("supplier,store,item,unit_cost\nMill,S,,5\nMill,,A,4\nMill,S,B,3\n");
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->series[0][0].unit_cost, 4);
  EXPECT_EQ(table->series[1][0].unit_cost, 3);
  EXPECT_EQ(table->series[2][0].unit_cost, 5);
}

TEST_F(Suppliers, BadRowsAreToldAndLeftOut) {
  const auto table = offers(
      "supplier,item,lead_time,order_days\n"
      "Mill,A,soon,\nMill,A,-1,\nMill,A,1.5,\nMill,A,2,Funday\n,A,2,\n"
      "Mill,A,2,Mon\nMill,A,3,Mon\nMill,Z,2,\n");
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->rows_read, 8);
  EXPECT_EQ(table->rows_quarantined, 7);
  EXPECT_EQ(codes(table->findings), (std::map<std::string, int64_t>{{"bad_number", 3},
                                                                    {"bad_days", 1},
                                                                    {"no_supplier", 1},
                                                                    {"repeated_key", 1},
                                                                    {"unknown_series", 1},
                                                                    {"no_offer", 2}}));
  EXPECT_EQ(table->findings[0].row, 1);
  EXPECT_EQ(table->findings[0].column, "lead_time");
  EXPECT_EQ(table->findings[0].value, "soon");
  EXPECT_EQ(table->series[0].at(0).lead_time, 2);
}

TEST_F(Suppliers, MissingColumnsAreNamed) {
  EXPECT_THAT(offers("vendor,lead_time\nMill,1\n").error().message,
              HasSubstr("no column \"supplier\" ([suppliers] supplier)"));
  config_.suppliers.unit_cost = "price";
  EXPECT_THAT(offers("supplier,prise\nMill,1\n").error().message,
              HasSubstr("did you mean \"prise\"?"));
  EXPECT_THAT(receipts("supplier,order\nMill,2024-01-01\n").error().message,
              HasSubstr("no column \"ordered\" ([receipts] ordered)"));
}

TEST_F(Suppliers, DaysOfTheWeekOfWeeklyDataAreToldNotToAct) {
  panel_.axis.frequency = Frequency::kWeekly;
  const auto table = offers("supplier,order_days\nMill,Mon\n");
  EXPECT_EQ(codes(table->findings), (std::map<std::string, int64_t>{{"calendar_not_used", 1}}));
}

TEST_F(Suppliers, ReceiptsAreReadWithTheirGroups) {
  const auto table = receipts(
      "supplier,item,ordered,received,ordered_units,received_units\n"
      "Mill,A,2024-01-01,2024-01-05,10,8\n"
      "Mill,,2024-01-02 10:00,,10,\n"
      "Quick,C,2024-01-02,2024-01-02,1,1\n"
      "Mill,A,2024-01-03,2024-01-05,,\n");
  ASSERT_TRUE(table.ok()) << table.error().to_string();
  ASSERT_EQ(table->rows.size(), 4U);
  EXPECT_EQ(table->rows[0].received, Date::of(2024, 1, 5));
  EXPECT_EQ(table->rows[0].received_units, 8);
  EXPECT_EQ(table->rows[1].ordered, Date::of(2024, 1, 2));
  EXPECT_FALSE(table->rows[1].received.has_value());
  EXPECT_EQ(table->rows[1].group, -1);
  EXPECT_EQ(table->rows[3].group, table->rows[0].group);
  EXPECT_EQ(table->group_of_series,
            (std::vector<int32_t>{table->rows[0].group, -1, table->rows[2].group}));
}

TEST_F(Suppliers, BadReceiptsAreToldAndLeftOut) {
  const auto table = receipts(
      "supplier,ordered,received,ordered_units\n"
      "Mill,1 May,2024-01-05,1\nMill,2024-01-01,soon,1\nMill,2024-01-05,2024-01-01,1\n"
      "Mill,2024-01-05,2024-01-09,many\n,2024-01-05,2024-01-09,1\nMill,2024-01-05,2024-01-09,1\n");
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->rows.size(), 1U);
  EXPECT_EQ(table->rows_read, 6);
  EXPECT_EQ(table->rows_quarantined, 5);
  EXPECT_EQ(codes(table->findings),
            (std::map<std::string, int64_t>{
                {"bad_date", 2}, {"bad_number", 1}, {"no_supplier", 1}, {"bad_order", 1}}));
}

}  // namespace
}  // namespace restock::ingest
