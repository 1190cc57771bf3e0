#pragma once

#include <cstdint>
#include <vector>

#include "foundation/base/progress.h"
#include "science/models/objective.h"
#include "science/models/row_source.h"
#include "science/models/xgboost_library.h"

namespace restock {

/// What stands for a missing feature inside the matrix and at prediction. A matrix without missing
/// values takes one byte a cell where one with missing values takes five, and its histograms are
/// built twice as fast.
inline constexpr float kMissingFeature = -1e30F;

/// The feature as the trees see it: NaN becomes kMissingFeature, the rest is clipped to +-1e29.
[[nodiscard]] float clean_feature(float value);

/// Everything of a RowSource but its features, and a sample of those. Made by one pass.
struct GatheredRows {
  size_t n_features = 0;
  size_t rows = 0;
  std::vector<float> target;
  std::vector<float> weight;       ///< rows, or empty when no block had weights
  std::vector<float> base_margin;  ///< rows, or empty when no block had base margins
  std::vector<size_t> block_rows;  ///< rows of each block that has any
  size_t sample_rows = 0;
  std::vector<float> sample;  ///< sample_rows x n_features, cleaned, in row order
  [[nodiscard]] bool sample_is_whole() const { return sample_rows == rows; }
};

struct GatherOptions {
  size_t sample_rows_max = 300000;
  uint64_t seed = 0;
};

/// Read the source once. Row r is in the sample if its hash is below a threshold that halves until
/// the sample fits, so the sample depends on the seed and the number of rows only, never on the
/// blocks. Errors: kInvalidData for targets, weights or margins that the objective cannot use,
/// naming the row; those of the source.
[[nodiscard]] Result<GatheredRows> gather_rows(RowSource& source, const Objective& objective,
                                               const GatherOptions& options,
                                               const ProgressCallback& progress);

struct MatrixOptions {
  int bins = 256;
  int threads = 1;
};

/// XGBoost's quantised matrix of row-major floats in memory; cut points from the rows, or from
/// `reference` if not null.
[[nodiscard]] Result<XgboostHandle> make_matrix(const XgboostLibrary& xgboost,
                                                const std::vector<float>& features,
                                                size_t n_features, void* reference,
                                                const MatrixOptions& options);

/// XGBoost's quantised matrix of the whole source, block by block, with the cut points of
/// `reference`.
///
/// XGBoost asks its iterator for three passes: shape, bins, columns. Only the second looks at the
/// values if none is missing (measured with 3.2: the trees are the same, see the test), so the
/// other two are answered with a block of zeros and the source is read once. Errors: kInvalidData
/// if the source does not repeat its blocks; those of the source; kInternal from XGBoost.
[[nodiscard]] Result<XgboostHandle> make_matrix(const XgboostLibrary& xgboost, RowSource& source,
                                                const GatheredRows& gathered, void* reference,
                                                const MatrixOptions& options,
                                                const ProgressCallback& progress);

}  // namespace restock
