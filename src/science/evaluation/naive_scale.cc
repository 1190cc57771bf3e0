#include "science/evaluation/naive_scale.h"

#include <cmath>

#include "foundation/base/assert.h"
#include "science/evaluation/forecast_view.h"

namespace restock {
namespace {

/// Mean of a sum; 0 for an empty one.
double mean_of(double sum, int64_t n) {
  return n > 0 ? sum / static_cast<double>(n) : 0;
}

void measure(const Panel& panel, Period origin, int season, size_t i, NaiveScale& out) {
  const auto known = [&](Period period) { return scored_actual(panel, i, period); };
  double absolute = 0, squared = 0, one_step = 0;
  int64_t seasonal_pairs = 0, pairs = 0;
  bool sold_yet = false;
  for (Period period = panel.start[i]; period <= origin; ++period) {
    const auto now = known(period);
    if (!now) continue;
    if (const auto then = known(period - season)) {
      absolute += std::abs(*now - *then);
      seasonal_pairs += 1;
    }
    const auto before = known(period - 1);
    if (sold_yet && before) {
      const double step = *now - *before;
      squared += step * step;
      one_step += std::abs(step);
      pairs += 1;
    }
    sold_yet = sold_yet || *now > 0;
  }
  out.absolute[i] = mean_of(absolute, seasonal_pairs);
  out.squared[i] = mean_of(squared, pairs);
  out.one_step[i] = mean_of(one_step, pairs);
}

}  // namespace

NaiveScale naive_scale(const Panel& panel, Period origin, int season, ThreadPool& pool) {
  RESTOCK_ASSERT(season >= 1);
  const size_t n = panel.n_series();
  NaiveScale out{std::vector<double>(n), std::vector<double>(n), std::vector<double>(n)};
  const Period last = std::min(origin, panel.origin);
  pool.parallel_for(n, 64, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) measure(panel, last, season, i, out);
  });
  return out;
}

}  // namespace restock
