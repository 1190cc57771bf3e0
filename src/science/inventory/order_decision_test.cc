#include "science/inventory/order_decision.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "foundation/math/demand_distribution.h"
#include "science/inventory/projected_inventory.h"

namespace restock {
namespace {

std::vector<float> poisson_paths(size_t n, int32_t horizon, double mean, uint64_t seed) {
  std::vector<float> values;
  values.reserve(n * static_cast<size_t>(horizon));
  for (size_t p = 0; p < n; ++p) {
    Random random(seed, p);
    for (int32_t h = 0; h < horizon; ++h)
      values.push_back(static_cast<float>(random.poisson(mean)));
  }
  return values;
}

SeriesSupply supplied(int32_t lead_time, int32_t review, double on_hand) {
  SeriesSupply supply;
  supply.known = true;
  supply.on_hand = on_hand;
  supply.lead_time = lead_time;
  supply.review_period = review;
  return supply;
}

struct Walked {
  double cost = 0;
  double lost = 0;
  double order_wasted = 0;
  double older_wasted = 0;
  double held_end = 0;
};

/// One order lived path by path, batch by batch and unit by unit: the oracle. Beyond the horizon,
/// which only waste needs, nothing sells: the tests give paths that are long enough.
Walked walk(const SeriesPaths& paths, const SeriesSupply& supply, const PlanParameters& parameters,
            double quantity) {
  struct Batch {
    int32_t arrives, last;
    double units;
    bool ordered;
  };
  Walked out;
  const int32_t begin = supply.lead_time + 1;
  const int32_t life = supply.shelf_life > 0 ? supply.shelf_life : 100000;
  const int32_t end = begin + std::min(supply.review_period, life);
  for (size_t p = 0; p < paths.n_paths(); ++p) {
    std::vector<Batch> batches;
    double stock = supply.on_hand;
    for (const auto& part : supply.expiring) {
      batches.push_back({0, part.last_sale_in, std::min(stock, part.quantity), false});
      stock -= batches.back().units;
    }
    batches.push_back({0, 100000, stock, false});
    for (const auto& order : supply.open_orders)
      batches.push_back({order.arrives_in, order.arrives_in + life - 1, order.quantity, false});
    batches.push_back({begin, begin + life - 1, quantity, true});
    std::stable_sort(batches.begin(), batches.end(),
                     [](const Batch& a, const Batch& b) { return a.arrives < b.arrives; });
    double sum_in = supply.on_hand + quantity;
    for (const auto& order : supply.open_orders) sum_in += order.quantity;
    double sum_out = 0;
    for (int32_t t = 1; t <= paths.horizon; ++t) {
      double wanted = paths.path(p)[static_cast<size_t>(t) - 1];
      double held = 0;
      for (Batch& batch : batches) {
        if (batch.arrives > t || batch.last < t) continue;
        const double sold = std::min(wanted, batch.units);
        wanted -= sold;
        batch.units -= sold;
        sum_out += sold;
        held += batch.units;
        if (batch.last != t) continue;
        sum_out += batch.units;
        if (batch.ordered) out.order_wasted += batch.units;
        if (!batch.ordered && t < end) out.older_wasted += batch.units;
        batch.units = 0;
      }
      if (t < begin || t >= end) continue;
      out.lost += wanted;
      out.cost += parameters.holding_cost * held + parameters.shortage_cost * wanted;
      if (t + 1 == end) out.held_end += held;
    }
    double left = 0;
    for (const Batch& batch : batches) left += batch.units;
    EXPECT_NEAR(sum_in, sum_out + left, 1e-9) << "units are conserved";
  }
  const auto n = static_cast<double>(paths.n_paths());
  out.cost = (out.cost + supply.unit_cost * out.order_wasted) / n;
  for (double* value : {&out.lost, &out.order_wasted, &out.older_wasted, &out.held_end})
    *value /= n;
  return out;
}

/// Goods with a shelf life, some of the stock about to expire, open orders before and after.
SeriesSupply perishable_supply(Random& random) {
  SeriesSupply supply =
      supplied(static_cast<int32_t>(random.below(3)), 1 + static_cast<int32_t>(random.below(4)),
               static_cast<double>(random.below(12)));
  supply.shelf_life = 1 + static_cast<int32_t>(random.below(6));
  supply.unit_cost = 0.5 * static_cast<double>(random.below(4));
  for (int32_t k = 1; k <= 3; ++k) {
    if (random.uniform() < 0.5)
      supply.expiring.push_back({k, static_cast<double>(random.below(5))});
  }
  for (int32_t k = 1; k <= supply.lead_time + supply.review_period; ++k) {
    if (random.uniform() < 0.4)
      supply.open_orders.push_back({k, static_cast<double>(random.below(6))});
  }
  return supply;
}

TEST(OrderDecision, OfPerishablesIsTheCheapestByTryingEveryQuantity) {
  PlanParameters parameters;
  parameters.holding_cost = 0.1;
  for (uint64_t seed = 1; seed <= 80; ++seed) {
    Random random(seed, 5);
    const SeriesSupply supply = perishable_supply(random);
    const auto values = poisson_paths(61, 14, 0.5 + 4 * random.uniform(), seed);
    const SeriesPaths paths{values, 14};
    const auto order = projected_order(paths, supply, parameters);
    ASSERT_TRUE(order.ok()) << order.error().to_string();
    double best = walk(paths, supply, parameters, 0).cost;
    for (int q = 1; q <= 60; ++q) best = std::min(best, walk(paths, supply, parameters, q).cost);
    const Walked walked = walk(paths, supply, parameters, order->quantity);
    EXPECT_NEAR(walked.cost, best, 1e-9) << seed;
    EXPECT_NEAR(order->expected_cost, best, 1e-9) << seed;
    EXPECT_NEAR(order->waste_units, walked.order_wasted, 1e-9) << seed;
    EXPECT_NEAR(order->waste_cost, supply.unit_cost * walked.order_wasted, 1e-9) << seed;
    EXPECT_NEAR(order->expiring_units, walked.older_wasted, 1e-9) << seed;
  }
}

// Published: the newsvendor whose left-over units lose 0.2 and whose missing ones 0.7 (critical
// ratio 7 / 9), Poisson demand of mean 50, orders the 7/9 quantile: one day of sale is a shelf life
// of 1 with waste and holding for the loss.
TEST(OrderDecision, OfOneDayOfSaleIsTheNewsvendors) {
  constexpr int kPaths = 4000;
  const auto law = DemandDistribution::of(DemandKind::kCounts, 50, 50);
  std::vector<float> values;
  values.reserve(kPaths);
  for (int p = 0; p < kPaths; ++p)
    values.push_back(static_cast<float>(law.quantile((p + 0.5) / kPaths)));
  SeriesSupply supply = supplied(0, 1, 0);
  supply.shelf_life = 1;
  supply.unit_cost = 0.15;
  PlanParameters parameters;
  parameters.holding_cost = 0.05;
  parameters.shortage_cost = 0.7;
  const auto order = projected_order({values, 1}, supply, parameters);
  ASSERT_TRUE(order.ok());
  EXPECT_EQ(order->quantity, law.quantile(7.0 / 9));
}

TEST(OrderDecision, LongerShelfLivesNeverWasteMoreAtTheSameOrder) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed, 6);
    SeriesSupply supply = perishable_supply(random);
    const auto values = poisson_paths(60, 20, 2, seed);
    double before = 1e300;
    for (supply.shelf_life = supply.review_period; supply.shelf_life <= 12; ++supply.shelf_life) {
      const double wasted = StockProjection({values, 20}, supply).with_order(10).wasted_units;
      // Older goods live longer too, and sell before the order; alone they never do harm.
      if (supply.open_orders.empty()) {
        EXPECT_LE(wasted, before + 1e-9) << seed << " " << supply.shelf_life;
      }
      before = wasted;
    }
  }
}

TEST(OrderDecision, DearerWasteNeverOrdersMore) {
  const auto values = poisson_paths(200, 12, 3, 3);
  SeriesSupply supply = supplied(1, 3, 4);
  supply.shelf_life = 3;
  double before = 1e300;
  for (const double unit_cost : {0.0, 0.2, 0.5, 1.0, 2.0, 5.0}) {
    supply.unit_cost = unit_cost;
    const auto order = projected_order({values, 12}, supply, PlanParameters{});
    ASSERT_TRUE(order.ok());
    EXPECT_LE(order->quantity, before) << unit_cost;
    before = order->quantity;
  }
  EXPECT_LT(before, projected_order({values, 12}, supplied(1, 3, 4), PlanParameters{})->quantity);
}

TEST(OrderDecision, MoreShortageCostNeverOrdersLessOfPerishables) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed, 8);
    const SeriesSupply supply = perishable_supply(random);
    const auto values = poisson_paths(60, 14, 2, seed);
    double before = 0;
    PlanParameters parameters;
    for (const double shortage : {0.1, 0.3, 1.0, 3.0, 10.0, 100.0}) {
      parameters.shortage_cost = shortage;
      const auto order = projected_order({values, 14}, supply, parameters);
      ASSERT_TRUE(order.ok());
      EXPECT_GE(order->quantity, before) << seed << " " << shortage;
      before = order->quantity;
    }
  }
}

TEST(OrderDecision, KeepingGoodsWithoutLastDaysAreProjectedAlike) {
  const auto values = poisson_paths(100, 9, 3, 4);
  SeriesSupply keeps = supplied(2, 3, 7);
  keeps.open_orders = {{2, 4}, {5, 3}};
  SeriesSupply long_lived = keeps;
  long_lived.shelf_life = 500;
  const auto a = projected_order({values, 9}, keeps, PlanParameters{});
  const auto b = projected_order({values, 9}, long_lived, PlanParameters{});
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(a->quantity, b->quantity);
  EXPECT_NEAR(a->expected_cost, b->expected_cost, 1e-9);
  EXPECT_NEAR(a->projected_stock, b->projected_stock, 1e-9);
  EXPECT_EQ(a->stock_out_risk, b->stock_out_risk);
  EXPECT_NEAR(a->cost_of_skipping, b->cost_of_skipping, 1e-9);
}

TEST(OrderDecision, FillRateIsTheSmallestOrderThatReachesIt) {
  PlanParameters parameters;
  parameters.service = ServiceKind::kFillRate;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    Random random(seed, 9);
    const SeriesSupply supply =
        supplied(static_cast<int32_t>(random.below(3)), 1 + static_cast<int32_t>(random.below(4)),
                 static_cast<double>(random.below(9)));
    const auto values = poisson_paths(61, 7, 0.5 + 4 * random.uniform(), seed);
    const SeriesPaths paths{values, 7};
    double demand = 0;
    for (size_t p = 0; p < paths.n_paths(); ++p) {
      for (int32_t k = supply.lead_time; k < supply.lead_time + supply.review_period; ++k)
        demand += paths.path(p)[static_cast<size_t>(k)];
    }
    demand /= static_cast<double>(paths.n_paths());
    double before = 0;
    for (const double target : {0.5, 0.8, 0.9, 0.95, 0.99}) {
      parameters.service_level = target;
      const auto order = projected_order(paths, supply, parameters);
      ASSERT_TRUE(order.ok());
      const auto filled = [&](double q) {
        return 1 - walk(paths, supply, parameters, q).lost / demand;
      };
      EXPECT_GE(filled(order->quantity), target - 1e-9) << seed;
      EXPECT_NEAR(order->fill_rate, filled(order->quantity), 1e-9) << seed;
      if (order->quantity > 0) {
        EXPECT_LT(filled(order->quantity - 1), target) << seed;
      }
      EXPECT_GE(order->quantity, before) << "a higher target never orders less";
      before = order->quantity;
    }
  }
}

TEST(OrderDecision, RaisesTheOrderForTheDisplayStock) {
  const auto values = poisson_paths(150, 5, 2, 11);
  const SeriesPaths paths{values, 5};
  SeriesSupply supply = supplied(1, 3, 2);
  const PlanParameters parameters;
  const auto plain = projected_order(paths, supply, parameters);
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->bound, OrderBound::kNone);
  supply.display_stock = 6;
  const auto shown = projected_order(paths, supply, parameters);
  ASSERT_TRUE(shown.ok());
  EXPECT_EQ(shown->bound, OrderBound::kDisplayStock);
  EXPECT_GT(shown->quantity, plain->quantity);
  EXPECT_GE(walk(paths, supply, parameters, shown->quantity).held_end, 6 - 1e-9);
  EXPECT_LT(walk(paths, supply, parameters, shown->quantity - 1).held_end, 6);
  supply.display_stock = 0.01;
  EXPECT_EQ(projected_order(paths, supply, parameters)->quantity, plain->quantity);
}

TEST(OrderDecision, HoldsAnOrderToWhatSellsWithinTheCover) {
  // Two sell each day; today's order is there for days 2 to 5, and one unit is left of the stock.
  const std::vector<float> values(12, 2);
  SeriesSupply supply = supplied(1, 4, 3);
  supply.pack_size = 4;
  const PlanParameters parameters;
  EXPECT_EQ(projected_order({values, 12}, supply, parameters)->quantity, 8);
  supply.max_cover = 3;
  const auto cut = projected_order({values, 12}, supply, parameters);
  ASSERT_TRUE(cut.ok());
  EXPECT_EQ(cut->quantity, 4);
  EXPECT_EQ(cut->bound, OrderBound::kMaxCover);
  EXPECT_EQ(cut->bound_units, 5);
  supply.moq = 8;
  const auto nothing = projected_order({values, 12}, supply, parameters);
  ASSERT_TRUE(nothing.ok());
  EXPECT_EQ(nothing->quantity, 0);
  EXPECT_EQ(nothing->bound, OrderBound::kPackTooLarge);
  EXPECT_EQ(nothing->need, 7);
  supply.max_cover = 5;
  EXPECT_EQ(projected_order({values, 12}, supply, parameters)->quantity, 8);
}

TEST(OrderDecision, TakesAMinimumOnlyIfItCostsLessThanNothing) {
  const auto values = poisson_paths(200, 4, 1, 12);
  const SeriesPaths paths{values, 4};
  SeriesSupply supply = supplied(1, 3, 1);
  PlanParameters parameters;
  parameters.holding_cost = 0.05;
  bool taken = false;
  bool left = false;
  for (supply.moq = 5; supply.moq <= 60; supply.moq += 5) {
    const auto order = projected_order(paths, supply, parameters);
    ASSERT_TRUE(order.ok());
    const double with = walk(paths, supply, parameters, supply.moq).cost;
    const double without = walk(paths, supply, parameters, 0).cost;
    EXPECT_EQ(order->quantity, with <= without ? supply.moq : 0) << supply.moq;
    EXPECT_EQ(order->bound, with <= without ? OrderBound::kNone : OrderBound::kMinimumTooDear);
    EXPECT_NEAR(order->expected_cost, std::min(with, without), 1e-9);
    taken = taken || order->quantity > 0;
    left = left || order->quantity == 0;
  }
  EXPECT_TRUE(taken && left);
  // A service level has no price: the minimum is taken.
  supply.moq = 60;
  parameters.service_level = 0.9;
  EXPECT_EQ(projected_order(paths, supply, parameters)->quantity, 60);
}

TEST(OrderDecision, ExpiredStockIsNotSold) {
  const std::vector<float> values = {2, 2};
  SeriesSupply supply = supplied(0, 2, 10);
  supply.expiring = {{0, 7}, {1, 2}};
  const auto order = projected_order({values, 2}, supply, PlanParameters{});
  ASSERT_TRUE(order.ok());
  // One unit keeps; two are sold on their last day.
  EXPECT_EQ(order->projected_stock, 3);
  EXPECT_EQ(order->quantity, 1);
}

TEST(OrderDecision, RejectsWhatIsOutOfRange) {
  const auto refused = [](const SeriesSupply& supply) {
    const Status status = validate(supply, 3);
    return status.ok() ? std::string() : status.error().message;
  };
  SeriesSupply supply = supplied(1, 1, 1);
  supply.shelf_life = -1;
  EXPECT_EQ(refused(supply), "shelf_life of series 3 must be 0 to 10000 periods, got -1");
  supply.shelf_life = 0;
  supply.display_stock = NAN;
  EXPECT_NE(refused(supply).find("display_stock of series 3 must be >= 0"), std::string::npos);
  supply.display_stock = 0;
  supply.max_cover = 20000;
  EXPECT_NE(refused(supply).find("max_cover of series 3"), std::string::npos);
  supply.max_cover = 0;
  supply.expiring = {{1, -2}};
  EXPECT_NE(refused(supply).find("expiring stock of series 3 must be >= 0, got -2"),
            std::string::npos);
  EXPECT_FALSE(parse_service_kind("fill").ok());
  EXPECT_EQ(parse_service_kind("fill_rate").value(), ServiceKind::kFillRate);
}

}  // namespace
}  // namespace restock
