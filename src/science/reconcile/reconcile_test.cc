#include "science/reconcile/reconcile.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "science/reconcile/reconcile_fixture.h"
#include "science/reconcile/shrinkage.h"

namespace restock {
namespace {

constexpr int32_t kSteps = 3;
constexpr int32_t kPeriods = 12;

/// The inputs of oracle.py.
std::vector<double> oracle_base() {
  std::vector<double> base;
  for (int i = 0; i < 11; ++i) {
    for (int h = 0; h < kSteps; ++h)
      base.push_back((i * 37 + h * 101 + i * h * 13) % 29 + (i == 0 ? 20 : 0));
  }
  return base;
}

std::vector<float> oracle_residuals() {
  std::vector<float> residuals;
  for (int i = 0; i < 11; ++i) {
    for (int t = 0; t < kPeriods; ++t) {
      residuals.push_back(static_cast<float>((i * 31 + t * 17 + i * i * t * 7 + t * t * 5) % 23 -
                                             11 + 3 * (t * 7 % 11 - 5)));
    }
  }
  return residuals;
}

ReconcileResult run(const Hierarchy& h, const ReconcileInput& input,
                    const ReconcileOptions& options, int threads = 1) {
  ThreadPool pool(threads);
  auto result = reconcile(h, input, options, pool);
  EXPECT_TRUE(result.ok()) << result.error().message;
  return std::move(result).value();
}

void expect_bottom(const ReconcileResult& result, const std::vector<double>& expected,
                   double tolerance) {
  ASSERT_EQ(expected.size(), 18U);
  for (size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(result.forecasts[15 + i], expected[i], tolerance) << i;
}

TEST(Reconcile, SharesAContradictionEquallyByOls) {
  const std::vector<StaticAttribute> none;
  const Hierarchy h = make_hierarchy(none, {"a", "b"}, {{}}).value();
  const std::vector<double> base = {10, 4, 5};
  const auto result = run(h, {.horizon = 1, .base = base}, {.method = ReconcileMethod::kOls});
  // Example of the header: the total is 1 above its parts; each of the three moves by a third.
  EXPECT_NEAR(result.forecasts[0], 10 - 1.0 / 3, 1e-12);
  EXPECT_NEAR(result.forecasts[1], 4 + 1.0 / 3, 1e-12);
  EXPECT_NEAR(result.forecasts[2], 5 + 1.0 / 3, 1e-12);
  EXPECT_DOUBLE_EQ(result.incoherence_before, 1);
  EXPECT_EQ(result.incoherence_after, 0);
}

TEST(Reconcile, AgreesWithHierarchicalForecast) {
  const Hierarchy h = two_stores_two_categories();
  const auto base = oracle_base();
  const auto residuals = oracle_residuals();
  const ReconcileInput input{
      .horizon = kSteps, .base = base, .residuals = residuals, .n_residuals = kPeriods};
  expect_bottom(run(h, input, {.method = ReconcileMethod::kOls}),
                {0.46875, -5.34375, 17.84375, 8.46875, 15.65625, -6.15625, 4.697916666667,
                 1.677083333333, 3.489583333333, 1.21875, 8.40625, 1.09375, 9.21875, 0.40625,
                 6.09375, 5.447916666667, 15.427083333333, 15.739583333333},
                1e-10);
  expect_bottom(run(h, input, {.method = ReconcileMethod::kWlsStructural}),
                {2.416666666667, -3.375, 18.625, 10.416666666667, 17.625, -5.375, 10.166666666667,
                 5.125, 2.5, 1.25, 7.458333333333, 2.791666666667, 9.25, -0.541666666667,
                 7.791666666667, 9.0, 15.958333333333, 15.666666666667},
                1e-10);
  // The peer adds 2e-8 to each variance, and to the sums behind the shrinkage.
  expect_bottom(run(h, input, {.method = ReconcileMethod::kWlsVariance}),
                {2.416490151068, -3.585971947944, 19.318676803196, 4.254135369411, 12.685764621412,
                 -8.042183135689, 8.416266437035, 4.055673131453, 3.869616902966, 1.50071304836,
                 8.805614697042, 0.722828447232, 10.293609270358, 0.66364356772, 7.357717342757,
                 3.928592198892, 14.250336975232, 15.31239461823},
                1e-7);
  expect_bottom(run(h, input, {.method = ReconcileMethod::kMintShrinkage}),
                {1.977391704131, -1.960835044699, 17.214834456286, -5.372239757475, 7.384922647296,
                 -9.511776136731, 1.510066259903, -0.007343854558, -0.915476275804, 4.67608246449,
                 9.775644025413, 0.624429073234, 2.646019792403, -1.363724669721, 8.44232535878,
                 0.19399545694, 13.880514427487, 19.414636619924},
                1e-8);
}

TEST(Reconcile, FindsTheNonNegativeSolutionOfScipy) {
  const Hierarchy h = two_stores_two_categories();
  const auto base = oracle_base();
  const auto result = run(h, {.horizon = kSteps, .base = base},
                          {.method = ReconcileMethod::kWlsStructural, .non_negative = true});
  EXPECT_TRUE(result.converged);
  EXPECT_EQ(result.zeros, 3);
  expect_bottom(result,
                {2.416666666667, 0.0, 16.833333333333, 10.416666666667, 16.3625, 0.0,
                 10.166666666667, 4.596875, 1.604166666667, 1.25, 6.7625, 2.194444444444, 9.25, 0.0,
                 7.194444444444, 9.0, 15.996875, 15.965277777778},
                1e-7);
}

TEST(Reconcile, EqualsDenseAlgebraOnRandomStructures) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const Hierarchy h = random_hierarchy(3, 7, 3);
    const auto base = random_base(h, 1, seed);
    std::vector<double> variance(h.n_nodes());
    Random random(seed, 1);
    for (double& v : variance) v = 0.1 + random.exponential();
    const auto expected = brute_force(h, diagonal(variance), base);
    for (const int64_t bytes : {int64_t{1} << 20, int64_t{0}}) {  // with a factor, without
      const auto result = run(h, {.horizon = 1, .base = base, .variance = variance},
                              {.method = ReconcileMethod::kWlsVariance, .factor_bytes_max = bytes});
      for (size_t i = 0; i < expected.size(); ++i)
        EXPECT_NEAR(result.forecasts[i], expected[i], 1e-9) << seed;
    }
  }
}

TEST(Reconcile, EqualsDenseAlgebraWithAShrunkCovariance) {
  const Hierarchy h = random_hierarchy(3, 5, 2);
  const auto base = random_base(h, 1, 7);
  const int32_t periods = 9;
  std::vector<float> residuals(h.n_nodes() * periods);
  Random random(7, 2);
  for (float& r : residuals) r = static_cast<float>(random.normal());
  ThreadPool pool(1);
  const Matrix w = dense_shrunk(residuals, periods, shrunk_covariance(residuals, periods, pool));
  const auto expected = brute_force(h, w, base);
  const auto result =
      run(h, {.horizon = 1, .base = base, .residuals = residuals, .n_residuals = periods},
          {.method = ReconcileMethod::kMintShrinkage});
  EXPECT_GT(result.shrinkage, 0);
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(result.forecasts[i], expected[i], 1e-9);
}

/// Base forecasts, made coherent: what no unbiased method may change.
TEST(Reconcile, LeavesCoherentForecastsAsTheyAre) {
  const Hierarchy h = random_hierarchy(4, 10, 3);
  auto base = random_base(h, 11, 3);
  for (double& value : base) value = std::abs(value);
  sum_up(h, 11, base);
  std::vector<float> residuals(h.n_nodes() * 6);
  Random random(3, 3);
  for (float& r : residuals) r = static_cast<float>(random.normal());
  for (const auto method : {ReconcileMethod::kBottomUp, ReconcileMethod::kOls,
                            ReconcileMethod::kWlsStructural, ReconcileMethod::kWlsVariance,
                            ReconcileMethod::kMintShrinkage, ReconcileMethod::kMintSparse}) {
    for (const bool non_negative : {false, true}) {
      const auto result =
          run(h, {.horizon = 11, .base = base, .residuals = residuals, .n_residuals = 6},
              {.method = method, .non_negative = non_negative});
      for (size_t i = 0; i < base.size(); ++i)
        ASSERT_NEAR(result.forecasts[i], base[i], 1e-8) << method_name(method);
    }
  }
}

TEST(Reconcile, ChangesNothingWhenAppliedTwice) {
  const Hierarchy h = random_hierarchy(5, 20, 4);
  const auto base = random_base(h, 9, 5);
  const ReconcileOptions options{.method = ReconcileMethod::kWlsStructural, .non_negative = true};
  const auto once = run(h, {.horizon = 9, .base = base}, options);
  const auto twice = run(h, {.horizon = 9, .base = once.forecasts}, options);
  for (size_t i = 0; i < base.size(); ++i) ASSERT_NEAR(twice.forecasts[i], once.forecasts[i], 1e-7);
}

TEST(Reconcile, MeetsTheConditionsOfKarushKuhnAndTucker) {
  const Hierarchy h = random_hierarchy(6, 30, 5);
  const int32_t horizon = 10;
  const auto base = random_base(h, horizon, 11);
  for (const auto method : {ReconcileMethod::kOls, ReconcileMethod::kWlsStructural}) {
    const auto result =
        run(h, {.horizon = horizon, .base = base}, {.method = method, .non_negative = true});
    EXPECT_TRUE(result.converged);
    EXPECT_GT(result.zeros, 20);
    EXPECT_LT(result.kkt_violation, 1e-9);
    EXPECT_LT(result.incoherence_after, 1e-9);
    for (size_t j = 0; j < h.n_bottom(); ++j) {
      for (size_t step = 0; step < horizon; ++step) {
        // The gradient of the objective: (b - b^) / w_j + sum over ancestors of (a - a^) / w_a.
        const size_t at = (h.n_aggregates() + j) * horizon + step;
        double gradient = result.forecasts[at] - base[at];
        for (const int32_t a : h.ancestors_of(j)) {
          const size_t above = static_cast<size_t>(a) * horizon + step;
          const double w = method == ReconcileMethod::kOls
                               ? 1
                               : static_cast<double>(h.members_of(static_cast<size_t>(a)).size());
          gradient += (result.forecasts[above] - base[above]) / w;
        }
        ASSERT_GE(result.forecasts[at], 0);
        if (result.forecasts[at] > 0)
          ASSERT_NEAR(gradient, 0, 1e-6);
        else
          ASSERT_GE(gradient, -1e-6);
      }
    }
  }
}

TEST(Reconcile, EndsAfterTheRoundsAllowedAndSaysSo) {
  const Hierarchy h = random_hierarchy(6, 30, 5);
  const auto base = random_base(h, 4, 13);
  const auto result = run(h, {.horizon = 4, .base = base}, {.non_negative = true, .rounds_max = 1});
  EXPECT_FALSE(result.converged);
  EXPECT_GT(result.kkt_violation, 1e-9);
  EXPECT_LT(result.incoherence_after, 1e-9);
  EXPECT_GE(*std::ranges::min_element(result.forecasts), 0);
}

TEST(Reconcile, HoldsEverythingAtZeroWhereAllIsNegative) {
  const Hierarchy h = random_hierarchy(3, 8, 2);
  std::vector<double> base(h.n_nodes() * 2, -1);
  const auto result = run(h, {.horizon = 2, .base = base}, {.non_negative = true});
  EXPECT_TRUE(result.converged);
  EXPECT_EQ(result.zeros, 48);
  EXPECT_EQ(*std::ranges::max_element(result.forecasts), 0);
}

TEST(Reconcile, GivesTheSameBytesForAnyNumberOfThreads) {
  const Hierarchy h = random_hierarchy(5, 20, 4);
  const auto base = random_base(h, 28, 17);
  std::vector<float> residuals(h.n_nodes() * 10);
  Random random(17, 3);
  for (float& r : residuals) r = static_cast<float>(random.normal());
  const ReconcileInput input{
      .horizon = 28, .base = base, .residuals = residuals, .n_residuals = 10};
  for (const auto method : {ReconcileMethod::kWlsVariance, ReconcileMethod::kMintShrinkage,
                            ReconcileMethod::kMintSparse}) {
    for (const bool non_negative : {false, true}) {
      const ReconcileOptions options{.method = method, .non_negative = non_negative};
      EXPECT_EQ(run(h, input, options, 1).forecasts, run(h, input, options, 3).forecasts);
    }
  }
}

TEST(Reconcile, SharesTheTotalOutByHistory) {
  const Hierarchy h = make_hierarchy({}, {"a", "b"}, {{}}).value();
  const std::vector<double> base = {12, 0, 0};
  const std::vector<float> history = {1, 6, 0, 3, 2, 0};  // a: 1 of 4, 6 of 8, 0 of 0
  const ReconcileInput input{.horizon = 1, .base = base, .history = history, .n_history = 3};
  ReconcileOptions options{.method = ReconcileMethod::kTopDown,
                           .proportions = Proportions::kAverageProportions};
  EXPECT_DOUBLE_EQ(run(h, input, options).forecasts[1], 12 * (0.25 + 0.75) / 2);
  options.proportions = Proportions::kProportionOfAverages;
  EXPECT_DOUBLE_EQ(run(h, input, options).forecasts[1], 12 * 7.0 / 12);
}

TEST(Reconcile, SharesOutByForecastsLevelByLevel) {
  const std::vector<StaticAttribute> attributes = {{"store", {0, 0, 1}, {"a", "b"}}};
  const Hierarchy h = make_hierarchy(attributes, {"a/1", "a/2", "b/1"}, {{}, {{"store"}}}).value();
  const std::vector<double> base = {100, 30, 20, 6, 3, 9};
  const auto result =
      run(h, {.horizon = 1, .base = base},
          {.method = ReconcileMethod::kTopDown, .proportions = Proportions::kForecastProportions});
  const std::vector<double> expected = {100, 60, 40, 40, 20, 40};
  for (size_t i = 0; i < 6; ++i) EXPECT_NEAR(result.forecasts[i], expected[i], 1e-12);
}

TEST(Reconcile, KeepsTheMiddleLevelAndSumsAboveIt) {
  const Hierarchy h = two_stores_two_categories();
  const auto base = oracle_base();
  const auto result = run(h, {.horizon = kSteps, .base = base},
                          {.method = ReconcileMethod::kMiddleOut,
                           .proportions = Proportions::kForecastProportions,
                           .middle_level = "store"});
  for (size_t step = 0; step < kSteps; ++step) {
    EXPECT_NEAR(result.forecasts[3 + step], base[3 + step], 1e-12);
    EXPECT_NEAR(result.forecasts[step], base[3 + step] + base[6 + step], 1e-12);
  }
}

TEST(Reconcile, SharesEquallyWhereNothingIsKnown) {
  const Hierarchy h = make_hierarchy({}, {"a", "b"}, {{}}).value();
  const std::vector<double> base = {12, 0, 0};
  const std::vector<float> history = {0, 0};
  for (const auto proportions :
       {Proportions::kAverageProportions, Proportions::kProportionOfAverages,
        Proportions::kForecastProportions}) {
    const auto result = run(h, {.horizon = 1, .base = base, .history = history, .n_history = 1},
                            {.method = ReconcileMethod::kTopDown, .proportions = proportions});
    EXPECT_DOUBLE_EQ(result.forecasts[2], 6);
  }
}

TEST(Reconcile, RefusesWhatItCannotUse) {
  const Hierarchy h = two_stores_two_categories();
  ThreadPool pool(1);
  auto base = oracle_base();
  EXPECT_EQ(reconcile(h, {.horizon = 2, .base = base}, {}, pool).error().message,
            "the forecast needs 11 x 2 values, got 33");
  EXPECT_EQ(reconcile(h, {.horizon = 0, .base = base}, {}, pool).error().message,
            "horizon must be >= 1, got 0");
  EXPECT_FALSE(
      reconcile(h, {.horizon = 3, .base = base}, {.method = ReconcileMethod::kMintShrinkage}, pool)
          .ok());
  EXPECT_FALSE(
      reconcile(h, {.horizon = 3, .base = base}, {.method = ReconcileMethod::kTopDown}, pool).ok());
  const auto middle =
      reconcile(h, {.horizon = 3, .base = base},
                {.method = ReconcileMethod::kMiddleOut, .middle_level = "shop"}, pool);
  EXPECT_EQ(middle.error().hint, "the levels are total, store, category, series");
  std::vector<double> variance(11, 1);
  variance[4] = -1;
  EXPECT_EQ(reconcile(h, {.horizon = 3, .base = base, .variance = variance},
                      {.method = ReconcileMethod::kWlsVariance}, pool)
                .error()
                .message,
            "the variance of 'category=y' must be >= 0, got -1");
  base[20] = std::nan("");
  EXPECT_EQ(reconcile(h, {.horizon = 3, .base = base}, {}, pool).error().message,
            "the forecast of 'a/2' is not finite at position 2");
  EXPECT_EQ(parse_method("mint").error().hint,
            "the methods are bottom_up, top_down, middle_out, ols, wls_structural, wls_variance, "
            "mint_shrinkage, mint_sparse");
}

TEST(ShrunkCovariance, HasTheIntensityOfTheFormulaOverAllPairs) {
  const auto residuals = oracle_residuals();
  const size_t n = 11;
  ThreadPool pool(1);
  const ShrunkCovariance c = shrunk_covariance(residuals, kPeriods, pool);
  double variances = 0;
  double squares = 0;
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < n; ++j) {
      if (i == j) continue;
      const double scale = std::sqrt(c.variance[i] * c.variance[j]) * (kPeriods - 1) / kPeriods;
      std::vector<double> products;
      double mean = 0;
      for (size_t t = 0; t < kPeriods; ++t) {
        products.push_back((residuals[i * kPeriods + t] - c.mean[i]) *
                           (residuals[j * kPeriods + t] - c.mean[j]) / scale);
        mean += products.back() / kPeriods;
      }
      for (const double p : products)
        variances += (p - mean) * (p - mean) / (kPeriods * (kPeriods - 1.0));
      squares += mean * mean;
    }
  }
  EXPECT_NEAR(c.lambda, variances / squares, 1e-12);
}

}  // namespace
}  // namespace restock
