#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "foundation/domain/time_axis.h"

namespace restock {

/// What one period is called: "hour", "day", "week", "month".
[[nodiscard]] std::string_view period_name(Frequency frequency);

/// A number of periods in words. Example: 1, daily gives "1 day"; 3, weekly "3 weeks".
[[nodiscard]] std::string periods_in_words(int32_t n, Frequency frequency);

}  // namespace restock
