#include <vector>

#include <benchmark/benchmark.h>

#include "foundation/base/random.h"
#include "science/simulation/simulation.h"

namespace restock {
namespace {

constexpr int32_t kItems = 4096;
constexpr int32_t kDays = 728;

/// Argument 0: days between reviews; 1: 1 = random lead times. Items are item-days; the comparison
/// with other programs and with the memory is bench/simulation.
void BM_Simulate(benchmark::State& state) {
  std::vector<float> demand(static_cast<size_t>(kItems) * kDays);
  Random random(1, 0);
  for (float& units : demand) units = static_cast<float>(random.poisson(3));
  const std::vector<LeadTimeLaw> laws = {
      LeadTimeLaw::make(5, std::vector<double>{1, 2, 3, 2, 1}).value()};
  StockedItem item{.review_period = static_cast<int32_t>(state.range(0)), .on_hand = 40};
  item.lead_time_law = state.range(1) == 1 ? 0 : -1;
  const std::vector<StockedItem> items(kItems, item);
  const StockPolicy policy{.order_up_to = 25 + 3.0F * static_cast<float>(item.review_period)};
  const std::vector<StockPolicy> policies(kItems, policy);
  const std::vector<StockLocation> locations(1);
  const PeriodTable table{std::span<const float>(demand), kItems, 1};
  SimulationInput input{.n_periods = kDays, .n_items = kItems};
  input.locations = locations;
  input.demand = {&table, 1};
  input.items = items;
  input.policies = policies;
  input.lead_time_laws = laws;
  ThreadPool pool(1);
  while (state.KeepRunning()) benchmark::DoNotOptimize(simulate(input, {}, pool).value().data());
  state.SetItemsProcessed(state.iterations() * int64_t{kItems} * kDays);
}

BENCHMARK(BM_Simulate)
    ->Args({7, 0})
    ->Args({1, 0})
    ->Args({7, 1})
    ->Args({1, 1})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace restock
