#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "foundation/base/result.h"

namespace restock {

/// Items that share a resource. A view: the spans must outlive it.
struct PortfolioItems {
  /// Expected reward of each next pack, in money: what having it is worth over not having it, after
  /// its own cost if that counts. Never rises within an item; an item has as many packs as it may
  /// be ordered. Item i is [offsets[i], offsets[i + 1]).
  std::span<const double> rewards;
  std::span<const size_t> offsets;            ///< n_items + 1, from 0 to the size of `rewards`.
  std::span<const double> resource_per_pack;  ///< n_items: money, volume, pallets, units; > 0.
  /// n_items, or empty = none: an item is ordered not at all or with this many packs or more.
  std::span<const int32_t> packs_min;
};

/// What to order, and how good that is.
struct PortfolioOrder {
  std::vector<int32_t> packs;  ///< n_items
  double reward = 0;           ///< Of these packs.
  double resource_used = 0;    ///< Never over the resource.
  /// No order within the resource has a higher reward: the optimum of the linear relaxation.
  double reward_bound = 0;
  /// Reward that one more unit of the resource would give in the linear relaxation (its
  /// multiplier); 0 if the resource does not bind.
  double marginal_reward = 0;

  /// Largest share of the bound that the order can miss, 0 to 1.
  [[nodiscard]] double gap() const {
    return reward_bound > 0 ? (reward_bound - reward) / reward_bound : 0;
  }
};

/// The packs with the highest expected reward within one resource B:
///
///   max sum_i R_i(x_i)   with  sum_i c_i x_i <= B,   x_i = 0 or m_i <= x_i <= u_i, whole packs
///
/// Marginal analysis: of all items the step with the most reward per unit of resource comes next,
/// while it is worth more than nothing. A step is a pack; the first one of an item with a minimum
/// is its m packs at once, whose mean reward is no less than that of the next pack, so that steps
/// never gain within an item. Up to the first step that does not fit, the order is the best there
/// is for what it uses, and with the fitting share of that step it is the optimum of the linear
/// relaxation, which is the bound; what is left goes to further steps that fit. If the packs of one
/// item alone give more, those are ordered, hence never less than half of the optimum. Packs that
/// no order within B can hold count neither in the order nor in the bound. Exact if the resource
/// does not bind or the steps fill it; the reward misses the optimum by less than one step.
///
/// A larger B never gives less reward: where two runs part, one takes a step that the other cannot
/// pay, and nothing the other can still pay is worth as much.
///
/// Ties: the earlier item. Deterministic. O(n_packs + steps log n_items).
/// Source: Fox, Management Science 13 (1966) 210 (marginal analysis); Everett, Operations Research
/// 11 (1963) 399 (multiplier); Dantzig, Operations Research 5 (1957) 266 (bound). Example 2.1 of
/// Martello & Toth, Knapsack Problems (1990): 8 items, capacity 102, optimum 280, bound 295.
///
/// Errors: kInvalidArgument that names the item, what was seen and what is allowed.
[[nodiscard]] Result<PortfolioOrder> order_portfolio(const PortfolioItems& items, double resource);

}  // namespace restock
