#include "science/backtest/backtest.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

constexpr int32_t kPeriods = 240;

/// Poisson sales of `n` daily series with a weekly season, levels from 1 to 20.
Panel weekly_sales(size_t n) {
  Panel panel;
  panel.key_names = {"item"};
  for (size_t i = 0; i < n; ++i) {
    std::string name = "item 000";
    name.replace(8 - std::to_string(i).size(), std::string::npos, std::to_string(i));
    panel.keys.push_back({{name}});
    panel.start.push_back(0);
    panel.offsets.push_back(panel.offsets.back() + kPeriods);
    Random random(11, i);
    const double level = 1 + 19 * static_cast<double>(i) / static_cast<double>(n);
    for (int t = 0; t < kPeriods; ++t) {
      panel.units.push_back(static_cast<float>(random.poisson(level * (t % 7 < 2 ? 2.0 : 0.6))));
    }
  }
  panel.state.assign(panel.units.size(), PeriodState::kSold);
  panel.origin = kPeriods - 1;
  return panel;
}

/// Tells the same number for every series and step; remembers from where it was asked.
ForecastMethod constant(double value, std::set<Period>* asked = nullptr) {
  return {"constant",
          [=](const Panel& panel, const BaselineWindow& ahead,
              ThreadPool& /*pool*/) -> Result<MethodForecast> {
            if (asked != nullptr) asked->insert(ahead.origin);
            const size_t cells = panel.n_series() * static_cast<size_t>(ahead.horizon);
            return MethodForecast{std::vector<double>(cells, value), {}};
          }};
}

BacktestOptions without_model() {
  BacktestOptions options;
  options.origins = 3;
  options.horizon = 7;
  options.use_model = false;
  options.scoring.levels = {80};
  options.probabilities = {0.1, 0.5, 0.9};
  return options;
}

const MethodResult& method_of(const BacktestResult& result, const std::string& name) {
  return *std::find_if(result.methods.begin(), result.methods.end(),
                       [&](const auto& method) { return method.name == name; });
}

TEST(BacktestOrigins, EndWhereGapAndHorizonAreStillKnown) {
  BacktestOptions options = without_model();
  options.gap = 2;
  options.step = 5;
  const auto origins = backtest_origins(weekly_sales(2), options);
  ASSERT_TRUE(origins.ok());
  EXPECT_EQ(*origins, (std::vector<Period>{220, 225, 230}));
}

TEST(BacktestOrigins, RefuseMoreThanTheHistoryHolds) {
  BacktestOptions options = without_model();
  options.origins = 40;
  const auto origins = backtest_origins(weekly_sales(2), options);
  ASSERT_FALSE(origins.ok());
  EXPECT_EQ(origins.error().code, Code::kInvalidArgument);
  options.origins = 32;
  EXPECT_NE(origins.error().hint.find("at most 32"), std::string::npos);
  EXPECT_TRUE(backtest_origins(weekly_sales(2), options).ok());
  options.step = -1;
  EXPECT_FALSE(backtest_origins(weekly_sales(2), options).ok());
}

TEST(RunBacktest, ScoresAConstantAsByHand) {
  const Panel panel = weekly_sales(3);
  BacktestOptions options = without_model();
  options.gap = 1;
  ThreadPool pool(2);
  std::set<Period> asked;
  const auto result = run_backtest(panel, options, {constant(4, &asked)}, pool, {});
  ASSERT_TRUE(result.ok());
  double absolute = 0, total = 0;
  for (const Period origin : result->origins) {
    for (size_t i = 0; i < 3; ++i) {
      for (Period t = origin + 2; t <= origin + 8; ++t) {
        const auto actual = static_cast<double>(panel.units[static_cast<size_t>(panel.at(i, t))]);
        absolute += std::abs(4 - actual);
        total += actual;
      }
    }
  }
  const MethodResult& method = method_of(*result, "constant");
  EXPECT_EQ(method.overall.scored, 3 * 3 * 7);
  EXPECT_NEAR(method.overall.wape, 100 * absolute / total, 1e-9);
  // The only member is the ensemble.
  EXPECT_NEAR(method_of(*result, "ensemble").overall.wape, method.overall.wape, 1e-9);
  for (const Period origin : result->origins) EXPECT_TRUE(asked.contains(origin));
}

TEST(RunBacktest, ReadsNothingSoldAfterAnOrigin) {
  const Panel panel = weekly_sales(20);
  BacktestOptions options = without_model();
  options.use_model = true;
  options.origins = 1;
  options.model.trees_max = 20;
  Panel spoilt = panel;
  const auto origins = backtest_origins(panel, options);
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (Period t = origins->front() + 1; t <= panel.origin; ++t)
      spoilt.units[static_cast<size_t>(panel.at(i, t))] += 1;
  }
  ThreadPool pool(2);
  const auto a = run_backtest(panel, options, benchmark_methods(), pool, {});
  const auto b = run_backtest(spoilt, options, benchmark_methods(), pool, {});
  ASSERT_TRUE(a.ok());
  ASSERT_TRUE(b.ok());
  // Each forecast stays, each actual is one higher: the sum of errors falls by one a period.
  const auto error_sum = [](const BacktestResult& result, const char* name, double total) {
    return method_of(result, name).overall.bias / 100 * total;
  };
  double total = 0;
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (Period t = origins->front() + 1; t <= panel.origin; ++t)
      total += static_cast<double>(panel.units[static_cast<size_t>(panel.at(i, t))]);
  }
  const double cells = 20 * 7;
  for (const char* name :
       {"seasonal_naive", "moving_average", "global_model", "profile", "ensemble"})
    EXPECT_NEAR(error_sum(*a, name, total) - cells, error_sum(*b, name, total + cells), 1e-6)
        << name;
  ASSERT_EQ(a->weights.size(), b->weights.size());
  for (size_t g = 0; g < a->weights.size(); ++g)
    EXPECT_EQ(a->weights[g].weights, b->weights[g].weights);
}

TEST(RunBacktest, MeasuresEveryStepFromNaiveToEnsembleForAnyThreads) {
  const Panel panel = weekly_sales(30);
  BacktestOptions options = without_model();
  options.use_model = true;
  options.refit = false;
  options.step = 3;
  options.model.trees_max = 40;
  options.scoring.risk_periods = 5;
  const auto levels = aggregation_levels(panel, {});
  ASSERT_TRUE(levels.ok());
  options.levels = *levels;
  ThreadPool one(1), two(2);
  const auto result = run_backtest(panel, options, benchmark_methods(), two, {});
  ASSERT_TRUE(result.ok()) << result.error().message;
  const auto& ensemble = method_of(*result, "ensemble");
  EXPECT_LT(ensemble.overall.rmsse, method_of(*result, "seasonal_naive").overall.rmsse);
  EXPECT_LT(method_of(*result, "global_model").overall.wape,
            method_of(*result, "moving_average").overall.wape);
  EXPECT_EQ(result->value_added.size(), 4U);
  EXPECT_GT(result->value_added.front().wape_points, -100);
  EXPECT_GT(method_of(*result, "global_model").stability.n, 0);
  EXPECT_NEAR(method_of(*result, "global_model").overall.coverage.at(0).percent, 80, 12);
  EXPECT_GT(ensemble.wrmsse, 0);
  EXPECT_GT(ensemble.wspl, 0);
  std::set<std::string> dimensions;
  for (const auto& segment : ensemble.segments) dimensions.insert(segment.dimension);
  EXPECT_EQ(dimensions, (std::set<std::string>{"origin", "horizon", "volume", "pattern"}));
  const auto again = run_backtest(panel, options, benchmark_methods(), one, {});
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(method_of(*again, "ensemble").overall.rmsse, ensemble.overall.rmsse);
  EXPECT_EQ(method_of(*again, "global_model").wspl, method_of(*result, "global_model").wspl);
}

TEST(RunBacktest, LearnsWeightsFromWindowsThatCameTrue) {
  const Panel panel = weekly_sales(30);
  ThreadPool pool(1);
  std::vector<ForecastMethod> methods = benchmark_methods();
  methods.push_back(constant(1000));
  const auto result = run_backtest(panel, without_model(), methods, pool, {});
  ASSERT_TRUE(result.ok());
  for (const auto& group : result->weights) {
    // Some groups have one series, whose evidence is thin.
    EXPECT_LT(group.weights.back(), 1e-3) << group.volume << ' ' << group.pattern;
    EXPECT_NE(group.selected, 3U);
  }
  EXPECT_LE(method_of(*result, "ensemble").overall.rmsse,
            method_of(*result, "seasonal_naive").overall.rmsse);
}

TEST(RunBacktest, JudgesModelsOfSingleSeries) {
  const Panel panel = weekly_sales(40);
  ThreadPool pool(2);
  std::vector<ForecastMethod> methods = benchmark_methods();
  methods.push_back(local_method(LocalModel::kSeasonalWindowAverage));
  const auto result = run_backtest(panel, without_model(), methods, pool, {});
  ASSERT_TRUE(result.ok()) << result.error().message;
  const auto& local = method_of(*result, "seasonal_window_average");
  EXPECT_TRUE(local.has_quantiles);
  // The sales have a weekly season and nothing else: a mean of weeks beats the last week.
  EXPECT_LT(local.overall.rmsse, method_of(*result, "seasonal_naive").overall.rmsse);
  EXPECT_LT(local.overall.rmsse, method_of(*result, "moving_average").overall.rmsse);
  for (const auto& group : result->weights) EXPECT_EQ(group.selected, 3U);
}

TEST(EvaluateForecast, ScoresAFinishedForecastBesideTheBenchmarks) {
  const Panel panel = weekly_sales(4);
  const Period origin = panel.origin - 7;
  std::vector<double> truth;
  for (size_t i = 0; i < 4; ++i) {
    for (Period t = origin + 1; t <= panel.origin; ++t)
      truth.push_back(static_cast<double>(panel.units[static_cast<size_t>(panel.at(i, t))]));
  }
  ThreadPool pool(1);
  const auto result = evaluate_forecast(panel, {origin, 7, truth, {}, {}}, without_model(), pool);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(method_of(*result, "forecast").overall.wape, 0);
  const auto& naive = method_of(*result, "seasonal_naive").overall;
  const auto& average = method_of(*result, "moving_average").overall;
  EXPECT_GT(naive.wape, 0);
  ASSERT_EQ(result->value_added.size(), 2U);
  EXPECT_NEAR(result->value_added[0].wape_points, naive.wape - average.wape, 1e-9);
  EXPECT_NEAR(result->value_added[1].wape_points, average.wape, 1e-9);
}

TEST(RunBacktest, StopsWhenAsked) {
  ThreadPool pool(1);
  const auto result = run_backtest(weekly_sales(2), without_model(), benchmark_methods(), pool,
                                   [](const Progress&) { return false; });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::kCancelled);
}

}  // namespace
}  // namespace restock
