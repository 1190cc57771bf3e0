#include "science/joint_plan/limited_plan.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include <gtest/gtest.h>

#include "science/joint_plan/joint_plan_fixture.h"

namespace restock {
namespace {

SharedLimit budget_of(const PlannedSeries& series, double amount) {
  SharedLimit limit{"the budget", amount, {}, {}};
  for (size_t i = 0; i < series.supply.size(); ++i) {
    limit.series.push_back(i);
    limit.use_per_unit.push_back(series.supply[i].unit_cost);
  }
  return limit;
}

/// Units of the series whose number leaves `rest` when divided by `by`.
SharedLimit truck_of(const PlannedSeries& series, size_t by, size_t rest, double amount) {
  SharedLimit limit{"truck " + std::to_string(rest), amount, {}, {}};
  for (size_t i = rest; i < series.supply.size(); i += by) {
    limit.series.push_back(i);
    limit.use_per_unit.push_back(1);
  }
  return limit;
}

double spent(const PlannedSeries& series, const std::vector<PlanRow>& rows) {
  double money = 0;
  for (const PlanRow& row : rows) money += row.order_quantity * series.supply[row.series].unit_cost;
  return money;
}

TEST(LimitedPlan, SpendsABudgetWhereItSavesMost) {
  const PlannedSeries series = PlannedSeries::random(1, 40);
  ThreadPool pool(1);
  const double all = spent(series, series.rows);
  auto rows = series.rows;
  const std::vector<SharedLimit> limits = {budget_of(series, 0.4 * all)};
  const auto plan =
      limit_plan(limits, series.supply, series.parameters, series.paths_of(), pool, rows);
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  EXPECT_LE(spent(series, rows), 0.4 * all);
  EXPECT_GT(spent(series, rows), 0.35 * all);
  EXPECT_NEAR(plan->limits[0].used, spent(series, rows), 1e-9);
  EXPECT_NEAR(plan->limits[0].wanted, all, 1e-9);
  EXPECT_GT(plan->limits[0].marginal_reward, 0);
  EXPECT_NEAR(plan->cost_of_limits, series.expected_cost(rows) - series.expected_cost(series.rows),
              1e-9);
  // No unit of money moved from one series to another would save more: what a series lost saves no
  // more for its money than what another kept.
  double least_kept = std::numeric_limits<double>::infinity();
  double most_cut = 0;
  int64_t cut = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto rewards = pack_rewards(series.paths_of(i), series.supply[i], series.parameters);
    const auto packs = static_cast<size_t>(rows[i].order_quantity);
    const double money = series.supply[i].unit_cost;
    if (packs > 0) least_kept = std::min(least_kept, (*rewards)[packs - 1] / money);
    if (packs < rewards->size() && spent(series, rows) + money <= 0.4 * all)
      most_cut = std::max(most_cut, (*rewards)[packs] / money);
    if (rows[i].order_quantity == series.rows[i].order_quantity) continue;
    ++cut;
    EXPECT_LT(rows[i].order_quantity, series.rows[i].order_quantity);
    EXPECT_EQ(rows[i].projected->quantity, rows[i].order_quantity);
    EXPECT_FALSE(rows[i].outlook.empty());
    EXPECT_NE(rows[i].reason.find("by the budget"), std::string::npos) << rows[i].reason;
    EXPECT_NE(rows[i].reason.find("because"), std::string::npos);
  }
  EXPECT_EQ(most_cut, 0) << "what fits is ordered";
  EXPECT_GT(least_kept, 0);
  EXPECT_EQ(plan->series_cut, cut);
  EXPECT_EQ(plan->limits[0].series_cut, cut);
}

TEST(LimitedPlan, NeverCostsMoreForABiggerBudget) {
  for (const double pack : {1.0, 4.0}) {
    const PlannedSeries series = PlannedSeries::random(2, 25, pack, pack == 4 ? 8 : 0);
    ThreadPool pool(1);
    const double all = spent(series, series.rows);
    double before = std::numeric_limits<double>::infinity();
    for (int tenths = 0; tenths <= 22; ++tenths) {
      auto rows = series.rows;
      const std::vector<SharedLimit> limits = {budget_of(series, all * tenths / 20)};
      ASSERT_TRUE(
          limit_plan(limits, series.supply, series.parameters, series.paths_of(), pool, rows).ok());
      const double cost = series.expected_cost(rows);
      EXPECT_LE(cost, before + 1e-9) << tenths;
      before = cost;
      for (const PlanRow& row : rows) {
        EXPECT_EQ(std::fmod(row.order_quantity, pack), 0);
        EXPECT_TRUE(row.order_quantity == 0 || row.order_quantity >= series.supply[row.series].moq);
      }
    }
    EXPECT_LE(before, series.expected_cost(series.rows) + 1e-9) << "no pack that does not pay";
  }
}

TEST(LimitedPlan, KeepsEachOfSeveralLimits) {
  const PlannedSeries series = PlannedSeries::random(3, 30);
  ThreadPool pool(2);
  const double all = spent(series, series.rows);
  auto rows = series.rows;
  const std::vector<SharedLimit> limits = {budget_of(series, 0.6 * all), truck_of(series, 3, 0, 12),
                                           truck_of(series, 3, 1, 9), truck_of(series, 3, 2, 1e6)};
  const auto plan =
      limit_plan(limits, series.supply, series.parameters, series.paths_of(), pool, rows);
  ASSERT_TRUE(plan.ok());
  for (size_t l = 0; l < limits.size(); ++l) {
    double used = 0;
    for (size_t k = 0; k < limits[l].series.size(); ++k)
      used += rows[limits[l].series[k]].order_quantity * limits[l].use_per_unit[k];
    EXPECT_LE(used, limits[l].amount + 1e-9) << limits[l].name;
    EXPECT_NEAR(plan->limits[l].used, used, 1e-9);
  }
  EXPECT_EQ(plan->limits[3].marginal_reward, 0);
  EXPECT_TRUE(plan->proven);
  EXPECT_LT(plan->gap, 0.05);
  EXPECT_GT(plan->cost_of_limits, 0);
  auto again = series.rows;
  ThreadPool one(1);
  ASSERT_TRUE(
      limit_plan(limits, series.supply, series.parameters, series.paths_of(), one, again).ok());
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].order_quantity, again[i].order_quantity);
    EXPECT_EQ(rows[i].reason, again[i].reason);
  }
}

TEST(LimitedPlan, LeavesSeriesUnderNoLimitAlone) {
  const PlannedSeries series = PlannedSeries::random(4, 12, 6);
  ThreadPool pool(1);
  auto rows = series.rows;
  const std::vector<SharedLimit> limits = {truck_of(series, 2, 0, 0)};
  ASSERT_TRUE(
      limit_plan(limits, series.supply, series.parameters, series.paths_of(), pool, rows).ok());
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].order_quantity, i % 2 == 0 ? 0 : series.rows[i].order_quantity);
  }
}

TEST(LimitedPlan, TellsWhatRoomWouldBeWorthWhereThereIsNone) {
  const PlannedSeries series = PlannedSeries::random(4, 12);
  ThreadPool pool(1);
  auto rows = series.rows;
  const std::vector<SharedLimit> limits = {truck_of(series, 2, 0, 0)};
  const auto plan =
      limit_plan(limits, series.supply, series.parameters, series.paths_of(), pool, rows);
  ASSERT_TRUE(plan.ok());
  double most = 0;
  for (const size_t i : limits[0].series) {
    const auto rewards = pack_rewards(series.paths_of(i), series.supply[i], series.parameters);
    if (series.rows[i].order_quantity > 0) most = std::max(most, rewards->front());
  }
  EXPECT_GT(most, 0);
  EXPECT_DOUBLE_EQ(plan->limits[0].marginal_reward, most);
}

TEST(LimitedPlan, OrdersByServiceLevelToo) {
  PlannedSeries series = PlannedSeries::random(5, 20);
  series.parameters.service_level = 0.9;
  series.plan();
  ThreadPool pool(1);
  auto rows = series.rows;
  const double all = spent(series, series.rows);
  const std::vector<SharedLimit> plenty = {budget_of(series, 1.1 * all)};
  ASSERT_TRUE(
      limit_plan(plenty, series.supply, series.parameters, series.paths_of(), pool, rows).ok());
  for (size_t i = 0; i < rows.size(); ++i)
    EXPECT_EQ(rows[i].order_quantity, series.rows[i].order_quantity) << i;
  const std::vector<SharedLimit> half = {budget_of(series, 0.5 * all)};
  ASSERT_TRUE(
      limit_plan(half, series.supply, series.parameters, series.paths_of(), pool, rows).ok());
  EXPECT_LE(spent(series, rows), 0.5 * all);
  EXPECT_GT(spent(series, rows), 0.4 * all);
}

TEST(LimitedPlan, RejectsBadInput) {
  const PlannedSeries series = PlannedSeries::random(6, 3);
  ThreadPool pool(1);
  auto rows = series.rows;
  auto bad = budget_of(series, -1);
  const auto negative =
      limit_plan(std::vector{bad}, series.supply, series.parameters, series.paths_of(), pool, rows);
  ASSERT_FALSE(negative.ok());
  EXPECT_NE(negative.error().message.find("the budget"), std::string::npos);
  bad = budget_of(series, 5);
  bad.use_per_unit[1] = std::nan("");
  EXPECT_FALSE(
      limit_plan(std::vector{bad}, series.supply, series.parameters, series.paths_of(), pool, rows)
          .ok());
  const auto no_paths = limit_plan(std::vector{budget_of(series, 5)}, series.supply,
                                   series.parameters, {}, pool, rows);
  ASSERT_FALSE(no_paths.ok());
  EXPECT_NE(no_paths.error().message.find("sample paths"), std::string::npos);
}

TEST(ImputedShortageCost, IsTheCriticalRatioTurnedRound) {
  // One covered period, holding 1: three of four paths satisfied make a lost sale worth 3.
  const std::vector<float> demand = {1, 2, 3, 4};
  SeriesSupply supply;
  supply.lead_time = 0;
  supply.review_period = 1;
  PlanParameters parameters;
  parameters.holding_cost = 1;
  EXPECT_DOUBLE_EQ(imputed_shortage_cost({demand, 1}, supply, parameters, 3).value(), 3);
  EXPECT_DOUBLE_EQ(imputed_shortage_cost({demand, 1}, supply, parameters, 1).value(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(imputed_shortage_cost({demand, 1}, supply, parameters, 4).value(), 8);
}

}  // namespace
}  // namespace restock
