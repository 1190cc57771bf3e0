#pragma once

#include <string>

#include "operations/publish/run_result.h"

namespace restock {

/// The report of a run as one HTML page for a planner: no script, no network, no other file; charts
/// are inline SVG. Shows totals and the top of each list, so that its size hardly depends on the
/// number of series. Everything that comes from the data is escaped. The same result gives the same
/// bytes.
[[nodiscard]] std::string report_html(const RunResult& result);

}  // namespace restock
