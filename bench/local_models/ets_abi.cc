// A C interface to exponential smoothing, for bench/local_models/compare_ets.py only.
#include <cstdint>
#include <cstring>
#include <span>

#include "science/local_models/ets.h"

namespace {

/// "MAd,A" without commas, as the peer writes it: error, trend, season, D where damped else N.
void write_form(const restock::EtsForm& form, char* out) {
  out[0] = form.error == restock::EtsError::kAdditive ? 'A' : 'M';
  out[1] = form.trend == restock::EtsTrend::kNone ? 'N' : 'A';
  out[2] = "NAM"[static_cast<int>(form.season)];
  out[3] = form.trend == restock::EtsTrend::kDamped ? 'D' : 'N';
  out[4] = '\0';
}

restock::EtsForm read_form(const char* text) {
  using namespace restock;
  EtsForm form;
  form.error = text[0] == 'A' ? EtsError::kAdditive : EtsError::kMultiplicative;
  form.trend = text[1] == 'N'   ? EtsTrend::kNone
               : text[3] == 'D' ? EtsTrend::kDamped
                                : EtsTrend::kAdditive;
  form.season = text[2] == 'N'   ? EtsSeason::kNone
                : text[2] == 'A' ? EtsSeason::kAdditive
                                 : EtsSeason::kMultiplicative;
  return form;
}

}  // namespace

extern "C" {

struct EtsRow {
  double log_likelihood;
  double aicc;
  double parameters[4];
  double state[4];
  char form[8];
};

/// Fit n_series series, one thread; form "" lets AICc choose. rows: n_series; mean: n_series times
/// horizon. Returns how many could not be fitted (their log-likelihood stays 0).
__attribute__((visibility("default"))) int32_t restock_ets_run(
    const double* values, const int64_t* offsets, int64_t n_series, int32_t season_length,
    const char* form, int32_t horizon, EtsRow* rows, double* mean) {
  restock::EtsWorkspace workspace;
  restock::LocalForecast forecast;
  const restock::EtsOptions options{.season_length = season_length};
  int32_t failed = 0;
  for (int64_t i = 0; i < n_series; ++i) {
    const std::span y(values + offsets[i], static_cast<size_t>(offsets[i + 1] - offsets[i]));
    auto fit = form[0] == '\0' ? restock::auto_ets(y, options, workspace)
                               : restock::fit_ets(y, read_form(form), options, workspace);
    rows[i] = {};
    if (!fit.ok()) {
      ++failed;
      continue;
    }
    restock::forecast_ets(*fit, horizon, forecast);
    std::memcpy(mean + i * horizon, forecast.mean.data(), sizeof(double) * horizon);
    rows[i] = {fit->log_likelihood,
               fit->aicc,
               {fit->alpha, fit->beta, fit->gamma, fit->phi},
               {fit->level, fit->trend, fit->initial_level, fit->initial_trend},
               {}};
    write_form(fit->form, rows[i].form);
  }
  return failed;
}

}  // extern "C"
