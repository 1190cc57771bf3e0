#pragma once

#include <string>

#include "foundation/base/result.h"
#include "operations/publish/run_result.h"

namespace restock {

/// The machine-readable record of a run; docs/reference/run_json.md lists the fields.
///
/// `metrics.model` and `metrics.baselines.NAME`: mape, smape, wape, bias in percent, `scored`
/// values, `coverage` by level ("80") in percent. `calibration`: for demand of 1 and more `periods`
/// and for groups of windows the percent of randomised PITs `inside` each central interval, and in
/// the outer tails. `stages`, `peak_rss_bytes`, `rows_read`,
/// `rows_kept`, `quarantined` by reason, `replay.plan` and `replay.baseline` (cost in money,
/// fill_rate in percent, stock_outs in series-periods), and where all came from. A number that
/// could not be computed is null. The same result gives the same bytes.
[[nodiscard]] std::string run_json(const RunResult& result);

/// Write `run_json` so that the file is whole or as it was before. Errors: kIo, kPermission with
/// the path.
[[nodiscard]] Status write_run_json(const RunResult& result, const std::string& path);

}  // namespace restock
