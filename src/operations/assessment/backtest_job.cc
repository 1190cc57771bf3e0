#include <algorithm>

#include <fmt/format.h>

#include "operations/assessment/assessment.h"
#include "operations/assessment/sales_history.h"
#include "operations/pipeline/estimate.h"
#include "operations/pipeline/forecast_stage.h"
#include "science/forecast/accuracy.h"
#include "science/local_models/local_models.h"

namespace restock {
namespace {

/// Factor by which the training window is cut while the prediction is above the budget.
constexpr double kCut = 0.85;
constexpr int32_t kTrainPeriodsLeast = 30;

Result<int64_t> predicted_bytes(const Panel& panel, const BacktestOptions& options, size_t members,
                                int threads) {
  RESTOCK_TRY(const RunEstimate estimate, estimate_run(panel, options.model, threads));
  // Models of single series work on a copy of the panel as it was known.
  return estimate.memory_bytes + panel.memory_bytes() +
         backtest_working_bytes(panel.n_series(), members, options);
}

/// Shorten the training window until the prediction keeps to the budget.
Result<int64_t> fit_to_budget(const Panel& panel, int64_t budget, size_t members, int threads,
                              BacktestOptions& options, std::vector<std::string>& notes) {
  RESTOCK_TRY(int64_t predicted, predicted_bytes(panel, options, members, threads));
  int32_t longest = 0;
  for (size_t i = 0; i < panel.n_series(); ++i) longest = std::max(longest, panel.n_known(i));
  int32_t& periods = options.model.train_periods_max;
  bool cut = false;
  while (predicted > budget && (periods == 0 || periods > kTrainPeriodsLeast)) {
    periods = std::max(kTrainPeriodsLeast,
                       static_cast<int32_t>(kCut * (periods > 0 ? periods : longest)));
    RESTOCK_TRY(predicted, predicted_bytes(panel, options, members, threads));
    cut = true;
  }
  if (predicted > budget) {
    return Error{Code::kResourceExhausted,
                 fmt::format("{} MiB of memory do not hold a backtest of {} series: {} MiB needed",
                             budget >> 20, panel.n_series(), (predicted >> 20) + 1),
                 fmt::format("give --memory {}MiB, or fewer series", (predicted >> 20) + 1)};
  }
  if (cut)
    notes.push_back(fmt::format("learnt from the last {} periods of each series, to keep to {} MiB",
                                periods, budget >> 20));
  return predicted;
}

}  // namespace

Result<Assessment> backtest(const RunConfig& config, const BacktestRequest& request,
                            const ProgressCallback& progress) {
  Assessment out;
  out.kind = "backtest";
  BacktestOptions options;
  options.origins = request.origins;
  options.step = request.step;
  options.gap = request.gap;
  options.horizon = request.horizon.value_or(config.forecast.horizon);
  options.refit = request.refit;
  const int32_t step = options.step > 0 ? options.step : options.horizon;
  const int32_t hidden = (options.origins - 1) * step + options.gap + options.horizon;
  std::vector<LocalModel> local;
  for (const std::string& name : request.local_models) {
    RESTOCK_TRY(const LocalModel model, parse_local_model(name));
    if (std::ranges::find(local, model) == local.end()) local.push_back(model);
  }
  RESTOCK_TRY(const SalesHistory history, read_sales_history(config, hidden, progress));
  const Panel& panel = history.panel;
  RESTOCK_TRY([[maybe_unused]] const auto origins, backtest_origins(panel, options));
  options.probabilities = probabilities_of(config.forecast.levels);
  options.scoring.levels = config.forecast.levels;
  options.scoring.risk_periods =
      std::min(options.horizon, config.plan.lead_time + config.plan.review_period);
  options.scoring.seed = config.run.seed;
  RESTOCK_TRY(options.levels, aggregation_levels(panel, scored_column_sets(panel)));
  std::vector<ForecastMethod> methods = benchmark_methods();
  for (const LocalModel model : local) methods.push_back(local_method(model));
  const size_t members = methods.size() + 1;

  out.memory_budget_bytes = memory_budget(config);
  const int64_t working =
      panel.memory_bytes() + backtest_working_bytes(panel.n_series(), members, options);
  std::vector<std::string> notes;
  RESTOCK_TRY(options.model, global_model_options(config, panel, options.gap + options.horizon,
                                                  out.memory_budget_bytes - working, notes));
  options.model.holidays = history.holidays;
  ThreadPool pool(config.run.threads);
  RESTOCK_TRY(out.memory_predicted_bytes, fit_to_budget(panel, out.memory_budget_bytes, members,
                                                        pool.threads(), options, notes));
  notes.push_back(fmt::format("predicted before learning: {} MiB of memory at most",
                              out.memory_predicted_bytes >> 20));
  RESTOCK_TRY(out.result, run_backtest(panel, options, methods, pool, progress));
  notes.insert(notes.end(), out.result.notes.begin(), out.result.notes.end());
  out.result.notes = std::move(notes);

  out.axis = panel.axis;
  out.series = static_cast<int64_t>(panel.n_series());
  out.horizon = options.horizon;
  out.step = step;
  out.gap = options.gap;
  out.refit = options.refit;
  out.levels = options.scoring.levels;
  out.risk_periods = options.scoring.risk_periods;
  out.main_method = "ensemble";
  out.rows_quarantined = history.rows_quarantined;
  out.peak_rss_bytes = peak_rss_bytes();
  return out;
}

}  // namespace restock
