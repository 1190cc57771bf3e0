// A C interface to the theta models and MSTL, for bench/local_models/compare_theta.py only.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <span>

#include "science/local_models/mstl.h"
#include "science/local_models/theta.h"

namespace {

std::span<const double> series(const double* values, const int64_t* offsets, int64_t i) {
  return {values + offsets[i], static_cast<size_t>(offsets[i + 1] - offsets[i])};
}

}  // namespace

extern "C" {

struct ThetaRequest {
  int32_t model;
  int32_t season_length;
  double alpha_min;
  double alpha_max;
};

/// Fit, forecast and fitted values of each series: fitted has the shape of values, parameters 3 a
/// series (alpha, theta, sse without the season), mean and variance `horizon` a series. Returns the
/// number of series that were not fitted.
__attribute__((visibility("default"))) int32_t restock_theta(
    const ThetaRequest* request, const double* values, const int64_t* offsets, int64_t n_series,
    int32_t horizon, double* fitted, double* parameters, double* mean, double* variance) {
  const restock::ThetaOptions options{.model = static_cast<restock::ThetaModel>(request->model),
                                      .season_length = request->season_length,
                                      .alpha_min = request->alpha_min,
                                      .alpha_max = request->alpha_max};
  restock::ThetaWorkspace workspace;
  restock::LocalForecast forecast;
  int32_t refused = 0;
  for (int64_t i = 0; i < n_series; ++i) {
    const auto y = series(values, offsets, i);
    const auto fit = restock::fit_theta(y, options, workspace);
    if (!fit.ok()) {
      std::fprintf(stderr, "series %d: %s\n", static_cast<int>(i), fit.error().message.c_str());
      ++refused;
      continue;
    }
    restock::theta_fitted(y, *fit, workspace, {fitted + offsets[i], y.size()});
    restock::forecast_theta(*fit, horizon, forecast);
    parameters[3 * i] = fit->alpha;
    parameters[3 * i + 1] = fit->theta;
    parameters[3 * i + 2] = fit->sse;
    for (int32_t h = 0; h < horizon; ++h) {
      mean[i * horizon + h] = forecast.mean[static_cast<size_t>(h)];
      variance[i * horizon + h] = forecast.variance[static_cast<size_t>(h)];
    }
  }
  return refused;
}

/// MSTL with the seasons given, the trend by ETS (0) or theta (1): remainder and fitted have the
/// shape of values, mean `horizon` a series. Returns the number of series that were not fitted.
__attribute__((visibility("default"))) int32_t
restock_mstl(const int32_t* season_lengths, int32_t n_seasons, int32_t trend, const double* values,
             const int64_t* offsets, int64_t n_series, int32_t horizon, double* remainder,
             double* fitted, double* mean) {
  const restock::MstlOptions options{.season_lengths = {season_lengths, season_lengths + n_seasons},
                                     .trend = static_cast<restock::MstlTrend>(trend)};
  restock::MstlWorkspace workspace;
  restock::LocalForecast forecast;
  int32_t refused = 0;
  for (int64_t i = 0; i < n_series; ++i) {
    const auto y = series(values, offsets, i);
    const auto fit = restock::fit_mstl(y, options, workspace);
    if (!fit.ok()) {
      std::fprintf(stderr, "series %d: %s\n", static_cast<int>(i), fit.error().message.c_str());
      ++refused;
      continue;
    }
    const auto& rest = fit->decomposition.remainder;
    std::copy(rest.begin(), rest.end(), remainder + offsets[i]);
    restock::mstl_fitted(y, *fit, workspace, {fitted + offsets[i], y.size()});
    restock::forecast_mstl(*fit, horizon, forecast);
    std::copy(forecast.mean.begin(), forecast.mean.end(), mean + i * horizon);
  }
  return refused;
}

}  // extern "C"
