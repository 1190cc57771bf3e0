#include "operations/tuning/tuning.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include <fmt/format.h>

#include "foundation/base/sha256.h"
#include "foundation/base/thread_pool.h"
#include "foundation/config/config_file.h"
#include "operations/assessment/sales_history.h"
#include "operations/pipeline/estimate.h"
#include "operations/pipeline/forecast_stage.h"
#include "operations/tuning/forecast_space.h"
#include "operations/tuning/panel_digest.h"
#include "operations/tuning/spending.h"
#include "operations/tuning/tuning_report.h"
#include "operations/tuning/window_score.h"

namespace restock {
namespace {

constexpr int kTrialsStandard = 30;
constexpr int kWindowsStandard = 6;
/// Horizons of history that the earliest window learns from at least.
constexpr int32_t kHistoryHorizons = 2;
/// What is kept of a budget for learning the configured and the chosen options on the last horizon:
/// twice the longest evaluation so far, and a quarter for the longer history.
constexpr double kReserveEvaluations = 2.5;

/// Seconds of a training that a kill may leave out of elapsed.tsv, beside those since a checkpoint.
constexpr double kSecondsUnrecorded = 1;

Status check_request(const TuneRequest& r) {
  const auto wrong = [](std::string message, std::string hint) {
    return Error{Code::kInvalidArgument, std::move(message), std::move(hint)};
  };
  if (r.trials && *r.trials < 1)
    return wrong(fmt::format("a search needs at least 1 trial, got {}", *r.trials), "");
  if (r.windows < 0 || r.step < 0 || r.eta < 2) {
    return wrong(fmt::format("a search needs windows >= 0, step >= 0 and eta >= 2, got {}, {} and "
                             "{}",
                             r.windows, r.step, r.eta),
                 "");
  }
  if (r.seconds && !(*r.seconds > 0 && std::isfinite(*r.seconds)))
    return wrong(fmt::format("a budget of time must be above 0 seconds, got {}", *r.seconds), "");
  if (!r.money) return {};
  if (!(*r.money > 0 && std::isfinite(*r.money)))
    return wrong(fmt::format("a budget of money must be above 0, got {}", *r.money), "");
  if (!(r.price_per_hour > 0 && std::isfinite(r.price_per_hour)))
    return wrong("a budget of money needs the price of the machine",
                 "give --price_per_hour, in the same money");
  return {};
}

std::optional<double> seconds_limit(const TuneRequest& request) {
  std::optional<double> limit = request.seconds;
  if (request.money) {
    const double bought = *request.money / request.price_per_hour * 3600;
    limit = limit ? std::min(*limit, bought) : bought;
  }
  return limit;
}

std::string folder_of(const RunConfig& config, const TuneRequest& request) {
  if (!request.directory.empty()) return request.directory;
  const std::filesystem::path output(config.output.directory);
  return ((output.is_absolute() ? output : std::filesystem::path(config.directory) / output) /
          "tuning")
      .lexically_normal()
      .string();
}

/// Origins of the windows, newest first; all windows end before the last horizon.
Result<std::vector<Period>> window_origins(const Panel& panel, int32_t horizon, int32_t step,
                                           int windows_wanted) {
  Period first = panel.origin;
  for (const Period start : panel.start) first = std::min(first, start);
  const Period newest = panel.origin - 2 * horizon;
  const int64_t room = static_cast<int64_t>(newest) - (first + kHistoryHorizons * horizon - 1);
  const int64_t most = room < 0 ? 0 : room / step + 1;
  if (most < std::max(1, windows_wanted)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("{} windows {} periods apart, the last horizon of {} and {} periods "
                             "to learn from need more than the {} periods of the history",
                             std::max(1, windows_wanted), step, horizon, kHistoryHorizons * horizon,
                             panel.origin - first + 1),
                 most > 0 ? fmt::format("at most {} fit: --windows {}", most, most)
                          : "take a shorter [forecast] horizon"};
  }
  const int64_t count =
      windows_wanted > 0 ? windows_wanted : std::min<int64_t>(most, kWindowsStandard);
  std::vector<Period> origins;
  origins.reserve(static_cast<size_t>(count));
  for (int32_t w = 0; w < count; ++w) origins.push_back(newest - w * step);
  return origins;
}

LastWindowRecord last_window_record(size_t trial, const WindowScore& score) {
  const Metrics& m = score.metrics;
  return {trial, score.model_sha256, score.trees, m.wape, m.rmsse, m.mase, m.rmse, m.mae, m.bias};
}

/// One call of `tune`.
class TuningJob {
 public:
  TuningJob(const RunConfig& config, const TuneRequest& request, const ProgressCallback& progress)
      : config_(config),
        request_(request),
        progress_(progress),
        pool_(config.run.threads),
        spending_(seconds_limit(request)) {}

  Result<TuningResult> run();

 private:
  Status read_history();
  /// Memory and the periods learnt from, the same for all trials.
  Status fit_to_memory();
  Status start_search();
  [[nodiscard]] std::string description() const;
  /// Tell the search what earlier sessions found.
  Status replay();
  Status search();
  Status score_last_horizon();
  Result<LastWindowRecord> last_horizon_of(size_t trial);
  /// The configuration of a trial.
  [[nodiscard]] RunConfig config_of(size_t trial, const Configuration& values) const;
  [[nodiscard]] std::string label_of(const Evaluation& evaluation) const;
  /// Learn and score; with `keep_to_budget`, stop where the budget ends, less the reserve.
  Result<WindowScore> evaluate_one(const std::string& label, const RunConfig& config, Period origin,
                                   bool keep_to_budget);
  [[nodiscard]] bool budget_ends() const {
    return spending_.exhausted(kReserveEvaluations * longest_evaluation_);
  }
  [[nodiscard]] Status spend();
  [[nodiscard]] int trials_max() const {
    if (request_.trials) return *request_.trials;
    return spending_.limit() ? std::numeric_limits<int>::max() : kTrialsStandard;
  }

  RunConfig config_;
  const TuneRequest& request_;
  const ProgressCallback& progress_;
  ThreadPool pool_;
  Spending spending_;
  double longest_evaluation_ = 0;
  SessionRecord session_;
  SalesHistory history_;
  std::optional<TuningFolder> folder_;
  std::optional<Search> search_;
  TuningResult result_;
};

Status TuningJob::read_history() {
  result_.horizon = config_.forecast.horizon;
  result_.step = request_.step > 0 ? request_.step : result_.horizon;
  const int windows = request_.windows > 0 ? request_.windows : kWindowsStandard;
  const int64_t hidden =
      2 * static_cast<int64_t>(result_.horizon) + static_cast<int64_t>(windows - 1) * result_.step;
  constexpr int64_t kHiddenMost = 1'000'000;
  RESTOCK_TRY(
      history_,
      read_sales_history(config_, static_cast<int32_t>(std::min(hidden, kHiddenMost)), progress_));
  const Panel& panel = history_.panel;
  RESTOCK_TRY(result_.origins,
              window_origins(panel, result_.horizon, result_.step, request_.windows));
  result_.last_origin = panel.origin - result_.horizon;
  result_.axis = panel.axis;
  result_.series = static_cast<int64_t>(panel.n_series());
  result_.rows_quarantined = history_.rows_quarantined;
  return {};
}

Status TuningJob::fit_to_memory() {
  const Panel& panel = history_.panel;
  const int64_t working = panel.memory_bytes() + result_.series * result_.horizon * 3 *
                                                     static_cast<int64_t>(sizeof(double));
  result_.memory_budget_bytes = memory_budget(config_);
  RESTOCK_TRY(const GlobalModelOptions options,
              global_model_options(config_, panel, result_.horizon,
                                   result_.memory_budget_bytes - working, result_.notes));
  config_.forecast.train_periods_max = options.train_periods_max;
  RESTOCK_TRY(const RunEstimate estimate, estimate_run(panel, options, pool_.threads()));
  result_.memory_predicted_bytes = estimate.memory_bytes + working;
  if (result_.memory_predicted_bytes <= result_.memory_budget_bytes) return {};
  return Error{Code::kResourceExhausted,
               fmt::format("{} MiB of memory do not hold a search over {} series: {} MiB needed",
                           result_.memory_budget_bytes >> 20, result_.series,
                           (result_.memory_predicted_bytes >> 20) + 1),
               fmt::format("give --memory {}MiB, or a smaller [forecast] train_periods_max",
                           (result_.memory_predicted_bytes >> 20) + 1)};
}

std::string TuningJob::description() const {
  std::string text = fmt::format(
      "restock {} tuning\nmethod {}\nseed {}\nmeasure {}\nhorizon {}\nwindows {}, {} periods "
      "apart, "
      "the newest after {}\neta {}\nrandom trials {}\n",
      RESTOCK_VERSION, search_method_name(request_.method), config_.run.seed, request_.measure,
      result_.horizon, result_.origins.size(), result_.step,
      result_.axis.label(result_.origins.front()), request_.eta, result_.options.random_trials);
  for (const TunedParameter& p : result_.space) {
    text += p.choices.empty()
                ? fmt::format("parameter {} from {} to {}{}{}\n", p.name, p.low, p.high,
                              p.logarithmic ? ", logarithmic" : "", p.whole ? ", whole" : "")
                : fmt::format("parameter {} one of {}\n", p.name, fmt::join(p.choices, ", "));
  }
  RunConfig options;
  options.forecast = config_.forecast;
  return text + fmt::format("options of [forecast] {}\ndata {}\n", sha256_hex(to_toml(options)),
                            panel_digest(history_.panel, history_.holidays));
}

Status TuningJob::start_search() {
  RESTOCK_TRY(result_.space, forecast_space(config_.forecast, request_.parameters));
  result_.options.method = request_.method;
  result_.options.windows = static_cast<int>(result_.origins.size());
  result_.options.eta = request_.eta;
  result_.options.seed = config_.run.seed;
  RESTOCK_TRY([[maybe_unused]] const double known,
              measure_of({.scored = 1, .scaled_series = 1}, request_.measure));
  std::vector<std::string> unused;
  RESTOCK_TRY(const GlobalModelOptions options,
              global_model_options(config_, history_.panel, result_.horizon,
                                   result_.memory_budget_bytes, unused));
  RESTOCK_TRY(const RunEstimate estimate, estimate_run(history_.panel, options, pool_.threads()));
  RESTOCK_TRY(search_, Search::make(result_.space,
                                    configured_values(result_.space, config_.forecast,
                                                      estimate.training_rows),
                                    result_.options));
  result_.directory = folder_of(config_, request_);
  RESTOCK_TRY(folder_,
              TuningFolder::open(result_.directory, description(), result_.space, progress_));
  spending_.add_before(folder_->seconds_before());
  longest_evaluation_ = folder_->longest_evaluation_before();
  RESTOCK_TRY(spend());
  return replay();
}

Status TuningJob::replay() {
  for (const EvaluationRecord& record : folder_->trials()) {
    const auto due = search_->next(std::numeric_limits<int>::max());
    if (!due || *due != record.evaluation) {
      return Error{Code::kInvalidData,
                   fmt::format("trials.tsv has trial {} in window {} where this search asks for "
                               "another evaluation",
                               record.evaluation.trial, record.evaluation.window),
                   "remove the folder of the search to begin anew"};
    }
    RESTOCK_TRY(search_->tell(*due, record.loss));
  }
  result_.evaluations_before = static_cast<int64_t>(folder_->trials().size());
  return {};
}

RunConfig TuningJob::config_of(size_t trial, const Configuration& values) const {
  RunConfig config = config_;
  if (trial > 0) config.forecast = with_values(result_.space, values, config_.forecast);
  return config;
}

std::string TuningJob::label_of(const Evaluation& evaluation) const {
  const std::string trials =
      trials_max() < std::numeric_limits<int>::max() ? fmt::format(" of {}", trials_max()) : "";
  return fmt::format("trial {}{}, window {} of {}", evaluation.trial, trials, evaluation.window + 1,
                     result_.origins.size());
}

Status TuningJob::spend() {
  session_.seconds = spending_.this_session();
  session_.longest_evaluation = longest_evaluation_;
  return folder_->spend(session_);
}

Result<WindowScore> TuningJob::evaluate_one(const std::string& label, const RunConfig& config,
                                            Period origin, bool keep_to_budget) {
  LearnCallbacks callbacks = folder_->checkpoints().callbacks([&](const Progress& told) {
    if (keep_to_budget && budget_ends()) {
      result_.ended_by_budget = true;
      return false;
    }
    const bool growing = told.stage == "train";
    return !progress_ || progress_({label, growing ? told.done : 0, growing ? told.total : 0});
  });
  const auto save = callbacks.save_checkpoint;
  callbacks.save_checkpoint = [&](const std::string& training, std::string_view bytes) -> Status {
    RESTOCK_TRY(save(training, bytes));
    return spending_.this_session() < session_.seconds + kSecondsUnrecorded ? Status() : spend();
  };
  const double begin = spending_.this_session();
  RESTOCK_TRY(WindowScore score,
              score_window({history_.panel, history_.holidays, result_.horizon, pool_}, config,
                           origin, callbacks));
  longest_evaluation_ = std::max(longest_evaluation_, spending_.this_session() - begin);
  ++session_.evaluations;
  for (const std::string& training : score.resumed)
    result_.notes.push_back(fmt::format("{}: {}", label, training));
  return score;
}

Status TuningJob::search() {
  while (const auto due = search_->next(trials_max())) {
    if (budget_ends()) result_.ended_by_budget = true;
    if (result_.ended_by_budget) break;
    const Period origin = result_.origins[static_cast<size_t>(due->window)];
    const auto score =
        evaluate_one(label_of(*due), config_of(due->trial, due->configuration), origin, true);
    if (!score.ok()) {
      if (result_.ended_by_budget) break;
      return score.error();
    }
    RESTOCK_TRY(const double loss, measure_of(score->metrics, request_.measure));
    RESTOCK_TRY(search_->tell(*due, loss));
    RESTOCK_TRY(folder_->add(EvaluationRecord{*due, result_.axis.label(origin), loss, score->trees,
                                              score->model_sha256}));
    RESTOCK_TRY(spend());
  }
  if (search_->best()) return {};
  return Error{Code::kResourceExhausted,
               fmt::format("the budget of {:.0f} s ended before the configured options were judged "
                           "on {} windows",
                           *spending_.limit(), result_.origins.size()),
               "give more; what was found is kept, and the same command goes on"};
}

Result<LastWindowRecord> TuningJob::last_horizon_of(size_t trial) {
  const bool chosen = trial == result_.chosen;
  for (const LastWindowRecord& record : folder_->last_window()) {
    if (record.trial != trial) continue;
    if (!chosen || sha256_hex(folder_->read("tuned.model").value_or("")) == record.model_sha256)
      return record;
  }
  RESTOCK_TRY(const WindowScore score,
              evaluate_one(fmt::format("trial {}, last horizon", trial),
                           config_of(trial, search_->trials()[trial].configuration),
                           result_.last_origin, false));
  const LastWindowRecord record = last_window_record(trial, score);
  if (chosen) RESTOCK_TRY(folder_->write("tuned.model", score.model));
  if (std::ranges::find(folder_->last_window(), record) == folder_->last_window().end())
    RESTOCK_TRY(folder_->add(record));
  return record;
}

Status TuningJob::score_last_horizon() {
  result_.chosen = *search_->best();
  RESTOCK_TRY(result_.configured, last_horizon_of(0));
  RESTOCK_TRY(result_.tuned, last_horizon_of(result_.chosen));
  return {};
}

Result<TuningResult> TuningJob::run() {
  RESTOCK_TRY(check_request(request_));
  result_.request = request_;
  RESTOCK_TRY(read_history());
  RESTOCK_TRY(fit_to_memory());
  RESTOCK_TRY(start_search());
  RESTOCK_TRY(search());
  RESTOCK_TRY(score_last_horizon());
  folder_->checkpoints().clear();
  result_.trials = search_->trials();
  result_.evaluations = static_cast<int64_t>(folder_->trials().size());
  result_.notes.push_back(fmt::format("predicted before learning: {} MiB of memory at most",
                                      result_.memory_predicted_bytes >> 20));
  result_.sessions = static_cast<int64_t>(folder_->sessions().size()) + 1;
  result_.seconds_spent = spending_.total();
  result_.seconds_limit = spending_.limit();
  result_.peak_rss_bytes = peak_rss_bytes();
  RESTOCK_TRY(folder_->write("tuned.toml", tuned_toml(result_)));
  RESTOCK_TRY(spend());
  return std::move(result_);
}

}  // namespace

Result<TuningResult> tune(const RunConfig& config, const TuneRequest& request,
                          const ProgressCallback& progress) {
  return TuningJob(config, request, progress).run();
}

}  // namespace restock
