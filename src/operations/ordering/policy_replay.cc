#include "operations/ordering/policy_replay.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "foundation/domain/period_words.h"
#include "operations/ordering/passing_job.h"
#include "operations/pipeline/ensemble_stage.h"
#include "operations/pipeline/estimate.h"
#include "operations/pipeline/forecast_stage.h"
#include "operations/pipeline/plan_stage.h"
#include "operations/pipeline/stage_clock.h"

namespace restock {
namespace {

constexpr int32_t kPaths = 500;

/// The model and ensemble of a window, learnt from periods <= cutoff.
Result<ForecastStage> learn_until(const PassingJob& job, Period cutoff, int32_t horizon,
                                  ThreadPool& pool, RunResult& result) {
  const Panel& panel = result.panel;
  std::vector<std::string> notes;
  RESTOCK_TRY(GlobalModelOptions learn,
              global_model_options(job.config(), panel, horizon, job.memory(), notes));
  learn.holidays = job.holidays();
  RESTOCK_TRY(const RunEstimate estimate, estimate_run(panel, learn, pool.threads()));
  RESTOCK_TRY(auto model, GlobalModel::fit(panel, cutoff, learn, pool, {}));
  ForecastStage stage{std::move(model), std::nullopt, std::nullopt};
  const EnsembleRequest asked{job.config().forecast.ensemble, estimate, job.memory(), 1};
  RESTOCK_TRY(stage.ensemble, learn_run_ensemble(asked, panel, stage.scored, pool, result));
  return stage;
}

Result<ReplayedWindow> replay_window(const PassingJob& job, const PolicyReplay& replayed,
                                     Period first, ThreadPool& pool, RunResult& result) {
  const Panel& panel = result.panel;
  const auto& supply = job.supply();
  const int32_t risk = longest_risk_period(supply);
  ReplayedWindow window;
  window.first = panel.axis.label(first);
  window.cutoff = first - 1;
  RESTOCK_TRY(const ForecastStage stage, learn_until(job, window.cutoff, risk, pool, result));
  std::map<Period, ForecastTable> tables;
  const auto table_at = [&](Period origin) -> Result<const ForecastTable*> {
    if (const auto found = tables.find(origin); found != tables.end()) return &found->second;
    RESTOCK_TRY(auto table, stage.forecast(stage.scored, panel, {origin, risk}, {}, pool));
    return &tables.emplace(origin, std::move(table)).first->second;
  };
  const ReplayInput input{panel, first, replayed.periods, supply, {}};
  const ForecastAt forecast_at = [&](Period origin) -> Result<CumulativeForecast> {
    RESTOCK_TRY(const ForecastTable* table, table_at(origin));
    return cumulate(*table);
  };
  RESTOCK_TRY(window.compared, replay(input, job.parameters(), forecast_at, pool));
  window.compared.front().policy = "order_up_to";
  const PathsAt paths_at = [&](Period origin, std::span<const size_t> series) -> Result<PathBlock> {
    RESTOCK_TRY(const ForecastTable* table, table_at(origin));
    PathBlock block{table->horizon, kPaths, {}};
    RESTOCK_TRY(block.values, stage.scored.sample_paths(panel, *table, series,
                                                        {kPaths, job.config().run.seed}, pool));
    return block;
  };
  RESTOCK_TRY(window.trials,
              try_critical_ratios(input, job.parameters(), replayed.ratios, paths_at, pool));
  return window;
}

std::vector<std::vector<PolicyTrial>> trials_of(std::span<const ReplayedWindow> windows) {
  std::vector<std::vector<PolicyTrial>> trials;
  trials.reserve(windows.size());
  for (const auto& window : windows) trials.push_back(window.trials);
  return trials;
}

Status check_history(const Panel& panel, const PolicyReplay& replayed, int32_t windows) {
  Period earliest = panel.origin;
  for (const Period start : panel.start) earliest = std::min(earliest, start);
  const int64_t asked = int64_t{windows} * replayed.periods;
  const int64_t known = int64_t{panel.origin} - earliest + 1;
  if (asked * 2 <= known) return {};
  return Error{Code::kInvalidArgument,
               fmt::format("{} windows of {} leave less than half of the {} known to learn from",
                           windows, periods_in_words(replayed.periods, panel.axis.frequency),
                           periods_in_words(static_cast<int32_t>(known), panel.axis.frequency)),
               "lower --windows or --periods"};
}

}  // namespace

Result<PolicyReplay> replay_policies(const RunConfig& config, const PolicyReplayOptions& options,
                                     const ProgressCallback& progress) {
  PolicyReplay replayed;
  RunResult& result = replayed.result;
  RESTOCK_TRY(const PassingJob job, PassingJob::open(config, options.files, progress, result));
  const int32_t risk = job.config().plan.lead_time + job.config().plan.review_period;
  replayed.periods = options.periods > 0 ? options.periods : 4 * risk;
  replayed.ratios = options.ratios;
  RESTOCK_TRY(check_history(result.panel, replayed, options.windows));
  ThreadPool pool(job.config().run.threads);
  StageClock clock(result.stages, progress);
  for (int32_t k = options.windows; k > 0; --k) {
    RESTOCK_TRY(clock.begin(fmt::format("window {}", options.windows - k + 1)));
    const Period first = result.panel.origin - k * replayed.periods + 1;
    RESTOCK_TRY(ReplayedWindow window, replay_window(job, replayed, first, pool, result));
    window.chosen = choose_critical_ratio(replayed.ratios, trials_of(replayed.windows),
                                          job.parameters(), kChoiceTolerance);
    replayed.windows.push_back(std::move(window));
    clock.end(static_cast<int64_t>(result.panel.n_series()) * replayed.periods);
  }
  replayed.chosen = choose_critical_ratio(replayed.ratios, trials_of(replayed.windows),
                                          job.parameters(), kChoiceTolerance);
  result.peak_rss_bytes = peak_rss_bytes();
  return replayed;
}

}  // namespace restock
