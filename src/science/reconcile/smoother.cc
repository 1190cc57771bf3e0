#include "science/reconcile/smoother.h"

#include <algorithm>
#include <limits>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr double kAlphas[] = {0.02, 0.05, 0.1, 0.2, 0.3, 0.5};
constexpr double kGammas[] = {0, 0.02, 0.05, 0.1, 0.2};
constexpr size_t kStartSeasonsMax = 4;

struct State {
  double level = 0;
  std::vector<double> season;
};

State start_state(std::span<const float> values, size_t season_length) {
  State state;
  state.season.assign(season_length, 0);
  const size_t seasons = std::clamp<size_t>(values.size() / season_length, 1, kStartSeasonsMax);
  const size_t count = std::min(values.size(), seasons * season_length);
  for (size_t t = 0; t < count; ++t) {
    state.level += values[t] / static_cast<double>(count);
    state.season[t % season_length] += values[t] / static_cast<double>(seasons);
  }
  if (season_length == 1) {
    state.season[0] = 0;
  } else {
    for (double& s : state.season) s -= state.level;
  }
  return state;
}

/// Run through the series; the mean square of the errors after the first season. `errors` may be
/// empty.
double pass(std::span<const float> values, double alpha, double gamma, State& state,
            std::span<double> errors) {
  const size_t season_length = state.season.size();
  const size_t skip = values.size() > season_length ? season_length : 0;
  double squares = 0;
  size_t phase = 0;
  for (size_t t = 0; t < values.size(); ++t) {
    double& season = state.season[phase];
    const double error = values[t] - state.level - season;
    state.level += alpha * error;
    season += gamma * error;
    if (t >= skip) squares += error * error;
    if (!errors.empty()) errors[t] = error;
    phase = phase + 1 == season_length ? 0 : phase + 1;
  }
  return squares / static_cast<double>(values.size() - skip);
}

}  // namespace

Smoothed smooth_seasonal(std::span<const float> values, const SmootherOptions& options) {
  RESTOCK_ASSERT(options.season_length >= 1);
  Smoothed out;
  out.mean.assign(static_cast<size_t>(options.horizon), 0);
  out.residuals.assign(static_cast<size_t>(options.n_residuals), 0);
  if (values.empty()) return out;
  auto season_length = static_cast<size_t>(options.season_length);
  if (values.size() < 2 * season_length) season_length = 1;
  const State start = start_state(values, season_length);
  double best = std::numeric_limits<double>::infinity();
  State state;
  for (const double alpha : kAlphas) {
    for (const double gamma : kGammas) {
      if (gamma > 0 && season_length == 1) continue;
      state = start;
      const double squares = pass(values, alpha, gamma, state, {});
      if (squares < best) {
        best = squares;
        out.alpha = alpha;
        out.gamma = gamma;
      }
    }
  }
  std::vector<double> errors(values.size());
  state = start;
  out.variance = pass(values, out.alpha, out.gamma, state, errors);
  for (size_t h = 0; h < out.mean.size(); ++h)
    out.mean[h] = state.level + state.season[(values.size() + h) % season_length];
  const size_t kept = std::min(errors.size(), out.residuals.size());
  for (size_t k = 0; k < kept; ++k) {
    out.residuals[out.residuals.size() - 1 - k] = static_cast<float>(errors[errors.size() - 1 - k]);
  }
  return out;
}

}  // namespace restock
