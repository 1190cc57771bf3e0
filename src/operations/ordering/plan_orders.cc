#include "operations/ordering/plan_orders.h"

#include <algorithm>
#include <numeric>

#include "operations/ordering/order_reason.h"
#include "operations/ordering/passing_job.h"
#include "operations/pipeline/estimate.h"
#include "operations/pipeline/forecast_stage.h"
#include "operations/pipeline/stage_clock.h"

namespace restock {
namespace {

/// Paths of each series. A thousand tell a 95 % quantile to one part in a hundred.
constexpr int32_t kPaths = 1000;
/// Series whose paths are in memory at a time.
constexpr size_t kBlock = 512;

Result<std::vector<OrderLine>> order_lines(const ForecastStage& forecasts, const RunResult& result,
                                           std::span<const SeriesSupply> supply,
                                           const PlanParameters& parameters, uint64_t seed,
                                           ThreadPool& pool) {
  const ForecastTable& table = result.forecast;
  std::vector<OrderLine> lines(table.n_series());
  for (size_t begin = 0; begin < lines.size(); begin += kBlock) {
    const size_t end = std::min(begin + kBlock, lines.size());
    std::vector<size_t> series(end - begin);
    std::iota(series.begin(), series.end(), begin);
    RESTOCK_TRY(const auto paths, forecasts.published().sample_paths(result.panel, table, series,
                                                                     {kPaths, seed}, pool));
    const auto cells = static_cast<size_t>(table.horizon) * kPaths;
    for (size_t i = begin; i < end; ++i) {
      const SeriesPaths of{std::span(paths).subspan((i - begin) * cells, cells), table.horizon};
      RESTOCK_TRY(validate(supply[i], i));
      OrderLine& line = lines[i];
      line.series = i;
      RESTOCK_TRY(line.order, projected_order(of, supply[i], parameters));
      line.on_hand = usable_stock(supply[i]);
      for (const auto& open : supply[i].open_orders) line.on_order += open.quantity;
      for (int32_t h = 0; h < supply[i].lead_time + supply[i].review_period; ++h)
        line.expected_demand += table.mean[table.index(i, h)];
      line.supplier = supply[i].supplier;
      line.reason = order_reason(line, supply[i], table);
    }
  }
  return lines;
}

}  // namespace

Result<OrderPlan> plan_orders(const RunConfig& given, const PlanOrdersOptions& options,
                              const ProgressCallback& progress) {
  OrderPlan plan;
  RunResult& result = plan.result;
  RESTOCK_TRY(const PassingJob job, PassingJob::open(given, options, progress, result));
  const RunConfig& config = job.config();
  if (config.inventory.file.empty()) {
    return Error{Code::kInvalidArgument, "no stock is known, so no order can be planned",
                 "give --state FILE, or [inventory] file in the configuration"};
  }
  StageClock clock(result.stages, progress);
  ThreadPool pool(config.run.threads);
  RESTOCK_TRY(const ForecastStage forecasts,
              forecast_stage(config, job.run_options(), job.memory(), job.holidays(),
                             job.checkpoints(), pool, clock, result));
  RESTOCK_TRY(clock.begin("plan"));
  RESTOCK_TRY(plan.lines, order_lines(forecasts, result, job.supply(), job.parameters(),
                                      config.run.seed, pool));
  clock.end(static_cast<int64_t>(plan.lines.size()));
  result.peak_rss_bytes = peak_rss_bytes();
  return plan;
}

}  // namespace restock
