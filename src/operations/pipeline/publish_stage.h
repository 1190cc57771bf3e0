#pragma once

#include <string>

#include "data/lake/lake.h"
#include "foundation/config/run_config.h"
#include "operations/pipeline/import_stage.h"
#include "operations/pipeline/stage_clock.h"

namespace restock {

/// What is kept of the models, as bytes.
struct ModelFiles {
  std::string model;
  std::string ensemble;  ///< empty = the model forecasts alone
};

/// Write forecasts, orders and metrics to the lake in one commit, the model under its hash
/// with the ensemble's weights beside it, the exports and the report.
[[nodiscard]] Status publish_stage(const RunConfig& config, lake::Lake& lake, const RunStamp& stamp,
                                   const ModelFiles& models, StageClock& clock, RunResult& result);

}  // namespace restock
