#include "science/local_models/ets_start.h"

#include <algorithm>
#include <cmath>

#include "foundation/base/assert.h"

namespace restock::ets {
namespace {

/// Centred moving average over one season; smooth[i] is that of value i + m / 2. For even m the two
/// ends count half.
void smooth_over_season(std::span<const double> y, size_t m, std::vector<double>& smooth) {
  const size_t reach = m / 2;
  smooth.resize(y.size() - 2 * reach);
  double sum = 0.0;
  for (size_t i = 0; i < m; ++i) sum += y[i];
  for (size_t i = 0; i < smooth.size(); ++i) {
    if (i > 0) sum += y[i + m - 1] - y[i - 1];
    smooth[i] = (m % 2 == 1 ? sum : sum + 0.5 * (y[i + m] - y[i])) / static_cast<double>(m);
  }
}

/// Mean distance (or ratio) of the values of each season to the moving average, normalised.
void find_season(std::span<const double> y, bool multiplies, StartStates& states) {
  const size_t m = states.season.size();
  smooth_over_season(y, m, states.smooth);
  std::fill(states.season.begin(), states.season.end(), 0.0);
  states.adjusted.assign(m, 0.0);  // counts
  for (size_t i = 0; i < states.smooth.size(); ++i) {
    const size_t t = i + m / 2;
    states.season[t % m] += multiplies ? y[t] / states.smooth[i] : y[t] - states.smooth[i];
    states.adjusted[t % m] += 1.0;
  }
  double total = 0.0;
  for (size_t k = 0; k < m; ++k) {
    // Every place in the season is seen: two seasons leave one whole season of averages.
    RESTOCK_ASSERT(states.adjusted[k] > 0.0);
    states.season[k] /= states.adjusted[k];
    total += states.season[k];
  }
  const auto length = static_cast<double>(m);
  for (double& value : states.season) {
    value = multiplies ? value * length / total : value - total / length;
  }
}

}  // namespace

void find_start_states(std::span<const double> y, EtsSeason season, int32_t season_length,
                       int64_t n_values_decomposed, StartStates& states) {
  const size_t m = season == EtsSeason::kNone ? 1 : static_cast<size_t>(season_length);
  const bool multiplies = season == EtsSeason::kMultiplicative;
  states.season.resize(season == EtsSeason::kNone ? 0 : m);
  if (season != EtsSeason::kNone) {
    find_season(y.first(static_cast<size_t>(n_values_decomposed)), multiplies, states);
  }
  const size_t n = std::min(y.size(), std::max<size_t>(10, 2 * m));
  states.adjusted.resize(n);
  double sum = 0.0;
  double sum_cross = 0.0;
  const double middle = 0.5 * static_cast<double>(n + 1);
  for (size_t t = 0; t < n; ++t) {
    double value = y[t];
    if (season == EtsSeason::kAdditive) value -= states.season[t % m];
    if (multiplies) value /= states.season[t % m];
    sum += value;
    sum_cross += value * (static_cast<double>(t + 1) - middle);
  }
  const auto count = static_cast<double>(n);
  states.mean_level = sum / count;
  states.trend = n < 2 ? 0.0 : sum_cross / (count * (count * count - 1.0) / 12.0);
  states.level = states.mean_level - states.trend * middle;
}

}  // namespace restock::ets
