#include "science/forecast/demand_paths.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "foundation/base/normal.h"
#include "science/forecast/calibration_fixture.h"

namespace restock {
namespace {

/// Variance = ratio x mean, and sums with correlation 0.1 + 0.4 x 0.5^lag.
Uncertainty correlated(double ratio) {
  Uncertainty law;
  law.daily.log_level = {0};
  law.daily.log_ratio = {std::log(ratio)};
  law.residuals = 1;
  for (const int32_t length : {2, 4, 7, 14}) {
    double inflation = 1;
    for (int32_t j = 1; j < length; ++j)
      inflation += 2.0 * (length - j) / length * (0.1 + 0.4 * std::pow(0.5, j));
    LevelClasses sums;
    sums.length = length;
    sums.log_level = {0};
    sums.log_ratio = {std::log(inflation)};
    law.sums.push_back(std::move(sums));
  }
  return law;
}

struct Drawn {
  std::vector<float> paths;
  size_t n_paths, horizon;
  [[nodiscard]] double at(size_t series, size_t path, size_t step) const {
    return static_cast<double>(paths[(series * n_paths + path) * horizon + step]);
  }
};

TEST(DemandCorrelation, IsFoundFromTheVarianceOfSums) {
  const PathCorrelation found = demand_correlation(correlated(2), 5);
  EXPECT_NEAR(found.lasting, 0.1, 1e-6);
  EXPECT_NEAR(found.fading, 0.4, 1e-6);
  EXPECT_EQ(found.decay, 0.5);
}

TEST(DemandCorrelation, IsNoneWithoutSumsOrWhereSumsAreSurerThanIndependentDays) {
  EXPECT_EQ(demand_correlation({}, 5).lasting, 0);
  Uncertainty law = correlated(2);
  for (auto& sums : law.sums) sums.log_ratio = {-0.5};
  const PathCorrelation none = demand_correlation(law, 5);
  EXPECT_EQ(none.lasting + none.fading, 0);
}

TEST(NormalScoreCorrelation, IsItselfForNormalValuesAndLargerForSkewedOnes) {
  std::vector<double> scores;
  std::vector<float> normal, lognormal;
  for (int j = 0; j < 2000; ++j) {
    scores.push_back(standard_normal_quantile((j + 0.5) / 2000));
    normal.push_back(static_cast<float>(scores.back()));
    lognormal.push_back(static_cast<float>(std::exp(0.5 * scores.back())));
  }
  EXPECT_NEAR(normal_score_correlation(scores, normal, 0.3), 0.3, 2e-3);
  // Mostert's formula: corr = (exp(s^2 rho) - 1) / (exp(s^2) - 1), s = 1/2, at rho = 0.3.
  const double target = (std::exp(0.25 * 0.3) - 1) / (std::exp(0.25) - 1);
  EXPECT_NEAR(normal_score_correlation(scores, lognormal, target), 0.3, 5e-3);
  EXPECT_EQ(normal_score_correlation(scores, std::vector<float>(2000, 1.0F), 0.3), 0);
}

TEST(DemandPaths, KeepTheLawOfEachDayAndTheCorrelationAndVarianceOfSums) {
  KnownDemand demand = known_demand(9, 14, 0, draw_negative_binomial);
  const ForecastTable table = demand.table();
  const Uncertainty law = correlated(2);
  ThreadPool pool(1);
  const PathInput input{law, demand.overdispersion, DemandKind::kCounts, table};
  const std::vector<size_t> series = {4, 7};  // means 3.2 and 25.6
  const Drawn drawn{demand_paths(input, series, {.n_paths = 8000}, pool).value(), 8000, 14};
  for (size_t s = 0; s < 2; ++s) {
    const double mu = s == 0 ? 3.2 : 25.6;
    double sum = 0, squares = 0, total_squares = 0, lag = 0, first = 0;
    for (size_t p = 0; p < 8000; ++p) {
      double total = 0;
      for (size_t h = 0; h < 14; ++h) {
        const double error = drawn.at(s, p, h) - mu;
        total += error;
        sum += error;
        squares += error * error;
        if (h > 0) lag += error * (drawn.at(s, p, h - 1) - mu);
      }
      total_squares += total * total;
      first += drawn.at(s, p, 0) == 0 ? 1 : 0;
    }
    EXPECT_NEAR(sum / (8000 * 14), 0, 0.01 * mu);
    EXPECT_NEAR(squares / (8000 * 14), 2 * mu, 0.03 * 2 * mu);
    EXPECT_NEAR(lag / squares * 14 / 13, 0.3, 0.03);
    const double truth = 14 * 2 * mu * law.sum_inflation(14, mu);
    EXPECT_NEAR(total_squares / 8000, truth, 0.08 * truth);
    // P(0) of a negative binomial with variance 2 mu: 2^-mu.
    EXPECT_NEAR(first / 8000, std::pow(2, -mu), 1e-3);
  }
}

TEST(DemandPaths, AreTheSameForAnyThreadsAndAnyCompany) {
  const KnownDemand demand = known_demand(40, 7, 0, draw_negative_binomial);
  const ForecastTable table = demand.table();
  const Uncertainty law = correlated(2);
  ThreadPool one(1);
  ThreadPool two(2);
  const PathInput input{law, demand.overdispersion, DemandKind::kCounts, table};
  std::vector<size_t> all(40);
  std::iota(all.begin(), all.end(), size_t{0});
  const auto a = demand_paths(input, all, {.n_paths = 50}, one).value();
  EXPECT_EQ(a, demand_paths(input, all, {.n_paths = 50}, two).value());
  const std::vector<size_t> last = {39};
  const auto alone = demand_paths(input, last, {.n_paths = 50}, one).value();
  EXPECT_TRUE(std::equal(alone.begin(), alone.end(), a.end() - 50 * 7));
  EXPECT_NE(a, demand_paths(input, all, {.n_paths = 50, .seed = 1}, one).value());
}

TEST(DemandPaths, AreZeroWhereNothingIsForSale) {
  KnownDemand demand = known_demand(9, 7, 0, draw_negative_binomial);
  demand.mean[7 * 8 + 3] = 0;
  const ForecastTable table = demand.table();
  ThreadPool pool(1);
  const Uncertainty law = correlated(2);
  const std::vector<size_t> last = {8};
  const auto paths = demand_paths({law, demand.overdispersion, DemandKind::kCounts, table}, last,
                                  {.n_paths = 20}, pool)
                         .value();
  for (size_t p = 0; p < 20; ++p) EXPECT_EQ(paths[p * 7 + 3], 0);
  EXPECT_GT(std::accumulate(paths.begin(), paths.end(), 0.0), 0);
}

TEST(DemandPaths, RefuseBadInput) {
  const KnownDemand demand = known_demand(3, 7, 0, draw_negative_binomial);
  const ForecastTable table = demand.table();
  ThreadPool pool(1);
  const Uncertainty law;
  const PathInput input{law, demand.overdispersion, DemandKind::kCounts, table};
  const std::vector<size_t> first = {0};
  const std::vector<size_t> beyond = {0, 3};
  EXPECT_TRUE(demand_paths(input, first, {.n_paths = 1}, pool).ok());
  EXPECT_FALSE(demand_paths(input, first, {.n_paths = 0}, pool).ok());
  EXPECT_FALSE(demand_paths(input, first, {.n_paths = 100'001}, pool).ok());
  const auto missing = demand_paths(input, beyond, {}, pool);
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().message.find("series 3"), std::string::npos);
  const PathInput narrow{law, std::span(demand.overdispersion).first(2), DemandKind::kCounts,
                         table};
  EXPECT_FALSE(demand_paths(narrow, first, {}, pool).ok());
}

}  // namespace
}  // namespace restock
