// Orders whose lead times vary: `projected_order` against brute force, textbook and simulation.
#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "science/inventory/order_slots.h"
#include "science/inventory/projected_inventory.h"

namespace restock {
namespace {

constexpr TimeAxis kDaily{};

std::vector<float> normal_paths(size_t n, int32_t horizon, double mean, double sd) {
  std::vector<float> values;
  values.reserve(n * static_cast<size_t>(horizon));
  for (size_t p = 0; p < n; ++p) {
    Random random(17, p);
    for (int32_t h = 0; h < horizon; ++h)
      values.push_back(static_cast<float>(std::max(0.0, mean + sd * random.normal())));
  }
  return values;
}

SeriesSupply supplied(int32_t shortest, const std::vector<double>& weights, int32_t review,
                      double on_hand) {
  SeriesSupply supply{.known = true, .on_hand = on_hand, .pack_size = 0};
  SupplierTerms terms{.review_period = review};
  terms.law = LeadTimeLaw::make(shortest, weights).value();
  set_order_slots(terms, kDaily, 1000, 0, supply);
  return supply;
}

/// Cost of an order by walking each path with the arrivals that are drawn for it.
double walked_cost(const SeriesPaths& paths, const SeriesSupply& supply,
                   const PlanParameters& parameters, double quantity) {
  const auto begins = drawn_arrivals(supply, 0, paths.n_paths());
  const auto ends = drawn_arrivals(supply, 1, paths.n_paths(), begins);
  double cost = 0;
  for (size_t p = 0; p < paths.n_paths(); ++p) {
    double stock = supply.on_hand;
    for (int32_t k = 1; k < ends[p]; ++k) {
      for (const auto& order : supply.open_orders)
        stock += order.arrives_in == k ? order.quantity : 0;
      if (k == begins[p]) stock += quantity;
      const double demand = paths.path(p)[static_cast<size_t>(k) - 1];
      const double sold = std::min(stock, demand);
      stock -= sold;
      if (k >= begins[p])
        cost += parameters.holding_cost * stock + parameters.shortage_cost * (demand - sold);
    }
  }
  return cost / static_cast<double>(paths.n_paths());
}

TEST(RandomLeadTime, OrderIsTheCheapestByTryingEveryQuantity) {
  PlanParameters parameters;
  parameters.holding_cost = 0.2;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    Random random(seed, 9);
    std::vector<double> weights;
    for (uint64_t k = 0; k <= random.below(5); ++k) weights.push_back(random.uniform());
    SeriesSupply supply =
        supplied(static_cast<int32_t>(random.below(3)), weights,
                 1 + static_cast<int32_t>(random.below(3)), static_cast<double>(random.below(15)));
    supply.pack_size = 1;
    supply.lead_time_seed = seed;
    if (seed % 2 == 0) supply.open_orders.push_back({2, 4});
    std::vector<float> values;
    for (size_t p = 0; p < 101; ++p) {
      Random demand(seed, p);
      for (int32_t h = 0; h < 14; ++h) values.push_back(static_cast<float>(demand.poisson(3)));
    }
    const SeriesPaths paths{values, 14};
    const auto order = projected_order(paths, supply, parameters);
    ASSERT_TRUE(order.ok()) << order.error().to_string();
    double best = 1e300;
    for (int q = 0; q <= 80; ++q) best = std::min(best, walked_cost(paths, supply, parameters, q));
    EXPECT_NEAR(walked_cost(paths, supply, parameters, order->quantity), best, 1e-9) << seed;
    EXPECT_NEAR(order->expected_cost, best, 1e-9) << seed;
  }
}

/// The quantile of demand until the order after this one arrives, textbook: mean + z sd with
/// sd^2 = L s^2 + m^2 sd(L)^2, L periods of cover and lead time together.
double textbook_level(double lead_time, double lead_time_sd, double mean, double sd, double z) {
  return lead_time * mean +
         z * std::sqrt(lead_time * sd * sd + mean * mean * lead_time_sd * lead_time_sd);
}

// With enough stock that nothing is lost before, the level (stock + need) that a service of 95 %
// asks for is that of the safety stock under lead-time variability, where demand over the lead time
// is nearly normal. Silver, Pyke & Thomas (2017), ch. 6.
TEST(RandomLeadTime, LevelIsTheTextbooksWhereDemandIsNearlyNormal) {
  const std::vector<double> binomial = {1, 8, 28, 56, 70, 56, 28, 8, 1};  // sd sqrt(2), mean 4 on
  constexpr double kZ95 = 1.6449;
  const auto values = normal_paths(4000, 40, 100, 30);
  PlanParameters parameters;
  parameters.service_level = 0.95;
  for (const int32_t shortest : {6, 12, 20}) {
    const SeriesSupply supply = supplied(shortest, binomial, 4, 5000);
    const StockProjection projection({values, 40}, supply);
    const double level = 5000 + needed_units(projection, parameters);
    const double expected = textbook_level(shortest + 4 + 4, std::sqrt(2.0), 100, 30, kZ95);
    EXPECT_NEAR(level, expected, 0.015 * expected) << shortest;
    // The safety stock of the same lead time without its variability is much lower.
    const double mean = (shortest + 4 + 4) * 100;
    EXPECT_GT(level - mean, 1.25 * (textbook_level(shortest + 4 + 4, 0, 100, 30, kZ95) - mean));
  }
}

TEST(RandomLeadTime, MoreVariabilityOrdersMoreAtHighService) {
  const auto values = normal_paths(2000, 40, 50, 10);
  PlanParameters parameters;
  parameters.service_level = 0.97;
  double before = -2000;
  for (const auto& weights :
       {std::vector<double>{0, 0, 1, 0, 0}, {0, 1, 2, 1, 0}, {1, 1, 1, 1, 1}, {2, 1, 0, 1, 2}}) {
    const SeriesSupply supply = supplied(3, weights, 3, 2000);
    const double need = needed_units(StockProjection({values, 40}, supply), parameters);
    EXPECT_GT(need, before);
    before = need;
  }
}

TEST(RandomLeadTime, DearerShortagesNeverOrderLess) {
  const auto values = normal_paths(300, 40, 20, 10);
  const SeriesSupply supply = supplied(2, {3, 2, 2, 1}, 2, 30);
  double before = 0;
  for (const double shortage : {0.1, 0.5, 1.0, 5.0, 50.0}) {
    PlanParameters parameters;
    parameters.shortage_cost = shortage;
    const auto order = projected_order({values, 40}, supply, parameters);
    EXPECT_GE(order->quantity, before);
    before = order->quantity;
  }
  EXPECT_GT(before, 0);
}

TEST(RandomLeadTime, NoEveningForOrdersOrdersNothingButTellsTheNeed) {
  const auto values = normal_paths(300, 40, 20, 5);
  SeriesSupply supply{.known = true, .on_hand = 10};
  SupplierTerms terms{.lead_time = 1};
  terms.calendar.order_days = Weekdays{0b1000};  // Thursdays; 1970-01-01 was one
  set_order_slots(terms, kDaily, kDaily.period_of(Date::of(2024, 4, 1)), 0, supply);
  PlanParameters parameters;
  const auto order = projected_order({values, 40}, supply, parameters);
  EXPECT_EQ(order->quantity, 0);
  EXPECT_GT(order->need, 100);
  EXPECT_LT(order->cover_risk, 0.3);
  EXPECT_EQ(order->cost_of_skipping, 0);
  EXPECT_TRUE(pack_rewards({values, 40}, supply, parameters)->empty());
}

TEST(RandomLeadTime, RefusesPathsShorterThanTheLongest) {
  const auto values = normal_paths(10, 5, 20, 5);
  const SeriesSupply supply = supplied(2, {5, 1, 1}, 2, 30);
  EXPECT_FALSE(projected_order({values, 5}, supply, {}).ok());
}

}  // namespace
}  // namespace restock
