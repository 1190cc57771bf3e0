#include "science/forecast/global_model.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
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

  [[nodiscard]] Objective objective_of(LearnerOf which) const {
    Objective objective;
    objective.kind = options.objective;
    if (options.target_transform != TargetTransform::kNone)
      objective.kind = ObjectiveKind::kSquared;
    if (which == &LearnerSet::quantiles) {
      objective.kind = ObjectiveKind::kQuantile;
      objective.probabilities = options.quantiles;
    }
    return objective;
  }

  /// Train with checkpoints under `name`, from the one that an earlier learning left.
  Result<BoostedTrees> train_resumably(const std::string& name, RowSource& rows,
                                       RowSource* validation, const TreeParameters& parameters,
                                       GlobalModel& model) const {
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
      model.notes_.push_back("training \"" + name + "\" went on from round " +
                             std::to_string(trees->report().rounds_resumed));
    }
    return trees;
  }

  /// What to train, and by which rows.
  struct Task {
    const char* name;
    LearnerOf which = &LearnerSet::means;
    size_t set = 0;
    Period last_target = 0;
    int32_t validation = 0;
    int fixed_rounds = 0;
  };

  [[nodiscard]] RowPlan plan_of(const GlobalModel& model, const Task& task, Period first) const {
    const bool one_step =
        options.mode == ForecastMode::kRecursive || task.which == &LearnerSet::steps;
    RowPlan plan;
    plan.last_target = task.last_target;
    plan.first_target = std::max(first_target(task.last_target), first + kHistoryMin);
    plan.horizon = one_step ? 1 : options.horizon;
    plan.history_min = kHistoryMin;
    plan.seed = options.seed;
    plan.scale = model.scale_of(task.which);
    plan.censored_weight =
        task.which == &LearnerSet::quantiles ? 0.0F : options.censored_target_weight;
    return plan;
  }

  /// Learn the trees of one set; their smearing too, unless they are learnt again. Returns rows.
  Result<int64_t> train(GlobalModel& model, const Task& task) const {
    Period first = task.last_target;
    for (const Period start : panel.start) first = std::min(first, start);
    RowPlan plan = plan_of(model, task, first);
    std::vector<uint8_t> members;
    if (model.groups_.n_sets > 1) {
      members.reserve(panel.n_series());
      for (const uint32_t set : model.set_of_) members.push_back(set == task.set ? 1 : 0);
      plan.members = members;
    }
    const Prepared prepared =
        prepare(panel, model.calendar_, model.profile_, model.rule_,
                {groupings_by(panel, model.grouping_names_), rank_columns(panel, task.last_target)},
                {std::max(first, plan.first_target - options.horizon),
                 task.last_target + std::max(0, task.validation - 1)},
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
    TreeParameters parameters = tree_parameters(options, rows.n_rows());
    parameters.objective = objective_of(task.which);
    parameters.fixed_rounds = task.fixed_rounds;
    if (options.price_monotone) {
      for (const FeatureKind kind : prepared.features.kinds())
        parameters.monotone.push_back(kind == FeatureKind::kPrice ? -1 : 0);
    }
    RowPlan later = plan;
    later.first_target = task.last_target + 1;
    later.last_target = task.last_target + task.validation;
    later.draws = std::max(1, plan.draws / 2);
    TrainingRows held(prepared.context, prepared.features, prepared.pooled, later, pool);
    const bool learns_alone = task.fixed_rounds == 0;
    const bool validate = learns_alone && task.validation > 0 && held.n_rows() > 0;
    if (!validate && learns_alone) parameters.fixed_rounds = std::min(100, options.trees_max);
    std::string name = task.name;
    if (task.which == &LearnerSet::steps) name += "-steps";
    if (task.set > 0) name += "-" + std::to_string(task.set);
    RESTOCK_TRY(auto trees,
                train_resumably(name, rows, validate ? &held : nullptr, parameters, model));
    Learner& learner = model.sets_[task.set].*task.which;
    learner.trees = std::make_unique<BoostedTrees>(std::move(trees));
    if (learns_alone) {
      RESTOCK_TRY(learner.smearing, smearing_of(*learner.trees, validate ? held : rows));
    }
    return rows.n_rows();
  }

  /// What leads from outputs of the trees for these rows to their units.
  Result<Smearing> smearing_of(const BoostedTrees& trees, RowSource& rows) const {
    std::vector<TransformedPair> pairs;
    if (options.target_transform == TargetTransform::kNone ||
        options.target_transform == TargetTransform::kLevel) {
      return Smearing{};
    }
    RESTOCK_TRY(rows.reset());
    pairs.reserve(rows.rows_expected());
    RowBlock block;
    std::vector<float> out;
    while (true) {
      RESTOCK_TRY(const bool more, rows.next(&block));
      if (!more) break;
      out.resize(block.rows);
      RESTOCK_TRY(trees.predict({block.features, block.rows * rows.n_features()}, block.rows,
                                {block.base_margin, block.rows}, out));
      for (size_t r = 0; r < block.rows; ++r)
        pairs.push_back({static_cast<double>(out[r]), static_cast<double>(block.target[r])});
    }
    return learn_smearing(options.target_transform, pairs);
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
  std::vector<int64_t> rows(panel.n_series(), 0);
  for (size_t i = 0; i < rows.size(); ++i) {
    const Period from = std::max(panel.start[i] + kHistoryMin, fitting.first_target(learnt));
    for (Period t = from; t <= learnt; ++t)
      rows[i] += panel.state[static_cast<size_t>(panel.at(i, t))] == PeriodState::kSold ? 1 : 0;
  }
  RESTOCK_TRY(model.groups_, group_models(panel, options.model_per, rows));
  model.set_of_ = model.groups_.sets_of(panel);
  model.sets_.resize(model.groups_.n_sets);
  if (!options.model_per.empty()) model.notes_.push_back(model.groups_.describe());
  RESTOCK_TRY(model.learn_sets(fitting, "learn", learnt, validation, model));
  if (validation > 0) RESTOCK_TRY(model.judge_window(panel, learnt, validation, pool));
  RESTOCK_TRY(model.learn_profile(panel, cutoff, pool));
  if (validation > 0 && options.refit && model.training_rows_ <= options.refit_rows_max) {
    RESTOCK_TRY(model.learn_sets(fitting, "refit", cutoff, 0, model));
    model.notes_.emplace_back("learnt again with the validation window");
  }
  model.notes_.push_back(std::to_string(model.rounds()) + " trees from " +
                         std::to_string(model.training_rows_) + " rows");
  RESTOCK_TRY(model.learn_quantiles(fitting));
  return model;
}

Status GlobalModel::learn_sets(const Fitting& fitting, const char* name, Period last_target,
                               int32_t validation, const GlobalModel& earlier) {
  int64_t rows = 0;
  for (size_t set = 0; set < sets_.size(); ++set) {
    for (const LearnerOf which : {&LearnerSet::means, &LearnerSet::steps}) {
      if (which == &LearnerSet::steps && options_.mode != ForecastMode::kMixed) continue;
      const Learner& before = earlier.sets_[set].*which;
      const int rounds = before.trees ? before.trees->rounds() : 0;
      (sets_[set].*which).smearing = before.smearing;
      RESTOCK_TRY(const int64_t learnt_from,
                  fitting.train(*this, {name, which, set, last_target, validation, rounds}));
      if (which == &LearnerSet::means) rows += learnt_from;
    }
  }
  training_rows_ = rows;
  return {};
}

Status GlobalModel::judge_window(const Panel& panel, Period origin, int32_t length,
                                 ThreadPool& pool) {
  validation_overdispersion_ = profile_.overdispersion;
  if (options_.mode == ForecastMode::kMixed) {
    RESTOCK_TRY(auto direct, predict_direct(panel, origin, length, pool));
    RESTOCK_TRY(const auto recursive, predict_recursive(panel, origin, length, pool));
    LearntMix mix = learn_mixed_weights({panel, origin, length, direct.mean, recursive.mean},
                                        validation_overdispersion_);
    mixed_weights_ = std::move(mix.weights);
    notes_.push_back(std::move(mix.note));
    validation_ = std::move(direct);
    validation_.mean = std::move(mix.mean);
    apply_fallbacks(panel, validation_);
  } else {
    RESTOCK_TRY(validation_, predict(panel, origin, length, pool));
  }
  RESTOCK_TRY(auto baseline, predict_baseline(panel, origin, length, pool));
  validation_baseline_ = std::move(baseline.mean);
  learn_uncertainty_of(panel, validation_.mean);
  return {};
}

TargetScale GlobalModel::scale_of(LearnerOf which) const {
  if (which == &LearnerSet::quantiles) return {TargetTransform::kNone, false};
  const bool plain = options_.target_transform == TargetTransform::kNone;
  return {options_.target_transform, plain && options_.objective != ObjectiveKind::kSquared};
}

std::vector<std::vector<size_t>> GlobalModel::by_set(std::span<const size_t> series) const {
  std::vector<std::vector<size_t>> out(sets_.size());
  for (size_t k = 0; k < series.size(); ++k) out[set_of_[series[k]]].push_back(k);
  return out;
}

int GlobalModel::rounds() const {
  int sum = 0;
  for (const LearnerSet& set : sets_) {
    for (const Learner* learner : {&set.means, &set.steps})
      sum += learner->trees ? learner->trees->rounds() : 0;
  }
  return sum;
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
  for (size_t set = 0; set < sets_.size(); ++set) {
    const int rounds_most = std::clamp(sets_[set].means.trees->rounds(), 10, kQuantileRoundsMost);
    RESTOCK_TRY(
        [[maybe_unused]] const int64_t rows,
        fitting.train(*this, {"quantiles", &LearnerSet::quantiles, set, cutoff_, 0, rounds_most}));
  }
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
  model.groups_ = groups_;
  model.set_of_ = groups_.sets_of(panel);
  model.mixed_weights_ = mixed_weights_;
  model.sets_.resize(sets_.size());
  const Fitting fitting{panel, model.options_, pool, callbacks};
  RESTOCK_TRY(model.learn_sets(fitting, "full", cutoff, 0, *this));
  RESTOCK_TRY(model.learn_quantiles(fitting));
  return model;
}

Result<MeanForecast> GlobalModel::predict(const Panel& panel, Period origin, int32_t horizon,
                                          ThreadPool& pool) const {
  RESTOCK_TRY(check_fits(panel, origin, horizon));
  RESTOCK_TRY(auto out, options_.mode == ForecastMode::kRecursive
                            ? predict_recursive(panel, origin, horizon, pool)
                            : predict_direct(panel, origin, horizon, pool));
  if (options_.mode == ForecastMode::kMixed) {
    RESTOCK_TRY(const auto recursive, predict_recursive(panel, origin, horizon, pool));
    const auto steps = static_cast<size_t>(horizon);
    for (size_t at = 0; at < out.mean.size(); ++at) {
      const double w = mixed_weights_.at(static_cast<int32_t>(at % steps));
      out.mean[at] = w * out.mean[at] + (1 - w) * recursive.mean[at];
    }
  }
  apply_fallbacks(panel, out);
  return out;
}

Result<MeanForecast> GlobalModel::predict_direct(const Panel& panel, Period origin, int32_t horizon,
                                                 ThreadPool& pool) const {
  RESTOCK_TRY(const auto values,
              predict_steps(&LearnerSet::means, panel, origin, whole_of(panel, horizon), pool));
  MeanForecast out{origin, horizon, {}, std::vector<std::string>(panel.n_series())};
  // Without a log link the trees may fall below zero; demand does not.
  out.mean.reserve(values.size());
  for (const float value : values) out.mean.push_back(std::max(0.0, static_cast<double>(value)));
  return out;
}

Result<std::vector<float>> GlobalModel::predict_steps(LearnerOf which, const Panel& panel,
                                                      Period origin, const ForecastPart& part,
                                                      ThreadPool& pool) const {
  const auto steps = static_cast<size_t>(part.steps.end - part.steps.begin);
  const Period first = origin + 1 + part.steps.begin;
  const size_t outputs = (sets_.front().*which).trees->n_outputs();
  const TargetScale scale = scale_of(which);
  std::vector<float> out(part.series.size() * steps * outputs, 0.0F);
  RESTOCK_TRY(const Profile profile, profile_at(panel, origin, pool));
  const Prepared prepared = prepare(panel, calendar_, profile, rule_,
                                    {groupings_by(panel, grouping_names_), ranks_at(panel, origin)},
                                    {origin, origin}, pool);
  const size_t width = prepared.features.size();
  std::vector<float> values, margin, said;
  std::vector<double> baseline;
  const auto predict_block = [&](const Learner& learner, std::span<const size_t> places) -> Status {
    const size_t rows = places.size() * steps;
    values.assign(rows * width, std::numeric_limits<float>::quiet_NaN());
    margin.assign(rows, 0);
    baseline.assign(rows, 0);
    said.resize(rows * outputs);
    pool.parallel_for(places.size(), 8, [&](size_t low, size_t high) {
      SeriesState state;
      for (size_t k = low; k < high; ++k) {
        const size_t i = part.series[places[k]];
        if (origin < panel.start[i]) continue;
        state.load(panel, calendar_, profile, i, origin);
        for (size_t h = 0; h < steps; ++h) {
          const size_t row = k * steps + h;
          baseline[row] =
              prepared.features.fill(state, prepared.pooled, origin, first + static_cast<Period>(h),
                                     std::span(values).subspan(row * width, width));
          margin[row] = static_cast<float>(scale.margin(baseline[row]));
        }
      }
    });
    RESTOCK_TRY(learner.trees->predict(values, rows, margin, said));
    for (size_t k = 0; k < places.size(); ++k) {
      if (origin < panel.start[part.series[places[k]]]) continue;
      for (size_t j = 0; j < steps * outputs; ++j) {
        const size_t row = k * steps + j / outputs;
        const float value = said[k * steps * outputs + j];
        out[places[k] * steps * outputs + j] =
            scale.transform == TargetTransform::kNone
                ? value
                : static_cast<float>(
                      scale.mean(static_cast<double>(value), baseline[row], learner.smearing));
      }
    }
    return {};
  };
  const auto places_of = by_set(part.series);
  for (size_t set = 0; set < sets_.size(); ++set) {
    const std::span<const size_t> places = places_of[set];
    for (size_t begin = 0; begin < places.size(); begin += kSeriesPerBlock) {
      RESTOCK_TRY(
          predict_block(sets_[set].*which,
                        places.subspan(begin, std::min(kSeriesPerBlock, places.size() - begin))));
    }
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
  RESTOCK_TRY(const auto learnt, predict_steps(&LearnerSet::quantiles, panel, table.origin,
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
  // Rows stand by set, so that each set's trees predict theirs at once.
  const LearnerOf which = stepwise();
  const TargetScale scale = scale_of(which);
  const auto places_of = by_set(whole_of(panel, 1).series);
  std::vector<size_t> row_of(n);
  size_t placed = 0;
  for (const auto& places : places_of) {
    for (const size_t i : places) row_of[i] = placed++;
  }
  std::vector<float> values(n * width), margin(n), said(n);
  std::vector<double> baseline(n);
  for (size_t h = 0; h < steps; ++h) {
    const Period from = origin + static_cast<Period>(h);
    const PooledStatistics pooled =
        pool_statistics_of(states, context.windows, rule_, from, groupings);
    values.assign(n * width, std::numeric_limits<float>::quiet_NaN());
    margin.assign(n, 0);
    pool.parallel_for(n, 64, [&](size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i) {
        if (from < panel.start[i]) continue;
        const size_t row = row_of[i];
        baseline[row] = features.fill(states[i], pooled, from, from + 1,
                                      std::span(values).subspan(row * width, width));
        margin[row] = static_cast<float>(scale.margin(baseline[row]));
      }
    });
    size_t begin = 0;
    for (size_t set = 0; set < sets_.size(); ++set) {
      const size_t rows = places_of[set].size();
      if (rows == 0) continue;
      const Learner& learner = sets_[set].*which;
      RESTOCK_TRY(learner.trees->predict(std::span(values).subspan(begin * width, rows * width),
                                         rows, std::span(margin).subspan(begin, rows),
                                         std::span(said).subspan(begin, rows)));
      for (size_t row = begin; row < begin + rows; ++row) {
        said[row] = static_cast<float>(
            scale.mean(static_cast<double>(said[row]), baseline[row], learner.smearing));
      }
      begin += rows;
    }
    for (size_t i = 0; i < n; ++i) {
      // Of a series that begins within the horizon nothing is known on its first day.
      if (from + 1 == panel.start[i])
        states[i].append(panel, calendar_, profile, 0, PeriodState::kMissing);
      if (from < panel.start[i]) continue;
      const auto at = static_cast<size_t>(panel.at(i, from + 1));
      const bool closed = !panel.closed.empty() && panel.closed[at] != 0;
      out.mean[i * steps + h] = closed ? 0 : static_cast<double>(said[row_of[i]]);
      states[i].append(panel, calendar_, profile, closed ? 0 : said[row_of[i]],
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
  bool alone = options_.mode == ForecastMode::kDirect;
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
  RESTOCK_TRY(const auto values, predict_steps(&LearnerSet::means, panel, origin, part, pool));
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
  if (learns_quantiles()) {
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
  if (learns_quantiles() && !table.probabilities.empty())
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
  // Sets of trees count by their rounds.
  std::map<std::string, double> gain;
  double weights = 0;
  for (const LearnerSet& set : sets_) {
    for (const Learner* learner : {&set.means, &set.steps}) {
      if (!learner->trees) continue;
      const double weight = std::max(1, learner->trees->rounds());
      RESTOCK_TRY(const auto shares, learner->trees->importance());
      for (const auto& share : shares) gain[share.feature] += weight * share.gain_share;
      weights += weight;
    }
  }
  RESTOCK_TRY(const auto shares, sets_.front().means.trees->importance());
  std::vector<std::pair<std::string, double>> out;
  out.reserve(shares.size());
  const bool alone = sets_.size() == 1 && !sets_.front().steps.trees;
  for (const auto& share : shares)
    out.emplace_back(share.feature, alone ? share.gain_share : gain[share.feature] / weights);
  std::ranges::stable_sort(out, std::greater<>{}, &std::pair<std::string, double>::second);
  return out;
}

}  // namespace restock
