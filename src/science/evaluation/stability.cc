#include "science/evaluation/stability.h"

#include <algorithm>
#include <cmath>

namespace restock {

void StabilitySums::add(const StabilitySums& other) {
  absolute += other.absolute;
  symmetric += other.symmetric;
  units += other.units;
  n += other.n;
}

double StabilitySums::mac() const {
  return n > 0 ? absolute / static_cast<double>(n) : 0;
}

double StabilitySums::smapc() const {
  return n > 0 ? 100 * symmetric / static_cast<double>(n) : 0;
}

double StabilitySums::wapc() const {
  return units > 0 ? 100 * absolute / units : 0;
}

StabilitySums forecast_changes(const ForecastView& earlier, const ForecastView& later,
                               size_t n_series) {
  StabilitySums out;
  const Period first = std::max(earlier.origin, later.origin) + 1;
  const Period last = std::min(earlier.origin + earlier.horizon, later.origin + later.horizon);
  for (size_t i = 0; i < n_series; ++i) {
    for (Period period = first; period <= last; ++period) {
      const double a = earlier.mean[earlier.index(i, period - earlier.origin - 1)];
      const double b = later.mean[later.index(i, period - later.origin - 1)];
      const double size = std::abs(a) + std::abs(b);
      out.absolute += std::abs(b - a);
      out.symmetric += size > 0 ? 2 * std::abs(b - a) / size : 0;
      out.units += std::abs(b);
      out.n += 1;
    }
  }
  return out;
}

}  // namespace restock
