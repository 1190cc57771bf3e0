// Our side of compare.py: items of a chain under one budget, seed 1.
//
//   portfolio_ours ITEMS SHARE FOLDER [STORES]
//
// SHARE is the budget's part of what all worthwhile packs cost. With STORES each of so many stores
// has room for 35 % of what its items would fill, too. Writes the instance to FOLDER
// (rewards, offsets, cost, least, room, rooms) for the peer; prints one JSON line: CPU seconds of
// computing the rewards along sample paths and of ordering, and the figures of the order.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "foundation/base/random.h"
#include "science/inventory/projected_inventory.h"
#include "science/portfolio/limited_order.h"
#include "science/portfolio/portfolio_order.h"

namespace restock {
namespace {

constexpr size_t kPaths = 200;
constexpr int32_t kLeadTime = 2;
constexpr int32_t kReview = 2;

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

template <typename T>
void write(const std::string& path, const std::vector<T>& values) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(T)));
}

struct Instance {
  std::vector<double> rewards;
  std::vector<size_t> offsets = {0};
  std::vector<double> cost;
  std::vector<int32_t> least;
  std::vector<double> room;  ///< a pack takes in its store
  double seconds = 0;  ///< of pack_rewards

  void add_item(uint64_t item) {
    Random random(1, item);
    const double mean = std::exp(4 * random.uniform() - 1);  // 0.4 to 20 a week
    std::vector<float> paths;
    paths.reserve(kPaths * (kLeadTime + kReview));
    for (size_t v = 0; v < kPaths * (kLeadTime + kReview); ++v)
      paths.push_back(static_cast<float>(random.poisson(mean)));
    const double unit_cost = std::round(100 * std::exp(4 * random.uniform() - 0.7)) / 100;
    constexpr double kPackSizes[] = {1, 2, 6, 12};
    SeriesSupply supply;
    supply.known = true;
    supply.on_hand = std::floor(3 * mean * random.uniform());
    supply.lead_time = kLeadTime;
    supply.review_period = kReview;
    supply.pack_size = kPackSizes[random.below(4)];
    const auto packs_min = random.uniform() < 0.2 ? 2 + static_cast<int32_t>(random.below(3)) : 0;
    supply.moq = packs_min * supply.pack_size;
    PlanParameters parameters;
    parameters.holding_cost = 0.01 * unit_cost;
    parameters.shortage_cost = (0.2 + 0.6 * random.uniform()) * unit_cost;
    const double start = cpu_seconds();
    const auto of_item = pack_rewards({paths, kLeadTime + kReview}, supply, parameters).value();
    seconds += cpu_seconds() - start;
    rewards.insert(rewards.end(), of_item.begin(), of_item.end());
    offsets.push_back(rewards.size());
    cost.push_back(unit_cost * supply.pack_size);
    least.push_back(packs_min);
    room.push_back(supply.pack_size * (0.5 + 2 * random.uniform()));
  }
};

/// The order under the budget and the rooms of `stores`, item i in store i % stores.
LimitedOrder limited(const Instance& instance, double budget, size_t stores,
                     const std::string& folder, double& seconds) {
  const PortfolioItems items{instance.rewards, instance.offsets, instance.cost, instance.least};
  const auto packs = order_portfolio(items, INFINITY).value().packs;
  std::vector<double> amounts(stores + 1, 0);
  std::vector<size_t> use_offsets = {0};
  std::vector<int32_t> use_limit;
  std::vector<double> use_per_pack;
  for (size_t i = 0; i < packs.size(); ++i) {
    const size_t store = i % stores;
    amounts[store + 1] += 0.35 * packs[i] * instance.room[i];
    use_limit.insert(use_limit.end(), {0, static_cast<int32_t>(store + 1)});
    use_per_pack.insert(use_per_pack.end(), {instance.cost[i], instance.room[i]});
    use_offsets.push_back(use_limit.size());
  }
  amounts[0] = budget;
  write(folder + "/rooms.f64", std::vector<double>(amounts.begin() + 1, amounts.end()));
  const double start = cpu_seconds();
  LimitedOrder order =
      order_within_limits({instance.rewards, instance.offsets, instance.least, use_offsets,
                           use_limit, use_per_pack},
                          amounts)
          .value();
  seconds = cpu_seconds() - start;
  return order;
}

int run(uint64_t n_items, double share, const std::string& folder, size_t stores) {
  Instance instance;
  for (uint64_t item = 0; item < n_items; ++item) instance.add_item(item);
  const PortfolioItems items{instance.rewards, instance.offsets, instance.cost, instance.least};
  const double budget = share * order_portfolio(items, INFINITY).value().resource_used;
  double best = INFINITY;
  PortfolioOrder order;
  for (int turn = 0; turn < 5; ++turn) {
    const double start = cpu_seconds();
    order = order_portfolio(items, budget).value();
    best = std::min(best, cpu_seconds() - start);
  }
  write(folder + "/rewards.f64", instance.rewards);
  write(folder + "/offsets.u64", instance.offsets);
  write(folder + "/cost.f64", instance.cost);
  write(folder + "/least.i32", instance.least);
  write(folder + "/packs.i32", order.packs);
  write(folder + "/room.f64", instance.room);
  if (stores > 0) {
    double seconds = 0;
    const LimitedOrder within = limited(instance, budget, stores, folder, seconds);
    write(folder + "/packs.i32", within.packs);
    fmt::print(
        "{{\"budget\": {}, \"rewards_cpu\": {}, \"cpu\": {}, \"reward\": {}, \"bound\": {}, "
        "\"gap\": {}, \"method\": \"{}\", \"proven\": {}}}\n",
        budget, instance.seconds, seconds, within.reward, within.reward_bound, within.gap(),
        limited_method_name(within.method), within.proven);
    return 0;
  }
  fmt::print(
      "{{\"packs\": {}, \"budget\": {}, \"rewards_cpu\": {}, \"cpu\": {}, \"reward\": {}, "
      "\"bound\": {}, \"gap\": {}, \"used\": {}, \"marginal\": {}}}\n",
      instance.rewards.size(), budget, instance.seconds, best, order.reward, order.reward_bound,
      order.gap(), order.resource_used, order.marginal_reward);
  return 0;
}

}  // namespace
}  // namespace restock

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) return 2;
  return restock::run(std::strtoull(argv[1], nullptr, 10), std::atof(argv[2]), argv[3],
                      argc == 5 ? std::strtoull(argv[4], nullptr, 10) : 0);
}
