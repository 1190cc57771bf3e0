#include "science/forecast/mixed_weights.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "science/forecast/series_hash.h"

namespace restock {
namespace {

/// Series below which a half cannot judge the other.
constexpr size_t kSeriesLeast = 20;
constexpr double kStandardErrors = 2;

/// Sums of the regression of (actual - middle) on (direct - recursive), per step.
struct StepSums {
  std::vector<double> with_actual, squares;

  explicit StepSums(size_t steps) : with_actual(steps, 0), squares(steps, 0) {}
};

/// Call visit(series, step, actual - middle, direct - recursive, weight) for what can be judged.
template <typename Visit>
void for_each_error(const MixedWindow& window, std::span<const float> overdispersion,
                    const Visit& visit) {
  const Panel& panel = window.panel;
  const auto steps = static_cast<size_t>(window.horizon);
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (size_t h = 0; h < steps; ++h) {
      const Period period = window.origin + 1 + static_cast<Period>(h);
      if (period < panel.start[i]) continue;
      const auto at = static_cast<size_t>(panel.at(i, period));
      const double d = window.direct[i * steps + h], r = window.recursive[i * steps + h];
      const double middle = 0.5 * (d + r);
      if (panel.state[at] != PeriodState::kSold || !(middle > 0)) continue;
      visit(i, h, static_cast<double>(panel.units[at]) - middle, d - r,
            1 / (static_cast<double>(overdispersion[i]) * middle));
    }
  }
}

MixedWeights weights_of(const StepSums& sums) {
  double squares = 0;
  for (const double value : sums.squares) squares += value;
  const double ridge = squares / static_cast<double>(sums.squares.size());
  MixedWeights out;
  out.direct.reserve(sums.squares.size());
  for (size_t h = 0; h < sums.squares.size(); ++h) {
    const double evidence = sums.squares[h] + ridge;
    const double shift = evidence > 0 ? sums.with_actual[h] / evidence : 0;
    out.direct.push_back(std::clamp(0.5 + shift, 0.0, 1.0));
  }
  return out;
}

std::vector<double> combined(const MixedWindow& window,
                             const std::array<const MixedWeights*, 2>& of_half,
                             std::span<const uint8_t> half) {
  const auto steps = static_cast<size_t>(window.horizon);
  std::vector<double> out(window.direct.size());
  for (size_t at = 0; at < out.size(); ++at) {
    const double w = of_half[half[at / steps]]->at(static_cast<int32_t>(at % steps));
    out[at] = w * window.direct[at] + (1 - w) * window.recursive[at];
  }
  return out;
}

}  // namespace

double MixedWeights::at(int32_t step) const {
  if (direct.empty()) return 0.5;
  return direct[std::min(static_cast<size_t>(step), direct.size() - 1)];
}

LearntMix learn_mixed_weights(const MixedWindow& window, std::span<const float> overdispersion) {
  const size_t n = window.panel.n_series();
  const auto steps = static_cast<size_t>(window.horizon);
  RESTOCK_ASSERT(window.direct.size() == n * steps);
  RESTOCK_ASSERT(window.recursive.size() == n * steps);
  RESTOCK_ASSERT(overdispersion.size() == n);
  std::vector<uint8_t> half(n, 0);
  for (size_t i = 0; i < n; ++i)
    half[i] = static_cast<uint8_t>(hash_of(window.panel.keys[i]) >> 40U & 1U);
  std::array<StepSums, 2> sums{StepSums(steps), StepSums(steps)};
  StepSums all(steps);
  for_each_error(window, overdispersion,
                 [&](size_t i, size_t h, double error, double apart, double weight) {
                   for (StepSums* of : {&sums[half[i]], &all}) {
                     of->with_actual[h] += weight * error * apart;
                     of->squares[h] += weight * apart * apart;
                   }
                 });
  // Each half is judged by the weights of the other.
  const std::array<MixedWeights, 2> other = {weights_of(sums[1]), weights_of(sums[0])};
  std::vector<double> gain(n, 0);
  std::vector<uint8_t> judged(n, 0);
  for_each_error(window, overdispersion,
                 [&](size_t i, size_t h, double error, double apart, double weight) {
                   const double shift = other[half[i]].at(static_cast<int32_t>(h)) - 0.5;
                   const double left = error - shift * apart;
                   gain[i] += weight * (error * error - left * left);
                   judged[i] = 1;
                 });
  double count = 0, total = 0, squares = 0;
  for (size_t i = 0; i < n; ++i) {
    count += judged[i];
    total += gain[i];
    squares += gain[i] * gain[i];
  }
  LearntMix out;
  const double noise = std::sqrt(std::max(0.0, squares - total * total / std::max(count, 1.0)));
  if (count < static_cast<double>(kSeriesLeast) || !(total > kStandardErrors * noise)) {
    const MixedWeights plain;
    out.mean = combined(window, {&plain, &plain}, half);
    out.note =
        "mixed: one half of the direct and of the recursive mean, as learnt weights were "
        "not better on series they had not seen";
    return out;
  }
  out.weights = weights_of(all);
  out.mean = combined(window, {&other[0], &other[1]}, half);
  out.note =
      fmt::format("mixed: {:.0f} % of the direct mean at the first step, {:.0f} % at the last",
                  100 * out.weights.direct.front(), 100 * out.weights.direct.back());
  return out;
}

}  // namespace restock
