#pragma once

#include <string>
#include <vector>

#include "foundation/panel/panel.h"
#include "science/features/period_calendar.h"

namespace restock {

/// SHA-256 of everything in a panel and of its holidays: equal for equal data only.
[[nodiscard]] std::string panel_digest(const Panel& panel, const std::vector<HolidayDay>& holidays);

}  // namespace restock
