#include "science/local_models/local_models.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "foundation/domain/time_axis.h"
#include "science/local_models/auto_arima.h"
#include "science/local_models/exponential_smoothing.h"
#include "science/local_models/mstl.h"
#include "science/local_models/simple_models.h"
#include "science/local_models/theta.h"

namespace restock {
namespace {

constexpr size_t kBlock = 64;

struct Workspace {
  std::vector<double> skipped;
  std::vector<double> bridged;
  IntermittentWorkspace intermittent;
  EtsWorkspace ets;
  ThetaWorkspace theta;
  MstlWorkspace mstl;
  MstlOptions mstl_options;
  AutoArimaWorkspace arima;
  LocalForecast forecast;
};

/// One series and what all models need to know about it.
struct Task {
  std::span<const double> values;
  int32_t horizon = 0;
  int32_t season_length = 1;
  const LocalModelOptions* options = nullptr;
};

template <SimpleMethod method>
Status run_simple(const Task& task, Workspace& w) {
  return forecast_simple(
      task.values, task.horizon,
      {.method = method, .season_length = task.season_length, .window = task.options->window},
      w.forecast);
}

template <IntermittentMethod method>
Status run_intermittent(const Task& task, Workspace& w) {
  IntermittentOptions options = task.options->intermittent;
  options.method = method;
  return forecast_intermittent(task.values, task.horizon, options, w.intermittent, w.forecast);
}

template <SmoothingMethod method>
Status run_smoothing(const Task& task, Workspace& w) {
  return exponential_smoothing(
      task.values, {.method = method, .season_length = task.season_length, .horizon = task.horizon},
      w.ets, w.forecast);
}

template <ThetaModel model>
Status run_theta(const Task& task, Workspace& w) {
  RESTOCK_TRY(auto fit, fit_theta(task.values,
                                  {.model = model, .season_length = task.season_length}, w.theta));
  forecast_theta(fit, task.horizon, w.forecast);
  return {};
}

Status run_mstl(const Task& task, Workspace& w) {
  w.mstl_options.season_lengths.assign(1, task.season_length);
  RESTOCK_TRY(auto fit, fit_mstl(task.values, w.mstl_options, w.mstl));
  forecast_mstl(fit, task.horizon, w.forecast);
  return {};
}

Status run_arima(const Task& task, Workspace& w) {
  RESTOCK_TRY(auto found, auto_arima(task.values, {.period = task.season_length}, w.arima));
  forecast_arima(found.fit, task.values, task.horizon, w.arima.arima, w.forecast);
  return {};
}

struct Entry {
  LocalModel model;
  std::string_view name;
  /// Trend or season: periods that were not seen must keep their place.
  bool bridged;
  Status (*run)(const Task&, Workspace&);
};

using I = IntermittentMethod;
using S = SimpleMethod;
using E = SmoothingMethod;
using M = LocalModel;

constexpr Entry kRegistry[] = {
    {M::kHistoricAverage, "historic_average", false, run_simple<S::kHistoricAverage>},
    {M::kNaive, "naive", false, run_simple<S::kNaive>},
    {M::kDrift, "drift", true, run_simple<S::kDrift>},
    {M::kWindowAverage, "window_average", false, run_simple<S::kWindowAverage>},
    {M::kSeasonalNaive, "seasonal_naive", true, run_simple<S::kSeasonalNaive>},
    {M::kSeasonalWindowAverage, "seasonal_window_average", true,
     run_simple<S::kSeasonalWindowAverage>},
    {M::kCroston, "croston", false, run_intermittent<I::kCroston>},
    {M::kCrostonOptimised, "croston_optimised", false, run_intermittent<I::kCrostonOptimised>},
    {M::kSba, "sba", false, run_intermittent<I::kSba>},
    {M::kTsb, "tsb", false, run_intermittent<I::kTsb>},
    {M::kAdida, "adida", false, run_intermittent<I::kAdida>},
    {M::kImapa, "imapa", false, run_intermittent<I::kImapa>},
    {M::kSimpleSmoothing, "simple_smoothing", false, run_smoothing<E::kSimple>},
    {M::kHolt, "holt", true, run_smoothing<E::kHolt>},
    {M::kDampedHolt, "damped_holt", true, run_smoothing<E::kDampedHolt>},
    {M::kHoltWinters, "holt_winters", true, run_smoothing<E::kHoltWintersAdditive>},
    {M::kHoltWintersMultiplicative, "holt_winters_multiplicative", true,
     run_smoothing<E::kHoltWintersMultiplicative>},
    {M::kAutoEts, "auto_ets", true, run_smoothing<E::kAutomatic>},
    {M::kTheta, "theta", true, run_theta<ThetaModel::kStandard>},
    {M::kOptimisedTheta, "optimised_theta", true, run_theta<ThetaModel::kOptimised>},
    {M::kDynamicTheta, "dynamic_theta", true, run_theta<ThetaModel::kDynamicStandard>},
    {M::kDynamicOptimisedTheta, "dynamic_optimised_theta", true,
     run_theta<ThetaModel::kDynamicOptimised>},
    {M::kAutoTheta, "auto_theta", true, run_theta<ThetaModel::kAuto>},
    {M::kMstl, "mstl", true, run_mstl},
    {M::kAutoArima, "auto_arima", true, run_arima},
};

constexpr size_t kModels = std::size(kRegistry);

constexpr std::array<LocalModel, kModels> all_models() {
  std::array<LocalModel, kModels> out{};
  for (size_t i = 0; i < kModels; ++i) out[i] = kRegistry[i].model;
  return out;
}
constexpr std::array<LocalModel, kModels> kAllModels = all_models();

constexpr bool in_enum_order() {
  for (size_t i = 0; i < kModels; ++i) {
    if (static_cast<size_t>(kRegistry[i].model) != i) return false;
  }
  return true;
}
static_assert(in_enum_order());

const Entry& entry(LocalModel model) {
  const auto i = static_cast<size_t>(model);
  RESTOCK_ASSERT(i < kModels);
  return kRegistry[i];
}

bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

/// Fills values[first_gap, end), which was not seen; `next` is the value after it, if any.
void bridge(std::vector<double>& values, size_t first_gap, size_t end, size_t season,
            const double* next) {
  const double left = values[first_gap - 1];
  const double right = next == nullptr ? left : *next;
  const double width = static_cast<double>(end - first_gap + 1);
  for (size_t t = first_gap; t < end; ++t) {
    const double share = static_cast<double>(t - first_gap + 1) / width;
    values[t] = season > 1 && t >= season ? values[t - season] : left + share * (right - left);
  }
}

bool closed_ahead(const Panel& panel, size_t at) {
  return panel.state[at] == PeriodState::kNotForSale ||
         (!panel.closed.empty() && panel.closed[at] != 0);
}

}  // namespace

std::span<const LocalModel> local_models() {
  return kAllModels;
}

std::string_view local_model_name(LocalModel model) {
  return entry(model).name;
}

Result<LocalModel> parse_local_model(std::string_view name) {
  std::string names;
  for (const Entry& e : kRegistry) {
    if (e.name == name) return e.model;
    names += names.empty() ? "one of " : ", ";
    names += e.name;
  }
  return Error{Code::kNotFound, fmt::format("there is no local model '{}'", name), names};
}

void known_demand(const Panel& panel, size_t series, bool bridged, int32_t season_length,
                  std::vector<double>& values) {
  values.clear();
  const auto n = static_cast<size_t>(std::clamp(panel.n_known(series), 0, panel.length(series)));
  const auto units = panel.units_of(series).first(n);
  const auto state = panel.state_of(series).first(n);
  const auto season = static_cast<size_t>(season_length);
  size_t gap = 0;  // periods not seen since the last value
  for (size_t t = 0; t < n; ++t) {
    if (state[t] != PeriodState::kSold) {
      gap += bridged && !values.empty() ? 1 : 0;
      continue;
    }
    const double value = units[t];
    if (gap > 0) {
      const size_t first = values.size();
      values.resize(first + gap);
      bridge(values, first, first + gap, season, &value);
      gap = 0;
    }
    values.push_back(value);
  }
  if (gap > 0) {
    const size_t first = values.size();
    values.resize(first + gap);
    bridge(values, first, first + gap, season, nullptr);
  }
}

struct LocalForecaster::State {
  LocalModelOptions options;
  std::mutex mutex;
  std::vector<std::unique_ptr<Workspace>> free;

  std::unique_ptr<Workspace> take() {
    const std::lock_guard lock(mutex);
    if (free.empty()) return std::make_unique<Workspace>();
    auto workspace = std::move(free.back());
    free.pop_back();
    return workspace;
  }
  void give_back(std::unique_ptr<Workspace> workspace) {
    const std::lock_guard lock(mutex);
    free.push_back(std::move(workspace));
  }

  /// Leaves the answer in `w.forecast`; true if the model could give one, else `reason` grows.
  static bool answers(const Entry& e, const Task& task, Workspace& w, std::string& reason) {
    const Status status = e.run(task, w);
    if (status.ok() && all_finite(w.forecast.mean) && all_finite(w.forecast.variance)) return true;
    if (!reason.empty()) reason += "; ";
    reason += e.name;
    reason += ": ";
    reason += status.ok() ? "a result is not finite" : status.error().message;
    return false;
  }

  void forecast_series(const Panel& panel, size_t i, Workspace& w, LocalForecastTable& out) const {
    Task task{.values = {},
              .horizon = out.horizon,
              .season_length = season_of(panel.axis),
              .options = &options};
    std::string& reason = out.fallback_reason[i];
    reason.clear();
    out.description[i].clear();
    const auto h = static_cast<size_t>(out.horizon);
    const auto mean = std::span(out.mean).subspan(i * h, h);
    const auto variance = std::span(out.variance).subspan(i * h, h);
    std::fill(mean.begin(), mean.end(), 0.0);
    std::fill(variance.begin(), variance.end(), 0.0);
    out.model[i] = LocalModel::kHistoricAverage;
    known_demand(panel, i, false, task.season_length, w.skipped);
    if (w.skipped.empty()) {
      reason.assign("no period with known demand");
      return;
    }
    known_demand(panel, i, true, task.season_length, w.bridged);
    bool answered = false;
    for (size_t k = 0; k <= options.chain.size() && !answered; ++k) {
      const Entry& e = entry(k < options.chain.size() ? options.chain[k] : M::kHistoricAverage);
      task.values = e.bridged ? w.bridged : w.skipped;
      answered = answers(e, task, w, reason);
      out.model[i] = e.model;
    }
    RESTOCK_ASSERT(answered);
    out.description[i].assign(w.forecast.description);
    for (size_t k = 0; k < h; ++k) {
      const Period period = panel.origin + 1 + static_cast<Period>(k);
      if (period < panel.start[i]) continue;
      if (closed_ahead(panel, static_cast<size_t>(panel.at(i, period)))) continue;
      mean[k] = std::max(0.0, w.forecast.mean[k]);
      variance[k] = w.forecast.variance[k];
    }
  }

  int32_t season_of(const TimeAxis& axis) const {
    if (options.season_length > 0) return options.season_length;
    return axis.short_season() > 1 ? axis.short_season() : axis.year_season();
  }
};

LocalForecaster::LocalForecaster(std::unique_ptr<State> state) : state_(std::move(state)) {}
LocalForecaster::~LocalForecaster() = default;
LocalForecaster::LocalForecaster(LocalForecaster&&) noexcept = default;
LocalForecaster& LocalForecaster::operator=(LocalForecaster&&) noexcept = default;

Result<LocalForecaster> LocalForecaster::make(LocalModelOptions options) {
  if (options.chain.empty()) {
    return Error{Code::kInvalidArgument, "the chain of local models is empty", "name at least one"};
  }
  if (options.season_length < 0 || options.window < 1) {
    return Error{Code::kInvalidArgument,
                 fmt::format("season_length must be >= 0 and window >= 1, got {} and {}",
                             options.season_length, options.window),
                 ""};
  }
  auto state = std::make_unique<State>();
  state->options = std::move(options);
  return LocalForecaster(std::move(state));
}

void LocalForecaster::forecast(const Panel& panel, ThreadPool& pool, LocalForecastTable& table) {
  const size_t n = panel.n_series();
  table.origin = panel.origin;
  table.horizon = panel.horizon;
  table.mean.resize(n * static_cast<size_t>(panel.horizon));
  table.variance.resize(table.mean.size());
  table.model.resize(n);
  table.description.resize(n);
  table.fallback_reason.resize(n);
  pool.parallel_for(n, kBlock, [&](size_t begin, size_t end) {
    auto workspace = state_->take();
    for (size_t i = begin; i < end; ++i) state_->forecast_series(panel, i, *workspace, table);
    state_->give_back(std::move(workspace));
  });
}

}  // namespace restock
