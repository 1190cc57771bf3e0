#include <vector>

#include <benchmark/benchmark.h>

#include "foundation/base/random.h"
#include "foundation/math/demand_distribution.h"

namespace restock {
namespace {

/// Eight quantiles for pairs whose means lie around range(0), with variance / mean = range(1) / 10.
void quantiles(benchmark::State& state, DemandKind kind) {
  constexpr size_t kPairs = 20000;
  const std::vector<double> probabilities = {0.025, 0.05, 0.1, 0.25, 0.75, 0.9, 0.95, 0.975};
  Random random(1, 2);
  std::vector<double> mean(kPairs);
  std::vector<double> variance(kPairs);
  for (size_t i = 0; i < kPairs; ++i) {
    mean[i] = static_cast<double>(state.range(0)) * (0.1 + 2 * random.uniform());
    variance[i] = mean[i] * static_cast<double>(state.range(1)) / 10;
  }
  std::vector<float> out(kPairs * probabilities.size());
  for (auto _ : state) {
    if (!quantiles_of(kind, mean, variance, probabilities, out).ok()) state.SkipWithError("range");
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kPairs));
}

void BM_CountQuantiles(benchmark::State& state) {
  quantiles(state, DemandKind::kCounts);
}
void BM_ContinuousQuantiles(benchmark::State& state) {
  quantiles(state, DemandKind::kContinuous);
}

BENCHMARK(BM_CountQuantiles)
    ->ArgsProduct({{1, 50, 5000, 1000000}, {5, 10, 30}})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ContinuousQuantiles)->ArgsProduct({{1, 5000}, {10}})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace restock
