#include "science/local_models/mstl.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr size_t kBatchBlock = 4;
/// A spread below this part of the values' is what rounding leaves of a constant.
constexpr double kConstantSpread = 1e-9;

Status check(const MstlOptions& options) {
  if (options.season_lengths.empty()) {
    return Error{Code::kInvalidArgument, "season_lengths is empty",
                 "a series without a season needs no decomposition"};
  }
  for (const int32_t length : options.season_lengths) {
    if (length < 2) {
      return Error{Code::kInvalidArgument,
                   fmt::format("season_lengths must be >= 2, got {}", length), ""};
    }
  }
  if (options.rounds < 1) {
    return Error{Code::kInvalidArgument, fmt::format("rounds must be >= 1, got {}", options.rounds),
                 "the usual number is 2"};
  }
  return {};
}

/// Sorted and distinct lengths of which the series has two whole seasons; the shortest in any case.
std::vector<int32_t> usable_lengths(const MstlOptions& options, size_t n) {
  auto lengths = options.season_lengths;
  std::sort(lengths.begin(), lengths.end());
  lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
  while (lengths.size() > 1 && std::cmp_greater(int64_t{2} * lengths.back(), n)) lengths.pop_back();
  return lengths;
}

double spread(std::span<const double> values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return *high - *low;
}

/// values without all seasons.
void adjust(std::span<const double> values, const MstlDecomposition& d,
            std::vector<double>& adjusted) {
  adjusted.assign(values.begin(), values.end());
  for (const auto& season : d.seasons) {
    for (size_t i = 0; i < adjusted.size(); ++i) adjusted[i] -= season[i];
  }
}

/// One-step means of an ETS model without a season (Hyndman et al. 2008, table 2.2). The relative
/// error of a multiplicative form times its mean is the error, so both forms smooth alike.
void ets_means(std::span<const double> values, const EtsFit& fit, std::span<double> fitted) {
  double level = fit.initial_level;
  double trend = fit.initial_trend;
  for (size_t i = 0; i < values.size(); ++i) {
    fitted[i] = level + fit.phi * trend;
    const double error = values[i] - fitted[i];
    level = fitted[i] + fit.alpha * error;
    trend = fit.phi * trend + fit.beta * error;
  }
}

std::string describe(const MstlFit& fit, const std::string& trend) {
  std::string text = "MSTL(";
  for (const int32_t length : fit.decomposition.season_lengths) {
    text += std::to_string(length) + (length == fit.decomposition.season_lengths.back() ? "" : ",");
  }
  return text + "; " + trend + ")";
}

}  // namespace

Status decompose_mstl(std::span<const double> values, const MstlOptions& options,
                      MstlWorkspace& workspace, MstlDecomposition& decomposition) {
  RESTOCK_TRY(check(options));
  const size_t n = values.size();
  decomposition.season_lengths = usable_lengths(options, n);
  const size_t count = decomposition.season_lengths.size();
  decomposition.seasons.resize(count);
  for (auto& season : decomposition.seasons) season.assign(n, 0.0);
  workspace.adjusted.assign(values.begin(), values.end());
  const int32_t rounds = count == 1 ? 1 : options.rounds;
  for (int32_t round = 0; round < rounds; ++round) {
    for (size_t k = 0; k < count; ++k) {
      auto& season = decomposition.seasons[k];
      for (size_t i = 0; i < n; ++i) workspace.adjusted[i] += season[i];
      auto stl = options.stl;
      stl.season_length = decomposition.season_lengths[k];
      stl.season_window = 7 + 4 * (static_cast<int32_t>(k) + 1);
      RESTOCK_TRY(decompose_stl(workspace.adjusted, stl, workspace.stl, workspace.part));
      season.swap(workspace.part.season);
      for (size_t i = 0; i < n; ++i) workspace.adjusted[i] -= season[i];
    }
  }
  decomposition.trend.swap(workspace.part.trend);
  decomposition.remainder.resize(n);
  for (size_t i = 0; i < n; ++i) {
    decomposition.remainder[i] = workspace.adjusted[i] - decomposition.trend[i];
  }
  return {};
}

Result<MstlFit> fit_mstl(std::span<const double> values, const MstlOptions& options,
                         MstlWorkspace& workspace) {
  MstlFit fit;
  RESTOCK_TRY(decompose_mstl(values, options, workspace, fit.decomposition));
  adjust(values, fit.decomposition, workspace.adjusted);
  const double size = std::max(std::abs(values[0]), spread(values));
  if (spread(workspace.adjusted) <= kConstantSpread * size) {
    fit.level = workspace.adjusted.back();
  } else if (options.trend == MstlTrend::kEts) {
    RESTOCK_TRY(fit.trend, auto_ets(workspace.adjusted, {.season_length = 1}, workspace.ets));
  } else {
    RESTOCK_TRY(fit.trend,
                fit_theta(workspace.adjusted, {.model = ThetaModel::kOptimised}, workspace.theta));
  }
  return fit;
}

void mstl_fitted(std::span<const double> values, const MstlFit& fit, MstlWorkspace& workspace,
                 std::span<double> fitted) {
  RESTOCK_ASSERT(values.size() == fit.decomposition.trend.size());
  RESTOCK_ASSERT(fitted.size() == values.size());
  adjust(values, fit.decomposition, workspace.adjusted);
  if (const auto* ets = std::get_if<EtsFit>(&fit.trend)) {
    ets_means(workspace.adjusted, *ets, fitted);
  } else if (const auto* theta = std::get_if<ThetaFit>(&fit.trend)) {
    theta_fitted(workspace.adjusted, *theta, workspace.theta, fitted);
  } else {
    std::fill(fitted.begin(), fitted.end(), fit.level);
  }
  for (const auto& season : fit.decomposition.seasons) {
    for (size_t i = 0; i < fitted.size(); ++i) fitted[i] += season[i];
  }
}

void forecast_mstl(const MstlFit& fit, int32_t horizon, LocalForecast& forecast) {
  RESTOCK_ASSERT(horizon >= 0);
  if (const auto* ets = std::get_if<EtsFit>(&fit.trend)) {
    forecast_ets(*ets, horizon, forecast);
    forecast.description = describe(fit, ets_name(ets->form));
  } else if (const auto* theta = std::get_if<ThetaFit>(&fit.trend)) {
    forecast_theta(*theta, horizon, forecast);
    forecast.description = describe(fit, forecast.description);
  } else {
    forecast.mean.assign(static_cast<size_t>(horizon), fit.level);
    forecast.variance.assign(static_cast<size_t>(horizon), 0.0);
    forecast.description = describe(fit, "constant");
  }
  forecast.fallback_reason.clear();
  for (size_t k = 0; k < fit.decomposition.seasons.size(); ++k) {
    const auto& season = fit.decomposition.seasons[k];
    const auto period = static_cast<size_t>(fit.decomposition.season_lengths[k]);
    for (size_t h = 0; h < forecast.mean.size(); ++h) {
      forecast.mean[h] += season[season.size() - period + h % period];
    }
  }
}

void mstl_or_theta(std::span<const double> values, const MstlOptions& options, int32_t horizon,
                   MstlWorkspace& workspace, LocalForecast& forecast) {
  const auto fit = fit_mstl(values, options, workspace);
  if (fit.ok()) return forecast_mstl(*fit, horizon, forecast);
  theta_or_mean(values, {}, horizon, workspace.theta, forecast);
  forecast.fallback_reason = fit.error().message;
}

Status mstl_batch(std::span<const double> values, std::span<const int64_t> offsets,
                  const MstlOptions& options, int32_t horizon, ThreadPool& pool,
                  std::span<LocalForecast> forecasts) {
  RESTOCK_TRY(check(options));
  RESTOCK_TRY(check_stl(options.stl));
  RESTOCK_TRY(check_theta_batch(values, offsets, horizon, forecasts.size()));
  pool.parallel_for(forecasts.size(), kBatchBlock, [&](size_t begin, size_t end) {
    MstlWorkspace workspace;
    for (size_t i = begin; i < end; ++i) {
      const auto first = static_cast<size_t>(offsets[i]);
      const auto count = static_cast<size_t>(offsets[i + 1]) - first;
      mstl_or_theta(values.subspan(first, count), options, horizon, workspace, forecasts[i]);
    }
  });
  return {};
}

}  // namespace restock
