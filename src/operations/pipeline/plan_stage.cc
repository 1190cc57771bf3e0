#include "operations/pipeline/plan_stage.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "data/ingest/inventory.h"
#include "operations/pipeline/exported_orders.h"
#include "operations/pipeline/import_stage.h"
#include "operations/pipeline/replay_forecasts.h"
#include "operations/pipeline/service_targets.h"
#include "operations/pipeline/stock_points.h"
#include "operations/publish/number_text.h"
#include "science/inventory/order_slots.h"
#include "science/inventory/plan.h"
#include "science/inventory/policy_trial.h"
#include "science/inventory/replay.h"
#include "science/inventory/supplier_choice.h"
#include "science/stock_report/stock_report.h"

namespace restock {

Result<PlanParameters> plan_parameters(const PlanConfig& config) {
  PlanParameters parameters;
  parameters.service_level = config.service_level;
  parameters.holding_cost = config.holding_cost;
  parameters.shortage_cost = config.shortage_cost;
  parameters.critical_ratio = config.critical_ratio;
  parameters.moving_average = config.moving_average;
  RESTOCK_TRY(parameters.rounding, parse_rounding(config.rounding));
  RESTOCK_TRY(parameters.service, parse_service_kind(config.service));
  if (config.service_level == 0 && !config.service_group.empty()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("[plan] service_group = \"{}\" is of a service_level, which is 0",
                             config.service_group),
                 "set [plan] service_level, such as 0.95"};
  }
  return parameters;
}

SeriesSupply default_supply(const PlanConfig& config) {
  SeriesSupply supply;
  supply.lead_time = config.lead_time;
  supply.review_period = config.review_period;
  supply.moq = config.moq;
  supply.pack_size = config.pack_size;
  supply.shelf_life = config.shelf_life;
  supply.display_stock = config.display_stock;
  supply.max_cover = config.max_cover;
  return supply;
}

namespace {

/// Where the stock table tells of no open orders, those that were exported and are not there yet
/// count, so that nothing is proposed twice.
Status net_sent_orders(const RunConfig& config, lake::Lake& lake, std::vector<SeriesSupply>& supply,
                       const Panel& panel, RunResult& result) {
  if (!config.inventory.on_order.empty()) return {};
  RESTOCK_TRY(const auto sent, read_sent_orders(lake, panel.axis));
  const double units = add_sent_orders(sent, panel, supply);
  if (units > 0) {
    result.notes.push_back(fmt::format(
        "{} units of exported orders count as on their way, since [inventory] names no on_order",
        readable(units)));
  }
  return {};
}

}  // namespace

Result<std::vector<SeriesSupply>> read_supply(const RunConfig& config, lake::Lake& lake,
                                              RunResult& result) {
  RESTOCK_TRY(ingest::LocationTable locations, read_location_table(config, lake, result));
  RESTOCK_TRY(StockPoints points, read_stock_points(config, lake, std::move(locations), result));
  points.supply.resize(result.panel.n_series());
  return std::move(points.supply);
}

Result<std::vector<SeriesSupply>> fill_supply(const RunConfig& config, lake::Lake& lake,
                                              const Panel& panel, std::vector<SeriesSupply> supply,
                                              RunResult& result) {
  if (config.inventory.file.empty()) {
    RESTOCK_TRY(net_sent_orders(config, lake, supply, panel, result));
    return supply;
  }
  const std::string work = (std::filesystem::path(result.output_directory) / "work").string();
  std::error_code ignored;
  std::filesystem::create_directories(work, ignored);
  RESTOCK_TRY(auto table, ingest::read_inventory(lake.database(), config, panel, work));
  std::filesystem::remove_all(work, ignored);
  take_findings(table.findings, result);
  for (size_t i = 0; i < table.series.size(); ++i) {
    const ingest::SeriesInventory& stock = table.series[i];
    supply[i].known = stock.on_hand.has_value();
    supply[i].on_hand = stock.on_hand.value_or(0);
    for (const auto& order : stock.open_orders)
      supply[i].open_orders.push_back({order.arrival_periods, order.units});
    supply[i].lead_time = stock.lead_time.value_or(supply[i].lead_time);
    supply[i].moq = stock.moq.value_or(supply[i].moq);
    supply[i].pack_size = stock.pack_size.value_or(supply[i].pack_size);
    supply[i].shelf_life = stock.shelf_life.value_or(supply[i].shelf_life);
    supply[i].display_stock = stock.display_stock.value_or(supply[i].display_stock);
    supply[i].max_cover = stock.max_cover.value_or(supply[i].max_cover);
    for (const auto& part : stock.expiring)
      supply[i].expiring.push_back({part.last_sale_periods, part.units});
    supply[i].unit_cost = stock.unit_cost.value_or(0);
    supply[i].supplier = stock.supplier;
  }
  RESTOCK_TRY(net_sent_orders(config, lake, supply, panel, result));
  if (result.held_out) {
    result.notes.emplace_back(
        "the stock table is taken as it is for the orders at the hidden origin, though it tells of "
        "the end of the history");
  }
  return supply;
}

CumulativeForecast cumulate(const ForecastTable& table) {
  CumulativeForecast out;
  out.horizon = table.horizon;
  out.mean = table.mean;
  out.variance = table.cumulative_variance;
  const auto width = static_cast<size_t>(table.horizon);
  for (size_t i = 0; i < table.n_series(); ++i) {
    for (size_t h = 1; h < width; ++h) out.mean[i * width + h] += out.mean[i * width + h - 1];
  }
  return out;
}

int32_t path_count(size_t n_series, int32_t periods) {
  constexpr int64_t kPathsMost = 1000;
  constexpr int64_t kPathsLeast = 100;
  constexpr int64_t kValuesMost = 20'000'000;
  const int64_t cells = std::max<int64_t>(1, static_cast<int64_t>(n_series) * periods);
  return static_cast<int32_t>(std::clamp(kValuesMost / cells, kPathsLeast, kPathsMost));
}

PathsOf forecast_paths(const GlobalModel& model, const RunResult& result, uint64_t seed,
                       ThreadPool& pool) {
  if (!model.options().quantiles.empty()) return {};
  return [&model, &result, seed, &pool](std::span<const size_t> series) -> Result<PathBlock> {
    const ForecastTable& table = result.forecast;
    PathBlock block{table.horizon, path_count(table.n_series(), table.horizon), {}};
    RESTOCK_TRY(block.values,
                model.sample_paths(result.panel, table, series, {block.n_paths, seed}, pool));
    return block;
  };
}

Status plan_stage(const RunConfig& config, const GlobalModel& model,
                  std::vector<SeriesSupply>& supply, const JointRules& rules, ThreadPool& pool,
                  StageClock& clock, RunResult& result) {
  RESTOCK_TRY(clock.begin("plan"));
  RESTOCK_TRY(const PlanParameters parameters, plan_parameters(config.plan));
  const PathsOf paths_of = forecast_paths(model, result, config.run.seed, pool);
  RESTOCK_TRY(set_service_targets(config.plan, parameters, paths_of, pool, supply, result));
  std::vector<SeriesSupply> bought_for = supply;
  if (rules.transfers) {
    TransferPlan& plan = result.transfers.emplace();
    plan.location_key = rules.location_key;
    RESTOCK_TRY(plan.transfers, plan_transfers(rules.products, supply, parameters, *rules.transfers,
                                               paths_of, pool));
    apply_transfers(plan.transfers, rules.transfers->transfer_time, bought_for);
  }
  const Frequency frequency = result.panel.axis.frequency;
  RESTOCK_TRY(const ChosenSuppliers chosen,
              choose_suppliers(bought_for, parameters, paths_of, frequency, pool));
  RESTOCK_TRY(std::vector<PlanRow> rows,
              make_plan(result.forecast, chosen.supply, parameters, paths_of, pool));
  if (result.transfers) tell_transfers(*result.transfers, result.panel, rows);
  if (!rules.limits.empty()) {
    RESTOCK_TRY(result.limited, limit_plan(shared_limits(rules, chosen.supply), chosen.supply,
                                           parameters, paths_of, pool, rows));
  }
  RESTOCK_TRY(result.stock, make_stock_report(result.panel, result.forecast, rows, parameters));
  result.plan = std::move(rows);
  result.bridge_orders.reserve(chosen.bridges.size());
  for (const BridgeOrder& bridge : chosen.bridges)
    result.bridge_orders.push_back(bridge_row(result.plan[bridge.series], bridge, frequency));
  clock.end(static_cast<int64_t>(result.plan.size()));
  return {};
}

Status replay_stage(const RunConfig& config, const ForecastStage& forecasts,
                    std::span<const SeriesSupply> supplied, ThreadPool& pool, StageClock& clock,
                    RunResult& result) {
  const Panel& panel = result.panel;
  const std::vector<SeriesSupply> supply = without_slots(supplied);
  RESTOCK_TRY(clock.begin("replay"));
  RESTOCK_TRY(const PlanParameters parameters, plan_parameters(config.plan));
  const int32_t periods = std::min(config.plan.replay_periods, panel.origin - result.scored_origin);
  if (periods < 1) {
    clock.end(0);
    return {};
  }
  const ReplayInput input{panel, panel.origin - periods + 1, periods, supply, {}};
  const int32_t risk = longest_risk_period(supply);
  const auto reviews = static_cast<int32_t>(review_origins(input.first, periods, supply).size());
  ReplayForecasts told(forecasts, panel,
                       {risk, path_count(panel.n_series(), risk * reviews), config.run.seed}, pool);
  RESTOCK_TRY(result.replay, replay(input, parameters, told.forecast_at(), pool));
  if (forecasts.scored.options().quantiles.empty()) {
    const std::vector<double> as_set = {parameters.critical_ratio};
    RESTOCK_TRY(auto trials, try_critical_ratios(input, parameters, as_set, told.paths_at(), pool));
    result.replay.push_back(
        std::exchange(result.replay.front(), std::move(trials.front().outcome)));
  }
  result.replay.front().policy = "plan";
  clock.end(static_cast<int64_t>(panel.n_series()) * periods);
  return {};
}

}  // namespace restock
