// Our side of compare_matrix.py: 27 features, block by block, into XGBoost's quantised matrix.
//
//   matrix_ours VALUES.f32 N_SERIES LENGTH FIRST_DAY THREADS TURNS
//
// VALUES.f32: N_SERIES x LENGTH floats; every series begins on day FIRST_DAY after 1970-01-01.
// Prints one JSON line a turn, then one with the sums of the columns.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "foundation/domain/date.h"
#include "science/features/series_kernel.h"
#include "science/models/quantised_matrix.h"

namespace restock {
namespace {

constexpr size_t kDateParts = 5;
/// Columns of a block stay in the second-level cache: 16 series x 400 rows x 27 x 4 bytes = 0.7 MB.
constexpr size_t kBlockSeries = 16;

struct Panel {
  std::vector<float> values;
  size_t n_series = 0;
  size_t length = 0;
  int32_t first_day = 0;
};

std::vector<SeriesKernelOptions> feature_options() {
  using S = Statistic;
  std::vector<SeriesKernelOptions> all;
  for (const int lag : {1, 7, 14, 21, 28, 35, 42}) all.push_back({.lag = lag, .min_periods = {}});
  const auto add = [&](S statistic, int lag, int window, int stride, double alpha) {
    all.push_back({.statistic = statistic,
                   .lag = lag,
                   .window = window,
                   .stride = stride,
                   .min_periods = {},
                   .alpha = alpha});
  };
  for (const int window : {7, 14, 28, 60}) add(S::kRollingMean, 1, window, 1, 0.5);
  for (const int window : {7, 28}) add(S::kRollingStd, 1, window, 1, 0.5);
  add(S::kRollingMin, 1, 28, 1, 0.5);
  add(S::kRollingMax, 1, 28, 1, 0.5);
  add(S::kRollingMean, 1, 4, 7, 0.5);
  add(S::kExpandingMean, 1, 1, 1, 0.5);
  add(S::kExpandingStd, 1, 1, 1, 0.5);
  for (const double alpha : {0.3, 0.7}) add(S::kExponentialMean, 1, 1, 1, alpha);
  for (const int window : {7, 28}) add(S::kRollingMean, 7, window, 1, 0.5);
  return all;
}

/// The features of a few series at a time, computed again in every pass.
class FeatureRows : public RowSource {
 public:
  static Result<FeatureRows> make(const Panel& panel, ThreadPool& pool) {
    FeatureRows rows(panel, pool);
    for (const SeriesKernelOptions& options : feature_options()) {
      RESTOCK_TRY(SeriesKernel kernel, SeriesKernel::make(options));
      rows.kernels_.push_back(std::move(kernel));
    }
    rows.columns_.resize(rows.kernels_.size(),
                         std::vector<float>(kBlockSeries * panel.length));
    rows.features_.resize(kBlockSeries * panel.length * rows.n_features());
    return rows;
  }

  size_t n_features() const override { return kernels_.size() + kDateParts; }
  std::vector<std::string> feature_names() const override {
    std::vector<std::string> names;
    for (const SeriesKernel& kernel : kernels_) names.push_back(kernel.name());
    for (const char* part : {"weekday", "day", "month", "week", "quarter"}) names.emplace_back(part);
    return names;
  }
  size_t rows_expected() const override { return panel_->values.size(); }
  Status reset() override {
    series_ = 0;
    return {};
  }
  Result<bool> next(RowBlock* block) override {
    const size_t n = std::min(kBlockSeries, panel_->n_series - series_);
    if (n == 0) return false;
    const size_t rows = n * panel_->length;
    const float* values = panel_->values.data() + series_ * panel_->length;
    std::vector<int64_t> offsets;
    for (size_t i = 0; i <= n; ++i) offsets.push_back(static_cast<int64_t>(i * panel_->length));
    std::vector<std::span<float>> columns;
    for (auto& column : columns_) columns.emplace_back(column.data(), rows);
    RESTOCK_TRY(apply_batch(kernels_, {{values, rows}, offsets, {}}, columns, *pool_));
    pool_->parallel_for(n, 1, [&](size_t begin, size_t end) { lay_out(begin, end); });
    series_ += n;
    *block = {.rows = rows, .features = features_.data(), .target = values};
    return true;
  }

 private:
  FeatureRows(const Panel& panel, ThreadPool& pool) : panel_(&panel), pool_(&pool) {
    for (size_t t = 0; t < panel.length; ++t) {
      const auto date = Date::from_days(panel.first_day + static_cast<int32_t>(t));
      const auto thursday = Date::from_days(panel.first_day + static_cast<int32_t>(t) -
                                            date.weekday() + 3);
      for (const int part : {date.weekday() + 1, date.day(), date.month(),
                             (thursday.day_of_year() - 1) / 7 + 1, (date.month() - 1) / 3 + 1}) {
        date_parts_.push_back(static_cast<float>(part));
      }
    }
  }

  /// Columns of the series [begin, end) of the block into rows.
  void lay_out(size_t begin, size_t end) {
    const size_t n_kernels = kernels_.size();
    float* row = features_.data() + begin * panel_->length * n_features();
    for (size_t r = begin * panel_->length; r < end * panel_->length; ++r, row += n_features()) {
      for (size_t k = 0; k < n_kernels; ++k) row[k] = columns_[k][r];
      std::copy_n(date_parts_.data() + r % panel_->length * kDateParts, kDateParts,
                  row + n_kernels);
    }
  }

  const Panel* panel_;
  ThreadPool* pool_;
  std::vector<SeriesKernel> kernels_;
  std::vector<float> date_parts_;            ///< length x kDateParts
  std::vector<std::vector<float>> columns_;  ///< of the block, one a kernel
  std::vector<float> features_;              ///< of the block, row-major
  size_t series_ = 0;
};

int64_t status_kib(const std::string& field) {
  std::ifstream lines("/proc/self/status");
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(field + ":")) return std::atoll(line.c_str() + field.size() + 1);
  }
  return 0;
}

/// Forget the peak so far.
void start_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

double clock_seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// What training does before the first tree, see Training::read in science/models/train.cc.
Result<size_t> build_matrix(const XgboostLibrary& xgboost, RowSource& source, ThreadPool& pool) {
  const MatrixOptions options = {256, pool.threads()};
  RESTOCK_TRY(GatheredRows gathered,
              gather_rows(source, {.kind = ObjectiveKind::kSquared, .probabilities = {}}, {}, {}));
  RESTOCK_TRY(const XgboostHandle cuts,
              make_matrix(xgboost, gathered.sample, gathered.n_features, nullptr, options));
  gathered.sample = {};
  RESTOCK_TRY(const XgboostHandle matrix,
              make_matrix(xgboost, source, gathered, cuts.get(), options, {}));
  const std::string label = array_interface(gathered.target.data(), gathered.rows, 0);
  RESTOCK_TRY(xgboost.check(xgboost.matrix_set_info(matrix.get(), "label", label.c_str()),
                            "setting targets"));
  return gathered.rows;
}

Status print_sums(RowSource& source) {
  std::vector<double> sums(source.n_features());
  std::vector<int64_t> missing(source.n_features());
  RESTOCK_TRY(source.reset());
  for (RowBlock block;;) {
    RESTOCK_TRY(const bool more, source.next(&block));
    if (!more) break;
    for (size_t i = 0; i < block.rows * sums.size(); ++i) {
      const float x = block.features[i];
      if (std::isnan(x)) missing[i % sums.size()] += 1;
      if (!std::isnan(x)) sums[i % sums.size()] += x;
    }
  }
  fmt::print("{{\"sums\":[{}],\"missing\":[{}]}}\n", fmt::join(sums, ","),
             fmt::join(missing, ","));
  return {};
}

Status run(char** argv) {
  Panel panel{.values = {},
              .n_series = static_cast<size_t>(std::atoll(argv[2])),
              .length = static_cast<size_t>(std::atoll(argv[3])),
              .first_day = std::atoi(argv[4])};
  panel.values.resize(panel.n_series * panel.length);
  std::ifstream file(argv[1], std::ios::binary);
  const auto bytes = static_cast<std::streamsize>(panel.values.size() * sizeof(float));
  if (!file.read(reinterpret_cast<char*>(panel.values.data()), bytes))
    return Error{Code::kIo, fmt::format("{} has fewer than {} bytes", argv[1], bytes), ""};
  RESTOCK_TRY(const XgboostLibrary xgboost, XgboostLibrary::load());
  ThreadPool pool(std::atoi(argv[5]));
  for (int turn = 0; turn < std::atoi(argv[6]); ++turn) {
    start_peak();
    const int64_t before = status_kib("VmRSS");
    const double cpu = clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
    const double wall = clock_seconds(CLOCK_MONOTONIC);
    RESTOCK_TRY(FeatureRows source, FeatureRows::make(panel, pool));
    RESTOCK_TRY(const size_t rows, build_matrix(xgboost, source, pool));
    fmt::print("{{\"cpu\":{:.3f},\"wall\":{:.3f},\"before_kib\":{},\"peak_kib\":{},\"rows\":{}}}\n",
               clock_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu,
               clock_seconds(CLOCK_MONOTONIC) - wall, before, status_kib("VmHWM"), rows);
    std::fflush(stdout);
  }
  RESTOCK_TRY(FeatureRows source, FeatureRows::make(panel, pool));
  return print_sums(source);
}

}  // namespace
}  // namespace restock

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fputs("usage: matrix_ours VALUES.f32 N_SERIES LENGTH FIRST_DAY THREADS TURNS\n", stderr);
    return 2;
  }
  const auto status = restock::run(argv);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.error().to_string().c_str());
  return 1;
}
