#include <vector>

#include <benchmark/benchmark.h>

#include "foundation/base/random.h"
#include "science/generator/count_sampler.h"
#include "science/generator/series_generator.h"

namespace restock::generator {
namespace {

void BM_CountFromUniform(benchmark::State& state) {
  Random random(1, 2);
  const double mean = static_cast<double>(state.range(0)) / 100;
  const double dispersion = static_cast<double>(state.range(1)) / 100;
  for (auto _ : state)
    benchmark::DoNotOptimize(count_from_uniform(mean, dispersion, random.uniform()));
}
BENCHMARK(BM_CountFromUniform)
    ->Args({100, 0})
    ->Args({100, 25})
    ->Args({2000, 25})
    ->Args({20000, 25});

void BM_M5Series(benchmark::State& state) {
  const auto world = World::make(m5_preset());
  const auto n = static_cast<size_t>(world->n_days());
  std::vector<int32_t> a(n), b(n), c(n), d(n);
  std::vector<float> mean(n);
  std::vector<uint8_t> e(n), f(n), g(n);
  SeriesGenerator generator(*world);
  int32_t product = 0;
  for (auto _ : state) {
    generator.generate(0, product, {a, b, c, d, mean, e, f, g, {}});
    product = (product + 1) % 3049;
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(n));
}
BENCHMARK(BM_M5Series);

}  // namespace
}  // namespace restock::generator
