#include "science/models/objective.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

struct Sample {
  std::vector<float> target;
  std::vector<float> margin;
  std::vector<float> weight;
  std::vector<float> gradient;
  std::vector<float> hessian;
  ScoredRows rows() const { return {target, weight, margin}; }
};

Sample make_sample(size_t n, const Objective& objective, bool weights = false) {
  Sample s;
  Random random(3, 0);
  for (size_t i = 0; i < n; ++i) {
    s.target.push_back(static_cast<float>(random.poisson(3)));
    if (weights) s.weight.push_back(static_cast<float>(random.uniform()));
    for (size_t k = 0; k < objective.n_outputs(); ++k)
      s.margin.push_back(static_cast<float>(2 * random.normal()));
  }
  s.gradient.resize(s.margin.size());
  s.hessian.resize(s.margin.size());
  return s;
}

TEST(ExactGradients, AreTheDerivativesOfTheDeviance) {
  ThreadPool pool(1);
  for (const Objective& objective :
       {Objective{ObjectiveKind::kPoisson, 1.5, {}}, Objective{ObjectiveKind::kTweedie, 1.3, {}},
        Objective{ObjectiveKind::kSquared, 1.5, {}}}) {
    Sample s = make_sample(200, objective);
    exact_gradients(objective, s.rows(), {}, pool, s.gradient, s.hessian);
    for (size_t i = 0; i < s.target.size(); ++i) {
      const auto loss = [&](double step) {  // half the deviance, whose derivative the gradient is
        const float margin = s.margin[i] + static_cast<float>(step);
        return mean_deviance(objective,
                             {std::span(s.target).subspan(i, 1), {}, std::span(&margin, 1)}, pool) /
               2;
      };
      constexpr double kStep = 1.0 / 64;
      const double slope = (loss(kStep) - loss(-kStep)) / (2 * kStep);
      const double bend = (loss(kStep) - 2 * loss(0) + loss(-kStep)) / (kStep * kStep);
      EXPECT_NEAR(s.gradient[i], slope, 1e-3 * (1 + std::fabs(slope) + s.hessian[i]));
      EXPECT_NEAR(s.hessian[i], bend, 1e-2 * (1 + s.hessian[i]));
    }
  }
}

TEST(ExactGradients, SumToTheSameNumberInAnyOrder) {
  ThreadPool pool(2);
  for (const auto kind :
       {ObjectiveKind::kPoisson, ObjectiveKind::kTweedie, ObjectiveKind::kSquared}) {
    const Objective objective = {kind, 1.5, {}};
    Sample s = make_sample(200000, objective, true);
    exact_gradients(objective, s.rows(), {}, pool, s.gradient, s.hessian);
    for (const auto& values : {s.gradient, s.hessian}) {
      std::vector<float> shuffled = values;
      for (size_t i = shuffled.size() - 1; i > 0; --i)
        std::swap(shuffled[i], shuffled[mix(1, i) % (i + 1)]);
      std::vector<float> sorted = values;
      std::sort(sorted.begin(), sorted.end());
      const double forward = std::accumulate(values.begin(), values.end(), 0.0);
      EXPECT_EQ(forward, std::accumulate(values.rbegin(), values.rend(), 0.0));
      EXPECT_EQ(forward, std::accumulate(shuffled.begin(), shuffled.end(), 0.0));
      EXPECT_EQ(forward, std::accumulate(sorted.begin(), sorted.end(), 0.0));
    }
  }
}

TEST(ExactGradients, SampleTheirShareOfRowsDifferentlyEachRound) {
  ThreadPool pool(2);
  const Objective objective = {ObjectiveKind::kSquared, 1.5, {}};
  Sample s = make_sample(100000, objective);
  const auto taken = [&](uint64_t round) {
    exact_gradients(objective, s.rows(), {.share = 0.3, .seed = 5, .round = round}, pool,
                    s.gradient, s.hessian);
    std::vector<bool> in;
    for (const float h : s.hessian) in.push_back(h > 0);
    return in;
  };
  const auto first = taken(0);
  EXPECT_NEAR(std::count(first.begin(), first.end(), true) / 1e5, 0.3, 0.01);
  EXPECT_EQ(first, taken(0));
  EXPECT_NE(first, taken(1));
}

TEST(MeanDeviance, ReproducesHandComputedValues) {
  ThreadPool pool(1);
  const std::vector<float> y = {3, 0};
  const std::vector<float> margin = {0, 0};
  // Poisson at mean 1: 2 (3 ln 3 - 2) and 2; pinball of 0.9 at 0: 0.9 * 3 and 0.
  EXPECT_NEAR(mean_deviance({ObjectiveKind::kPoisson, 1.5, {}}, {y, {}, margin}, pool),
              (2 * (3 * std::log(3.0) - 2) + 2) / 2, 1e-12);
  EXPECT_NEAR(mean_deviance({ObjectiveKind::kQuantile, 1.5, {0.9}}, {y, {}, margin}, pool), 1.35,
              1e-12);
  EXPECT_NEAR(mean_deviance({ObjectiveKind::kSquared, 1.5, {}},
                            {y, std::vector<float>{1, 3}, margin}, pool),
              2.25, 1e-12);
}

TEST(ParseObjective, KnowsItsNamesAndSaysSo) {
  EXPECT_EQ(*parse_objective("tweedie"), ObjectiveKind::kTweedie);
  EXPECT_NE(parse_objective("gamma").error().hint.find("poisson"), std::string::npos);
}

}  // namespace
}  // namespace restock
