#include "science/features/series_kernel.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "science/features/expanding.h"

namespace restock {
namespace {

using Options = SeriesKernelOptions;

SeriesKernel kernel_of(const Options& options) {
  auto kernel = SeriesKernel::make(options);
  EXPECT_TRUE(kernel.ok()) << (kernel.ok() ? "" : kernel.error().to_string());
  return kernel.value();
}

std::vector<float> run(const Options& options, const std::vector<float>& x,
                       const std::vector<uint8_t>& counted = {}) {
  std::vector<float> out(x.size(), -1.0F);
  KernelScratch scratch;
  kernel_of(options).apply({x, counted}, out, scratch);
  return out;
}

/// The definition of each statistic, computed from scratch for every period, in long double.
double by_definition(const Options& o, const std::vector<float>& x,
                     const std::vector<uint8_t>& counted, int t_out) {
  const int t = t_out - o.lag;
  const auto counts = [&](int i) {
    return counted.empty() || counted[static_cast<size_t>(i)] != 0;
  };
  const auto value = [&](int i) { return static_cast<long double>(x[static_cast<size_t>(i)]); };
  if (t < 0) return NAN;
  if (o.statistic == Statistic::kLag) return counts(t) ? static_cast<double>(value(t)) : NAN;
  if (o.statistic == Statistic::kPeriodsSinceNonzero) {
    for (int i = t; i >= 0; --i) {
      if (value(i) != 0) return t - i;
    }
    return NAN;
  }
  const bool rolling =
      o.statistic >= Statistic::kRollingMean && o.statistic <= Statistic::kRollingNonzero;
  std::vector<long double> used;  // oldest first
  for (int i = t, k = 0; i >= 0 && (!rolling || k < o.window); i -= rolling ? o.stride : 1, ++k) {
    if (counts(i)) used.insert(used.begin(), value(i));
  }
  const auto n = static_cast<int>(used.size());
  if (n < o.min_periods.value_or(rolling ? o.window : 1) || n == 0) return NAN;
  long double sum = 0;
  for (const auto v : used) sum += v;
  const long double mean = sum / n;
  switch (o.statistic) {
    case Statistic::kRollingMean:
    case Statistic::kExpandingMean:
      return static_cast<double>(mean);
    case Statistic::kRollingStd:
    case Statistic::kExpandingStd: {
      long double squares = 0;
      for (const auto v : used) squares += (v - mean) * (v - mean);
      return n < 2 ? NAN : static_cast<double>(sqrtl(squares / (n - 1)));
    }
    case Statistic::kRollingMin:
    case Statistic::kExpandingMin:
      return static_cast<double>(*std::min_element(used.begin(), used.end()));
    case Statistic::kRollingMax:
    case Statistic::kExpandingMax:
      return static_cast<double>(*std::max_element(used.begin(), used.end()));
    case Statistic::kRollingNonzero:
      return static_cast<double>(
          std::count_if(used.begin(), used.end(), [](auto v) { return v != 0; }));
    case Statistic::kRollingQuantile: {
      std::sort(used.begin(), used.end());
      const double h = o.probability * (n - 1);
      const auto low = static_cast<size_t>(h);
      const size_t high = std::min(low + 1, used.size() - 1);
      return static_cast<double>(used[low] +
                                 (h - static_cast<double>(low)) * (used[high] - used[low]));
    }
    default:
      break;
  }
  // pandas ewm(alpha, adjust=False, ignore_na=True), as its reference implementation writes it.
  long double y = used[0], cov = 0, squared_weights = 1;
  for (int i = 1; i < n; ++i) {
    const long double before = y;
    y = (1 - o.alpha) * y + o.alpha * used[static_cast<size_t>(i)];
    cov = (1 - o.alpha) * (cov + (before - y) * (before - y)) +
          o.alpha * (used[static_cast<size_t>(i)] - y) * (used[static_cast<size_t>(i)] - y);
    squared_weights = (1 - o.alpha) * (1 - o.alpha) * squared_weights + o.alpha * o.alpha;
  }
  if (o.statistic == Statistic::kExponentialMean) return static_cast<double>(y);
  return n < 2 ? NAN : static_cast<double>(cov / (1 - squared_weights));
}

void expect_definition(const Options& options, const std::vector<float>& x,
                       const std::vector<uint8_t>& counted) {
  const auto out = run(options, x, counted);
  for (size_t t = 0; t < x.size(); ++t) {
    const double want = by_definition(options, x, counted, static_cast<int>(t));
    const std::string where =
        kernel_of(options).name() + " t=" + std::to_string(t) + " n=" + std::to_string(x.size());
    if (std::isnan(want)) {
      ASSERT_TRUE(std::isnan(out[t])) << where << " got " << out[t];
    } else {
      ASSERT_NEAR(out[t], want, 3e-7 * std::max(1.0, std::abs(want))) << where;
    }
  }
}

std::vector<Options> all_kinds() {
  std::vector<Options> kinds;
  for (int s = 0; s <= static_cast<int>(Statistic::kPeriodsSinceNonzero); ++s) {
    const auto statistic = static_cast<Statistic>(s);
    for (const int lag : {0, 3})
      kinds.push_back({.statistic = statistic, .lag = lag, .alpha = 0.3});
    if (statistic < Statistic::kRollingMean || statistic > Statistic::kRollingNonzero) continue;
    for (const int window : {1, 2, 3, 7, 8, 12, 28, 61}) {
      for (const int least : {window, 1, (window + 1) / 2}) {
        for (const int stride : {1, 7}) {
          kinds.push_back({.statistic = statistic,
                           .lag = 1,
                           .window = window,
                           .stride = stride,
                           .min_periods = least,
                           .probability = 0.8});
        }
      }
    }
  }
  return kinds;
}

std::vector<float> demand(size_t n, uint64_t seed) {
  Random random(seed, 1);
  std::vector<float> x(n);
  for (auto& value : x) value = static_cast<float>(random.poisson(0.8));
  return x;
}

std::vector<float> prices(size_t n, uint64_t seed) {
  Random random(seed, 2);
  std::vector<float> x(n);
  for (auto& value : x)
    value = static_cast<float>(random.below(3) == 0 ? 3.0 : 9.99 * random.uniform());
  return x;
}

std::vector<uint8_t> mask(size_t n, uint64_t seed) {
  Random random(seed, 3);
  std::vector<uint8_t> counted(n);
  // Runs of days in and out of stock, and single missing days.
  for (size_t i = 0; i < n; ++i) counted[i] = random.below(20) == 0 ? 0 : (i / 40) % 3 != 1;
  return counted;
}

bool same_bits(float a, float b) {
  return std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b);
}

// pandas 2.3.3: s = pd.Series([3, 0, 5, nan, 2, 8]); s.rolling(3, min_periods=2).mean() and so on.
TEST(SeriesKernel, ReproducesPandas) {
  const std::vector<float> x = {3, 0, 5, 99, 2, 8};
  const std::vector<uint8_t> counted = {1, 1, 1, 0, 1, 1};
  const auto expect = [&](const Options& options, const std::vector<float>& want) {
    const auto out = run(options, x, counted);
    for (size_t i = 0; i < x.size(); ++i) {
      if (std::isnan(want[i])) {
        EXPECT_TRUE(std::isnan(out[i])) << kernel_of(options).name() << " " << i;
      } else {
        EXPECT_FLOAT_EQ(out[i], want[i]) << kernel_of(options).name() << " " << i;
      }
    }
  };
  const float nan = kNoFeature;
  using S = Statistic;
  expect({.statistic = S::kRollingMean, .window = 3, .min_periods = 2},
         {nan, 1.5F, 8.0F / 3, 2.5F, 3.5F, 5});
  expect({.statistic = S::kRollingStd, .window = 3, .min_periods = 2},
         {nan, 2.1213203F, 2.5166115F, 3.5355339F, 2.1213203F, 4.2426407F});
  expect({.statistic = S::kRollingMin, .window = 3, .min_periods = 2}, {nan, 0, 0, 0, 2, 2});
  expect({.statistic = S::kRollingMax, .window = 3, .min_periods = 2}, {nan, 3, 5, 5, 5, 8});
  expect({.statistic = S::kRollingQuantile, .window = 3, .min_periods = 2, .probability = 0.25},
         {nan, 0.75F, 1.5F, 1.25F, 2.75F, 3.5F});
  expect({.statistic = S::kExpandingMean}, {3, 1.5F, 8.0F / 3, 8.0F / 3, 2.5F, 3.6F});
  expect({.statistic = S::kExpandingStd},
         {nan, 2.1213203F, 2.5166115F, 2.5166115F, 2.0816660F, 3.0495901F});
  expect({.statistic = S::kExponentialMean, .alpha = 0.5},
         {3, 1.5F, 3.25F, 3.25F, 2.625F, 5.3125F});
  expect({.statistic = S::kExponentialVariance, .alpha = 0.5},
         {nan, 4.5F, 6.7F, 6.7F, 3.7857143F, 12.747059F});
}

TEST(SeriesKernel, EqualsDefinitionOnDemand) {
  for (const auto& options : all_kinds()) expect_definition(options, demand(700, 5), {});
}

TEST(SeriesKernel, EqualsDefinitionOnPricesWithGaps) {
  for (const auto& options : all_kinds()) {
    if (options.min_periods.value_or(1) == options.window && options.window > 12) continue;
    expect_definition(options, prices(700, 6), mask(700, 6));
  }
}

TEST(SeriesKernel, EqualsDefinitionOnShortSeries) {
  for (const size_t n : {0U, 1U, 2U, 3U, 5U, 9U, 17U}) {
    for (const auto& options : all_kinds()) {
      expect_definition(options, demand(n, n), {});
      expect_definition(options, prices(n, n), mask(n, n));
    }
  }
}

TEST(SeriesKernel, WindowLongerThanSeriesUsesWhatThereIs) {
  const auto out =
      run({.statistic = Statistic::kRollingMean, .window = 1000, .min_periods = 1}, {1, 2, 6});
  EXPECT_FLOAT_EQ(out[2], 3);
  EXPECT_TRUE(
      std::isnan(run({.statistic = Statistic::kRollingMean, .window = 1000}, {1, 2, 6})[2]));
}

TEST(SeriesKernel, DoesNotDriftOverAMillionPeriods) {
  // Prices near a million that move by eighths: a running sum in float loses them at once, and one
  // in double, over time.
  std::vector<float> x(1'000'000);
  for (size_t i = 0; i < x.size(); ++i) x[i] = 1e6F + 0.125F * static_cast<float>(i % 7);
  const auto means = run({.statistic = Statistic::kRollingMean, .window = 7}, x);
  const auto deviations = run({.statistic = Statistic::kRollingStd, .window = 7}, x);
  const auto long_deviations = run({.statistic = Statistic::kRollingStd, .window = 28}, x);
  for (size_t i = 27; i < x.size(); ++i) {
    ASSERT_EQ(means[i], 1e6F + 0.375F) << i;
    ASSERT_NEAR(deviations[i], 0.27003086, 1e-7) << i;
    ASSERT_NEAR(long_deviations[i], 0.25458753, 1e-7) << i;
  }
  const auto expanding = run({.statistic = Statistic::kExpandingStd}, x);
  EXPECT_NEAR(expanding.back(), 0.25, 1e-6);
}

TEST(SeriesKernel, ForgetsAHugeValueThatLeftTheWindow) {
  std::vector<float> x(400, 1.5F);
  x[100] = 1e30F;
  const auto means = run({.statistic = Statistic::kRollingMean, .window = 28}, x);
  const auto deviations = run({.statistic = Statistic::kRollingStd, .window = 28}, x);
  EXPECT_EQ(means[128], 1.5F);
  EXPECT_EQ(deviations[128], 0.0F);
  EXPECT_GT(means[127], 1e28F);
}

TEST(SeriesKernel, AWindowAloneHasTheBitsItHasInTheSeries) {
  // A single online request sees the last window only; training sees the series.
  const auto whole = demand(1500, 8);
  auto mixed = prices(1500, 8);
  std::copy(whole.begin() + 300, whole.begin() + 700, mixed.begin() + 300);
  for (const auto& x : {whole, mixed}) {
    for (const auto statistic :
         {Statistic::kRollingMean, Statistic::kRollingStd, Statistic::kRollingMax,
          Statistic::kRollingQuantile, Statistic::kRollingNonzero}) {
      for (const size_t window : {5U, 28U, 364U}) {
        const Options options{.statistic = statistic, .window = static_cast<int32_t>(window)};
        const auto all = run(options, x);
        for (size_t t = window - 1; t < x.size(); t += 17) {
          const auto begin = x.begin() + static_cast<std::ptrdiff_t>(t + 1 - window);
          const auto alone = run(options, {begin, begin + static_cast<std::ptrdiff_t>(window)});
          ASSERT_TRUE(same_bits(alone.back(), all[t])) << kernel_of(options).name() << " t=" << t;
        }
      }
    }
  }
}

TEST(SeriesKernel, MeansOfAmountsAreExactWhateverTheirScale) {
  // Cents, tiny weights and sums that double cannot hold exactly: each way of summing must round to
  // the mean of its own window, computed here in long double.
  auto cents = demand(2000, 10);
  for (size_t i = 0; i < cents.size(); ++i) cents[i] *= static_cast<float>(50 + i % 977) / 100.0F;
  auto weights = prices(2000, 11);
  for (float& x : weights) x *= 1e-6F;
  auto scales = prices(2000, 12);
  for (size_t i = 0; i < scales.size(); i += 5) scales[i] *= 1e12F;
  for (size_t i = 2; i < scales.size(); i += 7) scales[i] *= -1e-12F;
  for (const auto& x : {cents, weights, scales, std::vector<float>(600, 0.0F)}) {
    for (const size_t window : {4U, 7U, 28U, 364U}) {
      const auto means =
          run({.statistic = Statistic::kRollingMean, .window = static_cast<int32_t>(window)}, x);
      for (size_t t = window - 1; t < x.size(); ++t) {
        long double sum = 0;
        for (size_t i = t + 1 - window; i <= t; ++i) sum += x[i];
        const auto mean = static_cast<float>(sum / static_cast<long double>(window));
        ASSERT_NEAR(means[t], mean, std::abs(mean) * 1e-6F) << window << " t=" << t;
      }
    }
  }
}

TEST(SeriesKernel, AMaskOfOnesChangesNoBit) {
  const auto x = prices(1500, 9);
  auto counted = std::vector<uint8_t>(x.size(), 1);
  counted[0] = 0;  // so that the masked path is taken for chunks that hold it
  for (const auto& options : all_kinds()) {
    const auto plain = run(options, {x.begin() + 1, x.end()});
    const auto masked = run(options, x, counted);
    const size_t first = static_cast<size_t>(options.window * options.stride + options.lag);
    for (size_t t = first; t < plain.size(); ++t) {
      ASSERT_TRUE(same_bits(plain[t], masked[t + 1])) << kernel_of(options).name() << " t=" << t;
    }
  }
}

TEST(SeriesKernel, LaterValuesChangeNoEarlierBit) {
  for (const auto& x : {demand(900, 10), prices(900, 10)}) {
    auto changed = x;
    for (size_t i = 450; i < x.size(); ++i) changed[i] = 1e4F + static_cast<float>(i) / 3;
    for (const auto& options : all_kinds()) {
      const auto before = run(options, x);
      const auto after = run(options, changed);
      for (size_t t = 0; t < 450U + static_cast<size_t>(options.lag); ++t) {
        ASSERT_TRUE(same_bits(before[t], after[t])) << kernel_of(options).name() << " t=" << t;
      }
    }
  }
}

TEST(SeriesKernel, BytesDoNotDependOnCompilerOrInstructionSet) {
  // FNV-1a over the results of all kinds; the same with and without AVX2, optimised or not.
  uint64_t hash = 14695981039346656037U;
  const auto add = [&](const std::vector<float>& values) {
    for (const float value : values)
      hash = (hash ^ (std::isnan(value) ? 1U : std::bit_cast<uint32_t>(value))) * 1099511628211U;
  };
  for (const auto& options : all_kinds()) {
    add(run(options, demand(1300, 12)));
    add(run(options, prices(1300, 12)));
    add(run(options, prices(1300, 13), mask(1300, 13)));
  }
  EXPECT_EQ(hash, 13426431423995931544U);
}

TEST(ApplyBatch, GivesTheSameBytesForAnyNumberOfThreads) {
  std::vector<int64_t> offsets = {0};
  for (int64_t i = 0; i < 300; ++i) offsets.push_back(offsets.back() + (i * 37) % 400);
  const auto x = prices(static_cast<size_t>(offsets.back()), 11);
  const auto counted = mask(x.size(), 11);
  ThreadPool one(1);
  ThreadPool three(3);
  for (const auto& options : all_kinds()) {
    std::vector<float> a(x.size());
    std::vector<float> b(x.size());
    ASSERT_TRUE(apply_batch(kernel_of(options), {x, offsets, counted}, a, one).ok());
    ASSERT_TRUE(apply_batch(kernel_of(options), {x, offsets, counted}, b, three).ok());
    ASSERT_TRUE(std::equal(a.begin(), a.end(), b.begin(), same_bits)) << kernel_of(options).name();
    const size_t first = static_cast<size_t>(offsets[7]);
    const size_t last = static_cast<size_t>(offsets[8]);
    const auto alone = run(options, {x.begin() + first, x.begin() + last},
                           {counted.begin() + first, counted.begin() + last});
    ASSERT_TRUE(std::equal(alone.begin(), alone.end(), a.begin() + first, same_bits))
        << kernel_of(options).name();
  }
}

TEST(ApplyBatch, RejectsOffsetsThatDoNotFit) {
  ThreadPool pool(1);
  const auto kernel = kernel_of({.lag = 1});
  const std::vector<float> x = {1, 2, 3};
  std::vector<float> out(3);
  const auto code = [&](const std::vector<int64_t>& offsets) {
    return apply_batch(kernel, {x, offsets, {}}, out, pool).error().code;
  };
  EXPECT_EQ(code({0, 2}), Code::kInvalidArgument);
  EXPECT_EQ(code({1, 3}), Code::kInvalidArgument);
  EXPECT_EQ(code({0, 4, 3}), Code::kInvalidArgument);
  EXPECT_EQ(code({}), Code::kInvalidArgument);
  std::vector<float> shorter(2);
  const std::vector<int64_t> offsets = {0, 3};
  EXPECT_FALSE(apply_batch(kernel, {x, offsets, {}}, shorter, pool).ok());
}

TEST(SeriesKernel, RejectsOptionsOutOfRangeByName) {
  const auto message = [](const Options& options) {
    const auto kernel = SeriesKernel::make(options);
    return kernel.ok() ? std::string("accepted") : kernel.error().message;
  };
  EXPECT_EQ(message({.lag = -1}), "lag must be >= 0, got -1");
  EXPECT_EQ(message({.statistic = Statistic::kRollingMean, .window = 0}),
            "window must be >= 1, got 0");
  EXPECT_EQ(message({.statistic = Statistic::kRollingMean, .window = 7, .min_periods = 8}),
            "min_periods must be at most the window, 7, got 8");
  EXPECT_NE(message({.window = 2'000'000, .stride = 1000}), "accepted");
  EXPECT_EQ(message({.probability = std::nan("")}), "probability must be within 0..1, got nan");
  EXPECT_EQ(message({.alpha = 0}), "alpha must be above 0 and at most 1, got 0");
}

TEST(ExponentialMean, HalvesTheWeightAfterItsHalfLife) {
  const double alpha = alpha_of_half_life(4);
  std::vector<float> x(9, 0.0F);
  x[0] = 1.0F;  // the first value carries the whole weight, which then fades
  const auto out = run({.statistic = Statistic::kExponentialMean, .alpha = alpha}, x);
  EXPECT_FLOAT_EQ(out[4], 0.5F);
  EXPECT_FLOAT_EQ(out[8], 0.25F);
}

TEST(SeriesKernel, NamesItsColumn) {
  EXPECT_EQ(kernel_of({.statistic = Statistic::kRollingMean, .lag = 1, .window = 28}).name(),
            "rolling_mean_lag1_window28");
  EXPECT_EQ(kernel_of({.statistic = Statistic::kRollingQuantile,
                       .lag = 7,
                       .window = 4,
                       .stride = 7,
                       .probability = 0.9})
                .name(),
            "rolling_quantile_lag7_window4_stride7_p0.9");
}

}  // namespace
}  // namespace restock
