#include "science/models/quantised_matrix.h"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

constexpr float kFeatureMax = 1e29F;
/// Bounds exp(margin) far beyond any demand and keeps float margins precise.
constexpr float kBaseMarginMax = 1e9F;
constexpr uint64_t kSampleStream = 0x63757473;  // "cuts"

Error cancelled() {
  return Error{Code::kCancelled, "training was cancelled while reading rows", ""};
}

Error bad_row(const char* what, size_t row, double seen, const char* allowed) {
  return Error{Code::kInvalidData,
               fmt::format("{} of training row {} must be {}, got {}", what, row, allowed, seen),
               ""};
}

Status check_block(const RowBlock& block, const Objective& objective, size_t first_row) {
  const bool counts = objective.log_link();
  for (size_t i = 0; i < block.rows; ++i) {
    const float y = block.target[i];
    if (!std::isfinite(y) || (counts && y < 0)) {
      return bad_row("target", first_row + i, y, counts ? "finite and >= 0" : "finite");
    }
    if (block.weight != nullptr && !(std::isfinite(block.weight[i]) && block.weight[i] >= 0)) {
      return bad_row("weight", first_row + i, block.weight[i], "finite and >= 0");
    }
    if (block.base_margin != nullptr && !(std::fabs(block.base_margin[i]) <= kBaseMarginMax)) {
      return bad_row("base_margin", first_row + i, block.base_margin[i], "finite and below 1e9");
    }
  }
  return {};
}

/// Append `block`'s column, which may be absent in some blocks: rows without a value get `fill`.
void append_column(const float* column, size_t rows, size_t rows_before, float fill,
                   std::vector<float>* all) {
  if (column == nullptr && all->empty()) return;
  if (all->size() < rows_before) all->resize(rows_before, fill);
  if (column != nullptr) all->insert(all->end(), column, column + rows);
  if (column == nullptr) all->resize(rows_before + rows, fill);
}

/// Rows whose hash is below a threshold that halves whenever they become too many.
class RowSampler {
 public:
  RowSampler(size_t n_features, const GatherOptions& options)
      : n_features_(n_features), options_(options) {}

  void add(const RowBlock& block, size_t first_row) {
    for (size_t i = 0; i < block.rows; ++i) {
      const uint64_t hash = mix(options_.seed, kSampleStream, first_row + i);
      if (hash > threshold_) continue;
      hashes_.push_back(hash);
      const float* row = block.features + i * n_features_;
      for (size_t f = 0; f < n_features_; ++f) values_.push_back(clean_feature(row[f]));
      if (hashes_.size() > options_.sample_rows_max) thin();
    }
  }

  size_t rows() const { return hashes_.size(); }
  std::vector<float> take() { return std::move(values_); }

 private:
  void thin() {
    threshold_ /= 2;
    size_t kept = 0;
    for (size_t i = 0; i < hashes_.size(); ++i) {
      if (hashes_[i] > threshold_) continue;
      hashes_[kept] = hashes_[i];
      std::copy_n(values_.begin() + static_cast<ptrdiff_t>(i * n_features_), n_features_,
                  values_.begin() + static_cast<ptrdiff_t>(kept * n_features_));
      kept += 1;
    }
    hashes_.resize(kept);
    values_.resize(kept * n_features_);
  }

  size_t n_features_;
  GatherOptions options_;
  uint64_t threshold_ = ~uint64_t{0};
  std::vector<uint64_t> hashes_;
  std::vector<float> values_;
};

/// Feeds blocks to XGBoost's callbacks. Used by one call of quantile_matrix_create; must outlive
/// it.
class BlockFeeder {
 public:
  BlockFeeder(const XgboostLibrary& xgboost, DMatrixHandle proxy, size_t n_features)
      : xgboost_(xgboost), proxy_(proxy), n_features_(n_features) {}
  virtual ~BlockFeeder() = default;

  static void reset(void* self) { static_cast<BlockFeeder*>(self)->start_pass(); }
  static int next(void* self) { return static_cast<BlockFeeder*>(self)->feed() ? 1 : 0; }

  Status status;

 protected:
  virtual void start_pass() = 0;
  virtual bool feed() = 0;

  bool offer(const float* features, size_t rows) {
    const std::string data = array_interface(features, rows, n_features_);
    status =
        xgboost_.check(xgboost_.proxy_set_dense(proxy_, data.c_str()), "taking a block of rows");
    return status.ok();
  }

  const XgboostLibrary& xgboost_;
  DMatrixHandle proxy_;
  size_t n_features_;
};

class MemoryFeeder : public BlockFeeder {
 public:
  MemoryFeeder(const XgboostLibrary& xgboost, DMatrixHandle proxy, size_t n_features,
               std::span<const float> features)
      : BlockFeeder(xgboost, proxy, n_features), features_(features) {}

 protected:
  void start_pass() override { given_ = false; }
  bool feed() override {
    if (given_) return false;
    given_ = true;
    return offer(features_.data(), features_.size() / n_features_);
  }

 private:
  std::span<const float> features_;
  bool given_ = false;
};

/// Passes 1 (shape) and 3 (columns) are fed with zeros, pass 2 (bins) from the source.
class SourceFeeder : public BlockFeeder {
 public:
  SourceFeeder(const XgboostLibrary& xgboost, DMatrixHandle proxy, RowSource& source,
               const GatheredRows& gathered, const ProgressCallback& progress)
      : BlockFeeder(xgboost, proxy, gathered.n_features),
        source_(source),
        gathered_(gathered),
        progress_(progress) {
    const auto& sizes = gathered.block_rows;
    buffer_.resize(*std::max_element(sizes.begin(), sizes.end()) * n_features_);
  }

 protected:
  void start_pass() override {
    pass_ += 1;
    block_ = 0;
    rows_ = 0;
    std::fill(buffer_.begin(), buffer_.end(), 0.0F);
    if (status.ok() && pass_ == kBinPass) status = source_.reset();
  }

  bool feed() override {
    if (!status.ok()) return false;
    if (pass_ == kBinPass) return feed_source();
    if (block_ == gathered_.block_rows.size()) return false;
    return offer(buffer_.data(), gathered_.block_rows[block_++]);
  }

 private:
  static constexpr int kBinPass = 2;

  bool feed_source() {
    RowBlock block;
    while (true) {
      auto more = source_.next(&block);
      if (!more.ok()) return fail(std::move(more).error());
      if (!*more) return end_of_source();
      if (block.rows > 0) break;
    }
    if (block_ >= gathered_.block_rows.size() || gathered_.block_rows[block_] != block.rows)
      return fail(changed());
    block_ += 1;
    rows_ += block.rows;
    const size_t cells = block.rows * n_features_;
    for (size_t i = 0; i < cells; ++i) buffer_[i] = clean_feature(block.features[i]);
    if (progress_ && !progress_({"quantise", static_cast<int64_t>(rows_),
                                 static_cast<int64_t>(gathered_.rows)})) {
      return fail(cancelled());
    }
    return offer(buffer_.data(), block.rows);
  }

  bool end_of_source() { return block_ == gathered_.block_rows.size() ? false : fail(changed()); }
  bool fail(Error error) {
    status = std::move(error);
    return false;
  }
  Error changed() const {
    return Error{
        Code::kInvalidData,
        fmt::format("the training rows changed between two passes: block {} differs", block_),
        "a RowSource must give the same blocks after each reset()"};
  }

  RowSource& source_;
  const GatheredRows& gathered_;
  const ProgressCallback& progress_;
  std::vector<float> buffer_;
  int pass_ = 0;
  size_t block_ = 0;
  size_t rows_ = 0;
};

Result<XgboostHandle> make_proxy(const XgboostLibrary& xgboost) {
  DMatrixHandle proxy = nullptr;
  RESTOCK_TRY(xgboost.check(xgboost.proxy_create(&proxy), "making a block of rows"));
  return XgboostHandle(proxy, xgboost.matrix_free);
}

Result<XgboostHandle> build(const XgboostLibrary& xgboost, BlockFeeder& feeder, DMatrixHandle proxy,
                            void* reference, const MatrixOptions& options) {
  const std::string config =
      fmt::format(R"({{"missing":NaN,"nthread":{},"max_bin":{}}})", options.threads, options.bins);
  DMatrixHandle matrix = nullptr;
  const int code = xgboost.quantile_matrix_create(&feeder, proxy, reference, &BlockFeeder::reset,
                                                  &BlockFeeder::next, config.c_str(), &matrix);
  XgboostHandle owned(matrix, xgboost.matrix_free);
  if (!feeder.status.ok()) return feeder.status.error();
  RESTOCK_TRY(xgboost.check(code, "quantising the training rows"));
  return owned;
}

}  // namespace

float clean_feature(float value) {
  if (std::isnan(value)) return kMissingFeature;
  return std::clamp(value, -kFeatureMax, kFeatureMax);
}

Result<GatheredRows> gather_rows(RowSource& source, const Objective& objective,
                                 const GatherOptions& options, const ProgressCallback& progress) {
  GatheredRows all;
  all.n_features = source.n_features();
  all.target.reserve(source.rows_expected());
  RowSampler sampler(all.n_features, options);
  RESTOCK_TRY(source.reset());
  while (true) {
    RowBlock block;
    RESTOCK_TRY(const bool more, source.next(&block));
    if (!more) break;
    if (block.rows == 0) continue;
    RESTOCK_TRY(check_block(block, objective, all.rows));
    sampler.add(block, all.rows);
    if (block.base_margin != nullptr && all.rows == 0)
      all.base_margin.reserve(source.rows_expected());
    append_column(block.weight, block.rows, all.rows, 1, &all.weight);
    append_column(block.base_margin, block.rows, all.rows, 0, &all.base_margin);
    all.target.insert(all.target.end(), block.target, block.target + block.rows);
    all.block_rows.push_back(block.rows);
    all.rows += block.rows;
    if (progress && !progress({"sample", static_cast<int64_t>(all.rows),
                               static_cast<int64_t>(source.rows_expected())})) {
      return cancelled();
    }
  }
  all.sample_rows = sampler.rows();
  all.sample = sampler.take();
  return all;
}

Result<XgboostHandle> make_matrix(const XgboostLibrary& xgboost, const std::vector<float>& features,
                                  size_t n_features, void* reference,
                                  const MatrixOptions& options) {
  RESTOCK_TRY(const XgboostHandle proxy, make_proxy(xgboost));
  MemoryFeeder feeder(xgboost, proxy.get(), n_features, features);
  return build(xgboost, feeder, proxy.get(), reference, options);
}

Result<XgboostHandle> make_matrix(const XgboostLibrary& xgboost, RowSource& source,
                                  const GatheredRows& gathered, void* reference,
                                  const MatrixOptions& options, const ProgressCallback& progress) {
  RESTOCK_ASSERT(!gathered.block_rows.empty());
  RESTOCK_TRY(const XgboostHandle proxy, make_proxy(xgboost));
  SourceFeeder feeder(xgboost, proxy.get(), source, gathered, progress);
  return build(xgboost, feeder, proxy.get(), reference, options);
}

}  // namespace restock
