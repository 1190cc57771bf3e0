#include "science/forecast/uncertainty.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "foundation/base/assert.h"
#include "foundation/math/demand_distribution.h"

namespace restock {
namespace {

/// Residuals that the defaults count for.
constexpr double kPriorResiduals = 60;

/// Weighted least squares of squared errors on (phi mu, mu^2), both coefficients >= 0.
struct NormalEquations {
  double aa = 0, ab = 0, bb = 0, ay = 0, by = 0;

  void add(double a, double b, double y, double weight) {
    aa += weight * a * a;
    ab += weight * a * b;
    bb += weight * b * b;
    ay += weight * a * y;
    by += weight * b * y;
  }

  [[nodiscard]] std::pair<double, double> solve() const {
    const double determinant = aa * bb - ab * ab;
    double a = determinant > 1e-12 * aa * bb ? (ay * bb - by * ab) / determinant
                                             : ay / std::max(aa, 1e-300);
    double b = determinant > 1e-12 * aa * bb ? (by * aa - ay * ab) / determinant : 0;
    if (b < 0) {
      b = 0;
      a = ay / std::max(aa, 1e-300);
    }
    if (a < 0) {
      a = 0;
      b = by / std::max(bb, 1e-300);
    }
    return {a, b};
  }
};

}  // namespace

Uncertainty fit_uncertainty(const ScoredWindow& window, std::span<const float> overdispersion) {
  const Panel& panel = window.panel;
  const auto horizon = static_cast<size_t>(window.horizon);
  RESTOCK_ASSERT(window.mean.size() == panel.n_series() * horizon);
  const Uncertainty defaults;
  NormalEquations daily;
  int64_t residuals = 0;
  double mean_sum = 0;
  for (size_t i = 0; i < panel.n_series(); ++i) {
    const double phi = static_cast<double>(overdispersion[i]);
    for (size_t h = 0; h < horizon; ++h) {
      const Period period = window.origin + 1 + static_cast<Period>(h);
      if (period < panel.start[i]) continue;
      const auto at = static_cast<size_t>(panel.at(i, period));
      if (panel.state[at] != PeriodState::kSold) continue;
      const double mu = window.mean[i * horizon + h];
      if (mu <= 0) continue;
      const double error = static_cast<double>(panel.units[at]) - mu;
      const double usual = defaults.noise * phi * mu + 0.05 * mu * mu;
      daily.add(phi * mu, mu * mu, error * error, 1 / (usual * usual));
      residuals += 1;
      mean_sum += mu;
    }
  }
  if (residuals == 0) return defaults;
  // The defaults enter as residuals of an average period, so that a handful of errors cannot claim
  // certainty.
  const double share = kPriorResiduals / static_cast<double>(residuals);
  NormalEquations prior = daily;
  const double prior_ay = defaults.noise * daily.aa + defaults.level * daily.ab;
  const double prior_by = defaults.noise * daily.ab + defaults.level * daily.bb;
  prior.aa += share * daily.aa;
  prior.ab += share * daily.ab;
  prior.bb += share * daily.bb;
  prior.ay += share * prior_ay;
  prior.by += share * prior_by;
  Uncertainty fitted;
  std::tie(fitted.noise, fitted.level) = prior.solve();
  fitted.residuals = residuals;

  double excess = 0;
  double weight = 0;
  int64_t sums = 0;
  for (size_t i = 0; i < panel.n_series(); ++i) {
    double error = 0, mean = 0, squares = 0, variance = 0;
    for (size_t h = 0; h < horizon; ++h) {
      const Period period = window.origin + 1 + static_cast<Period>(h);
      if (period < panel.start[i]) continue;
      const auto at = static_cast<size_t>(panel.at(i, period));
      const double mu = window.mean[i * horizon + h];
      if (panel.state[at] != PeriodState::kSold || mu <= 0) continue;
      error += static_cast<double>(panel.units[at]) - mu;
      mean += mu;
      squares += mu * mu;
      variance += fitted.variance(mu, static_cast<double>(overdispersion[i]));
    }
    const double pairs = mean * mean - squares;
    if (pairs <= 0) continue;
    // Optimal weights for a sum whose squared error spreads like its square.
    const double w = 1 / ((variance + 0.01 * pairs) * (variance + 0.01 * pairs));
    excess += w * pairs * (error * error - variance);
    weight += w * pairs * pairs;
    sums += 1;
  }
  if (weight > 0) {
    constexpr double kPriorSums = 20;
    const double own = std::max(0.0, excess / weight);
    fitted.level_shared = (own * static_cast<double>(sums) + defaults.level_shared * kPriorSums) /
                          (static_cast<double>(sums) + kPriorSums);
  }
  return fitted;
}

void spread(const Uncertainty& uncertainty, std::span<const float> overdispersion, bool counts,
            ThreadPool& pool, ForecastTable& table) {
  const auto horizon = static_cast<size_t>(table.horizon);
  const size_t n = table.n_series();
  const size_t n_probabilities = table.probabilities.size();
  table.sd.assign(n * horizon, 0);
  table.cumulative_variance.assign(n * horizon, 0);
  table.quantiles.assign(n * horizon * n_probabilities, 0);
  const DemandKind kind = counts ? DemandKind::kCounts : DemandKind::kContinuous;
  pool.parallel_for(n, 16, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const double phi = static_cast<double>(overdispersion[i]);
      double sum = 0, squares = 0, variances = 0;
      for (size_t h = 0; h < horizon; ++h) {
        const size_t at = i * horizon + h;
        const double mu = table.mean[at];
        const double variance = uncertainty.variance(mu, phi);
        sum += mu;
        squares += mu * mu;
        variances += variance;
        table.sd[at] = std::sqrt(variance);
        table.cumulative_variance[at] =
            variances + uncertainty.level_shared * std::max(0.0, sum * sum - squares);
        if (mu > 0) {
          quantiles_of(kind, mu, variance, table.probabilities,
                       std::span(table.quantiles).subspan(at * n_probabilities, n_probabilities));
        }
      }
    }
  });
}

}  // namespace restock
