#include "operations/publish/report_content.h"

#include <cmath>

#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "operations/publish/sample_result.h"

namespace restock {
namespace {

/// Series that all follow `shared` times one common draw plus their own noise of variance 1.
RunResult moving_together(double shared) {
  RunResult result;
  Panel& panel = result.panel;
  ForecastTable& forecast = result.forecast;
  panel.key_names = forecast.key_names = {"item"};
  panel.origin = forecast.origin = 299;
  forecast.horizon = 7;
  forecast.fallback_reason.resize(50);
  for (int series = 0; series < 50; ++series) {
    panel.keys.push_back({{std::to_string(100 + series)}});
    panel.start.push_back(0);
    panel.offsets.push_back(panel.offsets.back() + 300);
    Random own(1, static_cast<uint64_t>(series) + 1);
    Random common(1, 0);
    for (int day = 0; day < 300; ++day) {
      const double noise = own.normal();
      panel.units.push_back(static_cast<float>(100 + shared * common.normal() + noise));
      panel.state.push_back(PeriodState::kSold);
    }
  }
  forecast.keys = panel.keys;
  forecast.mean.assign(50 * 7, 100.0);
  forecast.sd.assign(50 * 7, std::sqrt(1 + shared * shared));
  return result;
}

double band_width(const FanChart& chart) {
  return chart.bands[0].high[0] - chart.bands[0].low[0];
}

TEST(TotalChart, AddsVariancesOfIndependentSeries) {
  const FanChart chart = total_chart(moving_together(0));
  EXPECT_DOUBLE_EQ(chart.mean[0], 5000);
  // 95 % of a sum of 50 independent series of variance 1; the factor comes from 56 differences, so
  // it is not exact.
  EXPECT_NEAR(band_width(chart), 2 * 1.96 * std::sqrt(50), 0.35 * 2 * 1.96 * std::sqrt(50));
}

TEST(TotalChart, WidensWhenSeriesMoveTogether) {
  const double true_width = 2 * 1.96 * std::sqrt(50 + 50.0 * 50);
  EXPECT_NEAR(band_width(total_chart(moving_together(1))), true_width, 0.35 * true_width);
}

TEST(TotalChart, KeepsTheLevelsInsideEachOther) {
  const FanChart chart = total_chart(sample_result());
  ASSERT_EQ(chart.bands.size(), 3U);
  for (size_t step = 0; step < chart.mean.size(); ++step) {
    EXPECT_LE(chart.bands[0].low[step], chart.bands[1].low[step]);
    EXPECT_LE(chart.bands[1].low[step], chart.bands[2].low[step]);
    EXPECT_LE(chart.bands[2].high[step], chart.bands[1].high[step]);
    EXPECT_LE(chart.bands[1].high[step], chart.bands[0].high[step]);
    EXPECT_GE(chart.bands[0].low[step], 0);
  }
}

TEST(TotalChart, SumsActualsOfAllSeriesAndShowsThemOverTheForecastWhenHeldOut) {
  const RunResult result = sample_result({.held_out = true});
  const FanChart chart = total_chart(result);
  const Panel& panel = result.panel;
  double last = 0;
  for (size_t series = 0; series < panel.n_series(); ++series) {
    last += panel.units[static_cast<size_t>(panel.at(series, panel.origin))];
  }
  ASSERT_TRUE(chart.actual.back().has_value());
  EXPECT_DOUBLE_EQ(*chart.actual.back(), last);
  EXPECT_EQ(chart.first + static_cast<Period>(chart.actual.size()), chart.forecast_first + 30);
  EXPECT_TRUE(chart.backtest.empty()) << "the forecast itself is what is scored";
  EXPECT_EQ(total_chart(sample_result()).backtest.size(), 30U);
}

TEST(SeriesChart, InterruptsTheLineWhereStockWasOut) {
  RunResult result = sample_result();
  Panel& panel = result.panel;
  const auto at = static_cast<size_t>(panel.at(0, panel.origin));
  panel.state[at] = PeriodState::kSold;
  panel.units[at] = 9;
  EXPECT_EQ(series_chart(result, 0).actual.back(), 9.0);
  panel.state[at] = PeriodState::kOutOfStock;
  EXPECT_EQ(series_chart(result, 0).actual.back(), std::nullopt);
}

TEST(LargestMovers, CompareWithTheYearBeforeWhereThereIsOne) {
  const RunResult result = sample_result();
  const std::vector<SeriesChange> movers = largest_movers(result, 1000);
  ASSERT_EQ(movers.size(), result.forecast.n_series());
  for (size_t i = 1; i < movers.size(); ++i) {
    EXPECT_GE(std::abs(movers[i - 1].forecast_units - movers[i - 1].comparable_units),
              std::abs(movers[i].forecast_units - movers[i].comparable_units));
  }
  for (const SeriesChange& mover : movers) {
    const bool young = result.panel.n_known(mover.series) < 60;
    EXPECT_EQ(mover.compared_with, young ? "the periods before" : "the same periods a year before");
  }
}

TEST(LargestMovers, LeaveOutSeriesWithoutComparablePeriods) {
  RunResult result = sample_result();
  Panel& panel = result.panel;
  std::fill(panel.state.begin(), panel.state.begin() + panel.offsets[1], PeriodState::kMissing);
  EXPECT_EQ(largest_movers(result, 1000).size(), result.forecast.n_series() - 1);
}

TEST(TopOrders, RanksByCostAndSkipsRowsWithoutAnOrder) {
  std::vector<PlanRow> plan(4);
  for (size_t i = 0; i < plan.size(); ++i) plan[i].series = i;
  plan[0].order_quantity = 100;
  plan[0].unit_cost = 1;
  plan[1].order_quantity = 10;
  plan[1].unit_cost = 20;
  plan[3].order_quantity = 5;
  plan[3].unit_cost = 1;
  const auto rows = top_orders(plan, 2);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0]->series, 1U);
  EXPECT_EQ(rows[1]->series, 0U);
}

TEST(Riskiest, LeavesOutSeriesOfUnknownStock) {
  std::vector<PlanRow> plan(3);
  plan[0].stock_out_risk = 0.9;
  plan[1] = {.series = 1, .stock_known = true, .stock_out_risk = 0.3};
  plan[2] = {.series = 2, .stock_known = true, .stock_out_risk = 0.8};
  const auto rows = riskiest(plan, 0.1, 10);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0]->series, 2U);
}

}  // namespace
}  // namespace restock
