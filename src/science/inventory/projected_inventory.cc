#include "science/inventory/projected_inventory.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace restock {
namespace {

/// Arrivals of open orders at the start of periods 1..n after the origin, at [1..n].
std::vector<double> arrivals_within(const SeriesSupply& supply, int32_t n) {
  std::vector<double> arriving(static_cast<size_t>(n) + 1, 0.0);
  for (const auto& order : supply.open_orders) {
    const int32_t k = std::max(1, order.arrives_in);
    if (k <= n) arriving[static_cast<size_t>(k)] += order.quantity;
  }
  return arriving;
}

/// Stock and lost sales of the covered periods along every path, for any order.
struct Projection {
  int32_t lead_time = 0;
  int32_t review_period = 0;
  const SeriesPaths& paths;
  std::vector<double> arriving;
  std::vector<double> before;   ///< n_paths: stock when the covered periods begin, no arrival yet
  double lead_time_losses = 0;  ///< share of the paths

  Projection(const SeriesPaths& of, const SeriesSupply& supply)
      : lead_time(supply.lead_time),
        review_period(supply.review_period),
        paths(of),
        arriving(arrivals_within(supply, supply.lead_time + supply.review_period)) {
    const double start = usable_stock(supply);
    before.reserve(paths.n_paths());
    int64_t losing = 0;
    for (size_t p = 0; p < paths.n_paths(); ++p) {
      const auto demand = paths.path(p);
      double stock = start;
      bool lost = false;
      for (int32_t k = 1; k <= lead_time; ++k) {
        stock += arriving[static_cast<size_t>(k)] - demand[static_cast<size_t>(k) - 1];
        lost = lost || stock < 0;
        stock = std::max(0.0, stock);
      }
      losing += lost ? 1 : 0;
      before.push_back(stock);
    }
    lead_time_losses = static_cast<double>(losing) / static_cast<double>(paths.n_paths());
  }

  /// Every N_j of every path with the weight that the marginal cost gains from there on: holding
  /// for each, and the saved lost sale for the last.
  [[nodiscard]] std::vector<std::pair<double, double>> turning_points(double holding,
                                                                      double shortage) const {
    std::vector<std::pair<double, double>> points;
    points.reserve(paths.n_paths() * static_cast<size_t>(review_period));
    for (size_t p = 0; p < paths.n_paths(); ++p) {
      const auto demand = paths.path(p);
      double balance = before[p];
      double missing = -balance;
      for (int32_t j = 1; j <= review_period; ++j) {
        const size_t k = static_cast<size_t>(lead_time) + static_cast<size_t>(j);
        balance += arriving[k] - demand[k - 1];
        missing = j == 1 ? -balance : std::max(missing, -balance);
        points.emplace_back(missing, holding + (j == review_period ? shortage : 0));
      }
    }
    std::sort(points.begin(), points.end());
    return points;
  }

  struct Outcome {
    double holding_units = 0;  ///< mean over the paths, summed over the covered periods
    double lost_units = 0;
    double losing = 0;  ///< share of the paths
  };

  [[nodiscard]] Outcome with_order(double quantity) const {
    Outcome out;
    for (size_t p = 0; p < paths.n_paths(); ++p) {
      const auto demand = paths.path(p);
      double stock = before[p] + quantity;
      bool lost = false;
      for (int32_t j = 1; j <= review_period; ++j) {
        const size_t k = static_cast<size_t>(lead_time) + static_cast<size_t>(j);
        stock += arriving[k] - demand[k - 1];
        if (stock < 0) {
          out.lost_units -= stock;
          stock = 0;
          lost = true;
        }
        out.holding_units += stock;
      }
      out.losing += lost ? 1 : 0;
    }
    const auto n = static_cast<double>(paths.n_paths());
    return {out.holding_units / n, out.lost_units / n, out.losing / n};
  }
};

/// A lost sale as the decision counts it.
double deciding_shortage_cost(const PlanParameters& parameters) {
  return parameters.critical_ratio > 0
             ? parameters.holding_cost * parameters.critical_ratio / (1 - parameters.critical_ratio)
             : parameters.shortage_cost;
}

/// The smallest quantity whose marginal cost is no longer negative.
double cheapest(const Projection& projection, const PlanParameters& parameters) {
  const auto n = static_cast<double>(projection.paths.n_paths());
  const bool by_service = parameters.service_level > 0;
  const double holding = by_service ? 0 : parameters.holding_cost;
  const double shortage = by_service ? 1 : deciding_shortage_cost(parameters);
  // Marginal cost at q, times n: the weights of all points <= q, less n times the lost sale.
  const double enough = (by_service ? parameters.service_level : shortage) * n * (1 - 1e-12);
  double sum = 0;
  for (const auto& [quantity, weight] : projection.turning_points(holding, shortage)) {
    sum += weight;
    if (sum >= enough) return std::max(0.0, quantity);
  }
  return 0;
}

Status check_horizon(const SeriesPaths& paths, const SeriesSupply& supply) {
  const int32_t risk_period = supply.lead_time + supply.review_period;
  if (paths.horizon < risk_period || paths.values.size() < static_cast<size_t>(paths.horizon)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("an order over lead time {} + review {} needs paths of {} periods or "
                             "more, got {} paths of {}",
                             supply.lead_time, supply.review_period, risk_period,
                             paths.horizon > 0 ? paths.n_paths() : 0, paths.horizon),
                 "raise [forecast] horizon"};
  }
  return {};
}

}  // namespace

Result<ProjectedOrder> projected_order(const SeriesPaths& paths, const SeriesSupply& supply,
                                       const PlanParameters& parameters) {
  RESTOCK_TRY(check_horizon(paths, supply));
  const Projection projection(paths, supply);
  ProjectedOrder order;
  order.need = cheapest(projection, parameters);
  order.quantity = order_quantity(order.need, supply, parameters.rounding);
  order.stock_out_risk = projection.lead_time_losses;
  for (const double stock : projection.before) order.projected_stock += stock;
  order.projected_stock = order.projected_stock / static_cast<double>(paths.n_paths()) +
                          projection.arriving[static_cast<size_t>(supply.lead_time) + 1];
  const auto cost = [&](const Projection::Outcome& outcome) {
    return parameters.holding_cost * outcome.holding_units +
           parameters.shortage_cost * outcome.lost_units;
  };
  const auto ordered = projection.with_order(order.quantity);
  order.cover_risk = ordered.losing;
  order.expected_cost = cost(ordered);
  order.cost_of_waiting =
      order.quantity > 0 ? cost(projection.with_order(0)) - order.expected_cost : 0;
  return order;
}

Result<std::vector<double>> pack_rewards(const SeriesPaths& paths, const SeriesSupply& supply,
                                         const PlanParameters& parameters) {
  constexpr size_t kPacksMax = 1'000'000;
  RESTOCK_TRY(check_horizon(paths, supply));
  if (parameters.service_level > 0 || !(supply.pack_size > 0)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("rewards of packs need costs and a pack, got service_level {} and "
                             "pack_size {}",
                             parameters.service_level, supply.pack_size),
                 "set service_level 0 and pack_size > 0"};
  }
  const Projection projection(paths, supply);
  const double shortage = deciding_shortage_cost(parameters);
  const auto points = projection.turning_points(parameters.holding_cost, shortage);
  const auto n = static_cast<double>(paths.n_paths());
  std::vector<double> rewards;
  auto point = points.begin();
  double weights = 0;
  double at = 0;
  while (rewards.size() < kPacksMax) {
    const double begin = at;
    const double end = supply.pack_size * static_cast<double>(rewards.size() + 1);
    double saved = 0;
    for (; point != points.end() && point->first < end; ++point) {
      if (point->first > at) {
        saved += (point->first - at) * (shortage - weights / n);
        at = point->first;
      }
      weights += point->second;
    }
    saved += (end - at) * (shortage - weights / n);
    // Sums of weights leave crumbs, which are no reason for a pack.
    if (saved <= 1e-12 * shortage * supply.pack_size && begin >= supply.moq) return rewards;
    at = end;
    rewards.push_back(saved);
  }
  return Error{Code::kInvalidArgument,
               fmt::format("an order of over {} packs of {} units", kPacksMax, supply.pack_size),
               "give the pack_size in which the supplier delivers"};
}

}  // namespace restock
