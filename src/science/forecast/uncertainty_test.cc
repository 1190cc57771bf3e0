#include "science/forecast/uncertainty.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <gtest/gtest.h>

#include "science/forecast/calibration_fixture.h"
#include "science/forecast/demand_paths.h"

namespace restock {
namespace {

constexpr double kMiddle[] = {0.1, 0.25, 0.5, 0.75, 0.9};

TEST(Uncertainty, KeepsItsDefaultsWithoutResiduals) {
  const KnownDemand demand = known_demand(2, 4, 0, draw_negative_binomial);
  const std::vector<double> none(demand.mean.size(), 0.0);
  const auto fitted =
      fit_uncertainty({demand.panel, -1, 4, none}, demand.overdispersion, DemandKind::kCounts);
  EXPECT_EQ(fitted.residuals, 0);
  EXPECT_DOUBLE_EQ(fitted.variance(10, 2), 2 * 10 + 0.004 * 100);
  EXPECT_EQ(fitted.sum_inflation(7, 10), 1);
  EXPECT_EQ(fitted.calibrated(1, 10, 0.3), 0.3);
}

TEST(Uncertainty, RecoversTheVarianceOfNegativeBinomialDemandAtEveryLevel) {
  const KnownDemand demand = known_demand(900, 14, 0, draw_negative_binomial);
  const auto fitted = fit_uncertainty(demand.learnt(), demand.overdispersion, DemandKind::kCounts);
  EXPECT_EQ(fitted.residuals, 900 * 14);
  EXPECT_GT(fitted.daily.n_classes(), 4U);
  for (const double mu : {0.4, 3.2, 25.6}) {
    const double truth = mu + 0.5 * mu * mu;
    EXPECT_NEAR(fitted.variance(mu, 1), truth, 0.12 * truth) << mu;
  }
}

TEST(Uncertainty, LeavesACalibratedLawAsItIs) {
  const KnownDemand demand = known_demand(900, 14, 0, draw_negative_binomial);
  const auto fitted = fit_uncertainty(demand.learnt(), demand.overdispersion, DemandKind::kCounts);
  for (const int32_t periods : {1, 2, 7, 14}) {
    for (const double mu : {0.4, 3.2, 25.6}) {
      EXPECT_NEAR(fitted.sum_inflation(periods, mu), 1, 0.2) << periods << " " << mu;
      for (const double p : kMiddle)
        EXPECT_NEAR(fitted.calibrated(periods, mu, p), p, 0.025) << periods << " " << mu;
    }
  }
}

TEST(Uncertainty, MapsProbabilitiesThereAndBack) {
  const KnownDemand demand = known_demand(900, 14, 0, draw_batches);
  const auto fitted = fit_uncertainty(demand.learnt(), demand.overdispersion, DemandKind::kCounts);
  const std::vector<double> probabilities = {0, 0.025, 0.3, 0.5, 0.9, 0.975, 0.9995};
  std::vector<double> mapped(probabilities.size());
  double moved = 0;
  for (const auto& [periods, level] :
       {std::pair{1, 0.8}, {1, 6.4}, {1, 25.6}, {7, 0.8}, {7, 6.4}, {7, 25.6}}) {
    fitted.uncalibrated(periods, level, probabilities, mapped);
    EXPECT_TRUE(std::is_sorted(mapped.begin(), mapped.end()));
    for (size_t j = 0; j < mapped.size(); ++j) {
      moved = std::max(moved, std::abs(mapped[j] - probabilities[j]));
      EXPECT_LT(mapped[j], 1);
      if (mapped[j] > 0) {
        EXPECT_NEAR(fitted.calibrated(periods, level, mapped[j]), probabilities[j], 1e-9);
      }
    }
  }
  EXPECT_GT(moved, 0.02);  // Batches are not negative binomial.
}

TEST(Uncertainty, ScalesSumsByErrorsThatLast) {
  // Poisson around a level that is shared by the days of a series and off by 20 percent:
  // Var(sum of k) = k mu + 0.04 k^2 mu^2, so that R = (1 + 0.04 k mu) / (1 + 0.04 mu).
  const KnownDemand demand =
      known_demand(1800, 14, 0.04, [](Random& random, double mean, double shared) {
        return static_cast<double>(random.poisson(mean * shared));
      });
  const auto fitted = fit_uncertainty(demand.learnt(), demand.overdispersion, DemandKind::kCounts);
  for (const int32_t periods : {2, 7, 14}) {
    for (const double mu : {6.4, 25.6}) {
      const double truth = (1 + 0.04 * periods * mu) / (1 + 0.04 * mu);
      EXPECT_NEAR(fitted.sum_inflation(periods, mu), truth, 0.3 * truth) << periods << " " << mu;
    }
  }
  ThreadPool pool(1);
  ForecastTable table = demand.table();
  spread(fitted, demand.overdispersion, DemandKind::kCounts, pool, table);
  const size_t series = 7;  // mean 25.6
  const double truth = 14 * 25.6 + 0.04 * 14 * 14 * 25.6 * 25.6;
  EXPECT_NEAR(table.cumulative_variance[table.index(series, 13)], truth, 0.25 * truth);
  for (int32_t h = 1; h < 14; ++h)
    EXPECT_GE(table.cumulative_variance[table.index(series, h)],
              table.cumulative_variance[table.index(series, h - 1)]);
}

/// Zero half the time, else Poisson of twice the mean: a zero-inflated Poisson law.
double draw_half_zeros(Random& random, double mean, double /*shared*/) {
  const bool none = random.uniform() < 0.5;
  return none ? 0.0 : static_cast<double>(random.poisson(2 * mean));
}

TEST(Uncertainty, InflatesZerosWhereHalfOfTheDaysHaveNoDemandAndNowhereElse) {
  const KnownDemand plain = known_demand(900, 14, 0, draw_negative_binomial);
  const auto of_plain = fit_uncertainty(plain.learnt(), plain.overdispersion, DemandKind::kCounts);
  for (const double inflation : of_plain.daily.inflation) EXPECT_EQ(inflation, 0);

  const KnownDemand demand = known_demand(900, 14, 0, draw_half_zeros);
  const auto fitted = fit_uncertainty(demand.learnt(), demand.overdispersion, DemandKind::kCounts);
  ASSERT_GT(fitted.residuals, 0);
  for (const double mu : {3.2, 25.6}) {
    const auto law = fitted.law(DemandKind::kCounts, 1, mu, mu, fitted.variance(mu, 1));
    EXPECT_NEAR(law.extra_zeros(), 0.5, 0.12) << mu;
    EXPECT_NEAR(law.mean(), mu, 1e-9 * mu);
  }
  const auto continuous =
      fit_uncertainty(demand.learnt(), demand.overdispersion, DemandKind::kContinuous);
  for (const double inflation : continuous.daily.inflation) EXPECT_EQ(inflation, 0);
}

TEST(Uncertainty, QuantilesOfInflatedZerosAreWhereItsLawSaysAndPathsDrawThem) {
  const KnownDemand demand = known_demand(900, 14, 0, draw_half_zeros);
  const auto fitted = fit_uncertainty(demand.learnt(), demand.overdispersion, DemandKind::kCounts);
  ThreadPool pool(2);
  ForecastTable table = demand.table({0.25, 0.45, 0.6, 0.9});
  spread(fitted, demand.overdispersion, DemandKind::kCounts, pool, table);
  const size_t series = 7;  // mean 25.6
  const size_t cell = table.index(series, 0);
  const double mu = table.mean[cell];
  const auto law = fitted.law(DemandKind::kCounts, 1, mu, mu, fitted.variance(mu, 1));
  for (size_t q = 0; q < 4; ++q) {
    const auto at = static_cast<double>(table.quantiles[cell * 4 + q]);
    // Calibrated, the law reaches the probability at the quantile and not before it.
    EXPECT_GE(fitted.calibrated(1, mu, law.cdf(at)), table.probabilities[q] - 1e-9);
    if (at > 0) {
      EXPECT_LE(fitted.calibrated(1, mu, law.cdf(at - 1)), table.probabilities[q] + 1e-9);
    }
  }
  const auto paths = demand_paths({fitted, demand.overdispersion, DemandKind::kCounts, table},
                                  std::vector<size_t>{series}, {.n_paths = 400, .seed = 5}, pool);
  ASSERT_TRUE(paths.ok());
  const auto zeros = std::count(paths->begin(), paths->end(), 0.0F);
  EXPECT_NEAR(static_cast<double>(zeros) / static_cast<double>(paths->size()), 0.5, 0.05);
}

TEST(Uncertainty, GivesAWindowOfOneStepTheQuantilesOfItsDay) {
  const KnownDemand demand = known_demand(90, 14, 0, draw_batches);
  const auto fitted = fit_uncertainty(demand.learnt(), demand.overdispersion, DemandKind::kCounts);
  ThreadPool pool(2);
  ForecastTable table = demand.table({0.1, 0.5, 0.9});
  table.mean[table.index(3, 5)] = 0;  // closed
  spread(fitted, demand.overdispersion, DemandKind::kCounts, pool, table);
  const auto day = window_quantiles(fitted, demand.overdispersion, DemandKind::kCounts, table,
                                    {5, 6}, table.probabilities, pool);
  ASSERT_TRUE(day.ok());
  for (size_t i = 0; i < 90; ++i) {
    for (size_t q = 0; q < 3; ++q)
      EXPECT_EQ((*day)[i * 3 + q], table.quantiles[table.index(i, 5) * 3 + q]);
  }
  EXPECT_EQ((*day)[3 * 3 + 2], 0);
}

TEST(Uncertainty, RefusesWindowsOutsideTheForecastAndBadProbabilities) {
  const KnownDemand demand = known_demand(3, 14, 0, draw_negative_binomial);
  const ForecastTable table = demand.table();
  ThreadPool pool(1);
  const auto ask = [&](StepWindow steps, std::vector<double> probabilities, size_t n) {
    return window_quantiles({}, std::span(demand.overdispersion).first(n), DemandKind::kCounts,
                            table, steps, probabilities, pool);
  };
  EXPECT_TRUE(ask({0, 14}, {0.5}, 3).ok());
  for (const StepWindow steps : {StepWindow{-1, 3}, StepWindow{3, 3}, StepWindow{0, 15}}) {
    const auto got = ask(steps, {0.5}, 3);
    ASSERT_FALSE(got.ok());
    EXPECT_NE(got.error().message.find("[0, 14)"), std::string::npos);
  }
  EXPECT_FALSE(ask({0, 7}, {0.5, 1.0}, 3).ok());
  EXPECT_FALSE(ask({0, 7}, {0.5, 0.4}, 3).ok());
  EXPECT_FALSE(ask({0, 7}, {std::nan("")}, 3).ok());
  EXPECT_FALSE(ask({0, 7}, {0.5}, 2).ok());
}

}  // namespace
}  // namespace restock
