#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "foundation/panel/censored_demand.h"
#include "foundation/panel/panel.h"
#include "science/evaluation/step_value.h"
#include "science/forecast/calibration.h"
#include "science/forecast/forecast_table.h"
#include "science/forecast/promotion_effects.h"
#include "science/inventory/lead_time_estimate.h"
#include "science/inventory/plan_table.h"
#include "science/joint_plan/limited_plan.h"
#include "science/portfolio/transfer_matching.h"
#include "science/stock_report/stock_report.h"

namespace restock {

struct StageTime {
  std::string name;
  double seconds = 0;
  int64_t rows = 0;
};

/// One finding of the data checks, over all series.
struct DataFinding {
  std::string code;      ///< stable snake_case reason, for instance "duplicate_row"
  std::string severity;  ///< "error", "warning", "info"
  int64_t rows = 0;
  std::string message;  ///< with an example: file, row, series, date, value
  std::string hint;
};

/// The combination of forecasts that a run learnt, whether it is used or not.
struct EnsembleSummary {
  bool used = false;
  std::vector<std::string> members;  ///< the global model first; empty = none was tried
  double gain_percent = 0;           ///< less squared error than the global model's, cross-fitted
  double standard_errors = 0;        ///< the gain over its standard error
  struct Group {
    std::string pattern;          ///< of demand
    int64_t series = 0;           ///< that its weights were learnt from
    std::vector<double> weights;  ///< one a member
  };
  std::vector<Group> groups;
};

/// What the locations of each product send each other before anything is bought.
struct TransferPlan {
  size_t location_key = 0;          ///< Position in the key names of the one that names locations.
  std::vector<Transfer> transfers;  ///< `from` and `to` are series of the forecast.
};

/// How `restock forecast` came to its forecast: no model was learnt.
struct ForecastUpdate {
  std::string model_cutoff;      ///< Last period that the model had learnt from.
  int64_t periods_since = 0;     ///< From there to the origin.
  int64_t series_forecast = 0;   ///< Series that the model was asked for.
  int64_t series_kept = 0;       ///< Series untouched since `kept_run_id` from the same origin.
  int64_t series_newcomers = 0;  ///< Series that the model was not learnt from.
  std::string kept_run_id;       ///< Empty if none were kept.
};

/// How a supplier has delivered, by name.
struct NamedReliability {
  std::string supplier;
  SupplierReliability reliability;
};

/// Everything one `restock run` or `restock forecast` found out, for the summary, the JSON file,
/// the tables and the report.
struct RunResult {
  std::string run_id;
  std::string version;
  std::string config_path;
  std::string model_sha256;
  int64_t lake_snapshot = -1;
  int64_t rows_read = 0;
  int64_t rows_kept = 0;
  std::map<std::string, int64_t> quarantined;  ///< reason -> rows
  std::vector<DataFinding> findings;
  std::vector<StageTime> stages;
  int64_t peak_rss_bytes = 0;

  Panel panel;               ///< The full history as loaded.
  bool held_out = false;     ///< True with --holdout: metrics are on the held-out periods.
  Period scored_origin = 0;  ///< Origin of `scored`; its actuals are in `panel`.
  ForecastTable scored;      ///< Forecast whose accuracy is reported (holdout, or last window).
  std::vector<NamedMetrics> metrics;  ///< "model" (what is published) first, then the baselines
  /// What each step adds on the scored periods: seasonal_naive, moving_average, profile,
  /// global_model and, where it is used, ensemble.
  std::vector<StepValue> value_added;
  EnsembleSummary ensemble;
  PromotionEffects promotion_effects;  ///< Of the history; no periods without promotions.
  std::vector<NamedMetrics>
      interval_metrics;  ///< coverage of demand summed over the risk period, if computed
  std::vector<CalibrationRow> calibration;  ///< of `scored`, per period and summed
  std::vector<double> calibration_levels;   ///< nominal percent of each `inside`
  /// Point forecasts of each baseline over the scored window, n_series x horizon.
  std::map<std::string, std::vector<double>> baseline_forecasts;
  CensoredDemand demand;   ///< What demand was in the periods out of stock; positions of `panel`.
  ForecastTable forecast;  ///< The forecast that is published (equal to `scored` with --holdout).
  std::vector<PlanRow> plan;  ///< One a series.
  /// Second orders of some series, from a supplier that bridges until the first can deliver; by
  /// series.
  std::vector<PlanRow> bridge_orders;
  StockReport stock;                      ///< Of the plan's stock.
  std::optional<TransferPlan> transfers;  ///< If asked for; `plan` is what is bought after them.
  std::optional<LimitedPlan> limited;     ///< What [limits] and the budget did to `plan`.
  std::vector<ReplayOutcome> replay;      ///< plan first, then the baseline policy
  std::vector<NamedReliability> supplier_reliability;  ///< None without [receipts].
  std::vector<std::pair<std::string, double>>
      feature_importance;                ///< gain share in percent, descending
  std::optional<ForecastUpdate> update;  ///< None for a run that learnt its model.
  std::vector<int64_t> input_hash;       ///< n_series: what each forecast was made from; or empty.
  std::vector<std::string> notes;        ///< Decisions made for the user, in words.
  std::string output_directory;
};

}  // namespace restock
