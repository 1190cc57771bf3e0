#include "science/inventory/group_service.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "science/inventory/order_curve.h"
#include "science/inventory/projected_inventory.h"

namespace restock {
namespace {

constexpr int32_t kHorizon = 5;
constexpr int32_t kPathsEach = 80;

/// Poisson demand, each series with a mean of its own.
PathsOf poisson(double scale = 1) {
  return [scale](std::span<const size_t> series) -> Result<PathBlock> {
    PathBlock block{kHorizon, kPathsEach, {}};
    for (const size_t i : series) {
      for (int32_t p = 0; p < kPathsEach; ++p) {
        Random random(100 + i, static_cast<uint64_t>(p));
        for (int32_t h = 0; h < kHorizon; ++h) {
          block.values.push_back(
              static_cast<float>(random.poisson(scale * (0.4 + 1.3 * static_cast<double>(i % 5)))));
        }
      }
    }
    return block;
  };
}

std::vector<SeriesSupply> supplies(size_t n) {
  std::vector<SeriesSupply> supply(n);
  for (size_t i = 0; i < n; ++i) {
    supply[i].known = true;
    supply[i].on_hand = static_cast<double>(i % 4);
    supply[i].lead_time = 2;
    supply[i].review_period = 3;
    supply[i].unit_price = 1 + static_cast<double>((i * 7) % 9);
    supply[i].service_group = 0;
  }
  return supply;
}

struct Came {
  double service = 0;
  double holding = 0;
  double units = 0;
};

/// What the orders of these supplies come to, weighed by revenue.
Came came_to(const std::vector<SeriesSupply>& supply, const PlanParameters& parameters) {
  Came out;
  double revenue = 0;
  for (size_t i = 0; i < supply.size(); ++i) {
    const auto block = poisson()(std::vector<size_t>{i}).value();
    const auto order = projected_order(block.at(0), supply[i], parameters).value();
    const auto outcome = StockProjection(block.at(0), supply[i]).with_order(order.quantity);
    revenue += supply[i].unit_price * outcome.demand_units;
    out.service += parameters.service == ServiceKind::kFillRate
                       ? supply[i].unit_price * (outcome.demand_units - outcome.lost_units)
                       : supply[i].unit_price * outcome.demand_units * (1 - outcome.losing);
    out.holding += parameters.holding_cost * outcome.holding_units;
    out.units += order.quantity;
  }
  out.service /= revenue;
  return out;
}

TEST(OrderCurve, NeedsAreThoseOfTheProjectedOrder) {
  for (size_t i = 0; i < 6; ++i) {
    const auto block = poisson()(std::vector<size_t>{i}).value();
    SeriesSupply supply = supplies(6)[i];
    supply.shelf_life = i % 2 == 0 ? 0 : 4;
    supply.unit_cost = 0.3;
    const StockProjection projection(block.at(0), supply);
    PlanParameters parameters;
    const OrderCurve curve(projection, parameters.holding_cost);
    const CoverOutcome empty = projection.with_order(0);
    for (const double shortage : {0.01, 0.05, 0.2, 1.0, 7.0, 100.0}) {
      parameters.shortage_cost = shortage;
      const auto order = projected_order(block.at(0), supply, parameters);
      ASSERT_TRUE(order.ok());
      EXPECT_EQ(curve.need(shortage), order->need) << i << " " << shortage;
      const CoverOutcome outcome = projection.with_order(order->need);
      EXPECT_NEAR(curve.lost_units(order->need), outcome.lost_units, 1e-9);
      EXPECT_NEAR(curve.satisfied(order->need), 1 - outcome.losing, 1e-9);
      EXPECT_NEAR(curve.upkeep(order->need + 3),
                  parameters.holding_cost * (projection.with_order(order->need + 3).holding_units -
                                             empty.holding_units) +
                      supply.unit_cost * projection.with_order(order->need + 3).wasted_units,
                  1e-9);
    }
  }
}

TEST(OrderCurve, KeepsFewStepsOfMany) {
  const auto block = poisson(40)(std::vector<size_t>{4}).value();
  const StockProjection projection(block.at(0), supplies(5)[4]);
  const OrderCurve exact(projection, 0.02, 100000);
  const OrderCurve thin(projection, 0.02, 50);
  double before = 0;
  for (double cost = 0.01; cost < 50; cost *= 1.5) {
    EXPECT_GE(thin.need(cost), exact.need(cost));
    EXPECT_LE(thin.need(cost), exact.need(cost) * 1.2 + 1);
    EXPECT_GE(thin.need(cost), before);
    before = thin.need(cost);
  }
}

TEST(GroupService, ReachesTheTargetAtLeastCost) {
  ThreadPool pool(2);
  PlanParameters parameters;
  for (const ServiceKind kind : {ServiceKind::kFillRate, ServiceKind::kCycle}) {
    parameters.service = kind;
    double before = 0;
    for (const double target : {0.7, 0.85, 0.95, 0.98}) {
      parameters.service_level = target;
      auto supply = supplies(40);
      const auto groups = group_services(supply, parameters, poisson(), pool);
      ASSERT_TRUE(groups.ok()) << groups.error().to_string();
      ASSERT_EQ(groups->size(), 1U);
      EXPECT_TRUE(groups->front().reached);
      EXPECT_EQ(groups->front().series, 40U);
      set_group_costs(*groups, supply);
      const Came group = came_to(supply, parameters);
      EXPECT_GE(group.service, target - 1e-9);
      EXPECT_NEAR(group.service, groups->front().service, 1e-9);
      EXPECT_GE(group.units, before) << "a higher target never orders less";
      before = group.units;
      // The same target for each series holds more stock.
      const Came each = came_to(supplies(40), parameters);
      EXPECT_LT(group.holding, each.holding) << target;
      // A slightly smaller multiplier misses the target.
      auto less = supplies(40);
      std::vector<GroupService> smaller = *groups;
      smaller.front().shortage_cost *= 0.97;
      set_group_costs(smaller, less);
      EXPECT_LE(came_to(less, parameters).units, group.units);
    }
  }
}

// Brute force: two series, every pair of orders.
TEST(GroupService, HasTheLeastHoldingOfAllOrdersThatServeAsMuch) {
  ThreadPool pool(1);
  PlanParameters parameters;
  parameters.service = ServiceKind::kFillRate;
  for (const double target : {0.75, 0.9, 0.96}) {
    parameters.service_level = target;
    auto supply = supplies(2);
    const auto groups = group_services(supply, parameters, poisson(), pool);
    ASSERT_TRUE(groups.ok());
    set_group_costs(*groups, supply);
    const Came found = came_to(supply, parameters);
    const auto first = poisson()(std::vector<size_t>{0}).value();
    const auto second = poisson()(std::vector<size_t>{1}).value();
    const StockProjection a(first.at(0), supply[0]);
    const StockProjection b(second.at(0), supply[1]);
    double least = 1e300;
    for (int q = 0; q <= 25; ++q) {
      for (int r = 0; r <= 25; ++r) {
        const auto of_a = a.with_order(q);
        const auto of_b = b.with_order(r);
        const double revenue =
            supply[0].unit_price * of_a.demand_units + supply[1].unit_price * of_b.demand_units;
        const double lost =
            supply[0].unit_price * of_a.lost_units + supply[1].unit_price * of_b.lost_units;
        if (1 - lost / revenue >= found.service - 1e-12)
          least =
              std::min(least, parameters.holding_cost * (of_a.holding_units + of_b.holding_units));
      }
    }
    EXPECT_NEAR(found.holding, least, 1e-9) << target;
  }
}

TEST(GroupService, TreatsGroupsApartAndLeavesOthersAlone) {
  ThreadPool pool(1);
  PlanParameters parameters;
  parameters.service_level = 0.9;
  auto supply = supplies(12);
  for (size_t i = 0; i < supply.size(); ++i)
    supply[i].service_group = static_cast<int32_t>(i % 3) - 1;
  const auto groups = group_services(supply, parameters, poisson(), pool);
  ASSERT_TRUE(groups.ok());
  ASSERT_EQ(groups->size(), 2U);
  EXPECT_EQ(groups->front().series, 4U);
  set_group_costs(*groups, supply);
  EXPECT_EQ(supply[0].group_shortage_cost, 0);
  EXPECT_GT(supply[1].group_shortage_cost, 0);
  // A dear unit counts more than a cheap one of the same group.
  EXPECT_NEAR(supply[1].group_shortage_cost / supply[1].unit_price,
              supply[4].group_shortage_cost / supply[4].unit_price, 1e-9);
}

TEST(GroupService, SaysWhatCannotBeReachedAndRejectsPlansWithoutTarget) {
  ThreadPool pool(1);
  PlanParameters parameters;
  parameters.service = ServiceKind::kFillRate;
  parameters.service_level = 0.99;
  auto supply = supplies(6);
  for (auto& one : supply) one.max_cover = 1;
  const auto groups = group_services(supply, parameters, poisson(), pool);
  ASSERT_TRUE(groups.ok());
  EXPECT_FALSE(groups->front().reached);
  EXPECT_LT(groups->front().service, 0.99);
  parameters.service_level = 0;
  const auto refused = group_services(supply, parameters, poisson(), pool);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("needs a service level"), std::string::npos);
}

}  // namespace
}  // namespace restock
