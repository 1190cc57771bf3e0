#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/assert.h"
#include "operations/publish/csv_text.h"
#include "operations/publish/published_tables.h"
#include "operations/publish/sample_result.h"

namespace restock {
namespace {

/// The sample, whose first two series have records of stock and an outlook of two days.
RunResult with_stock() {
  RunResult result = sample_result({.stores = 1, .products = 3, .hostile = false});
  for (PlanRow& row : result.plan) {
    row.stock_known = row.series < 2;
    row.on_hand = row.series == 0 ? 0 : 1e6;
    row.on_order = 0;
    row.lead_time = 1;
    row.unit_cost = 2;
    row.outlook.resize(2);
    row.outlook[0].lost_units = row.series == 0 ? 4 : 0;
    row.outlook[0].stock_out_risk = row.series == 0 ? 1 : 0;
  }
  auto report = make_stock_report(result.panel, result.forecast, result.plan, {});
  RESTOCK_ASSERT(report.ok());
  result.stock = std::move(*report);
  return result;
}

const sql::AppendColumn& column(const std::vector<sql::AppendColumn>& of, const std::string& name) {
  for (const auto& each : of) {
    if (each.name == name) return each;
  }
  ADD_FAILURE() << "no column " << name;
  return of.front();
}

TEST(StockTables, ProjectStockOfSeriesWithARecord) {
  const auto columns = projected_stock_columns(with_stock());
  EXPECT_EQ(row_count(columns), 4);
  EXPECT_EQ(column(columns, "lost_units").doubles, (std::vector<double>{4, 0, 0, 0}));
  const auto& days = column(columns, "period_start").integers32;
  EXPECT_EQ(days[1], days[0] + 1);
  EXPECT_EQ(days[0], column(columns, "order_date").integers32[0] + 1);
}

TEST(StockTables, ReportEverySeriesAndLeaveUnknownStockEmpty) {
  const auto columns = stock_report_columns(with_stock());
  EXPECT_EQ(row_count(columns), 3);
  const std::string text = csv_rows(columns);
  EXPECT_EQ(column(columns, "dead").present, (std::vector<uint8_t>{1, 1, 0}));
  EXPECT_TRUE(std::isnan(column(columns, "on_hand").doubles[2]));
  EXPECT_GT(column(columns, "excess_value").doubles[1], 1e6);
  EXPECT_EQ(column(columns, "abc").codes.size(), 3);
}

TEST(StockTables, RankExceptionsAndSayThemInWords) {
  const auto columns = exception_columns(with_stock());
  EXPECT_EQ(column(columns, "rank").integers.front(), 1);
  const std::string text = csv_rows(columns);
  EXPECT_NE(text.find("sales expected to be lost in the next 1 day"), std::string::npos) << text;
  EXPECT_NE(text.find("return, transfer or promote"), std::string::npos) << text;
}

TEST(StockTables, AreEmptyForAResultWithoutAReport) {
  RunResult result = with_stock();
  result.stock = {};
  EXPECT_EQ(row_count(stock_report_columns(result)), 0);
  EXPECT_EQ(row_count(exception_columns(result)), 0);
}

}  // namespace
}  // namespace restock
