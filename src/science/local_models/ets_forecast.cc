#include <algorithm>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "science/local_models/ets.h"

namespace restock {
namespace {

/// Replace theta[h] = mean_h^2 by the second moment of the one-step mean,
///   theta_h = mean_h^2 + sigma^2 sum_{j < h} c_j^2 theta_{h-j},
///   c_j = alpha + beta (phi + ... + phi^j) + gamma [j is a multiple of m, season additive].
void add_spread(const EtsFit& fit, std::vector<double>& theta) {
  const bool season_adds = fit.form.season == EtsSeason::kAdditive;
  const size_t m = std::max<size_t>(fit.season.size(), 1);
  for (size_t h = 0; h + 1 < theta.size(); ++h) {
    double phi_power = 1.0;
    double phi_sum = 0.0;
    for (size_t j = 1; h + j < theta.size(); ++j) {
      phi_power *= fit.phi;
      phi_sum += phi_power;
      double response = fit.alpha + fit.beta * phi_sum;
      if (season_adds && j % m == 0) response += fit.gamma;
      theta[h + j] += fit.sigma2 * response * response * theta[h];
    }
  }
}

/// sigma^2 (1 + sum_{j < h} c_j^2), with the c_j of add_spread.
void spread_of_additive_errors(const EtsFit& fit, std::vector<double>& variance) {
  const bool season_adds = fit.form.season == EtsSeason::kAdditive;
  const size_t m = std::max<size_t>(fit.season.size(), 1);
  double phi_power = 1.0;
  double phi_sum = 0.0;
  double sum = 1.0;
  for (size_t h = 0; h < variance.size(); ++h) {
    variance[h] = fit.sigma2 * sum;
    phi_power *= fit.phi;
    phi_sum += phi_power;
    double response = fit.alpha + fit.beta * phi_sum;
    if (season_adds && (h + 1) % m == 0) response += fit.gamma;
    sum += response * response;
  }
}

/// Put a multiplicative season on: `mean` comes without it, `variance` as the second moment of the
/// one-step mean without it. A seasonal state moves by the factor 1 + gamma e once a season; that
/// the level moved by the same e adds 2 gamma c_{im} sigma^2 mean_h mean_{h-im} for each season i
/// that has passed, to first order in sigma^2.
void multiply_season(const EtsFit& fit, std::vector<double>& mean, std::vector<double>& variance) {
  const size_t m = fit.season.size();
  for (size_t h = mean.size(); h-- > 0;) {
    double season_moment = 1.0;
    double together = 0.0;
    double phi_power = 1.0;
    double phi_sum = 0.0;
    for (size_t j = 1; j <= h; ++j) {
      phi_power *= fit.phi;
      phi_sum += phi_power;
      if (j % m != 0) continue;
      season_moment *= 1.0 + fit.gamma * fit.gamma * fit.sigma2;
      together += (fit.alpha + fit.beta * phi_sum) * mean[h - j];
    }
    const double factor = fit.season[h % m];
    const double second = variance[h] * (1.0 + fit.sigma2) * season_moment;
    const double covariance = 2.0 * fit.gamma * fit.sigma2 * together * mean[h];
    variance[h] = factor * factor * (second - mean[h] * mean[h] + covariance);
    mean[h] *= factor;  // h falls, so no other step reads it again
  }
}

/// "ETS(A,Ad,A), alpha 0.12, beta 0.01, gamma 0.05, phi 0.98"
std::string describe_ets(const EtsFit& fit) {
  std::string text = fmt::format("{}, alpha {:.4g}", ets_name(fit.form), fit.alpha);
  if (fit.form.trend != EtsTrend::kNone) text += fmt::format(", beta {:.4g}", fit.beta);
  if (fit.form.season != EtsSeason::kNone) text += fmt::format(", gamma {:.4g}", fit.gamma);
  if (fit.form.trend == EtsTrend::kDamped) text += fmt::format(", phi {:.4g}", fit.phi);
  return text;
}

}  // namespace

void forecast_ets(const EtsFit& fit, int32_t horizon, LocalForecast& forecast) {
  RESTOCK_ASSERT(horizon >= 0);
  const auto n = static_cast<size_t>(horizon);
  const size_t m = std::max<size_t>(fit.season.size(), 1);
  auto& mean = forecast.mean;
  auto& variance = forecast.variance;
  mean.resize(n);
  variance.resize(n);
  double phi_power = 1.0;
  double phi_sum = 0.0;
  for (size_t h = 0; h < n; ++h) {
    phi_power *= fit.phi;
    phi_sum += phi_power;
    mean[h] = fit.level + phi_sum * fit.trend;
    if (fit.form.season == EtsSeason::kAdditive) mean[h] += fit.season[h % m];
    variance[h] = mean[h] * mean[h];
  }
  if (fit.form.error == EtsError::kAdditive) {
    spread_of_additive_errors(fit, variance);
  } else {
    add_spread(fit, variance);
    const bool multiplies = fit.form.season == EtsSeason::kMultiplicative;
    for (size_t h = 0; h < n && !multiplies; ++h) {
      variance[h] = (1.0 + fit.sigma2) * variance[h] - mean[h] * mean[h];
    }
    if (multiplies) multiply_season(fit, mean, variance);
  }
  forecast.description = describe_ets(fit);
  forecast.fallback_reason.clear();
}

}  // namespace restock
