// A C interface to the intermittent models, for bench/local_models/compare_intermittent.py only.
#include <cstdint>
#include <cstdio>
#include <span>
#include <vector>

#include "science/local_models/intermittent.h"

extern "C" {

/// Forecast each series with `method` (an IntermittentMethod); mean and variance: n_series. 0 when
/// done, 1 when one is refused (the reason goes to stderr).
__attribute__((visibility("default"))) int32_t restock_intermittent_run(
    int32_t method, double alpha_size, double alpha_interval, const double* values,
    const int64_t* offsets, int64_t n_series, int32_t horizon, double* mean, double* variance) {
  const restock::IntermittentOptions options{
      .method = static_cast<restock::IntermittentMethod>(method),
      .alpha_size = alpha_size,
      .alpha_interval = alpha_interval};
  restock::IntermittentWorkspace workspace;
  restock::LocalForecast forecast;
  for (int64_t i = 0; i < n_series; ++i) {
    const std::span<const double> series(values + offsets[i],
                                         static_cast<size_t>(offsets[i + 1] - offsets[i]));
    const auto status =
        restock::forecast_intermittent(series, horizon, options, workspace, forecast);
    if (!status.ok()) {
      std::fprintf(stderr, "series %lld: %s\n", static_cast<long long>(i),
                   status.error().to_string().c_str());
      return 1;
    }
    mean[i] = forecast.mean.front();
    variance[i] = forecast.variance.front();
  }
  return 0;
}

/// The least sum of squared one-step errors with a constant in [alpha_min, alpha_max].
__attribute__((visibility("default"))) double restock_best_smoothing(const double* values,
                                                                     int64_t n, double alpha_min,
                                                                     double alpha_max) {
  return restock::best_smoothing({values, static_cast<size_t>(n)}, {alpha_min, alpha_max})
      .sum_of_squares;
}

}  // extern "C"
