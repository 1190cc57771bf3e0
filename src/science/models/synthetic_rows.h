#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "foundation/base/random.h"
#include "science/models/row_source.h"

namespace restock {

/// Made-up demand rows for tests and benchmarks: Poisson with log mean linear in a few features, a
/// step and an interaction. Feature 0 is a weekday (many ties), feature 1 uniform, feature 2
/// missing in a fifth of the rows, feature 3 a price step, the rest noise. Rows are a pure function
/// of (seed, row).
class SyntheticRows : public RowSource {
 public:
  struct Options {
    size_t rows = 1000;
    size_t n_features = 6;
    size_t block_rows = 4096;
    uint64_t seed = 1;
    bool base_margin = false;
    bool weights = false;
  };

  explicit SyntheticRows(const Options& options) : options_(options) {}

  size_t n_features() const override { return options_.n_features; }
  std::vector<std::string> feature_names() const override {
    std::vector<std::string> names;
    names.reserve(options_.n_features);
    for (size_t f = 0; f < options_.n_features; ++f) names.push_back("f_" + std::to_string(f));
    return names;
  }
  size_t rows_expected() const override { return options_.rows; }
  Status reset() override {
    resets += 1;
    row_ = 0;
    return {};
  }
  Result<bool> next(RowBlock* block) override {
    const size_t count = std::min(options_.block_rows, options_.rows - row_);
    if (count == 0) return false;
    features_.resize(count * options_.n_features);
    target_.resize(count);
    base_.resize(count);
    weight_.resize(count);
    for (size_t i = 0; i < count; ++i) make_row(row_ + i, i);
    row_ += count;
    *block = {count, features_.data(), target_.data(),
              options_.base_margin ? base_.data() : nullptr,
              options_.weights ? weight_.data() : nullptr};
    return true;
  }

  /// The log of the true mean of a row.
  static double log_mean(const float* row, double level) {
    const double missing = std::isnan(row[2]) ? 0.4 : 0.3 * row[2];
    return level + (row[0] >= 5 ? 0.5 : 0.0) + 0.8 * row[1] + missing +
           (row[3] > 0.5F ? -0.6 * row[1] : 0.0);
  }

  int resets = 0;

 private:
  void make_row(size_t row, size_t i) {
    Random random(options_.seed, row);
    float* x = &features_[i * options_.n_features];
    for (size_t f = 0; f < options_.n_features; ++f) x[f] = static_cast<float>(random.uniform());
    x[0] = static_cast<float>(row % 7);
    if (random.uniform() < 0.2) x[2] = NAN;
    const double level = 3 * random.uniform() - 1;
    base_[i] = static_cast<float>(level);
    weight_[i] = static_cast<float>(0.5 + random.uniform());
    target_[i] = static_cast<float>(
        random.poisson(std::exp(log_mean(x, options_.base_margin ? level : 0.5))));
  }

  Options options_;
  size_t row_ = 0;
  std::vector<float> features_;
  std::vector<float> target_;
  std::vector<float> base_;
  std::vector<float> weight_;
};

}  // namespace restock
