#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "operations/explanation/run_record.h"
#include "science/forecast/explanation.h"

namespace restock {

struct ExplanationRequest {
  std::vector<std::string> series;  ///< "store=s1" for each key, in any order
  std::string date;                 ///< of the period; "2025-02-14T05:00" where it is an hour
  std::string run_id;               ///< empty = the newest with forecasts
  /// What is compared with: a run, or "previous" for the last one before it that forecast the
  /// period; empty = nothing.
  std::string against;
};

/// One run's forecast of the period, published and taken apart.
struct ExplainedRun {
  RunRecord record;
  ForecastExplanation model;  ///< the run's model on the data it read
  double reproduced = 0;      ///< mean of `model`, rounded where the run published whole units
  bool combined = false;  ///< the run combined it with simpler forecasts, which are not explained
};

/// The change of a forecast between two runs by its causes, in units.
///
/// With F(m, d) the forecast of model m from data d:
///   data = F(old, new) - F(old, old),   model = F(new, new) - F(old, new),
/// and what reconciliation, planners' overrides and anything that the models do not reproduce add
/// to each run. total = their sum, exactly: it is computed from the same numbers.
struct ForecastChange {
  ExplainedRun before;
  ForecastExplanation crossed;  ///< the old model on the new data
  double total = 0;
  double data = 0;
  double model = 0;
  double reconciliation = 0;
  double overrides = 0;
  double unexplained = 0;
};

struct ForecastStory {
  std::vector<std::string> key_names;
  SeriesKey key;
  TimeAxis axis;
  Period period = 0;
  ExplainedRun run;
  std::optional<ForecastChange> change;
  std::vector<std::string> notes;
};

/// Explain what a finished run forecast for one series and period, and what changed since another.
///
/// Data are read from the lake as of the snapshot that each run read, models from the output
/// folder; files of attributes and holidays are read as they are now. Writes nothing.
/// Errors: kNotFound for a run, series, period or model that is not there, with what is;
/// kInvalidArgument for a series or date that cannot be read, or runs that share no features;
/// kInvalidData for a lake or model of another version; kCancelled.
[[nodiscard]] Result<ForecastStory> explain_forecast(const RunConfig& config,
                                                     const ExplanationRequest& request,
                                                     const ProgressCallback& progress);

/// The change by its causes, given the mean of the old model on the new data as the old run would
/// have published it.
void split_change(const ExplainedRun& now, double crossed, ForecastChange& change);

}  // namespace restock
