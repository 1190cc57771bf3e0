#include "science/ensemble/ensemble.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

using ::testing::HasSubstr;

constexpr int32_t kPeriods = 120;
constexpr int32_t kHorizon = 20;

/// `n` daily series around 100 whose pattern is smooth, and from `intermittent_from` on series that
/// sell 10 every third day.
Panel level_sales(size_t n, size_t intermittent_from) {
  Panel panel;
  panel.key_names = {"item"};
  for (size_t i = 0; i < n; ++i) {
    std::string name = "item 0000";
    name.replace(9 - std::to_string(i).size(), std::string::npos, std::to_string(i));
    panel.keys.push_back({{name}});
    panel.start.push_back(0);
    panel.offsets.push_back(panel.offsets.back() + kPeriods);
    Random random(5, i);
    for (int t = 0; t < kPeriods; ++t) {
      const double value = i < intermittent_from ? 100 + 5 * random.normal() : t % 3 == 0 ? 10 : 0;
      panel.units.push_back(static_cast<float>(value));
    }
  }
  panel.state.assign(panel.units.size(), PeriodState::kSold);
  panel.origin = kPeriods - 1;
  return panel;
}

/// The last window, its actuals missed by independent errors of these standard deviations.
MemberWindow noisy_window(const Panel& panel, const std::vector<double>& sd, uint64_t seed = 1) {
  MemberWindow window{panel.origin - kHorizon, kHorizon, {}, {}};
  for (size_t m = 0; m < sd.size(); ++m) {
    Random random(seed, m);
    std::vector<double> mean;
    for (size_t i = 0; i < panel.n_series(); ++i) {
      for (Period t = window.origin + 1; t <= panel.origin; ++t) {
        const auto actual = static_cast<double>(panel.units[static_cast<size_t>(panel.at(i, t))]);
        mean.push_back(actual + sd[m] * random.normal());
      }
    }
    window.means.push_back(std::move(mean));
  }
  return window;
}

LearntEnsemble learn(const Panel& panel, const MemberWindow& window,
                     const EnsembleOptions& options = {}, int threads = 1) {
  ThreadPool pool(threads);
  std::vector<std::string> names;
  names.reserve(window.means.size());
  for (size_t m = 0; m < window.means.size(); ++m) names.push_back("member " + std::to_string(m));
  auto learnt = learn_ensemble(panel, names, std::span(&window, 1), options, pool);
  EXPECT_TRUE(learnt.ok());
  return std::move(learnt).value();
}

TEST(LearnEnsemble, ReproducesBatesAndGranger) {
  const Panel panel = level_sales(2000, 2000);
  const auto learnt = learn(panel, noisy_window(panel, {1, std::sqrt(3.0)}), {.prior = 1e-6});
  EXPECT_NEAR(learnt.ensemble.of(DemandPattern::kSmooth).weights[0], 0.75, 0.01);
  // The variance of 0.75 e1 + 0.25 e2 is 0.75: a quarter less than the first member's.
  EXPECT_NEAR(learnt.gain.percent, 25, 1);
  EXPECT_TRUE(learnt.pays);
}

TEST(LearnEnsemble, FindsTheWeightsThatAGridFinds) {
  const Panel panel = level_sales(40, 40);
  const MemberWindow window = noisy_window(panel, {2, 3, 4}, 9);
  const auto learnt = learn(panel, window, {.prior = 1e-9, .level_share = 0});
  const auto loss = [&](double a, double b) {
    double sum = 0;
    for (size_t i = 0; i < panel.n_series(); ++i) {
      double steps = 0;
      const auto units = panel.units_of(i);
      for (size_t t = 1; t <= static_cast<size_t>(window.origin); ++t)
        steps += std::pow(static_cast<double>(units[t] - units[t - 1]), 2);
      const double scale = steps / window.origin;
      for (size_t h = 0; h < kHorizon; ++h) {
        const size_t at = i * kHorizon + h;
        const double mean =
            a * window.means[0][at] + b * window.means[1][at] + (1 - a - b) * window.means[2][at];
        const auto actual = static_cast<double>(units[static_cast<size_t>(window.origin) + 1 + h]);
        sum += (mean - actual) * (mean - actual) / scale;
      }
    }
    return sum;
  };
  const auto& w = learnt.ensemble.of(DemandPattern::kSmooth).weights;
  for (int a = 0; a <= 20; ++a) {
    for (int b = 0; a + b <= 20; ++b) EXPECT_LE(loss(w[0], w[1]), loss(a / 20.0, b / 20.0) + 1e-7);
  }
}

TEST(LearnEnsemble, WeighsEachPatternByItsOwnErrors) {
  const Panel panel = level_sales(1200, 600);
  MemberWindow window = noisy_window(panel, {1, 1});
  // The first member is poor for the second half, the second for the first.
  for (size_t at = 0; at < window.means[0].size(); ++at) {
    const size_t poor = at / kHorizon < 600 ? 1 : 0;
    window.means[poor][at] += at % 2 == 0 ? 4 : -4;
  }
  const auto learnt = learn(panel, window);
  EXPECT_GT(learnt.ensemble.of(DemandPattern::kSmooth).weights[0], 0.8);
  EXPECT_LT(learnt.ensemble.of(DemandPattern::kIntermittent).weights[0], 0.3);
  EXPECT_EQ(learnt.ensemble.of(DemandPattern::kIntermittent).series, 600);
}

TEST(LearnEnsemble, KeepsToTheFirstMemberWithoutEvidenceAndWhereOthersAreNoBetter) {
  const Panel panel = level_sales(300, 300);
  // The second member makes the errors of the first and others on top.
  MemberWindow window = noisy_window(panel, {1, 1});
  Random random(3, 0);
  for (size_t at = 0; at < window.means[0].size(); ++at)
    window.means[1][at] = window.means[0][at] + 3 * random.normal();
  const auto poor = learn(panel, window);
  EXPECT_GT(poor.ensemble.of(DemandPattern::kSmooth).weights[0], 0.99);
  EXPECT_FALSE(poor.pays);
  Panel unseen = panel;
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (Period t = panel.origin - kHorizon + 1; t <= panel.origin; ++t)
      unseen.state[static_cast<size_t>(panel.at(i, t))] = PeriodState::kOutOfStock;
  }
  const auto blind = learn(unseen, noisy_window(panel, {30, 1}));
  EXPECT_EQ(blind.ensemble.of(DemandPattern::kSmooth).weights, (std::vector<double>{1, 0}));
  EXPECT_EQ(blind.gain.percent, 0);
  EXPECT_FALSE(blind.pays);
}

TEST(LearnEnsemble, CountsWhatAllSeriesHaveInCommonForHalf) {
  const Panel panel = level_sales(500, 500);
  MemberWindow window = noisy_window(panel, {4, 4});
  for (double& mean : window.means[0]) mean *= 1.2;  // one shock to all series
  const auto all = learn(panel, window, {.level_share = 0});
  const auto half = learn(panel, window);
  const auto none = learn(panel, window, {.level_share = 1});
  const auto first = [](const LearntEnsemble& learnt) {
    return learnt.ensemble.of(DemandPattern::kSmooth).weights[0];
  };
  EXPECT_LT(first(all), 0.1);
  EXPECT_GT(first(half), first(all));
  EXPECT_NEAR(first(none), 0.5, 0.1);
}

TEST(LearnEnsemble, GivesTheSameForAnyThreadsAndReadsNothingAfterItsWindow) {
  const Panel panel = level_sales(300, 200);
  MemberWindow window = noisy_window(panel, {2, 3, 2});
  window.origin -= kHorizon;
  Panel spoilt = panel;
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (Period t = panel.origin - kHorizon + 1; t <= panel.origin; ++t)
      spoilt.units[static_cast<size_t>(panel.at(i, t))] = 999;
  }
  const auto one = learn(panel, window, {}, 1);
  const auto four = learn(spoilt, window, {}, 4);
  EXPECT_EQ(one.ensemble.save_bytes(), four.ensemble.save_bytes());
  EXPECT_EQ(one.gain.standard_errors, four.gain.standard_errors);
  EXPECT_EQ(one.cross_fitted, four.cross_fitted);
}

TEST(LearnEnsemble, CombinesItsLastWindowWithWeightsOfTheOtherHalf) {
  const Panel panel = level_sales(400, 400);
  const MemberWindow window = noisy_window(panel, {3, 3});
  const auto learnt = learn(panel, window);
  ThreadPool pool(1);
  const auto own = learnt.ensemble.combine(panel, window, pool);
  ASSERT_EQ(learnt.cross_fitted.size(), own.size());
  EXPECT_NE(learnt.cross_fitted, own);
  for (size_t at = 0; at < own.size(); ++at) EXPECT_NEAR(learnt.cross_fitted[at], own[at], 1);
}

TEST(LearnEnsemble, RefusesWindowsOfAnotherShape) {
  const Panel panel = level_sales(3, 3);
  ThreadPool pool(1);
  EXPECT_FALSE(learn_ensemble(panel, {"a"}, {}, {}, pool).ok());
  MemberWindow window = noisy_window(panel, {1, 1});
  window.means[1].pop_back();
  const auto learnt = learn_ensemble(panel, {"a", "b"}, std::span(&window, 1), {}, pool);
  ASSERT_FALSE(learnt.ok());
  EXPECT_EQ(learnt.error().code, Code::kInvalidArgument);
  EXPECT_THAT(learnt.error().message, HasSubstr("60 values for each of 2 members"));
}

Ensemble fixed(double first) {
  Ensemble::Weights weights;
  for (PatternWeights& pattern : weights) pattern = {7, {first, 1 - first}};
  return {{"model", "other"}, weights};
}

TEST(Ensemble, WeighsMeansAndLeavesZerosAndFallbacksAlone) {
  const Panel panel = level_sales(2, 2);
  MemberWindow window{panel.origin, 2, {{10, 0, 10, 10}, {20, 20, 20, 20}}, {0, 1}};
  ThreadPool pool(1);
  EXPECT_EQ(fixed(0.25).combine(panel, window, pool), (std::vector<double>{17.5, 0, 10, 10}));
  // A member without weight need not be forecast.
  window.means[1].clear();
  EXPECT_FALSE(fixed(1).needed(1));
  EXPECT_EQ(fixed(1).combine(panel, window, pool), window.means[0]);
}

TEST(Ensemble, ComesBackFromItsBytesAndRefusesOthers) {
  const Ensemble ensemble = fixed(0.25);
  const std::string bytes = ensemble.save_bytes();
  const auto back = Ensemble::load_bytes(bytes);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->members(), ensemble.members());
  EXPECT_EQ(back->save_bytes(), bytes);
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(Ensemble::load_bytes(std::string_view(bytes).substr(0, length)).ok()) << length;
  EXPECT_FALSE(Ensemble::load_bytes(bytes + "x").ok());
  std::string spoilt = bytes;
  spoilt.back() ^= 0x40;
  const auto refused = Ensemble::load_bytes(spoilt);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("do not sum to 1"));
}

}  // namespace
}  // namespace restock
