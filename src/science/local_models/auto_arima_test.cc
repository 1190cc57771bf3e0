#include "science/local_models/auto_arima.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "science/local_models/ets_fixture.h"

namespace restock {
namespace {

std::vector<double> weekly_demand(uint64_t seed, size_t n) {
  Random random(seed, 0);
  std::vector<double> values(n);
  double level = 20.0;
  for (size_t t = 0; t < n; ++t) {
    level += 0.2 * random.normal();
    values[t] = std::round(std::max(0.0, level + (t % 7 < 2 ? 6.0 : 0.0) + 3.0 * random.normal()));
  }
  return values;
}

TEST(AutoArima, ChoosesTheAirlineModelForItsSeries) {
  // Box & Jenkins' choice, and that of Hyndman & Khandakar's algorithm in R for these logarithms.
  auto values = airline_passengers();
  for (auto& value : values) value = std::log(value);
  AutoArimaWorkspace workspace;
  const auto found = auto_arima(values, {.period = 12}, workspace);
  ASSERT_TRUE(found.ok()) << found.error().to_string();
  EXPECT_EQ(arima_name(found->fit.order), "ARIMA(0,1,1)(0,1,1)[12]");
  EXPECT_NEAR(found->fit.log_likelihood, 244.70, 5e-3);
}

TEST(AutoArima, DescribesASimulatedAutoregressionAsWellAsItsTrueOrder) {
  Random random(21, 0);
  std::vector<double> values = {0.0, 0.0};
  for (size_t t = 2; t < 1000; ++t) {
    values.push_back(1.1 * values[t - 1] - 0.5 * values[t - 2] + random.normal());
  }
  AutoArimaWorkspace workspace;
  const auto found = auto_arima(values, {}, workspace);
  const auto truth = fit_arima(values, {.ar = 2}, {}, workspace.arima);
  ASSERT_TRUE(found.ok() && truth.ok());
  EXPECT_EQ(found->fit.order.differences, 0);
  EXPECT_LE(found->fit.aicc, truth->aicc + 1e-6);
  EXPECT_NEAR(truth->ar[0], 1.1, 0.1);
  EXPECT_NEAR(truth->ar[1], -0.5, 0.1);
  EXPECT_NEAR(found->fit.sigma2, 1.0, 0.1);
}

TEST(AutoArima, IsNoWorseThanAnyOrderOfAGrid) {
  const auto values = weekly_demand(3, 300);
  AutoArimaWorkspace workspace;
  const auto found = auto_arima(values, {.period = 7}, workspace);
  ASSERT_TRUE(found.ok());
  auto order = found->fit.order;
  for (order.ar = 0; order.ar <= 2; ++order.ar) {
    for (order.ma = 0; order.ma <= 2; ++order.ma) {
      for (order.seasonal_ar = 0; order.seasonal_ar <= 1; ++order.seasonal_ar) {
        for (order.seasonal_ma = 0; order.seasonal_ma <= 1; ++order.seasonal_ma) {
          const auto fit = fit_arima(values, order, {.roots = {1.001, 1.01}}, workspace.arima);
          ASSERT_TRUE(fit.ok());
          EXPECT_GT(fit->aicc, found->fit.aicc - 0.5) << arima_name(order);
        }
      }
    }
  }
}

TEST(AutoArima, TakesDifferencesAndLimitsFromTheCaller) {
  const auto values = weekly_demand(4, 200);
  AutoArimaWorkspace workspace;
  const auto found = auto_arima(
      values,
      {.period = 7, .ar_max = 0, .seasonal_ar_max = 0, .differences = 1, .seasonal_differences = 1},
      workspace);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->fit.order.differences, 1);
  EXPECT_EQ(found->fit.order.seasonal_differences, 1);
  EXPECT_EQ(found->fit.order.ar + found->fit.order.seasonal_ar, 0);
  EXPECT_FALSE(found->fit.order.constant);
}

TEST(AutoArima, GivesTheSameBytesForAnyNumberOfThreads) {
  std::vector<double> values;
  std::vector<int64_t> offsets = {0};
  for (uint64_t i = 0; i < 6; ++i) {
    const auto series = weekly_demand(10 + i, 90 + 10 * i);
    values.insert(values.end(), series.begin(), series.end());
    offsets.push_back(static_cast<int64_t>(values.size()));
  }
  values.insert(values.end(), 30, 4.0);
  offsets.push_back(static_cast<int64_t>(values.size()));
  ThreadPool one(1);
  ThreadPool three(3);
  const auto a = forecast_auto_arima({values, offsets}, 14, {.period = 7}, one);
  const auto b = forecast_auto_arima({values, offsets}, 14, {.period = 7}, three);
  ASSERT_EQ(a.size(), 7U);
  for (size_t i = 0; i < 6; ++i) {
    ASSERT_TRUE(a[i].ok() && b[i].ok());
    ASSERT_EQ(a[i]->mean.size(), 14U);
    EXPECT_EQ(a[i]->mean, b[i]->mean);
    EXPECT_EQ(a[i]->variance, b[i]->variance);
    EXPECT_EQ(a[i]->description, b[i]->description);
  }
  ASSERT_FALSE(a[6].ok());
  EXPECT_NE(a[6].error().message.find("constant"), std::string::npos);
}

TEST(AutoArima, SaysWhyASeriesCannotBeFitted) {
  AutoArimaWorkspace workspace;
  auto values = weekly_demand(5, 60);
  EXPECT_EQ(auto_arima(values, {.period = 0}, workspace).error().code, Code::kInvalidArgument);
  EXPECT_EQ(auto_arima(values, {.ar_max = 9}, workspace).error().code, Code::kInvalidArgument);
  EXPECT_EQ(auto_arima(values, {.roots = {0.9, 1.0}}, workspace).error().code,
            Code::kInvalidArgument);
  values[7] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(auto_arima(values, {}, workspace).error().code, Code::kInvalidData);
  EXPECT_EQ(auto_arima({}, {}, workspace).error().code, Code::kInvalidData);
  EXPECT_EQ(auto_arima(std::vector<double>{1.0, 2.0}, {}, workspace).error().code,
            Code::kInvalidData);
}

TEST(AutoArima, AShortSeriesStillGetsAModel) {
  AutoArimaWorkspace workspace;
  const auto found = auto_arima(std::vector<double>{3, 1, 4, 1, 5}, {.period = 7}, workspace);
  ASSERT_TRUE(found.ok()) << found.error().to_string();
  EXPECT_EQ(arima_name(found->fit.order).substr(0, 5), "ARIMA");
}

}  // namespace
}  // namespace restock
