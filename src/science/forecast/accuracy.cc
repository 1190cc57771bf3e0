#include "science/forecast/accuracy.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "foundation/base/assert.h"

namespace restock {
namespace {

/// Call visit(index of the forecast, actual) for each scored period.
template <typename Visit>
void visit_actuals(const Panel& panel, Period origin, int32_t horizon, const Visit& visit) {
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (int32_t h = 0; h < horizon; ++h) {
      const Period period = origin + 1 + h;
      if (period < panel.start[i] || period > panel.origin) continue;
      const auto at = static_cast<size_t>(panel.at(i, period));
      if (panel.state[at] != PeriodState::kSold) continue;
      visit(i * static_cast<size_t>(horizon) + static_cast<size_t>(h),
            static_cast<double>(panel.units[at]));
    }
  }
}

/// Position of a probability in an ascending list, or -1.
int find_probability(std::span<const double> probabilities, double p) {
  for (size_t k = 0; k < probabilities.size(); ++k) {
    if (std::abs(probabilities[k] - p) < 1e-9) return static_cast<int>(k);
  }
  return -1;
}

}  // namespace

AccuracyMetrics score(const Panel& actuals, Period origin, int32_t horizon,
                      std::span<const double> mean) {
  RESTOCK_ASSERT(mean.size() == actuals.n_series() * static_cast<size_t>(horizon));
  AccuracyMetrics m;
  double absolute = 0, signed_error = 0, total = 0, percentage = 0, symmetric = 0;
  int64_t positive = 0;
  visit_actuals(actuals, origin, horizon, [&](size_t at, double actual) {
    const double error = mean[at] - actual;
    absolute += std::abs(error);
    signed_error += error;
    total += actual;
    if (actual > 0) {
      percentage += std::abs(error) / actual;
      positive += 1;
    }
    const double size = std::abs(mean[at]) + std::abs(actual);
    symmetric += size > 0 ? 2 * std::abs(error) / size : 0;
    m.scored += 1;
  });
  if (positive > 0) m.mape = 100 * percentage / static_cast<double>(positive);
  if (m.scored > 0) m.smape = 100 * symmetric / static_cast<double>(m.scored);
  if (total > 0) {
    m.wape = 100 * absolute / total;
    m.bias = 100 * signed_error / total;
  }
  return m;
}

AccuracyMetrics score(const Panel& actuals, const ForecastTable& table,
                      std::span<const double> levels) {
  AccuracyMetrics m = score(actuals, table.origin, table.horizon, table.mean);
  const size_t width = table.probabilities.size();
  for (const double level : levels) {
    const int low = find_probability(table.probabilities, (1 - level / 100) / 2);
    const int high = find_probability(table.probabilities, (1 + level / 100) / 2);
    if (low < 0 || high < 0 || m.scored == 0) continue;
    int64_t inside = 0;
    visit_actuals(actuals, table.origin, table.horizon, [&](size_t at, double actual) {
      const auto lower =
          static_cast<double>(table.quantiles[at * width + static_cast<size_t>(low)]);
      const auto upper =
          static_cast<double>(table.quantiles[at * width + static_cast<size_t>(high)]);
      inside += actual >= lower && actual <= upper ? 1 : 0;
    });
    m.coverage.push_back(
        {level, 100 * static_cast<double>(inside) / static_cast<double>(m.scored)});
  }
  return m;
}

std::vector<double> probabilities_of(std::span<const double> levels) {
  std::vector<double> out = {0.5};
  for (const double level : levels) {
    out.push_back((1 - level / 100) / 2);
    out.push_back((1 + level / 100) / 2);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end(),
                        [](double a, double b) { return std::abs(a - b) < 1e-9; }),
            out.end());
  return out;
}

}  // namespace restock
