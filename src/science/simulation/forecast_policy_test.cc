#include "science/simulation/forecast_policy.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "science/inventory/order_up_to.h"

namespace restock {
namespace {

using testing::HasSubstr;

constexpr int32_t kPaths = 2000;
constexpr int32_t kHorizon = 20;

std::vector<float> poisson_paths(double mean, uint64_t seed) {
  Random random(seed, 0);
  std::vector<float> values;
  values.reserve(static_cast<size_t>(kPaths) * kHorizon);
  for (int32_t k = 0; k < kPaths * kHorizon; ++k)
    values.push_back(static_cast<float>(random.poisson(mean)));
  return values;
}

ForecastItem item_of(const std::vector<float>& values, int32_t lead_time, int32_t review_period) {
  ForecastItem item{{values, kHorizon}, {}, 5};
  item.supply.lead_time = lead_time;
  item.supply.review_period = review_period;
  return item;
}

WindowPolicy policy_of(const ForecastItem& item, HistoryPolicy policy, PlanParameters parameters,
                       double order_cost = 0) {
  ThreadPool pool(2);
  ForecastWindow window{.periods = 12, .items = {&item, 1}, .parameters = parameters};
  window.order_cost = order_cost;
  return forecast_policy(window, policy, pool).value();
}

// Base stock of Poisson demand of mean 6 with h = 1, p = 4: the smallest S with P(D <= S) >= 0.8.
TEST(ForecastPolicy, SetsTheNewsvendorLevelOfPoissonDemand) {
  const auto values = poisson_paths(6, 1);
  const auto lived = policy_of(item_of(values, 0, 1), HistoryPolicy::kOrderUpTo,
                               {.holding_cost = 1, .shortage_cost = 4});
  EXPECT_EQ(lived.levels, std::vector<float>(12, 8.0F));
  EXPECT_EQ(lived.policies[0].kind, PolicyKind::kOrderUpTo);
}

TEST(ForecastPolicy, AgreesWithLevelsFromTheMomentsOfEachWindow) {
  std::vector<float> values = poisson_paths(3, 2);
  // A season, and days that move together on a path.
  for (size_t k = 0; k < values.size(); ++k)
    values[k] = values[k] * static_cast<float>(1 + k % 5) + static_cast<float>(k / kHorizon % 7);
  const ForecastItem item = item_of(values, 2, 3);
  const PlanParameters costs{.holding_cost = 0.1, .shortage_cost = 1};
  const auto lived = policy_of(item, HistoryPolicy::kOrderUpTo, costs);
  for (size_t t = 0; t < 12; ++t) {
    if (t % 3 != 0) {
      EXPECT_EQ(lived.levels[t], 0);
      continue;
    }
    std::vector<double> mean;
    std::vector<double> variance;
    for (size_t k = 1; k <= 5; ++k) {
      double first = 0;
      double second = 0;
      for (size_t p = 0; p < kPaths; ++p) {
        double sum = 0;
        for (size_t j = 0; j < k; ++j) sum += values[p * kHorizon + t + j];
        first += sum / kPaths;
        second += sum * sum / kPaths;
      }
      mean.push_back(first);
      variance.push_back(second - first * first);
    }
    EXPECT_EQ(lived.levels[t],
              static_cast<float>(order_up_to_level({mean, variance}, item.supply, costs).level));
  }
}

TEST(ForecastPolicy, GoesByRecentSalesForTheMovingAverage) {
  const auto values = poisson_paths(6, 3);
  const auto lived = policy_of(item_of(values, 1, 2), HistoryPolicy::kMovingAverage, {});
  for (size_t t = 0; t < 12; ++t) EXPECT_EQ(lived.levels[t], t % 2 == 0 ? 15 : 0);
}

TEST(ForecastPolicy, OrdersUpToNoLessWhereAShortageCostsMore) {
  const auto values = poisson_paths(4, 4);
  const ForecastItem item = item_of(values, 2, 2);
  std::vector<float> before(12, 0);
  for (const double shortage : {0.1, 0.5, 2.0, 10.0}) {
    const auto levels =
        policy_of(item, HistoryPolicy::kOrderUpTo, {.holding_cost = 0.1, .shortage_cost = shortage})
            .levels;
    for (size_t t = 0; t < 12; ++t) EXPECT_GE(levels[t], before[t]);
    before = levels;
  }
}

TEST(ForecastPolicy, MakesBatchesOfTheEoqAndOrdersThemLater) {
  const auto values = poisson_paths(8, 5);
  const ForecastItem item = item_of(values, 1, 1);
  const PlanParameters costs{.holding_cost = 0.5, .shortage_cost = 5};
  const auto single = policy_of(item, HistoryPolicy::kOrderUpTo, costs);
  const auto batches = policy_of(item, HistoryPolicy::kFixedQuantity, costs, 25);
  // sqrt(2 25 8 / 0.5), with the mean of the paths.
  EXPECT_NEAR(batches.policies[0].quantity, std::sqrt(2 * 25 * 8 / 0.5), 1);
  EXPECT_LT(batches.levels[0], single.levels[0]);
}

TEST(ForecastPolicy, GoesOnWherePathsEndBeforeACover) {
  const auto values = poisson_paths(4, 6);
  ForecastItem item = item_of(values, 10, 5);
  const auto lived = policy_of(item, HistoryPolicy::kOrderUpTo, {});
  // 15 periods from the tenth on, of which the paths reach over ten.
  EXPECT_NEAR(lived.levels[10], lived.levels[0], 3);
}

TEST(ForecastPolicy, RejectsShortPathsAndOptionsOutOfRange) {
  const auto values = poisson_paths(4, 7);
  ThreadPool pool(1);
  const ForecastItem item = item_of(values, 1, 1);
  ForecastWindow window{.periods = 21, .items = {&item, 1}};
  EXPECT_THAT(
      forecast_policy(window, HistoryPolicy::kOrderUpTo, pool).error().message,
      HasSubstr("policies of 21 periods need paths as long, got 40000 values and horizon 20"));
  window.periods = 0;
  EXPECT_THAT(forecast_policy(window, HistoryPolicy::kOrderUpTo, pool).error().message,
              HasSubstr("periods >= 1"));
}

}  // namespace
}  // namespace restock
