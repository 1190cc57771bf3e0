#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"

namespace restock {

/// All that a training needs to go on after `rounds` rounds and to end with the bytes that it would
/// have had without a stop. A plain value.
struct TrainingCheckpoint {
  int rounds = 0;
  /// SHA-256 of everything the result depends on: parameters, feature names, a sample of the
  /// features, targets, weights and base margins of training and validation rows, XGBoost's
  /// version.
  std::string fingerprint;
  std::vector<double> validation_deviance;  ///< after each round; empty without validation
  std::string model;                        ///< a model file, see README.md

  /// Bytes for a file; `from_bytes` gives the same value back.
  [[nodiscard]] std::string to_bytes() const;
  /// Errors: kInvalidData for bytes that to_bytes did not make, truncated or damaged ones.
  static Result<TrainingCheckpoint> from_bytes(std::string_view bytes);
};

}  // namespace restock
