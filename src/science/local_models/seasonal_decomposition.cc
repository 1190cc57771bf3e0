#include "science/local_models/seasonal_decomposition.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace restock {
namespace {

constexpr double kQuantile95 = 1.645;
constexpr double kIndexMin = 0.01;
constexpr size_t kLanes = 8;

/// Sum of a[i] b[i] in eight running sums: a fixed order that the processor can overlap.
double dot(std::span<const double> a, std::span<const double> b) {
  double sums[kLanes] = {};
  size_t i = 0;
  for (; i + kLanes <= a.size(); i += kLanes) {
    for (size_t k = 0; k < kLanes; ++k) sums[k] += a[i + k] * b[i + k];
  }
  for (; i < a.size(); ++i) sums[0] += a[i] * b[i];
  double total = 0.0;
  for (const double s : sums) total += s;
  return total;
}

double mean(std::span<const double> values) {
  double total = 0.0;
  for (const double v : values) total += v;
  return total / static_cast<double>(values.size());
}

/// Moving average of one season around value i; precondition: half <= i < n - half.
double centred_average(std::span<const double> values, size_t i, size_t m) {
  const size_t half = m / 2;
  double sum = 0.0;
  for (size_t k = i - half + (m % 2 == 0); k < i + half + (m % 2); ++k) sum += values[k];
  if (m % 2 == 0) sum += 0.5 * (values[i - half] + values[i + half]);
  return sum / static_cast<double>(m);
}

std::vector<double> phase_means(std::span<const double> values, size_t m, bool ratio) {
  std::vector<double> index(m, 0.0);
  std::vector<double> counts(m, 0.0);
  const size_t half = m / 2;
  for (size_t i = half; i + half < values.size(); ++i) {
    const double average = centred_average(values, i, m);
    index[i % m] += ratio ? values[i] / average : values[i] - average;
    counts[i % m] += 1.0;
  }
  for (size_t k = 0; k < m; ++k) index[k] /= std::max(counts[k], 1.0);
  const double level = mean(index);
  for (double& v : index) v = ratio ? v / level : v - level;
  return index;
}

}  // namespace

bool is_seasonal(std::span<const double> values, int32_t season_length) {
  const auto m = static_cast<size_t>(std::max(season_length, 0));
  const size_t n = values.size();
  if (m < 2 || n < 2 * m) return false;
  std::vector<double> centred(values.begin(), values.end());
  const double level = mean(values);
  for (double& v : centred) v -= level;
  const double variance = dot(centred, centred);
  if (!(variance > 0.0)) return false;
  double squares = 0.0;
  double last = 0.0;
  for (size_t lag = 1; lag <= m; ++lag) {
    const auto a = std::span<const double>(centred);
    last = dot(a.first(n - lag), a.subspan(lag)) / variance;
    if (lag < m) squares += last * last;
  }
  const double limit = kQuantile95 * std::sqrt((1.0 + 2.0 * squares) / static_cast<double>(n));
  return std::abs(last) > limit;
}

Result<SeasonalIndices> classical_seasonal_indices(std::span<const double> values,
                                                   int32_t season_length, SeasonKind kind) {
  if (season_length < 2) {
    return Error{Code::kInvalidArgument,
                 fmt::format("season_length must be >= 2, got {}", season_length),
                 "a series without a season needs no indices"};
  }
  const auto m = static_cast<size_t>(season_length);
  if (values.size() < 2 * m) {
    return Error{Code::kInvalidData,
                 fmt::format("{} values are fewer than two seasons of {}", values.size(), m),
                 "use a shorter season_length"};
  }
  if (!std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); })) {
    return Error{Code::kInvalidData, "a value is not finite", "fill or drop missing values first"};
  }
  if (kind == SeasonKind::kNone) return SeasonalIndices{};
  if (kind == SeasonKind::kMultiplicative &&
      std::all_of(values.begin(), values.end(), [](double v) { return v > 0.0; })) {
    auto index = phase_means(values, m, true);
    if (*std::min_element(index.begin(), index.end()) >= kIndexMin) {
      return SeasonalIndices{SeasonKind::kMultiplicative, std::move(index)};
    }
  }
  return SeasonalIndices{SeasonKind::kAdditive, phase_means(values, m, false)};
}

}  // namespace restock
