#include "operations/policy_simulation/path_simulation.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "operations/ordering/location_plan.h"
#include "operations/ordering/passing_job.h"
#include "operations/pipeline/estimate.h"
#include "operations/pipeline/forecast_stage.h"
#include "operations/pipeline/stage_clock.h"
#include "operations/policy_simulation/observed_lead_times.h"
#include "science/inventory/order_slots.h"
#include "science/inventory/stock_simulator.h"
#include "science/simulation/forecast_policy.h"

namespace restock {
namespace {

constexpr std::string_view kProjected = "projected";
/// Values of paths that are held at a time: demand, and levels of one policy.
constexpr int64_t kValuesMost = 200'000'000;

/// Where every stock point lies in the table of locations x items that `simulate` takes. Without
/// locations each series is an item of one location.
struct Floor {
  size_t n_locations = 1;
  size_t n_items = 0;
  std::vector<size_t> location;  ///< of each point
  std::vector<size_t> item;      ///< of each point

  [[nodiscard]] size_t cell(size_t point) const { return location[point] * n_items + item[point]; }
};

Floor floor_of(const StockPoints& points) {
  Floor floor;
  const bool alone = points.locations.empty();
  if (!alone) floor.n_locations = points.locations.rows.size();
  std::map<std::vector<std::string>, size_t> item_of;
  floor.location.reserve(points.keys.size());
  floor.item.reserve(points.keys.size());
  for (size_t i = 0; i < points.keys.size(); ++i) {
    std::vector<std::string> product = points.keys[i].parts;
    if (!alone) product.erase(product.begin() + static_cast<std::ptrdiff_t>(points.locations.key));
    floor.location.push_back(alone ? 0 : static_cast<size_t>(points.location[i]));
    floor.item.push_back(item_of.emplace(std::move(product), item_of.size()).first->second);
  }
  floor.n_items = item_of.size();
  return floor;
}

/// Demand of customers at each point and of those of all points below it.
struct PointDemand {
  int32_t horizon = 0;
  size_t n_series = 0;
  std::vector<float> series;              ///< n_series x n_paths x horizon
  std::vector<std::vector<float>> above;  ///< of each point after the series: the sum below
  std::vector<double> recent_mean;        ///< of each point: sales a period before the origin

  [[nodiscard]] SeriesPaths of(size_t point) const {
    const size_t cells = series.size() / n_series;
    if (point < n_series) return {std::span(series).subspan(point * cells, cells), horizon};
    return {above[point - n_series], horizon};
  }
};

double recent_mean(const Panel& panel, size_t series, int32_t window) {
  const DemandHistory history{panel.start[series], panel.units_of(series), panel.state_of(series)};
  return MovingAverage(history, panel.origin, window).at(panel.origin).mean;
}

PointDemand sum_demand(const StockPoints& points, const Panel& panel, PathBlock block,
                       int32_t moving_average) {
  PointDemand demand;
  demand.horizon = block.horizon;
  demand.n_series = panel.n_series();
  demand.series = std::move(block.values);
  const size_t cells = demand.series.size() / demand.n_series;
  demand.above.assign(points.keys.size() - demand.n_series, std::vector<float>(cells, 0.0F));
  demand.recent_mean.assign(points.keys.size(), 0.0);
  for (size_t i = 0; i < demand.n_series; ++i) {
    const double mean = recent_mean(panel, i, moving_average);
    const auto own = std::span(demand.series).subspan(i * cells, cells);
    demand.recent_mean[i] += mean;
    if (points.locations.empty()) continue;
    for (int32_t at = points.supplied_by[i]; at >= 0;
         at = points.supplied_by[static_cast<size_t>(at)]) {
      const auto point = static_cast<size_t>(at);
      demand.recent_mean[point] += mean;
      if (point < demand.n_series) continue;
      std::vector<float>& sum = demand.above[point - demand.n_series];
      for (size_t k = 0; k < cells; ++k) sum[k] += own[k];
    }
  }
  return demand;
}

/// Everything that `simulate` reads, whoever orders.
struct SimulatedFloor {
  std::vector<StockLocation> locations;
  std::vector<StockedItem> items;
  std::vector<StartingOrder> starting_orders;
  std::vector<std::vector<float>> demand;  ///< of each location, where it had to be put together
  std::vector<PeriodTable> demand_tables;
  std::optional<LeadTimeLaw> law;
};

StockedItem stocked_item(const SeriesSupply& supply, const PlanParameters& parameters,
                         const PathSimulationOptions& options, bool from_outside) {
  StockedItem item;
  item.lead_time = supply.lead_time;
  item.lead_time_law = from_outside && !options.lead_times.empty() ? 0 : -1;
  item.review_period = supply.review_period;
  item.shelf_life = supply.shelf_life;
  item.moq = static_cast<float>(supply.moq);
  item.pack_size = static_cast<float>(supply.pack_size);
  item.on_hand = static_cast<float>(usable_stock(supply));
  item.holding_cost = parameters.holding_cost;
  item.shortage_cost = parameters.shortage_cost;
  item.order_cost = options.order_cost;
  item.unit_cost = supply.unit_cost;
  return item;
}

void place_demand(const Floor& floor, const PointDemand& demand, int32_t n_paths, int32_t periods,
                  SimulatedFloor& out) {
  const auto horizon = static_cast<size_t>(demand.horizon);
  if (floor.n_locations == 1 && floor.n_items == demand.n_series) {
    out.demand_tables.push_back({std::span<const float>(demand.series), 1, horizon});
    return;
  }
  const auto lanes = floor.n_items * static_cast<size_t>(n_paths);
  out.demand.resize(floor.n_locations);
  for (size_t i = 0; i < demand.n_series; ++i) {
    std::vector<float>& table = out.demand[floor.location[i]];
    if (table.empty()) table.assign(lanes * static_cast<size_t>(periods), 0.0F);
    const SeriesPaths paths = demand.of(i);
    for (size_t p = 0; p < paths.n_paths(); ++p) {
      const size_t lane = floor.item[i] * static_cast<size_t>(n_paths) + p;
      for (size_t t = 0; t < static_cast<size_t>(periods); ++t)
        table[t * lanes + lane] = paths.path(p)[t];
    }
  }
  out.demand_tables.reserve(floor.n_locations);
  for (const auto& table : out.demand) {
    PeriodTable& placed = out.demand_tables.emplace_back();
    if (!table.empty()) placed = {std::span<const float>(table), lanes, 1};
  }
}

Result<SimulatedFloor> simulated_floor(const Floor& floor, const StockPoints& points,
                                       const PlanParameters& parameters, const PointDemand& demand,
                                       const PathSimulationOptions& options, int32_t periods) {
  constexpr int32_t kLastArrival = 512;
  SimulatedFloor out;
  out.locations.resize(floor.n_locations);
  for (size_t l = 0; l < points.locations.rows.size(); ++l)
    out.locations[l].supplier = points.locations.rows[l].supplied_by;
  StockedItem nothing;
  nothing.lead_time = 0;
  nothing.review_period = 1;
  out.items.assign(floor.n_locations * floor.n_items, nothing);
  for (size_t i = 0; i < points.keys.size(); ++i) {
    const bool from_outside = points.locations.empty() || points.supplied_by[i] < 0;
    out.items[floor.cell(i)] = stocked_item(points.supply[i], parameters, options, from_outside);
    for (const OpenOrder& order : points.supply[i].open_orders) {
      const int32_t period = std::max(1, order.arrives_in) - 1;
      if (period > kLastArrival || order.quantity <= 0) continue;
      out.starting_orders.push_back({static_cast<int32_t>(floor.location[i]),
                                     static_cast<int32_t>(floor.item[i]), period,
                                     static_cast<float>(order.quantity)});
    }
  }
  std::stable_sort(out.starting_orders.begin(), out.starting_orders.end(),
                   [](const StartingOrder& a, const StartingOrder& b) {
                     return std::pair(a.location, a.item) < std::pair(b.location, b.item);
                   });
  place_demand(floor, demand, options.n_paths, periods, out);
  if (!options.lead_times.empty()) {
    RESTOCK_TRY(out.law, LeadTimeLaw::from_observations(options.lead_times));
  }
  return out;
}

/// Levels by period and point, and the rest of the policy of each point.
struct PointPolicy {
  std::vector<StockPolicy> policies;
  std::vector<float> levels;  ///< periods x points
};

Result<PointPolicy> projected_policy(const PassingJob& job, const StockPoints& points,
                                     const PathsOf& paths_of, const RunResult& result,
                                     int32_t periods, ThreadPool& pool) {
  RESTOCK_TRY(const LocationPlan plan,
              plan_locations(job.config(), points, job.parameters(), paths_of, result, pool));
  const size_t n = plan.plans.size();
  PointPolicy out{std::vector<StockPolicy>(n),
                  std::vector<float>(static_cast<size_t>(periods) * n, 0.0F)};
  for (size_t i = 0; i < n; ++i) {
    const auto& levels = plan.plans[i].phased.levels;
    for (size_t t = 0; t < std::min(levels.size(), static_cast<size_t>(periods)); ++t)
      out.levels[t * n + i] = static_cast<float>(std::max(0.0, levels[t]));
  }
  return out;
}

Result<PointPolicy> rule_policy(const StockPoints& points, const PlanParameters& parameters,
                                const PointDemand& demand, const PathSimulationOptions& options,
                                const SimulatedFloor& floor, HistoryPolicy rule, int32_t periods,
                                ThreadPool& pool) {
  PointPolicy out;
  // Random lead times are those of outside suppliers, so the others are planned apart.
  const size_t n = points.keys.size();
  out.policies.resize(n);
  out.levels.assign(static_cast<size_t>(periods) * n, 0.0F);
  for (const bool outside : {false, true}) {
    std::vector<size_t> which;
    std::vector<ForecastItem> items;
    for (size_t i = 0; i < n; ++i) {
      if ((points.locations.empty() || points.supplied_by[i] < 0) != outside) continue;
      which.push_back(i);
      items.push_back({demand.of(i), points.supply[i], demand.recent_mean[i]});
    }
    if (items.empty()) continue;
    ForecastWindow window{.periods = periods, .items = items, .parameters = parameters};
    window.order_cost = options.order_cost;
    if (outside && floor.law) {
      window.lead_time_mean = floor.law->mean();
      window.lead_time_variance = observed_variance(options.lead_times);
    }
    RESTOCK_TRY(const WindowPolicy lived, forecast_policy(window, rule, pool));
    for (size_t k = 0; k < which.size(); ++k) {
      out.policies[which[k]] = lived.policies[k];
      for (size_t t = 0; t < static_cast<size_t>(periods); ++t)
        out.levels[t * n + which[k]] = lived.levels[t * which.size() + k];
    }
  }
  return out;
}

/// The policy of points as `simulate` takes it: the same levels on every path.
struct LaidPolicy {
  std::vector<StockPolicy> policies;       ///< locations x items
  std::vector<std::vector<float>> levels;  ///< of each location
  std::vector<PeriodTable> tables;
};

LaidPolicy lay(const PointPolicy& policy, const Floor& floor, int32_t n_paths, int32_t periods) {
  LaidPolicy out;
  const size_t n = policy.policies.size();
  const auto width = static_cast<size_t>(n_paths);
  const size_t lanes = floor.n_items * width;
  out.policies.resize(floor.n_locations * floor.n_items);
  out.levels.assign(floor.n_locations,
                    std::vector<float>(static_cast<size_t>(periods) * lanes, 0.0F));
  for (size_t i = 0; i < n; ++i) {
    out.policies[floor.cell(i)] = policy.policies[i];
    std::vector<float>& table = out.levels[floor.location[i]];
    for (size_t t = 0; t < static_cast<size_t>(periods); ++t) {
      const auto begin =
          table.begin() + static_cast<std::ptrdiff_t>(t * lanes + floor.item[i] * width);
      std::fill_n(begin, width, policy.levels[t * n + i]);
    }
  }
  out.tables.reserve(floor.n_locations);
  for (const auto& table : out.levels)
    out.tables.push_back({std::span<const float>(table), lanes, 1});
  return out;
}

/// The stock points as they are lived: orders on average days, with the shelf life of the call.
StockPoints lived_points(const PassingJob& job, const PathSimulationOptions& options) {
  StockPoints points = job.points();
  points.supply = without_slots(points.supply);
  if (options.shelf_life == 0) return points;
  for (SeriesSupply& supply : points.supply) supply.shelf_life = options.shelf_life;
  return points;
}

Status check_memory(size_t n_points, size_t n_policies, const PathSimulationOptions& options,
                    int32_t horizon) {
  const auto values = static_cast<int64_t>(n_points) * options.n_paths * horizon *
                      (1 + static_cast<int64_t>(n_policies));
  if (values <= kValuesMost) return {};
  return Error{Code::kInvalidArgument,
               fmt::format("{} series and locations on {} paths of {} periods with {} policies are "
                           "over {} million values",
                           n_points, options.n_paths, horizon, n_policies, kValuesMost / 1'000'000),
               "lower --paths or --periods, or simulate fewer policies at a time"};
}

}  // namespace

std::string_view PathPolicy::name() const {
  return rule ? history_policy_name(*rule) : kProjected;
}

Result<PathPolicy> parse_path_policy(std::string_view name) {
  if (name == kProjected) return PathPolicy{};
  RESTOCK_TRY(const HistoryPolicy rule, parse_history_policy(name));
  return PathPolicy{rule};
}

Result<PathSimulation> simulate_paths(const RunConfig& given, const PathSimulationOptions& options,
                                      const ProgressCallback& progress) {
  PathSimulation out;
  RunResult& result = out.result;
  out.periods =
      options.periods > 0 ? options.periods : 4 * (given.plan.lead_time + given.plan.review_period);
  out.n_paths = options.n_paths;
  PlanOrdersOptions files = options.files;
  files.periods_after = out.periods;
  RESTOCK_TRY(const PassingJob job, PassingJob::open(given, files, progress, result));
  const RunConfig& config = job.config();
  RESTOCK_TRY(check_stock_known(config));
  const StockPoints points = lived_points(job, options);
  RESTOCK_TRY(
      check_memory(points.keys.size(), options.policies.size(), options, config.forecast.horizon));
  StageClock clock(result.stages, progress);
  ThreadPool pool(config.run.threads);
  RESTOCK_TRY(const ForecastStage forecasts,
              forecast_stage(config, job.run_options(), job.memory(), job.holidays(),
                             job.checkpoints(), pool, clock, result));
  RESTOCK_TRY(clock.begin("simulate"));
  const PathsOf paths_of = [&](std::span<const size_t> series) -> Result<PathBlock> {
    PathBlock block{result.forecast.horizon, options.n_paths, {}};
    RESTOCK_TRY(block.values,
                forecasts.published().sample_paths(result.panel, result.forecast, series,
                                                   {options.n_paths, config.run.seed}, pool));
    return block;
  };
  std::vector<size_t> all(result.panel.n_series());
  std::iota(all.begin(), all.end(), size_t{0});
  RESTOCK_TRY(PathBlock block, paths_of(all));
  const PointDemand demand =
      sum_demand(points, result.panel, std::move(block), config.plan.moving_average);
  const Floor floor = floor_of(points);
  RESTOCK_TRY(const SimulatedFloor simulated,
              simulated_floor(floor, points, job.parameters(), demand, options, out.periods));
  std::vector<LaidPolicy> laid;
  laid.reserve(options.policies.size());
  std::vector<NamedPolicy> named;
  named.reserve(options.policies.size());
  for (const PathPolicy& policy : options.policies) {
    auto of_points = policy.rule
                         ? rule_policy(points, job.parameters(), demand, options, simulated,
                                       *policy.rule, out.periods, pool)
                         : projected_policy(job, points, paths_of, result, out.periods, pool);
    if (!of_points.ok()) return of_points.error();
    const LaidPolicy& kept =
        laid.emplace_back(lay(*of_points, floor, options.n_paths, out.periods));
    named.push_back({std::string(policy.name()), kept.policies, kept.tables});
  }
  SimulationInput input;
  input.n_periods = out.periods;
  input.n_items = static_cast<int32_t>(floor.n_items);
  input.n_paths = options.n_paths;
  input.locations = simulated.locations;
  input.demand = simulated.demand_tables;
  input.items = simulated.items;
  if (simulated.law) input.lead_time_laws = {&*simulated.law, 1};
  input.starting_orders = simulated.starting_orders;
  const SimulationOptions simulation{.backorders = options.backorders,
                                     .owe_short_orders = false,
                                     .rounding = job.parameters().rounding,
                                     .seed = config.run.seed};
  RESTOCK_TRY(out.policies, compare_policies(input, simulation, named, pool));
  for (const auto& row : points.locations.rows) out.locations.push_back({row.location, true});
  for (const auto& row : points.locations.rows)
    if (row.supplied_by >= 0) out.locations[static_cast<size_t>(row.supplied_by)].sells = false;
  clock.end(static_cast<int64_t>(points.keys.size()) * options.n_paths * out.periods);
  result.peak_rss_bytes = peak_rss_bytes();
  return out;
}

}  // namespace restock
