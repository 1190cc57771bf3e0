#pragma once

#include <cstdint>
#include <string>

#include "data/lake/lake.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "operations/publish/run_result.h"

namespace restock {

/// Microseconds after 1970-01-01T00:00:00 UTC, now.
[[nodiscard]] int64_t now_micros();

/// A path of the configuration, made absolute from the configuration's own folder.
[[nodiscard]] std::string absolute_from(const RunConfig& config, const std::string& path);

/// A result that knows who it is and where it writes; `started` as `now_micros` gives it.
[[nodiscard]] RunResult begin_result(const RunConfig& config, const std::string& config_path,
                                     int64_t started);

/// The lake of the result's output folder, with DuckDB's share of the job's memory. Errors: those
/// of `Lake::open`.
[[nodiscard]] Result<lake::Lake> open_lake(const RunConfig& config, const RunResult& result,
                                           int64_t memory);

}  // namespace restock
