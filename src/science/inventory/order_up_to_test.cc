#include "science/inventory/order_up_to.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

/// Independent demand with the same mean and variance every period.
struct SteadyDemand {
  std::vector<double> mean;
  std::vector<double> variance;

  SteadyDemand(double per_period, double variance_per_period, int periods) {
    for (int k = 1; k <= periods; ++k) {
      mean.push_back(k * per_period);
      variance.push_back(k * variance_per_period);
    }
  }
  [[nodiscard]] CumulativeDemandView view() const { return {mean, variance}; }
};

SeriesSupply timed(int32_t lead_time, int32_t review_period) {
  SeriesSupply supply;
  supply.lead_time = lead_time;
  supply.review_period = review_period;
  return supply;
}

TEST(OrderUpToLevel, OnePeriodReproducesSnyderShenDiscreteNewsvendor) {
  // h = 1, p = 4, Poisson(6): S = 8; and h = 0.18, p = 0.70, Poisson(50): S = 56.
  const SteadyDemand six(6, 6, 1);
  const auto a =
      order_up_to_level(six.view(), timed(0, 1), {.holding_cost = 1, .shortage_cost = 4});
  EXPECT_EQ(a.level, 8);
  EXPECT_NEAR(a.service_level, 0.8, 1e-12);
  const SteadyDemand fifty(50, 50, 1);
  const auto b =
      order_up_to_level(fifty.view(), timed(0, 1), {.holding_cost = 0.18, .shortage_cost = 0.70});
  EXPECT_EQ(b.level, 56);
}

TEST(OrderUpToLevel, ServiceLevelIsAQuantileOfDemandOverTheRiskPeriod) {
  const SteadyDemand demand(2, 2, 30);
  const auto target = order_up_to_level(demand.view(), timed(7, 7), {.service_level = 0.95});
  EXPECT_EQ(target.level, 37);  // SciPy: poisson(28).ppf(0.95)
  EXPECT_EQ(target.service_level, 0.95);
}

/// The marginal condition, scanned unit by unit with sums of probabilities.
double scanned_level(const SteadyDemand& demand, int32_t lead, int32_t review, double h, double p) {
  for (double level = 0;; ++level) {
    double held = 0;
    double reached = 0;
    for (int32_t j = 1; j <= review; ++j) {
      const auto law = demand.view().distribution(lead + j, DemandKind::kCounts);
      reached = 0;
      for (double k = 0; k <= level; ++k) reached += law.density(k);
      held += h * reached;
    }
    if (p * (1 - reached) <= held) return level;
  }
}

TEST(OrderUpToLevel, EqualsAScanOfTheMarginalCondition) {
  for (const double mean : {0.05, 0.8, 4.0}) {
    for (const double ratio : {0.6, 1.0, 3.0}) {
      const SteadyDemand demand(mean, ratio * mean, 12);
      for (const int32_t lead : {0, 3}) {
        for (const int32_t review : {1, 4, 9}) {
          for (const double p : {0.05, 0.3, 1.0, 9.0}) {
            const auto target = order_up_to_level(demand.view(), timed(lead, review),
                                                  {.holding_cost = 0.05, .shortage_cost = p});
            EXPECT_EQ(target.level, scanned_level(demand, lead, review, 0.05, p))
                << mean << " " << ratio << " " << lead << " " << review << " " << p;
          }
        }
      }
    }
  }
}

TEST(OrderUpToLevel, ContinuousDemandMeetsTheConditionWithEquality) {
  const SteadyDemand demand(3.5, 6, 20);
  const PlanParameters parameters{
      .holding_cost = 0.05, .shortage_cost = 1, .demand_kind = DemandKind::kContinuous};
  const auto target = order_up_to_level(demand.view(), timed(4, 5), parameters);
  double held = 0;
  for (int32_t j = 1; j <= 5; ++j) {
    held += demand.view().distribution(4 + j, DemandKind::kContinuous).cdf(target.level);
  }
  const auto risk = demand.view().distribution(9, DemandKind::kContinuous);
  EXPECT_NEAR(risk.survival(target.level), 0.05 * held, 1e-7);
  EXPECT_NEAR(risk.cdf(target.level), target.service_level, 1e-7);
}

/// Long-run cost a period of ordering up to `level`, lost sales, no lead time.
double simulated_cost(double mean, int32_t review, double level, double h, double p) {
  Random random(3, 1);
  double on_hand = 0;
  double cost = 0;
  constexpr int kPeriods = 60000;
  for (int t = 0; t < kPeriods; ++t) {
    if (t % review == 0) on_hand = level;
    const auto demand = static_cast<double>(random.poisson(mean));
    const double sold = std::min(demand, on_hand);
    on_hand -= sold;
    cost += h * on_hand + p * (demand - sold);
  }
  return cost / kPeriods;
}

TEST(OrderUpToLevel, IsTheCheapestInASimulationWithoutLeadTime) {
  for (const int32_t review : {1, 7, 14}) {
    for (const double p : {0.4, 1.0}) {
      const SteadyDemand demand(3, 3, 14);
      const double level = order_up_to_level(demand.view(), timed(0, review),
                                             {.holding_cost = 0.02, .shortage_cost = p})
                               .level;
      const double cost = simulated_cost(3, review, level, 0.02, p);
      for (double other = std::max(0.0, level - 8); other <= level + 8; ++other) {
        EXPECT_LE(cost, 1.01 * simulated_cost(3, review, other, 0.02, p))
            << review << " " << p << " " << level << " against " << other;
      }
    }
  }
}

TEST(OrderUpToLevel, NeverFallsWithShortageCostOrServiceLevel) {
  Random random(2, 2);
  for (int i = 0; i < 60; ++i) {
    const double mean = std::pow(10.0, -2 + 4 * random.uniform());
    const SteadyDemand demand(mean, mean * (0.5 + 4 * random.uniform()), 10);
    const auto supply =
        timed(static_cast<int32_t>(random.below(8)), 1 + static_cast<int32_t>(random.below(10)));
    const auto kind = random.uniform() < 0.5 ? DemandKind::kCounts : DemandKind::kContinuous;
    double before = 0;
    for (double p = 0.001; p < 100; p *= 1.7) {
      const double level =
          order_up_to_level(demand.view(), supply, {.shortage_cost = p, .demand_kind = kind}).level;
      EXPECT_GE(level, before * (1 - 1e-8)) << mean << " " << p;
      before = level;
    }
    before = 0;
    for (const double service : {0.01, 0.3, 0.5, 0.9, 0.95, 0.99, 0.9999}) {
      const double level =
          order_up_to_level(demand.view(), supply, {.service_level = service, .demand_kind = kind})
              .level;
      EXPECT_GE(level, before);
      before = level;
    }
  }
}

TEST(OrderUpToLevel, IsZeroWithoutDemand) {
  const SteadyDemand none(0, 0, 5);
  EXPECT_EQ(order_up_to_level(none.view(), timed(3, 2), {}).level, 0);
  EXPECT_EQ(order_up_to_level(none.view(), timed(3, 2), {.service_level = 0.99}).level, 0);
}

TEST(CumulativeDemandView, ExtendsLinearlyBeyondTheHorizon) {
  const std::vector<double> mean = {1, 3, 6};
  const std::vector<double> variance = {2, 4, 9};
  const CumulativeDemandView view(mean, variance);
  EXPECT_EQ(view.mean(0), 0);
  EXPECT_EQ(view.mean(2), 3);
  EXPECT_EQ(view.mean(6), 12);
  EXPECT_EQ(view.variance(4), 12);
}

TEST(CumulativeDemand, RejectsImpossibleForecasts) {
  const std::vector<double> ones = {1, 1};
  EXPECT_TRUE(check_cumulative_demand(ones, ones, "a/b").ok());
  EXPECT_FALSE(check_cumulative_demand(std::vector{2.0, 1.0}, ones, "a/b").ok());
  EXPECT_FALSE(check_cumulative_demand(std::vector<double>{NAN, 1}, ones, "a/b").ok());
  EXPECT_FALSE(check_cumulative_demand(std::vector<double>{-1, 1}, ones, "a/b").ok());
  const auto status = check_cumulative_demand(ones, std::vector{1.0, -3.0}, "a/b");
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message.find("a/b at step 2"), std::string::npos)
      << status.error().message;
}

}  // namespace
}  // namespace restock
