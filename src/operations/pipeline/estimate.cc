#include "operations/pipeline/estimate.h"

#include <algorithm>
#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>

#include "science/models/boosted_trees.h"

namespace restock {
namespace {

/// Features a row has, with the usual keys and attributes.
constexpr size_t kFeatures = 36;
/// Bytes a training row takes at the peak: quantised features twice, gradients, margins, targets.
constexpr int64_t kBytesPerRow = 160;
/// Rows beyond this add training time and hardly any accuracy.
constexpr int64_t kRowsMost = 13'000'000;
/// Periods below which a model learns nothing worth having.
constexpr int32_t kPeriodsLeast = 30;
/// What the database keeps of its buffers, and libraries.
constexpr int64_t kResidentBytes = 700LL << 20;
/// Measured with benchmarks of the models module: one tree over one million rows, and making a
/// million rows.
constexpr double kTreeSecondsPerMillionRows = 0.25;
constexpr double kRowSecondsPerMillionRows = 6;

/// Measured with bench/local_models: IMAPA, the slowest member, over one value.
constexpr double kMemberSecondsPerValue = 1.2e-7;

int64_t known_values(const Panel& panel, int32_t periods_max) {
  int64_t total = 0;
  for (size_t i = 0; i < panel.n_series(); ++i) {
    const int64_t known = std::max(0, panel.n_known(i));
    total += periods_max > 0 ? std::min<int64_t>(known, periods_max) : known;
  }
  return total;
}

}  // namespace

int64_t database_memory(int64_t total) {
  return std::clamp<int64_t>(total / 4, 512LL << 20, 8LL << 30);
}

int64_t memory_budget(const RunConfig& config) {
  if (config.run.memory_bytes > 0) return config.run.memory_bytes;
  const int64_t physical = static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGE_SIZE);
  return physical / 4 * 3;
}

int64_t peak_rss_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<int64_t>(usage.ru_maxrss) * 1024;
}

Result<int32_t> train_periods_within(const Panel& panel, int64_t memory_bytes) {
  const int64_t left = memory_bytes - panel.memory_bytes() - kResidentBytes;
  const auto n = static_cast<int64_t>(panel.n_series());
  const int64_t rows_most = std::min(kRowsMost, left / kBytesPerRow);
  if (known_values(panel, 0) <= rows_most) return 0;
  if (rows_most <
      n * std::min<int64_t>(kPeriodsLeast, known_values(panel, 0) / std::max<int64_t>(1, n))) {
    const int64_t needed = panel.memory_bytes() + kResidentBytes + n * kPeriodsLeast * kBytesPerRow;
    return Error{Code::kResourceExhausted,
                 fmt::format("{} MiB of memory do not hold {} series with {} periods",
                             memory_bytes >> 20, n, panel.n_values()),
                 fmt::format("give at least --memory {}MiB, or forecast fewer series at a time",
                             (needed >> 20) + 1)};
  }
  return static_cast<int32_t>(rows_most / n);
}

EnsembleEstimate estimate_ensemble(const Panel& panel, int32_t horizon, size_t members,
                                   int32_t forecasts) {
  const auto n = static_cast<int64_t>(panel.n_series());
  const auto m = static_cast<int64_t>(members);
  EnsembleEstimate estimate;
  // A copy of the panel as it was known; means of all members, those combined and a variance;
  // products of errors.
  estimate.memory_bytes =
      panel.memory_bytes() + n * horizon * 8 * (m + 3) + n * m * m * static_cast<int64_t>(8);
  estimate.seconds =
      kMemberSecondsPerValue * static_cast<double>(known_values(panel, 0)) * forecasts;
  return estimate;
}

Result<RunEstimate> estimate_run(const Panel& panel, const GlobalModelOptions& options,
                                 int threads) {
  RunEstimate estimate;
  estimate.panel_bytes = panel.memory_bytes();
  // Small data sets are read several times, with other origins each time (see GlobalModel).
  const int64_t values = known_values(panel, options.train_periods_max);
  estimate.training_rows =
      values * std::clamp<int64_t>(400'000 / std::max<int64_t>(1, values), 1, 4);
  TreeParameters parameters;
  parameters.trees_max = options.trees_max;
  RESTOCK_TRY(const MemoryEstimate training,
              BoostedTrees::estimate_memory(static_cast<size_t>(estimate.training_rows), kFeatures,
                                            parameters));
  estimate.training_bytes = training.peak_bytes;
  estimate.memory_bytes = estimate.panel_bytes + estimate.training_bytes + kResidentBytes;
  const double millions = static_cast<double>(estimate.training_rows) / 1e6;
  const double trees = options.trees_min + 0.3 * (options.trees_max - options.trees_min);
  estimate.seconds = millions * (kRowSecondsPerMillionRows + kTreeSecondsPerMillionRows * trees) /
                     std::max(1, threads);
  if (options.mode == ForecastMode::kMixed) estimate.seconds *= 2;
  return estimate;
}

}  // namespace restock
