#include "science/simulation/simulation.h"

#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "science/simulation/simulation_fixture.h"

namespace restock {
namespace {

StockedItem random_item(Random& random, size_t n_laws, bool inside) {
  StockedItem item;
  item.lead_time = static_cast<int32_t>(random.below(9));
  if (random.uniform() < 0.5) item.lead_time_law = static_cast<int32_t>(random.below(n_laws));
  item.review_period = 1 + static_cast<int32_t>(random.below(8));
  item.first_review = static_cast<int32_t>(random.below(5));
  item.shelf_life = random.uniform() < 0.5 ? static_cast<int32_t>(random.below(9)) : 0;
  item.moq = random.uniform() < 0.3 ? 7 : 0;
  const double kind = random.uniform();
  item.pack_size = kind < 0.3 ? 6 : kind < 0.5 && !inside ? 0 : 1;
  item.on_hand = static_cast<float>(random.below(60));
  item.holding_cost = random.uniform();
  item.shortage_cost = 5 * random.uniform();
  item.order_cost = 3 * random.uniform();
  item.unit_cost = random.uniform();
  return item;
}

StockPolicy random_policy(Random& random) {
  StockPolicy policy;
  policy.kind = static_cast<PolicyKind>(random.below(3));
  policy.reorder_point = static_cast<float>(random.below(60)) - 5;
  policy.order_up_to = std::max(0.0F, policy.reorder_point) + static_cast<float>(random.below(40));
  policy.quantity = 1 + static_cast<float>(random.below(30));
  return policy;
}

/// Everything at random. With several locations quantities are whole, else quarters too.
OwnedInput random_input(std::vector<StockLocation> locations, int32_t n_items, int32_t n_paths,
                        uint64_t seed) {
  OwnedInput owned;
  Random random(seed, 0);
  const bool inside = locations.size() > 1;
  owned.locations = std::move(locations);
  owned.input.n_periods = 90;
  owned.input.n_items = n_items;
  owned.input.n_paths = n_paths;
  owned.laws.push_back(LeadTimeLaw::make(0, std::vector<double>{1, 2, 0, 3}).value());
  owned.laws.push_back(LeadTimeLaw::make(2, std::vector<double>{0.5, 0.1, 0.1, 0.1, 0.2}).value());
  owned.laws.push_back(LeadTimeLaw::make(3, std::vector<double>{1}).value());
  const auto n_locations = owned.locations.size();
  for (size_t l = 0; l < n_locations; ++l) {
    for (int32_t i = 0; i < n_items; ++i) {
      owned.items.push_back(random_item(random, owned.laws.size(), inside));
      owned.policies.push_back(random_policy(random));
      for (uint64_t k = random.below(3); k > 0; --k) {
        owned.starting_orders.push_back({.location = static_cast<int32_t>(l),
                                         .item = i,
                                         .period = static_cast<int32_t>(random.below(12)),
                                         .quantity = static_cast<float>(random.below(20))});
      }
    }
    const size_t cells = 90 * owned.n_lanes();
    auto& demand = owned.demand_values.emplace_back();
    auto& levels = owned.level_values.emplace_back();
    if (random.uniform() < 0.8) {
      for (size_t c = 0; c < cells; ++c) {
        const double units = random.uniform() < 0.2 ? 0 : random.negative_binomial(4, 0.5);
        demand.push_back(static_cast<float>(inside ? units : units + 0.25 * random.below(2)));
      }
    }
    if (random.uniform() < 0.4) {
      for (size_t c = 0; c < cells; ++c)
        levels.push_back(static_cast<float>(20 + random.below(50)));
    }
  }
  return owned;
}

SimulationOptions random_options(uint64_t seed) {
  Random random(seed, 1);
  SimulationOptions options;
  options.backorders = random.below(2) == 1;
  options.owe_short_orders = random.below(2) == 1;
  options.orders_may_cross = random.below(2) == 1;
  options.rounding = static_cast<Rounding>(random.below(3));
  options.allocation = static_cast<Allocation>(random.below(2));
  options.seed = seed;
  return options;
}

void expect_equal(const StockOutcome& got, const StockOutcome& expected) {
  EXPECT_DOUBLE_EQ(got.units_start, expected.units_start);
  EXPECT_DOUBLE_EQ(got.units_arrived, expected.units_arrived);
  EXPECT_DOUBLE_EQ(got.units_demanded, expected.units_demanded);
  EXPECT_DOUBLE_EQ(got.units_on_time, expected.units_on_time);
  EXPECT_DOUBLE_EQ(got.units_issued, expected.units_issued);
  EXPECT_DOUBLE_EQ(got.units_wasted, expected.units_wasted);
  EXPECT_DOUBLE_EQ(got.units_left, expected.units_left);
  EXPECT_DOUBLE_EQ(got.units_in_transit, expected.units_in_transit);
  EXPECT_DOUBLE_EQ(got.units_owed, expected.units_owed);
  EXPECT_DOUBLE_EQ(got.units_ordered, expected.units_ordered);
  EXPECT_DOUBLE_EQ(got.units_order_change, expected.units_order_change);
  EXPECT_DOUBLE_EQ(got.unit_periods_held, expected.unit_periods_held);
  EXPECT_EQ(got.periods, expected.periods);
  EXPECT_EQ(got.stock_outs, expected.stock_outs);
  EXPECT_EQ(got.orders, expected.orders);
  EXPECT_EQ(got.cycles, expected.cycles);
  EXPECT_EQ(got.cycles_served, expected.cycles_served);
  EXPECT_NEAR(got.cost(), expected.cost(), 1e-9 * (1 + expected.cost()));
}

const std::vector<StockLocation> kSingle = {{}};
const std::vector<StockLocation> kSerial = {{}, {.supplier = 0}, {.supplier = 1}};
const std::vector<StockLocation> kTree = {
    {}, {.supplier = 0}, {.supplier = 0}, {.supplier = 2}, {.supplier = 0}, {.supplier = 2}};

std::vector<StockLocation> with_echelon_positions(std::vector<StockLocation> locations) {
  for (StockLocation& location : locations) location.echelon_position = true;
  return locations;
}

void expect_like_naive(const std::vector<StockLocation>& locations, int32_t n_items,
                       int32_t n_paths, uint64_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  OwnedInput owned = random_input(locations, n_items, n_paths, seed);
  const SimulationInput& input = owned.linked();
  const SimulationOptions options = random_options(seed);
  ThreadPool pool(1);
  const auto outcomes = simulate(input, options, pool).value();
  for (size_t lane = 0; lane < owned.n_lanes(); ++lane) {
    const auto expected = NaiveSimulation(input, options, lane).run();
    for (size_t l = 0; l < locations.size(); ++l) {
      SCOPED_TRACE("lane " + std::to_string(lane) + ", location " + std::to_string(l));
      expect_equal(outcomes[l * owned.n_lanes() + lane], expected[l]);
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(Simulation, EqualsANaiveSimulationOfOnePlace) {
  for (uint64_t seed = 0; seed < 16; ++seed) expect_like_naive(kSingle, 300, 1, seed);
  for (uint64_t seed = 16; seed < 20; ++seed) expect_like_naive(kSingle, 9, 17, seed);
}

TEST(Simulation, EqualsANaiveSimulationOfSeriesAndTrees) {
  for (uint64_t seed = 100; seed < 108; ++seed) {
    expect_like_naive(kSerial, 40, 1, seed);
    expect_like_naive(kTree, 40, 1, seed);
    expect_like_naive(with_echelon_positions(kTree), 11, 3, seed);
  }
}

/// Items that share lead time and shelf life take other ways through the kernel.
TEST(Simulation, EqualsANaiveSimulationOfItemsThatAreAlike) {
  for (uint64_t seed = 200; seed < 212; ++seed) {
    OwnedInput owned = random_input(kTree, 20, 1, seed);
    for (StockedItem& item : owned.items) {
      item.lead_time = static_cast<int32_t>(seed % 4);
      item.lead_time_law = -1;
      item.shelf_life = static_cast<int32_t>(seed % 3) * 4;
    }
    const SimulationInput& input = owned.linked();
    const SimulationOptions options = random_options(seed);
    ThreadPool pool(1);
    const auto outcomes = simulate(input, options, pool).value();
    for (size_t lane = 0; lane < owned.n_lanes(); ++lane) {
      const auto expected = NaiveSimulation(input, options, lane).run();
      for (size_t l = 0; l < kTree.size(); ++l)
        expect_equal(outcomes[l * owned.n_lanes() + lane], expected[l]);
    }
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
  }
}

TEST(Simulation, ConservesUnitsInEveryPlace) {
  for (uint64_t seed = 300; seed < 320; ++seed) {
    OwnedInput owned = random_input(seed % 2 == 0 ? kTree : kSerial, 30, 2, seed);
    const SimulationOptions options = random_options(seed);
    ThreadPool pool(2);
    const auto outcomes = simulate(owned.linked(), options, pool).value();
    const size_t n_lanes = owned.n_lanes();
    for (size_t l = 0; l < owned.locations.size(); ++l) {
      for (size_t lane = 0; lane < n_lanes; ++lane) {
        const StockOutcome& o = outcomes[l * n_lanes + lane];
        EXPECT_DOUBLE_EQ(o.units_start + o.units_arrived,
                         o.units_issued + o.units_wasted + o.units_left);
        double sent = owned.locations[l].supplier < 0 ? o.units_ordered : 0;
        for (const auto& order : owned.starting_orders) {
          if (order.location == static_cast<int32_t>(l) &&
              order.item == static_cast<int32_t>(lane / 2))
            sent += order.quantity;
        }
        if (owned.locations[l].supplier < 0) {
          EXPECT_DOUBLE_EQ(sent, o.units_arrived + o.units_in_transit);
        }
        if (options.backorders && owned.locations.back().supplier == static_cast<int32_t>(l)) {
          continue;  // what it owes its buyers is not in units_owed
        }
        if (options.backorders && l + 1 == owned.locations.size()) {
          EXPECT_DOUBLE_EQ(o.units_demanded, o.units_issued + o.units_owed);
        }
      }
    }
  }
}

/// One item, `lanes` times, with demand of its own each time.
template <typename Draw>
OwnedInput one_item(const StockedItem& item, const StockPolicy& policy, int32_t lanes,
                    int32_t periods, const Draw& draw) {
  OwnedInput owned;
  owned.locations = kSingle;
  owned.input.n_periods = periods;
  owned.input.n_items = 1;
  owned.input.n_paths = lanes;
  owned.items = {item};
  owned.policies = {policy};
  Random random(7, 0);
  auto& demand = owned.demand_values.emplace_back();
  demand.reserve(static_cast<size_t>(lanes) * static_cast<size_t>(periods));
  for (int64_t c = 0; c < int64_t{lanes} * periods; ++c)
    demand.push_back(static_cast<float>(draw(random)));
  return owned;
}

double cost_per_period(OwnedInput& owned, const SimulationOptions& options) {
  ThreadPool pool(2);
  const StockOutcome sum = total(simulate(owned.linked(), options, pool).value());
  return sum.cost() / (static_cast<double>(owned.n_lanes()) * owned.input.n_periods);
}

/// Zheng & Federgruen (1991): Poisson(6), h = 1, p = 4, K = 5: (s, S) = (4, 10) costs 8.0341.
TEST(Simulation, CostsWhatTheOptimalPolicyOfZhengAndFedergruenDoes) {
  StockedItem item{.lead_time = 0, .review_period = 1, .on_hand = 10};
  item.holding_cost = 1;
  item.shortage_cost = 4;
  item.order_cost = 5;
  const StockPolicy policy{.kind = PolicyKind::kReorderUpTo, .reorder_point = 4, .order_up_to = 10};
  auto owned = one_item(item, policy, 512, 4000, [](Random& r) { return r.poisson(6); });
  EXPECT_NEAR(cost_per_period(owned, {.backorders = true}), 8.034111561471642, 0.01);
}

/// Snyder & Shen (2019), example 4.3.
TEST(Simulation, CostsWhatTheNewsvendorOfSnyderAndShenDoes) {
  StockedItem item{.lead_time = 0, .review_period = 1, .pack_size = 0, .on_hand = 56.60396F};
  item.holding_cost = 0.18;
  item.shortage_cost = 0.70;
  const StockPolicy policy{.order_up_to = 56.60396F};
  auto owned = one_item(item, policy, 256, 4000, [](Random& r) { return 50 + 8 * r.normal(); });
  EXPECT_NEAR(cost_per_period(owned, {}), 1.9976051931766445, 0.004);
  EXPECT_NEAR(cost_per_period(owned, {.backorders = true}), 1.9976051931766445, 0.004);
}

/// Snyder & Shen (2019), example 6.1: three stages, echelon base stock, lead times 2, 1, 1. There a
/// lead time runs from evening to evening, here to the morning before: one period less. There the
/// units sent on in an evening are in transit at the supplier's cost, here they count as its stock
/// of that evening: the same cost.
TEST(Simulation, CostsWhatTheSerialSystemOfSnyderAndShenDoes) {
  OwnedInput owned;
  owned.locations = with_echelon_positions(kSerial);
  owned.input.n_periods = 4000;
  owned.input.n_items = 1;
  owned.input.n_paths = 1024;
  const float levels[] = {22.700F, 12.012F, 6.514F};
  const int32_t lead_times[] = {1, 0, 0};
  const double holding[] = {2, 4, 7};
  for (size_t l = 0; l < 3; ++l) {
    StockedItem item{.lead_time = lead_times[l], .review_period = 1, .pack_size = 0, .on_hand = 5};
    item.holding_cost = holding[l];
    item.shortage_cost = l == 2 ? 37.12 : 0;
    owned.items.push_back(item);
    owned.policies.push_back({.order_up_to = levels[l]});
  }
  owned.demand_values.resize(3);
  Random random(11, 0);
  for (int64_t c = 0; c < int64_t{4000} * 1024; ++c)
    owned.demand_values[2].push_back(static_cast<float>(std::max(0.0, 5 + random.normal())));
  EXPECT_NEAR(cost_per_period(owned, {.backorders = true}), 47.6687, 0.002 * 47.6687);
}

TEST(Simulation, DependsNeitherOnThreadsNorOnOtherLanes) {
  OwnedInput owned = random_input(kTree, 1500, 1, 5);
  const SimulationInput& input = owned.linked();
  const SimulationOptions options = random_options(5);
  ThreadPool one(1);
  ThreadPool three(3);
  const auto first = simulate(input, options, one).value();
  const auto second = simulate(input, options, three).value();
  ASSERT_EQ(std::memcmp(first.data(), second.data(), first.size() * sizeof(StockOutcome)), 0);

  // The first 77 items alone: the stride of the tables stays that of all.
  OwnedInput fewer = owned;
  fewer.linked();
  fewer.input.n_items = 77;
  fewer.items.clear();
  fewer.policies.clear();
  fewer.starting_orders.clear();
  for (size_t l = 0; l < kTree.size(); ++l) {
    for (size_t i = 0; i < 77; ++i) {
      fewer.items.push_back(owned.items[l * 1500 + i]);
      fewer.policies.push_back(owned.policies[l * 1500 + i]);
    }
  }
  for (const auto& order : owned.starting_orders) {
    if (order.item < 77) fewer.starting_orders.push_back(order);
  }
  fewer.input.items = fewer.items;
  fewer.input.policies = fewer.policies;
  fewer.input.starting_orders = fewer.starting_orders;
  const auto some = simulate(fewer.input, options, one).value();
  for (size_t l = 0; l < kTree.size(); ++l) {
    for (size_t i = 0; i < 77; ++i) expect_equal(some[l * 77 + i], first[l * 1500 + i]);
  }
}

TEST(Simulation, ReadsDemandOfAnyLayoutAndWidth) {
  OwnedInput owned = random_input(kSingle, 140, 1, 8);
  owned.level_values = {{}};
  owned.demand_values[0].clear();
  Random random(8, 2);
  for (size_t c = 0; c < 90 * 140; ++c)
    owned.demand_values[0].push_back(static_cast<float>(random.poisson(4)));
  const SimulationInput& input = owned.linked();
  ThreadPool pool(1);
  const auto expected = simulate(input, {}, pool).value();

  const auto& by_period = owned.demand_values[0];
  const std::vector<uint16_t> counts(by_period.begin(), by_period.end());
  std::vector<float> by_item(by_period.size());
  for (size_t t = 0; t < 90; ++t) {
    for (size_t i = 0; i < 140; ++i) by_item[i * 90 + t] = by_period[t * 140 + i];
  }
  const std::vector<uint16_t> counts_by_item(by_item.begin(), by_item.end());
  const PeriodTable tables[] = {{std::span(counts), 140, 1},
                                {std::span<const float>(by_item), 1, 90},
                                {std::span(counts_by_item), 1, 90}};
  for (const PeriodTable& table : tables) {
    SimulationInput other = input;
    other.demand = {&table, 1};
    const auto got = simulate(other, {}, pool).value();
    for (size_t i = 0; i < got.size(); ++i) expect_equal(got[i], expected[i]);
  }
}

TEST(Simulation, WastesNothingThatKeepsLongEnough) {
  const StockedItem fresh{.lead_time = 2, .review_period = 1, .shelf_life = 3, .unit_cost = 1};
  const StockPolicy policy{.order_up_to = 30};
  const auto draw = [](Random& r) { return r.poisson(5); };
  auto wasting = one_item(fresh, policy, 100, 200, draw);
  auto keeping = wasting;
  keeping.items[0].shelf_life = 200;
  auto lasting = wasting;
  lasting.items[0].shelf_life = 0;
  ThreadPool pool(1);
  const auto wasted = total(simulate(wasting.linked(), {}, pool).value());
  const auto kept = total(simulate(keeping.linked(), {}, pool).value());
  const auto lasted = total(simulate(lasting.linked(), {}, pool).value());
  EXPECT_GT(wasted.units_wasted, 0);
  EXPECT_EQ(wasted.waste_cost, wasted.units_wasted);
  expect_equal(kept, lasted);
  EXPECT_LT(wasted.units_on_time, kept.units_on_time);
}

TEST(Simulation, NeverServesLessFromAHigherLevelWithoutLeadTime) {
  const auto draw = [](Random& r) { return r.negative_binomial(3, 0.6); };
  double before = -1;
  for (int32_t level = 0; level < 30; level += 3) {
    auto owned = one_item({.lead_time = 0, .review_period = 5},
                          {.order_up_to = static_cast<float>(level)}, 60, 100, draw);
    ThreadPool pool(1);
    const auto sum = total(simulate(owned.linked(), {}, pool).value());
    EXPECT_GE(sum.units_on_time, before);
    before = sum.units_on_time;
  }
  EXPECT_GT(before, 0);
}

TEST(Simulation, MeasuresHowMuchOrdersChange) {
  // Four a day, reviewed every other day: 8 each time but the first, when 18 are missing to 18.
  auto owned = one_item({.lead_time = 0, .review_period = 2}, {.order_up_to = 18}, 1, 20,
                        [](Random&) { return 4; });
  ThreadPool pool(1);
  const auto outcome = total(simulate(owned.linked(), {}, pool).value());
  EXPECT_EQ(outcome.orders, 10);
  EXPECT_EQ(outcome.units_ordered, 18 + 9 * 8);
  EXPECT_DOUBLE_EQ(outcome.order_instability(), 100.0 * 10 / 90);
}

TEST(Simulation, KeepsOrdersInSequenceWhereTheyMayNotCross) {
  auto owned = one_item({.lead_time_law = 0, .review_period = 1}, {.order_up_to = 30}, 200, 100,
                        [](Random& r) { return r.poisson(5); });
  owned.laws.push_back(LeadTimeLaw::make(1, std::vector<double>{1, 1, 1, 1, 1, 1}).value());
  ThreadPool pool(1);
  const auto crossing = total(simulate(owned.linked(), {}, pool).value());
  const auto waiting = total(simulate(owned.linked(), {.orders_may_cross = false}, pool).value());
  // Waiting for an earlier order makes goods come later, never sooner.
  EXPECT_LT(waiting.units_on_time, crossing.units_on_time);
}

std::string error_of(OwnedInput& owned) {
  ThreadPool pool(1);
  auto result = simulate(owned.linked(), {}, pool);
  return result.ok() ? "none" : result.error().message;
}

TEST(Simulation, NamesWhatIsWrong) {
  const OwnedInput good = random_input(kTree, 3, 1, 33);
  const auto changed = [&](const auto& change) {
    OwnedInput owned = good;
    owned.demand_values[1].assign(3 * 90, 1.0F);
    change(owned);
    return error_of(owned);
  };
  EXPECT_EQ(changed([](OwnedInput&) {}), "none");
  EXPECT_EQ(changed([](OwnedInput& o) { o.items[4].review_period = 0; }),
            "review_period of item 1 in location 1 must be 1 to 10000 periods, got 0");
  EXPECT_EQ(changed([](OwnedInput& o) { o.items[17].shelf_life = -1; }),
            "shelf_life of item 2 in location 5 must be 0 (keeps) to 512 periods, got -1");
  EXPECT_EQ(changed([](OwnedInput& o) { o.items[0].holding_cost = NAN; }),
            "holding_cost of item 0 in location 0 must be finite and >= 0, got nan");
  EXPECT_EQ(changed([](OwnedInput& o) { o.policies[1].order_up_to = 3e6F; }),
            "order_up_to of item 1 in location 0 must be 0 to 2^21 units, got 3000000");
  EXPECT_EQ(changed([](OwnedInput& o) { o.demand_values[1][3 * 7 + 2] = NAN; }),
            "demand must be 0 to 2^21 units, got nan for item 2 in location 1, period 7");
  EXPECT_EQ(changed([](OwnedInput& o) { o.demand_values[1][5] = -1; }),
            "demand must be 0 to 2^21 units, got -1 for item 2 in location 1, period 1");
  EXPECT_EQ(changed([](OwnedInput& o) { o.locations[1].supplier = 1; }),
            "the supplier of location 1 must be -1 (outside) or a location before it, got 1");
  EXPECT_EQ(changed([](OwnedInput& o) { o.demand_values[1].pop_back(); }),
            "the demand of location 1 must hold 90 periods x 3 lanes");
  EXPECT_EQ(changed([](OwnedInput& o) { o.items.pop_back(); }),
            "6 locations x 3 items need as many items and policies, got 17 and 18");
  EXPECT_EQ(changed([](OwnedInput& o) { o.starting_orders = {{.location = 1}, {.location = 0}}; }),
            "starting orders must be sorted by location, then item");
}

TEST(LeadTimeLaw, DrawsEachLeadTimeAsOftenAsItsWeightSays) {
  const std::vector<double> weights = {0, 1, 0, 2, 5, 0};
  const auto law = LeadTimeLaw::make(3, weights).value();
  EXPECT_EQ(law.shortest(), 4);
  EXPECT_EQ(law.longest(), 7);
  EXPECT_DOUBLE_EQ(law.mean(), (4 + 2 * 6 + 5 * 7) / 8.0);
  std::vector<double> seen(9);
  constexpr int kDraws = 200000;
  for (int k = 0; k < kDraws; ++k) {
    seen[static_cast<size_t>(drawn_lead_time(
        law,
        {.seed = 3, .location = 1, .lane = static_cast<size_t>(k % 400), .period = k / 400}))] += 1;
  }
  for (size_t k = 0; k < weights.size(); ++k) {
    const double p = weights[k] / 8;
    EXPECT_NEAR(seen[k + 3] / kDraws, p, 4 * std::sqrt(p * (1 - p) / kDraws));
  }
}

TEST(LeadTimeLaw, LearnsFromObservations) {
  const std::vector<int32_t> seen = {7, 5, 7, 9};
  const auto law = LeadTimeLaw::from_observations(seen).value();
  EXPECT_EQ(law.shortest(), 5);
  EXPECT_EQ(law.longest(), 9);
  EXPECT_DOUBLE_EQ(law.mean(), 7);
}

TEST(LeadTimeLaw, RejectsWhatIsNoDistribution) {
  EXPECT_FALSE(LeadTimeLaw::make(-1, std::vector<double>{1}).ok());
  EXPECT_FALSE(LeadTimeLaw::make(1, {}).ok());
  EXPECT_FALSE(LeadTimeLaw::make(1, std::vector<double>{1, -1}).ok());
  EXPECT_FALSE(LeadTimeLaw::make(1, std::vector<double>{1, NAN}).ok());
  EXPECT_FALSE(LeadTimeLaw::make(1, std::vector<double>{0, 0}).ok());
  EXPECT_FALSE(LeadTimeLaw::make(500, std::vector<double>(20, 1.0)).ok());
  EXPECT_FALSE(LeadTimeLaw::from_observations({}).ok());
  EXPECT_FALSE(LeadTimeLaw::from_observations(std::vector<int32_t>{3, -2}).ok());
}

}  // namespace
}  // namespace restock
