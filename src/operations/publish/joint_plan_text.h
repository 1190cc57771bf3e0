#pragma once

#include <string>
#include <utility>
#include <vector>

#include "operations/publish/run_result.h"

namespace restock {

/// What transfers and limits did to the plan of a result: lines of a title and a text, one for the
/// transfers, one for each of the ten limits that cost most of those that cut an order, one for all
/// limits together. Nothing where there are none.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> joint_plan_lines(
    const RunResult& result);

}  // namespace restock
