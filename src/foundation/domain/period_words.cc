#include "foundation/domain/period_words.h"

#include <fmt/format.h>

#include "foundation/base/assert.h"

namespace restock {

std::string_view period_name(Frequency frequency) {
  switch (frequency) {
    case Frequency::kHourly:
      return "hour";
    case Frequency::kDaily:
      return "day";
    case Frequency::kWeekly:
      return "week";
    case Frequency::kMonthly:
      return "month";
  }
  RESTOCK_ASSERT(false);
  return "";
}

std::string periods_in_words(int32_t n, Frequency frequency) {
  return fmt::format("{} {}{}", n, period_name(frequency), n == 1 ? "" : "s");
}

}  // namespace restock
