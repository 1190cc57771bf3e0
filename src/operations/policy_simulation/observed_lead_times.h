#pragma once

#include <cstdint>
#include <span>

namespace restock {

/// Variance of lead times seen so far, periods squared. Precondition: there is one.
[[nodiscard]] inline double observed_variance(std::span<const int32_t> lead_times) {
  const auto n = static_cast<double>(lead_times.size());
  double mean = 0;
  for (const int32_t value : lead_times) mean += value / n;
  double sum = 0;
  for (const int32_t value : lead_times) sum += (value - mean) * (value - mean);
  return sum / n;
}

}  // namespace restock
