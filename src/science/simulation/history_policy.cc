#include "science/simulation/history_policy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "foundation/base/normal.h"
#include "foundation/math/loss_functions.h"
#include "foundation/math/root_finding.h"
#include "science/inventory/order_up_to.h"
#include "science/inventory/stock_simulator.h"
#include "science/lot_sizing/eoq.h"

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

/// What a window's costs or service level say a lost unit is worth, in units held over a review.
double shortage_ratio(const PlanParameters& parameters, int32_t review_period) {
  const double service = parameters.service_level;
  if (service > 0) return service / (1 - service);
  return parameters.shortage_cost / (parameters.holding_cost * review_period);
}

/// How far under the best level y* the positions after ordering begin if they spread over
/// (r, r + width]: y* - r with G(r) = G(r + width), where G(y) = E[(y - D)+] + ratio E[(D - y)+] of
/// normal demand. In [0, width].
double spread_offset(double width, double demand_sd, double ratio) {
  if (width <= 0) return 0;
  if (demand_sd <= 0) return width / (1 + ratio);
  const double best = standard_normal_quantile(ratio / (1 + ratio));
  const auto cost = [&](double above) {
    return above + (1 + ratio) * demand_sd * standard_normal_loss(best + above / demand_sd);
  };
  const auto root = find_root([&](double x) { return cost(-x) - cost(width - x); },
                              {.low = 0, .high = width, .relative_tolerance = 1e-6});
  return root.ok() ? root.value() : 0;
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
    if (policy == HistoryPolicy::kMovingAverage || moments.mean <= 0) return moments.mean * risk;
    const double spread = moments.mean * moments.mean * window.lead_time_variance;
    std::vector<double> mean;
    std::vector<double> variance;
    mean.reserve(static_cast<size_t>(risk));
    variance.reserve(static_cast<size_t>(risk));
    for (int32_t k = 1; k <= risk; ++k) {
      mean.push_back(k * moments.mean);
      variance.push_back(k * moments.sd * moments.sd + spread);
    }
    return order_up_to_level({mean, variance}, supply, window.parameters).level;
  }

  /// Q of the evening before the window; 0 where an order costs nothing.
  [[nodiscard]] double quantity() const {
    const auto plan = eoq({.fixed_cost = window.order_cost,
                           .holding_cost = window.parameters.holding_cost,
                           .demand_rate = average.at(window.first - 1).mean});
    return plan.ok() ? std::round(plan.value().quantity) : 0;
  }

  /// Positions after ordering lie from level - below on: over `width` units of batches, or up to
  /// level - below + width.
  struct Band {
    float below = 0;
    float width = 0;
  };
  [[nodiscard]] Band band() const {
    const auto moments = average.at(window.first - 1);
    const bool batches = policy == HistoryPolicy::kFixedQuantity;
    // (R,s,S) orders S - s and what demand took it under s by, a review's demand where S is near s.
    const double width =
        batches ? std::max(1.0, quantity())
                : std::max(0.0, std::round(quantity() - supply.review_period * moments.mean));
    const int32_t risk = supply.lead_time + supply.review_period;
    const double variance =
        risk * moments.sd * moments.sd + moments.mean * moments.mean * window.lead_time_variance;
    const double spread = batches ? width - 1 : width;
    const double below = spread_offset(spread, std::sqrt(variance),
                                       shortage_ratio(window.parameters, supply.review_period));
    return {static_cast<float>(std::round(below)), static_cast<float>(width)};
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
      StockPolicy& stock = out.policies[i];
      Reviewer::Band band;
      if (policy == HistoryPolicy::kReorderUpTo || policy == HistoryPolicy::kFixedQuantity) {
        band = reviewer.band();
        const bool batches = policy == HistoryPolicy::kFixedQuantity;
        stock.kind = batches ? PolicyKind::kFixedQuantity : PolicyKind::kReorderUpTo;
        stock.quantity = band.width;
        stock.order_up_to = batches ? 0 : band.width;
        stock.reorder_point = -1;  // one under what the level says: order under it, as (R,S) does
      }
      for (int32_t t = 0; t < window.periods; t += reviewer.supply.review_period) {
        const auto level = static_cast<float>(reviewer.level(window.first - 1 + t));
        out.levels[static_cast<size_t>(t) * n + i] =
            std::max(0.0F, level - band.below) + stock.order_up_to;
      }
    }
  });
  return out;
}

}  // namespace restock
