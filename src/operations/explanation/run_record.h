#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/lake/lake.h"
#include "foundation/base/result.h"
#include "foundation/domain/series_key.h"

namespace restock {

/// What a run published for one series and period, and where that came from.
struct RunRecord {
  std::string run_id;
  std::string config;  ///< the run's configuration as text
  std::string model_sha256;
  int64_t lake_snapshot = 0;   ///< the data that the run read
  int64_t origin_seconds = 0;  ///< first instant of the origin
  int32_t horizon = 0;         ///< periods that it forecast
  double published = 0;        ///< mean
  double reconciled = 0;       ///< after `restock reconcile`, before overrides; else as published
  double final_mean = 0;       ///< with planners' overrides; else as reconciled
  std::string reconciliation;  ///< its method; empty = the run was not reconciled
};

/// Which forecast is meant.
struct ForecastPlace {
  SeriesKey key;
  int64_t period_seconds = 0;  ///< first instant of the period
  std::string date;            ///< as the user wrote it, for messages
};

/// The key that `series` names, one "name=value" for each key of the lake (or the value alone,
/// where there is one key). Errors: kInvalidArgument with what the keys are.
[[nodiscard]] Result<SeriesKey> parse_series(const std::vector<std::string>& series,
                                             const std::vector<std::string>& key_names);

/// The run of this id; the newest with forecasts if it is empty. Errors: kNotFound with the runs
/// that there are.
[[nodiscard]] Result<std::string> find_run(lake::Lake& lake, const std::string& run_id);

/// The last run before `run_id` that forecast the place. Errors: kNotFound where there is none.
[[nodiscard]] Result<std::string> find_previous_run(lake::Lake& lake, const std::string& run_id,
                                                    const ForecastPlace& place);

/// Read what a run left. Errors: kNotFound for a series or period that the run did not forecast,
/// with the nearest name or the periods that it did.
[[nodiscard]] Result<RunRecord> read_run_record(lake::Lake& lake, const std::string& run_id,
                                                const ForecastPlace& place);

}  // namespace restock
