#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "foundation/domain/series_key.h"
#include "foundation/domain/time_axis.h"
#include "foundation/panel/panel.h"
#include "science/demand/estimate_demand.h"
#include "science/features/feature_set.h"
#include "science/forecast/calibration.h"
#include "science/forecast/demand_paths.h"
#include "science/forecast/explanation.h"
#include "science/forecast/forecast_table.h"
#include "science/forecast/mixed_weights.h"
#include "science/forecast/model_groups.h"
#include "science/forecast/target_transform.h"
#include "science/forecast/uncertainty.h"
#include "science/models/boosted_trees.h"

namespace restock {

/// How means further ahead than one step are made.
enum class ForecastMode : uint8_t {
  kDirect,     ///< every step from the origin
  kRecursive,  ///< one step at a time, each forecast read by the next
  kMixed       ///< averages of both (`MixedWeights`), at twice the time
};

/// How the global model is learnt. The zeros mean "decided from the size of the data".
struct GlobalModelOptions {
  ObjectiveKind objective = ObjectiveKind::kPoisson;
  int32_t horizon = 30;
  int trees_max = 600;
  int trees_min = 20;
  int depth = 0;
  double learning_rate = 0;
  double min_child_weight = 0;
  double lambda = 1;
  double row_share = 1;         ///< of the rows, for each tree, by hash of seed, round and row
  double column_share = 0.8;    ///< of the features, for each tree, by hash of seed and round
  bool price_monotone = false;  ///< a higher planned price never raises the forecast of its period
  int32_t train_periods_max = 0;  ///< learn from the last N periods before the cutoff
  int32_t validation_periods =
      0;  ///< for early stopping and uncertainty; 0 = horizon, at most a quarter of the history
  bool refit =
      true;  ///< learn again with the validation periods, if there are at most refit_rows_max rows
  int64_t refit_rows_max = 3'000'000;
  /// Recursion holds the states of all series at once: about 80 bytes a known period.
  ForecastMode mode = ForecastMode::kDirect;
  /// What the trees learn of units; but for kNone by squared errors, whatever the objective.
  TargetTransform target_transform = TargetTransform::kNone;
  /// Key or attribute whose values have trees of their own (`ModelGroups`); empty = one for all.
  std::string model_per;
  /// Not empty: also learn these quantiles of each period directly; sd and sums still come from the
  /// uncertainty.
  std::vector<double> quantiles;
  uint64_t seed = 42;
  std::vector<HolidayDay> holidays;
  /// Estimate the demand of censored periods and learn from it; else they are left out.
  bool estimate_censored = false;
  DemandOptions demand;
  float censored_target_weight = 1;  ///< of censored periods as targets; 0 = inputs only
};

/// The smallest leaf weight that `min_child_weight` 0 stands for, with so many training rows.
[[nodiscard]] double min_child_weight_for(int64_t rows);

/// What a learning tells, and what an earlier one left. Any may be empty. A training is named
/// "learn", "refit", "full" or "quantiles", with "-steps" for the recursive part of mixed forecasts
/// and "-N" for the N-th set of trees after the first; what it left is used only if it is of the
/// same rows and options, and then the model has the bytes that it has without a stop.
struct LearnCallbacks {
  LearnCallbacks() = default;
  /// Progress alone.
  LearnCallbacks(ProgressCallback told) : progress(std::move(told)) {}  // NOLINT: converts

  ProgressCallback progress;
  std::function<std::optional<std::string>(const std::string& training)> load_checkpoint;
  /// Given bytes to keep every 50 rounds and after the last; an error ends the learning with it.
  std::function<Status(const std::string& training, std::string_view bytes)> save_checkpoint;
};

/// How the series of a model met those of a panel.
struct Alignment {
  int64_t known = 0;      ///< series that both have
  int64_t newcomers = 0;  ///< of the panel alone: they get the shape that all series share
  int64_t gone = 0;       ///< of the model alone
  std::vector<std::string> unknown_holidays;  ///< names the model has no factor for: usual days
};

/// The mean of demand for every series and step ahead of one origin. n_series x horizon, row-major.
struct MeanForecast {
  Period origin = 0;
  int32_t horizon = 0;
  std::vector<double> mean;
  std::vector<std::string> fallback_reason;  ///< n_series; empty = forecast by the model
  std::vector<ForecastSource> source = {};   ///< n_series
};

/// One series and one step of a forecast, from 0.
struct SeriesStep {
  size_t series = 0;
  int32_t step = 0;
};

class ModelReader;

/// Some series, and some steps of each.
struct ForecastPart {
  std::vector<size_t> series;
  StepWindow steps;
};

/// Means of a part, series.size() x number of steps, and a reason per series as in `MeanForecast`.
struct PartForecast {
  std::vector<double> mean;
  std::vector<std::string> fallback_reason;
};

/// One gradient-boosted model over all series, on top of a multiplicative baseline.
///
///   mean_i(t) = level_i(origin) x profile_i(t) x exp(trees(features_i(origin, t)))
///
/// (with squared errors a sum instead of the product, on the scale of the target transform). With
/// `model_per` each group of series has trees of its own; level rule, profile, features of all
/// series together and uncertainty stay those of all.
///
/// Each training row is one (series, target) with an origin 1..horizon periods earlier, drawn by a
/// hash of seed, series and target, so one model serves every step ahead (direct strategy; Ben
/// Taieb et al., Expert Systems with Applications 2012). Rows weigh 1 / overdispersion of their
/// series (quasi-likelihood; Wedderburn, Biometrika 1974). Reads nothing after the cutoff but
/// planned prices, promotions, closures and covariates.
class GlobalModel {
 public:
  /// Learn from periods <= cutoff. Errors: kInvalidData if no series has enough history;
  /// kCancelled.
  static Result<GlobalModel> fit(const Panel& panel, Period cutoff,
                                 const GlobalModelOptions& options, ThreadPool& pool,
                                 const LearnCallbacks& callbacks);

  /// The same model with the same number of trees, learnt from periods <= cutoff; keeps the
  /// uncertainty measured before.
  [[nodiscard]] Result<GlobalModel> learn_again(const Panel& panel, Period cutoff, ThreadPool& pool,
                                                const LearnCallbacks& callbacks) const;

  /// Take the series, and the periods, of another panel: later sales, other series, or the same
  /// ones for a model that was loaded. Factors go by key; level rule, ranks, groupings, trees and
  /// uncertainty stay as learnt. `holidays` are those of the panel's years. After an error the
  /// model is as it was. Errors: kInvalidArgument if the panel has other keys, periods or features
  /// than the model was learnt with; those of `estimate_demand`.
  Result<Alignment> align_to(const Panel& panel, const std::vector<HolidayDay>& holidays,
                             ThreadPool& pool);

  /// Forecast `horizon` periods after `origin`. The panel must hold the series of the training, or
  /// of the last `align_to`, in the same order and end at or after origin + horizon; sales after
  /// the origin are not read. Errors: kInvalidArgument for another panel.
  [[nodiscard]] Result<MeanForecast> predict(const Panel& panel, Period origin, int32_t horizon,
                                             ThreadPool& pool) const;

  /// A part of what `predict` gives, with the same bits: for one online request, or for the series
  /// that changed. Trees run for this part alone, except in recursive mode and for series without
  /// any history, which need the forecasts of all. Errors: those of `predict`; kInvalidArgument for
  /// a part outside the panel or the horizon.
  [[nodiscard]] Result<PartForecast> predict_part(const Panel& panel, Period origin,
                                                  int32_t horizon, const ForecastPart& part,
                                                  ThreadPool& pool) const;

  /// The multiplicative baseline alone, same shape.
  [[nodiscard]] Result<MeanForecast> predict_baseline(const Panel& panel, Period origin,
                                                      int32_t horizon, ThreadPool& pool) const;

  /// Take one mean of `predict` apart. Costs a forecast of all series: peers, and the steps before
  /// a recursive one, are part of it. Preconditions: those of `predict`; 0 <= step < horizon.
  /// Errors: those of `predict`.
  [[nodiscard]] Result<ForecastExplanation> explain(const Panel& panel, Period origin,
                                                    int32_t horizon, SeriesStep at,
                                                    ThreadPool& pool) const;

  /// Means with standard deviations, quantiles and the variance of running sums.
  [[nodiscard]] Result<ForecastTable> forecast(const Panel& panel, Period origin, int32_t horizon,
                                               std::span<const double> probabilities,
                                               ThreadPool& pool) const;

  /// Standard deviations, quantiles and the variance of running sums around other means, such as
  /// those of an ensemble that this model is in: n_series x horizon after their origin.
  [[nodiscard]] Result<ForecastTable> forecast_of(const Panel& panel, MeanForecast mean,
                                                  std::span<const double> probabilities,
                                                  ThreadPool& pool) const;

  /// Learn the uncertainty from another forecast of the validation window, whose means were not
  /// fitted to it: n_series x horizon of `validation_forecast`, which must not be empty.
  void learn_uncertainty_of(const Panel& panel, std::span<const double> mean);

  /// As `forecast` from `kept.origin`, with means and reasons of `kept` for all series but
  /// `changed`: these have the bits of a full forecast, the others keep what was published. Errors:
  /// those of `predict`; kInvalidArgument if quantiles are learnt directly, for they are not kept.
  [[nodiscard]] Result<ForecastTable> forecast_changed(const Panel& panel, MeanForecast kept,
                                                       std::span<const size_t> changed,
                                                       std::span<const double> probabilities,
                                                       ThreadPool& pool) const;

  /// Calibrated quantiles of demand summed over steps of a forecast that this model made of
  /// `panel`: n_series x probabilities.size(). Errors: those of `window_quantiles`.
  [[nodiscard]] Result<std::vector<float>> sum_quantiles(const Panel& panel,
                                                         const ForecastTable& table,
                                                         StepWindow steps,
                                                         std::span<const double> probabilities,
                                                         ThreadPool& pool) const;

  /// Paths of demand that keep the correlation between days, for some series of a forecast that
  /// this model made of `panel`: series.size() x n_paths x horizon. Errors: those of
  /// `demand_paths`.
  [[nodiscard]] Result<std::vector<float>> sample_paths(const Panel& panel,
                                                        const ForecastTable& table,
                                                        std::span<const size_t> series,
                                                        const PathOptions& options,
                                                        ThreadPool& pool) const;

  /// Shares of the actuals inside the central intervals, by randomised PIT, for a forecast that
  /// this model made of `panel`: see `measure_calibration`. Not of quantiles that are learnt
  /// directly.
  [[nodiscard]] std::vector<CalibrationRow> calibration(const Panel& panel,
                                                        const ForecastTable& table,
                                                        std::span<const int32_t> lengths,
                                                        std::span<const double> levels,
                                                        ThreadPool& pool) const;

  /// Forecast of the validation window made by the model that had not seen it; empty without a
  /// validation window.
  [[nodiscard]] const MeanForecast& validation_forecast() const { return validation_; }
  /// The multiplicative baseline of the same window, as it was known at its origin.
  [[nodiscard]] const std::vector<double>& validation_baseline() const {
    return validation_baseline_;
  }
  [[nodiscard]] const Uncertainty& uncertainty() const { return uncertainty_; }
  [[nodiscard]] const GlobalModelOptions& options() const { return options_; }
  /// Factors, and the demand of censored periods up to the cutoff.
  [[nodiscard]] const Profile& profile() const { return profile_; }
  [[nodiscard]] const PeriodCalendar& calendar() const { return calendar_; }
  [[nodiscard]] const LevelRule& level_rule() const { return rule_; }
  /// Boosting rounds of all sets of trees together.
  [[nodiscard]] int rounds() const;
  [[nodiscard]] const ModelGroups& groups() const { return groups_; }
  [[nodiscard]] const MixedWeights& mixed_weights() const { return mixed_weights_; }
  [[nodiscard]] int64_t training_rows() const { return training_rows_; }
  /// Gain share per feature, descending.
  [[nodiscard]] Result<std::vector<std::pair<std::string, double>>> feature_importance() const;
  /// Choices made from the data, in words.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

  /// Last period learnt from.
  [[nodiscard]] Period cutoff() const { return cutoff_; }
  [[nodiscard]] const TimeAxis& axis() const { return axis_; }
  /// The series, in order: those learnt from, or those of the last `align_to`.
  [[nodiscard]] const std::vector<SeriesKey>& keys() const { return keys_; }

  /// The whole model as bytes; the same for any thread count. Format: README.md.
  [[nodiscard]] Result<std::string> save_bytes() const;
  /// The model that `save_bytes` made the bytes of, without what only its learning knew:
  /// `validation_forecast` and `notes` are empty. `align_to` a panel before it forecasts. Errors:
  /// kInvalidData for bytes that are damaged, of another version, or no model; kIo (no XGBoost).
  static Result<GlobalModel> load_bytes(std::string_view bytes);

 private:
  struct Fitting;
  /// Trees, and what makes means of what they give.
  struct Learner {
    std::unique_ptr<BoostedTrees> trees;
    Smearing smearing;
  };
  /// The learners of one group of series.
  struct LearnerSet {
    Learner means;      ///< of any step ahead; of the next period in recursive mode
    Learner steps;      ///< mixed mode only: of the next period
    Learner quantiles;  ///< only if quantiles are learnt directly
  };
  using LearnerOf = Learner LearnerSet::*;

  GlobalModel() = default;
  [[nodiscard]] Result<MeanForecast> predict_direct(const Panel& panel, Period origin,
                                                    int32_t horizon, ThreadPool& pool) const;
  /// Means, or quantiles, of `which` for every series and step of the part: series x steps x
  /// outputs, 0 for series that do not exist yet.
  [[nodiscard]] Result<std::vector<float>> predict_steps(LearnerOf which, const Panel& panel,
                                                         Period origin, const ForecastPart& part,
                                                         ThreadPool& pool) const;
  [[nodiscard]] bool learns_quantiles() const { return !options_.quantiles.empty(); }
  /// The learner that recursion goes by.
  [[nodiscard]] LearnerOf stepwise() const {
    return options_.mode == ForecastMode::kMixed ? &LearnerSet::steps : &LearnerSet::means;
  }
  [[nodiscard]] TargetScale scale_of(LearnerOf which) const;
  /// Positions of `series` by the set of trees that forecasts them.
  [[nodiscard]] std::vector<std::vector<size_t>> by_set(std::span<const size_t> series) const;
  /// Learn the trees of means of all sets, with the rounds and smearing of `earlier` if it has any.
  Status learn_sets(const Fitting& fitting, const char* name, Period last_target,
                    int32_t validation, const GlobalModel& earlier);
  /// Forecast the validation window: means, mixed weights, baseline, uncertainty.
  Status judge_window(const Panel& panel, Period origin, int32_t length, ThreadPool& pool);
  /// All that there are.
  [[nodiscard]] std::vector<BoostedTrees*> all_trees() const;
  [[nodiscard]] Status set_learnt_quantiles(const Panel& panel, ForecastTable& table,
                                            ThreadPool& pool) const;
  [[nodiscard]] Result<MeanForecast> predict_recursive(const Panel& panel, Period origin,
                                                       int32_t horizon, ThreadPool& pool) const;
  /// Fill baseline, bias and effects of a forecast of the trees.
  Status explain_row(const Panel& panel, SeriesStep at, ThreadPool& pool,
                     ForecastExplanation& out) const;
  /// Put the parts of a mixed forecast beside its mean.
  Status explain_mix(const Panel& panel, int32_t horizon, SeriesStep at, ThreadPool& pool,
                     ForecastExplanation& out) const;
  /// States of all series when a recursive forecast makes step `step`.
  [[nodiscard]] Result<std::vector<SeriesState>> states_before(const Panel& panel,
                                                               const Profile& profile,
                                                               Period origin, int32_t step,
                                                               ThreadPool& pool) const;
  Status learn_quantiles(const Fitting& fitting);
  /// Learn the profile, and the demand of censored periods, from periods <= cutoff.
  Status learn_profile(const Panel& panel, Period cutoff, ThreadPool& pool);
  /// The profile with the demand of censored periods as known at `origin`.
  [[nodiscard]] Result<Profile> profile_at(const Panel& panel, Period origin,
                                           ThreadPool& pool) const;
  [[nodiscard]] Status check_fits(const Panel& panel, Period origin, int32_t horizon) const;
  /// Error naming the first feature that the panel does not have as the trees know it.
  [[nodiscard]] Status check_features(const Panel& panel, const PeriodCalendar& calendar,
                                      const Profile& profile) const;
  /// Factors of the panel's series, by key; `met` counts them.
  [[nodiscard]] Profile profile_of(const Panel& panel, Alignment& met) const;
  /// Set what identifies the training: series, axis, columns.
  void remember(const Panel& panel);
  [[nodiscard]] std::vector<RankedColumn> ranks_at(const Panel& panel, Period origin) const;
  [[nodiscard]] Result<std::string> content_bytes() const;
  /// Read the parts after the uncertainty. Errors: kInvalidData.
  Status load_sets(ModelReader& in, uint64_t version);
  /// Give series that the trees cannot forecast their fallback, and closed periods zero.
  void apply_fallbacks(const Panel& panel, MeanForecast& forecast) const;

  GlobalModelOptions options_;
  Period cutoff_ = 0;
  TimeAxis axis_;
  std::vector<std::string> key_names_;
  std::vector<SeriesKey> keys_;
  std::vector<std::string> grouping_names_;
  std::vector<RankedColumn> ranks_;  ///< as of the cutoff
  PeriodCalendar calendar_;
  Profile profile_;
  Period profile_until_ = 0;  ///< the last period that the profile was learnt from
  LevelRule rule_;
  std::vector<LearnerSet> sets_;  ///< one for each of `groups_`
  ModelGroups groups_;
  std::vector<uint32_t> set_of_;  ///< n_series
  MixedWeights mixed_weights_;
  Uncertainty uncertainty_;
  MeanForecast validation_;
  std::vector<double> validation_baseline_;
  std::vector<float> validation_overdispersion_;  ///< of the profile at the window's origin
  int64_t training_rows_ = 0;
  std::vector<std::string> notes_;
};

}  // namespace restock
