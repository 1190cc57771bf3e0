#include "operations/policy_simulation/history_simulation.h"

#include <algorithm>

#include <fmt/format.h>

#include "operations/ordering/passing_job.h"
#include "operations/policy_simulation/observed_lead_times.h"

namespace restock {
namespace {

std::vector<StockedItem> stocked_items(const HistoryWindow& window,
                                       const HistorySimulationOptions& options) {
  const auto start = window_start(window);
  std::vector<StockedItem> items(window.supply.size());
  for (size_t i = 0; i < items.size(); ++i) {
    const SeriesSupply& supply = window.supply[i];
    items[i].lead_time = supply.lead_time;
    items[i].lead_time_law = options.lead_times.empty() ? -1 : 0;
    items[i].review_period = supply.review_period;
    items[i].shelf_life = options.shelf_life > 0 ? options.shelf_life : supply.shelf_life;
    items[i].moq = static_cast<float>(supply.moq);
    items[i].pack_size = static_cast<float>(supply.pack_size);
    items[i].on_hand = start[i];
    items[i].holding_cost = window.parameters.holding_cost;
    items[i].shortage_cost = window.parameters.shortage_cost;
    items[i].order_cost = options.order_cost;
    items[i].unit_cost = supply.unit_cost;
  }
  return items;
}

/// The policies as `compare_policies` takes them.
struct Candidates {
  std::vector<WindowPolicy> lived;
  std::vector<PeriodTable> levels;
  std::vector<NamedPolicy> named;
};

Result<Candidates> candidates_of(const HistoryWindow& window,
                                 const HistorySimulationOptions& options, ThreadPool& pool) {
  Candidates out;
  const size_t n = options.policies.size();
  out.lived.reserve(n);
  out.levels.reserve(n);
  out.named.reserve(n);
  for (const HistoryPolicy policy : options.policies) {
    RESTOCK_TRY(WindowPolicy lived, window_policy(window, policy, pool));
    const WindowPolicy& kept = out.lived.emplace_back(std::move(lived));
    const PeriodTable& table = out.levels.emplace_back(
        PeriodTable{std::span<const float>(kept.levels), window.panel.n_series(), 1});
    out.named.push_back({std::string(history_policy_name(policy)), kept.policies, {&table, 1}});
  }
  return out;
}

/// The last periods of the panel that the call asks for.
Status place_window(const RunConfig& config, const HistorySimulationOptions& options,
                    HistorySimulation& out) {
  const Panel& panel = out.result.panel;
  out.periods = options.periods > 0 ? options.periods
                                    : 8 * (config.plan.lead_time + config.plan.review_period);
  const Period begin = panel.start.empty()
                           ? panel.origin
                           : *std::min_element(panel.start.begin(), panel.start.end());
  out.first = panel.origin - out.periods + 1;
  if (out.first <= begin) {
    return Error{Code::kInvalidArgument,
                 fmt::format("--periods must leave history before it, got {} of {}", out.periods,
                             panel.origin - begin + 1),
                 "ask for fewer periods"};
  }
  return {};
}

}  // namespace

Result<HistorySimulation> simulate_history(const RunConfig& config,
                                           const HistorySimulationOptions& options,
                                           const ProgressCallback& progress) {
  HistorySimulation out;
  RESTOCK_TRY(const PassingJob job, PassingJob::open(config, options.files, progress, out.result));
  RESTOCK_TRY(place_window(config, options, out));
  const Panel& panel = out.result.panel;
  const std::vector<SeriesSupply> supply = job.replay_supply();
  HistoryWindow window{panel, out.first, out.periods, supply, job.parameters()};
  window.order_cost = options.order_cost;
  if (!options.lead_times.empty()) {
    RESTOCK_TRY(out.lead_time_law, LeadTimeLaw::from_observations(options.lead_times));
    window.lead_time_mean = out.lead_time_law->mean();
    window.lead_time_variance = observed_variance(options.lead_times);
  }
  ThreadPool pool(config.run.threads);
  RESTOCK_TRY(const Candidates candidates, candidates_of(window, options, pool));
  const auto demand = window_demand(window);
  const auto items = stocked_items(window, options);
  const std::vector<StockLocation> locations(1);
  const PeriodTable demand_table{std::span(demand), panel.n_series(), 1};
  SimulationInput input;
  input.n_periods = out.periods;
  input.n_items = static_cast<int32_t>(panel.n_series());
  input.locations = locations;
  input.demand = {&demand_table, 1};
  input.items = items;
  if (out.lead_time_law) input.lead_time_laws = {&*out.lead_time_law, 1};
  const SimulationOptions simulation{.backorders = options.backorders,
                                     .rounding = job.parameters().rounding,
                                     .seed = config.run.seed};
  RESTOCK_TRY(out.policies, compare_policies(input, simulation, candidates.named, pool));
  return out;
}

}  // namespace restock
