#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "science/models/objective.h"
#include "science/models/row_source.h"
#include "science/models/training_checkpoint.h"

namespace restock {

/// How to grow the trees. The defaults suit daily demand with 10^5 .. 10^7 rows.
struct TreeParameters {
  Objective objective;
  int trees_max = 600;
  int trees_min = 20;    ///< Early stopping never keeps fewer.
  int fixed_rounds = 0;  ///< > 0: grow exactly so many, without early stopping (refits).
  int early_stopping_rounds =
      30;         ///< Stop after so many rounds without a better validation deviance; 0 = never.
  int depth = 6;  ///< 1..16; 0 = bounded by leaves_max only.
  int leaves_max = 0;  ///< > 0: grow the leaf of highest gain first, up to so many leaves.
  double learning_rate = 0.05;
  double lambda = 1;            ///< L2 penalty of leaf values.
  double gamma = 0;             ///< Smallest gain of a split.
  double min_child_weight = 1;  ///< Smallest hessian sum of a leaf.
  double leaf_value_max =
      0;  ///< Bound of |leaf value| before the learning rate, log link only; 0 = none.
  double column_share = 1;          ///< Share of the features each tree may use.
  double row_share = 1;             ///< Share of the rows each tree learns from.
  int bins = 256;                   ///< 2..256 cut points per feature.
  size_t cut_sample_rows = 300000;  ///< Rows from which the cut points are taken.
  uint64_t seed = 42;
  std::vector<int>
      monotone;  ///< Empty, or -1, 0, 1 per feature. Missing counts as the smallest value.
};

struct TrainCallbacks {
  /// Stages "sample", "quantise" (rows), "train" (rounds). Returning false ends training with
  /// kCancelled.
  ProgressCallback progress;
  /// Given the state after every `checkpoint_rounds` rounds and after the last; an error ends
  /// training with it.
  std::function<Status(const TrainingCheckpoint&)> checkpoint;
  int checkpoint_rounds = 50;
  /// Where an earlier training stopped; null = begin anew. One with another fingerprint is not
  /// used. The model has the same bytes as one trained without a stop.
  const TrainingCheckpoint* resume = nullptr;
};

/// How a training went.
struct TrainingReport {
  int rounds_resumed = 0;  ///< taken from a checkpoint
  int rounds_grown = 0;    ///< those included
  int rounds_kept = 0;
  size_t train_rows = 0;
  size_t validation_rows = 0;
  std::vector<double> validation_deviance;  ///< after each round; empty without a validation source
};

struct FeatureImportance {
  std::string feature;
  double gain_share = 0;  ///< in [0, 1]; all shares sum to 1
};

/// What a training takes, in bytes: `matrix` and `rows` as long as it runs, `sample` until the
/// matrix stands.
struct MemoryEstimate {
  int64_t matrix_bytes = 0;
  int64_t rows_bytes = 0;
  int64_t sample_bytes = 0;
  int64_t library_bytes = 0;
  int64_t peak_bytes = 0;
};

/// Gradient-boosted regression trees, grown by XGBoost's histogram method with gradients of our
/// own.
///
/// Determinism: the same rows, parameters and library give the same bytes for any number of threads
/// (see exact_gradients). A value that can be moved, not copied. const members are thread-safe.
class BoostedTrees {
 public:
  /// Train on the rows of `train`; with `validation`, keep the rounds of lowest validation
  /// deviance. Errors: kInvalidArgument (a parameter), kInvalidData (rows), kCancelled, kIo (no
  /// XGBoost), kInternal (XGBoost).
  static Result<BoostedTrees> train(RowSource& train, RowSource* validation,
                                    const TreeParameters& parameters, ThreadPool& pool,
                                    const TrainCallbacks& callbacks = {});

  /// Peak memory of `train` above that of the sources, for a training set of this size.
  /// Measured peaks lie 0 to 20 % below it, at most 5 % above (see the test).
  /// Errors: kInvalidArgument (a parameter).
  static Result<MemoryEstimate> estimate_memory(size_t rows, size_t n_features,
                                                const TreeParameters& parameters);

  /// Predict on the scale of the target: mean = exp(base_margin + intercept + sum of leaves) with a
  /// log link, else the plain sum. The intercept is learnt: it makes the weighted means of target
  /// and exp(base_margin + intercept) equal.
  ///
  /// features: rows x n_features, row-major, NaN = missing. base_margin: rows, or empty for 0.
  /// out: rows x n_outputs; quantiles ascend within a row. The value of a row does not depend on
  /// the other rows. Errors: kInvalidArgument if a size does not fit; kInternal from XGBoost.
  [[nodiscard]] Status predict(std::span<const float> features, size_t rows,
                               std::span<const float> base_margin, std::span<float> out) const;

  /// Split the predictions into what each feature adds, before the link and without base margin:
  ///
  ///   intercept + sum of leaves = sum over features of contribution + bias
  ///
  /// A contribution is the feature's Shapley value in the game whose worth for a set of known
  /// features is the mean of the leaves that can be reached, weighted by the training rows they
  /// hold; the bias is the worth of knowing nothing. Features that no tree splits by get 0.
  ///
  /// features: as for `predict`. out: rows x n_outputs x (n_features + 1), the bias last. The sums
  /// hold to float accuracy; quantiles are those before they are sorted. Deterministic.
  /// Errors: as `predict`.
  /// Source: Lundberg, Erion & Lee, arXiv 1802.03888 (2018), algorithm 2; Lundberg et al., Nature
  /// Machine Intelligence 2 (2020) 56. Example, figure 1 there: score 80 with fever and cough, else
  /// 0, all four cases equally frequent: 30 each and bias 20; with 10 more for a cough 30, 35, 25.
  [[nodiscard]] Status contributions(std::span<const float> features, size_t rows,
                                     std::span<float> out) const;

  /// Threads `predict` may use, 1 after loading. Not thread-safe.
  Status set_threads(int threads);

  [[nodiscard]] const Objective& objective() const;
  [[nodiscard]] const std::vector<std::string>& feature_names() const;
  [[nodiscard]] size_t n_features() const { return feature_names().size(); }
  [[nodiscard]] size_t n_outputs() const { return objective().n_outputs(); }
  [[nodiscard]] int rounds() const;
  /// Empty after load_bytes.
  [[nodiscard]] const TrainingReport& report() const;
  /// All features by falling share of the total gain, ties by position.
  [[nodiscard]] Result<std::vector<FeatureImportance>> importance() const;

  /// The model as bytes; the format is in README.md.
  [[nodiscard]] Result<std::string> save_bytes() const;
  /// Errors: kInvalidData for bytes that save_bytes did not make, truncated or damaged ones; kIo
  /// (no XGBoost).
  static Result<BoostedTrees> load_bytes(std::string_view bytes);

  BoostedTrees(BoostedTrees&&) noexcept;
  BoostedTrees& operator=(BoostedTrees&&) noexcept;
  ~BoostedTrees();

 private:
  struct State;
  explicit BoostedTrees(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace restock
