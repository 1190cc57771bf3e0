#include "science/forecast/demand_paths.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "foundation/base/normal.h"
#include "foundation/base/random.h"
#include "science/forecast/series_hash.h"

namespace restock {
namespace {

constexpr int32_t kPathsMost = 100'000;
constexpr int kHermiteTerms = 12;

/// Coefficients of the series in rho of a law's correlation: c_k^2 / k!, over their sum.
std::array<double, kHermiteTerms> hermite_weights(std::span<const double> scores,
                                                  std::span<const float> values) {
  std::array<double, kHermiteTerms> weight{};
  const auto n = static_cast<double>(values.size());
  double mean = 0;
  for (const float value : values) mean += static_cast<double>(value) / n;
  for (size_t j = 0; j < values.size(); ++j) {
    // Normalised polynomials: h_k = (z h_{k-1} - sqrt(k - 1) h_{k-2}) / sqrt(k).
    double before = 0, h = 1;
    for (int k = 1; k <= kHermiteTerms; ++k) {
      const double next = (scores[j] * h - std::sqrt(k - 1.0) * before) / std::sqrt(double(k));
      before = h;
      h = next;
      weight[static_cast<size_t>(k - 1)] += (static_cast<double>(values[j]) - mean) * h / n;
    }
  }
  double sum = 0;
  for (double& w : weight) sum += (w *= w);
  // A constant leaves only rounding.
  const bool varies = sum > 1e-20 * mean * mean;
  for (double& w : weight) w = varies ? w / sum : 0;
  return weight;
}

/// Coefficients of `lasting` and `fading` in R(k) - 1, for a decay.
std::pair<double, double> sum_coefficients(int32_t length, double decay) {
  double fading = 0, power = 1;
  for (int32_t j = 1; j < length; ++j) {
    power *= decay;
    fading += 2.0 * (length - j) / length * power;
  }
  return {length - 1.0, fading};
}

/// Latent normal paths of one series, n_paths x horizon.
void draw_scores(const PathCorrelation& correlation, Random& random, size_t horizon,
                 std::span<double> out) {
  const double own = std::max(0.0, 1 - correlation.lasting - correlation.fading);
  const double step = std::sqrt(1 - correlation.decay * correlation.decay);
  for (size_t begin = 0; begin < out.size(); begin += horizon) {
    const double lasting = std::sqrt(correlation.lasting) * random.normal();
    double fading = random.normal();
    for (size_t h = 0; h < horizon; ++h) {
      if (h > 0) fading = correlation.decay * fading + step * random.normal();
      out[begin + h] =
          lasting + std::sqrt(correlation.fading) * fading + std::sqrt(own) * random.normal();
    }
  }
}

/// Buffers of one block of series.
struct Workspace {
  std::vector<double> middle;  ///< (j + 1/2) / n_paths
  std::vector<double> mapped, normal, latent;
  std::vector<float> values;
  std::vector<uint32_t> order;

  Workspace(size_t n_paths, size_t horizon)
      : middle(n_paths),
        mapped(n_paths),
        normal(n_paths),
        latent(n_paths * horizon),
        values(n_paths),
        order(n_paths) {
    for (size_t j = 0; j < n_paths; ++j) {
      middle[j] = (static_cast<double>(j) + 0.5) / static_cast<double>(n_paths);
      normal[j] = standard_normal_quantile(middle[j]);
    }
  }
};

void day_values(const PathInput& input, size_t series, double mean, Workspace& space) {
  const double variance =
      input.uncertainty.variance(mean, static_cast<double>(input.overdispersion[series]));
  input.uncertainty.uncalibrated(1, mean, space.middle, space.mapped);
  quantiles_of(input.uncertainty.law(input.kind, 1, mean, mean, variance), space.mapped,
               space.values);
}

/// n_paths x horizon of one series.
void draw_series(const PathInput& input, size_t series, uint64_t seed, Workspace& space,
                 std::span<float> out) {
  const auto horizon = static_cast<size_t>(input.table.horizon);
  const auto mean = std::span(input.table.mean).subspan(series * horizon, horizon);
  double sum = 0;
  int32_t open = 0;
  for (const double mu : mean) {
    sum += mu;
    open += mu > 0 ? 1 : 0;
  }
  if (open == 0) return;
  const double level = sum / open;
  PathCorrelation correlation = demand_correlation(input.uncertainty, level);
  day_values(input, series, level, space);
  const double lasting = normal_score_correlation(space.normal, space.values, correlation.lasting);
  const double together = normal_score_correlation(space.normal, space.values,
                                                   correlation.lasting + correlation.fading);
  correlation.lasting = lasting;
  correlation.fading = std::max(0.0, together - lasting);
  Random random(seed, hash_of(input.table.keys[series]));
  draw_scores(correlation, random, horizon, space.latent);
  for (size_t h = 0; h < horizon; ++h) {
    if (mean[h] <= 0) continue;
    day_values(input, series, mean[h], space);
    std::iota(space.order.begin(), space.order.end(), 0U);
    std::sort(space.order.begin(), space.order.end(), [&](uint32_t a, uint32_t b) {
      const double za = space.latent[a * horizon + h];
      const double zb = space.latent[b * horizon + h];
      return za != zb ? za < zb : a < b;
    });
    for (size_t j = 0; j < space.order.size(); ++j)
      out[space.order[j] * horizon + h] = space.values[j];
  }
}

}  // namespace

PathCorrelation demand_correlation(const Uncertainty& uncertainty, double level) {
  PathCorrelation best;
  if (uncertainty.sums.empty() || level <= 0) return best;
  double least = std::numeric_limits<double>::infinity();
  for (const double decay : {0.0, 0.3, 0.5, 0.7, 0.85, 0.95}) {
    double aa = 0, ab = 0, bb = 0, ay = 0, by = 0, yy = 0;
    for (const LevelClasses& sums : uncertainty.sums) {
      const auto [a, b] = sum_coefficients(sums.length, decay);
      // Relative to 1 + what lasts: a long sum must not outweigh the others by its length.
      const double y = sums.ratio_at(level) - 1;
      const double weight = 1 / ((1 + std::abs(y)) * (1 + std::abs(y)));
      aa += weight * a * a;
      ab += weight * a * b;
      bb += weight * b * b;
      ay += weight * a * y;
      by += weight * b * y;
      yy += weight * y * y;
    }
    const auto consider = [&](double lasting, double fading) {
      if (lasting < 0 || fading < 0) return;
      const double scale = std::max(1.0, (lasting + fading) / 0.99);
      lasting /= scale;
      fading /= scale;
      const double loss = yy - 2 * (lasting * ay + fading * by) + lasting * lasting * aa +
                          2 * lasting * fading * ab + fading * fading * bb;
      if (loss < least - 1e-12) {
        least = loss;
        best = {lasting, fading, decay};
      }
    };
    consider(0, 0);
    if (aa > 0) consider(ay / aa, 0);
    if (bb > 0) consider(0, by / bb);
    const double determinant = aa * bb - ab * ab;
    if (determinant > 1e-9 * aa * bb)
      consider((ay * bb - by * ab) / determinant, (by * aa - ay * ab) / determinant);
  }
  return best;
}

double normal_score_correlation(std::span<const double> scores, std::span<const float> values,
                                double target) {
  const auto weight = hermite_weights(scores, values);
  const auto correlation = [&](double rho) {
    double sum = 0, power = 1;
    for (const double w : weight) sum += w * (power *= rho);
    return sum;
  };
  if (target <= 0 || correlation(1) <= 0) return 0;
  double low = 0, high = 1;
  for (int i = 0; i < 40; ++i) {
    const double middle = 0.5 * (low + high);
    (correlation(middle) < target ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

Result<std::vector<float>> demand_paths(const PathInput& input, std::span<const size_t> series,
                                        const PathOptions& options, ThreadPool& pool) {
  const size_t n = input.table.n_series();
  if (options.n_paths < 1 || options.n_paths > kPathsMost) {
    return Error{Code::kInvalidArgument,
                 fmt::format("paths must be 1 to {}, got {}", kPathsMost, options.n_paths),
                 "200 give the middle, 2,000 the tails"};
  }
  if (input.overdispersion.size() != n) {
    return Error{Code::kInvalidArgument,
                 fmt::format("{} series need as many overdispersions, got {}", n,
                             input.overdispersion.size()),
                 "pass those of the model that made the forecast"};
  }
  for (const size_t i : series) {
    if (i < n) continue;
    return Error{Code::kInvalidArgument,
                 fmt::format("series {} is not among the {} of the forecast", i, n), ""};
  }
  const auto horizon = static_cast<size_t>(input.table.horizon);
  const auto n_paths = static_cast<size_t>(options.n_paths);
  std::vector<float> out(series.size() * n_paths * horizon, 0.0F);
  pool.parallel_for(series.size(), 8, [&](size_t begin, size_t end) {
    Workspace space(n_paths, horizon);
    for (size_t k = begin; k < end; ++k) {
      draw_series(input, series[k], options.seed, space,
                  std::span(out).subspan(k * n_paths * horizon, n_paths * horizon));
    }
  });
  return out;
}

}  // namespace restock
