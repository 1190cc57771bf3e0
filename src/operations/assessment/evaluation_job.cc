#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "operations/assessment/assessment.h"
#include "operations/assessment/published_forecast.h"
#include "operations/assessment/sales_history.h"
#include "operations/pipeline/estimate.h"

namespace restock {
namespace {

namespace fs = std::filesystem;

Result<lake::Lake> open_lake(const RunConfig& config) {
  const fs::path given(config.output.directory);
  const fs::path output = given.is_absolute() ? given : fs::path(config.directory) / given;
  lake::LakeOptions options;
  options.directory = (output / "lake").lexically_normal().string();
  options.read_only = true;
  options.database.threads = config.run.threads;
  options.database.memory_bytes = database_memory(memory_budget(config));
  return lake::Lake::open(options);
}

/// Actuals of series that the run did not forecast say nothing about it.
void hide_unforecast(const PublishedForecast& forecast, Panel& panel) {
  for (size_t i = 0; i < panel.n_series(); ++i) {
    if (forecast.present[i] != 0) continue;
    for (Period t = std::max(panel.start[i], forecast.origin + 1); t <= panel.origin; ++t) {
      const auto at = static_cast<size_t>(panel.at(i, t));
      panel.state[at] = PeriodState::kMissing;
      panel.units[at] = 0;
    }
  }
}

/// Levels whose bounds are among the probabilities.
std::vector<double> levels_of(const std::vector<double>& probabilities) {
  std::vector<double> levels;
  for (const double p : probabilities) {
    if (p < 0.5 && find_probability_at(probabilities, 1 - p))
      levels.insert(levels.begin(), 100 * (1 - 2 * p));
  }
  return levels;
}

}  // namespace

Result<Assessment> evaluate_run(const RunConfig& config, const EvaluationRequest& request,
                                const ProgressCallback& progress) {
  RunConfig sources = config;
  for (const std::string& file : request.actuals_files)
    sources.data.files.push_back(fs::absolute(file).string());
  RESTOCK_TRY(SalesHistory history, read_sales_history(sources, 0, progress));
  Panel& panel = history.panel;
  RESTOCK_TRY(auto lake, open_lake(config));
  RESTOCK_TRY(const PublishedForecast forecast,
              read_published_forecast(lake, request.run_id, panel));
  if (panel.origin <= forecast.origin) {
    return Error{Code::kInvalidData,
                 fmt::format("nothing is known after {}, the origin of run {}: the sales end on {}",
                             panel.axis.label(forecast.origin), forecast.run_id,
                             panel.axis.label(panel.origin)),
                 "add the files with newer sales: --actuals FILE"};
  }
  hide_unforecast(forecast, panel);
  BacktestOptions options;
  options.scoring.levels = levels_of(forecast.probabilities);
  options.scoring.risk_periods =
      std::min(forecast.horizon, config.plan.lead_time + config.plan.review_period);
  options.scoring.seed = config.run.seed;
  RESTOCK_TRY(options.levels, aggregation_levels(panel, scored_column_sets(panel)));
  ThreadPool pool(config.run.threads);
  Assessment out;
  const ForecastView view{forecast.origin, forecast.horizon, forecast.mean, forecast.probabilities,
                          forecast.quantiles};
  RESTOCK_TRY(out.result, evaluate_forecast(panel, view, options, pool));
  out.kind = "evaluation";
  out.run_id = forecast.run_id;
  out.axis = panel.axis;
  out.series = std::count(forecast.present.begin(), forecast.present.end(), 1);
  out.horizon = forecast.horizon;
  out.step = forecast.horizon;
  out.levels = options.scoring.levels;
  out.risk_periods = options.scoring.risk_periods;
  out.main_method = "forecast";
  out.series_unmatched = forecast.unmatched;
  out.rows_quarantined = history.rows_quarantined;
  out.memory_budget_bytes = memory_budget(config);
  out.peak_rss_bytes = peak_rss_bytes();
  return out;
}

}  // namespace restock
