// Our side of compare.py: item-days a CPU second of `simulate` on one thread, and of the memory.
//
//   simulation_ours speed             30,490 items x 1,941 days, demand made here, seed 1
//   simulation_ours cost PERIODS      the peer's single stage: mean cost a period, backorders
//
// Prints one JSON line a case.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "foundation/base/random.h"
#include "science/simulation/simulation.h"

namespace restock {
namespace {

constexpr int32_t kItems = 30490;
constexpr int32_t kDays = 1941;
constexpr int kTurns = 5;

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// The least CPU seconds of kTurns calls.
template <typename Body>
double best(const Body& body) {
  double least = 1e30;
  for (int turn = 0; turn < kTurns; ++turn) {
    const double begin = cpu_seconds();
    body();
    least = std::min(least, cpu_seconds() - begin);
  }
  return least;
}

/// STREAM's triad (McCalpin 1995), bytes read and written counted once each.
double triad_bytes_per_second() {
  constexpr size_t kSize = 1 << 24;
  std::vector<float> a(kSize, 1.0F);
  std::vector<float> b(kSize, 2.0F);
  std::vector<float> c(kSize, 3.0F);
  float factor = 0.5F;
  const double seconds = best([&] {
    for (size_t i = 0; i < kSize; ++i) a[i] = b[i] + factor * c[i];
    factor += a[kSize / 2] * 1e-3F;
  });
  if (a[kSize - 1] == 0) std::puts("");
  return 3.0 * sizeof(float) * kSize / seconds;
}

/// Reading what a simulation reads, and nothing else.
double read_bytes_per_second(const std::vector<float>& values) {
  float sink = 0;
  const double seconds = best([&] {
    float lanes[32] = {};
    for (size_t i = 0; i + 32 <= values.size(); i += 32) {
      for (size_t j = 0; j < 32; ++j) lanes[j] += values[i + j];
    }
    for (const float lane : lanes) sink += lane;
  });
  if (sink < 0) std::puts("");
  return sizeof(float) * static_cast<double>(values.size()) / seconds;
}

struct Case {
  std::string name;
  SimulationInput input;
  SimulationOptions options;
};

void measure(const Case& c, double bytes_per_item_day) {
  ThreadPool pool(1);
  StockOutcome sum;
  const double seconds = best([&] { sum = total(simulate(c.input, c.options, pool).value()); });
  const double item_days = static_cast<double>(c.input.n_items) * c.input.n_periods *
                           static_cast<double>(c.input.locations.size());
  fmt::print(
      "{{\"case\": \"{}\", \"item_days\": {:.0f}, \"seconds\": {:.4f}, \"per_second\": {:.4g}, "
      "\"bytes_per_second\": {:.4g}, \"fill_rate\": {:.3f}, \"mean_stock\": {:.3f}, \"orders\": "
      "{}}}\n",
      c.name, item_days, seconds, item_days / seconds, bytes_per_item_day * item_days / seconds,
      sum.fill_rate(), sum.mean_stock(), sum.orders);
  std::fflush(stdout);
}

double mean_of(size_t item) {
  const double u = Random(1, item).uniform();
  return 0.2 + 4 * u * u;
}

/// Poisson demand, period-major.
std::vector<float> made_demand() {
  std::vector<float> demand(static_cast<size_t>(kItems) * kDays);
  for (size_t i = 0; i < kItems; ++i) {
    Random random(2, i);
    for (size_t t = 0; t < kDays; ++t)
      demand[t * kItems + i] = static_cast<float>(random.poisson(mean_of(i)));
  }
  return demand;
}

struct Stock {
  std::vector<StockedItem> items;
  std::vector<StockPolicy> policies;
};

/// change(item, policy, mean, index) edits one item reviewed weekly, lead time a week.
template <typename Change>
Stock made_stock(size_t n, const Change& change) {
  Stock stock;
  stock.items.reserve(n);
  stock.policies.reserve(n);
  for (size_t i = 0; i < n; ++i) {
    const double mean = mean_of(i);
    StockedItem item;
    item.on_hand = static_cast<float>(std::ceil(14 * mean));
    item.holding_cost = 0.02;
    item.shortage_cost = 1;
    item.order_cost = 1;
    StockPolicy policy;
    const int32_t risk = change(item, i);
    policy.order_up_to = static_cast<float>(std::ceil(risk * mean + 1.5 * std::sqrt(risk * mean)));
    policy.reorder_point = policy.order_up_to - static_cast<float>(std::ceil(3 * mean));
    stock.items.push_back(item);
    stock.policies.push_back(policy);
  }
  return stock;
}

int speed() {
  fmt::print("{{\"case\": \"triad\", \"bytes_per_second\": {:.4g}}}\n", triad_bytes_per_second());
  const auto demand = made_demand();
  fmt::print("{{\"case\": \"read\", \"bytes_per_second\": {:.4g}}}\n",
             read_bytes_per_second(demand));
  const std::vector<StockLocation> one(1);
  std::vector<LeadTimeLaw> laws;
  laws.push_back(LeadTimeLaw::make(4, std::vector<double>{1, 2, 3, 2, 1, 1}).value());
  const PeriodTable table{std::span<const float>(demand), kItems, 1};

  const auto run = [&](const std::string& name, const Stock& stock, PolicyKind kind,
                       const SimulationOptions& options, const PeriodTable& values, double bytes) {
    auto policies = stock.policies;
    for (auto& policy : policies) {
      policy.kind = kind;
      policy.quantity = policy.order_up_to - policy.reorder_point;
    }
    SimulationInput input{.n_periods = kDays, .n_items = kItems};
    input.locations = one;
    input.demand = {&values, 1};
    input.items = stock.items;
    input.policies = policies;
    input.lead_time_laws = laws;
    measure({name, input, options}, bytes);
  };
  const auto weekly = made_stock(kItems, [](StockedItem&, size_t) { return 14; });
  const auto daily = made_stock(kItems, [](StockedItem& item, size_t) {
    item.review_period = 1;
    item.pack_size = 4;
    return 8;
  });
  const auto mixed = made_stock(kItems, [](StockedItem& item, size_t i) {
    item.review_period = static_cast<int32_t>(1 + i % 7);
    item.first_review = static_cast<int32_t>(i % 5);
    item.lead_time = static_cast<int32_t>(i % 14);
    item.pack_size = static_cast<float>(1 + i % 3);
    return item.review_period + item.lead_time;
  });
  const auto fresh = made_stock(kItems, [](StockedItem& item, size_t) {
    item.review_period = 1;
    item.lead_time = 1;
    item.shelf_life = 7;
    item.unit_cost = 1;
    return 2;
  });
  auto random_weekly = weekly;
  for (auto& item : random_weekly.items) item.lead_time_law = 0;
  auto random_daily = daily;
  for (auto& item : random_daily.items) item.lead_time_law = 0;

  const auto up_to = PolicyKind::kOrderUpTo;
  const auto reorder = PolicyKind::kReorderUpTo;
  run("fixed: (R,S) weekly", weekly, up_to, {}, table, 4);
  run("fixed: (R,S) weekly, backorders", weekly, up_to, {.backorders = true}, table, 4);
  run("fixed: (s,S) daily, packs", daily, reorder, {}, table, 4);
  run("fixed: (r,Q) daily, packs", daily, PolicyKind::kFixedQuantity, {}, table, 4);
  run("fixed: every item its own lead time and review", mixed, up_to, {}, table, 4);
  run("fixed: (R,S) daily, shelf life 7", fresh, up_to, {}, table, 4);
  run("random: (R,S) weekly", random_weekly, up_to, {}, table, 4);
  run("random: (s,S) daily, packs", random_daily, reorder, {}, table, 4);
  run("random: (R,S) daily, packs", random_daily, up_to, {}, table, 4);
  run("random: (R,S) daily, packs, orders in sequence", random_daily, up_to,
      {.orders_may_cross = false}, table, 4);
  {
    const std::vector<uint16_t> counts(demand.begin(), demand.end());
    const PeriodTable narrow{std::span<const uint16_t>(counts), kItems, 1};
    run("fixed: (R,S) weekly, demand of 16 bits", weekly, up_to, {}, narrow, 2);
  }

  // A warehouse and ten stores: the demand table is read as ten of 3,049 items each.
  constexpr int32_t kTreeItems = kItems / 10;
  std::vector<StockLocation> tree(11, StockLocation{.supplier = 0});
  tree[0].supplier = -1;
  auto stock = made_stock(static_cast<size_t>(kTreeItems) * 11, [](StockedItem& item, size_t i) {
    item.lead_time = i < kTreeItems ? 7 : 2;
    return i < kTreeItems ? 14 : 9;
  });
  std::vector<PeriodTable> demands(11);
  for (size_t l = 1; l < 11; ++l) {
    demands[l] = {std::span<const float>(demand).subspan((l - 1) * kTreeItems), kItems, 1};
    for (size_t i = 0; i < kTreeItems; ++i) {
      // Means follow the column that a store's item reads; the warehouse has the stores' sum.
      const double mean = mean_of((l - 1) * kTreeItems + i);
      auto& level = stock.policies[l * kTreeItems + i].order_up_to;
      level = static_cast<float>(std::ceil(9 * mean + 1.5 * std::sqrt(9 * mean)));
      if (l == 1) stock.policies[i].order_up_to = 0;
      stock.policies[i].order_up_to += static_cast<float>(std::ceil(15 * mean));
    }
  }
  SimulationInput input{.n_periods = kDays, .n_items = kTreeItems};
  input.locations = tree;
  input.demand = demands;
  input.items = stock.items;
  input.policies = stock.policies;
  measure({"fixed: a warehouse and 10 stores, weekly", input, {}}, 4.0 * 10 / 11);
  return 0;
}

/// Poisson(20) demand, base stock, every period; the peer's system.
int cost(int32_t periods) {
  std::vector<float> demand(static_cast<size_t>(periods) * 1024);
  Random random(3, 0);
  for (float& units : demand) units = static_cast<float>(random.poisson(20));
  const std::vector<StockLocation> one(1);
  const PeriodTable table{std::span<const float>(demand), 1024, 1};
  StockedItem item{.lead_time = 2, .review_period = 1, .on_hand = 66};
  item.holding_cost = 0.18;
  item.shortage_cost = 0.70;
  const std::vector<StockedItem> items = {item};
  const std::vector<StockPolicy> policies = {{.order_up_to = 66}};
  SimulationInput input{.n_periods = periods, .n_items = 1, .n_paths = 1024};
  input.locations = one;
  input.demand = {&table, 1};
  input.items = items;
  input.policies = policies;
  ThreadPool pool(1);
  const auto sum = total(simulate(input, {.backorders = true}, pool).value());
  fmt::print("{{\"case\": \"cost\", \"cost\": {:.6f}}}\n",
             sum.cost() / static_cast<double>(sum.periods));
  return 0;
}

}  // namespace
}  // namespace restock

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  if (std::string(argv[1]) == "speed") return restock::speed();
  return argc > 2 ? restock::cost(std::stoi(argv[2])) : 2;
}
