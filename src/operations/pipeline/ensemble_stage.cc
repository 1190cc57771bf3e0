#include "operations/pipeline/ensemble_stage.h"

#include <cmath>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "science/ensemble/forecast_method.h"

namespace restock {
namespace {

constexpr size_t kProfile = 1;
/// Seconds of one core that the members may take by the estimate: whether there is an ensemble must
/// not depend on the number of threads.
constexpr double kSecondsMost = 60;

/// The members after the model and its profile.
std::vector<ForecastMethod> other_members() {
  std::vector<ForecastMethod> methods = benchmark_methods();
  methods.push_back(local_method(LocalModel::kImapa));
  return methods;
}

std::vector<std::string> member_names() {
  std::vector<std::string> names = {"global_model", "profile"};
  for (const ForecastMethod& method : other_members()) names.push_back(method.name);
  return names;
}

/// Forecasts of all members beside the model's own; of those that `of` needs, if it is given.
/// profile: the model's, empty if it is not needed.
Result<MemberWindow> member_window(const Panel& panel, const MeanForecast& model,
                                   std::vector<double> profile, const Ensemble* of,
                                   ThreadPool& pool) {
  MemberWindow window{model.origin, model.horizon, {model.mean, std::move(profile)}, {}};
  for (const std::string& reason : model.fallback_reason)
    window.alone.push_back(reason.empty() ? 0 : 1);
  size_t member = kProfile + 1;
  for (const ForecastMethod& method : other_members()) {
    window.means.emplace_back();
    if (of == nullptr || of->needed(member)) {
      RESTOCK_TRY(auto said, method.forecast(panel, {model.origin, model.horizon}, pool));
      window.means.back() = std::move(said.mean);
    }
    ++member;
  }
  return window;
}

/// Why "auto" does not even try; empty = it does.
std::string too_dear(const EnsembleRequest& request, const GlobalModel& model, const Panel& panel) {
  const GlobalModelOptions& options = model.options();
  if (!options.quantiles.empty()) return "the quantiles are learnt directly";
  if (request.estimate.training_rows > options.refit_rows_max) {
    return fmt::format("{} rows to learn from are more than {}", request.estimate.training_rows,
                       options.refit_rows_max);
  }
  const EnsembleEstimate cost =
      estimate_ensemble(panel, options.horizon, member_names().size(), request.forecasts);
  if (cost.seconds > kSecondsMost)
    return fmt::format("its members would take about {:.0f} s of one core", cost.seconds);
  const int64_t held = request.estimate.memory_bytes - request.estimate.training_bytes;
  if (held + cost.memory_bytes > request.memory_bytes)
    return fmt::format("its members would need {} MiB more", cost.memory_bytes >> 20);
  return {};
}

std::string gain_text(const EnsembleGain& gain) {
  return fmt::format(
      "{:.1f} % {} squared error than the model on series its weights had not seen "
      "({:.1f} standard errors)",
      std::abs(gain.percent), gain.percent >= 0 ? "less" : "more", gain.standard_errors);
}

EnsembleSummary summary_of(const LearntEnsemble& learnt, bool used) {
  EnsembleSummary out;
  out.used = used;
  out.members = learnt.ensemble.members();
  out.gain_percent = learnt.gain.percent;
  out.standard_errors = learnt.gain.standard_errors;
  for (size_t p = 0; p < Ensemble::kPatterns; ++p) {
    const PatternWeights& of = learnt.ensemble.of(static_cast<DemandPattern>(p));
    if (of.series > 0)
      out.groups.push_back({std::string(kDemandPatternNames[p]), of.series, of.weights});
  }
  return out;
}

}  // namespace

Result<std::optional<Ensemble>> learn_run_ensemble(const EnsembleRequest& request,
                                                   const Panel& panel, GlobalModel& model,
                                                   ThreadPool& pool, RunResult& result) {
  if (request.choice == "off") return std::optional<Ensemble>{};
  const bool asked = request.choice == "on";
  const MeanForecast& seen = model.validation_forecast();
  std::string why = asked ? "" : too_dear(request, model, panel);
  if (seen.horizon == 0) why = "the history is too short for a window to learn its weights from";
  if (!why.empty()) {
    result.notes.push_back("no ensemble: " + why);
    return std::optional<Ensemble>{};
  }
  RESTOCK_TRY(const MemberWindow window,
              member_window(panel, seen, model.validation_baseline(), nullptr, pool));
  RESTOCK_TRY(LearntEnsemble learnt,
              learn_ensemble(panel, member_names(), std::span(&window, 1), {}, pool));
  const bool used = asked || learnt.pays;
  result.ensemble = summary_of(learnt, used);
  result.notes.push_back(
      (used ? "ensemble used: " : "no ensemble, the model alone: a combination had ") +
      gain_text(learnt.gain));
  if (!used) return std::optional<Ensemble>{};
  model.learn_uncertainty_of(panel, learnt.cross_fitted);
  return std::optional<Ensemble>{std::move(learnt.ensemble)};
}

Result<MeanForecast> combine_with(const Ensemble& ensemble, const Panel& panel,
                                  const GlobalModel& model, MeanForecast mean, ThreadPool& pool) {
  if (ensemble.members() != member_names()) {
    return Error{Code::kInvalidData,
                 "the ensemble was learnt of other members than this program has",
                 "learn it again with restock run"};
  }
  std::vector<double> profile;
  if (ensemble.needed(kProfile)) {
    RESTOCK_TRY(auto said, model.predict_baseline(panel, mean.origin, mean.horizon, pool));
    profile = std::move(said.mean);
  }
  RESTOCK_TRY(const MemberWindow window,
              member_window(panel, mean, std::move(profile), &ensemble, pool));
  mean.mean = ensemble.combine(panel, window, pool);
  return mean;
}

}  // namespace restock
