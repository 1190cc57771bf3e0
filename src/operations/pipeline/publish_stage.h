#pragma once

#include <string_view>

#include "data/lake/lake.h"
#include "foundation/config/run_config.h"
#include "operations/pipeline/import_stage.h"
#include "operations/pipeline/stage_clock.h"

namespace restock {

/// Write forecasts, orders and metrics to the lake in one commit, the model under its hash, the
/// exports and the report.
[[nodiscard]] Status publish_stage(const RunConfig& config, lake::Lake& lake, const RunStamp& stamp,
                                   std::string_view model_bytes, StageClock& clock,
                                   RunResult& result);

}  // namespace restock
