#include "science/local_models/local_models.h"

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

#ifndef __SANITIZE_ADDRESS__
namespace {
std::atomic<int64_t> allocations{0};
}  // namespace

[[gnu::noinline]] void* operator new(size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}
#endif

namespace restock {
namespace {

constexpr auto S = PeriodState::kSold;
constexpr auto O = PeriodState::kOutOfStock;
constexpr auto N = PeriodState::kNotForSale;
constexpr auto X = PeriodState::kMissing;
constexpr auto F = PeriodState::kFuture;

using Numbers = std::vector<double>;

/// A panel whose origin is period 1000; each series ends `horizon` periods later.
class PanelBuilder {
 public:
  explicit PanelBuilder(int32_t horizon, Frequency frequency = Frequency::kDaily) {
    panel_.axis.frequency = frequency;
    panel_.key_names = {"item"};
    panel_.origin = 1000;
    panel_.horizon = horizon;
  }
  PanelBuilder& add(std::vector<float> units, std::vector<PeriodState> states = {}) {
    if (states.empty()) states.assign(units.size(), S);
    const auto known = static_cast<Period>(units.size());
    units.resize(units.size() + static_cast<size_t>(panel_.horizon));
    states.resize(units.size(), F);
    std::string key = std::to_string(panel_.keys.size());
    panel_.keys.push_back({{std::string(6 - key.size(), '0') + key}});
    panel_.start.push_back(panel_.origin - known + 1);
    panel_.units.insert(panel_.units.end(), units.begin(), units.end());
    panel_.state.insert(panel_.state.end(), states.begin(), states.end());
    panel_.offsets.push_back(static_cast<int64_t>(panel_.units.size()));
    return *this;
  }
  PanelBuilder& close_first_step() {
    panel_.state[panel_.state.size() - static_cast<size_t>(panel_.horizon)] = N;
    return *this;
  }
  Panel build() {
    const Status valid = panel_.validate();
    EXPECT_TRUE(valid.ok()) << valid.error().to_string();
    return panel_;
  }

 private:
  Panel panel_;
};

LocalForecastTable forecast(const Panel& panel, const LocalModelOptions& options, int threads = 1) {
  auto forecaster = LocalForecaster::make(options);
  EXPECT_TRUE(forecaster.ok());
  ThreadPool pool(threads);
  LocalForecastTable table;
  forecaster->forecast(panel, pool, table);
  return table;
}

/// Series of several kinds: steady, seasonal, intermittent, with gaps, dead and unknown.
Panel mixed_panel(int n_series) {
  PanelBuilder builder(5);
  for (int i = 0; i < n_series; ++i) {
    Random random(3, static_cast<uint64_t>(i));
    const int length = 20 + static_cast<int>(random.below(60));
    std::vector<float> units;
    std::vector<PeriodState> states;
    for (int t = 0; t < length; ++t) {
      const double mean = i % 3 == 0 ? 0.3 : (i % 3 == 1 ? 8.0 * (1 + (t % 7 == 5 ? 1 : 0)) : 20);
      const bool seen = random.uniform() > 0.1;
      states.push_back(seen ? S : (t % 2 == 0 ? O : X));
      units.push_back(seen ? static_cast<float>(random.poisson(mean)) : 0.0F);
    }
    builder.add(units, states);
  }
  builder.add(std::vector<float>(30, 0)).add({0, 0}, {X, N});
  return builder.build();
}

TEST(LocalModels, HaveNamesThatParse) {
  EXPECT_EQ(local_model_name(LocalModel::kAutoEts), "auto_ets");
  for (const LocalModel model : local_models()) {
    EXPECT_EQ(*parse_local_model(local_model_name(model)), model);
  }
  const auto wrong = parse_local_model("crostn");
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().code, Code::kNotFound);
  EXPECT_NE(wrong.error().hint.find("croston"), std::string::npos);
}

TEST(KnownDemand, LeavesOutOrBridgesWhatWasNotSeen) {
  const Panel panel = PanelBuilder(1)
                          .add({9, 1, 2, 0, 4, 7, 0}, {X, S, S, X, S, O, N})
                          .add({1, 2, 3, 0, 0, 6}, {S, S, S, X, O, S})
                          .add({0, 0}, {N, X})
                          .build();
  Numbers values;
  known_demand(panel, 0, false, 1, values);
  EXPECT_EQ(values, (Numbers{1, 2, 4}));
  known_demand(panel, 0, true, 1, values);
  EXPECT_EQ(values, (Numbers{1, 2, 3, 4, 4, 4}));
  known_demand(panel, 1, true, 2, values);
  EXPECT_EQ(values, (Numbers{1, 2, 3, 2, 3, 6}));
  known_demand(panel, 2, true, 2, values);
  EXPECT_TRUE(values.empty());
}

TEST(LocalForecaster, CountsAStockOutNeitherAsASaleNorAsNoDemand) {
  const Panel panel = PanelBuilder(2).add({4, 1, 6, 0}, {S, O, S, X}).build();
  EXPECT_EQ(forecast(panel, {.chain = {LocalModel::kHistoricAverage}}).mean, (Numbers{5, 5}));
}

TEST(LocalForecaster, KeepsTheSeasonInPhaseThroughAGapAtTheEnd) {
  const Panel panel = PanelBuilder(3).add({1, 2, 3, 1, 2, 0, 0}, {S, S, S, S, S, X, N}).build();
  const auto out = forecast(panel, {.chain = {LocalModel::kSeasonalNaive}, .season_length = 3});
  EXPECT_EQ(out.mean, (Numbers{2, 3, 1}));
}

TEST(LocalForecaster, TakesTheYearWhereTheAxisHasNoShortSeason) {
  std::vector<float> two_years;
  for (int t = 0; t < 24; ++t) two_years.push_back(static_cast<float>(t % 12));
  const Panel panel = PanelBuilder(3, Frequency::kMonthly).add(two_years).build();
  EXPECT_EQ(forecast(panel, {.chain = {LocalModel::kSeasonalNaive}}).mean, (Numbers{0, 1, 2}));
}

TEST(LocalForecaster, FallsBackAndSaysWhy) {
  const Panel panel = PanelBuilder(1).add({3, 5}).add({0}, {X}).add({1, 2, 3}).build();
  const auto out = forecast(
      panel, {.chain = {LocalModel::kSeasonalNaive, LocalModel::kNaive}, .season_length = 3});
  EXPECT_EQ(out.model[0], LocalModel::kNaive);
  EXPECT_EQ(out.mean, (Numbers{5, 0, 1}));
  EXPECT_NE(out.fallback_reason[0].find("seasonal_naive: the series has 2 values"),
            std::string::npos);
  EXPECT_EQ(out.fallback_reason[1], "no period with known demand");
  EXPECT_EQ(out.model[2], LocalModel::kSeasonalNaive);
  EXPECT_EQ(out.fallback_reason[2], "");
}

TEST(LocalForecaster, EndsItsChainWithTheMean) {
  const Panel panel = PanelBuilder(1).add({3, 5}).build();
  const auto out = forecast(panel, {.chain = {LocalModel::kSeasonalNaive}, .season_length = 7});
  EXPECT_EQ(out.model[0], LocalModel::kHistoricAverage);
  EXPECT_EQ(out.mean, (Numbers{4}));
}

TEST(LocalForecaster, ForecastsNothingForAClosedPeriod) {
  const Panel panel = PanelBuilder(2).add({4, 4, 5}).close_first_step().build();
  const auto out = forecast(panel, {.chain = {LocalModel::kNaive}});
  EXPECT_EQ(out.mean, (Numbers{0, 5}));
  EXPECT_EQ(out.variance[0], 0);
  EXPECT_GT(out.variance[1], 0);
}

TEST(LocalForecaster, NeverForecastsLessThanNothing) {
  const Panel panel = PanelBuilder(4).add({8, 6, 4, 2}).build();
  EXPECT_EQ(forecast(panel, {.chain = {LocalModel::kDrift}}).mean, (Numbers{0, 0, 0, 0}));
}

TEST(LocalForecaster, GivesTheSameBytesForAnyNumberOfThreadsAndEveryModel) {
  const Panel panel = mixed_panel(70);
  for (const LocalModel model : local_models()) {
    const auto one = forecast(panel, {.chain = {model}}, 1);
    const auto three = forecast(panel, {.chain = {model}}, 3);
    EXPECT_EQ(one.mean, three.mean) << local_model_name(model);
    EXPECT_EQ(one.variance, three.variance);
    EXPECT_EQ(one.description, three.description);
    EXPECT_EQ(one.fallback_reason, three.fallback_reason);
    for (size_t k = 0; k < one.mean.size(); ++k) {
      EXPECT_TRUE(std::isfinite(one.mean[k]) && one.mean[k] >= 0) << local_model_name(model);
      EXPECT_TRUE(std::isfinite(one.variance[k]) && one.variance[k] >= 0);
    }
  }
}

TEST(LocalForecaster, ForgetsEarlierPanels) {
  auto forecaster = LocalForecaster::make({.chain = {LocalModel::kImapa}});
  ASSERT_TRUE(forecaster.ok());
  ThreadPool pool(2);
  LocalForecastTable table;
  forecaster->forecast(mixed_panel(200), pool, table);
  const Panel panel = mixed_panel(7);
  forecaster->forecast(panel, pool, table);
  const auto fresh = forecast(panel, {.chain = {LocalModel::kImapa}});
  EXPECT_EQ(table.mean, fresh.mean);
  EXPECT_EQ(table.fallback_reason, fresh.fallback_reason);
  EXPECT_EQ(table.model, fresh.model);
}

#ifndef __SANITIZE_ADDRESS__
TEST(LocalForecaster, AllocatesNothingForASeriesOnceWarm) {
  PanelBuilder builder(5);
  for (int i = 0; i < 300; ++i) {
    std::vector<float> units;
    for (int t = 0; t < 60; ++t) units.push_back((t * 7 + i) % 5 == 0 ? 2.0F : 0.0F);
    builder.add(units);
  }
  const Panel panel = builder.build();
  ThreadPool pool(1);
  for (const LocalModel model : {LocalModel::kImapa, LocalModel::kTsb, LocalModel::kAdida,
                                 LocalModel::kSeasonalNaive, LocalModel::kWindowAverage}) {
    auto forecaster = LocalForecaster::make({.chain = {model}});
    ASSERT_TRUE(forecaster.ok());
    LocalForecastTable table;
    forecaster->forecast(panel, pool, table);
    const int64_t before = allocations.load();
    forecaster->forecast(panel, pool, table);
    // A handful for the call as a whole; none for any of the 300 series.
    EXPECT_LT(allocations.load() - before, 20) << local_model_name(model);
  }
}
#endif

TEST(LocalForecaster, RefusesBadOptions) {
  EXPECT_FALSE(LocalForecaster::make({.chain = {}}).ok());
  EXPECT_FALSE(LocalForecaster::make({.season_length = -1}).ok());
  EXPECT_FALSE(LocalForecaster::make({.window = 0}).ok());
}

}  // namespace
}  // namespace restock
