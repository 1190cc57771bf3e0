#include <cmath>
#include <vector>

#include <benchmark/benchmark.h>

#include "foundation/base/random.h"
#include "science/inventory/plan.h"
#include "science/inventory/replay.h"

namespace restock {
namespace {

/// As many series as the M5 data, with means around 1.3 a day, overdispersed.
constexpr size_t kSeries = 30490;
constexpr int32_t kHorizon = 30;

double mean_of(size_t series) {
  return 3.9 * std::pow(Random(1, series).uniform(), 2);
}

void BM_MakePlan(benchmark::State& state) {
  ForecastTable table;
  table.horizon = kHorizon;
  for (size_t i = 0; i < kSeries; ++i) {
    table.keys.push_back({{std::to_string(i)}});
    for (int32_t k = 1; k <= kHorizon; ++k) {
      table.mean.push_back(mean_of(i));
      table.cumulative_variance.push_back(2.2 * mean_of(i) * k);
    }
  }
  const std::vector<SeriesSupply> supply(kSeries);
  for (auto _ : state) benchmark::DoNotOptimize(make_plan(table, supply, {}).value().data());
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kSeries));
}

void BM_Replay(benchmark::State& state) {
  constexpr int32_t kLength = 400;
  Panel panel;
  panel.origin = kLength - 1;
  CumulativeForecast forecast{.horizon = kHorizon, .mean = {}, .variance = {}};
  for (size_t i = 0; i < kSeries; ++i) {
    Random random(2, i);
    panel.keys.push_back({{std::to_string(i)}});
    panel.start.push_back(0);
    panel.offsets.push_back(panel.offsets.back() + kLength);
    for (int32_t t = 0; t < kLength; ++t) {
      panel.units.push_back(static_cast<float>(random.poisson(mean_of(i))));
    }
    for (int32_t k = 1; k <= kHorizon; ++k) {
      forecast.mean.push_back(mean_of(i) * k);
      forecast.variance.push_back(mean_of(i) * k);
    }
  }
  panel.state.assign(panel.units.size(), PeriodState::kSold);
  const std::vector<SeriesSupply> supply(kSeries);
  ThreadPool pool(1);
  const ReplayInput input{
      .panel = panel, .first = kLength - 30, .periods = 30, .supply = supply, .starting_stock = {}};
  const ForecastAt forecast_at = [&](Period) -> Result<CumulativeForecast> { return forecast; };
  for (auto _ : state)
    benchmark::DoNotOptimize(replay(input, {}, forecast_at, pool).value().data());
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kSeries) * 30 * 3);
}

BENCHMARK(BM_MakePlan)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Replay)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace restock
