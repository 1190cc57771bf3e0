#include "science/inventory/supplier_choice.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "science/inventory/order_slots.h"

namespace restock {
namespace {

using testing::HasSubstr;

constexpr TimeAxis kDaily{};
constexpr Period kOrigin = 100;

SeriesSupply offer(const char* name, double unit_cost, int32_t lead_time, int32_t review,
                   double on_hand = 0) {
  SeriesSupply supply{.known = true, .on_hand = on_hand, .unit_cost = unit_cost, .supplier = name};
  set_order_slots({.lead_time = lead_time, .review_period = review}, kDaily, kOrigin, 60, supply);
  return supply;
}

std::vector<float> paths_of(size_t n, int32_t horizon, double mean, uint64_t seed) {
  std::vector<float> values;
  values.reserve(n * static_cast<size_t>(horizon));
  for (size_t p = 0; p < n; ++p) {
    Random random(seed, p);
    for (int32_t h = 0; h < horizon; ++h)
      values.push_back(static_cast<float>(random.negative_binomial(mean, 0.3)));
  }
  return values;
}

PlanParameters costs(double holding, double shortage) {
  PlanParameters parameters;
  parameters.holding_cost = holding;
  parameters.shortage_cost = shortage;
  return parameters;
}

// One unit sells a day, nothing is in stock. Alone, Quick (there tomorrow, 2 a unit) sells both
// days and costs 1 more for each; Slow (a day later, 1 a unit) loses the first sale, 10. One unit
// of Quick for the first day and Slow from then on cost 1.
TEST(SupplierChoice, ReproducesAnExampleByHand) {
  const std::vector<float> values(5 * 6, 1.0F);
  const std::vector<SeriesSupply> offers = {offer("Quick", 2, 0, 1), offer("Slow", 1, 1, 1)};
  const auto choice = choose_supplier({values, 6}, offers, costs(1, 10));
  ASSERT_TRUE(choice.ok()) << choice.error().to_string();
  EXPECT_EQ(choice->span, 2);
  EXPECT_EQ(choice->supplier, 1U);
  EXPECT_EQ(choice->bridge_quantity, 1);
  EXPECT_EQ(choice->bridge, 0U);
  EXPECT_NEAR(choice->cost, 1, 1e-12);
  EXPECT_EQ(choice->next_best, 0U);
  EXPECT_NEAR(choice->next_best_cost, 2, 1e-12);
  const auto alone = choose_supplier({values, 6}, std::span(offers).subspan(1), costs(1, 10));
  EXPECT_EQ(alone->bridge_quantity, 0);
  EXPECT_NEAR(alone->cost, 10, 1e-12);
}

TEST(SupplierChoice, TakesTheCheaperOfTwoThatDifferInPriceAlone) {
  const auto values = paths_of(400, 12, 5, 1);
  const std::vector<SeriesSupply> offers = {offer("Dear", 1.2, 2, 3, 12),
                                            offer("Cheap", 1.0, 2, 3, 12)};
  const auto choice = choose_supplier({values, 12}, offers, costs(0.05, 3));
  EXPECT_EQ(choice->supplier, 1U);
  EXPECT_EQ(choice->next_best, 0U);
  EXPECT_EQ(choice->bridge_quantity, 0);
  // The difference is a fifth more for what was bought and sold, at most the demand of the span.
  EXPECT_GT(choice->next_best_cost, choice->cost);
  EXPECT_LT(choice->next_best_cost, choice->cost + 0.2 * 5 * 5 * 1.2);
}

TEST(SupplierChoice, IgnoresPricesWhereOneIsUnknown) {
  const auto values = paths_of(200, 12, 5, 1);
  const std::vector<SeriesSupply> offers = {offer("Slow", 1, 5, 1), offer("Quick", 0, 1, 1)};
  const auto choice = choose_supplier({values, 12}, offers, costs(0.05, 3));
  EXPECT_EQ(choice->supplier, 1U);
  EXPECT_EQ(choice->bridge_quantity, 0);
}

/// Expected cost of a bridge of q units that arrives at the start of period 1 and of a slow order
/// of s at `slow`, until `end`: the premium, holding and lost sales, walked event by event.
double walked_cost(const SeriesPaths& paths, double stock_start, double q, double s, int32_t slow,
                   int32_t end, double premium, const PlanParameters& parameters) {
  double cost = 0;
  for (size_t p = 0; p < paths.n_paths(); ++p) {
    double stock = stock_start + q;
    for (int32_t k = 1; k < end; ++k) {
      if (k == slow) stock += s;
      const double demand = paths.path(p)[static_cast<size_t>(k) - 1];
      const double sold = std::min(stock, demand);
      stock -= sold;
      cost += parameters.holding_cost * stock + parameters.shortage_cost * (demand - sold);
    }
  }
  return premium * q + cost / static_cast<double>(paths.n_paths());
}

// The bridge is decided before the slow order and by its own periods alone. Tried against all
// pairs.
TEST(SupplierChoice, PairsCostLittleMoreThanTheBestOfAllPairs) {
  int bridged_seeds = 0;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    Random random(seed, 5);
    const auto slow = 2 + static_cast<int32_t>(random.below(5));  // lead time
    const auto review = 1 + static_cast<int32_t>(random.below(4));
    const double premium = 0.2 + random.uniform();
    const double stock = static_cast<double>(random.below(12));
    const PlanParameters parameters = costs(0.1, 4);
    const auto values = paths_of(300, slow + review + 1, 3, seed);
    const SeriesPaths paths{values, slow + review + 1};
    const std::vector<SeriesSupply> offers = {offer("Slow", 1, slow, review, stock),
                                              offer("Quick", 1 + premium, 0, slow, stock)};
    const auto choice = choose_supplier(paths, offers, parameters);
    ASSERT_TRUE(choice.ok());
    if (choice->bridge_quantity == 0) continue;
    ++bridged_seeds;
    SeriesSupply bridged = offers[0];
    bridged.open_orders.push_back({1, choice->bridge_quantity});
    const auto order = projected_order(paths, bridged, parameters);
    const auto cost = [&](double q, double s) {
      return walked_cost(paths, stock, q, s, slow + 1, slow + review + 1, premium, parameters);
    };
    double best = 1e300;
    for (int q = 0; q <= 40; ++q) {
      for (int s = 0; s <= 40; ++s) best = std::min(best, cost(q, s));
    }
    EXPECT_LE(cost(choice->bridge_quantity, order->quantity), 1.01 * best) << seed;
  }
  EXPECT_GE(bridged_seeds, 6);
}

TEST(SupplierChoice, BridgesLessAtAHigherPremiumAndWithMoreStock) {
  const auto values = paths_of(500, 12, 4, 3);
  const auto bridged = [&](double quick_cost, double stock) {
    const std::vector<SeriesSupply> offers = {offer("Slow", 1, 8, 2, stock),
                                              offer("Quick", quick_cost, 1, 2, stock)};
    const auto choice = choose_supplier({values, 12}, offers, costs(0.002, 2));
    return choice->supplier == 0 ? choice->bridge_quantity : 1e9;
  };
  double before = 1e300;
  for (const double price : {1.2, 1.5, 1.9, 2.5, 2.99}) {
    const double units = bridged(price, 0);
    EXPECT_LE(units, before) << price;
    before = units;
  }
  EXPECT_GT(bridged(1.5, 0), bridged(1.5, 10));
  EXPECT_EQ(bridged(1.5, 100), 0);
  // From the price of a lost sale on, no unit pays.
  EXPECT_EQ(bridged(3.0, 0), 0);
}

TEST(SupplierChoice, ASlowSupplierMayBeDearerThanHisPrice) {
  const auto values = paths_of(500, 30, 4, 3);
  // No stock: three weeks of lost sales cost more than the lower price saves.
  const std::vector<SeriesSupply> offers = {offer("Slow", 1.0, 20, 7), offer("Quick", 1.1, 1, 7)};
  PlanParameters by_service = costs(0.02, 2);
  by_service.service_level = 0.95;  // no bridges
  const auto choice = choose_supplier({values, 30}, offers, by_service);
  EXPECT_EQ(choice->supplier, 1U);
  EXPECT_EQ(choice->bridge_quantity, 0);
}

TEST(SupplierChoice, SaysWhatIsWrong) {
  const std::vector<float> values(10, 1.0F);
  EXPECT_THAT(choose_supplier({values, 5}, {}, costs(1, 1)).error().message,
              HasSubstr("needs an offer"));
  std::vector<SeriesSupply> offers = {offer("Far", 1, 20, 1)};
  EXPECT_THAT(choose_supplier({values, 5}, offers, costs(1, 1)).error().message,
              HasSubstr("lead time 20"));
  offers = {{.lead_time = 1, .review_period = 1, .supplier = "Bare"}};
  EXPECT_THAT(choose_supplier({values, 5}, offers, costs(1, 1)).error().message,
              HasSubstr("0 of Bare"));
}

class ChooseSuppliers : public testing::Test {
 protected:
  ChooseSuppliers() : values_(paths_of(200, 10, 4, 3)) {
    SeriesSupply slow = offer("Slow", 1, 6, 2);
    slow.alternatives = {offer("Quick", 1.3, 1, 2)};
    supply_ = {offer("Only", 1, 3, 1), slow};
    paths_ = [this](std::span<const size_t> series) -> Result<PathBlock> {
      PathBlock block{10, 200, {}};
      for (size_t k = 0; k < series.size(); ++k)
        block.values.insert(block.values.end(), values_.begin(), values_.end());
      asked_.insert(asked_.end(), series.begin(), series.end());
      return block;
    };
  }
  std::vector<float> values_;
  std::vector<SeriesSupply> supply_;
  std::vector<size_t> asked_;
  PathsOf paths_;
  ThreadPool pool_{2};
};

TEST_F(ChooseSuppliers, PutsTheBridgeAmongTheOpenOrdersOfTheChosen) {
  const auto chosen = choose_suppliers(supply_, costs(0.02, 2), paths_, Frequency::kDaily, pool_);
  ASSERT_TRUE(chosen.ok()) << chosen.error().to_string();
  EXPECT_THAT(asked_, testing::ElementsAre(1U));
  EXPECT_EQ(chosen->supply[0].supplier, "Only");
  EXPECT_TRUE(chosen->supply[0].supplier_note.empty());
  EXPECT_EQ(chosen->supply[1].supplier, "Slow");
  EXPECT_TRUE(chosen->supply[1].alternatives.empty());
  ASSERT_EQ(chosen->bridges.size(), 1U);
  const BridgeOrder& bridge = chosen->bridges[0];
  EXPECT_EQ(bridge.series, 1U);
  EXPECT_EQ(bridge.supply.supplier, "Quick");
  ASSERT_EQ(chosen->supply[1].open_orders.size(), 1U);
  EXPECT_EQ(chosen->supply[1].open_orders[0].quantity, bridge.quantity);
  EXPECT_EQ(chosen->supply[1].open_orders[0].arrives_in, 2);
  EXPECT_THAT(chosen->supply[1].supplier_note, HasSubstr("supplier Slow with"));
  PlanRow row{.series = 1, .lead_time = 6, .on_order = bridge.quantity, .arrives_in = 7};
  row.supplier = "Slow";
  const PlanRow line = bridge_row(row, bridge, Frequency::kDaily);
  EXPECT_EQ(line.supplier, "Quick");
  EXPECT_EQ(line.order_quantity, bridge.quantity);
  EXPECT_EQ(line.on_order, 0);
  EXPECT_THAT(line.reason, HasSubstr("bridge 2 days before an order of Slow arrives"));
}

TEST_F(ChooseSuppliers, WithoutPathsAllKeepTheirSupplier) {
  const auto chosen = choose_suppliers(supply_, costs(0.02, 2), {}, Frequency::kDaily, pool_);
  EXPECT_EQ(chosen->supply[1].supplier, "Slow");
  EXPECT_TRUE(chosen->supply[1].alternatives.empty());
  EXPECT_TRUE(chosen->bridges.empty());
}

}  // namespace
}  // namespace restock
