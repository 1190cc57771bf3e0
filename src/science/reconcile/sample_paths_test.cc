#include "science/reconcile/sample_paths.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "science/reconcile/reconcile_fixture.h"

namespace restock {
namespace {

constexpr int32_t kPaths = 101;

/// Equally likely values 0 .. 100 times (bottom + 1).
void uniform_marginal(size_t bottom, int32_t, std::span<double> sorted) {
  for (size_t k = 0; k < sorted.size(); ++k)
    sorted[k] = static_cast<double>(k) * static_cast<double>(bottom + 1);
}

Hierarchy pair_under_total() {
  return make_hierarchy({}, {"a", "b"}, {{}}).value();
}

std::vector<float> median_and_ends(const Hierarchy& h, const std::vector<float>& residuals,
                                   int threads = 1) {
  ThreadPool pool(threads);
  const auto sampler = rank_sampler(h,
                                    {.marginal = uniform_marginal,
                                     .residuals = residuals,
                                     .n_paths = kPaths,
                                     .horizon = 1,
                                     .mean = {}},
                                    pool);
  EXPECT_TRUE(sampler.ok());
  const std::vector<double> probabilities = {0, 0.5, 1};
  return path_quantiles(h, 1, kPaths, probabilities, *sampler, pool).value();
}

TEST(RankSampler, AddsQuantilesOfSeriesThatErrTogether) {
  std::vector<float> residuals;
  for (int sign : {1, 1}) {
    for (int32_t k = 0; k < kPaths; ++k) residuals.push_back(static_cast<float>(sign * k));
  }
  const auto q = median_and_ends(pair_under_total(), residuals);
  EXPECT_EQ(q[0], 0);
  EXPECT_EQ(q[1], 150);
  EXPECT_EQ(q[2], 300);
}

TEST(RankSampler, LetsSeriesThatErrOppositelyCancel) {
  std::vector<float> residuals;
  for (int sign : {1, -1}) {
    for (int32_t k = 0; k < kPaths; ++k) residuals.push_back(static_cast<float>(sign * k));
  }
  const auto q = median_and_ends(pair_under_total(), residuals);
  // a = k, b = 2 (100 - k): the sum lies in 100 .. 200.
  EXPECT_EQ(q[0], 100);
  EXPECT_EQ(q[2], 200);
}

TEST(RankSampler, BreaksTiesBySeedAndNotByTime) {
  const std::vector<float> residuals(2 * kPaths, 0);
  const auto q = median_and_ends(pair_under_total(), residuals);
  EXPECT_LT(q[2], 300);  // ties by time would make the two series err together
  EXPECT_EQ(q, median_and_ends(pair_under_total(), residuals, 3));
}

TEST(RankSampler, ScalesToTheReconciledMean) {
  const Hierarchy h = pair_under_total();
  std::vector<float> residuals(2 * kPaths);
  for (size_t i = 0; i < residuals.size(); ++i) residuals[i] = static_cast<float>(i * 37 % 101);
  const std::vector<double> mean = {7, 0};
  ThreadPool pool(1);
  const auto sampler = rank_sampler(h,
                                    {.marginal = uniform_marginal,
                                     .residuals = residuals,
                                     .n_paths = kPaths,
                                     .horizon = 1,
                                     .mean = mean},
                                    pool);
  std::vector<double> values(3 * kPaths);
  ASSERT_TRUE((*sampler)(0, values).ok());
  double sum = 0;
  for (size_t k = 0; k < kPaths; ++k) {
    EXPECT_EQ(values[k], values[kPaths + k] + values[2 * kPaths + k]);
    EXPECT_EQ(values[2 * kPaths + k], 0);
    sum += values[k];
  }
  EXPECT_NEAR(sum / kPaths, 7, 1e-12);
}

TEST(ReconciledSampler, MakesEveryPathAddUp) {
  const Hierarchy h = random_hierarchy(3, 8, 2);
  ThreadPool pool(2);
  const StepSampler base = [&](int32_t step, std::span<double> out) -> Status {
    const auto values = random_base(h, 40, static_cast<uint64_t>(step) + 1);
    std::ranges::copy(values, out.begin());
    return {};
  };
  const auto sampler = reconciled_sampler(h, base, {}, {.non_negative = true}, pool);
  std::vector<double> values(h.n_nodes() * 40);
  ASSERT_TRUE(sampler(1, values).ok());
  EXPECT_LT(incoherence(h, 40, values), 1e-9);
  EXPECT_GE(*std::ranges::min_element(values), 0);
  const std::vector<double> probabilities = {0.5};
  const auto q = path_quantiles(h, 2, 40, probabilities, sampler, pool);
  ASSERT_TRUE(q.ok());
  EXPECT_EQ(q->size(), h.n_nodes() * 2);
}

TEST(SamplePaths, RefuseWrongShapes) {
  const Hierarchy h = pair_under_total();
  ThreadPool pool(1);
  const std::vector<float> residuals(3, 0);
  EXPECT_FALSE(rank_sampler(h,
                            {.marginal = uniform_marginal,
                             .residuals = residuals,
                             .n_paths = 2,
                             .horizon = 1,
                             .mean = {}},
                            pool)
                   .ok());
  const std::vector<double> outside = {1.5};
  const StepSampler nothing = [](int32_t, std::span<double>) -> Status { return {}; };
  EXPECT_FALSE(path_quantiles(h, 1, 2, outside, nothing, pool).ok());
}

}  // namespace
}  // namespace restock
