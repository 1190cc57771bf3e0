#include "science/portfolio/limited_order.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "science/portfolio/limit_prices.h"
#include "science/portfolio/limited_steps.h"
#include "science/portfolio/pack_steps.h"
#include "science/portfolio/portfolio_order.h"

namespace restock {
namespace {

/// How many steps of each item are taken, and what is left of each limit.
struct Taken {
  std::vector<size_t> steps;
  std::vector<double> used;
  double reward = 0;

  explicit Taken(const LimitedSteps& of) : steps(of.items.size(), 0), used(of.amounts.size(), 0) {}

  /// Takes the next step of the k-th item if it fits.
  bool take(const LimitedSteps& of, size_t k) {
    const auto& step = of.steps[of.offsets[k] + steps[k]];
    for (size_t u = of.use_offsets[k]; u < of.use_offsets[k + 1]; ++u) {
      const size_t limit = of.use_limit[u];
      if (used[limit] + step.packs * of.use_per_pack[u] > of.amounts[limit]) return false;
    }
    for (size_t u = of.use_offsets[k]; u < of.use_offsets[k + 1]; ++u)
      used[of.use_limit[u]] += step.packs * of.use_per_pack[u];
    reward += step.reward;
    ++steps[k];
    return true;
  }
  [[nodiscard]] bool has_next(const LimitedSteps& of, size_t k) const {
    return of.offsets[k] + steps[k] < of.offsets[k + 1];
  }
};

struct Candidate {
  double density = 0;  ///< reward over the price of what the step uses
  size_t item = 0;
};

/// Orders a heap with the best candidate on top.
bool comes_after(const Candidate& a, const Candidate& b) {
  return a.density != b.density ? a.density < b.density : a.item > b.item;
}

/// Takes what fits, by reward over price, best first, on top of what is taken.
void take_by_price(const LimitedSteps& of, std::span<const double> prices, Taken& taken) {
  std::vector<double> price;
  price.reserve(of.items.size());
  for (size_t k = 0; k < of.items.size(); ++k) price.push_back(of.price_of(k, prices));
  std::vector<Candidate> heap;
  heap.reserve(of.items.size());
  const auto offer = [&](size_t k) {
    if (!taken.has_next(of, k)) return false;
    const auto& step = of.steps[of.offsets[k] + taken.steps[k]];
    // Free of charge: before all others.
    const double density = price[k] > 0 ? step.reward / (price[k] * step.packs)
                                        : std::numeric_limits<double>::infinity();
    heap.push_back({density, k});
    return true;
  };
  for (size_t k = 0; k < of.items.size(); ++k) offer(k);
  std::make_heap(heap.begin(), heap.end(), comes_after);
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), comes_after);
    const size_t k = heap.back().item;
    heap.pop_back();
    // The later packs of an item fall away with one that does not fit.
    if (taken.take(of, k) && offer(k)) std::push_heap(heap.begin(), heap.end(), comes_after);
  }
}

/// One unit of a limit priced by what there is of it.
std::vector<double> scarcity_prices(const LimitedSteps& of) {
  std::vector<double> prices;
  prices.reserve(of.amounts.size());
  for (const double amount : of.amounts) prices.push_back(amount > 0 ? 1 / amount : 1);
  return prices;
}

/// The best order that prices lead to, and the lowest bound.
struct Priced {
  Taken taken;
  std::vector<double> prices;
  double bound = 0;
};

Result<Priced> order_by_prices(const LimitedSteps& of, const LimitedOptions& options) {
  std::vector<std::vector<double>> tried = {descend_prices(of)};
  if (of.steps.size() <= options.linear_steps_max) {
    RESTOCK_TRY(auto prices, linear_prices(of));
    tried.push_back(std::move(prices));
  }
  Priced best{Taken(of), tried.front(), bound_at(of, tried.front())};
  for (const auto& prices : tried) {
    if (const double bound = bound_at(of, prices); bound < best.bound) {
      best.bound = bound;
      best.prices = prices;
    }
  }
  tried.push_back(scarcity_prices(of));
  for (const auto& prices : tried) {
    Taken taken(of);
    take_by_price(of, prices, taken);
    if (taken.reward > best.taken.reward) best.taken = std::move(taken);
  }
  return best;
}

/// What branch and bound finds from `priced` on; takes it if it is better. True if nothing is.
Result<bool> search_whole(const LimitedSteps& of, const LimitedOptions& options, Priced& priced,
                          LimitedMethod& method) {
  std::vector<double> start(of.steps.size(), 0);
  for (size_t k = 0; k < of.items.size(); ++k)
    std::fill_n(start.begin() + static_cast<std::ptrdiff_t>(of.offsets[k]), priced.taken.steps[k],
                1.0);
  RESTOCK_TRY(const BoxSolution found,
              solve_whole(box_program(of, true), start, options.integer_nodes_max));
  Taken whole(of);
  for (size_t k = 0; k < of.items.size(); ++k) {
    const auto first = found.parts.begin() + static_cast<std::ptrdiff_t>(of.offsets[k]);
    const auto end = found.parts.begin() + static_cast<std::ptrdiff_t>(of.offsets[k + 1]);
    // Steps of an item without a minimum may come in any order: as many in front are no worse.
    const auto steps = std::count(first, end, 1.0);
    for (int64_t s = 0; s < steps; ++s) {
      // Within the tolerance of HiGHS is not within the limit.
      if (!whole.take(of, k)) return false;
    }
  }
  take_by_price(of, priced.prices, whole);
  if (whole.reward > priced.taken.reward) {
    priced.taken = std::move(whole);
    method = LimitedMethod::kIntegerProgram;
  }
  return found.proven;
}

Status check_uses(const LimitedItems& items, std::span<const double> amounts) {
  const size_t n = items.offsets.size() - 1;
  const bool whole = items.use_offsets.size() == n + 1 && items.use_offsets.front() == 0 &&
                     items.use_offsets.back() == items.use_limit.size() &&
                     items.use_limit.size() == items.use_per_pack.size() &&
                     std::is_sorted(items.use_offsets.begin(), items.use_offsets.end());
  if (!whole) {
    return Error{Code::kInvalidArgument,
                 fmt::format("{} items need {} use_offsets that rise from 0 to the {} entries of "
                             "use_limit and of use_per_pack; got {} offsets and {} uses",
                             n, n + 1, items.use_limit.size(), items.use_offsets.size(),
                             items.use_per_pack.size()),
                 "item i has the entries [use_offsets[i], use_offsets[i + 1])"};
  }
  for (size_t l = 0; l < amounts.size(); ++l) {
    if (std::isnan(amounts[l]) || amounts[l] < 0) {
      return Error{Code::kInvalidArgument,
                   fmt::format("the amount of limit {} must be >= 0, got {}", l, amounts[l]),
                   "give the budget or the capacity that is left"};
    }
  }
  std::vector<size_t> last_item(amounts.size(), n);
  for (size_t i = 0; i < n; ++i) {
    for (size_t u = items.use_offsets[i]; u < items.use_offsets[i + 1]; ++u) {
      const int32_t limit = items.use_limit[u];
      const bool known = limit >= 0 && static_cast<size_t>(limit) < amounts.size();
      const bool repeated = known && last_item[static_cast<size_t>(limit)] == i;
      if (!known || repeated || !std::isfinite(items.use_per_pack[u]) ||
          items.use_per_pack[u] <= 0) {
        return Error{Code::kInvalidArgument,
                     fmt::format("item {} must use each of the {} limits once at most, and more "
                                 "than 0 of it a pack; got {} of limit {}{}",
                                 i, amounts.size(), items.use_per_pack[u], limit,
                                 repeated ? " a second time" : ""),
                     "leave out limits that the item uses nothing of"};
      }
      last_item[static_cast<size_t>(limit)] = i;
    }
  }
  return {};
}

/// The order under one limit alone, into `order`.
Status order_under_one(const LimitedItems& items, const LimitedSteps& of, LimitedOrder& order) {
  std::vector<double> rewards;
  std::vector<size_t> offsets = {0};
  std::vector<int32_t> least;
  rewards.reserve(items.rewards.size());
  offsets.reserve(of.items.size() + 1);
  least.reserve(of.items.size());
  for (size_t k = 0; k < of.items.size(); ++k) {
    const size_t i = of.items[k];
    // Not the packs that another limit, which else does not bind, refuses.
    size_t packs = 0;
    for (size_t s = of.offsets[k]; s < of.offsets[k + 1]; ++s)
      packs += static_cast<size_t>(of.steps[s].packs);
    const auto first = items.rewards.begin() + static_cast<std::ptrdiff_t>(items.offsets[i]);
    rewards.insert(rewards.end(), first, first + static_cast<std::ptrdiff_t>(packs));
    offsets.push_back(rewards.size());
    least.push_back(items.packs_min.empty() ? 0 : items.packs_min[i]);
  }
  RESTOCK_TRY(const PortfolioOrder one,
              order_portfolio({rewards, offsets, of.use_per_pack, least}, of.amounts.front()));
  for (size_t k = 0; k < of.items.size(); ++k) order.packs[of.items[k]] = one.packs[k];
  order.reward_bound += one.reward_bound;
  order.marginal_reward[of.limits.front()] = one.marginal_reward;
  order.method = LimitedMethod::kMarginalReward;
  order.proven = one.reward == one.reward_bound;
  return {};
}

Status order_under_several(const LimitedSteps& of, const LimitedOptions& options,
                           LimitedOrder& order) {
  RESTOCK_TRY(Priced priced, order_by_prices(of, options));
  order.method = LimitedMethod::kMultipliers;
  order.proven = false;
  if (of.steps.size() <= options.integer_steps_max) {
    RESTOCK_TRY(order.proven, search_whole(of, options, priced, order.method));
  }
  for (size_t k = 0; k < of.items.size(); ++k) {
    for (size_t s = 0; s < priced.taken.steps[k]; ++s)
      order.packs[of.items[k]] += of.steps[of.offsets[k] + s].packs;
  }
  order.reward_bound += priced.bound;
  for (size_t l = 0; l < of.limits.size(); ++l)
    order.marginal_reward[of.limits[l]] = priced.prices[l];
  return {};
}

}  // namespace

std::string_view limited_method_name(LimitedMethod method) {
  switch (method) {
    case LimitedMethod::kUnlimited:
      return "no limit binds";
    case LimitedMethod::kMarginalReward:
      return "marginal reward";
    case LimitedMethod::kMultipliers:
      return "multipliers";
    case LimitedMethod::kIntegerProgram:
      return "integer programme";
  }
  RESTOCK_ASSERT(false);
  return "";
}

Result<LimitedOrder> order_within_limits(const LimitedItems& items, std::span<const double> amounts,
                                         const LimitedOptions& options) {
  const size_t n = items.offsets.empty() ? 0 : items.offsets.size() - 1;
  RESTOCK_TRY(validate(PackRewards{items.rewards, items.offsets, items.packs_min}, n));
  RESTOCK_TRY(check_uses(items, amounts));
  LimitedOrder order;
  const LimitedSteps of = limited_steps(items, amounts, order.packs);
  const auto reward_of = [&](size_t i) {
    double sum = 0;
    for (int32_t k = 0; k < order.packs[i]; ++k)
      sum += items.rewards[items.offsets[i] + static_cast<size_t>(k)];
    return sum;
  };
  for (size_t i = 0; i < n; ++i) order.reward_bound += reward_of(i);
  order.marginal_reward.assign(amounts.size(), 0);
  order.proven = true;
  if (of.too_large) order.method = LimitedMethod::kMarginalReward;
  if (of.limits.size() == 1) RESTOCK_TRY(order_under_one(items, of, order));
  if (of.limits.size() > 1) RESTOCK_TRY(order_under_several(of, options, order));
  order.used.assign(amounts.size(), 0);
  for (size_t i = 0; i < n; ++i) {
    order.reward += reward_of(i);
    for (size_t u = items.use_offsets[i]; u < items.use_offsets[i + 1]; ++u)
      order.used[static_cast<size_t>(items.use_limit[u])] += order.packs[i] * items.use_per_pack[u];
  }
  order.reward_bound = std::max(order.reward_bound, order.reward);
  return order;
}

}  // namespace restock
