#include "operations/ordering/plan_orders.h"

#include <algorithm>
#include <utility>

#include "operations/ordering/passing_job.h"
#include "operations/pipeline/estimate.h"
#include "operations/pipeline/forecast_stage.h"
#include "operations/pipeline/plan_stage.h"
#include "operations/pipeline/stage_clock.h"

namespace restock {

Status check_stock_known(const RunConfig& config) {
  if (!config.inventory.file.empty()) return {};
  return Error{Code::kInvalidArgument, "no stock is known, so no order can be planned",
               "give --state FILE, or [inventory] file in the configuration"};
}

Result<OrderPlan> plan_orders(const RunConfig& given, const PlanOrdersOptions& options,
                              const ProgressCallback& progress) {
  OrderPlan plan;
  RunResult& result = plan.result;
  RESTOCK_TRY(const PassingJob job, PassingJob::open(given, options, progress, result));
  const RunConfig& config = job.config();
  RESTOCK_TRY(check_stock_known(config));
  StageClock clock(result.stages, progress);
  ThreadPool pool(config.run.threads);
  RESTOCK_TRY(const ForecastStage forecasts,
              forecast_stage(config, job.run_options(), job.memory(), job.holidays(),
                             job.checkpoints(), pool, clock, result));
  std::vector<SeriesSupply> supply = job.supply();
  RESTOCK_TRY(plan_stage(config, forecasts.published(), supply, job.rules(), pool, clock, result));
  if (!job.points().locations.empty()) {
    RESTOCK_TRY(clock.begin("locations"));
    StockPoints points = job.points();
    // What groups of series count a lost sale for their target.
    std::copy(supply.begin(), supply.end(), points.supply.begin());
    RESTOCK_TRY(plan.locations,
                plan_locations(config, std::move(points), job.parameters(),
                               forecast_paths(forecasts.published(), result, config.run.seed, pool),
                               result, pool));
    clock.end(static_cast<int64_t>(plan.locations->plans.size()));
  }
  result.peak_rss_bytes = peak_rss_bytes();
  return plan;
}

}  // namespace restock
