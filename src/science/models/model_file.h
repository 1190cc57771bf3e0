#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"
#include "science/models/objective.h"

namespace restock {

/// The parts of a saved model, see README.md for the bytes.
struct ModelFile {
  Objective objective;
  int rounds = 0;
  std::vector<std::string> feature_names;
  std::string trees;  ///< XGBoost's UBJSON model
};

[[nodiscard]] std::string write_model_file(const ModelFile& file);
/// Errors: kInvalidData saying what is wrong.
[[nodiscard]] Result<ModelFile> read_model_file(std::string_view bytes);

}  // namespace restock
