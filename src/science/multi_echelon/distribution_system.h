#pragma once

#include <vector>

#include "foundation/base/result.h"

namespace restock {

/// A store that a warehouse supplies.
struct DistributionStore {
  double holding_cost = 0;   ///< h > 0, money per unit at hand and time unit.
  double stockout_cost = 0;  ///< p > 0, money per unit waiting and time unit.
  double demand_rate = 0;    ///< lambda > 0, units per time unit; Poisson, independent.
  double lead_time = 0;      ///< L >= 0 from the warehouse.
};

/// One warehouse, many stores, stocks watched continuously: each unit sold is ordered at once from
/// the warehouse, and by it from a supplier that always delivers. The warehouse serves in the order
/// of the orders; demand that cannot be served waits.
struct DistributionSystem {
  double warehouse_holding_cost = 0;      ///< h0 > 0.
  double warehouse_lead_time = 0;         ///< L0 >= 0.
  std::vector<DistributionStore> stores;  ///< n >= 1.
};

struct DistributionPlan {
  int warehouse_base_stock = 0;
  std::vector<int> store_base_stock;  ///< n
  double cost = 0;  ///< Expected money per time unit; units under way cost nothing.
};

/// Exact cost of given local base-stock levels, each >= 0. The units that the warehouse owes are
/// B0 = (D0 - S0)+, D0 Poisson over L0; each is owed to store i with probability lambda_i / lambda;
/// the store has S_i less what it is owed less its demand over L_i.
/// Errors: kInvalidArgument if a number is out of the ranges above, or more than 1,000 units are
/// under way to one place on average.
/// Source: Graves, Management Science 31 (1985) 1247 (exact disaggregation); Simon, Management
/// Science 17 (1971) 743. Checked against a simulation.
[[nodiscard]] Result<DistributionPlan> distribution_cost(const DistributionSystem& system,
                                                         int warehouse_base_stock,
                                                         const std::vector<int>& store_base_stock);

/// The cheapest levels: for each warehouse level the stores' newsvendor levels, up to where
/// warehouse stock alone and stores without any wait cost more than the best so far. Source: as
/// above; Axsaeter, Operations Research 38 (1990) 64 (the bound).
[[nodiscard]] Result<DistributionPlan> distribution_exact(const DistributionSystem& system);

}  // namespace restock
