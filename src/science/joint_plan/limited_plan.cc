#include "science/joint_plan/limited_plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "science/inventory/projected_inventory.h"
#include "science/inventory/stock_outlook.h"

namespace restock {
namespace {

/// The series that have an order and a limit, as items of the portfolio.
struct Items {
  std::vector<size_t> series;
  std::vector<double> pack_size;
  std::vector<double> rewards;
  std::vector<size_t> offsets = {0};
  std::vector<int32_t> packs_min;
  std::vector<size_t> use_offsets = {0};
  std::vector<int32_t> use_limit;
  std::vector<double> use_per_pack;

  [[nodiscard]] LimitedItems view() const {
    return {rewards, offsets, packs_min, use_offsets, use_limit, use_per_pack};
  }
};

/// What a unit of a series takes of a limit.
struct UnitUse {
  int32_t limit = 0;
  double per_unit = 0;
};

Status check(std::span<const SharedLimit> limits, std::span<const PlanRow> rows,
             const PathsOf& paths_of) {
  if (!paths_of) {
    return Error{Code::kInvalidArgument,
                 "orders within limits need sample paths, which this forecast has not",
                 "set [forecast] objective to one that is not quantile, or no limits"};
  }
  for (const SharedLimit& limit : limits) {
    const auto bad = std::find_if(limit.use_per_unit.begin(), limit.use_per_unit.end(),
                                  [](double use) { return !std::isfinite(use) || use < 0; });
    const bool whole = limit.use_per_unit.size() == limit.series.size() &&
                       (limit.series.empty() || limit.series.back() < rows.size());
    if (std::isnan(limit.amount) || limit.amount < 0 || !whole || bad != limit.use_per_unit.end()) {
      return Error{
          Code::kInvalidArgument,
          fmt::format("limit {} must have an amount >= 0 and a use >= 0 for each of its "
                      "series, got amount {}, {} series and {} uses{}",
                      limit.name, limit.amount, limit.series.size(), limit.use_per_unit.size(),
                      whole && bad != limit.use_per_unit.end()
                          ? fmt::format(", one of them {}", *bad)
                          : ""),
          ""};
    }
  }
  return {};
}

std::vector<std::vector<UnitUse>> uses_of(std::span<const SharedLimit> limits, size_t n_series) {
  std::vector<std::vector<UnitUse>> uses(n_series);
  for (size_t l = 0; l < limits.size(); ++l) {
    for (size_t k = 0; k < limits[l].series.size(); ++k) {
      if (limits[l].use_per_unit[k] > 0)
        uses[limits[l].series[k]].push_back({static_cast<int32_t>(l), limits[l].use_per_unit[k]});
    }
  }
  return uses;
}

/// The rewards of the packs that the row orders.
Result<std::vector<double>> rewards_of(const PlanRow& row, const SeriesSupply& supply,
                                       const PlanParameters& parameters, const SeriesPaths& paths) {
  PlanParameters deciding = parameters;
  if (parameters.service_level > 0) {
    RESTOCK_TRY(deciding.shortage_cost, imputed_shortage_cost(paths, supply, parameters, row.need));
    deciding.service_level = 0;
    deciding.critical_ratio = 0;
  }
  RESTOCK_TRY(auto rewards, pack_rewards(paths, supply, deciding));
  const auto packs = static_cast<size_t>(std::llround(row.order_quantity / supply.pack_size));
  if (rewards.size() > packs) rewards.resize(packs);
  return rewards;
}

Result<Items> make_items(std::span<const std::vector<UnitUse>> uses,
                         std::span<const SeriesSupply> supply, const PlanParameters& parameters,
                         int32_t horizon, const PathsOf& paths_of, ThreadPool& pool,
                         std::span<const PlanRow> rows) {
  Items items;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].order_quantity > 0 && !uses[i].empty()) items.series.push_back(i);
  }
  std::vector<std::vector<double>> rewards(rows.size());
  RESTOCK_TRY(for_each_series(
      items.series, paths_of, horizon, pool, [&](size_t i, const SeriesPaths& paths) -> Status {
        RESTOCK_TRY(rewards[i], rewards_of(rows[i], supply[i], parameters, paths));
        return {};
      }));
  for (const size_t i : items.series) {
    items.rewards.insert(items.rewards.end(), rewards[i].begin(), rewards[i].end());
    items.offsets.push_back(items.rewards.size());
    const double pack = supply[i].pack_size;
    items.pack_size.push_back(pack);
    const auto least = static_cast<int64_t>(std::ceil(supply[i].moq / pack * (1 - 1e-9)));
    items.packs_min.push_back(
        static_cast<int32_t>(std::min(least, static_cast<int64_t>(rewards[i].size()))));
    for (const UnitUse& use : uses[i]) {
      items.use_limit.push_back(use.limit);
      items.use_per_pack.push_back(use.per_unit * pack);
    }
    items.use_offsets.push_back(items.use_limit.size());
  }
  return items;
}

/// Packs that an item would be ordered next.
int32_t next_packs(const Items& items, size_t k, const LimitedOrder& order) {
  return order.packs[k] == 0 ? std::max(1, items.packs_min[k]) : 1;
}

/// What the next packs of an item would save for each unit that they take of a limit.
double next_reward(const Items& items, size_t k, const LimitedOrder& order, size_t limit) {
  const int32_t packs = next_packs(items, k, order);
  const auto first =
      items.rewards.begin() + static_cast<std::ptrdiff_t>(items.offsets[k]) + order.packs[k];
  const double saved = std::accumulate(first, first + packs, 0.0);
  for (size_t u = items.use_offsets[k]; u < items.use_offsets[k + 1]; ++u) {
    if (static_cast<size_t>(items.use_limit[u]) == limit)
      return saved / (packs * items.use_per_pack[u]);
  }
  return 0;
}

/// The limits that have no room for one pack more of an item.
std::vector<size_t> limits_in_the_way(const Items& items, size_t k, const LimitedOrder& order,
                                      std::span<const SharedLimit> limits) {
  const int32_t packs = next_packs(items, k, order);
  std::vector<size_t> full;
  for (size_t u = items.use_offsets[k]; u < items.use_offsets[k + 1]; ++u) {
    const auto l = static_cast<size_t>(items.use_limit[u]);
    if (order.used[l] + packs * items.use_per_pack[u] > limits[l].amount) full.push_back(l);
  }
  if (full.empty()) {
    for (size_t u = items.use_offsets[k]; u < items.use_offsets[k + 1]; ++u)
      full.push_back(static_cast<size_t>(items.use_limit[u]));
  }
  return full;
}

std::string cut_text(double from, double to, double saved, const std::vector<std::string>& names) {
  return fmt::format(
      "cut from {:g} to {:g} by {}, where other orders save more than the {:.2f} that the rest "
      "would; without limits: ",
      from, to, fmt::join(names, " and "), saved);
}

}  // namespace

Result<LimitedPlan> limit_plan(std::span<const SharedLimit> limits,
                               std::span<const SeriesSupply> supply,
                               const PlanParameters& parameters, const PathsOf& paths_of,
                               ThreadPool& pool, std::vector<PlanRow>& rows,
                               const LimitedOptions& options) {
  RESTOCK_TRY(check(limits, rows, paths_of));
  const auto uses = uses_of(limits, rows.size());
  const int32_t horizon = longest_risk_period(supply);
  RESTOCK_TRY(const Items items,
              make_items(uses, supply, parameters, horizon, paths_of, pool, rows));
  std::vector<double> amounts;
  amounts.reserve(limits.size());
  for (const SharedLimit& limit : limits) amounts.push_back(limit.amount);
  const std::vector<double> plenty(limits.size(), std::numeric_limits<double>::infinity());
  RESTOCK_TRY(const LimitedOrder wanted, order_within_limits(items.view(), plenty, options));
  RESTOCK_TRY(const LimitedOrder order, order_within_limits(items.view(), amounts, options));

  LimitedPlan plan{.method = order.method, .proven = order.proven, .gap = order.gap()};
  for (size_t l = 0; l < limits.size(); ++l) {
    plan.limits.push_back({limits[l].name, limits[l].amount, wanted.used[l], order.used[l],
                           order.marginal_reward[l], 0});
  }
  std::vector<size_t> changed;
  std::vector<size_t> item_of(rows.size(), 0);
  for (size_t k = 0; k < items.series.size(); ++k) {
    const size_t i = items.series[k];
    const double quantity = order.packs[k] * items.pack_size[k];
    if (quantity == rows[i].order_quantity) continue;
    changed.push_back(i);
    item_of[i] = k;
  }
  std::vector<double> most_refused(limits.size(), 0);
  std::vector<double> costs_more(rows.size(), 0);
  RESTOCK_TRY(for_each_series(
      changed, paths_of, horizon, pool, [&](size_t i, const SeriesPaths& paths) -> Status {
        const size_t k = item_of[i];
        const double pack = items.pack_size[k];
        RESTOCK_TRY(const ProjectedOrder unlimited,
                    projected_order_of(paths, supply[i], parameters, wanted.packs[k] * pack));
        RESTOCK_TRY(rows[i].projected,
                    projected_order_of(paths, supply[i], parameters, order.packs[k] * pack));
        RESTOCK_TRY(rows[i].outlook, stock_outlook(paths, supply[i], order.packs[k] * pack));
        costs_more[i] = rows[i].projected->expected_cost - unlimited.expected_cost;
        return {};
      }));
  for (const size_t i : changed) {
    const size_t k = item_of[i];
    PlanRow& row = rows[i];
    const double proposed = std::exchange(row.order_quantity, order.packs[k] * items.pack_size[k]);
    const double unlimited = wanted.packs[k] * items.pack_size[k];
    if (row.order_quantity == unlimited) {
      row.reason = fmt::format("order {:g}, since the last {:g} would cost more than they save; {}",
                               unlimited, proposed - unlimited, row.reason);
      continue;
    }
    ++plan.series_cut;
    plan.units_cut += unlimited - row.order_quantity;
    plan.cost_of_limits += costs_more[i];
    const auto first = items.rewards.begin() + static_cast<std::ptrdiff_t>(items.offsets[k]);
    const double saved = std::accumulate(first + order.packs[k], first + wanted.packs[k], 0.0);
    std::vector<std::string> names;
    for (const size_t l : limits_in_the_way(items, k, order, limits)) {
      ++plan.limits[l].series_cut;
      most_refused[l] = std::max(most_refused[l], next_reward(items, k, order, l));
      names.push_back(limits[l].name);
    }
    row.reason = cut_text(unlimited, row.order_quantity, saved, names) + row.reason;
  }
  // Where no pack fits at all the bound has no price; what more would be worth is what it refuses.
  for (size_t l = 0; l < limits.size(); ++l) {
    if (plan.limits[l].marginal_reward == 0) plan.limits[l].marginal_reward = most_refused[l];
  }
  return plan;
}

}  // namespace restock
