#include "science/inventory/policy_trial.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "science/inventory/projected_inventory.h"
#include "science/inventory/replay_setup.h"
#include "science/inventory/stock_simulator.h"

namespace restock {
namespace {

constexpr size_t kSeriesAtATime = 256;  // whose paths are in memory
constexpr size_t kBlock = 8;            // series a thread takes at a time

/// What all series of a trial share.
struct TrialJob {
  const ReplayInput& input;
  const PlanParameters& parameters;
  std::span<const double> ratios;
  std::span<const Period> origins;
  std::span<const PathBlock> paths;  ///< one an origin, of the block's series
};

/// The stock table's entry as it would have read at the end of state.time.
SeriesSupply supply_now(const SeriesSupply& supply, const StockState& state) {
  SeriesSupply now = supply;
  now.known = true;
  now.on_hand = state.on_hand;
  now.open_orders.clear();
  now.expiring.clear();
  for (const DatedStock& part : state.dated)
    now.expiring.push_back({part.last_sale - state.time, part.units});
  for (size_t k = 1; k < state.arriving.size(); ++k) {
    if (state.arriving[k] > 0)
      now.open_orders.push_back({static_cast<int32_t>(k), state.arriving[k]});
  }
  return now;
}

/// One tally a ratio; an error of `projected_order` goes to `failed`.
std::vector<Tally> try_series(const TrialJob& job, size_t series, size_t in_block,
                              std::optional<Error>& failed) {
  const ReplayInput& input = job.input;
  const SeriesSupply& supply = input.supply[series];
  const DemandHistory history{input.panel.start[series], input.panel.units_of(series),
                              input.panel.state_of(series)};
  const Period last = input.first + input.periods - 1;
  const MovingAverage average(history, last, job.parameters.moving_average);
  const Simulator simulator{history, supply, job.parameters, input.first - 1};
  const StockState start = starting_state(input, simulator, average, series);
  std::vector<Tally> tallies;
  tallies.reserve(job.ratios.size());
  for (const double ratio : job.ratios) {
    PlanParameters parameters = job.parameters;
    parameters.critical_ratio = ratio;
    StockState state = start;
    const auto quantity_at = [&](const StockState& now) -> double {
      const auto at = std::lower_bound(job.origins.begin(), job.origins.end(), now.time);
      const PathBlock& block = job.paths[static_cast<size_t>(at - job.origins.begin())];
      auto order = projected_order(block.at(in_block), supply_now(supply, now), parameters);
      if (order.ok()) return order->quantity;
      if (!failed) failed = order.error();
      return 0;
    };
    tallies.push_back(simulator.run_orders(state, last, quantity_at, [](Period, double) {}));
  }
  return tallies;
}

}  // namespace

Result<std::vector<PolicyTrial>> try_critical_ratios(const ReplayInput& input,
                                                     const PlanParameters& parameters,
                                                     std::span<const double> ratios,
                                                     const PathsAt& paths_at, ThreadPool& pool) {
  RESTOCK_TRY(validate(parameters));
  RESTOCK_TRY(check_replay_input(input));
  for (const double ratio : ratios) {
    PlanParameters tried = parameters;
    tried.critical_ratio = ratio;
    RESTOCK_TRY(validate(tried));
  }
  const auto origins = review_origins(input.first, input.periods, input.supply);
  const size_t n = input.panel.n_series();
  std::vector<std::vector<Tally>> tallies(n);
  std::vector<std::optional<Error>> failed(n);
  for (size_t begin = 0; begin < n; begin += kSeriesAtATime) {
    std::vector<size_t> series(std::min(kSeriesAtATime, n - begin));
    std::iota(series.begin(), series.end(), begin);
    std::vector<PathBlock> paths;
    paths.reserve(origins.size());
    for (const Period origin : origins) {
      RESTOCK_TRY(auto block, paths_at(origin, series));
      paths.push_back(std::move(block));
    }
    const TrialJob job{input, parameters, ratios, origins, paths};
    pool.parallel_for(series.size(), kBlock, [&](size_t from, size_t to) {
      for (size_t k = from; k < to; ++k)
        tallies[series[k]] = try_series(job, series[k], k, failed[series[k]]);
    });
    for (const size_t i : series) {
      if (failed[i]) return *failed[i];
    }
  }
  std::vector<PolicyTrial> trials;
  trials.reserve(ratios.size());
  for (size_t r = 0; r < ratios.size(); ++r) {
    trials.push_back({ratios[r], summed("projected", n,
                                        [&](size_t i) -> const Tally& { return tallies[i][r]; })});
  }
  return trials;
}

double choose_critical_ratio(std::span<const double> ratios,
                             std::span<const std::vector<PolicyTrial>> windows,
                             const PlanParameters& parameters, double tolerance) {
  RESTOCK_ASSERT(!ratios.empty());
  std::vector<double> cost(ratios.size(), 0.0);
  for (const auto& window : windows) {
    RESTOCK_ASSERT(window.size() == cost.size());
    for (size_t r = 0; r < cost.size(); ++r) cost[r] += window[r].outcome.cost;
  }
  const double by_costs =
      parameters.shortage_cost / (parameters.shortage_cost + parameters.holding_cost);
  const auto distance = [&](double ratio) {
    return std::abs((ratio > 0 ? ratio : by_costs) - by_costs);
  };
  const double enough = *std::min_element(cost.begin(), cost.end()) * (1 + tolerance);
  auto best = static_cast<size_t>(std::min_element(cost.begin(), cost.end()) - cost.begin());
  for (size_t r = 0; r < cost.size(); ++r) {
    if (cost[r] <= enough && distance(ratios[r]) < distance(ratios[best])) best = r;
  }
  return ratios[best];
}

}  // namespace restock
