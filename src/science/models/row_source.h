#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "foundation/base/result.h"

namespace restock {

/// Some rows of a training set. All pointers stay valid until the source's next call of `next` or
/// `reset`.
struct RowBlock {
  size_t rows = 0;
  /// rows x n_features, row-major. NaN is missing and is learnt as a value below all others;
  /// infinities and magnitudes over 1e29 are clipped.
  const float* features = nullptr;
  const float* target = nullptr;  ///< rows; >= 0 for Poisson and Tweedie.
  const float* base_margin =
      nullptr;  ///< rows; log of a baseline level (log link) or the level itself; null = 0.
  const float* weight = nullptr;  ///< rows, >= 0; null = all 1.
};

/// Rows that arrive block by block, so that the raw float matrix never exists whole. Read twice per
/// training (once if it has at most `TreeParameters::cut_sample_rows` rows): the same blocks, in
/// the same order, each time. Not thread-safe; called from the training thread only.
class RowSource {
 public:
  virtual ~RowSource() = default;
  [[nodiscard]] virtual size_t n_features() const = 0;
  /// n_features distinct names.
  [[nodiscard]] virtual std::vector<std::string> feature_names() const = 0;
  /// The number of rows if it is known, else 0; only used to reserve memory.
  [[nodiscard]] virtual size_t rows_expected() const { return 0; }
  /// Start again at the first block.
  virtual Status reset() = 0;
  /// Fill `block` and return true, or return false at the end. A block without rows is allowed.
  virtual Result<bool> next(RowBlock* block) = 0;
};

}  // namespace restock
