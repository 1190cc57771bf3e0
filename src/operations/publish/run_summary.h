#pragma once

#include <string>

#include "operations/publish/run_result.h"

namespace restock {

/// What a run leaves on the terminal: rows, series, accuracy against the baselines, replayed money,
/// orders, where all was written and the next command. Plain text, at most 100 columns where names
/// allow.
[[nodiscard]] std::string run_summary(const RunResult& result);

}  // namespace restock
