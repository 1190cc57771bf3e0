#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "science/models/boosted_trees.h"
#include "science/models/synthetic_rows.h"

namespace restock {
namespace {

/// Rows that are given, in one block.
class GivenRows : public RowSource {
 public:
  explicit GivenRows(size_t n_features) : n_features_(n_features) {}
  void add(std::span<const float> features, float target) {
    features_.insert(features_.end(), features.begin(), features.end());
    target_.push_back(target);
  }
  size_t n_features() const override { return n_features_; }
  std::vector<std::string> feature_names() const override {
    std::vector<std::string> names;
    names.reserve(n_features_);
    for (size_t f = 0; f < n_features_; ++f) names.push_back("x" + std::to_string(f));
    return names;
  }
  Status reset() override {
    given_ = false;
    return {};
  }
  Result<bool> next(RowBlock* block) override {
    if (given_) return false;
    given_ = true;
    *block = {target_.size(), features_.data(), target_.data(), nullptr, nullptr};
    return true;
  }

 private:
  size_t n_features_;
  std::vector<float> features_;
  std::vector<float> target_;
  bool given_ = false;
};

BoostedTrees train(RowSource& rows, const TreeParameters& parameters) {
  ThreadPool pool(2);
  auto trees = BoostedTrees::train(rows, nullptr, parameters, pool);
  EXPECT_TRUE(trees.ok()) << trees.error().to_string();
  return std::move(trees).value();
}

/// One tree that repeats the targets as they are.
TreeParameters one_exact_tree(int depth) {
  TreeParameters p;
  p.objective.kind = ObjectiveKind::kSquared;
  p.fixed_rounds = 1;
  p.depth = depth;
  p.learning_rate = 1;
  p.lambda = 0;
  p.min_child_weight = 0;
  return p;
}

std::vector<float> contributions(const BoostedTrees& trees, std::span<const float> features,
                                 size_t rows) {
  std::vector<float> out(rows * trees.n_outputs() * (trees.n_features() + 1));
  const Status status = trees.contributions(features, rows, out);
  EXPECT_TRUE(status.ok()) << status.error().to_string();
  return out;
}

using Score = std::function<float(bool fever, bool cough)>;

std::vector<float> of_a_sick_patient(const Score& score) {
  GivenRows rows(2);
  for (const bool fever : {false, true}) {
    for (const bool cough : {false, true}) {
      const std::array<float, 2> x = {fever ? 1.0F : 0.0F, cough ? 1.0F : 0.0F};
      for (int n = 0; n < 8; ++n) rows.add(x, score(fever, cough));
    }
  }
  return contributions(train(rows, one_exact_tree(2)), std::array<float, 2>{1, 1}, 1);
}

TEST(Contributions, ReproduceLundbergsFeverAndCough) {
  const auto a = of_a_sick_patient([](bool f, bool c) { return f && c ? 80.0F : 0.0F; });
  EXPECT_NEAR(a[0], 30, 1e-4);
  EXPECT_NEAR(a[1], 30, 1e-4);
  EXPECT_NEAR(a[2], 20, 1e-4);
  const auto b = of_a_sick_patient(
      [](bool f, bool c) { return (f && c ? 80.0F : 0.0F) + (c ? 10.0F : 0.0F); });
  EXPECT_NEAR(b[0], 30, 1e-4);
  EXPECT_NEAR(b[1], 35, 1e-4);
  EXPECT_NEAR(b[2], 25, 1e-4);
}

/// Three yes-or-no features that are independent of each other, each "yes" in another share of the
/// rows, and a score for every case. The mean over unknown features is then the same for every
/// order in which a full tree asks for them.
struct IndependentCases {
  static constexpr size_t kFeatures = 3;
  std::array<int, kFeatures> yes = {1, 2, 3};
  std::array<int, kFeatures> no = {3, 2, 1};
  std::array<float, 8> score = {4, -1, 7, 2.5F, 0, 9, -3, 30};

  [[nodiscard]] static bool has(size_t set, size_t feature) { return ((set >> feature) & 1U) != 0; }
  [[nodiscard]] int count(size_t cell) const {
    int n = 1;
    for (size_t f = 0; f < kFeatures; ++f) n *= has(cell, f) ? yes[f] : no[f];
    return n;
  }
  /// Mean score of the cases that agree with `cell` in the features of `known`.
  [[nodiscard]] double worth(size_t known, size_t cell) const {
    double sum = 0;
    double n = 0;
    for (size_t other = 0; other < score.size(); ++other) {
      if (((other ^ cell) & known) != 0) continue;
      sum += count(other) * static_cast<double>(score[other]);
      n += count(other);
    }
    return sum / n;
  }
  /// Shapley's formula, over all subsets.
  [[nodiscard]] double shapley(size_t feature, size_t cell) const {
    constexpr std::array<double, kFeatures> kWeight = {1.0 / 3, 1.0 / 6, 1.0 / 3};
    double sum = 0;
    for (size_t known = 0; known < score.size(); ++known) {
      if (has(known, feature)) continue;
      size_t size = 0;
      for (size_t f = 0; f < kFeatures; ++f) size += has(known, f) ? 1 : 0;
      sum += kWeight[size] * (worth(known | (size_t{1} << feature), cell) - worth(known, cell));
    }
    return sum;
  }
};

TEST(Contributions, AreShapleyValuesByBruteForce) {
  const IndependentCases cases;
  GivenRows rows(IndependentCases::kFeatures);
  const auto features_of = [&](size_t cell) {
    std::array<float, IndependentCases::kFeatures> x{};
    for (size_t f = 0; f < x.size(); ++f) x[f] = IndependentCases::has(cell, f) ? 1.0F : 0.0F;
    return x;
  };
  for (size_t cell = 0; cell < cases.score.size(); ++cell) {
    for (int n = 0; n < cases.count(cell); ++n) rows.add(features_of(cell), cases.score[cell]);
  }
  const BoostedTrees trees = train(rows, one_exact_tree(3));
  for (size_t cell = 0; cell < cases.score.size(); ++cell) {
    const auto got = contributions(trees, features_of(cell), 1);
    for (size_t f = 0; f < IndependentCases::kFeatures; ++f)
      EXPECT_NEAR(got[f], cases.shapley(f, cell), 1e-4) << "case " << cell << " feature " << f;
    EXPECT_NEAR(got.back(), cases.worth(0, cell), 1e-4);
  }
}

TEST(Contributions, AddUpToThePrediction) {
  for (const auto kind : {ObjectiveKind::kPoisson, ObjectiveKind::kTweedie, ObjectiveKind::kSquared,
                          ObjectiveKind::kQuantile}) {
    TreeParameters p;
    p.objective.kind = kind;
    if (kind == ObjectiveKind::kQuantile) p.objective.probabilities = {0.1, 0.5, 0.9};
    p.fixed_rounds = 40;
    p.depth = 5;
    p.learning_rate = 0.2;
    SyntheticRows source({.rows = 20'000, .n_features = 7});
    const BoostedTrees trees = train(source, p);
    SyntheticRows other({.rows = 500, .n_features = 7, .seed = 2});
    RowBlock block;
    ASSERT_TRUE(*other.next(&block));
    const std::span features(block.features, block.rows * 7);
    std::vector<float> predicted(block.rows * trees.n_outputs());
    ASSERT_TRUE(trees.predict(features, block.rows, {}, predicted).ok());
    const auto got = contributions(trees, features, block.rows);
    for (size_t row = 0; row < block.rows; ++row) {
      std::vector<double> sums(trees.n_outputs(), 0);
      for (size_t at = 0; at < sums.size() * 8; ++at)
        sums[at / 8] += static_cast<double>(got[row * sums.size() * 8 + at]);
      std::sort(sums.begin(), sums.end());
      for (size_t o = 0; o < sums.size(); ++o) {
        const double seen = static_cast<double>(predicted[row * sums.size() + o]);
        const double margin = trees.objective().log_link() ? std::log(seen) : seen;
        ASSERT_NEAR(sums[o], margin, 1e-5 * (1 + std::abs(margin)))
            << objective_name(kind) << " row " << row;
      }
    }
  }
}

TEST(Contributions, AreTheSameForOneRowAndForALoadedModel) {
  SyntheticRows source({.rows = 9'000});
  TreeParameters p;
  p.objective.kind = ObjectiveKind::kPoisson;
  p.fixed_rounds = 15;
  BoostedTrees trees = train(source, p);
  ASSERT_TRUE(source.reset().ok());
  RowBlock block;
  ASSERT_TRUE(*source.next(&block));
  const std::span features(block.features, block.rows * 6);
  const auto all = contributions(trees, features, block.rows);
  auto loaded = BoostedTrees::load_bytes(*trees.save_bytes());
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(contributions(*loaded, features, block.rows), all);
  ASSERT_TRUE(trees.set_threads(2).ok());
  EXPECT_EQ(contributions(trees, features, block.rows), all);
  for (size_t row = 0; row < block.rows; row += 501) {
    const auto one = contributions(trees, features.subspan(row * 6, 6), 1);
    for (size_t f = 0; f < one.size(); ++f) EXPECT_EQ(one[f], all[row * 7 + f]);
  }
}

TEST(Contributions, RefuseWrongSizes) {
  SyntheticRows source({.rows = 1000});
  TreeParameters p;
  p.objective.kind = ObjectiveKind::kPoisson;
  p.fixed_rounds = 2;
  const BoostedTrees trees = train(source, p);
  std::vector<float> features(12), out(14);
  EXPECT_TRUE(trees.contributions(features, 2, out).ok());
  const Status small = trees.contributions(features, 2, std::span(out).first(13));
  ASSERT_FALSE(small.ok());
  EXPECT_EQ(small.error().code, Code::kInvalidArgument);
  EXPECT_EQ(small.error().message, "out must have 14 values, got 13");
  EXPECT_FALSE(trees.contributions(std::span(features).first(11), 2, out).ok());
}

}  // namespace
}  // namespace restock
