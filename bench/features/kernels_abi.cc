// A C interface to the feature kernels, for bench/features/compare_kernels.py only.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <span>
#include <vector>

#include "foundation/domain/date.h"
#include "science/features/series_kernel.h"

extern "C" {

__attribute__((visibility("default"))) void* restock_pool_make(int32_t threads) {
  return new restock::ThreadPool(threads);
}

__attribute__((visibility("default"))) void restock_pool_free(void* pool) {
  delete static_cast<restock::ThreadPool*>(pool);
}

/// One feature, as bench/features/kernels_library.py lays it out.
struct FeatureRequest {
  int32_t statistic;
  int32_t lag;
  int32_t window;
  int32_t stride;
  double parameter;
  float* out;
};

/// Compute features of a batch; 0 when done, 1 when something is refused (the reason goes to
/// stderr).
__attribute__((visibility("default"))) int32_t
restock_kernels_run(void* pool, const FeatureRequest* requests, int32_t n_requests,
                    const float* values, const int64_t* offsets, int64_t n_series) {
  const auto n = static_cast<size_t>(offsets[n_series]);
  std::vector<restock::SeriesKernel> kernels;
  std::vector<std::span<float>> columns;
  for (const auto& r : std::span(requests, static_cast<size_t>(n_requests))) {
    auto kernel =
        restock::SeriesKernel::make({.statistic = static_cast<restock::Statistic>(r.statistic),
                                     .lag = r.lag,
                                     .window = r.window,
                                     .stride = r.stride,
                                     .min_periods = {},
                                     .probability = r.parameter,
                                     .alpha = r.parameter});
    if (!kernel.ok()) {
      std::fprintf(stderr, "%s\n", kernel.error().to_string().c_str());
      return 1;
    }
    kernels.push_back(*kernel);
    columns.emplace_back(r.out, n);
  }
  const restock::SeriesBatch batch{{values, n}, {offsets, static_cast<size_t>(n_series) + 1}, {}};
  const auto status =
      restock::apply_batch(kernels, batch, columns, *static_cast<restock::ThreadPool*>(pool));
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.error().to_string().c_str());
  return 1;
}

/// Weekday (1 = Monday), day, month, ISO week and quarter of every row, as floats. Series i begins
/// on day first_days[i] after 1970-01-01 and all days lie in [first_day, end_day); each part is
/// worked out once a day, not once a row.
__attribute__((visibility("default"))) void restock_date_parts(const int32_t* first_days,
                                                               const int64_t* offsets,
                                                               int64_t n_series, int32_t first_day,
                                                               int32_t end_day,
                                                               float* const* columns) {
  std::vector<float> parts[5];
  for (int32_t day = first_day; day < end_day; ++day) {
    const auto date = restock::Date::from_days(day);
    const auto thursday = restock::Date::from_days(day - date.weekday() + 3);
    parts[0].push_back(static_cast<float>(date.weekday() + 1));
    parts[1].push_back(static_cast<float>(date.day()));
    parts[2].push_back(static_cast<float>(date.month()));
    parts[3].push_back(static_cast<float>((thursday.day_of_year() - 1) / 7 + 1));
    parts[4].push_back(static_cast<float>((date.month() - 1) / 3 + 1));
  }
  for (int64_t i = 0; i < n_series; ++i) {
    const int64_t length = offsets[i + 1] - offsets[i];
    for (int k = 0; k < 5; ++k) {
      std::copy_n(parts[k].data() + (first_days[i] - first_day), length, columns[k] + offsets[i]);
    }
  }
}

}  // extern "C"
