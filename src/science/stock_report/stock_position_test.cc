#include "science/stock_report/stock_position.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "science/stock_report/stock_report_fixture.h"

namespace restock {
namespace {

/// A forecast of `mean` a week over four weeks with Poisson variance.
ForecastTable forecast_of(const Panel& panel, const std::vector<double>& mean) {
  ForecastTable table;
  table.axis = panel.axis;
  table.origin = panel.origin;
  table.horizon = 4;
  table.key_names = panel.key_names;
  table.keys = panel.keys;
  for (const double mu : mean) {
    for (int h = 1; h <= 4; ++h) {
      table.mean.push_back(mu);
      table.cumulative_variance.push_back(mu * h);
    }
  }
  return table;
}

PlanRow row_of(size_t series, double on_hand, double on_order = 0) {
  PlanRow row;
  row.series = series;
  row.stock_known = true;
  row.on_hand = on_hand;
  row.on_order = on_order;
  row.unit_cost = 2;
  return row;
}

TEST(StockPosition, TellsCoverAndExcess) {
  const Panel panel = weekly_panel({std::vector<float>(60, 3.0F), std::vector<float>(60, 3.0F)});
  const std::vector<PlanRow> plan = {row_of(0, 6, 1.5), row_of(1, 40)};
  const auto told = stock_positions(panel, forecast_of(panel, {3, 3}), plan, DemandKind::kCounts);
  ASSERT_TRUE(told.ok());
  EXPECT_DOUBLE_EQ((*told)[0].cover, 2.5);
  EXPECT_EQ((*told)[0].excess_units, 0);
  EXPECT_DOUBLE_EQ((*told)[0].stock_value, 12);
  // Beyond the horizon the cover goes on at 3 a week: 40 / 3.
  EXPECT_DOUBLE_EQ((*told)[1].cover, 40 / 3.0);
  // The 95 % quantile of a Poisson law with mean 12 is 18.
  EXPECT_DOUBLE_EQ((*told)[1].excess_units, 22);
  EXPECT_DOUBLE_EQ((*told)[1].excess_value, 44);
}

TEST(StockPosition, MoreStockIsNeverLessExcessOrCover) {
  const Panel panel = weekly_panel({std::vector<float>(60, 3.0F)});
  double excess = -1;
  double cover = -1;
  for (int units = 0; units < 60; units += 3) {
    const std::vector<PlanRow> plan = {row_of(0, units)};
    const auto told = stock_positions(panel, forecast_of(panel, {3}), plan, DemandKind::kCounts);
    ASSERT_TRUE(told.ok());
    EXPECT_GE((*told)[0].excess_units, excess);
    EXPECT_GT((*told)[0].cover, cover);
    excess = (*told)[0].excess_units;
    cover = (*told)[0].cover;
  }
}

TEST(StockPosition, CallsStockDeadThatCouldSellForHalfAYearAndDidNot) {
  std::vector<float> stopped(60, 0.0F);
  stopped[10] = 1;
  Panel panel = weekly_panel({stopped, stopped, stopped});
  // The second was off the shelf for most of the time since.
  for (size_t t = 60 + 12; t < 60 + 50; ++t) panel.state[t] = PeriodState::kNotForSale;
  const std::vector<PlanRow> plan = {row_of(0, 5), row_of(1, 5), row_of(2, 0)};
  const auto told =
      stock_positions(panel, forecast_of(panel, {0, 0, 0}), plan, DemandKind::kCounts);
  ASSERT_TRUE(told.ok());
  EXPECT_TRUE((*told)[0].dead);
  EXPECT_EQ((*told)[0].last_sale, 10);
  EXPECT_TRUE(std::isnan((*told)[0].cover));
  EXPECT_EQ((*told)[0].excess_units, 5);
  EXPECT_FALSE((*told)[1].dead);
  EXPECT_FALSE((*told)[2].dead) << "there is none";
}

TEST(StockPosition, SaysNothingWithoutARecordOfStock) {
  const Panel panel = weekly_panel({std::vector<float>(60, 3.0F)});
  PlanRow row = row_of(0, 100);
  row.stock_known = false;
  const std::vector<PlanRow> plan = {row};
  const auto told = stock_positions(panel, forecast_of(panel, {3}), plan, DemandKind::kCounts);
  ASSERT_TRUE(told.ok());
  EXPECT_FALSE((*told)[0].known);
  EXPECT_EQ((*told)[0].excess_units, 0);
}

TEST(StockPosition, NamesTheSeriesWhoseForecastIsNotFinite) {
  const Panel panel = weekly_panel({std::vector<float>(60, 3.0F)});
  const std::vector<PlanRow> plan = {row_of(0, 100)};
  const auto told =
      stock_positions(panel, forecast_of(panel, {std::numeric_limits<double>::infinity()}), plan,
                      DemandKind::kCounts);
  ASSERT_FALSE(told.ok());
  EXPECT_NE(told.error().message.find("a"), std::string::npos) << told.error().message;
}

}  // namespace
}  // namespace restock
