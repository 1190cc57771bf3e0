#include "science/multi_echelon/distribution_system.h"

#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "foundation/base/argument.h"
#include "foundation/math/demand_law.h"

namespace restock {
namespace {

constexpr double kNegligible = 1e-18;
/// The work grows with its cube; at this limit it is a second for each store.
constexpr double kUnderWayMax = 1000;

Status check_under_way(std::string_view where, double units) {
  if (units <= kUnderWayMax) return {};
  return Error{Code::kInvalidArgument,
               fmt::format("{} units are under way to {} on average, at most {} are allowed", units,
                           where, kUnderWayMax),
               "count demand in larger units"};
}

Status check(const DistributionSystem& system) {
  RESTOCK_TRY(require_positive("warehouse_holding_cost", system.warehouse_holding_cost));
  RESTOCK_TRY(require_not_negative("warehouse_lead_time", system.warehouse_lead_time));
  if (system.stores.empty()) {
    return Error{Code::kInvalidArgument, "a warehouse must supply at least one store, got none",
                 "give the stores"};
  }
  double rate = 0;
  for (const DistributionStore& store : system.stores) {
    RESTOCK_TRY(require_positive("holding_cost", store.holding_cost));
    RESTOCK_TRY(require_positive("stockout_cost", store.stockout_cost));
    RESTOCK_TRY(require_positive("demand_rate", store.demand_rate));
    RESTOCK_TRY(require_not_negative("lead_time", store.lead_time));
    RESTOCK_TRY(check_under_way("a store", store.demand_rate * store.lead_time));
    rate += store.demand_rate;
  }
  return check_under_way("the warehouse", rate * system.warehouse_lead_time);
}

/// P(D = 0), P(D = 1), ... of a Poisson demand, up to where they no longer count.
std::vector<double> poisson_masses(double mean) {
  const auto law = DemandLaw::poisson(mean).value();
  std::vector<double> mass;
  for (double k = 0;; k += 1) {
    mass.push_back(law.probability(k));
    if (k > mean && mass.back() < kNegligible) return mass;
  }
}

/// The distributions that all levels share.
struct Demands {
  double rate = 0;
  std::vector<double> warehouse;           ///< Over the warehouse's lead time, all stores.
  std::vector<std::vector<double>> store;  ///< Over each store's lead time.

  explicit Demands(const DistributionSystem& system) {
    store.reserve(system.stores.size());
    for (const DistributionStore& s : system.stores) {
      rate += s.demand_rate;
      store.push_back(poisson_masses(s.demand_rate * s.lead_time));
    }
    warehouse = poisson_masses(rate * system.warehouse_lead_time);
  }

  /// What store i lacks of its level at a random time: units owed to it and demand over its lead
  /// time.
  [[nodiscard]] DemandLaw lacking(const DistributionSystem& system, size_t i, int level) const {
    // Owed to the store: each unit with probability q. Horner's rule on sum P(B0 = b) (1 - q + q
    // z)^b.
    const double q = system.stores[i].demand_rate / rate;
    std::vector<double> owed = {0};
    const auto s0 = static_cast<size_t>(level);
    for (size_t d = warehouse.size(); d-- > 0;) {
      if (d > s0) {
        owed[0] += warehouse[d];
        owed.push_back(0);
        for (size_t k = owed.size() - 1; k > 0; --k) owed[k] = owed[k] * (1 - q) + owed[k - 1] * q;
        owed[0] *= 1 - q;
      } else {
        owed[0] += warehouse[d];  // nothing is owed
      }
    }
    std::vector<double> sum(owed.size() + store[i].size() - 1, 0.0);
    for (size_t a = 0; a < owed.size(); ++a) {
      for (size_t b = 0; b < store[i].size(); ++b) sum[a + b] += owed[a] * store[i][b];
    }
    return DemandLaw::discrete(sum).value();
  }

  /// E[(S0 - D0)+].
  [[nodiscard]] double warehouse_stock(int level) const {
    double units = 0;
    for (size_t d = 0; d < warehouse.size() && d < static_cast<size_t>(level); ++d) {
      units += warehouse[d] * static_cast<double>(static_cast<size_t>(level) - d);
    }
    return units;
  }
};

double store_cost(const DistributionStore& store, const DemandLaw& lacking, double level) {
  return store.holding_cost * lacking.leftover(level) + store.stockout_cost * lacking.loss(level);
}

double best_level(const DistributionStore& store, const DemandLaw& lacking) {
  return lacking.quantile(store.stockout_cost / (store.stockout_cost + store.holding_cost));
}

}  // namespace

Result<DistributionPlan> distribution_cost(const DistributionSystem& system,
                                           int warehouse_base_stock,
                                           const std::vector<int>& store_base_stock) {
  RESTOCK_TRY(check(system));
  RESTOCK_TRY(require_at_least("warehouse_base_stock", warehouse_base_stock, 0));
  if (store_base_stock.size() != system.stores.size()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("store_base_stock must have one level per store, got {} for {}",
                             store_base_stock.size(), system.stores.size()),
                 "give the levels in the order of the stores"};
  }
  const Demands demands(system);
  DistributionPlan plan{warehouse_base_stock, store_base_stock, 0};
  plan.cost = system.warehouse_holding_cost * demands.warehouse_stock(warehouse_base_stock);
  for (size_t i = 0; i < system.stores.size(); ++i) {
    RESTOCK_TRY(require_at_least("store_base_stock", store_base_stock[i], 0));
    const auto lacking = demands.lacking(system, i, warehouse_base_stock);
    plan.cost += store_cost(system.stores[i], lacking, store_base_stock[i]);
  }
  return plan;
}

Result<DistributionPlan> distribution_exact(const DistributionSystem& system) {
  RESTOCK_TRY(check(system));
  const Demands demands(system);
  const size_t n = system.stores.size();
  double without_wait = 0;
  for (const DistributionStore& store : system.stores) {
    const auto law = DemandLaw::poisson(store.demand_rate * store.lead_time).value();
    without_wait += store_cost(store, law, best_level(store, law));
  }
  DistributionPlan best{.cost = std::numeric_limits<double>::infinity()};
  for (int level = 0;; ++level) {
    DistributionPlan plan{level, std::vector<int>(n), 0};
    plan.cost = system.warehouse_holding_cost * demands.warehouse_stock(level);
    if (plan.cost + without_wait >= best.cost) return best;
    for (size_t i = 0; i < n; ++i) {
      const auto lacking = demands.lacking(system, i, level);
      const double s = best_level(system.stores[i], lacking);
      plan.store_base_stock[i] = static_cast<int>(s);
      plan.cost += store_cost(system.stores[i], lacking, s);
    }
    if (plan.cost < best.cost) best = std::move(plan);
  }
}

}  // namespace restock
