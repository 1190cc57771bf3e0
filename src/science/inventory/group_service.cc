#include "science/inventory/group_service.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "science/inventory/order_curve.h"
#include "science/inventory/order_decision.h"

namespace restock {
namespace {

/// What the search needs of one series.
struct Member {
  size_t series = 0;
  OrderCurve curve;
  OrderLimits limits;
};

/// What a unit of the series weighs: its price over the group's mean price.
double price_of(const SeriesSupply& supply, double mean_price) {
  return supply.unit_price > 0 ? supply.unit_price : mean_price;
}

class Search {
 public:
  Search(std::span<const SeriesSupply> supply, const PlanParameters& parameters,
         std::span<const Member> members)
      : supply_(supply), parameters_(parameters), members_(members) {
    double units = 0;
    double revenue = 0;
    for (const Member& member : members) {
      const double price = supply[member.series].unit_price;
      if (price <= 0) continue;
      units += member.curve.demand_units();
      revenue += price * member.curve.demand_units();
    }
    mean_price_ = units > 0 && revenue > 0 ? revenue / units : 1;
  }

  [[nodiscard]] double mean_price() const { return mean_price_; }

  /// Service weighed by revenue where a unit of the mean price counts `shortage_cost`.
  [[nodiscard]] double service_at(double shortage_cost) const {
    double revenue = 0;
    double served = 0;
    for (const Member& member : members_) {
      const SeriesSupply& supply = supply_[member.series];
      const double price = price_of(supply, mean_price_);
      const double weight = price * member.curve.demand_units();
      const double lost_sale = shortage_cost * price / mean_price_;
      const auto cost_of = [&](double quantity) {
        return member.curve.upkeep(quantity) + lost_sale * member.curve.lost_units(quantity);
      };
      const double quantity = settle_order(member.curve.need(lost_sale), member.limits, supply,
                                           parameters_.rounding, cost_of)
                                  .quantity;
      revenue += weight;
      served += parameters_.service == ServiceKind::kFillRate
                    ? weight - price * member.curve.lost_units(quantity)
                    : weight * member.curve.satisfied(quantity);
    }
    return revenue > 0 ? served / revenue : 1;
  }

 private:
  std::span<const SeriesSupply> supply_;
  const PlanParameters& parameters_;
  std::span<const Member> members_;
  double mean_price_ = 1;
};

GroupService solve(const Search& search, size_t series, const PlanParameters& parameters) {
  // Less than half a holding cost orders next to nothing; more than a billion serves what paths
  // know.
  double low = std::log(parameters.holding_cost * 1e-4);
  double high = std::log(parameters.holding_cost * 1e9);
  const auto service = [&](double log_cost) { return search.service_at(std::exp(log_cost)); };
  const double target = parameters.service_level * (1 - 1e-12);
  GroupService group{series, 0, search.mean_price(), 0, true};
  if (service(high) < target) {
    group.reached = false;
    // The least cost that serves as much as can be served.
    const double most = service(high) * (1 - 1e-12);
    for (int i = 0; i < 60; ++i) {
      const double middle = 0.5 * (low + high);
      (service(middle) < most ? low : high) = middle;
    }
  } else if (service(low) >= target) {
    high = low;
  } else {
    for (int i = 0; i < 60; ++i) {
      const double middle = 0.5 * (low + high);
      (service(middle) < target ? low : high) = middle;
    }
  }
  // Bisection ends on the very edge at which an order grows: a hair above it rounding is harmless.
  group.shortage_cost = std::exp(high) * (1 + 1e-9);
  group.service = search.service_at(group.shortage_cost);
  return group;
}

Status check(std::span<const SeriesSupply> supply, const PlanParameters& parameters) {
  RESTOCK_TRY(validate(parameters));
  if (!(parameters.service_level > 0) || !(parameters.holding_cost > 0)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("one service target for a group needs a service level and a holding "
                             "cost, got {} and {}",
                             parameters.service_level, parameters.holding_cost),
                 "set [plan] service_level and holding_cost"};
  }
  for (size_t i = 0; i < supply.size(); ++i) RESTOCK_TRY(validate(supply[i], i));
  return {};
}

}  // namespace

Result<std::vector<GroupService>> group_services(std::span<const SeriesSupply> supply,
                                                 const PlanParameters& parameters,
                                                 const PathsOf& paths_of, ThreadPool& pool) {
  RESTOCK_TRY(check(supply, parameters));
  std::vector<size_t> series;
  series.reserve(supply.size());
  int32_t groups = 0;
  for (size_t i = 0; i < supply.size(); ++i) {
    if (supply[i].service_group < 0) continue;
    series.push_back(i);
    groups = std::max(groups, supply[i].service_group + 1);
  }
  std::vector<std::optional<Member>> members(supply.size());
  RESTOCK_TRY(for_each_series(series, paths_of, longest_risk_period(supply), pool,
                              [&](size_t i, const SeriesPaths& paths) -> Status {
                                RESTOCK_TRY(check_paths(paths, supply[i]));
                                const StockProjection projection(paths, supply[i]);
                                members[i] = Member{i,
                                                    {projection, parameters.holding_cost},
                                                    order_limits(projection, supply[i])};
                                return {};
                              }));
  std::vector<GroupService> out;
  out.reserve(static_cast<size_t>(groups));
  for (int32_t group = 0; group < groups; ++group) {
    std::vector<Member> of_group;
    for (const size_t i : series) {
      if (supply[i].service_group == group) of_group.push_back(std::move(*members[i]));
    }
    out.push_back(solve(Search(supply, parameters, of_group), of_group.size(), parameters));
  }
  return out;
}

void set_group_costs(std::span<const GroupService> groups, std::vector<SeriesSupply>& supply) {
  for (SeriesSupply& one : supply) {
    if (one.service_group < 0) continue;
    RESTOCK_ASSERT(static_cast<size_t>(one.service_group) < groups.size());
    const GroupService& group = groups[static_cast<size_t>(one.service_group)];
    one.group_shortage_cost =
        group.shortage_cost * price_of(one, group.mean_price) / group.mean_price;
    for (SeriesSupply& offer : one.alternatives)
      offer.group_shortage_cost = one.group_shortage_cost;
  }
}

}  // namespace restock
