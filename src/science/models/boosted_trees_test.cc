#include "science/models/boosted_trees.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "science/models/synthetic_rows.h"

namespace restock {
namespace {

TreeParameters small_parameters(ObjectiveKind kind = ObjectiveKind::kPoisson) {
  TreeParameters p;
  p.objective.kind = kind;
  if (kind == ObjectiveKind::kQuantile) p.objective.probabilities = {0.1, 0.5, 0.9};
  p.trees_max = 40;
  p.depth = 5;
  p.learning_rate = 0.2;
  return p;
}

BoostedTrees train(const SyntheticRows::Options& options, const TreeParameters& p,
                   int threads = 2) {
  SyntheticRows rows(options);
  ThreadPool pool(threads);
  auto trees = BoostedTrees::train(rows, nullptr, p, pool);
  EXPECT_TRUE(trees.ok()) << trees.error().to_string();
  return std::move(trees).value();
}

/// Features, levels and targets of some rows, copied.
struct Rows {
  std::vector<float> features;
  std::vector<float> target;
  std::vector<float> base_margin;
  size_t rows = 0;
};

Rows take(const SyntheticRows::Options& options) {
  SyntheticRows source(options);
  Rows all;
  RowBlock block;
  EXPECT_TRUE(source.reset().ok());
  while (*source.next(&block)) {
    all.features.insert(all.features.end(), block.features,
                        block.features + block.rows * options.n_features);
    all.target.insert(all.target.end(), block.target, block.target + block.rows);
    if (block.base_margin != nullptr) {
      all.base_margin.insert(all.base_margin.end(), block.base_margin,
                             block.base_margin + block.rows);
    }
    all.rows += block.rows;
  }
  return all;
}

std::vector<float> predict(const BoostedTrees& trees, const Rows& rows) {
  std::vector<float> out(rows.rows * trees.n_outputs());
  const Status status = trees.predict(rows.features, rows.rows, rows.base_margin, out);
  EXPECT_TRUE(status.ok()) << status.error().to_string();
  return out;
}

double relative_rmse_to_truth(const BoostedTrees& trees, const Rows& rows) {
  const std::vector<float> mean = predict(trees, rows);
  double error = 0;
  double size = 0;
  for (size_t i = 0; i < rows.rows; ++i) {
    const double level = rows.base_margin.empty() ? 0.5 : rows.base_margin[i];
    const double truth =
        std::exp(SyntheticRows::log_mean(&rows.features[i * trees.n_features()], level));
    error += (mean[i] - truth) * (mean[i] - truth);
    size += truth * truth;
  }
  return std::sqrt(error / size);
}

TEST(BoostedTrees, LearnsTheMeanOfPoissonTweedieAndSquared) {
  for (const auto kind :
       {ObjectiveKind::kPoisson, ObjectiveKind::kTweedie, ObjectiveKind::kSquared}) {
    const BoostedTrees trees = train({.rows = 60000}, small_parameters(kind));
    EXPECT_LT(relative_rmse_to_truth(trees, take({.rows = 5000, .seed = 2})), 0.06)
        << objective_name(kind);
  }
}

TEST(BoostedTrees, LearnsWhatTheBaseMarginDoesNotKnow) {
  const BoostedTrees trees = train({.rows = 60000, .base_margin = true}, small_parameters());
  EXPECT_LT(relative_rmse_to_truth(trees, take({.rows = 5000, .seed = 2, .base_margin = true})),
            0.06);
}

TEST(BoostedTrees, GivesTheSameBytesForAnyThreadCount) {
  for (const auto kind : {ObjectiveKind::kPoisson, ObjectiveKind::kTweedie, ObjectiveKind::kSquared,
                          ObjectiveKind::kQuantile}) {
    TreeParameters p = small_parameters(kind);
    p.trees_max = 6;
    p.row_share = 0.7;
    p.column_share = 0.8;
    p.cut_sample_rows = 20000;
    const SyntheticRows::Options options = {.rows = 120000, .base_margin = true, .weights = true};
    const std::string one = *train(options, p, 1).save_bytes();
    const std::string two = *train(options, p, 2).save_bytes();
    EXPECT_EQ(one, two) << objective_name(kind);
    if (kind == ObjectiveKind::kTweedie) {
      EXPECT_EQ(one, *train(options, p, 5).save_bytes());
    }
  }
}

TEST(BoostedTrees, DoesNotDependOnHowRowsAreCutIntoBlocks) {
  TreeParameters p = small_parameters();
  p.trees_max = 10;
  p.cut_sample_rows = 20000;
  const std::string small = *train({.rows = 50000, .block_rows = 1000}, p).save_bytes();
  const std::string large = *train({.rows = 50000, .block_rows = 50000}, p).save_bytes();
  EXPECT_EQ(small, large);
}

TEST(BoostedTrees, BlockwiseQuantisedRowsGiveTheTreesOfAWholeMatrix) {
  // With a feature of few distinct values in every column the cut points of a sample are those of
  // all rows, so reading the source once (shape and column passes answered with zeros) must grow
  // the same trees as one matrix in memory.
  class Integers : public SyntheticRows {
   public:
    using SyntheticRows::SyntheticRows;
    Result<bool> next(RowBlock* block) override {
      auto more = SyntheticRows::next(block);
      if (!more.ok() || !*more) return more;
      whole_.assign(block->features, block->features + block->rows * n_features());
      for (float& value : whole_) value = std::isnan(value) ? value : std::floor(value * 8);
      block->features = whole_.data();
      return true;
    }

   private:
    std::vector<float> whole_;
  };
  TreeParameters p = small_parameters();
  p.trees_max = 10;
  ThreadPool pool(2);
  Integers whole({.rows = 50000});
  const std::string in_memory = *BoostedTrees::train(whole, nullptr, p, pool)->save_bytes();
  EXPECT_EQ(whole.resets, 1);
  p.cut_sample_rows = 5000;
  Integers blocks({.rows = 50000});
  const std::string block_wise = *BoostedTrees::train(blocks, nullptr, p, pool)->save_bytes();
  EXPECT_EQ(blocks.resets, 2);
  EXPECT_EQ(in_memory, block_wise);
}

TEST(BoostedTrees, PredictsOneRowAsInABatch) {
  const BoostedTrees trees = train({.rows = 30000, .base_margin = true}, small_parameters());
  const Rows rows = take({.rows = 20000, .seed = 3, .base_margin = true});
  const std::vector<float> batch = predict(trees, rows);
  for (size_t i = 0; i < rows.rows; i += 37) {
    float one = 0;
    const auto features =
        std::span(rows.features).subspan(i * trees.n_features(), trees.n_features());
    ASSERT_TRUE(
        trees.predict(features, 1, std::span(rows.base_margin).subspan(i, 1), std::span(&one, 1))
            .ok());
    ASSERT_EQ(one, batch[i]) << i;
  }
}

TEST(BoostedTrees, StartsFromTheMeanBeyondTheBaseMargin) {
  // One round of almost no learning leaves the intercept: the mean target, or its ratio to the mean
  // of exp(base_margin).
  TreeParameters p = small_parameters();
  p.fixed_rounds = 1;
  p.learning_rate = 1e-6;
  for (const bool base_margin : {false, true}) {
    const SyntheticRows::Options options = {.rows = 5000, .base_margin = base_margin};
    const Rows rows = take(options);
    const std::vector<float> mean = predict(train(options, p), rows);
    double seen = 0;
    double expected = 0;
    for (size_t i = 0; i < rows.rows; ++i) {
      seen += rows.target[i];
      expected += mean[i];
    }
    EXPECT_NEAR(expected / seen, 1, 1e-4);
  }
}

TEST(BoostedTrees, KeepsTheRoundsOfLowestValidationDeviance) {
  TreeParameters p = small_parameters();
  p.trees_max = 400;
  p.learning_rate = 0.5;
  p.early_stopping_rounds = 10;
  SyntheticRows rows({.rows = 5000});
  SyntheticRows validation({.rows = 5000, .seed = 9});
  ThreadPool pool(2);
  const auto trees = BoostedTrees::train(rows, &validation, p, pool);
  ASSERT_TRUE(trees.ok()) << trees.error().to_string();
  const TrainingReport& report = trees->report();
  const auto& deviance = report.validation_deviance;
  const auto best = std::min_element(deviance.begin(), deviance.end()) - deviance.begin() + 1;
  EXPECT_LT(report.rounds_grown, 400);
  EXPECT_EQ(report.rounds_kept, std::max<int>(p.trees_min, static_cast<int>(best)));
  EXPECT_EQ(trees->rounds(), report.rounds_kept);

  // The kept model predicts with the deviance that its round was scored with.
  const Rows held_out = take({.rows = 5000, .seed = 9});
  std::vector<float> margin = predict(*trees, held_out);
  for (float& value : margin) value = std::log(value);
  const double again = mean_deviance(p.objective, {held_out.target, {}, margin}, pool);
  EXPECT_NEAR(again, deviance[static_cast<size_t>(report.rounds_kept) - 1], 1e-5);
}

TEST(BoostedTrees, GrowsExactlyTheFixedRounds) {
  TreeParameters p = small_parameters();
  p.fixed_rounds = 7;
  EXPECT_EQ(train({.rows = 3000}, p).rounds(), 7);
}

TEST(BoostedTrees, QuantilesCoverTheirShareAndAscend) {
  const BoostedTrees trees = train({.rows = 60000}, small_parameters(ObjectiveKind::kQuantile));
  const Rows rows = take({.rows = 20000, .seed = 4});
  const std::vector<float> out = predict(trees, rows);
  double below[3] = {};
  double at_or_below[3] = {};
  for (size_t i = 0; i < rows.rows; ++i) {
    ASSERT_LE(out[3 * i], out[3 * i + 1]);
    ASSERT_LE(out[3 * i + 1], out[3 * i + 2]);
    for (size_t k = 0; k < 3; ++k) {
      below[k] += rows.target[i] < out[3 * i + k] - 0.5F;
      at_or_below[k] += rows.target[i] < out[3 * i + k] + 0.5F;
    }
  }
  // Counts are whole numbers: the share below is in between.
  for (size_t k = 0; k < 3; ++k) {
    const double wanted = std::vector{0.1, 0.5, 0.9}[k];
    EXPECT_LT(below[k] / static_cast<double>(rows.rows), wanted + 0.02) << wanted;
    EXPECT_GT(at_or_below[k] / static_cast<double>(rows.rows), wanted - 0.02) << wanted;
  }
}

TEST(BoostedTrees, ObeysMonotoneConstraints) {
  TreeParameters p = small_parameters();
  p.monotone = {0, -1, 0, 0, 0, 0};  // against the truth, which rises
  const BoostedTrees trees = train({.rows = 20000}, p);
  std::vector<float> rows;
  for (int i = 0; i <= 50; ++i) {
    for (const float value : {1.0F, static_cast<float>(i) / 50, 0.5F, 0.2F, 0.5F, 0.5F})
      rows.push_back(value);
  }
  std::vector<float> out(51);
  ASSERT_TRUE(trees.predict(rows, 51, {}, out).ok());
  EXPECT_TRUE(std::is_sorted(out.rbegin(), out.rend()));
}

TEST(BoostedTrees, ReadsBackWhatItSaved) {
  for (const auto kind : {ObjectiveKind::kTweedie, ObjectiveKind::kQuantile}) {
    const BoostedTrees trees = train({.rows = 20000}, small_parameters(kind));
    const std::string bytes = *trees.save_bytes();
    const auto loaded = BoostedTrees::load_bytes(bytes);
    ASSERT_TRUE(loaded.ok()) << loaded.error().to_string();
    const Rows rows = take({.rows = 1000, .seed = 5});
    EXPECT_EQ(predict(trees, rows), predict(*loaded, rows));
    EXPECT_EQ(loaded->feature_names(), trees.feature_names());
    EXPECT_EQ(loaded->rounds(), trees.rounds());
    EXPECT_EQ(*loaded->save_bytes(), bytes);
  }
}

TEST(BoostedTrees, RefusesTruncatedAndDamagedBytes) {
  const std::string bytes = *train({.rows = 2000}, small_parameters()).save_bytes();
  Random random(7, 0);
  for (int trial = 0; trial < 300; ++trial) {
    const auto cut =
        BoostedTrees::load_bytes(std::string_view(bytes).substr(0, random.below(bytes.size())));
    ASSERT_FALSE(cut.ok());
    ASSERT_EQ(cut.error().code, Code::kInvalidData);
    std::string damaged = bytes;
    damaged[random.below(bytes.size())] ^= static_cast<char>(1 + random.below(255));
    const auto loaded = BoostedTrees::load_bytes(damaged);
    ASSERT_FALSE(loaded.ok());
    ASSERT_EQ(loaded.error().code, Code::kInvalidData);
    ASSERT_FALSE(loaded.error().message.empty());
  }
  EXPECT_FALSE(BoostedTrees::load_bytes("").ok());
  EXPECT_FALSE(BoostedTrees::load_bytes(bytes + "x").ok());
}

TEST(BoostedTrees, ImportanceNamesTheFeaturesThatMatter) {
  const auto importance = train({.rows = 30000}, small_parameters()).importance();
  ASSERT_TRUE(importance.ok());
  ASSERT_EQ(importance->size(), 6U);
  double sum = 0;
  for (const auto& one : *importance) sum += one.gain_share;
  EXPECT_NEAR(sum, 1, 1e-12);
  // Variance of the log mean: weekday step 0.25 * 2/7 * 5/7 = 0.051, f_1 to f_3 near 0.02 each; f_4
  // and f_5 are noise.
  EXPECT_EQ((*importance)[0].feature, "f_0");
  for (size_t i = 4; i < 6; ++i) {
    EXPECT_TRUE((*importance)[i].feature == "f_4" || (*importance)[i].feature == "f_5");
    EXPECT_LT((*importance)[i].gain_share, 0.05);
  }
}

TEST(BoostedTrees, RefusesBadParametersAndRows) {
  SyntheticRows rows({.rows = 100});
  ThreadPool pool(1);
  const auto code_of = [&](auto change) {
    TreeParameters p = small_parameters();
    change(p);
    const auto trees = BoostedTrees::train(rows, nullptr, p, pool);
    return trees.ok() ? Code::kInternal : trees.error().code;
  };
  EXPECT_EQ(code_of([](auto& p) { p.depth = 0; }), Code::kInvalidArgument);
  EXPECT_EQ(code_of([](auto& p) { p.bins = 1000; }), Code::kInvalidArgument);
  EXPECT_EQ(code_of([](auto& p) { p.learning_rate = NAN; }), Code::kInvalidArgument);
  EXPECT_EQ(code_of([](auto& p) { p.monotone = {1}; }), Code::kInvalidArgument);
  EXPECT_EQ(code_of([](auto& p) { p.objective = {ObjectiveKind::kTweedie, 2.5, {}}; }),
            Code::kInvalidArgument);
  EXPECT_EQ(code_of([](auto& p) { p.objective = {ObjectiveKind::kQuantile, 1.5, {0.9, 0.1}}; }),
            Code::kInvalidArgument);
  SyntheticRows none({.rows = 0});
  const auto empty = BoostedTrees::train(none, nullptr, small_parameters(), pool);
  ASSERT_FALSE(empty.ok());
  EXPECT_EQ(empty.error().code, Code::kInvalidData);
}

TEST(BoostedTrees, NamesTheRowOfABadTarget) {
  class Negative : public SyntheticRows {
   public:
    using SyntheticRows::SyntheticRows;
    Result<bool> next(RowBlock* block) override {
      auto more = SyntheticRows::next(block);
      target_.assign(block->rows, 1);
      if (block->rows > 17) target_[17] = -3;
      block->target = target_.data();
      return more;
    }

   private:
    std::vector<float> target_;
  } rows({.rows = 100});
  ThreadPool pool(1);
  const auto trees = BoostedTrees::train(rows, nullptr, small_parameters(), pool);
  ASSERT_FALSE(trees.ok());
  EXPECT_NE(trees.error().message.find("row 17"), std::string::npos) << trees.error().message;
  EXPECT_NE(trees.error().message.find("-3"), std::string::npos);
}

TEST(BoostedTrees, ReportsASourceThatChangesBetweenPasses) {
  class Shrinking : public SyntheticRows {
   public:
    using SyntheticRows::SyntheticRows;
    Result<bool> next(RowBlock* block) override {
      auto more = SyntheticRows::next(block);
      if (resets == 2 && more.ok() && *more) block->rows -= 1;
      return more;
    }
  } rows({.rows = 20000});
  TreeParameters p = small_parameters();
  p.cut_sample_rows = 5000;
  ThreadPool pool(1);
  const auto trees = BoostedTrees::train(rows, nullptr, p, pool);
  ASSERT_FALSE(trees.ok());
  EXPECT_EQ(trees.error().code, Code::kInvalidData);
  EXPECT_NE(trees.error().message.find("changed between two passes"), std::string::npos)
      << trees.error().message;
}

TEST(BoostedTrees, StopsWhenAskedTo) {
  SyntheticRows rows({.rows = 2000});
  ThreadPool pool(1);
  int rounds = 0;
  const auto trees = BoostedTrees::train(rows, nullptr, small_parameters(), pool,
                                         {.progress = [&](const Progress& p) {
                                           rounds += p.stage == "train";
                                           return rounds < 3;
                                         }});
  ASSERT_FALSE(trees.ok());
  EXPECT_EQ(trees.error().code, Code::kCancelled);
  EXPECT_EQ(rounds, 3);
}

TEST(BoostedTrees, CheckpointsAreUsableModels) {
  SyntheticRows rows({.rows = 2000});
  ThreadPool pool(1);
  std::vector<int> seen;
  TrainCallbacks callbacks;
  callbacks.checkpoint_rounds = 15;
  callbacks.checkpoint = [&](const TrainingCheckpoint& state) -> Status {
    const auto loaded = BoostedTrees::load_bytes(state.model);
    EXPECT_TRUE(loaded.ok() && loaded->rounds() == state.rounds);
    seen.push_back(state.rounds);
    return {};
  };
  ASSERT_TRUE(BoostedTrees::train(rows, nullptr, small_parameters(), pool, callbacks).ok());
  EXPECT_EQ(seen, (std::vector{15, 30, 40})) << "and after the last of 40 rounds";
}

/// Rows and columns are sampled, and the best rounds are kept.
TreeParameters sampling_parameters() {
  TreeParameters p = small_parameters();
  p.column_share = 0.5;
  p.row_share = 0.7;
  p.trees_max = 60;
  p.early_stopping_rounds = 25;
  return p;
}

/// Train until `stop_after` rounds, keeping the last checkpoint as bytes.
std::string stopped_at(int stop_after, SyntheticRows& rows, SyntheticRows& held, ThreadPool& pool) {
  std::string last;
  TrainCallbacks callbacks;
  callbacks.checkpoint_rounds = 7;
  callbacks.checkpoint = [&](const TrainingCheckpoint& state) -> Status {
    last = state.to_bytes();
    return {};
  };
  callbacks.progress = [&](const Progress& p) { return p.stage != "train" || p.done < stop_after; };
  const auto trees = BoostedTrees::train(rows, &held, sampling_parameters(), pool, callbacks);
  EXPECT_FALSE(trees.ok());
  return last;
}

TEST(BoostedTrees, GoesOnFromACheckpointToTheSameBytes) {
  SyntheticRows rows({.rows = 6000, .base_margin = true, .weights = true});
  SyntheticRows held({.rows = 1500, .seed = 2, .base_margin = true, .weights = true});
  ThreadPool pool(2);
  const auto whole = BoostedTrees::train(rows, &held, sampling_parameters(), pool);
  ASSERT_TRUE(whole.ok());
  for (const int stop_after : {8, 20, 43}) {
    const std::string bytes = stopped_at(stop_after, rows, held, pool);
    const auto checkpoint = TrainingCheckpoint::from_bytes(bytes);
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
    EXPECT_GT(checkpoint->rounds, stop_after - 7 - 1);
    TrainCallbacks callbacks;
    callbacks.resume = &*checkpoint;
    ThreadPool other(1);
    const auto trees = BoostedTrees::train(rows, &held, sampling_parameters(), other, callbacks);
    ASSERT_TRUE(trees.ok()) << trees.error().message;
    EXPECT_EQ(trees->report().rounds_resumed, checkpoint->rounds);
    EXPECT_EQ(*trees->save_bytes(), *whole->save_bytes()) << stop_after;
    EXPECT_EQ(trees->report().validation_deviance, whole->report().validation_deviance);
  }
}

TEST(BoostedTrees, GrowsNothingMoreFromTheCheckpointAfterTheLastRound) {
  SyntheticRows rows({.rows = 6000});
  SyntheticRows held({.rows = 1500, .seed = 2});
  ThreadPool pool(1);
  for (const int fixed_rounds : {0, 9}) {
    TreeParameters p = sampling_parameters();
    p.fixed_rounds = fixed_rounds;
    p.early_stopping_rounds = 3;  // stops between two checkpoints
    TrainingCheckpoint last;
    TrainCallbacks callbacks;
    callbacks.checkpoint_rounds = 1000;
    callbacks.checkpoint = [&](const TrainingCheckpoint& state) -> Status {
      last = state;
      return {};
    };
    const auto whole = BoostedTrees::train(rows, &held, p, pool, callbacks);
    ASSERT_TRUE(whole.ok());
    EXPECT_EQ(last.rounds, whole->report().rounds_grown);
    TrainCallbacks again;
    int grown = 0;
    again.resume = &last;
    again.progress = [&](const Progress& told) { return grown += told.stage == "train", true; };
    const auto resumed = BoostedTrees::train(rows, &held, p, pool, again);
    ASSERT_TRUE(resumed.ok());
    EXPECT_EQ(grown, 0);
    EXPECT_EQ(*resumed->save_bytes(), *whole->save_bytes());
  }
}

TEST(BoostedTrees, BeginsAnewWhereTheCheckpointIsOfOtherRowsOrParameters) {
  SyntheticRows rows({.rows = 3000});
  SyntheticRows held({.rows = 800, .seed = 2});
  ThreadPool pool(1);
  const auto checkpoint = TrainingCheckpoint::from_bytes(stopped_at(20, rows, held, pool));
  ASSERT_TRUE(checkpoint.ok());
  TrainCallbacks callbacks;
  callbacks.resume = &*checkpoint;
  SyntheticRows others({.rows = 3000, .seed = 3});
  const auto trees = BoostedTrees::train(others, &held, sampling_parameters(), pool, callbacks);
  ASSERT_TRUE(trees.ok());
  EXPECT_EQ(trees->report().rounds_resumed, 0);
  TreeParameters deeper = sampling_parameters();
  deeper.depth += 1;
  const auto deep = BoostedTrees::train(rows, &held, deeper, pool, callbacks);
  ASSERT_TRUE(deep.ok());
  EXPECT_EQ(deep->report().rounds_resumed, 0);
}

TEST(TrainingCheckpoint, RefusesTruncatedAndDamagedBytes) {
  const TrainingCheckpoint state{3, std::string(64, 'a'), {1.5, 1.25, 1.125}, "model"};
  const std::string bytes = state.to_bytes();
  const auto back = TrainingCheckpoint::from_bytes(bytes);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->to_bytes(), bytes);
  for (size_t length = 0; length < bytes.size(); length += 3)
    EXPECT_FALSE(TrainingCheckpoint::from_bytes(bytes.substr(0, length)).ok()) << length;
  std::string changed = bytes;
  changed[30] = static_cast<char>(changed[30] ^ 1);
  EXPECT_FALSE(TrainingCheckpoint::from_bytes(changed).ok());
}

TEST(BoostedTrees, EachTreeUsesItsShareOfTheFeatures) {
  SyntheticRows rows({.rows = 4000});
  ThreadPool pool(1);
  TreeParameters p = small_parameters();
  p.column_share = 0.01;  // one feature a tree
  p.fixed_rounds = 1;
  const auto one = BoostedTrees::train(rows, nullptr, p, pool);
  ASSERT_TRUE(one.ok());
  const auto shares = one->importance();
  ASSERT_TRUE(shares.ok());
  EXPECT_NEAR((*shares)[0].gain_share, 1.0, 1e-9);
  p.fixed_rounds = 40;
  const auto many = BoostedTrees::train(rows, nullptr, p, pool);
  ASSERT_TRUE(many.ok());
  const auto all = many->importance();
  ASSERT_TRUE(all.ok());
  int used = 0;
  for (const auto& share : *all) used += share.gain_share > 0 ? 1 : 0;
  EXPECT_GE(used, 4);
}

TEST(BoostedTrees, PredictRefusesWrongSizes) {
  const BoostedTrees trees = train({.rows = 1000}, small_parameters());
  std::vector<float> features(12);
  std::vector<float> out(2);
  EXPECT_TRUE(trees.predict(features, 2, {}, out).ok());
  EXPECT_FALSE(trees.predict(features, 3, {}, out).ok());
  EXPECT_FALSE(trees.predict(features, 2, std::span(features).first(1), out).ok());
  EXPECT_FALSE(trees.predict(features, 2, {}, std::span(out).first(1)).ok());
}

}  // namespace
}  // namespace restock
