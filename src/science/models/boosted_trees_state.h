#pragma once

#include <string>
#include <vector>

#include "science/models/boosted_trees.h"
#include "science/models/xgboost_library.h"

namespace restock {

/// What a BoostedTrees holds. Internal to science/models.
struct BoostedTrees::State {
  XgboostLibrary xgboost;
  XgboostHandle booster{nullptr, nullptr};
  Objective objective;
  std::vector<std::string> feature_names;
  int rounds = 0;
  TrainingReport report;
};

/// Set parameters of a booster, in order.
struct XgboostParameter {
  const char* name;
  std::string value;
};
[[nodiscard]] Status set_parameters(const XgboostLibrary& xgboost, void* booster,
                                    const std::vector<XgboostParameter>& parameters);

/// The margins of all rows of a matrix: rows x n_outputs, valid until the booster's next
/// prediction.
[[nodiscard]] Result<std::span<const float>> predict_margins(const XgboostLibrary& xgboost,
                                                             void* booster, void* matrix,
                                                             bool training);

/// The booster as model-file bytes.
[[nodiscard]] Result<std::string> save_booster(const XgboostLibrary& xgboost, void* booster,
                                               const Objective& objective,
                                               const std::vector<std::string>& feature_names);

}  // namespace restock
