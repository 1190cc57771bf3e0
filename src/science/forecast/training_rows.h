#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "science/features/feature_set.h"
#include "science/forecast/target_transform.h"
#include "science/models/row_source.h"

namespace restock {

/// Which rows are made from a panel: targets in [first_target, last_target] that were sold, or
/// censored with an estimate in the profile, each with an origin drawn 1..horizon periods earlier.
struct RowPlan {
  Period first_target = 0;
  Period last_target = 0;
  int32_t horizon = 30;
  int32_t history_min = 7;  ///< periods a series must have at the origin
  int32_t draws = 1;        ///< origins per target
  uint64_t seed = 42;
  /// A censored target counts as its observation with this times its weight; 0 = it is left out.
  float censored_weight = 0;
  TargetScale scale;
  /// n_series: 1 for those that rows are made of; empty = all.
  std::span<const uint8_t> members = {};
};

/// Training rows computed block by block from a panel, in series order; the float matrix never
/// exists whole. References must outlive it. See `RowSource` for the contract.
class TrainingRows final : public RowSource {
 public:
  TrainingRows(const FeatureContext& context, const FeatureSet& features,
               const PooledStatistics& pooled, const RowPlan& plan, ThreadPool& pool);

  [[nodiscard]] size_t n_features() const override { return features_.size(); }
  [[nodiscard]] std::vector<std::string> feature_names() const override {
    return features_.names();
  }
  [[nodiscard]] size_t rows_expected() const override { return static_cast<size_t>(n_rows_); }
  Status reset() override;
  Result<bool> next(RowBlock* block) override;

  [[nodiscard]] int64_t n_rows() const { return n_rows_; }

 private:
  /// Call visit(period, units, weight) for each target of a series, in order.
  template <typename Visit>
  void for_each_target(size_t series, const Visit& visit) const;
  void fill_series(size_t series, size_t first_row, SeriesState& state);

  const FeatureContext& context_;
  const FeatureSet& features_;
  const PooledStatistics& pooled_;
  RowPlan plan_;
  ThreadPool& pool_;
  int64_t n_rows_ = 0;
  std::vector<int32_t> rows_of_;  // per series
  size_t next_series_ = 0;
  std::vector<float> values_, target_, margin_, weight_;
  std::vector<std::unique_ptr<SeriesState>>
      idle_;  // reused between blocks: first touch of memory is dear
  std::mutex mutex_;
};

/// First target of series i that has enough history, given the plan.
[[nodiscard]] Period first_target_of(const Panel& panel, const RowPlan& plan, size_t series);

}  // namespace restock
