#include "operations/ordering/passing_job.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "foundation/domain/period_words.h"
#include "operations/pipeline/estimate.h"
#include "operations/pipeline/plan_stage.h"
#include "operations/pipeline/run_start.h"
#include "operations/pipeline/stage_clock.h"
#include "science/inventory/order_slots.h"

namespace restock {
namespace {

/// The configuration with what the call says on top.
RunConfig configured_for(const RunConfig& config, const PlanOrdersOptions& options,
                         const std::string& folder) {
  RunConfig out = config;
  if (!options.sales.empty()) {
    out.data.files.clear();
    for (const auto& file : options.sales)
      out.data.files.push_back(std::filesystem::absolute(file).string());
  }
  if (!options.state.empty())
    out.inventory.file = std::filesystem::absolute(options.state).string();
  out.output.directory = folder;
  out.plan.replay_periods = 0;
  out.forecast.horizon = std::max(
      out.forecast.horizon, out.plan.lead_time + out.plan.review_period + options.periods_after);
  return out;
}

Status check_reaches(const Panel& panel, const PlanOrdersOptions& options) {
  if (!options.as_of) return {};
  const Period asked = panel.axis.period_of(*options.as_of);
  if (asked <= panel.origin) return {};
  return Error{
      Code::kInvalidArgument,
      fmt::format("the sales end with {} {}, before --as-of {}", period_name(panel.axis.frequency),
                  panel.axis.label(panel.origin), options.as_of->to_string()),
      "give the sales up to that day, or an earlier --as-of"};
}

}  // namespace

PassingJob::PassingJob(PassingJob&&) noexcept = default;
PassingJob::~PassingJob() = default;

std::vector<SeriesSupply> PassingJob::replay_supply() const {
  return without_slots(supply_);
}

CheckpointFolder PassingJob::checkpoints() const {
  return CheckpointFolder((std::filesystem::path(folder_->path()) / "checkpoints").string());
}

Result<PassingJob> PassingJob::open(const RunConfig& given, const PlanOrdersOptions& options,
                                    const ProgressCallback& progress, RunResult& result) {
  const int64_t started = now_micros();
  PassingJob job;
  RESTOCK_TRY(job.folder_, WorkFolder::make_temporary("restock-plan"));
  job.config_ = configured_for(given, options, job.folder_->path());
  RESTOCK_TRY(job.parameters_, plan_parameters(job.config_.plan));
  RESTOCK_TRY(validate(job.parameters_));
  result = begin_result(job.config_, options.config_path, started);
  job.memory_ = memory_budget(job.config_);
  job.run_options_.config_path = options.config_path;
  job.run_options_.as_of = options.as_of;
  StageClock clock(result.stages, progress);
  RESTOCK_TRY(auto lake, open_lake(job.config_, result, job.memory_));
  RESTOCK_TRY(ingest::LocationTable locations, read_location_table(job.config_, lake, result));
  job.config_.forecast.horizon =
      std::max(job.config_.forecast.horizon,
               ingest::longest_chain(locations, job.config_.plan) + options.periods_after);
  RESTOCK_TRY(const ImportedSales imported, import_stage(job.config_, job.run_options_, lake,
                                                         {result.run_id, started}, clock, result));
  RESTOCK_TRY(result.panel,
              panel_stage(job.config_, job.run_options_, lake, imported, clock, result));
  RESTOCK_TRY(check_reaches(result.panel, options));
  RESTOCK_TRY(job.points_, read_stock_points(job.config_, lake, std::move(locations), result));
  job.supply_ = job.points_.supply;
  job.supply_.resize(result.panel.n_series());
  RESTOCK_TRY(job.rules_, read_joint_rules(job.config_, lake, job.supply_, result));
  RESTOCK_TRY(job.holidays_, read_holidays(job.config_, lake.database(), result.panel));
  return job;
}

}  // namespace restock
