#include "science/simulation/history_policy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "science/inventory/stock_simulator.h"
#include "science/simulation/policy_parameters.h"

namespace restock {
namespace {

constexpr size_t kSeriesOfThread = 64;
constexpr std::array<std::pair<std::string_view, HistoryPolicy>, 4> kNames = {{
    {"moving_average", HistoryPolicy::kMovingAverage},
    {"order_up_to", HistoryPolicy::kOrderUpTo},
    {"reorder_up_to", HistoryPolicy::kReorderUpTo},
    {"fixed_quantity", HistoryPolicy::kFixedQuantity},
}};

DemandHistory history_of(const Panel& panel, size_t series) {
  return {panel.start[series], panel.units_of(series), panel.state_of(series)};
}

Status check(const HistoryWindow& window) {
  const Panel& panel = window.panel;
  if (window.periods < 1 || int64_t{window.first} + window.periods - 1 > panel.origin) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("a window must have at least 1 period and end at or before {}, got {} "
                    "from {}",
                    panel.axis.label(panel.origin), window.periods, panel.axis.label(window.first)),
        "ask for fewer periods"};
  }
  if (window.supply.size() != panel.n_series()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("a window of {} series needs as many supply entries, got {}",
                             panel.n_series(), window.supply.size()),
                 ""};
  }
  if (!(window.order_cost >= 0 && std::isfinite(window.order_cost))) {
    return Error{Code::kInvalidArgument,
                 fmt::format("order_cost must be >= 0 and finite, got {}", window.order_cost), ""};
  }
  RESTOCK_TRY(validate(window.parameters));
  for (size_t i = 0; i < window.supply.size(); ++i) RESTOCK_TRY(validate(window.supply[i], i));
  return {};
}

/// One series at its reviews.
struct Reviewer {
  const HistoryWindow& window;
  HistoryPolicy policy;
  SeriesSupply supply;  ///< with the lead time to plan with
  MovingAverage average;

  Reviewer(const HistoryWindow& w, HistoryPolicy p, size_t series)
      : window(w),
        policy(p),
        supply(w.supply[series]),
        average(history_of(w.panel, series), w.first + w.periods - 1, w.parameters.moving_average) {
    if (w.lead_time_mean >= 0)
      supply.lead_time = static_cast<int32_t>(std::ceil(w.lead_time_mean - 1e-9));
  }

  /// S of the evening of `origin`.
  [[nodiscard]] double level(Period origin) const {
    const auto moments = average.at(origin);
    const int32_t risk = supply.lead_time + supply.review_period;
    const double spread = moments.mean * moments.mean * window.lead_time_variance;
    ReviewDemand demand;
    demand.mean.reserve(static_cast<size_t>(risk));
    demand.variance.reserve(static_cast<size_t>(risk));
    for (int32_t k = 1; k <= risk; ++k) {
      demand.mean.push_back(k * moments.mean);
      demand.variance.push_back(k * moments.sd * moments.sd + spread);
    }
    return policy_level(policy, demand, supply, window.parameters);
  }

  [[nodiscard]] BatchPolicy batches() const {
    const auto moments = average.at(window.first - 1);
    const int32_t risk = supply.lead_time + supply.review_period;
    const double variance =
        risk * moments.sd * moments.sd + moments.mean * moments.mean * window.lead_time_variance;
    return batch_policy(policy, {moments.mean, variance, window.order_cost}, supply,
                        window.parameters);
  }
};

}  // namespace

Result<HistoryPolicy> parse_history_policy(std::string_view name) {
  for (const auto& [known, policy] : kNames) {
    if (known == name) return policy;
  }
  return Error{Code::kInvalidArgument,
               fmt::format("a policy must be moving_average, order_up_to, reorder_up_to or "
                           "fixed_quantity, got '{}'",
                           name),
               ""};
}

std::string_view history_policy_name(HistoryPolicy policy) {
  return kNames[static_cast<size_t>(policy)].first;
}

std::vector<float> window_demand(const HistoryWindow& window) {
  const size_t n = window.panel.n_series();
  std::vector<float> demand(static_cast<size_t>(window.periods) * n);
  for (size_t i = 0; i < n; ++i) {
    const DemandHistory history = history_of(window.panel, i);
    for (int32_t t = 0; t < window.periods; ++t)
      demand[static_cast<size_t>(t) * n + i] = static_cast<float>(history.at(window.first + t));
  }
  return demand;
}

std::vector<float> window_start(const HistoryWindow& window) {
  const size_t n = window.panel.n_series();
  std::vector<float> start(n);
  for (size_t i = 0; i < n; ++i) {
    const Reviewer reviewer(window, HistoryPolicy::kMovingAverage, i);
    start[i] = static_cast<float>(order_quantity(reviewer.level(window.first - 1), reviewer.supply,
                                                 window.parameters.rounding));
  }
  return start;
}

Result<WindowPolicy> window_policy(const HistoryWindow& window, HistoryPolicy policy,
                                   ThreadPool& pool) {
  RESTOCK_TRY(check(window));
  const size_t n = window.panel.n_series();
  WindowPolicy out;
  out.policies.resize(n);
  out.levels.assign(static_cast<size_t>(window.periods) * n, 0);
  pool.parallel_for(n, kSeriesOfThread, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const Reviewer reviewer(window, policy, i);
      const BatchPolicy batches = reviewer.batches();
      out.policies[i] = batches.stock;
      for (int32_t t = 0; t < window.periods; t += reviewer.supply.review_period) {
        out.levels[static_cast<size_t>(t) * n + i] =
            batches.level_of(reviewer.level(window.first - 1 + t));
      }
    }
  });
  return out;
}

}  // namespace restock
