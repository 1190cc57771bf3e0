#include "science/evaluation/pit.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "foundation/base/assert.h"
#include "foundation/base/random.h"

namespace restock {
namespace {

constexpr size_t kSeriesPerBlock = 64;

/// Where quantile `k` lies on the curve: itself, or its share of the stretch of its count.
double knot(const GridDistribution& d, size_t k) {
  const auto value = static_cast<double>(d.quantiles[k]);
  if (!d.counts) return value;
  size_t first = k, last = k;
  while (first > 0 && d.quantiles[first - 1] == d.quantiles[k]) --first;
  while (last + 1 < d.quantiles.size() && d.quantiles[last + 1] == d.quantiles[k]) ++last;
  const auto equal = static_cast<double>(last - first + 1);
  return value - 0.5 + (static_cast<double>(k - first) + 0.5) / equal;
}

/// The curve at x; `d.counts` only decides where its knots and its foot are.
double curve(const GridDistribution& d, double x) {
  const double foot = d.counts ? -0.5 : 0;
  const size_t n = d.quantiles.size();
  if (x <= foot) return 0;
  double x0 = foot, p0 = 0;
  for (size_t k = 0; k < n; ++k) {
    const double x1 = knot(d, k), p1 = d.probabilities[k];
    if (x < x1) return p0 + (p1 - p0) * (x - x0) / (x1 - x0);
    x0 = x1;
    p0 = p1;
  }
  // The slope of the last piece with width sets the pace of the tail; a point mass has no tail.
  double back_x = foot, back_p = 0;
  for (size_t k = n; k-- > 0;) {
    if (knot(d, k) < x0) {
      back_x = knot(d, k);
      back_p = d.probabilities[k];
      break;
    }
  }
  if (x0 <= back_x || p0 <= back_p) return 1;
  const double slope = (p0 - back_p) / (x0 - back_x);
  return 1 - (1 - p0) * std::exp(-slope * (x - x0) / (1 - p0));
}

}  // namespace

double GridDistribution::cdf(double x) const {
  RESTOCK_ASSERT(!quantiles.empty());
  if (x < 0) return 0;
  // A sure zero: no curve has a step, so it is said here.
  if (quantiles.back() <= 0) return 1;
  return curve(*this, counts ? std::floor(x) + 0.5 : x);
}

double GridDistribution::cdf_below(double x) const {
  if (x <= 0) return 0;
  return counts ? cdf(std::ceil(x) - 1) : cdf(x);
}

double grid_pit(const GridDistribution& distribution, double actual, double v) {
  const double below = distribution.cdf_below(actual);
  return below + v * (distribution.cdf(actual) - below);
}

double pit_draw(uint64_t seed, size_t series, Period period) {
  const uint64_t bits = mix(seed, static_cast<uint64_t>(series), static_cast<uint64_t>(period));
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

void PitTable::add(double pit) {
  const auto bin = static_cast<size_t>(pit * static_cast<double>(kBins));
  bins[std::min(bin, kBins - 1)] += 1;
  for (size_t k = 0; k < kLevels.size(); ++k) {
    const double tail = (1 - kLevels[k] / 100) / 2;
    inside[k] += pit >= tail && pit <= 1 - tail ? 1 : 0;
  }
  below += pit < 0.025 ? 1 : 0;
  above += pit > 0.975 ? 1 : 0;
  n += 1;
}

void PitTable::add(const PitTable& other) {
  for (size_t k = 0; k < kBins; ++k) bins[k] += other.bins[k];
  for (size_t k = 0; k < kLevels.size(); ++k) inside[k] += other.inside[k];
  below += other.below;
  above += other.above;
  n += other.n;
}

double PitTable::percent_inside(size_t level) const {
  return n > 0 ? 100 * static_cast<double>(inside[level]) / static_cast<double>(n) : 0;
}

double PitTable::chi_square() const {
  if (n == 0) return 0;
  const double expected = static_cast<double>(n) / static_cast<double>(kBins);
  double sum = 0;
  for (const int64_t count : bins) {
    const double gap = static_cast<double>(count) - expected;
    sum += gap * gap / expected;
  }
  return sum;
}

PitTable pit_table(const Panel& actuals, const ForecastView& forecast, bool counts, uint64_t seed,
                   ThreadPool& pool) {
  const size_t n = actuals.n_series();
  std::vector<PitTable> parts((n + kSeriesPerBlock - 1) / kSeriesPerBlock);
  pool.parallel_for(n, kSeriesPerBlock, [&](size_t begin, size_t end) {
    PitTable& part = parts[begin / kSeriesPerBlock];
    for (size_t i = begin; i < end; ++i) {
      for (int32_t h = 0; h < forecast.horizon; ++h) {
        const Period period = forecast.origin + 1 + h;
        const auto actual = scored_actual(actuals, i, period);
        if (!actual) continue;
        const auto quantiles = forecast.quantiles_at(i, h);
        if (quantiles.back() <= 0 && *actual <= 0) continue;
        part.add(grid_pit({forecast.probabilities, quantiles, counts}, *actual,
                          pit_draw(seed, i, period)));
      }
    }
  });
  PitTable all;
  for (const PitTable& part : parts) all.add(part);
  return all;
}

}  // namespace restock
