// A C interface to ARIMA models, for bench/local_models/compare_arima.py only.
#include <cstdint>
#include <cstdio>
#include <span>
#include <vector>

#include "science/local_models/auto_arima.h"

extern "C" {

struct ArimaRow {
  int32_t order[8];  // p, d, q, P, D, Q, constant, models tried
  double log_likelihood;
  double aicc;
  double sigma2;
  double constant;
  double coefficients[14];  // ar, ma, seasonal ar, seasonal ma, one after the other
};

/// Choose and fit a model (order null) or fit the given one (p, d, q, P, D, Q, constant), and
/// forecast. Returns 0, or 1 with the reason on stderr.
__attribute__((visibility("default"))) int32_t restock_arima_run(const double* values, int64_t n,
                                                                 int32_t period,
                                                                 const int32_t* order,
                                                                 int32_t horizon, ArimaRow* row,
                                                                 double* mean) {
  static restock::AutoArimaWorkspace workspace;
  const std::span series(values, static_cast<size_t>(n));
  restock::ArimaFit fit;
  *row = {};
  std::string reason;
  if (order == nullptr) {
    auto found = restock::auto_arima(series, {.period = period}, workspace);
    if (found.ok()) {
      fit = found->fit;
      row->order[7] = found->models_tried;
    } else {
      reason = found.error().to_string();
    }
  } else {
    auto found = restock::fit_arima(series,
                                    {.ar = order[0],
                                     .differences = order[1],
                                     .ma = order[2],
                                     .seasonal_ar = order[3],
                                     .seasonal_differences = order[4],
                                     .seasonal_ma = order[5],
                                     .period = period,
                                     .constant = order[6] != 0},
                                    {}, workspace.arima);
    if (found.ok()) {
      fit = *found;
    } else {
      reason = found.error().to_string();
    }
  }
  if (!reason.empty()) {
    std::fprintf(stderr, "%s\n", reason.c_str());
    return 1;
  }
  const auto& o = fit.order;
  const int32_t parts[7] = {
      o.ar,          o.differences,     o.ma, o.seasonal_ar, o.seasonal_differences,
      o.seasonal_ma, o.constant ? 1 : 0};
  for (int i = 0; i < 7; ++i) row->order[i] = parts[i];
  row->log_likelihood = fit.log_likelihood;
  row->aicc = fit.aicc;
  row->sigma2 = fit.sigma2;
  row->constant = fit.constant;
  size_t k = 0;
  for (const auto* part : {&fit.ar, &fit.ma, &fit.seasonal_ar, &fit.seasonal_ma}) {
    for (const double value : *part) row->coefficients[k++] = value;
  }
  restock::LocalForecast forecast;
  restock::forecast_arima(fit, series, horizon, workspace.arima, forecast);
  for (int32_t h = 0; h < horizon; ++h) mean[h] = forecast.mean[static_cast<size_t>(h)];
  return 0;
}
}
