#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "science/reconcile/reconcile.h"
#include "science/reconcile/reconcile_fixture.h"
#include "science/reconcile/sparse_correlation.h"

namespace restock {
namespace {

constexpr int32_t kPeriods = 40;

ReconcileResult run(const Hierarchy& h, std::span<const double> base, int32_t horizon,
                    std::span<const float> residuals, const ReconcileOptions& options) {
  ThreadPool pool(1);
  auto result = reconcile(
      h, {.horizon = horizon, .base = base, .residuals = residuals, .n_residuals = kPeriods},
      options, pool);
  EXPECT_TRUE(result.ok()) << result.error().message;
  return std::move(result).value();
}

/// D^(1/2) (I + E) D^(1/2), densely, with what the method estimates.
Matrix dense_sparse(const Hierarchy& h, std::span<const float> residuals) {
  ThreadPool pool(1);
  const ShrunkCovariance c = shrunk_covariance(residuals, kPeriods, pool);
  const SparseCorrelation e = sparse_correlation(h, residuals, kPeriods, c, pool);
  Matrix w = diagonal(c.variance);
  for (size_t i = 0; i < w.size(); ++i) {
    for (auto p = static_cast<size_t>(e.offsets[i]); p < static_cast<size_t>(e.offsets[i + 1]);
         ++p) {
      const auto j = static_cast<size_t>(e.columns[p]);
      w[i][j] = e.values[p] * std::sqrt(c.variance[i] * c.variance[j]);
    }
  }
  return w;
}

Matrix dense_covariance(const Hierarchy& h, std::span<const float> residuals,
                        ReconcileMethod method) {
  if (method == ReconcileMethod::kMintSparse) return dense_sparse(h, residuals);
  ThreadPool pool(1);
  return dense_shrunk(residuals, kPeriods, shrunk_covariance(residuals, kPeriods, pool));
}

class CorrelatedErrors : public testing::TestWithParam<ReconcileMethod> {};

INSTANTIATE_TEST_SUITE_P(Methods, CorrelatedErrors,
                         testing::Values(ReconcileMethod::kMintShrinkage,
                                         ReconcileMethod::kMintSparse),
                         [](const auto& one) { return std::string(method_name(one.param)); });

TEST_P(CorrelatedErrors, EqualDenseAlgebra) {
  const Hierarchy h = random_hierarchy(3, 7, 3);
  const auto base = random_base(h, 1, 21);
  const auto residuals = correlated_residuals(h, kPeriods, 21);
  const auto expected = brute_force(h, dense_covariance(h, residuals, GetParam()), base);
  for (const int64_t bytes : {int64_t{1} << 20, int64_t{0}}) {  // with a factor, without
    const auto result =
        run(h, base, 1, residuals, {.method = GetParam(), .factor_bytes_max = bytes});
    for (size_t i = 0; i < expected.size(); ++i)
      EXPECT_NEAR(result.forecasts[i], expected[i], 1e-8) << i;
  }
}

TEST_P(CorrelatedErrors, MeetTheConditionsOfKarushKuhnAndTuckerWithoutNegatives) {
  const Hierarchy h = random_hierarchy(4, 12, 3);
  const int32_t horizon = 10;
  const auto base = random_base(h, horizon, 23);
  const auto residuals = correlated_residuals(h, kPeriods, 23);
  const Matrix w = dense_covariance(h, residuals, GetParam());
  for (const int64_t bytes : {int64_t{1} << 20, int64_t{0}}) {
    const auto result =
        run(h, base, horizon, residuals,
            {.method = GetParam(), .non_negative = true, .factor_bytes_max = bytes});
    EXPECT_TRUE(result.converged);
    EXPECT_LT(result.kkt_violation, 1e-9);
    EXPECT_GT(result.zeros, 10);
    for (size_t step = 0; step < horizon; ++step) {
      std::vector<double> error(h.n_nodes());
      for (size_t i = 0; i < error.size(); ++i)
        error[i] = base[i * horizon + step] - result.forecasts[i * horizon + step];
      const std::vector<double> weighted = solve_gauss(w, error);
      for (size_t j = 0; j < h.n_bottom(); ++j) {
        double gradient = -weighted[h.n_aggregates() + j];
        for (const int32_t a : h.ancestors_of(j)) gradient -= weighted[static_cast<size_t>(a)];
        const double forecast = result.forecasts[(h.n_aggregates() + j) * horizon + step];
        ASSERT_GE(forecast, 0);
        if (forecast > 0)
          ASSERT_NEAR(gradient, 0, 1e-5);
        else
          ASSERT_GE(gradient, -1e-5);
      }
    }
  }
}

TEST_P(CorrelatedErrors, ChangeNothingWhereNoForecastIsNegative) {
  const Hierarchy h = random_hierarchy(3, 8, 2);
  auto base = random_base(h, 5, 29);
  for (size_t node = 0; node < h.n_nodes(); ++node) {
    for (size_t step = 0; step < 5; ++step)
      base[node * 5 + step] += 50 * static_cast<double>(h.bottom_of(node).size());
  }
  const auto residuals = correlated_residuals(h, kPeriods, 29);
  const auto free = run(h, base, 5, residuals, {.method = GetParam()});
  ASSERT_GT(*std::ranges::min_element(free.forecasts), 0);
  const auto held = run(h, base, 5, residuals, {.method = GetParam(), .non_negative = true});
  for (size_t i = 0; i < base.size(); ++i) ASSERT_NEAR(held.forecasts[i], free.forecasts[i], 1e-6);
}

TEST_P(CorrelatedErrors, SayWhenTheRoundsWereNotEnough) {
  const Hierarchy h = random_hierarchy(6, 30, 5);
  const auto base = random_base(h, 4, 13);
  const auto residuals = correlated_residuals(h, kPeriods, 13);
  const auto result =
      run(h, base, 4, residuals, {.method = GetParam(), .non_negative = true, .rounds_max = 1});
  EXPECT_FALSE(result.converged);
  EXPECT_GT(result.kkt_violation, 1e-9);
  EXPECT_LT(result.incoherence_after, 1e-9);
  EXPECT_GE(*std::ranges::min_element(result.forecasts), 0);
}

TEST_P(CorrelatedErrors, RefuseTooFewResiduals) {
  const Hierarchy h = random_hierarchy(2, 3, 1);
  const auto base = random_base(h, 1, 1);
  ThreadPool pool(1);
  const auto result = reconcile(h, {.horizon = 1, .base = base}, {.method = GetParam()}, pool);
  EXPECT_EQ(result.error().message, std::string(method_name(GetParam())) +
                                        " needs at least 2 residuals of each node, got 0");
}

TEST(SparseCorrelation, KeepsEqualErrorsUpToTheLargestRowSum) {
  const Hierarchy h = make_hierarchy({}, {"a", "b"}, {{}}).value();
  std::vector<float> residuals(3 * 50);
  Random random(1, 1);
  for (size_t t = 0; t < 50; ++t) {
    const auto value = static_cast<float>(random.normal());
    for (size_t i = 0; i < 3; ++i) residuals[i * 50 + t] = value;
  }
  ThreadPool pool(1);
  const ShrunkCovariance c = shrunk_covariance(residuals, 50, pool);
  const SparseCorrelation e = sparse_correlation(h, residuals, 50, c, pool);
  EXPECT_EQ(e.pairs(), 3);
  for (const float value : e.values) EXPECT_NEAR(value, 0.25, 1e-6);
  EXPECT_NEAR(e.row_sum_max, kRowSumMax, 1e-6);
}

TEST(SparseCorrelation, KeepsFewerFalseCorrelationsThanThereAreNodes) {
  const Hierarchy h = random_hierarchy(10, 60, 6);
  std::vector<float> residuals(h.n_nodes() * 60);
  Random random(5, 1);
  for (float& r : residuals) r = static_cast<float>(random.normal());
  ThreadPool pool(2);
  const ShrunkCovariance c = shrunk_covariance(residuals, 60, pool);
  const SparseCorrelation e = sparse_correlation(h, residuals, 60, c, pool);
  EXPECT_LT(e.pairs(), static_cast<int64_t>(h.n_nodes()) / 2);
  EXPECT_NEAR(e.threshold, std::sqrt(2 * std::log(static_cast<double>(h.n_nodes())) / 60), 1e-12);
}

TEST(SparseCorrelation, ComparesOnlyRelatedNodes) {
  // Two stores without a total: their series never share an aggregate.
  const std::vector<StaticAttribute> attributes = {{"store", {0, 0, 1, 1}, {"a", "b"}}};
  const Hierarchy h =
      make_hierarchy(attributes, {"a/1", "a/2", "b/1", "b/2"}, {{{"store"}}}).value();
  const auto residuals = correlated_residuals(h, kPeriods, 3);
  ThreadPool pool(1);
  const SparseCorrelation e = sparse_correlation(
      h, residuals, kPeriods, shrunk_covariance(residuals, kPeriods, pool), pool);
  EXPECT_EQ(e.pairs(), 6);  // a, a/1, a/2 and b, b/1, b/2
  for (size_t i = 0; i < h.n_nodes(); ++i) {
    const bool first = i == 0 || i == 2 || i == 3;
    for (auto p = static_cast<size_t>(e.offsets[i]); p < static_cast<size_t>(e.offsets[i + 1]);
         ++p) {
      const int32_t j = e.columns[p];
      EXPECT_EQ(first, j == 0 || j == 2 || j == 3);
    }
  }
}

}  // namespace
}  // namespace restock
