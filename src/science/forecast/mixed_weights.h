#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "foundation/panel/panel.h"

namespace restock {

/// How direct and recursive means make one. Averages of the two are less wrong than either where
/// neither the bias of recursion nor the variance of direct forecasts rules (Ben Taieb & Hyndman,
/// International Journal of Forecasting 30 (2014) 382; combination by least squares: Granger &
/// Ramanathan, Journal of Forecasting 3 (1984) 197).
struct MixedWeights {
  /// Share of the direct mean at each step, in [0, 1], the last one beyond; empty = one half.
  std::vector<double> direct;

  [[nodiscard]] double at(int32_t step) const;
};

/// Two forecasts of a window that neither was fitted to: n_series x horizon after `origin`.
struct MixedWindow {
  const Panel& panel;
  Period origin = 0;
  int32_t horizon = 0;
  std::span<const double> direct;
  std::span<const double> recursive;
};

/// Weights, what they make of the window, and why.
struct LearntMix {
  MixedWeights weights;
  /// n_series x horizon; where weights are learnt, those of each half of the series by the weights
  /// of the other half.
  std::vector<double> mean;
  std::string note;
};

/// Learn the weights by least squares, each error over overdispersion x mean, drawn to one half by
/// as much evidence as a step has on average. They are used if, learnt on one half of the series,
/// they make smaller errors than one half on the other by 2 standard errors over series; else it is
/// one half. Deterministic. Only periods with state kSold count.
[[nodiscard]] LearntMix learn_mixed_weights(const MixedWindow& window,
                                            std::span<const float> overdispersion);

}  // namespace restock
