#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/lake/lake.h"
#include "foundation/base/result.h"
#include "operations/publish/run_result.h"

namespace restock {

struct PublishOptions {
  bool csv = true;
  bool parquet = true;
  bool report = true;
  int64_t memory_bytes = 0;  ///< For the Parquet writer; 0 = DuckDB's default.
};

/// Write forecasts, orders and metrics into the lake as part of `write`; they appear when it
/// commits.
[[nodiscard]] Status publish_to_lake(lake::LakeWrite& write, const RunResult& result);

/// Write the files of a run under `result.output_directory` and return their paths:
///
///   exports/csv/forecasts.csv orders.csv metrics.csv
///   exports/parquet/forecasts/year=2018/month=1/store=S1/data_0.parquet (orders, metrics likewise)
///   exports/origin.json       run, version, model and snapshot behind them
///   report.html
///
/// The last key level of the folders is the first key column when there are two or more and it has
/// at most 1,000 values. `exports` is replaced as a whole, in one step; after an error or a kill it
/// is what it was before. All but origin.json and the report is the same for the same result,
/// whatever the number of threads. Errors: kIo, kPermission, kResourceExhausted with the path;
/// kInvalidArgument if two columns of a table share a name.
[[nodiscard]] Result<std::vector<std::string>> publish_files(const RunResult& result,
                                                             const PublishOptions& options);

}  // namespace restock
