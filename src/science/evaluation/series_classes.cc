#include "science/evaluation/series_classes.h"

#include <algorithm>
#include <numeric>

#include "science/evaluation/forecast_view.h"

namespace restock {
namespace {

constexpr double kIntervalCut = 1.32;
constexpr double kVariationCut = 0.49;

DemandPattern pattern_of(int64_t periods, int64_t sales, double sum, double squares) {
  if (sales == 0) return DemandPattern::kNoSales;
  const auto n = static_cast<double>(sales);
  const double mean = sum / n;
  const double variation = std::max(0.0, squares / n - mean * mean) / (mean * mean);
  const bool rare = static_cast<double>(periods) / n >= kIntervalCut;
  const bool varied = variation >= kVariationCut;
  if (rare) return varied ? DemandPattern::kLumpy : DemandPattern::kIntermittent;
  return varied ? DemandPattern::kErratic : DemandPattern::kSmooth;
}

}  // namespace

SeriesClasses class_series(const Panel& panel, Period origin, int32_t periods, ThreadPool& pool) {
  const size_t n = panel.n_series();
  SeriesClasses out{std::vector<VolumeClass>(n, VolumeClass::kC),
                    std::vector<DemandPattern>(n, DemandPattern::kNoSales)};
  std::vector<double> units(n, 0);
  pool.parallel_for(n, 64, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      int64_t known = 0, sales = 0;
      double squares = 0;
      for (Period t = std::max(panel.start[i], origin - periods + 1); t <= origin; ++t) {
        const auto actual = scored_actual(panel, i, t);
        if (!actual) continue;
        known += 1;
        sales += *actual > 0 ? 1 : 0;
        units[i] += *actual;
        squares += *actual * *actual;
      }
      out.pattern[i] = pattern_of(known, sales, units[i], squares);
    }
  });
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return units[a] > units[b]; });
  const double total = std::accumulate(units.begin(), units.end(), 0.0);
  double above = 0;
  for (const size_t i : order) {
    // A series belongs to the class in which its share begins, so the largest is always an A.
    out.volume[i] = above < 0.8 * total    ? VolumeClass::kA
                    : above < 0.95 * total ? VolumeClass::kB
                                           : VolumeClass::kC;
    above += units[i];
  }
  return out;
}

}  // namespace restock
