#include "science/forecast/global_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "foundation/base/assert.h"
#include "science/forecast/level_rule.h"
#include "science/forecast/newcomer.h"
#include "science/forecast/training_rows.h"

namespace restock {
namespace {

constexpr size_t kGroupingsMost = 5;
constexpr int32_t kHistoryMin = 7;
constexpr size_t kSeriesPerBlock = 512;

/// Everything derived from panel and cutoff that rows are made of.
struct Prepared {
  FeatureContext context;
  FeatureSet features;
  PooledStatistics pooled;
};

/// The columns of keys and attributes that features are made of.
struct Columns {
  std::vector<Grouping> groupings;
  std::vector<RankedColumn> ranks;
};

struct Origins {
  Period first = 0;
  Period last = 0;
};

Prepared prepare(const Panel& panel, const PeriodCalendar& calendar, const Profile& profile,
                 const LevelRule& rule, Columns columns, Origins origins, ThreadPool& pool) {
  const FeatureContext context{panel, calendar, profile, rule,
                               FeatureWindows::of(panel.axis.frequency)};
  auto pooled = pool_statistics(panel, calendar, profile, rule, origins.first, origins.last,
                                columns.groupings, pool);
  return {context, FeatureSet(context, std::move(columns.groupings), columns.ranks),
          std::move(pooled)};
}

int depth_for(int64_t rows) {
  if (rows < 20'000) return 3;
  if (rows < 200'000) return 4;
  return rows < 2'000'000 ? 5 : 7;
}

TreeParameters tree_parameters(const GlobalModelOptions& options, int64_t rows) {
  TreeParameters p;
  p.trees_max = options.trees_max;
  p.trees_min = std::min(options.trees_min, options.trees_max);
  p.depth = options.depth > 0 ? options.depth : depth_for(rows);
  p.learning_rate = options.learning_rate > 0 ? options.learning_rate
                    : rows < 3'000'000        ? 0.03
                                              : 0.08;
  p.min_child_weight =
      options.min_child_weight > 0 ? options.min_child_weight : min_child_weight_for(rows);
  p.lambda = options.lambda;
  p.row_share = options.row_share;
  p.column_share = options.column_share;
  p.early_stopping_rounds = rows < 3'000'000 ? 40 : 20;
  p.bins = rows < 3'000'000 ? 256 : 128;
  p.seed = options.seed;
  return p;
}

std::string why_not_modelled(const Panel& panel, size_t i, Period origin) {
  const int32_t known = origin - panel.start[i] + 1;
  if (known <= 0) return "new: no history at " + panel.axis.label(origin);
  int32_t sold = 0;
  int32_t since_record = 0;
  bool recent = true;
  for (int32_t p = known - 1; p >= 0; --p) {
    const PeriodState state = panel.state[static_cast<size_t>(panel.offsets[i] + p)];
    recent = recent && state != PeriodState::kSold && state != PeriodState::kOutOfStock;
    since_record += recent ? 1 : 0;
    sold += state == PeriodState::kSold ? 1 : 0;
  }
  if (sold == 0) return "no period on sale with stock in the history";
  if (since_record > FeatureWindows::of(panel.axis.frequency).quarter) {
    return "withdrawn: no record since " + panel.axis.label(origin - since_record);
  }
  if (known < kHistoryMin) return "new: " + std::to_string(known) + " periods of history";
  return {};
}

bool is_withdrawn(const std::string& reason) {
  return reason.starts_with("withdrawn");
}

/// Series whose own history tells no level: none at the origin, or no period sold.
bool tells_no_level(const std::string& reason) {
  return reason.starts_with("new: no history") || reason.starts_with("no period on sale");
}

/// Counts if all known sales are whole units.
DemandKind demand_kind(const Panel& panel, Period origin) {
  for (size_t i = 0; i < panel.n_series(); ++i) {
    const int64_t end = panel.offsets[i] + std::max(0, origin - panel.start[i] + 1);
    for (int64_t j = panel.offsets[i]; j < end; ++j) {
      if (panel.units[static_cast<size_t>(j)] != std::floor(panel.units[static_cast<size_t>(j)]))
        return DemandKind::kContinuous;
    }
  }
  return DemandKind::kCounts;
}

ForecastPart whole_of(const Panel& panel, int32_t horizon) {
  ForecastPart part{std::vector<size_t>(panel.n_series()), {0, horizon}};
  std::iota(part.series.begin(), part.series.end(), size_t{0});
  return part;
}

/// No demand, whatever the model says: not begun, closed as planned, or withdrawn.
bool is_shut(const Panel& panel, size_t i, Period target, const std::string& reason) {
  if (target < panel.start[i] || is_withdrawn(reason)) return true;
  return !panel.closed.empty() && panel.closed[static_cast<size_t>(panel.at(i, target))] != 0;
}

int32_t validation_length(const Panel& panel, Period cutoff, const GlobalModelOptions& options) {
  Period first = cutoff;
  for (const Period start : panel.start) first = std::min(first, start);
  const int32_t history = cutoff - first + 1;
  const int32_t wanted =
      options.validation_periods > 0 ? options.validation_periods : options.horizon;
  return std::max(0, std::min(wanted, history / 4));
}

}  // namespace

double min_child_weight_for(int64_t rows) {
  return std::clamp(static_cast<double>(rows) / 5000, 20.0, 100.0);
}

/// Rounds of the quantile trees: each grows one tree per quantile.
constexpr int kQuantileRoundsMost = 100;

/// One pass of learning: rows up to `last_target`, validation after it.
struct GlobalModel::Fitting {
  const Panel& panel;
  const GlobalModelOptions& options;
  ThreadPool& pool;
  const LearnCallbacks& callbacks;

  [[nodiscard]] Period first_target(Period last_target) const {
    if (options.train_periods_max > 0) return last_target - options.train_periods_max + 1;
    return std::numeric_limits<Period>::min() / 2;
  }

  [[nodiscard]] Objective objective_of(bool quantiles) const {
    Objective objective;
    objective.kind = quantiles ? ObjectiveKind::kQuantile : options.objective;
    if (quantiles) objective.probabilities = options.quantiles;
    return objective;
  }

  /// Train with checkpoints under `name`, from the one that an earlier learning left.
  Result<BoostedTrees> train_resumably(const char* name, RowSource& rows, RowSource* validation,
                                       const TreeParameters& parameters, GlobalModel& model) const {
    TrainCallbacks told;
    told.progress = callbacks.progress;
    if (callbacks.save_checkpoint) {
      told.checkpoint = [&](const TrainingCheckpoint& state) {
        return callbacks.save_checkpoint(name, state.to_bytes());
      };
    }
    std::optional<TrainingCheckpoint> left;
    if (callbacks.load_checkpoint) {
      const auto bytes = callbacks.load_checkpoint(name);
      // What cannot be read is as good as nothing: the training begins anew.
      auto read = TrainingCheckpoint::from_bytes(bytes.value_or(""));
      if (read.ok()) left = std::move(read).value();
    }
    told.resume = left ? &*left : nullptr;
    auto trees = BoostedTrees::train(rows, validation, parameters, pool, told);
    if (trees.ok() && trees->report().rounds_resumed > 0) {
      model.notes_.push_back("training \"" + std::string(name) + "\" went on from round " +
                             std::to_string(trees->report().rounds_resumed));
    }
    return trees;
  }

  Result<BoostedTrees> train(const char* name, GlobalModel& model, Period last_target,
                             int32_t validation, int fixed_rounds, bool quantiles = false) const {
    Period first = last_target;
    for (const Period start : panel.start) first = std::min(first, start);
    RowPlan plan;
    plan.last_target = last_target;
    plan.first_target = std::max(first_target(last_target), first + kHistoryMin);
    plan.horizon = options.recursive ? 1 : options.horizon;
    plan.history_min = kHistoryMin;
    plan.seed = options.seed;
    plan.log_margin = objective_of(quantiles).log_link();
    plan.censored_weight = quantiles ? 0.0F : options.censored_target_weight;
    const Prepared prepared =
        prepare(panel, model.calendar_, model.profile_, model.rule_,
                {groupings_by(panel, model.grouping_names_), rank_columns(panel, last_target)},
                {std::max(first, plan.first_target - options.horizon),
                 last_target + std::max(0, validation - 1)},
                pool);
    TrainingRows counted(prepared.context, prepared.features, prepared.pooled, plan, pool);
    // Small data sets are read several times with different origins: each is another view of the
    // same sales.
    plan.draws = static_cast<int32_t>(
        std::clamp<int64_t>(400'000 / std::max<int64_t>(1, counted.n_rows()), 1, 4));
    TrainingRows rows(prepared.context, prepared.features, prepared.pooled, plan, pool);
    if (rows.n_rows() == 0) {
      return Error{
          Code::kInvalidData,
          "no series has " + std::to_string(kHistoryMin + 1) + " periods of history to learn from",
          "give a longer history"};
    }
    model.training_rows_ = rows.n_rows();
    TreeParameters parameters = tree_parameters(options, rows.n_rows());
    parameters.objective = objective_of(quantiles);
    parameters.fixed_rounds = fixed_rounds;
    if (options.price_monotone) {
      for (const FeatureKind kind : prepared.features.kinds())
        parameters.monotone.push_back(kind == FeatureKind::kPrice ? -1 : 0);
    }
    RowPlan later = plan;
    later.first_target = last_target + 1;
    later.last_target = last_target + validation;
    later.draws = std::max(1, plan.draws / 2);
    TrainingRows held(prepared.context, prepared.features, prepared.pooled, later, pool);
    const bool validate = fixed_rounds == 0 && validation > 0 && held.n_rows() > 0;
    if (!validate && fixed_rounds == 0) parameters.fixed_rounds = std::min(100, options.trees_max);
    return train_resumably(name, rows, validate ? &held : nullptr, parameters, model);
  }
};

Result<GlobalModel> GlobalModel::fit(const Panel& panel, Period cutoff,
                                     const GlobalModelOptions& options, ThreadPool& pool,
                                     const LearnCallbacks& callbacks) {
  RESTOCK_ASSERT(panel.n_series() > 0);
  GlobalModel model;
  model.options_ = options;
  model.cutoff_ = cutoff;
  Period first = cutoff;
  for (const Period start : panel.start) first = std::min(first, start);
  model.calendar_ =
      make_period_calendar(panel.axis, first, panel.origin + panel.horizon + 1, options.holidays);
  const int32_t validation = validation_length(panel, cutoff, options);
  const Period learnt = cutoff - validation;
  model.remember(panel);
  const Fitting fitting{panel, options, pool, callbacks};

  RESTOCK_TRY(model.learn_profile(panel, learnt, pool));
  model.rule_ =
      choose_level_rule(panel, model.calendar_, model.profile_, learnt, options.horizon, pool);
  model.notes_.push_back("level looks back " + std::to_string(model.rule_.window) + " periods" +
                         (model.rule_.pooled_trend ? ", moved by the trend of all series" : ""));
  RESTOCK_TRY(auto trees, fitting.train("learn", model, learnt, validation, 0));
  model.trees_ = std::make_unique<BoostedTrees>(std::move(trees));
  if (validation > 0) {
    RESTOCK_TRY(model.validation_, model.predict(panel, learnt, validation, pool));
    RESTOCK_TRY(auto baseline, model.predict_baseline(panel, learnt, validation, pool));
    model.validation_baseline_ = std::move(baseline.mean);
    model.validation_overdispersion_ = model.profile_.overdispersion;
    model.learn_uncertainty_of(panel, model.validation_.mean);
  }
  RESTOCK_TRY(model.learn_profile(panel, cutoff, pool));
  if (validation > 0 && options.refit && model.training_rows_ <= options.refit_rows_max) {
    RESTOCK_TRY(auto again, fitting.train("refit", model, cutoff, 0, model.trees_->rounds()));
    model.trees_ = std::make_unique<BoostedTrees>(std::move(again));
    model.notes_.emplace_back("learnt again with the validation window");
  }
  model.notes_.push_back(std::to_string(model.rounds()) + " trees from " +
                         std::to_string(model.training_rows_) + " rows");
  RESTOCK_TRY(model.learn_quantiles(fitting));
  return model;
}

void GlobalModel::remember(const Panel& panel) {
  axis_ = panel.axis;
  key_names_ = panel.key_names;
  keys_ = panel.keys;
  for (const Grouping& grouping : find_groupings(panel, kGroupingsMost))
    grouping_names_.push_back(grouping.name);
  ranks_ = rank_columns(panel, cutoff_);
}

std::vector<RankedColumn> GlobalModel::ranks_at(const Panel& panel, Period origin) const {
  if (origin >= cutoff_) return ranks_;
  // Ranks of the cutoff would tell of sales after this origin.
  std::vector<std::string> names;
  names.reserve(ranks_.size());
  for (const RankedColumn& column : ranks_) names.push_back(column.name);
  return rank_columns(panel, origin, names);
}

Status GlobalModel::check_fits(const Panel& panel, Period origin, int32_t horizon) const {
  const Period end = std::max(panel.origin, origin + horizon);
  Period first = origin;
  for (const Period start : panel.start) first = std::min(first, start);
  const bool covered = calendar_.size() > 0 && first >= calendar_.first &&
                       static_cast<size_t>(end - calendar_.first) < calendar_.size();
  if (covered && panel.axis == axis_ && panel.keys == keys_) return {};
  return Error{Code::kInvalidArgument,
               "the panel has other series or periods than the model (" +
                   std::to_string(panel.n_series()) + " series, the model " +
                   std::to_string(keys_.size()) + ")",
               "align the model to the panel first"};
}

void GlobalModel::learn_uncertainty_of(const Panel& panel, std::span<const double> mean) {
  RESTOCK_ASSERT(validation_.horizon > 0);
  RESTOCK_ASSERT(mean.size() == validation_.mean.size());
  uncertainty_ = fit_uncertainty({panel, validation_.origin, validation_.horizon, mean},
                                 validation_overdispersion_, demand_kind(panel, cutoff_));
}

Status GlobalModel::learn_profile(const Panel& panel, Period cutoff, ThreadPool& pool) {
  profile_until_ = cutoff;
  if (!options_.estimate_censored) {
    profile_ = fit_profile(panel, calendar_, cutoff, pool);
    return {};
  }
  RESTOCK_TRY(profile_, fit_demand_profile(panel, calendar_, cutoff, options_.demand, pool));
  return {};
}

Result<Profile> GlobalModel::profile_at(const Panel& panel, Period origin, ThreadPool& pool) const {
  Profile profile = profile_;
  if (!options_.estimate_censored || origin == profile_until_) return profile;
  profile.censored = {};
  if (!has_censored(panel, origin)) return profile;
  RESTOCK_TRY(profile.censored,
              estimate_demand(panel, calendar_, profile_, origin, options_.demand, pool));
  return profile;
}

Status GlobalModel::learn_quantiles(const Fitting& fitting) {
  if (options_.quantiles.empty()) return {};
  const int rounds_most = std::clamp(rounds(), 10, kQuantileRoundsMost);
  RESTOCK_TRY(auto trees, fitting.train("quantiles", *this, cutoff_, 0, rounds_most, true));
  quantile_trees_ = std::make_unique<BoostedTrees>(std::move(trees));
  return {};
}

Result<GlobalModel> GlobalModel::learn_again(const Panel& panel, Period cutoff, ThreadPool& pool,
                                             const LearnCallbacks& callbacks) const {
  GlobalModel model;
  model.options_ = options_;
  model.cutoff_ = cutoff;
  model.calendar_ = calendar_;
  model.rule_ = rule_;
  model.uncertainty_ = uncertainty_;
  model.notes_ = notes_;
  model.remember(panel);
  RESTOCK_TRY(model.learn_profile(panel, cutoff, pool));
  const Fitting fitting{panel, model.options_, pool, callbacks};
  RESTOCK_TRY(auto trees, fitting.train("full", model, cutoff, 0, rounds()));
  model.trees_ = std::make_unique<BoostedTrees>(std::move(trees));
  RESTOCK_TRY(model.learn_quantiles(fitting));
  return model;
}

Result<MeanForecast> GlobalModel::predict(const Panel& panel, Period origin, int32_t horizon,
                                          ThreadPool& pool) const {
  RESTOCK_TRY(check_fits(panel, origin, horizon));
  RESTOCK_TRY(auto out, options_.recursive ? predict_recursive(panel, origin, horizon, pool)
                                           : predict_direct(panel, origin, horizon, pool));
  apply_fallbacks(panel, out);
  return out;
}

Result<MeanForecast> GlobalModel::predict_direct(const Panel& panel, Period origin, int32_t horizon,
                                                 ThreadPool& pool) const {
  RESTOCK_TRY(const auto values,
              predict_steps(*trees_, panel, origin, whole_of(panel, horizon), pool));
  MeanForecast out{origin, horizon, {}, std::vector<std::string>(panel.n_series())};
  // Without a log link the trees may fall below zero; demand does not.
  for (const float value : values) out.mean.push_back(std::max(0.0, static_cast<double>(value)));
  return out;
}

Result<std::vector<float>> GlobalModel::predict_steps(const BoostedTrees& trees, const Panel& panel,
                                                      Period origin, const ForecastPart& part,
                                                      ThreadPool& pool) const {
  const size_t n = part.series.size();
  const auto steps = static_cast<size_t>(part.steps.end - part.steps.begin);
  const Period first = origin + 1 + part.steps.begin;
  const size_t outputs = trees.n_outputs();
  const bool log_link = trees.objective().log_link();
  std::vector<float> out(n * steps * outputs, 0.0F);
  RESTOCK_TRY(const Profile profile, profile_at(panel, origin, pool));
  const Prepared prepared = prepare(panel, calendar_, profile, rule_,
                                    {groupings_by(panel, grouping_names_), ranks_at(panel, origin)},
                                    {origin, origin}, pool);
  const size_t width = prepared.features.size();
  std::vector<float> values, margin;
  for (size_t begin = 0; begin < n; begin += kSeriesPerBlock) {
    const size_t end = std::min(n, begin + kSeriesPerBlock);
    const size_t rows = (end - begin) * steps;
    values.assign(rows * width, std::numeric_limits<float>::quiet_NaN());
    margin.assign(rows, 0);
    pool.parallel_for(end - begin, 8, [&](size_t low, size_t high) {
      SeriesState state;
      for (size_t k = low; k < high; ++k) {
        const size_t i = part.series[begin + k];
        if (origin < panel.start[i]) continue;
        state.load(panel, calendar_, profile, i, origin);
        for (size_t h = 0; h < steps; ++h) {
          const size_t row = k * steps + h;
          const double baseline =
              prepared.features.fill(state, prepared.pooled, origin, first + static_cast<Period>(h),
                                     std::span(values).subspan(row * width, width));
          margin[row] = static_cast<float>(log_link ? std::log(baseline) : baseline);
        }
      }
    });
    RESTOCK_TRY(trees.predict(values, rows, margin,
                              std::span(out).subspan(begin * steps * outputs, rows * outputs)));
  }
  for (size_t k = 0; k < n; ++k) {
    if (origin >= panel.start[part.series[k]]) continue;
    std::fill_n(out.begin() + static_cast<int64_t>(k * steps * outputs), steps * outputs, 0.0F);
  }
  return out;
}

Status GlobalModel::set_learnt_quantiles(const Panel& panel, ForecastTable& table,
                                         ThreadPool& pool) const {
  if (table.probabilities != options_.quantiles) {
    return Error{Code::kInvalidArgument,
                 "the model has learnt other quantiles than the forecast asks for",
                 "ask for the levels the model was trained with"};
  }
  RESTOCK_TRY(const auto learnt, predict_steps(*quantile_trees_, panel, table.origin,
                                               whole_of(panel, table.horizon), pool));
  const size_t width = table.probabilities.size();
  for (size_t row = 0; row < table.mean.size(); ++row) {
    const size_t series = row / static_cast<size_t>(table.horizon);
    // Fallbacks and closed periods keep the quantiles of their mean.
    if (table.mean[row] == 0 || !table.fallback_reason[series].empty()) continue;
    for (size_t q = 0; q < width; ++q)
      table.quantiles[row * width + q] = std::max(0.0F, learnt[row * width + q]);
  }
  return {};
}

Result<MeanForecast> GlobalModel::predict_recursive(const Panel& panel, Period origin,
                                                    int32_t horizon, ThreadPool& pool) const {
  const size_t n = panel.n_series();
  const auto steps = static_cast<size_t>(horizon);
  MeanForecast out{origin, horizon, std::vector<double>(n * steps, 0), std::vector<std::string>(n)};
  RESTOCK_TRY(const Profile profile, profile_at(panel, origin, pool));
  const FeatureContext context{panel, calendar_, profile, rule_,
                               FeatureWindows::of(panel.axis.frequency)};
  const auto groupings = groupings_by(panel, grouping_names_);
  const FeatureSet features(context, groupings, ranks_at(panel, origin));
  const size_t width = features.size();
  std::vector<SeriesState> states(n);
  pool.parallel_for(n, 8, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) states[i].load(panel, calendar_, profile, i, origin);
  });
  std::vector<float> values(n * width), margin(n), mean(n);
  for (size_t h = 0; h < steps; ++h) {
    const Period from = origin + static_cast<Period>(h);
    const PooledStatistics pooled =
        pool_statistics_of(states, context.windows, rule_, from, groupings);
    values.assign(n * width, std::numeric_limits<float>::quiet_NaN());
    margin.assign(n, 0);
    pool.parallel_for(n, 64, [&](size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i) {
        if (from < panel.start[i]) continue;
        const double baseline = features.fill(states[i], pooled, from, from + 1,
                                              std::span(values).subspan(i * width, width));
        margin[i] =
            static_cast<float>(trees_->objective().log_link() ? std::log(baseline) : baseline);
      }
    });
    RESTOCK_TRY(trees_->predict(values, n, margin, mean));
    for (float& value : mean) value = std::max(0.0F, value);
    for (size_t i = 0; i < n; ++i) {
      // Of a series that begins within the horizon nothing is known on its first day.
      if (from + 1 == panel.start[i])
        states[i].append(panel, calendar_, profile, 0, PeriodState::kMissing);
      if (from < panel.start[i]) continue;
      const auto at = static_cast<size_t>(panel.at(i, from + 1));
      const bool closed = !panel.closed.empty() && panel.closed[at] != 0;
      out.mean[i * steps + h] = closed ? 0 : static_cast<double>(mean[i]);
      states[i].append(panel, calendar_, profile, closed ? 0 : mean[i],
                       closed ? PeriodState::kNotForSale : PeriodState::kSold);
    }
  }
  return out;
}

void GlobalModel::apply_fallbacks(const Panel& panel, MeanForecast& forecast) const {
  const size_t n = panel.n_series();
  const auto steps = static_cast<size_t>(forecast.horizon);
  const auto factor_at = [&](size_t i, Period target) {
    return static_cast<double>(
        profile_.factor(panel, calendar_, i, panel.at(i, target), calendar_.at(target)));
  };
  std::vector<double> levels(n, 0);
  std::vector<uint8_t> wanted(n, 0);
  for (size_t i = 0; i < n; ++i) {
    std::string& reason = forecast.fallback_reason[i];
    reason = why_not_modelled(panel, i, forecast.origin);
    wanted[i] = tells_no_level(reason) ? 1 : 0;
    if (wanted[i] != 0 || is_withdrawn(reason)) continue;
    double mean = 0;
    double factor = 0;
    for (size_t h = 0; h < steps; ++h) {
      mean += forecast.mean[i * steps + h];
      factor += factor_at(i, forecast.origin + 1 + static_cast<Period>(h));
    }
    levels[i] = factor > 0 ? mean / factor : 0;
  }
  const NewcomerLevels newcomers = newcomer_levels(panel, levels, wanted);
  forecast.source.assign(n, ForecastSource::kModel);
  for (size_t i = 0; i < n; ++i) {
    const bool from_peers = newcomers.level[i] > 0;
    if (from_peers) forecast.fallback_reason[i] += "; " + newcomers.why[i];
    const bool unknown = forecast.origin < panel.start[i];
    if (from_peers)
      forecast.source[i] = ForecastSource::kPeers;
    else if (unknown || is_withdrawn(forecast.fallback_reason[i]))
      forecast.source[i] = ForecastSource::kNone;
    for (size_t h = 0; h < steps; ++h) {
      const Period target = forecast.origin + 1 + static_cast<Period>(h);
      double& mu = forecast.mean[i * steps + h];
      if (is_shut(panel, i, target, forecast.fallback_reason[i]))
        mu = 0;
      else if (from_peers)
        mu = newcomers.level[i] * factor_at(i, target);
    }
  }
}

Result<PartForecast> GlobalModel::predict_part(const Panel& panel, Period origin, int32_t horizon,
                                               const ForecastPart& part, ThreadPool& pool) const {
  RESTOCK_TRY(check_fits(panel, origin, horizon));
  const auto [begin, end] = part.steps;
  if (begin < 0 || begin >= end || end > horizon ||
      std::any_of(part.series.begin(), part.series.end(),
                  [&](size_t i) { return i >= panel.n_series(); })) {
    return Error{Code::kInvalidArgument,
                 "steps [" + std::to_string(begin) + ", " + std::to_string(end) +
                     ") or series of the part lie outside the forecast of " +
                     std::to_string(panel.n_series()) + " series and " + std::to_string(horizon) +
                     " steps",
                 ""};
  }
  PartForecast out;
  bool alone = !options_.recursive;
  for (const size_t i : part.series) {
    out.fallback_reason.push_back(why_not_modelled(panel, i, origin));
    alone = alone && !tells_no_level(out.fallback_reason.back());
  }
  if (part.series.empty()) return out;
  const auto steps = static_cast<size_t>(end - begin);
  out.mean.resize(part.series.size() * steps);
  if (!alone) {
    RESTOCK_TRY(auto all, predict(panel, origin, horizon, pool));
    for (size_t k = 0; k < part.series.size(); ++k) {
      const size_t i = part.series[k];
      const size_t from = i * static_cast<size_t>(horizon) + static_cast<size_t>(begin);
      std::copy_n(all.mean.begin() + static_cast<int64_t>(from), steps,
                  out.mean.begin() + static_cast<int64_t>(k * steps));
      out.fallback_reason[k] = all.fallback_reason[i];
    }
    return out;
  }
  RESTOCK_TRY(const auto values, predict_steps(*trees_, panel, origin, part, pool));
  for (size_t k = 0; k < part.series.size(); ++k) {
    for (size_t h = 0; h < steps; ++h) {
      const Period target = origin + 1 + begin + static_cast<Period>(h);
      const size_t at = k * steps + h;
      const bool shut = is_shut(panel, part.series[k], target, out.fallback_reason[k]);
      out.mean[at] = shut ? 0 : std::max(0.0, static_cast<double>(values[at]));
    }
  }
  return out;
}

Result<MeanForecast> GlobalModel::predict_baseline(const Panel& panel, Period origin,
                                                   int32_t horizon, ThreadPool& pool) const {
  const size_t n = panel.n_series();
  const auto steps = static_cast<size_t>(horizon);
  MeanForecast out{origin, horizon, std::vector<double>(n * steps, 0), std::vector<std::string>(n)};
  RESTOCK_TRY(check_fits(panel, origin, horizon));
  RESTOCK_TRY(const Profile profile, profile_at(panel, origin, pool));
  const Prepared prepared = prepare(panel, calendar_, profile, rule_,
                                    {groupings_by(panel, grouping_names_), ranks_at(panel, origin)},
                                    {origin, origin}, pool);
  pool.parallel_for(n, 16, [&](size_t begin, size_t end) {
    SeriesState state;
    for (size_t i = begin; i < end; ++i) {
      if (origin < panel.start[i]) continue;
      state.load(panel, calendar_, profile, i, origin);
      for (size_t h = 0; h < steps; ++h) {
        out.mean[i * steps + h] = prepared.features.baseline(state, prepared.pooled, origin,
                                                             origin + 1 + static_cast<Period>(h));
      }
    }
  });
  return out;
}

Result<ForecastTable> GlobalModel::forecast(const Panel& panel, Period origin, int32_t horizon,
                                            std::span<const double> probabilities,
                                            ThreadPool& pool) const {
  RESTOCK_TRY(auto mean, predict(panel, origin, horizon, pool));
  return forecast_of(panel, std::move(mean), probabilities, pool);
}

Result<ForecastTable> GlobalModel::forecast_changed(const Panel& panel, MeanForecast kept,
                                                    std::span<const size_t> changed,
                                                    std::span<const double> probabilities,
                                                    ThreadPool& pool) const {
  const auto steps = static_cast<size_t>(kept.horizon);
  RESTOCK_ASSERT(kept.mean.size() == panel.n_series() * steps);
  RESTOCK_ASSERT(kept.fallback_reason.size() == panel.n_series());
  if (quantile_trees_) {
    return Error{Code::kInvalidArgument,
                 "the model learns quantiles directly, and those of the series that did not change "
                 "are not kept",
                 "forecast all series"};
  }
  const ForecastPart part{{changed.begin(), changed.end()}, {0, kept.horizon}};
  RESTOCK_TRY(const auto again, predict_part(panel, kept.origin, kept.horizon, part, pool));
  for (size_t k = 0; k < part.series.size(); ++k) {
    std::copy_n(again.mean.begin() + static_cast<int64_t>(k * steps), steps,
                kept.mean.begin() + static_cast<int64_t>(part.series[k] * steps));
    kept.fallback_reason[part.series[k]] = again.fallback_reason[k];
  }
  return forecast_of(panel, std::move(kept), probabilities, pool);
}

Result<ForecastTable> GlobalModel::forecast_of(const Panel& panel, MeanForecast mean,
                                               std::span<const double> probabilities,
                                               ThreadPool& pool) const {
  ForecastTable table;
  table.axis = panel.axis;
  table.origin = mean.origin;
  table.horizon = mean.horizon;
  table.key_names = panel.key_names;
  table.keys = panel.keys;
  table.probabilities.assign(probabilities.begin(), probabilities.end());
  table.mean = std::move(mean.mean);
  table.fallback_reason = std::move(mean.fallback_reason);
  spread(uncertainty_, profile_.overdispersion, demand_kind(panel, table.origin), pool, table);
  if (quantile_trees_ && !table.probabilities.empty())
    RESTOCK_TRY(set_learnt_quantiles(panel, table, pool));
  return table;
}

Result<std::vector<float>> GlobalModel::sum_quantiles(const Panel& panel,
                                                      const ForecastTable& table, StepWindow steps,
                                                      std::span<const double> probabilities,
                                                      ThreadPool& pool) const {
  return window_quantiles(uncertainty_, profile_.overdispersion, demand_kind(panel, table.origin),
                          table, steps, probabilities, pool);
}

Result<std::vector<float>> GlobalModel::sample_paths(const Panel& panel, const ForecastTable& table,
                                                     std::span<const size_t> series,
                                                     const PathOptions& options,
                                                     ThreadPool& pool) const {
  return demand_paths(
      {uncertainty_, profile_.overdispersion, demand_kind(panel, table.origin), table}, series,
      options, pool);
}

std::vector<CalibrationRow> GlobalModel::calibration(const Panel& panel, const ForecastTable& table,
                                                     std::span<const int32_t> lengths,
                                                     std::span<const double> levels,
                                                     ThreadPool& pool) const {
  const CalibrationInput input{
      panel,        table, uncertainty_, profile_.overdispersion, demand_kind(panel, table.origin),
      options_.seed};
  return measure_calibration(input, lengths, levels, pool);
}

Result<std::vector<std::pair<std::string, double>>> GlobalModel::feature_importance() const {
  RESTOCK_TRY(const auto shares, trees_->importance());
  std::vector<std::pair<std::string, double>> out;
  out.reserve(shares.size());
  out.reserve(shares.size());
  for (const auto& share : shares) out.emplace_back(share.feature, share.gain_share);
  return out;
}

}  // namespace restock
