#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "foundation/base/random.h"
#include "foundation/base/sha256.h"
#include "science/models/boosted_trees.h"
#include "science/models/boosted_trees_state.h"
#include "science/models/model_file.h"
#include "science/models/quantised_matrix.h"

namespace restock {
namespace {

/// Base margins above this count as this in the intercept: e^30 units a period is beyond any
/// demand.
constexpr double kMarginMax = 30;

Status in_range(const char* name, double value, double low, double high) {
  if (value >= low && value <= high) return {};
  return Error{Code::kInvalidArgument,
               fmt::format("{} must be in [{}, {}], got {}", name, low, high, value), ""};
}

Status check_parameters(const TreeParameters& p) {
  constexpr double kHuge = 1e12;
  constexpr double kTiny = 1e-6;
  RESTOCK_TRY(p.objective.validate());
  RESTOCK_TRY(in_range("trees_max", p.trees_max, 1, 100000));
  RESTOCK_TRY(in_range("trees_min", p.trees_min, 0, 100000));
  RESTOCK_TRY(in_range("fixed_rounds", p.fixed_rounds, 0, 100000));
  RESTOCK_TRY(in_range("early_stopping_rounds", p.early_stopping_rounds, 0, 100000));
  RESTOCK_TRY(in_range("depth", p.depth, p.leaves_max > 0 ? 0 : 1, 16));
  RESTOCK_TRY(in_range("leaves_max", p.leaves_max, 0, 65536));
  RESTOCK_TRY(in_range("learning_rate", p.learning_rate, kTiny, 1));
  RESTOCK_TRY(in_range("lambda", p.lambda, 0, kHuge));
  RESTOCK_TRY(in_range("gamma", p.gamma, 0, kHuge));
  RESTOCK_TRY(in_range("min_child_weight", p.min_child_weight, 0, kHuge));
  RESTOCK_TRY(in_range("leaf_value_max", p.leaf_value_max, 0, kHuge));
  RESTOCK_TRY(in_range("column_share", p.column_share, kTiny, 1));
  RESTOCK_TRY(in_range("row_share", p.row_share, kTiny, 1));
  RESTOCK_TRY(in_range("bins", p.bins, 2, 256));
  RESTOCK_TRY(in_range("cut_sample_rows", static_cast<double>(p.cut_sample_rows), 1000, kHuge));
  return {};
}

Status check_features(const RowSource& source, const TreeParameters& p) {
  const std::vector<std::string> names = source.feature_names();
  if (names.empty() || names.size() != source.n_features()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("a source needs a name for each feature, got {} names for {} features",
                             names.size(), source.n_features()),
                 ""};
  }
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (name.empty() || name.find_first_of("\n\r\t ") != std::string::npos ||
        !seen.insert(name).second) {
      return Error{Code::kInvalidArgument,
                   fmt::format("feature name '{}' must be unique, not empty, without space", name),
                   ""};
    }
  }
  if (!p.monotone.empty() && p.monotone.size() != names.size()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("monotone must be empty or have {} values, got {}", names.size(),
                             p.monotone.size()),
                 ""};
  }
  for (const int direction : p.monotone) RESTOCK_TRY(in_range("monotone", direction, -1, 1));
  return {};
}

template <typename Numbers>
std::string bracketed(const Numbers& numbers, char open, char close) {
  return fmt::format("{}{}{}", open, fmt::join(numbers, ","), close);
}

/// XGBoost's own objective names the link of the file and, for quantiles, refreshes the leaves;
/// gradients are ours.
std::vector<XgboostParameter> objective_parameters(const Objective& objective) {
  switch (objective.kind) {
    case ObjectiveKind::kPoisson:
      return {{"objective", "count:poisson"}};
    case ObjectiveKind::kTweedie:
      return {{"objective", "reg:tweedie"},
              {"tweedie_variance_power", fmt::format("{}", objective.variance_power)}};
    case ObjectiveKind::kSquared:
      return {{"objective", "reg:squarederror"}};
    case ObjectiveKind::kQuantile:
      return {{"objective", "reg:quantileerror"},
              {"quantile_alpha", bracketed(objective.probabilities, '[', ']')}};
  }
  RESTOCK_ASSERT(false);
  return {};
}

/// The level that all rows share beyond their base margins, on the target's scale: sum w y / sum w
/// e^margin with a log link, else the weighted mean of y - margin. Rounded to float, as XGBoost
/// keeps it.
float base_score(const Objective& objective, const GatheredRows& rows) {
  constexpr double kSmallest = 1e-6;
  double seen = 0;
  double expected = 0;
  for (size_t i = 0; i < rows.rows; ++i) {
    const double weight = rows.weight.empty() ? 1.0 : rows.weight[i];
    const double margin = rows.base_margin.empty() ? 0.0 : rows.base_margin[i];
    seen += weight * (objective.log_link() ? rows.target[i] : rows.target[i] - margin);
    expected += weight * (objective.log_link() ? std::exp(std::min(margin, kMarginMax)) : 1.0);
  }
  const double level = expected > 0 ? seen / expected : 0;
  return static_cast<float>(objective.log_link() ? std::max(level, kSmallest) : level);
}

std::vector<XgboostParameter> booster_parameters(const TreeParameters& p, float level,
                                                 int threads) {
  const auto number = [](auto value) { return fmt::format("{}", value); };
  std::vector<XgboostParameter> all = {
      {"verbosity", "0"},
      {"booster", "gbtree"},
      {"tree_method", "hist"},
      {"nthread", number(threads)},
      {"max_depth", number(p.depth)},
      {"eta", number(p.learning_rate)},
      {"lambda", number(p.lambda)},
      {"gamma", number(p.gamma)},
      {"min_child_weight", number(p.min_child_weight)},
      {"max_delta_step", number(p.objective.log_link() ? p.leaf_value_max : 0)},
      {"colsample_bytree", number(p.column_share)},
      {"max_bin", number(p.bins)},
      {"base_score", fmt::format("{:.9g}", level)},
      {"seed", number(p.seed % std::numeric_limits<int32_t>::max())},
      {"seed_per_iteration", "1"}};
  if (p.leaves_max > 0) {
    all.push_back({"grow_policy", "lossguide"});
    all.push_back({"max_leaves", number(p.leaves_max)});
  }
  if (!p.monotone.empty()) all.push_back({"monotone_constraints", bracketed(p.monotone, '(', ')')});
  for (auto& parameter : objective_parameters(p.objective)) all.push_back(std::move(parameter));
  return all;
}

/// The features that the tree of a round may use: as many as XGBoost would draw, chosen by hash.
/// Its own draws go on from tree to tree, and a training that goes on from a checkpoint would have
/// others.
std::vector<float> feature_weights(const TreeParameters& p, size_t n_features, int round) {
  constexpr uint64_t kColumnStream = 0x636f6c73;  // "cols"
  // XGBoost draws by the key log(u) / weight: with these weights no draw can favour a feature of
  // weight 0.
  constexpr float kChosen = 1e30F;
  const auto drawn = std::max<size_t>(
      1, static_cast<size_t>(static_cast<float>(p.column_share) * static_cast<float>(n_features)));
  std::vector<std::pair<uint64_t, size_t>> order;
  order.reserve(n_features);
  for (size_t f = 0; f < n_features; ++f)
    order.emplace_back(mix(p.seed ^ kColumnStream, static_cast<uint64_t>(round), f), f);
  std::sort(order.begin(), order.end());
  std::vector<float> weights(n_features, 0.0F);
  for (size_t k = 0; k < std::min(drawn, n_features); ++k) weights[order[k].second] = kChosen;
  return weights;
}

/// Adds what a result depends on to a digest.
template <typename T>
void digest_values(const std::vector<T>& values, Sha256* digest) {
  const uint64_t count = values.size();
  digest->update({reinterpret_cast<const char*>(&count), sizeof(count)});
  digest->update({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)});
}

/// All parameters in words, for the fingerprint.
std::string describe(const TreeParameters& p) {
  return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}",
                     objective_name(p.objective.kind), p.objective.variance_power,
                     fmt::join(p.objective.probabilities, ","), p.trees_max, p.trees_min,
                     p.fixed_rounds, p.early_stopping_rounds, p.depth, p.leaves_max,
                     p.learning_rate, p.lambda, p.gamma, p.min_child_weight, p.leaf_value_max,
                     p.column_share, p.row_share, p.bins, p.cut_sample_rows, p.seed,
                     fmt::join(p.monotone, ","));
}

/// A quantised matrix with what is known of its rows.
struct RowSet {
  XgboostHandle matrix{nullptr, nullptr};
  size_t rows = 0;
  std::vector<float> target;
  std::vector<float> weight;

  ScoredRows scored(std::span<const float> margin) const { return {target, weight, margin}; }
};

/// One training: owns the matrices and the booster, and gives the booster away at the end.
class Training {
 public:
  Training(const XgboostLibrary& xgboost, const TreeParameters& p, ThreadPool& pool,
           const TrainCallbacks& callbacks)
      : xgboost_(xgboost), p_(p), pool_(pool), callbacks_(callbacks) {}

  Status load(RowSource& train, RowSource* validation);
  /// Go on from the checkpoint given, if it is one of this training.
  Status resume();
  Status grow();
  Result<XgboostHandle> finish(const std::vector<std::string>& feature_names);

  TrainingReport report;

 private:
  int rounds_max() const { return p_.fixed_rounds > 0 ? p_.fixed_rounds : p_.trees_max; }
  bool checkpoints() const { return callbacks_.checkpoint || callbacks_.resume != nullptr; }
  bool stops_early() const {
    return validation_.rows > 0 && p_.fixed_rounds == 0 && p_.early_stopping_rounds > 0;
  }
  Result<RowSet> read(RowSource& source, const char* what, void* reference);
  Status set_info(RowSet* set, std::vector<float> base_margin);
  Status make_booster();
  Status grow_round(int round);
  /// True when the validation deviance has not improved for long enough.
  Result<bool> score_round(int round);
  bool keep_deviance(int round, double deviance);
  Status tell(int round);

  const XgboostLibrary& xgboost_;
  const TreeParameters& p_;
  ThreadPool& pool_;
  const TrainCallbacks& callbacks_;
  RowSet train_;
  RowSet validation_;
  XgboostHandle booster_{nullptr, nullptr};
  std::vector<std::string> names_;
  Sha256 digest_;  ///< of the rows, only where checkpoints are kept
  std::string fingerprint_;
  std::vector<float> gradient_;
  std::vector<float> hessian_;
  float level_ = 1;  ///< see base_score()
  double best_deviance_ = std::numeric_limits<double>::infinity();
  int best_rounds_ = 0;
  bool ended_ = false;  ///< no more rounds are wanted
};

Result<RowSet> Training::read(RowSource& source, const char* what, void* reference) {
  RESTOCK_TRY(
      GatheredRows gathered,
      gather_rows(source, p_.objective, {p_.cut_sample_rows, p_.seed}, callbacks_.progress));
  if (gathered.rows == 0)
    return Error{Code::kInvalidData, fmt::format("the {} set has no rows", what), ""};
  if (checkpoints()) {
    for (const auto* values :
         {&gathered.sample, &gathered.target, &gathered.weight, &gathered.base_margin})
      digest_values(*values, &digest_);
  }
  const MatrixOptions options = {p_.bins, pool_.threads()};
  const bool reference_is_own = reference == nullptr;
  RowSet set;
  set.rows = gathered.rows;
  if (gathered.sample_is_whole()) {
    RESTOCK_TRY(set.matrix,
                make_matrix(xgboost_, gathered.sample, gathered.n_features, reference, options));
  } else {
    XgboostHandle cuts(nullptr, nullptr);
    if (reference == nullptr) {
      RESTOCK_TRY(cuts,
                  make_matrix(xgboost_, gathered.sample, gathered.n_features, nullptr, options));
      reference = cuts.get();
    }
    gathered.sample = {};
    RESTOCK_TRY(set.matrix,
                make_matrix(xgboost_, source, gathered, reference, options, callbacks_.progress));
  }
  if (reference_is_own) level_ = base_score(p_.objective, gathered);
  const float intercept = p_.objective.log_link() ? std::log(level_) : level_;
  for (float& margin : gathered.base_margin)
    margin += intercept;  // XGBoost adds base_score only where none is given.
  set.target = std::move(gathered.target);
  set.weight = std::move(gathered.weight);
  RESTOCK_TRY(set_info(&set, std::move(gathered.base_margin)));
  return set;
}

Status Training::set_info(RowSet* set, std::vector<float> base_margin) {
  const size_t outputs = p_.objective.n_outputs();
  if (p_.objective.kind == ObjectiveKind::kQuantile) {
    // XGBoost computes the leaves of quantile trees itself and needs the targets for that.
    const std::string data = array_interface(set->target.data(), set->rows, 0);
    RESTOCK_TRY(xgboost_.check(xgboost_.matrix_set_info(set->matrix.get(), "label", data.c_str()),
                               "setting targets"));
  }
  if (p_.objective.kind == ObjectiveKind::kQuantile && !set->weight.empty()) {
    const std::string data = array_interface(set->weight.data(), set->rows, 0);
    RESTOCK_TRY(xgboost_.check(xgboost_.matrix_set_info(set->matrix.get(), "weight", data.c_str()),
                               "setting weights"));
  }
  if (base_margin.empty()) return {};
  if (outputs > 1) {
    std::vector<float> repeated(set->rows * outputs);
    for (size_t i = 0; i < repeated.size(); ++i) repeated[i] = base_margin[i / outputs];
    base_margin = std::move(repeated);
  }
  const std::string data = array_interface(base_margin.data(), set->rows, outputs);
  return xgboost_.check(xgboost_.matrix_set_info(set->matrix.get(), "base_margin", data.c_str()),
                        "setting base margins");
}

Status Training::load(RowSource& train, RowSource* validation) {
  names_ = train.feature_names();
  RESTOCK_TRY(train_, read(train, "training", nullptr));
  if (validation != nullptr && p_.fixed_rounds == 0) {
    if (validation->feature_names() != names_) {
      return Error{Code::kInvalidArgument,
                   "the validation set must have the features of the training set", ""};
    }
    RESTOCK_TRY(validation_, read(*validation, "validation", train_.matrix.get()));
  }
  report.train_rows = train_.rows;
  report.validation_rows = validation_.rows;
  if (checkpoints()) {
    int version[3] = {0, 0, 0};
    xgboost_.version(&version[0], &version[1], &version[2]);
    digest_.update(
        fmt::format("{}|{}|{}", fmt::join(version, "."), describe(p_), fmt::join(names_, "\n")));
    fingerprint_ = digest_.hex();
  }
  return make_booster();
}

Status Training::resume() {
  if (callbacks_.resume == nullptr) return {};
  const TrainingCheckpoint& from = *callbacks_.resume;
  if (from.fingerprint != fingerprint_ || from.rounds > rounds_max() ||
      (validation_.rows > 0) !=
          (from.validation_deviance.size() == static_cast<size_t>(from.rounds))) {
    return {};
  }
  RESTOCK_TRY(const ModelFile file, read_model_file(from.model));
  RESTOCK_TRY(
      xgboost_.check(xgboost_.booster_load(booster_.get(), file.trees.data(), file.trees.size()),
                     "reading a checkpoint"));
  RESTOCK_TRY(
      set_parameters(xgboost_, booster_.get(), booster_parameters(p_, level_, pool_.threads())));
  for (size_t round = 0; round < from.validation_deviance.size(); ++round)
    ended_ = keep_deviance(static_cast<int>(round), from.validation_deviance[round]);
  report.rounds_resumed = from.rounds;
  report.rounds_grown = from.rounds;
  return {};
}

Status Training::make_booster() {
  std::vector<DMatrixHandle> cached = {train_.matrix.get()};
  if (validation_.rows > 0) cached.push_back(validation_.matrix.get());
  BoosterHandle booster = nullptr;
  RESTOCK_TRY(xgboost_.check(xgboost_.booster_create(cached.data(), cached.size(), &booster),
                             "making a model"));
  booster_ = XgboostHandle(booster, xgboost_.booster_free);
  gradient_.resize(train_.rows * p_.objective.n_outputs());
  hessian_.resize(gradient_.size());
  return set_parameters(xgboost_, booster, booster_parameters(p_, level_, pool_.threads()));
}

Status Training::grow_round(int round) {
  const size_t outputs = p_.objective.n_outputs();
  RESTOCK_TRY(const auto margin,
              predict_margins(xgboost_, booster_.get(), train_.matrix.get(), true));
  RESTOCK_ASSERT(margin.size() == gradient_.size());
  const RowSample sample = {p_.row_share, p_.seed, static_cast<uint64_t>(round)};
  exact_gradients(p_.objective, train_.scored(margin), sample, pool_, gradient_, hessian_);
  const std::string gradient = array_interface(gradient_.data(), train_.rows, outputs);
  const std::string hessian = array_interface(hessian_.data(), train_.rows, outputs);
  if (p_.column_share < 1) {
    const std::vector<float> weights = feature_weights(p_, names_.size(), round);
    const std::string data = array_interface(weights.data(), weights.size(), 0);
    RESTOCK_TRY(xgboost_.check(
        xgboost_.matrix_set_info(train_.matrix.get(), "feature_weights", data.c_str()),
        "choosing features"));
  }
  return xgboost_.check(xgboost_.booster_train(booster_.get(), train_.matrix.get(), round,
                                               gradient.c_str(), hessian.c_str()),
                        "growing a tree");
}

Result<bool> Training::score_round(int round) {
  if (validation_.rows == 0) return false;
  RESTOCK_TRY(const auto margin,
              predict_margins(xgboost_, booster_.get(), validation_.matrix.get(), false));
  return keep_deviance(round, mean_deviance(p_.objective, validation_.scored(margin), pool_));
}

bool Training::keep_deviance(int round, double deviance) {
  report.validation_deviance.push_back(deviance);
  if (deviance < best_deviance_) {
    best_deviance_ = deviance;
    best_rounds_ = round + 1;
  }
  return stops_early() && round + 1 >= p_.trees_min &&
         round + 1 - best_rounds_ >= p_.early_stopping_rounds;
}

Status Training::tell(int round) {
  if (callbacks_.progress && !callbacks_.progress({"train", round + 1, rounds_max()})) {
    return Error{Code::kCancelled, fmt::format("training was cancelled after {} rounds", round + 1),
                 ""};
  }
  ended_ = ended_ || round + 1 >= rounds_max();
  // The end is kept too: what follows this training may be stopped, and should not repeat it.
  const bool due = ended_ || (round + 1) % std::max(1, callbacks_.checkpoint_rounds) == 0;
  if (!callbacks_.checkpoint || !due) return {};
  TrainingCheckpoint state{round + 1, fingerprint_, report.validation_deviance, {}};
  RESTOCK_TRY(state.model, save_booster(xgboost_, booster_.get(), p_.objective, names_));
  return callbacks_.checkpoint(state);
}

Status Training::grow() {
  for (int round = report.rounds_resumed; round < rounds_max() && !ended_; ++round) {
    RESTOCK_TRY(grow_round(round));
    report.rounds_grown = round + 1;
    RESTOCK_TRY(ended_, score_round(round));
    RESTOCK_TRY(tell(round));
  }
  return {};
}

Result<XgboostHandle> Training::finish(const std::vector<std::string>& feature_names) {
  const bool keep_best = validation_.rows > 0 && p_.fixed_rounds == 0;
  report.rounds_kept = keep_best
                           ? std::min(report.rounds_grown, std::max(best_rounds_, p_.trees_min))
                           : report.rounds_grown;
  // The slice also drops the prediction caches, which refer to the training rows.
  BoosterHandle kept = nullptr;
  RESTOCK_TRY(
      xgboost_.check(xgboost_.booster_slice(booster_.get(), 0, report.rounds_kept, 1, &kept),
                     "keeping the best rounds"));
  XgboostHandle booster(kept, xgboost_.booster_free);
  std::vector<const char*> names;
  names.reserve(feature_names.size());
  for (const std::string& name : feature_names) names.push_back(name.c_str());
  RESTOCK_TRY(xgboost_.check(
      xgboost_.booster_set_names(booster.get(), "feature_name", names.data(), names.size()),
      "naming features"));
  RESTOCK_TRY(
      set_parameters(xgboost_, booster.get(),
                     {{"nthread", fmt::format("{}", pool_.threads())}, {"verbosity", "0"}}));
  return booster;
}

}  // namespace

Result<BoostedTrees> BoostedTrees::train(RowSource& train, RowSource* validation,
                                         const TreeParameters& parameters, ThreadPool& pool,
                                         const TrainCallbacks& callbacks) {
  RESTOCK_TRY(check_parameters(parameters));
  RESTOCK_TRY(check_features(train, parameters));
  auto state = std::make_unique<State>();
  RESTOCK_TRY(state->xgboost, XgboostLibrary::load());
  state->objective = parameters.objective;
  state->feature_names = train.feature_names();
  Training training(state->xgboost, parameters, pool, callbacks);
  RESTOCK_TRY(training.load(train, validation));
  RESTOCK_TRY(training.resume());
  RESTOCK_TRY(training.grow());
  RESTOCK_TRY(state->booster, training.finish(state->feature_names));
  state->report = std::move(training.report);
  state->rounds = state->report.rounds_kept;
  return BoostedTrees(std::move(state));
}

Result<MemoryEstimate> BoostedTrees::estimate_memory(size_t rows, size_t n_features,
                                                     const TreeParameters& parameters) {
  RESTOCK_TRY(check_parameters(parameters));
  // One byte a cell, row by row and column by column.
  constexpr int64_t kCellBytes = 2;
  // Per row: row pointer 8; target 4; base margin 4; margins 4, copied 4; our gradients 8,
  // XGBoost's 8; row order 16, leaf 4, weight 4, growth of vectors 4.
  constexpr int64_t kRowBytes = 68;
  constexpr int64_t kLibraryBytes = 64 << 20;
  const auto n = static_cast<int64_t>(rows);
  const auto f = static_cast<int64_t>(n_features);
  const auto outputs = static_cast<int64_t>(parameters.objective.n_outputs());
  const auto sampled = std::min(n, static_cast<int64_t>(parameters.cut_sample_rows));
  MemoryEstimate memory;
  memory.matrix_bytes = n * f * kCellBytes;
  memory.rows_bytes = n * (kRowBytes + (outputs - 1) * 28);
  memory.sample_bytes = sampled * (f * 3 * static_cast<int64_t>(sizeof(float)));
  memory.library_bytes = kLibraryBytes;
  memory.peak_bytes =
      memory.matrix_bytes + memory.library_bytes + std::max(memory.rows_bytes, memory.sample_bytes);
  return memory;
}

}  // namespace restock
