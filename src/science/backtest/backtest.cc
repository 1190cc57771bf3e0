#include "science/backtest/backtest.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "foundation/base/assert.h"
#include "foundation/math/demand_distribution.h"
#include "science/evaluation/naive_scale.h"

namespace restock {
namespace {

/// Periods of history that the first origin must leave.
constexpr int32_t kHistoryLeast = 15;

/// Forecasts without their first `gap` steps. width: values per step.
template <typename T>
void drop_gap(std::vector<T>& values, size_t n, size_t gap, size_t horizon, size_t width) {
  if (gap == 0 || values.empty()) return;
  for (size_t i = 0; i < n; ++i) {
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>((i * (gap + horizon) + gap) * width),
                horizon * width, values.begin() + static_cast<std::ptrdiff_t>(i * horizon * width));
  }
  values.resize(n * horizon * width);
}

bool whole_units(const Panel& panel) {
  return std::all_of(panel.units.begin(), panel.units.end(),
                     [](float units) { return units == std::floor(units); });
}

/// Means, and quantiles where the method gives any.
struct WindowForecast {
  std::vector<double> mean;
  std::vector<float> quantiles;
};

/// The state of one backtest: origins one after the other.
class Runner {
 public:
  Runner(const Panel& panel, const BacktestOptions& options,
         const std::vector<ForecastMethod>& methods, std::vector<Period> origins, ThreadPool& pool,
         const ProgressCallback& progress)
      : panel_(panel),
        options_(options),
        methods_(methods),
        origins_(std::move(origins)),
        pool_(pool),
        progress_(progress),
        kind_(whole_units(panel) ? DemandKind::kCounts : DemandKind::kContinuous),
        classes_(class_series(panel, origins_.front(), panel.axis.year_season(), pool)) {
    options_.scoring.counts = kind_ == DemandKind::kCounts;
    options_.model.horizon = options.gap + options.horizon;
    scale_ = naive_scale(panel, origins_.front(), panel.axis.short_season(), pool);
    combiner_.emplace(panel, classes_, scale_.squared, methods.size() + (options.use_model ? 1 : 0),
                      options.combination_prior);
  }

  Result<BacktestResult> run();

 private:
  Status learn_model(Period origin);
  Status warm_up(Period origin);
  Status one_origin(Period origin);
  Result<WindowForecast> by_method(const ForecastMethod& method, Period origin);
  Status profile_window(Period origin, size_t track);
  [[nodiscard]] WindowScoring scoring() const;
  void score(size_t track, Period origin, const WindowForecast& forecast);
  [[nodiscard]] std::vector<float> stretched(const WindowForecast& model,
                                             const std::vector<double>& mean) const;
  BacktestResult finish();

  const Panel& panel_;
  BacktestOptions options_;
  const std::vector<ForecastMethod>& methods_;
  std::vector<Period> origins_;
  ThreadPool& pool_;
  const ProgressCallback& progress_;
  DemandKind kind_;
  SeriesClasses classes_;
  NaiveScale scale_;
  std::optional<Combiner> combiner_;
  std::optional<GlobalModel> model_;
  std::vector<MethodTrack> tracks_;
};

Status Runner::learn_model(Period origin) {
  if (!options_.use_model || (model_ && !options_.refit)) return {};
  model_.reset();
  RESTOCK_TRY(auto model, GlobalModel::fit(panel_, origin, options_.model, pool_, progress_));
  model_.emplace(std::move(model));
  return {};
}

/// Errors that are known before the first origin: the model's validation window, or the last
/// horizon.
Status Runner::warm_up(Period origin) {
  MemberWindow window;
  window.horizon = options_.gap + options_.horizon;
  window.origin = origin - window.horizon;
  if (model_) {
    const MeanForecast& seen = model_->validation_forecast();
    if (seen.horizon == 0) return {};
    window.horizon = seen.horizon;
    window.origin = seen.origin;
  }
  for (const ForecastMethod& method : methods_) {
    RESTOCK_TRY(auto forecast, method.forecast(panel_, {window.origin, window.horizon}, pool_));
    window.means.push_back(std::move(forecast.mean));
  }
  if (model_) window.means.push_back(model_->validation_forecast().mean);
  combiner_->remember(std::move(window));
  return {};
}

Result<WindowForecast> Runner::by_method(const ForecastMethod& method, Period origin) {
  const size_t n = panel_.n_series();
  const auto gap = static_cast<size_t>(options_.gap),
             horizon = static_cast<size_t>(options_.horizon);
  RESTOCK_TRY(auto said, method.forecast(panel_, {origin, options_.gap + options_.horizon}, pool_));
  RESTOCK_ASSERT(said.mean.size() == n * (gap + horizon));
  WindowForecast out;
  out.mean = std::move(said.mean);
  drop_gap(out.mean, n, gap, horizon, 1);
  if (said.variance.empty() || options_.probabilities.empty()) return out;
  drop_gap(said.variance, n, gap, horizon, 1);
  const size_t width = options_.probabilities.size();
  out.quantiles.assign(out.mean.size() * width, 0);
  pool_.parallel_for(out.mean.size(), 1024, [&](size_t begin, size_t end) {
    for (size_t at = begin; at < end; ++at) {
      if (out.mean[at] <= 0) continue;
      quantiles_of(kind_, out.mean[at], std::max(0.0, said.variance[at]), options_.probabilities,
                   std::span(out.quantiles).subspan(at * width, width));
    }
  });
  return out;
}

Status Runner::profile_window(Period origin, size_t track) {
  const auto gap = static_cast<size_t>(options_.gap),
             horizon = static_cast<size_t>(options_.horizon);
  RESTOCK_TRY(auto said,
              model_->predict_baseline(panel_, origin, options_.gap + options_.horizon, pool_));
  WindowForecast out{std::move(said.mean), {}};
  drop_gap(out.mean, panel_.n_series(), gap, horizon, 1);
  score(track, origin, out);
  return {};
}

/// The model's quantiles in proportion to another mean; none where the model has none.
std::vector<float> Runner::stretched(const WindowForecast& model,
                                     const std::vector<double>& mean) const {
  std::vector<float> out(model.quantiles);
  const size_t width = options_.probabilities.size();
  for (size_t at = 0; at < mean.size() && !out.empty(); ++at) {
    const double factor = model.mean[at] > 0 ? mean[at] / model.mean[at] : 1;
    for (size_t k = at * width; k < (at + 1) * width; ++k)
      out[k] = static_cast<float>(static_cast<double>(out[k]) * factor);
  }
  return out;
}

WindowScoring Runner::scoring() const {
  return {panel_, scale_, classes_, options_.scoring, options_.levels, options_.probabilities,
          pool_};
}

void Runner::score(size_t track, Period origin, const WindowForecast& forecast) {
  tracks_[track].add_window(scoring(), origin,
                            {origin + options_.gap, options_.horizon, forecast.mean,
                             options_.probabilities, forecast.quantiles});
}

Status Runner::one_origin(Period origin) {
  const size_t n = panel_.n_series();
  RESTOCK_TRY(learn_model(origin));
  if (origin == origins_.front()) RESTOCK_TRY(warm_up(origin));
  combiner_->learn_until(origin, pool_);
  scale_ = naive_scale(panel_, origin, panel_.axis.short_season(), pool_);
  MemberWindow window{origin + options_.gap, options_.horizon, {}, {}};
  size_t track = 0;
  for (const ForecastMethod& method : methods_) {
    RESTOCK_TRY(auto forecast, by_method(method, origin));
    score(track++, origin, forecast);
    window.means.push_back(std::move(forecast.mean));
  }
  WindowForecast model;
  if (model_) {
    const int32_t ahead = options_.gap + options_.horizon;
    RESTOCK_TRY(auto table, model_->forecast(panel_, origin, ahead, options_.probabilities, pool_));
    model = {std::move(table.mean), std::move(table.quantiles)};
    drop_gap(model.mean, n, static_cast<size_t>(options_.gap),
             static_cast<size_t>(options_.horizon), 1);
    drop_gap(model.quantiles, n, static_cast<size_t>(options_.gap),
             static_cast<size_t>(options_.horizon), options_.probabilities.size());
    score(track++, origin, model);
    window.means.push_back(model.mean);
    RESTOCK_TRY(profile_window(origin, track++));
  }
  score(track++, origin, {combiner_->select(window), {}});
  WindowForecast combined{combiner_->combine(window), {}};
  if (model_) combined.quantiles = stretched(model, combined.mean);
  score(track++, origin, combined);
  combiner_->remember(std::move(window));
  return {};
}

/// Steps of the forecasting process, each against the one before.
std::vector<ValueAdded> value_added(const std::vector<MethodResult>& methods) {
  const auto find = [&](const char* name) -> const MethodResult* {
    for (const auto& method : methods) {
      if (method.name == name) return &method;
    }
    return nullptr;
  };
  std::vector<ValueAdded> out;
  const MethodResult* before = nullptr;
  for (const char* name :
       {"seasonal_naive", "moving_average", "profile", "global_model", "forecast", "ensemble"}) {
    const MethodResult* now = find(name);
    if (now == nullptr) continue;
    if (before != nullptr) {
      const Metrics &a = before->overall, &b = now->overall;
      out.push_back({before->name, now->name, a.wape - b.wape,
                     a.rmsse > 0 ? 100 * (1 - b.rmsse / a.rmsse) : 0});
    }
    before = now;
  }
  return out;
}

BacktestResult Runner::finish() {
  BacktestResult out;
  out.origins = origins_;
  for (const auto& method : methods_) out.members.push_back(method.name);
  if (options_.use_model) out.members.emplace_back("global_model");
  for (const MethodTrack& track : tracks_) out.methods.push_back(track.result(scoring()));
  out.weights = combiner_->groups();
  out.value_added = value_added(out.methods);
  if (model_) out.notes = model_->notes();
  return out;
}

Result<BacktestResult> Runner::run() {
  const auto track = [&](const std::string& name) {
    tracks_.emplace_back(name, options_.horizon, options_.gap);
  };
  for (const auto& method : methods_) track(method.name);
  if (options_.use_model) {
    track("global_model");
    track("profile");
  }
  track("selected");
  track("ensemble");
  for (size_t w = 0; w < origins_.size(); ++w) {
    if (progress_ &&
        !progress_({"backtest", static_cast<int64_t>(w), static_cast<int64_t>(origins_.size())})) {
      return Error{Code::kCancelled, "the backtest was stopped", "run the same command again"};
    }
    RESTOCK_TRY(one_origin(origins_[w]));
  }
  return finish();
}

}  // namespace

Result<std::vector<Period>> backtest_origins(const Panel& panel, const BacktestOptions& options) {
  const int32_t step = options.step > 0 ? options.step : options.horizon;
  if (options.origins < 1 || options.step < 0 || options.gap < 0 || options.horizon < 1) {
    return Error{Code::kInvalidArgument,
                 "a backtest needs origins >= 1, step >= 0, gap >= 0 and horizon >= 1; got " +
                     std::to_string(options.origins) + ", " + std::to_string(options.step) + ", " +
                     std::to_string(options.gap) + " and " + std::to_string(options.horizon),
                 "for example --origins 4 --step 7 --horizon 28"};
  }
  Period first = panel.origin;
  for (const Period start : panel.start) first = std::min(first, start);
  const Period last_origin = panel.origin - options.gap - options.horizon;
  const int64_t room = static_cast<int64_t>(last_origin) - (first + kHistoryLeast - 1);
  const int64_t most = room < 0 ? 0 : room / step + 1;
  if (options.origins > most) {
    return Error{Code::kInvalidArgument,
                 std::to_string(options.origins) + " origins " + std::to_string(step) +
                     " periods apart need more than the " +
                     std::to_string(panel.origin - first + 1) + " periods of the history",
                 most > 0 ? "at most " + std::to_string(most) + " fit; or take a smaller step"
                          : "take a shorter horizon or gap"};
  }
  std::vector<Period> origins;
  for (int32_t w = options.origins - 1; w >= 0; --w) origins.push_back(last_origin - w * step);
  return origins;
}

Result<BacktestResult> run_backtest(const Panel& panel, const BacktestOptions& options,
                                    const std::vector<ForecastMethod>& methods, ThreadPool& pool,
                                    const ProgressCallback& progress) {
  RESTOCK_ASSERT(panel.n_series() > 0);
  RESTOCK_ASSERT(!methods.empty() || options.use_model);
  RESTOCK_TRY(auto origins, backtest_origins(panel, options));
  return Runner(panel, options, methods, std::move(origins), pool, progress).run();
}

Result<BacktestResult> evaluate_forecast(const Panel& actuals, const ForecastView& forecast,
                                         const BacktestOptions& options, ThreadPool& pool) {
  const SeriesClasses classes =
      class_series(actuals, forecast.origin, actuals.axis.year_season(), pool);
  const NaiveScale scale = naive_scale(actuals, forecast.origin, actuals.axis.short_season(), pool);
  ScoringOptions how = options.scoring;
  how.counts = whole_units(actuals);
  const WindowScoring by{actuals, scale, classes, how, options.levels, forecast.probabilities,
                         pool};
  BacktestResult out;
  out.origins = {forecast.origin};
  for (const ForecastMethod& method : benchmark_methods()) {
    RESTOCK_TRY(const auto said,
                method.forecast(actuals, {forecast.origin, forecast.horizon}, pool));
    MethodTrack track(method.name, forecast.horizon, 0);
    track.add_window(by, forecast.origin, {forecast.origin, forecast.horizon, said.mean, {}, {}});
    out.methods.push_back(track.result(by));
  }
  MethodTrack track("forecast", forecast.horizon, 0);
  track.add_window(by, forecast.origin, forecast);
  out.methods.push_back(track.result(by));
  out.value_added = value_added(out.methods);
  return out;
}

int64_t backtest_working_bytes(size_t n_series, size_t members, const BacktestOptions& options) {
  const int64_t cells = static_cast<int64_t>(n_series) * (options.gap + options.horizon);
  const int64_t step = options.step > 0 ? options.step : options.horizon;
  const auto m = static_cast<int64_t>(members);
  const auto width = static_cast<int64_t>(options.probabilities.size());
  // Windows whose actuals are not all known yet, the one at work, and the warm-up.
  const int64_t windows =
      std::min<int64_t>(options.origins, (options.gap + options.horizon + step - 1) / step) + 2;
  // Means of all windows; last means of all tracks; two tables of quantiles, a mean and its spread.
  const int64_t means = cells * 8 * (windows * m + (m + 3) + 6);
  return means + 2 * cells * width * 4 + static_cast<int64_t>(n_series) * 512;
}

}  // namespace restock
