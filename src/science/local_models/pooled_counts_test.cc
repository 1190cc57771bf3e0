#include "science/local_models/pooled_counts.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

constexpr auto S = PeriodState::kSold;
constexpr auto X = PeriodState::kMissing;

const std::vector<double> kDeciles{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};

/// Series end at period 500, the origin.
Panel make_panel(const std::vector<std::vector<float>>& rows, int32_t horizon = 6) {
  Panel panel;
  panel.axis.frequency = Frequency::kMonthly;
  panel.key_names = {"part"};
  panel.origin = 500;
  panel.horizon = horizon;
  for (const auto& row : rows) {
    std::string key = std::to_string(panel.keys.size());
    panel.keys.push_back({{std::string(6 - key.size(), '0') + key}});
    panel.start.push_back(panel.origin - static_cast<Period>(row.size()) + 1);
    for (const float v : row) {
      panel.units.push_back(v < 0 ? 0 : v);
      panel.state.push_back(v < 0 ? X : S);  // below 0: missing
    }
    panel.units.insert(panel.units.end(), static_cast<size_t>(horizon), 0.0F);
    panel.state.insert(panel.state.end(), static_cast<size_t>(horizon), PeriodState::kFuture);
    panel.offsets.push_back(static_cast<int64_t>(panel.units.size()));
  }
  const Status valid = panel.validate();
  EXPECT_TRUE(valid.ok()) << valid.error().to_string();
  return panel;
}

PooledCountsTable run(const Panel& panel, const PooledCountsOptions& options = {},
                      int threads = 1) {
  ThreadPool pool(threads);
  PooledCountsTable table;
  const Status status = pooled_counts(panel, options, kDeciles, pool, table);
  EXPECT_TRUE(status.ok()) << status.error().to_string();
  return table;
}

/// Poisson demand whose rate is drawn from gamma(shape) / shape x mean: shape small = series
/// differ.
std::vector<std::vector<float>> draw(int n_series, int length, double mean, double shape,
                                     uint64_t seed) {
  std::vector<std::vector<float>> rows;
  for (int i = 0; i < n_series; ++i) {
    Random random(seed, static_cast<uint64_t>(i));
    const double rate = shape > 100 ? mean : mean * random.gamma(shape) / shape;
    std::vector<float> row;
    for (int t = 0; t < length; ++t) row.push_back(static_cast<float>(random.poisson(rate)));
    rows.push_back(row);
  }
  return rows;
}

double own_weight(const PooledCountsTable& table, size_t n_decays = 6) {
  return std::accumulate(table.weights.begin(),
                         table.weights.begin() + static_cast<int64_t>(n_decays), 0.0);
}

// Short histories of equal parts say nothing that the panel does not say better.
TEST(PooledCounts, PoolsHistoriesThatDoNotDiffer) {
  const auto table = run(make_panel(draw(800, 20, 0.5, 1e9, 4)), {.steps = 500});
  EXPECT_LT(own_weight(table), 0.05);
  EXPECT_GT(table.weights[6], 0.8);  // the panel's shares
  for (const double mean : table.mean) EXPECT_NEAR(mean, 0.5, 0.15);
}

TEST(PooledCounts, TrustsHistoriesThatDiffer) {
  const auto table = run(make_panel(draw(300, 400, 4, 0.5, 4)));
  EXPECT_GT(own_weight(table), 0.8);
}

/// Against the truth: the share of periods ahead at or below each quantile.
TEST(PooledCounts, IsCalibrated) {
  constexpr int kKnown = 40;
  constexpr int kAhead = 10;
  auto rows = draw(1500, kKnown + kAhead, 1.5, 0.7, 9);
  auto known = rows;
  for (auto& row : known) row.resize(kKnown);
  const auto table = run(make_panel(known));
  for (size_t j = 0; j < kDeciles.size(); ++j) {
    double at_or_below = 0;
    double below = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      const float q = table.quantiles[i * kDeciles.size() + j];
      for (size_t t = kKnown; t < rows[i].size(); ++t) {
        at_or_below += rows[i][t] <= q ? 1 : 0;
        below += rows[i][t] < q ? 1 : 0;
      }
    }
    const double n = static_cast<double>(rows.size() * kAhead);
    // A quantile of counts covers at least its probability and, one unit lower, at most that.
    EXPECT_GE(at_or_below / n, kDeciles[j] - 0.02) << kDeciles[j];
    EXPECT_LE(below / n, kDeciles[j] + 0.02) << kDeciles[j];
  }
}

TEST(PooledCounts, WeightsSumToOneAndAreNotNegative) {
  const auto table = run(make_panel(draw(200, 60, 0.8, 1, 2)));
  ASSERT_EQ(table.weights.size(), 9U);
  for (const double w : table.weights) EXPECT_GE(w, 0);
  EXPECT_NEAR(std::accumulate(table.weights.begin(), table.weights.end(), 0.0), 1, 1e-12);
}

TEST(PooledCounts, QuantilesAscendAndMeanIsThatOfTheDistribution) {
  const auto rows = draw(200, 60, 0.8, 1, 2);
  const auto table = run(make_panel(rows));
  double actual = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    for (size_t j = 1; j < kDeciles.size(); ++j) {
      EXPECT_LE(table.quantiles[i * 9 + j - 1], table.quantiles[i * 9 + j]);
    }
    EXPECT_GE(table.variance[i], 0);
    actual += std::accumulate(rows[i].begin(), rows[i].end(), 0.0) / 60;
  }
  const double mean = std::accumulate(table.mean.begin(), table.mean.end(), 0.0);
  EXPECT_NEAR(mean, actual, 0.1 * actual);
}

/// Brute force: the mixture written down again from the definition, for the weights learnt.
TEST(PooledCounts, AnswersWithTheMixtureOfItsDefinition) {
  const auto rows = draw(60, 30, 0.8, 1, 2);
  const PooledCountsOptions options;
  const auto table = run(make_panel(rows), options);
  constexpr size_t kSupport = 3000;
  const size_t n_decays = options.decays.size();
  std::vector<double> pooled(kSupport, 0.0);
  std::vector<std::vector<double>> rates(rows.size(), std::vector<double>(n_decays));
  std::vector<std::vector<double>> own(rows.size(), std::vector<double>(kSupport, 0.0));
  std::vector<double> pooled_rates(n_decays, 0.0);
  const double share_of_series = 1.0 / static_cast<double>(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    for (size_t d = 0; d < n_decays; ++d) {
      double total = 0;
      for (size_t age = 0; age < 30; ++age) total += std::pow(options.decays[d], age);
      for (size_t t = 0; t < 30; ++t) {
        const double share = std::pow(options.decays[d], 29.0 - static_cast<double>(t)) / total;
        const auto count = static_cast<size_t>(rows[i][t]);
        own[i][count] += table.weights[d] * share;
        rates[i][d] += share * rows[i][t];
        if (d == n_decays / 2) pooled[count] += share * share_of_series;
      }
      pooled_rates[d] += rates[i][d] * share_of_series;
    }
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    double mean = 0;
    double below = 0;
    size_t j = 0;
    for (size_t k = 0; k < kSupport; ++k) {
      double p = own[i][k] + table.weights[n_decays] * pooled[k];
      const double shapes[] = {0.5, 1.0};
      const size_t decays[] = {1, n_decays / 2};
      for (size_t s = 0; s < 2; ++s) {
        const double m = 0.9 * rates[i][decays[s]] + 0.1 * pooled_rates[decays[s]];
        const double r = shapes[s];
        const double x = static_cast<double>(k);
        p += table.weights[n_decays + 1 + s] *
             std::exp(std::lgamma(x + r) - std::lgamma(r) - std::lgamma(x + 1) +
                      r * std::log(r / (r + m)) + x * std::log(m / (r + m)));
      }
      mean += static_cast<double>(k) * p;
      below += p;
      for (; j < 9 && below >= kDeciles[j] + 1e-6; ++j) {
        EXPECT_EQ(table.quantiles[i * 9 + j], static_cast<float>(k)) << "series " << i;
      }
    }
    EXPECT_NEAR(table.mean[i], mean, 1e-6) << "series " << i;
  }
}

TEST(PooledCounts, ScaledErrorLowersTheMeanOfPartsThatFade) {
  auto rows = draw(400, 60, 0.8, 1, 2);
  for (size_t i = 0; i < rows.size(); i += 2) {
    for (size_t t = 40; t < 60; ++t) rows[i][t] = 0;
  }
  const auto plain = run(make_panel(rows));
  const auto scaled = run(make_panel(rows), {.mean = PooledMean::kScaledError});
  ASSERT_EQ(scaled.mean_weights.size(), 7U);
  EXPECT_EQ(plain.quantiles, scaled.quantiles);
  double plain_dead = 0;
  double scaled_dead = 0;
  for (size_t i = 0; i < rows.size(); i += 2) {
    plain_dead += plain.mean[i];
    scaled_dead += scaled.mean[i];
  }
  EXPECT_LT(scaled_dead, plain_dead);
}

TEST(PooledCounts, GivesTheSameBytesForAnyNumberOfThreads) {
  const Panel panel = make_panel(draw(500, 50, 0.6, 0.8, 3));
  const auto one = run(panel, {.mean = PooledMean::kScaledError}, 1);
  const auto four = run(panel, {.mean = PooledMean::kScaledError}, 4);
  EXPECT_EQ(one.weights, four.weights);
  EXPECT_EQ(one.mean, four.mean);
  EXPECT_EQ(one.variance, four.variance);
  EXPECT_EQ(one.quantiles, four.quantiles);
}

TEST(PooledCounts, DoesNotLookAtPeriodsThatWereNotSeen) {
  auto rows = draw(100, 50, 0.6, 0.8, 3);
  auto holes = rows;
  for (auto& row : holes) row[10] = -1;
  const auto with_holes = run(make_panel(holes));
  EXPECT_NE(with_holes.weights, run(make_panel(rows)).weights);
  Panel panel = make_panel(holes);
  for (size_t i = 0; i < panel.n_series(); ++i) {
    panel.state[static_cast<size_t>(panel.offsets[i]) + 10] = PeriodState::kOutOfStock;
    panel.units[static_cast<size_t>(panel.offsets[i]) + 10] = 77;
  }
  const auto censored = run(panel);
  EXPECT_EQ(censored.weights, with_holes.weights);
  EXPECT_EQ(censored.quantiles, with_holes.quantiles);
}

TEST(PooledCounts, RemembersASeriesLastSeenLongAgo) {
  std::vector<float> old(2000, -1);
  for (size_t t = 0; t < 20; ++t) old[t] = t % 2 == 0 ? 3.0F : 0.0F;
  auto rows = draw(30, 40, 0.6, 0.8, 3);
  rows.push_back(old);
  const auto table = run(make_panel(rows));
  EXPECT_TRUE(std::isfinite(table.mean[30]));
  EXPECT_LE(table.quantiles[30 * 9 + 8], 4);
}

TEST(PooledCounts, FallsBackForWhatIsNoCountAndSaysWhy) {
  auto rows = draw(50, 40, 0.6, 0.8, 3);
  rows.push_back(std::vector<float>(40, 5000));
  rows.push_back({0.5F, 1.5F, 2.5F});
  rows.push_back({-1, -1});
  const auto table = run(make_panel(rows));
  EXPECT_EQ(table.fallback_reason[0], "");
  EXPECT_NE(table.fallback_reason[50], "");
  EXPECT_EQ(table.mean[50], 5000);
  EXPECT_EQ(table.mean[51], 1.5);
  EXPECT_EQ(table.variance[51], 1);
  EXPECT_NE(table.fallback_reason[52].find("no period"), std::string::npos);
  EXPECT_GT(table.mean[52], 0);
}

TEST(PooledCounts, AnswersPanelsFromWhichNothingCanBeLearnt) {
  EXPECT_EQ(run(make_panel({})).mean.size(), 0U);
  const auto table = run(make_panel({{1}, {0, 2}}), {.mean = PooledMean::kScaledError});
  for (const double w : table.weights) EXPECT_NEAR(w, 1.0 / 9, 1e-12);
  EXPECT_TRUE(table.mean_weights.empty());
  EXPECT_TRUE(std::isfinite(table.mean[0]) && table.mean[0] > 0);
}

TEST(PooledCounts, RefusesBadOptions) {
  const Panel panel = make_panel({{1, 0}});
  ThreadPool pool(1);
  PooledCountsTable table;
  const auto code = [&](const PooledCountsOptions& options, const std::vector<double>& p) {
    const Status status = pooled_counts(panel, options, p, pool, table);
    EXPECT_FALSE(status.ok());
    return status.ok() ? Code::kInternal : status.error().code;
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(code({.decays = {}}, {}), Code::kInvalidArgument);
  EXPECT_EQ(code({.decays = {0.0}}, {}), Code::kInvalidArgument);
  EXPECT_EQ(code({.decays = {nan}}, {}), Code::kInvalidArgument);
  EXPECT_EQ(code({.window = -1}, {}), Code::kInvalidArgument);
  EXPECT_EQ(code({.steps = 0}, {}), Code::kInvalidArgument);
  EXPECT_EQ(code({.units_max = 70'000}, {}), Code::kInvalidArgument);
  EXPECT_EQ(code({.series_max = 0}, {}), Code::kInvalidArgument);
  EXPECT_EQ(code({}, {0.5, 0.4}), Code::kInvalidArgument);
  EXPECT_EQ(code({}, {1.0}), Code::kInvalidArgument);
  EXPECT_EQ(code({}, {nan}), Code::kInvalidArgument);
}

}  // namespace
}  // namespace restock
