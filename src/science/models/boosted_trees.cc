#include "science/models/boosted_trees.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "science/models/boosted_trees_state.h"
#include "science/models/model_file.h"
#include "science/models/quantised_matrix.h"

namespace restock {
namespace {

/// Rows cleaned and predicted at a time: the copy stays in the cache.
constexpr size_t kPredictRows = 8192;

Status check_sizes(const BoostedTrees& trees, size_t features, size_t rows, size_t base_margin,
                   size_t out, size_t out_width) {
  const auto wrong = [](const char* what, size_t seen, size_t wanted) {
    return Error{Code::kInvalidArgument,
                 fmt::format("{} must have {} values, got {}", what, wanted, seen), ""};
  };
  if (features != rows * trees.n_features())
    return wrong("features", features, rows * trees.n_features());
  if (base_margin != 0 && base_margin != rows) return wrong("base_margin", base_margin, rows);
  if (out != rows * out_width) return wrong("out", out, rows * out_width);
  return {};
}

/// From leaf sums to the scale of the target, for some rows.
void finish(const Objective& objective, std::span<const float> leaves,
            std::span<const float> base_margin, std::span<float> out) {
  const size_t n_outputs = objective.n_outputs();
  for (size_t i = 0; i < leaves.size(); ++i) {
    const double margin =
        static_cast<double>(leaves[i]) + (base_margin.empty() ? 0.0 : base_margin[i / n_outputs]);
    out[i] = static_cast<float>(objective.log_link() ? std::exp(margin) : margin);
  }
  if (n_outputs == 1) return;
  // Quantiles are learnt one by one and may cross; sorting never raises the pinball loss
  // (Chernozhukov et al. 2010).
  for (size_t i = 0; i < out.size(); i += n_outputs) std::sort(&out[i], &out[i] + n_outputs);
}

}  // namespace

Status set_parameters(const XgboostLibrary& xgboost, void* booster,
                      const std::vector<XgboostParameter>& parameters) {
  for (const XgboostParameter& parameter : parameters) {
    RESTOCK_TRY(
        xgboost.check(xgboost.booster_set_param(booster, parameter.name, parameter.value.c_str()),
                      fmt::format("setting {}", parameter.name)));
  }
  return {};
}

Result<std::span<const float>> predict_margins(const XgboostLibrary& xgboost, void* booster,
                                               void* matrix, bool training) {
  const std::string config = fmt::format(
      R"({{"type":1,"training":{},"iteration_begin":0,"iteration_end":0,"strict_shape":true}})",
      training);
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* values = nullptr;
  RESTOCK_TRY(xgboost.check(
      xgboost.booster_predict(booster, matrix, config.c_str(), &shape, &dimensions, &values),
      "computing margins"));
  size_t count = 1;
  for (bst_ulong i = 0; i < dimensions; ++i) count *= shape[i];
  return std::span(values, count);
}

Result<std::string> save_booster(const XgboostLibrary& xgboost, void* booster,
                                 const Objective& objective,
                                 const std::vector<std::string>& feature_names) {
  bst_ulong size = 0;
  const char* bytes = nullptr;
  RESTOCK_TRY(xgboost.check(xgboost.booster_save(booster, R"({"format":"ubj"})", &size, &bytes),
                            "saving a model"));
  int rounds = 0;
  RESTOCK_TRY(xgboost.check(xgboost.booster_rounds(booster, &rounds), "counting rounds"));
  return write_model_file({.objective = objective,
                           .rounds = rounds,
                           .feature_names = feature_names,
                           .trees = std::string(bytes, size)});
}

BoostedTrees::BoostedTrees(std::unique_ptr<State> state) : state_(std::move(state)) {}
BoostedTrees::BoostedTrees(BoostedTrees&&) noexcept = default;
BoostedTrees& BoostedTrees::operator=(BoostedTrees&&) noexcept = default;
BoostedTrees::~BoostedTrees() = default;

const Objective& BoostedTrees::objective() const {
  return state_->objective;
}
const std::vector<std::string>& BoostedTrees::feature_names() const {
  return state_->feature_names;
}
int BoostedTrees::rounds() const {
  return state_->rounds;
}
const TrainingReport& BoostedTrees::report() const {
  return state_->report;
}

Status BoostedTrees::predict(std::span<const float> features, size_t rows,
                             std::span<const float> base_margin, std::span<float> out) const {
  RESTOCK_TRY(
      check_sizes(*this, features.size(), rows, base_margin.size(), out.size(), n_outputs()));
  const XgboostLibrary& xgboost = state_->xgboost;
  const size_t n_features = state_->feature_names.size();
  const size_t outputs = n_outputs();
  const char* config = R"({"type":1,"training":false,"iteration_begin":0,"iteration_end":0,)"
                       R"("strict_shape":true,"cache_id":0,"missing":NaN})";
  std::vector<float> cleaned(std::min(rows, kPredictRows) * n_features);
  for (size_t begin = 0; begin < rows; begin += kPredictRows) {
    const size_t count = std::min(kPredictRows, rows - begin);
    const auto raw = features.subspan(begin * n_features, count * n_features);
    std::transform(raw.begin(), raw.end(), cleaned.begin(), clean_feature);
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* leaves = nullptr;
    const std::string data = array_interface(cleaned.data(), count, n_features);
    RESTOCK_TRY(
        xgboost.check(xgboost.booster_predict_dense(state_->booster.get(), data.c_str(), config,
                                                    nullptr, &shape, &dimensions, &leaves),
                      "predicting"));
    const auto margin = base_margin.empty() ? base_margin : base_margin.subspan(begin, count);
    finish(state_->objective, std::span(leaves, count * outputs), margin,
           out.subspan(begin * outputs, count * outputs));
  }
  return {};
}

Status BoostedTrees::contributions(std::span<const float> features, size_t rows,
                                   std::span<float> out) const {
  const size_t width = n_outputs() * (n_features() + 1);
  RESTOCK_TRY(check_sizes(*this, features.size(), rows, 0, out.size(), width));
  const XgboostLibrary& xgboost = state_->xgboost;
  const char* config = R"({"type":2,"training":false,"iteration_begin":0,"iteration_end":0,)"
                       R"("strict_shape":true})";
  std::vector<float> cleaned(std::min(rows, kPredictRows) * n_features());
  for (size_t begin = 0; begin < rows; begin += kPredictRows) {
    const size_t count = std::min(kPredictRows, rows - begin);
    const auto raw = features.subspan(begin * n_features(), count * n_features());
    std::transform(raw.begin(), raw.end(), cleaned.begin(), clean_feature);
    const std::string data = array_interface(cleaned.data(), count, n_features());
    DMatrixHandle made = nullptr;
    RESTOCK_TRY(xgboost.check(
        xgboost.matrix_create_dense(data.c_str(), R"({"missing":NaN,"nthread":1})", &made),
        "making a matrix"));
    const XgboostHandle matrix(made, xgboost.matrix_free);
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* values = nullptr;
    RESTOCK_TRY(xgboost.check(xgboost.booster_predict(state_->booster.get(), matrix.get(), config,
                                                      &shape, &dimensions, &values),
                              "computing contributions"));
    std::copy_n(values, count * width, out.begin() + static_cast<std::ptrdiff_t>(begin * width));
  }
  return {};
}

Status BoostedTrees::set_threads(int threads) {
  if (threads < 1)
    return Error{Code::kInvalidArgument, fmt::format("threads must be >= 1, got {}", threads), ""};
  return set_parameters(state_->xgboost, state_->booster.get(),
                        {{"nthread", fmt::format("{}", threads)}});
}

Result<std::vector<FeatureImportance>> BoostedTrees::importance() const {
  bst_ulong n_features = 0;
  bst_ulong dimensions = 0;
  const char** names = nullptr;
  const bst_ulong* shape = nullptr;
  const float* scores = nullptr;
  RESTOCK_TRY(state_->xgboost.check(
      state_->xgboost.booster_feature_score(state_->booster.get(),
                                            R"({"importance_type":"total_gain"})", &n_features,
                                            &names, &dimensions, &shape, &scores),
      "computing importance"));
  std::vector<FeatureImportance> all;
  for (const std::string& name : state_->feature_names) all.push_back({name, 0});
  double total = 0;
  for (bst_ulong i = 0; i < n_features; ++i) {
    const auto at = std::find(state_->feature_names.begin(), state_->feature_names.end(), names[i]);
    RESTOCK_ASSERT(at != state_->feature_names.end());
    all[static_cast<size_t>(at - state_->feature_names.begin())].gain_share = scores[i];
    total += scores[i];
  }
  for (FeatureImportance& one : all) one.gain_share = total > 0 ? one.gain_share / total : 0;
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.gain_share > b.gain_share; });
  return all;
}

Result<std::string> BoostedTrees::save_bytes() const {
  return save_booster(state_->xgboost, state_->booster.get(), state_->objective,
                      state_->feature_names);
}

Result<BoostedTrees> BoostedTrees::load_bytes(std::string_view bytes) {
  RESTOCK_TRY(const ModelFile file, read_model_file(bytes));
  auto state = std::make_unique<State>();
  RESTOCK_TRY(state->xgboost, XgboostLibrary::load());
  const XgboostLibrary& xgboost = state->xgboost;
  BoosterHandle booster = nullptr;
  RESTOCK_TRY(xgboost.check(xgboost.booster_create(nullptr, 0, &booster), "making a model"));
  state->booster = XgboostHandle(booster, xgboost.booster_free);
  RESTOCK_TRY(set_parameters(xgboost, booster, {{"nthread", "1"}, {"verbosity", "0"}}));
  const auto damaged = [](const std::string& what) {
    return Error{Code::kInvalidData, "not a usable model file: " + what, "train the model again"};
  };
  if (xgboost.booster_load(booster, file.trees.data(), file.trees.size()) != 0) {
    return damaged(clean_xgboost_message(xgboost.last_error()));
  }
  bst_ulong n_features = 0;
  RESTOCK_TRY(xgboost.check(xgboost.booster_n_features(booster, &n_features), "counting features"));
  RESTOCK_TRY(xgboost.check(xgboost.booster_rounds(booster, &state->rounds), "counting rounds"));
  if (n_features != file.feature_names.size() || state->rounds != file.rounds) {
    return damaged(fmt::format("it promises {} features and {} rounds, its trees have {} and {}",
                               file.feature_names.size(), file.rounds, n_features, state->rounds));
  }
  state->objective = file.objective;
  state->feature_names = file.feature_names;
  return BoostedTrees(std::move(state));
}

}  // namespace restock
