#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "foundation/domain/time_axis.h"
#include "operations/tuning/tuning_folder.h"
#include "science/search/search.h"

namespace restock {

struct TuneRequest {
  SearchMethod method = SearchMethod::kBayesian;
  std::optional<int>
      trials;  ///< beside the configured options; none = 30, unlimited under a budget
  std::optional<double> seconds;  ///< budget of time, over all sessions
  std::optional<double> money;    ///< budget of money, over all sessions
  double price_per_hour = 0;      ///< > 0 where money is given
  int windows = 0;                ///< 0 = 6, or as many as the history holds
  int32_t step = 0;               ///< periods between two windows; 0 = the horizon
  int eta = 3;                    ///< one trial of so many goes on to more windows
  std::string measure = "rmsse";
  std::vector<std::string> parameters;  ///< options of [forecast] to tune; none = the usual ones
  std::string directory;                ///< empty = tuning/ in the output folder
};

/// What a search found.
struct TuningResult {
  TuneRequest request;
  std::string directory;
  TimeAxis axis;
  int64_t series = 0;
  int32_t horizon = 0;
  int32_t step = 0;
  std::vector<Period> origins;  ///< of the windows, in the order they are met: newest first
  Period last_origin = 0;       ///< of the last horizon, which no choice has seen
  SearchSpace space;
  SearchOptions options;
  std::vector<Trial> trials;  ///< 0 = the configured options
  size_t chosen = 0;
  bool ended_by_budget = false;
  int64_t evaluations = 0;         ///< all on record
  int64_t evaluations_before = 0;  ///< of them by earlier sessions
  LastWindowRecord configured;     ///< on the last horizon
  LastWindowRecord tuned;          ///< likewise, of the chosen trial
  double seconds_spent = 0;        ///< of all sessions
  int64_t sessions = 0;
  std::optional<double> seconds_limit;
  int64_t memory_budget_bytes = 0;
  int64_t memory_predicted_bytes = 0;
  int64_t peak_rss_bytes = 0;
  int64_t rows_quarantined = 0;
  std::vector<std::string> notes;
};

/// Search for options of [forecast] that forecast better, by successive halving over windows that
/// all lie before the last horizon. Trial 0 is what is configured; the chosen trial is the best of
/// those judged on all windows, and both are scored once on the last horizon.
///
/// Goes on from what the folder holds: with a budget in trials the files are the same bytes as
/// those of a search without a stop, for any number of threads. Everything that depends on a clock
/// is in elapsed.tsv alone.
///
/// Errors: kInvalidArgument for the request or a folder of another search; kResourceExhausted where
/// the budget ends before the configured options are judged, or memory does not suffice; those of
/// reading the sales and of learning; kCancelled, and then the same call goes on.
[[nodiscard]] Result<TuningResult> tune(const RunConfig& config, const TuneRequest& request,
                                        const ProgressCallback& progress);

}  // namespace restock
