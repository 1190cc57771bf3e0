#include "science/supply_tree/phased_plan.h"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "foundation/base/assert.h"

namespace restock {
namespace {

/// Paths of a part of the horizon.
struct PathWindow {
  std::vector<float> values;
  int32_t horizon = 0;

  [[nodiscard]] SeriesPaths view() const { return {values, horizon}; }
};

/// Demand of `length` periods after period `after`.
PathWindow window_of(const SeriesPaths& demand, int32_t after, int32_t length) {
  PathWindow window;
  window.horizon = length;
  window.values.reserve(demand.n_paths() * static_cast<size_t>(length));
  for (size_t p = 0; p < demand.n_paths(); ++p) {
    const auto part =
        demand.path(p).subspan(static_cast<size_t>(after), static_cast<size_t>(length));
    window.values.insert(window.values.end(), part.begin(), part.end());
  }
  return window;
}

/// A decision without lead time that is the same as one with it where unmet demand waits: the first
/// period has the demand of the whole lead time, and the stock all that arrives until then.
struct OwedDecision {
  PathWindow paths;
  SeriesSupply supply;
};

OwedDecision without_lead_time(const SeriesPaths& demand, const SeriesSupply& supply) {
  const int32_t lead = supply.lead_time;
  OwedDecision out;
  out.supply = supply;
  out.supply.lead_time = 0;
  out.supply.known = true;
  out.supply.open_orders.clear();
  out.supply.expiring.clear();
  double stock = supply.on_hand;
  for (const OpenOrder& order : supply.open_orders) {
    if (order.arrives_in <= lead + 1) {
      stock += order.quantity;
    } else {
      out.supply.open_orders.push_back({order.arrives_in - lead, order.quantity});
    }
  }
  out.supply.on_hand = std::max(0.0, stock);
  const auto owed = static_cast<float>(std::max(0.0, -stock));
  out.paths.horizon = supply.review_period;
  out.paths.values.reserve(demand.n_paths() * static_cast<size_t>(supply.review_period));
  for (size_t p = 0; p < demand.n_paths(); ++p) {
    const auto path = demand.path(p);
    float first = owed;
    for (int32_t k = 0; k <= lead; ++k) first += path[static_cast<size_t>(k)];
    out.paths.values.push_back(first);
    for (int32_t j = 1; j < supply.review_period; ++j)
      out.paths.values.push_back(path[static_cast<size_t>(lead) + static_cast<size_t>(j)]);
  }
  return out;
}

/// Precondition: the paths reach over lead time + review. Stock below 0 is owed.
Result<ProjectedOrder> decide(const SeriesPaths& demand, const SeriesSupply& supply,
                              const PlanParameters& parameters, UnmetDemand unmet) {
  if (unmet == UnmetDemand::kLost) return projected_order(demand, supply, parameters);
  const OwedDecision owed = without_lead_time(demand, supply);
  return projected_order(owed.paths.view(), owed.supply, parameters);
}

Status check_horizon(const SeriesPaths& demand, int32_t periods) {
  if (periods >= 1 && demand.horizon >= periods &&
      demand.values.size() >= static_cast<size_t>(demand.horizon)) {
    return {};
  }
  return Error{Code::kInvalidArgument,
               fmt::format("a phased plan over {} periods needs paths as long, got {} of {}",
                           periods, demand.horizon > 0 ? demand.n_paths() : 0, demand.horizon),
               "raise [forecast] horizon"};
}

/// All paths of one stock point, moved from evening to evening.
class Evenings {
 public:
  Evenings(const SeriesPaths& demand, const SeriesSupply& supply, const PlanParameters& parameters,
           const PhasingOptions& options)
      : demand_(demand),
        supply_(supply),
        parameters_(parameters),
        options_(options),
        n_(demand.n_paths()),
        width_(static_cast<size_t>(options.project_until + supply.lead_time) + 2),
        open_(width_, 0.0),
        arriving_(n_ * width_, 0.0F),
        stock_(n_, usable_stock(supply)),
        mean_(static_cast<size_t>(demand.horizon) + 1, 0.0) {
    for (const OpenOrder& order : supply.open_orders) {
      const auto k = static_cast<size_t>(std::max(1, order.arrives_in));
      if (k < width_) open_[k] += order.quantity;
    }
    for (size_t p = 0; p < n_; ++p) {
      const auto path = demand.path(p);
      for (size_t k = 0; k < path.size(); ++k) mean_[k + 1] += path[k];
    }
    for (double& mean : mean_) mean /= static_cast<double>(n_);
  }

  /// Live through period k: arrivals, demand. Adds what happened to `plan`.
  void live(int32_t k, PhasedPlan& plan) {
    const auto period = static_cast<size_t>(k);
    double arrived = 0;
    double left = 0;
    int64_t short_paths = 0;
    for (size_t p = 0; p < n_; ++p) {
      const double units = open_[period] + static_cast<double>(at(p, period));
      arrived += units;
      stock_[p] += units - static_cast<double>(demand_.path(p)[period - 1]);
      short_paths += stock_[p] < 0 ? 1 : 0;
      if (options_.unmet == UnmetDemand::kLost) stock_[p] = std::max(0.0, stock_[p]);
      left += std::max(0.0, stock_[p]);
    }
    const auto n = static_cast<double>(n_);
    plan.demand_mean.push_back(mean_[period]);
    plan.arrivals_mean.push_back(arrived / n);
    plan.stock_mean.push_back(left / n);
    plan.stock_out_risk.push_back(static_cast<double>(short_paths) / n);
  }

  /// The order of the origin, which is given.
  Status order_first(PhasedPlan& plan) {
    RESTOCK_TRY(const double wanted, wanted_at_arrival(0));
    plan.levels[0] = position_of(0, wanted);
    const auto arrival = static_cast<size_t>(supply_.lead_time) + 1;
    for (size_t p = 0; p < n_ && arrival < width_; ++p)
      at(p, arrival) += static_cast<float>(options_.first_order);
    return {};
  }

  /// The orders of the evening of period k into column k - 1 of the plan's orders.
  Status order(int32_t k, PhasedPlan& plan) {
    RESTOCK_TRY(const double wanted, wanted_at_arrival(k));
    const auto arrival = static_cast<size_t>(k + supply_.lead_time) + 1;
    const auto row = static_cast<size_t>(plan.orders_until);
    double sum = 0;
    for (size_t p = 0; p < n_; ++p) {
      const double quantity =
          order_quantity(wanted - expected_at_arrival(k, p), supply_, parameters_.rounding);
      plan.orders[p * row + static_cast<size_t>(k) - 1] = static_cast<float>(quantity);
      if (arrival < width_) at(p, arrival) += static_cast<float>(quantity);
      sum += quantity;
    }
    plan.order_mean.back() = sum / static_cast<double>(n_);
    plan.levels[static_cast<size_t>(k)] = position_of(k, wanted);
    return {};
  }

 private:
  [[nodiscard]] float& at(size_t p, size_t k) { return arriving_[p * width_ + k]; }
  [[nodiscard]] float at(size_t p, size_t k) const { return arriving_[p * width_ + k]; }

  [[nodiscard]] double position_of(int32_t k, double wanted) const {
    for (int32_t j = k + 1; j <= k + supply_.lead_time; ++j)
      wanted += mean_[static_cast<size_t>(j)];
    return wanted;
  }

  /// Open orders, and own ones of path p, that arrive at the start of period k.
  [[nodiscard]] double arriving(size_t p, size_t k) const {
    return k < width_ ? open_[k] + static_cast<double>(at(p, k)) : 0;
  }

  /// Stock when the lead time from evening k on is over and has brought its expected demand.
  template <typename Arriving>
  [[nodiscard]] double through_lead_time(int32_t k, double stock, const Arriving& arrives) const {
    for (int32_t j = k + 1; j <= k + supply_.lead_time; ++j) {
      const auto period = static_cast<size_t>(j);
      stock += arrives(period) - mean_[period];
      if (options_.unmet == UnmetDemand::kLost) stock = std::max(0.0, stock);
    }
    return stock;
  }
  [[nodiscard]] double expected_at_arrival(int32_t k, size_t p) const {
    return through_lead_time(k, stock_[p], [&](size_t period) { return arriving(p, period); });
  }

  /// The mean state of evening k as a stock table would tell it.
  [[nodiscard]] SeriesSupply mean_state(int32_t k) const {
    SeriesSupply state = supply_;
    state.known = true;
    state.open_orders.clear();
    if (k > 0) state.expiring.clear();
    state.on_hand = 0;
    for (const double stock : stock_) state.on_hand += stock / static_cast<double>(n_);
    for (auto period = static_cast<size_t>(k) + 1; period < width_; ++period) {
      double units = 0;
      for (size_t p = 0; p < n_; ++p) units += arriving(p, period);
      if (units > 0) {
        state.open_orders.push_back(
            {static_cast<int32_t>(period) - k, units / static_cast<double>(n_)});
      }
    }
    return state;
  }

  /// T_k.
  [[nodiscard]] Result<double> wanted_at_arrival(int32_t k) const {
    const PathWindow ahead = window_of(demand_, k, supply_.lead_time + supply_.review_period);
    SeriesSupply state = mean_state(k);
    RESTOCK_TRY(const ProjectedOrder order,
                decide(ahead.view(), state, parameters_, options_.unmet));
    if (order.need > 0) return order.need + mean_at_arrival(k, state);
    // Plenty on average says nothing of the paths that have less.
    state.expiring.clear();
    std::erase_if(state.open_orders,
                  [&](const OpenOrder& open) { return open.arrives_in <= supply_.lead_time; });
    state.on_hand = 0;
    for (int32_t j = k + 1; j <= k + supply_.lead_time; ++j)
      state.on_hand += mean_[static_cast<size_t>(j)];
    RESTOCK_TRY(const ProjectedOrder scarce,
                decide(ahead.view(), state, parameters_, options_.unmet));
    return scarce.need;
  }
  [[nodiscard]] double mean_at_arrival(int32_t k, const SeriesSupply& state) const {
    const int32_t last = k + supply_.lead_time;
    std::vector<double> arriving(static_cast<size_t>(last) + 1, 0.0);
    for (const OpenOrder& open : state.open_orders) {
      const int32_t period = k + open.arrives_in;
      if (period <= last) arriving[static_cast<size_t>(period)] += open.quantity;
    }
    return through_lead_time(k, state.on_hand, [&](size_t period) { return arriving[period]; });
  }

  const SeriesPaths& demand_;
  const SeriesSupply& supply_;
  const PlanParameters& parameters_;
  const PhasingOptions& options_;
  size_t n_;
  size_t width_;                 ///< periods 0 .. width - 1 that goods may arrive in
  std::vector<double> open_;     ///< by period: open orders, the same on every path
  std::vector<float> arriving_;  ///< n_paths x width: orders placed from the origin on
  std::vector<double> stock_;    ///< n_paths; below 0 = owed
  std::vector<double> mean_;     ///< by period from 1: mean demand
};

}  // namespace

Result<ProjectedOrder> order_now(const SeriesPaths& demand, const SeriesSupply& supply,
                                 const PlanParameters& parameters, UnmetDemand unmet) {
  RESTOCK_TRY(check_horizon(demand, supply.lead_time + supply.review_period));
  // What is told of the lead time is the same either way.
  RESTOCK_TRY(ProjectedOrder lost, projected_order(demand, supply, parameters));
  if (unmet == UnmetDemand::kLost) return lost;
  SeriesSupply now = supply;
  now.on_hand = usable_stock(supply);
  RESTOCK_TRY(ProjectedOrder order, decide(demand, now, parameters, unmet));
  order.stock_out_risk = lost.stock_out_risk;
  order.projected_stock = lost.projected_stock;
  return order;
}

Result<std::vector<double>> rewards_now(const SeriesPaths& demand, const SeriesSupply& supply,
                                        const PlanParameters& parameters, UnmetDemand unmet) {
  RESTOCK_TRY(check_horizon(demand, supply.lead_time + supply.review_period));
  if (unmet == UnmetDemand::kLost) return pack_rewards(demand, supply, parameters);
  SeriesSupply now = supply;
  now.on_hand = usable_stock(supply);
  const OwedDecision owed = without_lead_time(demand, now);
  return pack_rewards(owed.paths.view(), owed.supply, parameters);
}

Result<PhasedPlan> phase_plan(const SeriesPaths& demand, const SeriesSupply& supply,
                              const PlanParameters& parameters, const PhasingOptions& options) {
  if (options.orders_until < 0 || options.project_until < options.orders_until ||
      !(options.first_order >= 0)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("a phased plan needs 0 <= orders_until <= project_until and "
                             "first_order >= 0, got {}, {} and {}",
                             options.orders_until, options.project_until, options.first_order),
                 ""};
  }
  RESTOCK_TRY(validate(supply, 0));
  RESTOCK_TRY(
      check_horizon(demand, std::max(options.orders_until + supply.lead_time + supply.review_period,
                                     options.project_until)));
  PhasedPlan plan;
  plan.n_paths = static_cast<int32_t>(demand.n_paths());
  plan.orders_until = options.orders_until;
  plan.orders.assign(demand.n_paths() * static_cast<size_t>(options.orders_until), 0.0F);
  const auto periods = static_cast<size_t>(options.project_until);
  for (auto* column : {&plan.demand_mean, &plan.arrivals_mean, &plan.order_mean, &plan.stock_mean,
                       &plan.stock_out_risk}) {
    column->reserve(periods);
  }
  plan.levels.assign(static_cast<size_t>(options.orders_until) + 1, 0.0);
  Evenings evenings(demand, supply, parameters, options);
  RESTOCK_TRY(evenings.order_first(plan));
  for (int32_t k = 1; k <= options.project_until; ++k) {
    evenings.live(k, plan);
    plan.order_mean.push_back(0);
    if (k <= options.orders_until && k % supply.review_period == 0)
      RESTOCK_TRY(evenings.order(k, plan));
  }
  return plan;
}

}  // namespace restock
