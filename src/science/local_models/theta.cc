#include "science/local_models/theta.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "science/local_models/theta_search.h"

namespace restock {
namespace {

constexpr size_t kValuesMin = 8;
constexpr double kInitialLevelFactor = 10.0;
constexpr size_t kBatchBlock = 16;

bool is_dynamic(ThetaModel model) {
  return model == ThetaModel::kDynamicStandard || model == ThetaModel::kDynamicOptimised;
}

bool is_optimised(ThetaModel model) {
  return model == ThetaModel::kOptimised || model == ThetaModel::kDynamicOptimised;
}

/// The line through the first t values, carried from value to value (Fiorucci et al., eqs. 14-16).
struct RunningLine {
  double mean = 0.0;
  double slope = 0.0;
  double intercept = 0.0;
  double t = 0.0;

  void add(double value) {
    t += 1.0;
    // The formula's own first step divides by t and t + 1 only; B_1 = 0 by definition.
    slope = t < 2.0 ? 0.0 : ((t - 2.0) * slope + 6.0 / t * (value - mean)) / (t + 1.0);
    mean = ((t - 1.0) * mean + value) / t;
    intercept = mean - 0.5 * (t + 1.0) * slope;
  }
};

/// Fill the line that each value's mean uses; returns the one after the last value.
RunningLine fill_lines(std::span<const double> values, bool dynamic, ThetaWorkspace& workspace) {
  workspace.intercept.resize(values.size());
  workspace.slope.resize(values.size());
  RunningLine line;
  for (size_t t = 0; t < values.size(); ++t) {
    workspace.intercept[t] = line.intercept;
    workspace.slope[t] = line.slope;
    line.add(values[t]);
  }
  if (!dynamic) {
    std::fill(workspace.intercept.begin(), workspace.intercept.end(), line.intercept);
    std::fill(workspace.slope.begin(), workspace.slope.end(), line.slope);
  }
  return line;
}

/// One-step means of the season-free values; fitted may be empty. Sets level and sse of `fit`.
void run_means(std::span<const double> values, const ThetaWorkspace& workspace, ThetaFit& fit,
               std::span<double> fitted) {
  double level = fit.initial_level;
  double q = 1.0;
  double sse = 0.0;
  const double decay = 1.0 - fit.alpha;
  for (size_t t = 0; t < values.size(); ++t) {
    const double line =
        q * workspace.intercept[t] + (1.0 - decay * q) / fit.alpha * workspace.slope[t];
    const double mu = level + fit.weight * line;
    if (!fitted.empty()) fitted[t] = mu;
    if (t >= kThetaUnscored) sse += (values[t] - mu) * (values[t] - mu);
    level += fit.alpha * (values[t] - level);
    q = q * decay < 1e-120 ? 0.0 : q * decay;
  }
  fit.level = level;
  fit.sse = sse;
}

ThetaFit fit_adjusted(std::span<const double> values, ThetaModel model, const ThetaOptions& options,
                      ThetaWorkspace& workspace) {
  const auto line = fill_lines(values, is_dynamic(model), workspace);
  double largest = 0.0;
  for (const double v : values) largest = std::max(largest, std::abs(v));
  const bool free = is_optimised(model);
  const auto estimate = search_theta(values, workspace.intercept, workspace.slope,
                                     {.alpha_min = options.alpha_min,
                                      .alpha_max = options.alpha_max,
                                      .weight_min = free ? 0.0 : 0.5,
                                      .weight_max = free ? 1.0 : 0.5,
                                      .initial_level_max = kInitialLevelFactor * largest});
  ThetaFit fit;
  fit.model = model;
  fit.n_values = static_cast<int64_t>(values.size());
  fit.alpha = estimate.alpha;
  fit.weight = estimate.weight;
  fit.theta = 1.0 / (1.0 - estimate.weight);
  fit.initial_level = estimate.initial_level;
  fit.intercept = line.intercept;
  fit.slope = line.slope;
  fit.mean = line.mean;
  run_means(values, workspace, fit, {});
  const double parameters = free ? 3.0 : 2.0;
  fit.sigma2 = fit.sse / (static_cast<double>(values.size() - kThetaUnscored) - parameters);
  return fit;
}

Status check(const ThetaOptions& options) {
  if (options.season_length < 1) {
    return Error{Code::kInvalidArgument,
                 fmt::format("season_length must be >= 1, got {}", options.season_length),
                 "1 means that there is no season"};
  }
  if (!(options.alpha_min > 0.0 && options.alpha_min < options.alpha_max &&
        options.alpha_max < 1.0)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("need 0 < alpha_min < alpha_max < 1, got {} and {}", options.alpha_min,
                             options.alpha_max),
                 "the defaults are 0.01 and 0.99"};
  }
  return {};
}

Status check(std::span<const double> values) {
  if (values.size() < kValuesMin) {
    return Error{Code::kInvalidData,
                 fmt::format("{} values are too few for a theta model, which needs {}",
                             values.size(), kValuesMin),
                 "use a mean, or a model of all series together"};
  }
  const auto bad =
      std::find_if(values.begin(), values.end(), [](double v) { return !std::isfinite(v); });
  if (bad != values.end()) {
    return Error{Code::kInvalidData, fmt::format("value {} is not finite", bad - values.begin()),
                 "fill or drop missing values first"};
  }
  if (std::all_of(values.begin(), values.end(), [&](double v) { return v == values[0]; })) {
    return Error{Code::kInvalidData, fmt::format("all values are {}", values[0]),
                 "a constant series needs no model"};
  }
  return {};
}

/// The season, if there is one, taken out of values into workspace.adjusted.
Result<SeasonalIndices> adjust(std::span<const double> values, const ThetaOptions& options,
                               ThetaWorkspace& workspace) {
  workspace.adjusted.assign(values.begin(), values.end());
  SeasonalIndices season;
  if (options.season == SeasonKind::kNone || !is_seasonal(values, options.season_length)) {
    return season;
  }
  RESTOCK_TRY(season, classical_seasonal_indices(values, options.season_length, options.season));
  const size_t m = season.index.size();
  for (size_t t = 0; t < values.size(); ++t) {
    const double index = season.index[t % m];
    workspace.adjusted[t] =
        season.kind == SeasonKind::kAdditive ? values[t] - index : values[t] / index;
  }
  // What is left of a pure season is rounding error, in which no model should look for a pattern.
  const auto [low, high] =
      std::minmax_element(workspace.adjusted.begin(), workspace.adjusted.end());
  const double size = std::max(std::abs(*low), std::abs(*high));
  const auto [first, last] = std::minmax_element(values.begin(), values.end());
  if (*high - *low < 1e-12 * std::max(size, *last - *first)) {
    std::fill(workspace.adjusted.begin(), workspace.adjusted.end(), 0.5 * (*low + *high));
  }
  return season;
}

/// Variances of the next season-free values, from the covariance of the state (l, B, mean).
void dynamic_forecast(const ThetaFit& fit, LocalForecast& forecast) {
  using Row = std::array<double, 3>;
  std::array<Row, 3> p{};
  Row x{fit.level, fit.slope, fit.mean};
  const double decay = 1.0 - fit.alpha;
  double q = std::pow(decay, static_cast<double>(fit.n_values));
  for (size_t h = 0; h < forecast.mean.size(); ++h, q *= decay) {
    const double t = static_cast<double>(fit.n_values) + static_cast<double>(h) + 1.0;
    // A_{t-1} = mean - t/2 B, so mu_t = c x.
    const Row c{1.0, fit.weight * ((1.0 - decay * q) / fit.alpha - 0.5 * t * q), fit.weight * q};
    double mu = 0.0;
    double variance = fit.sigma2;
    for (size_t i = 0; i < 3; ++i) {
      mu += c[i] * x[i];
      for (size_t j = 0; j < 3; ++j) variance += c[i] * p[i][j] * c[j];
    }
    forecast.mean[h] = mu;
    forecast.variance[h] = variance;
    // x_t = D x_{t-1} + g y_t with y_t = c x_{t-1} + e_t.
    const Row g{fit.alpha, 6.0 / (t * (t + 1.0)), 1.0 / t};
    std::array<Row, 3> f{
        {{decay, 0.0, 0.0}, {0.0, (t - 2.0) / (t + 1.0), -g[1]}, {0.0, 0.0, (t - 1.0) / t}}};
    Row next{};
    for (size_t i = 0; i < 3; ++i) {
      for (size_t j = 0; j < 3; ++j) {
        next[i] += f[i][j] * x[j];
        f[i][j] += g[i] * c[j];
      }
      next[i] += g[i] * mu;
    }
    x = next;
    std::array<Row, 3> fp{}, moved{};
    for (size_t i = 0; i < 3; ++i) {
      for (size_t j = 0; j < 3; ++j) {
        for (size_t k = 0; k < 3; ++k) fp[i][j] += f[i][k] * p[k][j];
      }
    }
    for (size_t i = 0; i < 3; ++i) {
      for (size_t j = 0; j < 3; ++j) {
        moved[i][j] = g[i] * g[j] * fit.sigma2;
        for (size_t k = 0; k < 3; ++k) moved[i][j] += fp[i][k] * f[j][k];
      }
    }
    p = moved;
  }
}

void static_forecast(const ThetaFit& fit, LocalForecast& forecast) {
  const double decay = 1.0 - fit.alpha;
  double q = std::pow(decay, static_cast<double>(fit.n_values));
  double level = fit.level;
  for (size_t h = 0; h < forecast.mean.size(); ++h, q *= decay) {
    const double line = q * fit.intercept + (1.0 - decay * q) / fit.alpha * fit.slope;
    forecast.mean[h] = level + fit.weight * line;
    forecast.variance[h] = fit.sigma2 * (1.0 + static_cast<double>(h) * fit.alpha * fit.alpha);
    level += fit.alpha * (forecast.mean[h] - level);
  }
}

void answer_mean(std::span<const double> values, int32_t horizon, LocalForecast& forecast) {
  double sum = 0.0;
  double count = 0.0;
  for (const double v : values) {
    if (std::isfinite(v)) sum += v, count += 1.0;
  }
  const double mean = count > 0.0 ? sum / count : 0.0;
  double squares = 0.0;
  for (const double v : values) {
    if (std::isfinite(v)) squares += (v - mean) * (v - mean);
  }
  forecast.mean.assign(static_cast<size_t>(horizon), mean);
  forecast.variance.assign(static_cast<size_t>(horizon), count > 1.0 ? squares / (count - 1) : 0.0);
  forecast.description = "mean";
}

}  // namespace

const char* theta_model_name(ThetaModel model) {
  switch (model) {
    case ThetaModel::kStandard:
      return "STM";
    case ThetaModel::kOptimised:
      return "OTM";
    case ThetaModel::kDynamicStandard:
      return "DSTM";
    case ThetaModel::kDynamicOptimised:
      return "DOTM";
    case ThetaModel::kAuto:
      return "AutoTheta";
  }
  return "";
}

Result<ThetaFit> fit_theta(std::span<const double> values, const ThetaOptions& options,
                           ThetaWorkspace& workspace) {
  RESTOCK_TRY(check(options));
  RESTOCK_TRY(check(values));
  RESTOCK_TRY(auto season, adjust(values, options, workspace));
  ThetaFit fit;
  if (options.model != ThetaModel::kAuto) {
    fit = fit_adjusted(workspace.adjusted, options.model, options, workspace);
  } else {
    // The standard models are the optimised ones with w = 1/2, so their error is never smaller.
    fit = fit_adjusted(workspace.adjusted, ThetaModel::kOptimised, options, workspace);
    auto other =
        fit_adjusted(workspace.adjusted, ThetaModel::kDynamicOptimised, options, workspace);
    if (other.sse < fit.sse) fit = std::move(other);
  }
  fit.season = std::move(season);
  return fit;
}

void theta_fitted(std::span<const double> values, const ThetaFit& fit, ThetaWorkspace& workspace,
                  std::span<double> fitted) {
  RESTOCK_ASSERT(std::cmp_equal(values.size(), fit.n_values) && fitted.size() == values.size());
  const size_t m = fit.season.index.size();
  const bool additive = fit.season.kind == SeasonKind::kAdditive;
  workspace.adjusted.assign(values.begin(), values.end());
  for (size_t t = 0; m > 0 && t < values.size(); ++t) {
    const double index = fit.season.index[t % m];
    workspace.adjusted[t] = additive ? values[t] - index : values[t] / index;
  }
  fill_lines(workspace.adjusted, is_dynamic(fit.model), workspace);
  ThetaFit copy = fit;
  run_means(workspace.adjusted, workspace, copy, fitted);
  for (size_t t = 0; m > 0 && t < values.size(); ++t) {
    const double index = fit.season.index[t % m];
    fitted[t] = additive ? fitted[t] + index : fitted[t] * index;
  }
}

void forecast_theta(const ThetaFit& fit, int32_t horizon, LocalForecast& forecast) {
  RESTOCK_ASSERT(horizon >= 0);
  forecast.mean.resize(static_cast<size_t>(horizon));
  forecast.variance.resize(static_cast<size_t>(horizon));
  forecast.fallback_reason.clear();
  if (is_dynamic(fit.model)) {
    dynamic_forecast(fit, forecast);
  } else {
    static_forecast(fit, forecast);
  }
  const size_t m = fit.season.index.size();
  for (size_t h = 0; m > 0 && h < forecast.mean.size(); ++h) {
    const double index = fit.season.index[(static_cast<size_t>(fit.n_values) + h) % m];
    if (fit.season.kind == SeasonKind::kAdditive) {
      forecast.mean[h] += index;
    } else {
      forecast.mean[h] *= index;
      forecast.variance[h] *= index * index;
    }
  }
  const char* season = fit.season.kind == SeasonKind::kNone       ? ""
                       : fit.season.kind == SeasonKind::kAdditive ? ", additive season"
                                                                  : ", multiplicative season";
  forecast.description = fmt::format("{}(alpha={:.3f}, theta={:.3g}{})",
                                     theta_model_name(fit.model), fit.alpha, fit.theta, season);
}

void theta_or_mean(std::span<const double> values, const ThetaOptions& options, int32_t horizon,
                   ThetaWorkspace& workspace, LocalForecast& forecast) {
  const auto fit = fit_theta(values, options, workspace);
  if (fit.ok()) return forecast_theta(*fit, horizon, forecast);
  answer_mean(values, horizon, forecast);
  forecast.fallback_reason = fit.error().message;
}

Status check_theta_batch(std::span<const double> values, std::span<const int64_t> offsets,
                         int32_t horizon, size_t n_series) {
  if (horizon < 0) {
    return Error{Code::kInvalidArgument, fmt::format("horizon must be >= 0, got {}", horizon), ""};
  }
  if (offsets.size() != n_series + 1 || !std::is_sorted(offsets.begin(), offsets.end()) ||
      offsets.front() < 0 || std::cmp_greater(offsets.back(), values.size())) {
    return Error{Code::kInvalidArgument,
                 fmt::format("{} offsets do not describe {} series of {} values", offsets.size(),
                             n_series, values.size()),
                 "offsets rise from 0 and number one more than the series"};
  }
  return {};
}

Status theta_batch(std::span<const double> values, std::span<const int64_t> offsets,
                   const ThetaOptions& options, int32_t horizon, ThreadPool& pool,
                   std::span<LocalForecast> forecasts) {
  RESTOCK_TRY(check(options));
  RESTOCK_TRY(check_theta_batch(values, offsets, horizon, forecasts.size()));
  pool.parallel_for(forecasts.size(), kBatchBlock, [&](size_t begin, size_t end) {
    ThetaWorkspace workspace;
    for (size_t i = begin; i < end; ++i) {
      const auto first = static_cast<size_t>(offsets[i]);
      const auto count = static_cast<size_t>(offsets[i + 1]) - first;
      theta_or_mean(values.subspan(first, count), options, horizon, workspace, forecasts[i]);
    }
  });
  return {};
}

}  // namespace restock
