#include <vector>

#include <benchmark/benchmark.h>

#include "foundation/base/random.h"
#include "science/features/series_kernel.h"

namespace restock {
namespace {

/// Rows a second of one kernel over 1,000 series of 1,941 days; see bench/features for the
/// comparison with others.
void run_kernel(benchmark::State& state, SeriesKernelOptions options) {
  constexpr size_t kSeries = 1000;
  constexpr size_t kLength = 1941;
  Random random(1, 0);
  std::vector<float> values(kSeries * kLength);
  for (float& value : values) value = static_cast<float>(random.poisson(2));
  std::vector<int64_t> offsets;
  for (size_t i = 0; i <= kSeries; ++i) offsets.push_back(static_cast<int64_t>(i * kLength));
  std::vector<float> out(values.size());
  ThreadPool pool(1);
  const SeriesKernel kernel = SeriesKernel::make(options).value();
  state.SetLabel(kernel.name());
  for (auto _ : state) {
    benchmark::DoNotOptimize(apply_batch(kernel, {values, offsets, {}}, out, pool).ok());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(values.size()));
}

BENCHMARK_CAPTURE(run_kernel, lag, {.statistic = Statistic::kLag, .lag = 28});
BENCHMARK_CAPTURE(run_kernel, mean, {.statistic = Statistic::kRollingMean, .lag = 1, .window = 28});
BENCHMARK_CAPTURE(run_kernel, std, {.statistic = Statistic::kRollingStd, .lag = 1, .window = 28});
BENCHMARK_CAPTURE(run_kernel, max, {.statistic = Statistic::kRollingMax, .lag = 1, .window = 28});
BENCHMARK_CAPTURE(run_kernel, median,
                  {.statistic = Statistic::kRollingQuantile, .lag = 1, .window = 28});
BENCHMARK_CAPTURE(run_kernel, nonzero,
                  {.statistic = Statistic::kRollingNonzero, .lag = 1, .window = 28});
BENCHMARK_CAPTURE(run_kernel, expanding_std, {.statistic = Statistic::kExpandingStd, .lag = 1});
BENCHMARK_CAPTURE(run_kernel, exponential, {.statistic = Statistic::kExponentialMean, .lag = 1});
BENCHMARK_CAPTURE(run_kernel, since_sale, {.statistic = Statistic::kPeriodsSinceNonzero, .lag = 1});

}  // namespace
}  // namespace restock
