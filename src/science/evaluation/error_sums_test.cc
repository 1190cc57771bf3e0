#include "science/evaluation/error_sums.h"

#include <cmath>

#include <gtest/gtest.h>

#include "science/evaluation/evaluation_fixture.h"

namespace restock {
namespace {

/// The data of oracle.py.
Panel three_items() {
  return sold_panel({{6, 5, 8, 2,  7, 4, 7, 5, 3, 8, 4, 8, 4, 6, 5, 2, 8, 5,
                      5, 6, 5, 10, 5, 7, 4, 8, 2, 9, 1, 3, 2, 2, 7, 5, 6, 6},
                     {18, 19, 13, 14, 25, 18, 16, 18, 21, 14, 14, 27, 17, 22, 19, 18, 13, 22,
                      11, 24, 17, 14, 24, 24, 22, 23, 18, 20, 21, 18, 28, 14, 28, 14, 21, 23},
                     {2, 1, 0, 0, 1, 0, 2, 1, 1, 2, 2, 0, 0, 0, 2, 1, 1, 1,
                      1, 0, 0, 3, 4, 1, 1, 2, 1, 1, 3, 4, 1, 1, 1, 2, 1, 2}});
}

struct Forecast {
  std::vector<double> mean = {5.9, 5.63,  3.18,  2.77, 2.95, 5.45, 23.11, 15.97, 10.04,
                              8.8, 33.52, 30.76, 0.39, 1.77, 1.84, 0.6,   0.86,  0.82};
  std::vector<double> probabilities = {0.1, 0.5, 0.9};
  std::vector<float> quantiles;

  Forecast() {
    for (const double m : mean) {
      for (const double factor : {0.5, 1.0, 1.75})
        quantiles.push_back(static_cast<float>(std::floor(m * factor)));
    }
  }
  [[nodiscard]] ForecastView view() const { return {29, 6, mean, probabilities, quantiles}; }
};

TEST(Evaluate, AgreesWithUtilsforecast) {
  const Panel panel = three_items();
  const Forecast forecast;
  ThreadPool pool(2);
  const NaiveScale weekly = naive_scale(panel, 29, 7, pool);
  const Metrics m = evaluate(panel, forecast.view(), &weekly, {.levels = {80}}, pool);
  EXPECT_EQ(m.scored, 18);
  EXPECT_NEAR(m.mase, 1.3889441950246166, 1e-9);
  EXPECT_NEAR(m.rmsse, 1.021998625942303, 1e-9);
  EXPECT_NEAR(m.mae, 4.023333333333334, 1e-9);
  EXPECT_NEAR(m.rmse, 6.041350106649268, 1e-9);
  EXPECT_NEAR(m.wape, 44.158536585365853, 1e-9);
  EXPECT_NEAR(m.pinball, 1.368518518518519, 1e-9);
  EXPECT_NEAR(m.wql, 0.3004065040650407, 1e-9);
}

TEST(Evaluate, MeasuresAHandComputedPair) {
  const Panel panel = sold_panel({{0, 2, 4, 1, 10, 0}});
  const std::vector<double> mean = {8, 1};
  const std::vector<double> probabilities = {0.1, 0.5, 0.9};
  const std::vector<float> quantiles = {5, 8, 12, 0, 1, 3};
  ThreadPool pool(1);
  const NaiveScale scale = naive_scale(panel, 3, 1, pool);
  const Metrics m = evaluate(panel, {3, 2, mean, probabilities, quantiles}, &scale,
                             {.levels = {80, 50}, .risk_periods = 2}, pool);
  EXPECT_NEAR(m.mase, 1.5 / (7.0 / 3), 1e-12);
  EXPECT_NEAR(m.rmsse, std::sqrt(2.5 / 6.5), 1e-12);
  EXPECT_NEAR(m.mape, 20, 1e-12);
  EXPECT_NEAR(m.smape, 100 * (2 * 2.0 / 18 + 2) / 2, 1e-12);
  EXPECT_NEAR(m.bias, -10, 1e-12);
  EXPECT_NEAR(m.wape_median, 30, 1e-12);
  // Losses: 0.5, 1.0, 0.2 for the ten sold; 0, 0.5, 0.3 for the zero.
  EXPECT_NEAR(m.pinball, 2.5 / 6, 1e-6);
  EXPECT_NEAR(m.scaled_pinball, 2.5 / 6 / 2.5, 1e-6);
  // Trapezoids over 0, 0.1, 0.5, 0.9, 1 of twice the summed losses 0, 0.5, 1.5, 0.5, 0.
  EXPECT_NEAR(m.crps, 2 * (0.025 + 0.4 + 0.4 + 0.025) / 2, 1e-6);
  ASSERT_EQ(m.coverage.size(), 1U);  // 50 percent needs quantiles that are not there
  EXPECT_NEAR(m.coverage[0].percent, 100, 1e-12);
  EXPECT_NEAR(m.cumulative_wape, 100 * 1.0 / 10, 1e-12);
  EXPECT_NEAR(m.cumulative_bias, -100 * 1.0 / 10, 1e-12);
}

TEST(Evaluate, CountsOnlySoldPeriods) {
  Panel panel = sold_panel({{1, 2, 1, 5, 7, 6}});
  panel.state[4] = PeriodState::kOutOfStock;
  panel.state[1] = PeriodState::kMissing;
  ThreadPool pool(1);
  const NaiveScale scale = naive_scale(panel, 3, 1, pool);
  EXPECT_DOUBLE_EQ(scale.absolute[0], 4);  // only 1 -> 5 are neighbours that are known
  const std::vector<double> mean = {0, 100, 4};
  const Metrics m = evaluate(panel, {2, 3, mean, {}, {}}, &scale, {.risk_periods = 2}, pool);
  EXPECT_EQ(m.scored, 2);
  EXPECT_DOUBLE_EQ(m.mae, 3.5);
  EXPECT_DOUBLE_EQ(m.cumulative_wape, 0);  // its demand of two periods is not known
}

TEST(Evaluate, LeavesScaledErrorsOutForSeriesThatNeverMoved) {
  const Panel panel = sold_panel({{3, 3, 3, 3, 5}, {1, 2, 3, 4, 5}});
  ThreadPool pool(1);
  const NaiveScale scale = naive_scale(panel, 3, 1, pool);
  const std::vector<double> mean = {4, 7};
  const Metrics m = evaluate(panel, {3, 1, mean, {}, {}}, &scale, {}, pool);
  EXPECT_EQ(m.scaled_series, 1);
  EXPECT_DOUBLE_EQ(m.rmsse, 2);
  EXPECT_EQ(m.scored, 2);
}

TEST(Evaluate, GivesTheSameBytesForAnyNumberOfThreads) {
  std::vector<std::vector<float>> rows;
  std::vector<double> mean;
  for (int i = 0; i < 200; ++i) {
    rows.push_back({0.1F * static_cast<float>(i % 7), 2, 0.3F, 4});
    mean.push_back(0.1 * (i % 13));
    mean.push_back(1.0 / (1 + i));
  }
  Panel panel = sold_panel(rows);
  ThreadPool one(1), three(3);
  const NaiveScale scale = naive_scale(panel, 1, 1, one);
  const Metrics a = evaluate(panel, {1, 2, mean, {}, {}}, &scale, {}, one);
  const Metrics b = evaluate(panel, {1, 2, mean, {}, {}}, &scale, {}, three);
  EXPECT_EQ(a.mae, b.mae);
  EXPECT_EQ(a.rmsse, b.rmsse);
}

TEST(NaiveScale, StartsSquaredErrorsAtTheFirstSale) {
  const Panel panel = sold_panel({{0, 0, 0, 2, 4, 1}});
  ThreadPool pool(1);
  const NaiveScale scale = naive_scale(panel, 5, 1, pool);
  EXPECT_DOUBLE_EQ(scale.squared[0], (4 + 9) / 2.0);
  EXPECT_DOUBLE_EQ(scale.one_step[0], 5 / 2.0);
  EXPECT_DOUBLE_EQ(scale.absolute[0], 7 / 5.0);
}

TEST(ErrorSums, OfPartsAddUpToTheWhole) {
  const Panel panel = three_items();
  const Forecast forecast;
  const ScoringOptions options{.levels = {80}, .risk_periods = 3};
  ErrorSums whole(3, 1), parts(3, 1);
  for (size_t i = 0; i < 3; ++i) {
    whole.add_series(panel, forecast.view(), nullptr, options, i, 0, 6);
    for (const auto& [first, last] : {std::pair{0, 3}, std::pair{3, 6}}) {
      ErrorSums part(3, 1);
      part.add_series(panel, forecast.view(), nullptr, options, i, first, last);
      parts.add(part);
    }
  }
  const Metrics a = whole.metrics(forecast.probabilities, options);
  const Metrics b = parts.metrics(forecast.probabilities, options);
  EXPECT_EQ(a.scored, b.scored);
  EXPECT_NEAR(a.wql, b.wql, 1e-12);
  EXPECT_NEAR(a.cumulative_wape, b.cumulative_wape, 1e-12);
  EXPECT_EQ(a.pit.bins, b.pit.bins);
}

}  // namespace
}  // namespace restock
