#include "science/inventory/replay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "foundation/base/normal.h"
#include "science/inventory/order_up_to.h"
#include "science/inventory/replay_setup.h"
#include "science/inventory/stock_simulator.h"

namespace restock {
namespace {

constexpr size_t kPolicies = 3;
constexpr std::array<const char*, kPolicies> kPolicyNames = {"order_up_to", "moving_average",
                                                             "moving_average_safety"};
constexpr size_t kBlock = 64;  // series a thread takes at a time

/// Everything that all series of a replay share.
struct Job {
  const ReplayInput& input;
  const PlanParameters& parameters;
  std::span<const Period> origins;
  std::span<const double> plan_levels;  ///< n_series x origins
};

struct SeriesResult {
  std::array<Tally, kPolicies> tallies;
  std::vector<ReplayOrder> orders;
};

double safety_factor(const PlanParameters& parameters, int32_t review) {
  if (parameters.service_level > 0) return standard_normal_quantile(parameters.service_level);
  const double p = parameters.shortage_cost;
  return standard_normal_quantile(p / (p + parameters.holding_cost * review));
}

SeriesResult replay_series(const Job& job, size_t series, bool keep_orders) {
  const ReplayInput& input = job.input;
  const Panel& panel = input.panel;
  const SeriesSupply& supply = input.supply[series];
  const DemandHistory history{panel.start[series], panel.units_of(series), panel.state_of(series)};
  const Period last = input.first + input.periods - 1;
  const MovingAverage average(history, last, job.parameters.moving_average);
  const Simulator simulator{history, supply, job.parameters, input.first - 1};
  const int32_t risk_periods = supply.lead_time + supply.review_period;
  const double z = safety_factor(job.parameters, supply.review_period);

  const StockState start = starting_state(input, simulator, average, series);
  SeriesResult result;
  const auto run = [&](size_t policy, const auto& level_at) {
    StockState state = start;
    result.tallies[policy] = simulator.run(state, last, level_at, [&](Period t, double quantity) {
      if (keep_orders) {
        result.orders.push_back({static_cast<int32_t>(policy), series, t, quantity});
      }
    });
  };
  run(0, [&](Period t) {
    const auto at = std::lower_bound(job.origins.begin(), job.origins.end(), t);
    return job
        .plan_levels[series * job.origins.size() + static_cast<size_t>(at - job.origins.begin())];
  });
  run(1, [&](Period t) { return average.at(t).mean * risk_periods; });
  run(2, [&](Period t) {
    const auto moments = average.at(t);
    const double level = moments.mean * risk_periods + z * moments.sd * std::sqrt(risk_periods);
    return std::max(0.0, level);
  });
  return result;
}

Status check_forecast(const CumulativeForecast& forecast, const Panel& panel, Period origin) {
  const size_t cells = panel.n_series() * static_cast<size_t>(std::max(0, forecast.horizon));
  if (forecast.horizon < 1 || forecast.mean.size() != cells || forecast.variance.size() != cells) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("the forecast of {} must have {} series x {} steps, got {} means and {} "
                    "variances",
                    panel.axis.label(origin), panel.n_series(), forecast.horizon,
                    forecast.mean.size(), forecast.variance.size()),
        ""};
  }
  const auto horizon = static_cast<size_t>(forecast.horizon);
  for (size_t i = 0; i < panel.n_series(); ++i) {
    RESTOCK_TRY(check_cumulative_demand(std::span(forecast.mean).subspan(i * horizon, horizon),
                                        std::span(forecast.variance).subspan(i * horizon, horizon),
                                        panel.keys[i].to_string()));
  }
  return {};
}

/// Order-up-to levels of the plan policy, n_series x origins; 0 where a series does not review.
Result<std::vector<double>> plan_levels(const ReplayInput& input, const PlanParameters& parameters,
                                        std::span<const Period> origins,
                                        const ForecastAt& forecast_at, ThreadPool& pool) {
  std::vector<double> levels(input.panel.n_series() * origins.size());
  for (size_t o = 0; o < origins.size(); ++o) {
    RESTOCK_TRY(const CumulativeForecast forecast, forecast_at(origins[o]));
    RESTOCK_TRY(check_forecast(forecast, input.panel, origins[o]));
    const auto horizon = static_cast<size_t>(forecast.horizon);
    pool.parallel_for(input.panel.n_series(), kBlock, [&](size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i) {
        if ((origins[o] - origins[0]) % input.supply[i].review_period != 0) continue;
        const CumulativeDemandView demand(
            std::span(forecast.mean).subspan(i * horizon, horizon),
            std::span(forecast.variance).subspan(i * horizon, horizon));
        levels[i * origins.size() + o] =
            order_up_to_level(demand, input.supply[i], parameters).level;
      }
    });
  }
  return levels;
}

}  // namespace

std::vector<Period> review_origins(Period first, int32_t periods,
                                   std::span<const SeriesSupply> supply) {
  std::set<int32_t> reviews;
  for (const auto& s : supply) reviews.insert(s.review_period);
  std::set<Period> origins;
  for (const int32_t review : reviews) {
    RESTOCK_ASSERT(review >= 1);
    // An order on the last evening could change nothing that is replayed.
    for (int32_t k = 0; k < periods; k += review) origins.insert(first - 1 + k);
  }
  return {origins.begin(), origins.end()};
}

Result<std::vector<ReplayOutcome>> replay(const ReplayInput& input,
                                          const PlanParameters& parameters,
                                          const ForecastAt& forecast_at, ThreadPool& pool,
                                          std::vector<ReplayOrder>* orders) {
  RESTOCK_TRY(validate(parameters));
  RESTOCK_TRY(check_replay_input(input));
  const auto origins = review_origins(input.first, input.periods, input.supply);
  RESTOCK_TRY(const auto levels, plan_levels(input, parameters, origins, forecast_at, pool));

  const Job job{input, parameters, origins, levels};
  std::vector<SeriesResult> results(input.panel.n_series());
  pool.parallel_for(results.size(), kBlock, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) results[i] = replay_series(job, i, orders != nullptr);
  });
  std::vector<ReplayOutcome> outcomes;
  outcomes.reserve(kPolicies);
  for (size_t policy = 0; policy < kPolicies; ++policy) {
    outcomes.push_back(summed(kPolicyNames[policy], results.size(), [&](size_t i) -> const Tally& {
      return results[i].tallies[policy];
    }));
  }
  if (orders != nullptr) {
    orders->clear();
    for (const auto& r : results) orders->insert(orders->end(), r.orders.begin(), r.orders.end());
    std::stable_sort(orders->begin(), orders->end(),
                     [](const auto& a, const auto& b) { return a.policy < b.policy; });
  }
  return outcomes;
}

}  // namespace restock
