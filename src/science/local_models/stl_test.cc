#include "science/local_models/stl.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "science/local_models/theta_fixture.h"

namespace restock {
namespace {

std::vector<double> noise(uint64_t stream, size_t n) {
  Random random(11, stream);
  std::vector<double> y(n);
  for (auto& v : y) v = 100.0 + 10.0 * random.normal();
  return y;
}

StlDecomposition decompose_or_fail(std::span<const double> y, const StlOptions& options) {
  StlWorkspace workspace;
  StlDecomposition d;
  const auto status = decompose_stl(y, options, workspace, d);
  EXPECT_TRUE(status.ok()) << status.error().to_string();
  return d;
}

TEST(StlLoess, PrecomputedWeightsGiveTheDirectEstimates) {
  for (const size_t n : {1u, 2u, 3u, 5u, 8u, 40u, 101u, 257u}) {
    const auto y = noise(n, n);
    for (const int32_t window : {3, 5, 15, 41, 101, 367}) {
      for (const int32_t degree : {0, 1}) {
        for (const int32_t jump : {1, 3}) {
          for (const bool extend : {false, true}) {
            const LoessShape shape{window, degree, jump};
            std::vector<double> direct(n + (extend ? 2 : 0));
            std::vector<double> fast(direct.size(), std::nan(""));
            std::vector<double> scratch;
            smooth_directly(y, {}, shape, extend, direct);
            Loess(shape, n).smooth(y, extend, scratch, fast);
            for (size_t i = 0; i < direct.size(); ++i) {
              ASSERT_NEAR(fast[i], direct[i], 1e-9) << n << ' ' << window << ' ' << degree << ' '
                                                    << jump << ' ' << extend << ' ' << i;
            }
          }
        }
      }
    }
  }
}

TEST(StlLoess, RowsTooLargeToKeepAreMadeAnewWithTheSameResult) {
  const size_t n = 6001;
  const LoessShape shape{5001, 1, 1000};
  const auto y = noise(3, n);
  std::vector<double> direct(n);
  std::vector<double> fast(n);
  std::vector<double> scratch;
  smooth_directly(y, {}, shape, false, direct);
  Loess(shape, n).smooth(y, false, scratch, fast);
  for (size_t i = 0; i < n; ++i) ASSERT_NEAR(fast[i], direct[i], 1e-8);
}

TEST(StlLoess, IsTheWeightedRegressionOfItsDefinition) {
  const auto y = noise(4, 30);
  std::vector<double> weights(30);
  Random random(5, 1);
  for (auto& w : weights) w = random.uniform();
  std::vector<double> out(30);
  smooth_directly(y, weights, {9, 1, 1}, false, out);
  for (int x = 0; x < 30; ++x) {
    // Normal equations of a line through the nine nearest points, by Cramer's rule.
    const int first = std::min(std::max(x - 4, 0), 21);
    const int reach = std::max(x - first, first + 8 - x);
    double s0 = 0, s1 = 0, s2 = 0, sy = 0, sxy = 0;
    for (int j = first; j < first + 9; ++j) {
      const double part = 1.0 - std::pow(std::abs(j - x) / double(reach), 3);
      const double w = std::pow(part, 3) * weights[static_cast<size_t>(j)];
      const double v = y[static_cast<size_t>(j)];
      s0 += w, s1 += w * j, s2 += w * j * j, sy += w * v, sxy += w * j * v;
    }
    const double slope = (s0 * sxy - s1 * sy) / (s0 * s2 - s1 * s1);
    EXPECT_NEAR(out[static_cast<size_t>(x)], (sy - slope * s1) / s0 + slope * x, 1e-6);
  }
}

constexpr size_t kPlaces[] = {0, 1, 50, 77, 142, 143};

void expect_decomposition(const StlOptions& options, const double (&season)[6],
                          const double (&trend)[6]) {
  const auto d = decompose_or_fail(kAirPassengers, options);
  for (size_t k = 0; k < 6; ++k) {
    EXPECT_NEAR(d.season[kPlaces[k]], season[k], 1e-8);
    EXPECT_NEAR(d.trend[kPlaces[k]], trend[k], 1e-8);
  }
}

// Numbers of statsmodels 0.15: STL(air, 12, seasonal=..., robust=...).fit(), a translation of the
// Fortran program that the paper's authors published.
TEST(Stl, ReproducesStatsmodelsOnAirPassengers) {
  expect_decomposition(
      {.season_length = 12, .season_window = 7},
      {-11.0221678821, -2.8386167129, 8.4425888780, 36.0535946800, -98.2798202631, -60.9352151319},
      {122.6334762273, 123.3451011911, 219.3249373629, 281.8300814337, 492.0276703882,
       495.5344856027});
}

TEST(Stl, ReproducesStatsmodelsRobustly) {
  expect_decomposition(
      {.season_length = 12, .season_window = 13, .robust_rounds = 15, .passes = 2},
      {-8.6078592057, 0.9769311384, 3.9505201886, 33.8301460689, -100.4697699430, -60.8416259742},
      {122.1744444525, 122.9925608547, 215.5959991062, 283.4023365749, 493.8097413349,
       497.0235119637});
}

TEST(Stl, ReproducesStatsmodelsWithJumps) {
  expect_decomposition(
      {.season_length = 12,
       .season_window = 11,
       .season_degree = 0,
       .season_jump = 2,
       .trend_jump = 3,
       .low_pass_jump = 2},
      {-16.4987082201, -16.7832390270, 6.2063700038, 36.1423407900, -76.1944988054, -44.9183815703},
      {122.8604520961, 123.4778915329, 219.8301086218, 281.7550948527, 493.5165911060,
       497.1211869632});
}

TEST(Stl, PartsSumToTheValues) {
  const auto y = noise(6, 90);
  for (const int32_t rounds : {0, 3}) {
    const auto d = decompose_or_fail(y, {.season_length = 7, .robust_rounds = rounds});
    for (size_t i = 0; i < y.size(); ++i) {
      EXPECT_NEAR(d.season[i] + d.trend[i] + d.remainder[i], y[i], 1e-10);
    }
  }
}

TEST(Stl, MovesAndScalesWithTheSeries) {
  const auto y = noise(7, 120);
  std::vector<double> moved(y.size());
  for (size_t i = 0; i < y.size(); ++i) moved[i] = 300.0 - 2.0 * y[i];
  const StlOptions options{.season_length = 7, .robust_rounds = 2};
  const auto plain = decompose_or_fail(y, options);
  const auto other = decompose_or_fail(moved, options);
  for (size_t i = 0; i < y.size(); ++i) {
    EXPECT_NEAR(other.season[i], -2.0 * plain.season[i], 1e-8);
    EXPECT_NEAR(other.trend[i], 300.0 - 2.0 * plain.trend[i], 1e-8);
  }
}

TEST(Stl, RecoversAPureSeasonOnALine) {
  std::vector<double> y;
  for (int i = 0; i < 84; ++i) y.push_back(3.0 + 0.25 * i + (i % 7 == 2 ? 6.0 : -1.0));
  const auto d = decompose_or_fail(y, {.season_length = 7, .passes = 40});
  for (size_t i = 0; i < y.size(); ++i) {
    EXPECT_NEAR(d.season[i], i % 7 == 2 ? 6.0 : -1.0, 1e-4);
    EXPECT_NEAR(d.trend[i], 3.0 + 0.25 * static_cast<double>(i), 1e-4);
  }
}

TEST(Stl, RobustRoundsIgnoreAnOutlier) {
  std::vector<double> y;
  for (int i = 0; i < 70; ++i) y.push_back(20.0 + 4.0 * std::sin(i) + (i % 7) * 2.0);
  y[33] += 500.0;
  const auto plain = decompose_or_fail(y, {.season_length = 7});
  const auto robust = decompose_or_fail(y, {.season_length = 7, .robust_rounds = 5, .passes = 2});
  EXPECT_EQ(robust.weight[33], 0.0);
  EXPECT_LT(std::abs(robust.trend[33] - 26.0), 4.0);
  EXPECT_GT(std::abs(plain.trend[33] - 26.0), 10.0);
}

TEST(Stl, DoesNotDependOnEarlierUseOfTheWorkspace) {
  StlWorkspace workspace;
  StlDecomposition d;
  for (size_t n = 30; n < 60; n += 3) {
    const auto y = noise(n, n);
    ASSERT_TRUE(decompose_stl(y, {.season_length = 7}, workspace, d).ok());
    EXPECT_EQ(d.trend, decompose_or_fail(y, {.season_length = 7}).trend);
    EXPECT_EQ(d.season, decompose_or_fail(y, {.season_length = 7}).season);
  }
}

TEST(Stl, RejectsShortSeriesNanAndEvenWindows) {
  StlWorkspace workspace;
  StlDecomposition d;
  auto y = noise(8, 20);
  const auto message = [&](std::span<const double> values, const StlOptions& options) {
    const auto status = decompose_stl(values, options, workspace, d);
    return status.ok() ? std::string() : status.error().message;
  };
  EXPECT_EQ(message({y.data(), 13}, {}), "13 values are fewer than two seasons of 7");
  EXPECT_EQ(message({y.data(), 14}, {}), "");
  EXPECT_EQ(message(y, {.season_length = 1}), "season_length must be >= 2, got 1");
  EXPECT_EQ(message(y, {.season_window = 8}), "season_window must be odd and >= 3, got 8");
  EXPECT_EQ(message(y, {.trend_window = 1}), "trend_window must be odd and >= 3, got 1");
  EXPECT_EQ(message(y, {.trend_degree = 2}),
            "trend_degree must be 0 or 1 and trend_jump >= 1, got 2 and 1");
  EXPECT_EQ(message(y, {.passes = 0}), "robust_rounds must be >= 0 and passes >= 1, got 0 and 0");
  y[4] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(message(y, {}), "value 4 is not finite");
}

}  // namespace
}  // namespace restock
