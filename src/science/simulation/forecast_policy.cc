#include "science/simulation/forecast_policy.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "science/simulation/policy_parameters.h"

namespace restock {
namespace {

constexpr size_t kItemsOfThread = 16;

Status check(const ForecastWindow& window) {
  if (window.periods < 1 || !(window.order_cost >= 0 && std::isfinite(window.order_cost))) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("policies need periods >= 1 and a finite order_cost >= 0, got {} and {}",
                    window.periods, window.order_cost),
        ""};
  }
  RESTOCK_TRY(validate(window.parameters));
  for (size_t i = 0; i < window.items.size(); ++i) {
    const ForecastItem& item = window.items[i];
    RESTOCK_TRY(validate(item.supply, i));
    if (item.demand.horizon >= window.periods &&
        item.demand.values.size() >= static_cast<size_t>(item.demand.horizon)) {
      continue;
    }
    return Error{Code::kInvalidArgument,
                 fmt::format("policies of {} periods need paths as long, got {} values and horizon "
                             "{} for item {}",
                             window.periods, item.demand.values.size(), item.demand.horizon, i),
                 "raise [forecast] horizon"};
  }
  return {};
}

/// One item at its reviews.
struct Reviewer {
  const ForecastWindow& window;
  const ForecastItem& item;
  HistoryPolicy policy;
  SeriesSupply supply;  ///< with the lead time to plan with

  Reviewer(const ForecastWindow& w, const ForecastItem& of, HistoryPolicy p)
      : window(w), item(of), policy(p), supply(of.supply) {
    if (w.lead_time_mean >= 0)
      supply.lead_time = static_cast<int32_t>(std::ceil(w.lead_time_mean - 1e-9));
  }

  [[nodiscard]] int32_t risk() const { return supply.lead_time + supply.review_period; }

  /// Demand after the evening of period t, from 0 = the origin.
  [[nodiscard]] ReviewDemand after(int32_t t) const {
    const auto width = static_cast<size_t>(risk());
    ReviewDemand out;
    if (policy == HistoryPolicy::kMovingAverage) {
      for (size_t k = 1; k <= width; ++k)
        out.mean.push_back(item.recent_mean * static_cast<double>(k));
      out.variance.assign(width, 0.0);
      return out;
    }
    const auto reach = std::min(width, static_cast<size_t>(item.demand.horizon - t));
    out.mean.assign(width, 0.0);
    out.variance.assign(width, 0.0);
    const auto n = static_cast<double>(item.demand.n_paths());
    std::vector<double> squares(reach, 0.0);
    for (size_t p = 0; p < item.demand.n_paths(); ++p) {
      const auto path = item.demand.path(p).subspan(static_cast<size_t>(t), reach);
      double sum = 0;
      for (size_t k = 0; k < reach; ++k) {
        sum += static_cast<double>(path[k]);
        out.mean[k] += sum / n;
        squares[k] += sum * sum / n;
      }
    }
    for (size_t k = 0; k < reach; ++k)
      out.variance[k] = std::max(0.0, squares[k] - out.mean[k] * out.mean[k]);
    for (size_t k = reach; k < width; ++k) {
      const double longer = static_cast<double>(k + 1) / static_cast<double>(reach);
      out.mean[k] = out.mean[reach - 1] * longer;
      out.variance[k] = out.variance[reach - 1] * longer;
    }
    const double rate = out.mean.back() / static_cast<double>(width);
    for (double& variance : out.variance) variance += rate * rate * window.lead_time_variance;
    return out;
  }
};

}  // namespace

Result<WindowPolicy> forecast_policy(const ForecastWindow& window, HistoryPolicy policy,
                                     ThreadPool& pool) {
  RESTOCK_TRY(check(window));
  const size_t n = window.items.size();
  WindowPolicy out;
  out.policies.resize(n);
  out.levels.assign(static_cast<size_t>(window.periods) * n, 0);
  pool.parallel_for(n, kItemsOfThread, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const Reviewer reviewer(window, window.items[i], policy);
      const ReviewDemand now = reviewer.after(0);
      const BatchPolicy batches = batch_policy(
          policy, {now.mean.back() / reviewer.risk(), now.variance.back(), window.order_cost},
          reviewer.supply, window.parameters);
      out.policies[i] = batches.stock;
      for (int32_t t = 0; t < window.periods; t += reviewer.supply.review_period) {
        out.levels[static_cast<size_t>(t) * n + i] = batches.level_of(policy_level(
            policy, t == 0 ? now : reviewer.after(t), reviewer.supply, window.parameters));
      }
    }
  });
  return out;
}

}  // namespace restock
