// A C interface to the models of intermittent demand over a panel, for
// bench/intermittent/compare.py only.
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "science/local_models/local_models.h"
#include "science/local_models/pooled_counts.h"

namespace {

/// Monthly panel of n_series x n_periods; a negative number is a missing period.
restock::Panel panel_of(const float* units, int64_t n_series, int64_t n_periods, int32_t horizon) {
  restock::Panel panel;
  panel.axis.frequency = restock::Frequency::kMonthly;
  panel.key_names = {"series"};
  panel.origin = static_cast<restock::Period>(n_periods) - 1;
  panel.horizon = horizon;
  for (int64_t i = 0; i < n_series; ++i) {
    const std::string number = std::to_string(i);
    panel.keys.push_back({{std::string(9 - number.size(), '0') + number}});
    panel.start.push_back(0);
    for (int64_t t = 0; t < n_periods; ++t) {
      const float v = units[i * n_periods + t];
      panel.units.push_back(v < 0 ? 0 : v);
      panel.state.push_back(v < 0 ? restock::PeriodState::kMissing : restock::PeriodState::kSold);
    }
    panel.units.insert(panel.units.end(), static_cast<size_t>(horizon), 0.0F);
    panel.state.insert(panel.state.end(), static_cast<size_t>(horizon),
                       restock::PeriodState::kFuture);
    panel.offsets.push_back(static_cast<int64_t>(panel.units.size()));
  }
  return panel;
}

int32_t report(const restock::Status& status) {
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.error().to_string().c_str());
  return 1;
}

}  // namespace

extern "C" {

/// pooled_counts with its defaults; mean: n_series, quantiles: n_series x n_probabilities.
__attribute__((visibility("default"))) int32_t restock_pooled_counts(
    const float* units, int64_t n_series, int64_t n_periods, int32_t horizon, int32_t scaled_error,
    const double* probabilities, int64_t n_probabilities, double* mean, float* quantiles) {
  const auto panel = panel_of(units, n_series, n_periods, horizon);
  restock::ThreadPool pool(1);
  restock::PooledCountsTable table;
  const restock::PooledCountsOptions options{.mean = scaled_error != 0
                                                         ? restock::PooledMean::kScaledError
                                                         : restock::PooledMean::kDistribution};
  const auto status = restock::pooled_counts(
      panel, options, {probabilities, static_cast<size_t>(n_probabilities)}, pool, table);
  if (!status.ok()) return report(status);
  std::copy(table.mean.begin(), table.mean.end(), mean);
  std::copy(table.quantiles.begin(), table.quantiles.end(), quantiles);
  return 0;
}

/// The mean of one local model by name, the first step of each series.
__attribute__((visibility("default"))) int32_t restock_local_model(const float* units,
                                                                   int64_t n_series,
                                                                   int64_t n_periods,
                                                                   int32_t horizon,
                                                                   const char* name, double* mean) {
  const auto panel = panel_of(units, n_series, n_periods, horizon);
  const auto model = restock::parse_local_model(name);
  if (!model.ok()) return report(model.error());
  auto forecaster = restock::LocalForecaster::make({.chain = {*model}});
  if (!forecaster.ok()) return report(forecaster.error());
  restock::ThreadPool pool(1);
  restock::LocalForecastTable table;
  forecaster->forecast(panel, pool, table);
  for (int64_t i = 0; i < n_series; ++i) mean[i] = table.mean[static_cast<size_t>(i * horizon)];
  return 0;
}

}  // extern "C"
