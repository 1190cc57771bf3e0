#include "science/joint_plan/transfer_plan.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include <gtest/gtest.h>

#include "science/inventory/cost_with_units.h"
#include "science/joint_plan/joint_plan_fixture.h"

namespace restock {
namespace {

/// One product in all locations of the fixture, lead time 2 everywhere.
PlannedSeries one_product(uint64_t seed, size_t n_locations, double pack_size = 1) {
  PlannedSeries series = PlannedSeries::random(seed, n_locations, pack_size);
  for (SeriesSupply& supply : series.supply) supply.lead_time = 2;
  series.plan();
  return series;
}

std::vector<std::vector<size_t>> all_in_one(const PlannedSeries& series) {
  std::vector<size_t> group(series.supply.size());
  std::iota(group.begin(), group.end(), size_t{0});
  return {group};
}

double cost_of(const PlannedSeries& series, size_t i, int32_t units) {
  return cost_with_units(series.paths_of(i), series.supply[i], series.parameters, units,
                         {1, series.horizon})
      .value();
}

double total(const PlannedSeries& series, const std::vector<int32_t>& units, double moving_cost) {
  double cost = 0;
  for (size_t i = 0; i < units.size(); ++i)
    cost += cost_of(series, i, units[i]) + moving_cost * std::max(0, units[i]);
  return cost;
}

std::vector<int32_t> units_after(const std::vector<Transfer>& transfers, size_t n) {
  std::vector<int32_t> units(n, 0);
  for (const Transfer& transfer : transfers) {
    units[transfer.from] -= transfer.units;
    units[transfer.to] += transfer.units;
  }
  return units;
}

/// The cheapest of all transfers by trying each: the oracle.
double best_total(const PlannedSeries& series, double moving_cost, std::vector<int32_t>& units,
                  size_t i = 0, int32_t sum = 0) {
  if (i + 1 == series.supply.size()) {
    units[i] = -sum;
    if (-units[i] > series.supply[i].on_hand) return std::numeric_limits<double>::infinity();
    return total(series, units, moving_cost);
  }
  double best = std::numeric_limits<double>::infinity();
  for (auto u = -static_cast<int32_t>(series.supply[i].on_hand); u <= 6; ++u) {
    units[i] = u;
    best = std::min(best, best_total(series, moving_cost, units, i + 1, sum + u));
  }
  return best;
}

TEST(TransferPlan, IsTheCheapestOfAllTransfers) {
  ThreadPool pool(1);
  int32_t moved = 0;
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    PlannedSeries series = one_product(seed, 3);
    for (SeriesSupply& supply : series.supply) supply.on_hand = std::min(supply.on_hand, 6.0);
    const auto transfers = plan_transfers(all_in_one(series), series.supply, series.parameters,
                                          {1, 0.1}, series.paths_of(), pool);
    ASSERT_TRUE(transfers.ok()) << transfers.error().message;
    std::vector<int32_t> units(3, 0);
    EXPECT_NEAR(total(series, units_after(*transfers, 3), 0.1), best_total(series, 0.1, units),
                1e-6)
        << seed;
    for (const Transfer& transfer : *transfers) moved += transfer.units;
  }
  EXPECT_GT(moved, 5);
}

TEST(TransferPlan, ConservesUnitsAndNeverCostsMore) {
  ThreadPool pool(1);
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const PlannedSeries series = one_product(seed, 8, seed % 2 == 0 ? 4 : 1);
    const auto transfers = plan_transfers(all_in_one(series), series.supply, series.parameters,
                                          {1, 0.1}, series.paths_of(), pool);
    ASSERT_TRUE(transfers.ok());
    const auto units = units_after(*transfers, 8);
    EXPECT_EQ(std::accumulate(units.begin(), units.end(), 0), 0);
    double saved = 0;
    for (const Transfer& transfer : *transfers) saved += transfer.saves;
    EXPECT_NEAR(total(series, std::vector<int32_t>(8, 0), 0.1) - total(series, units, 0.1), saved,
                1e-6);
    EXPECT_GE(saved, 0);
    auto supply = series.supply;
    apply_transfers(*transfers, 1, supply);
    double before = 0;
    double after = 0;
    for (size_t i = 0; i < supply.size(); ++i) {
      EXPECT_GE(supply[i].on_hand, 0);
      before += series.supply[i].on_hand;
      after += supply[i].on_hand;
      for (const OpenOrder& order : supply[i].open_orders) {
        after += order.quantity;
        EXPECT_EQ(order.arrives_in, 2);
      }
    }
    EXPECT_DOUBLE_EQ(after, before);
  }
}

TEST(TransferPlan, SendsSurplusWhereSalesWouldBeLost) {
  // One location never sells, the other has nothing until an order arrives.
  PlannedSeries series;
  Random random(1, 1);
  SeriesSupply full;
  full.known = true;
  full.on_hand = 20;
  full.lead_time = 2;
  full.review_period = 2;
  SeriesSupply empty = full;
  empty.on_hand = 0;
  series.add(full, 0, random);
  series.add(empty, 3, random);
  series.parameters.holding_cost = 0.05;
  series.parameters.shortage_cost = 1;
  ThreadPool pool(1);
  const auto plan = [&](double cost, int32_t time) {
    return plan_transfers(all_in_one(series), series.supply, series.parameters, {time, cost},
                          series.paths_of(), pool)
        .value();
  };
  const auto cheap = plan(0.1, 0);
  ASSERT_EQ(cheap.size(), 1U);
  EXPECT_EQ(cheap[0].from, 0U);
  EXPECT_EQ(cheap[0].to, 1U);
  EXPECT_GT(cheap[0].units, 6);
  EXPECT_GT(cheap[0].saves, 3);
  // A unit moved cannot save more than a lost sale and the holding of four periods.
  EXPECT_TRUE(plan(1.3, 0).empty());
  // Too late to save a sale before the order comes, and moving costs more than holding.
  EXPECT_TRUE(plan(0.3, 2).empty());
}

TEST(TransferPlan, KeepsProductsApartAndNeedsAStockRecord) {
  PlannedSeries series = one_product(3, 6);
  series.supply[0].known = false;
  ThreadPool pool(2);
  const std::vector<std::vector<size_t>> groups = {{0, 2, 4}, {1, 3, 5}};
  const auto transfers =
      plan_transfers(groups, series.supply, series.parameters, {0, 0}, series.paths_of(), pool);
  ASSERT_TRUE(transfers.ok());
  EXPECT_FALSE(transfers->empty());
  for (const Transfer& transfer : *transfers) {
    EXPECT_EQ(transfer.from % 2, transfer.to % 2);
    EXPECT_NE(transfer.from, 0U);
  }
}

TEST(TransferPlan, RejectsBadInput) {
  const PlannedSeries series = one_product(1, 3);
  ThreadPool pool(1);
  const auto plan = [&](const TransferOptions& options, const PathsOf& paths_of) {
    return plan_transfers(all_in_one(series), series.supply, series.parameters, options, paths_of,
                          pool);
  };
  EXPECT_FALSE(plan({1, -0.1}, series.paths_of()).ok());
  EXPECT_FALSE(plan({-1, 0.1}, series.paths_of()).ok());
  const auto no_paths = plan({1, 0.1}, {});
  ASSERT_FALSE(no_paths.ok());
  EXPECT_NE(no_paths.error().message.find("sample paths"), std::string::npos);
}

}  // namespace
}  // namespace restock
