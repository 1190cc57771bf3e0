#pragma once

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "foundation/base/random.h"
#include "foundation/panel/panel.h"
#include "science/forecast/calibration.h"

namespace restock {

/// Series of known means, whose first half of the days is learnt from and whose second is scored.
struct KnownDemand {
  Panel panel;
  std::vector<float> overdispersion;
  int32_t horizon = 0;
  std::vector<double> mean;  ///< n_series x horizon, the same for both halves

  [[nodiscard]] ScoredWindow learnt() const { return {panel, -1, horizon, mean}; }
  [[nodiscard]] ForecastTable table(std::vector<double> probabilities = {}) const {
    ForecastTable out;
    out.axis = panel.axis;
    out.origin = horizon - 1;
    out.horizon = horizon;
    out.key_names = panel.key_names;
    out.keys = panel.keys;
    out.mean = mean;
    out.probabilities = std::move(probabilities);
    return out;
  }
};

/// draw(random, mean, shared): one day's demand; `shared` is gamma with mean 1 and variance
/// `shared_variance`, drawn once a series and half.
inline KnownDemand known_demand(
    size_t n_series, int32_t horizon, double shared_variance,
    const std::function<double(Random&, double mean, double shared)>& draw) {
  KnownDemand out;
  out.horizon = horizon;
  out.overdispersion.assign(n_series, 1.0F);
  out.panel.key_names = {"product"};
  out.panel.origin = 2 * horizon - 1;
  for (size_t i = 0; i < n_series; ++i) {
    Random random(11, i);
    std::string name = std::to_string(i);
    out.panel.keys.push_back({{std::string(6 - name.size(), '0') + name}});
    out.panel.start.push_back(0);
    out.panel.offsets.push_back(out.panel.offsets.back() + 2 * horizon);
    const double mean = 0.2 * std::pow(2.0, static_cast<double>(i % 9));
    for (int half = 0; half < 2; ++half) {
      const double shared =
          shared_variance > 0 ? random.gamma(1 / shared_variance) * shared_variance : 1;
      for (int32_t h = 0; h < horizon; ++h) {
        out.panel.units.push_back(static_cast<float>(draw(random, mean, shared)));
        out.panel.state.push_back(PeriodState::kSold);
      }
    }
    out.mean.insert(out.mean.end(), static_cast<size_t>(horizon), mean);
  }
  return out;
}

/// Independent negative binomial days with variance mu + 0.5 mu^2.
inline double draw_negative_binomial(Random& random, double mean, double /*shared*/) {
  return static_cast<double>(random.negative_binomial(mean, 0.5));
}

/// Nothing on four days of five, else a batch: no negative binomial law.
inline double draw_batches(Random& random, double mean, double /*shared*/) {
  if (random.uniform() < 0.8) return 0;
  return static_cast<double>(random.negative_binomial(5 * mean, 0.3));
}

}  // namespace restock
