#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "foundation/domain/time_axis.h"

namespace restock {

/// From data to pixels: `low` lies at `from`, `high` at `to`. Precondition: low < high.
struct LinearScale {
  double low = 0;
  double high = 1;
  double from = 0;
  double to = 1;

  [[nodiscard]] double operator()(double value) const {
    return from + (value - low) / (high - low) * (to - from);
  }
};

/// About `wanted` round values (1, 2, 2.5 or 5 times a power of ten apart) from 0 up to and
/// including the first that is
/// >= high. Preconditions: high is finite and >= 0; wanted >= 1.
[[nodiscard]] std::vector<double> value_ticks(double high, int wanted);

/// "0", "750", "12.5k", "3M": short enough for an axis.
[[nodiscard]] std::string tick_text(double value);

struct TimeTick {
  Period period;
  std::string text;
};

/// At most `most` ticks on beginnings of years, quarters, months, weeks, days or hours within
/// [first, last], the finest of these that fits. Empty if none fits. Precondition: most >= 1.
[[nodiscard]] std::vector<TimeTick> time_ticks(const TimeAxis& axis, Period first, Period last,
                                               int most);

/// "units per day".
[[nodiscard]] std::string_view unit_text(Frequency frequency);

}  // namespace restock
