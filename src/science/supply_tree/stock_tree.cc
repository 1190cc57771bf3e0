#include "science/supply_tree/stock_tree.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace restock {
namespace {

int32_t risk_period(const StockPoint& point) {
  return point.supply.lead_time + point.supply.review_period;
}

/// Of each point: its own risk period and the longest sum of those below.
std::vector<int32_t> risk_below(std::span<const StockPoint> points) {
  std::vector<int32_t> below(points.size(), 0);
  for (size_t i = points.size(); i-- > 0;) {
    below[i] += risk_period(points[i]);
    if (points[i].supplier < 0) continue;
    int32_t& above = below[static_cast<size_t>(points[i].supplier)];
    above = std::max(above, below[i]);
  }
  return below;
}

/// The points that each one supplies, in their order.
std::vector<std::vector<size_t>> supplied_by(std::span<const StockPoint> points) {
  std::vector<std::vector<size_t>> supplied(points.size());
  for (size_t i = 0; i < points.size(); ++i) {
    if (points[i].supplier >= 0) supplied[static_cast<size_t>(points[i].supplier)].push_back(i);
  }
  return supplied;
}

Status check_points(std::span<const StockPoint> points) {
  std::vector<uint8_t> supplies(points.size(), 0);
  const SeriesPaths* first = nullptr;
  for (size_t i = 0; i < points.size(); ++i) {
    const StockPoint& point = points[i];
    RESTOCK_TRY(validate(point.supply, i));
    if (point.supplier < -1 || point.supplier >= static_cast<int32_t>(i)) {
      return Error{Code::kInvalidArgument,
                   fmt::format("the supplier of stock point {} must lie before it, got {}", i,
                               point.supplier),
                   "list warehouses before those they supply; -1 is an outside supplier"};
    }
    if (point.supplier >= 0) supplies[static_cast<size_t>(point.supplier)] = 1;
    if (point.demand.values.empty()) continue;
    if (first == nullptr) first = &point.demand;
    if (point.demand.horizon == first->horizon &&
        point.demand.values.size() == first->values.size()) {
      continue;
    }
    return Error{
        Code::kInvalidArgument,
        fmt::format("all paths must be as many and as long as the first, got {} values and "
                    "horizon {} at stock point {}, not {} and {}",
                    point.demand.values.size(), point.demand.horizon, i, first->values.size(),
                    first->horizon),
        ""};
  }
  for (size_t i = 0; i < points.size(); ++i) {
    if (supplies[i] == 0 && points[i].demand.values.empty()) {
      return Error{Code::kInvalidArgument,
                   fmt::format("stock point {} has neither customers nor points to supply", i),
                   "leave it out"};
    }
  }
  return {};
}

/// Plans the points of one tree one after the other, from the last to the first.
class TreePlanner {
 public:
  TreePlanner(std::span<const StockPoint> points, const PlanParameters& parameters,
              SharingRule rule)
      : points_(points),
        parameters_(parameters),
        rule_(rule),
        supplied_(supplied_by(points)),
        demand_(points.size()),
        plans_(points.size()) {
    for (const StockPoint& point : points) {
      if (point.demand.values.empty()) continue;
      n_paths_ = point.demand.n_paths();
      horizon_ = point.demand.horizon;
    }
  }

  Result<std::vector<StockPointPlan>> plan() {
    RESTOCK_TRY(look_ahead());
    for (size_t i = points_.size(); i-- > 0;) RESTOCK_TRY(ask(i));
    for (size_t i = 0; i < points_.size(); ++i) {
      if (points_[i].supplier >= 0) continue;
      plans_[i].quantity = plans_[i].order.quantity;
      RESTOCK_TRY(phase(i));
      plans_[i].phased.orders = {};
    }
    return std::move(plans_);
  }

 private:
  /// How far ahead each point orders and is projected.
  Status look_ahead() {
    const std::vector<int32_t> below = risk_below(points_);
    for (size_t i = 0; i < points_.size(); ++i) {
      StockPointPlan& plan = plans_[i];
      if (points_[i].supplier >= 0) {
        const auto above = static_cast<size_t>(points_[i].supplier);
        plan.last_order = plans_[above].last_order + risk_period(points_[above]);
        plan.projected = plans_[above].projected;
        continue;
      }
      if (horizon_ < below[i]) {
        return Error{Code::kInvalidArgument,
                     fmt::format("lead times and reviews from customers up to an outside supplier "
                                 "sum to {} periods, the paths end after {}",
                                 below[i], horizon_),
                     "raise [forecast] horizon"};
      }
      const int32_t review = points_[i].supply.review_period;
      plan.last_order = (horizon_ - below[i]) / review * review;
      plan.projected = plan.last_order + risk_period(points_[i]);
    }
    return {};
  }

  /// Lost where all demand is of customers, else it waits.
  [[nodiscard]] UnmetDemand unmet(size_t i) const {
    return supplied_[i].empty() ? UnmetDemand::kLost : UnmetDemand::kOwed;
  }
  [[nodiscard]] SeriesPaths demand_of(size_t i) const {
    if (supplied_[i].empty()) return points_[i].demand;
    return {demand_[i], plans_[i].last_order + risk_period(points_[i])};
  }
  /// Its supply with the stock that it has left after sending.
  [[nodiscard]] SeriesSupply supply_left(size_t i) const {
    SeriesSupply supply = points_[i].supply;
    if (plans_[i].sent > 0) supply.on_hand = std::max(0.0, supply.on_hand - plans_[i].sent);
    return supply;
  }

  /// Everything of point i that comes before its supplier's answer.
  Status ask(size_t i) {
    if (!supplied_[i].empty()) {
      RESTOCK_TRY(send(i));
      RESTOCK_TRY(sum_demand(i));
    }
    RESTOCK_TRY(plans_[i].order, order_now(demand_of(i), supply_left(i), parameters_, unmet(i)));
    return {};
  }

  /// Sends the orders of those below out of the stock of point i.
  Status send(size_t i) {
    const double stock = usable_stock(points_[i].supply);
    double asked = 0;
    bool in_packs = true;
    for (const size_t below : supplied_[i]) {
      asked += plans_[below].order.quantity;
      in_packs = in_packs && points_[below].supply.pack_size > 0;
    }
    const bool by_reward =
        rule_ == SharingRule::kReward && in_packs && parameters_.service_level == 0;
    std::vector<AskedStock> askers;
    askers.reserve(supplied_[i].size());
    for (const size_t below : supplied_[i]) {
      AskedStock asker{plans_[below].order.quantity, points_[below].supply.pack_size, {}};
      if (by_reward && asked > stock && asker.quantity > 0) {
        RESTOCK_TRY(asker.rewards,
                    rewards_now(demand_of(below), supply_left(below), parameters_, unmet(below)));
      }
      askers.push_back(std::move(asker));
    }
    RESTOCK_TRY(
        const std::vector<double> sent,
        share_stock(stock, askers, by_reward ? SharingRule::kReward : SharingRule::kProportional));
    for (size_t k = 0; k < sent.size(); ++k) {
      StockPointPlan& below = plans_[supplied_[i][k]];
      below.quantity = sent[k];
      below.unserved = below.order.quantity - sent[k];
      plans_[i].sent += sent[k];
    }
    return {};
  }

  Status phase(size_t i) {
    RESTOCK_TRY(plans_[i].phased,
                phase_plan(demand_of(i), supply_left(i), parameters_,
                           {.unmet = unmet(i),
                            .first_order = plans_[i].quantity,
                            .orders_until = plans_[i].last_order,
                            .project_until = std::max(plans_[i].last_order, plans_[i].projected)}));
    return {};
  }

  /// Later orders of those below, and own customers, are the demand of point i.
  Status sum_demand(size_t i) {
    const int32_t periods = plans_[i].last_order + risk_period(points_[i]);
    const auto length = static_cast<size_t>(periods);
    demand_[i].assign(n_paths_ * length, 0.0F);
    if (!points_[i].demand.values.empty()) {
      for (size_t p = 0; p < n_paths_; ++p)
        std::copy_n(points_[i].demand.path(p).begin(), length,
                    demand_[i].begin() + static_cast<std::ptrdiff_t>(p * length));
    }
    for (const size_t below : supplied_[i]) {
      RESTOCK_TRY(phase(below));
      std::vector<float>& orders = plans_[below].phased.orders;
      // Those below order until the last period that the point above has to know.
      RESTOCK_ASSERT(orders.size() == demand_[i].size());
      for (size_t k = 0; k < orders.size(); ++k) demand_[i][k] += orders[k];
      orders = {};
    }
    return {};
  }

  std::span<const StockPoint> points_;
  const PlanParameters& parameters_;
  SharingRule rule_;
  std::vector<std::vector<size_t>> supplied_;
  std::vector<std::vector<float>> demand_;  ///< of points that supply others
  std::vector<StockPointPlan> plans_;
  size_t n_paths_ = 0;
  int32_t horizon_ = 0;
};

}  // namespace

int32_t tree_risk_period(std::span<const StockPoint> points) {
  int32_t longest = 1;
  for (const int32_t risk : risk_below(points)) longest = std::max(longest, risk);
  return longest;
}

Result<std::vector<StockPointPlan>> plan_stock_tree(std::span<const StockPoint> points,
                                                    const PlanParameters& parameters,
                                                    SharingRule rule) {
  RESTOCK_TRY(validate(parameters));
  RESTOCK_TRY(check_points(points));
  return TreePlanner(points, parameters, rule).plan();
}

}  // namespace restock
