#include "operations/ordering/policy_replay.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "foundation/domain/period_words.h"
#include "operations/ordering/passing_job.h"
#include "operations/pipeline/ensemble_stage.h"
#include "operations/pipeline/estimate.h"
#include "operations/pipeline/forecast_stage.h"
#include "operations/pipeline/replay_forecasts.h"
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
  const std::vector<SeriesSupply> supply = job.replay_supply();
  const int32_t risk = longest_risk_period(supply);
  ReplayedWindow window;
  window.first = panel.axis.label(first);
  window.cutoff = first - 1;
  RESTOCK_TRY(const ForecastStage stage, learn_until(job, window.cutoff, risk, pool, result));
  ReplayForecasts told(stage, panel, {risk, kPaths, job.config().run.seed}, pool);
  const ReplayInput input{panel, first, replayed.periods, supply, {}};
  RESTOCK_TRY(window.compared, replay(input, job.parameters(), told.forecast_at(), pool));
  RESTOCK_TRY(window.trials,
              try_critical_ratios(input, job.parameters(), replayed.ratios, told.paths_at(), pool));
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
