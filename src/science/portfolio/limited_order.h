#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"

namespace restock {

/// Items under several limits at once: a budget over all, a truck per supplier, the room of each
/// store. A view: the spans must outlive it.
struct LimitedItems {
  std::span<const double> rewards;  ///< Of each next pack, as `PortfolioItems`.
  std::span<const size_t> offsets;  ///< n_items + 1
  /// n_items, or empty = none: an item is ordered not at all or with this many packs or more.
  std::span<const int32_t> packs_min;
  /// What a pack takes from each limit that its item is under: item i has the entries
  /// [use_offsets[i], use_offsets[i + 1]), one a limit at most. An item under no limit has none.
  std::span<const size_t> use_offsets;   ///< n_items + 1
  std::span<const int32_t> use_limit;    ///< Index of the limit.
  std::span<const double> use_per_pack;  ///< > 0
};

/// Sizes up to which HiGHS is asked. A step is a pack that is worth something; the packs of a
/// minimum are one step together.
struct LimitedOptions {
  size_t linear_steps_max = 1'000'000;
  size_t integer_steps_max = 3'000;
  int32_t integer_nodes_max = 500;  ///< Of branch and bound: no clock decides a result.
};

/// How an order within limits was found.
enum class LimitedMethod {
  kUnlimited,       ///< No limit binds: every pack that is worth anything.
  kMarginalReward,  ///< One limit binds: `order_portfolio`.
  kMultipliers,     ///< By reward over the price of what a pack takes.
  kIntegerProgram,  ///< HiGHS found more than that.
};

/// "no limit binds", "marginal reward", "multipliers", "integer programme".
[[nodiscard]] std::string_view limited_method_name(LimitedMethod method);

/// What to order, and how good that is.
struct LimitedOrder {
  std::vector<int32_t> packs;  ///< n_items
  double reward = 0;           ///< Of these packs.
  /// No order within the limits has a higher reward: that of the linear relaxation or little more.
  double reward_bound = 0;
  std::vector<double> used;  ///< n_limits, never over the amounts
  /// n_limits: what one more unit of the limit would be worth (its multiplier in the bound).
  std::vector<double> marginal_reward;
  LimitedMethod method = LimitedMethod::kUnlimited;
  bool proven = false;  ///< No order is better: nothing binds, or branch and bound has ended.

  /// Largest share of the bound that the order can miss, 0 to 1.
  [[nodiscard]] double gap() const {
    return reward_bound > 0 ? (reward_bound - reward) / reward_bound : 0;
  }
};

/// The packs with the highest expected reward within several limits b_l:
///
///   max sum_i R_i(x_i)  with  sum_i a_li x_i <= b_l for each l,  x_i = 0 or m_i <= x_i, whole
///   packs
///
/// A price (multiplier) per unit of each limit makes the limits one: steps are taken by reward over
/// the price of what they use, best first, while they fit. Any prices give a bound,
///
///   sum_l price_l b_l + sum_i max_x (R_i(x) - x sum_l price_l a_li)
///
/// the lowest of which is the linear relaxation. Prices come from lowering this bound one limit at
/// a time, and up to `linear_steps_max` steps from the linear programme of HiGHS; the better order
/// and the lower bound are kept. Up to `integer_steps_max` steps HiGHS then searches from there
/// for the best whole packs. If only one limit binds, `order_portfolio` gives the order, so that
/// more of that limit never gives less reward; with several, HiGHS may have ended before its proof,
/// and only the bound keeps that property.
///
/// Ties: the earlier item. Deterministic: no clock decides anything.
/// Source: Everett, Operations Research 11 (1963) 399 (multipliers); Pirkul, Naval Research
/// Logistics 34 (1987) 161 (order by multipliers). Examples: Weingartner & Ness, Operations
/// Research 15 (1967) 83, 28 items under two limits, optimum 141278; Petersen, Management Science
/// 13 (1967) 736, 6 items under ten limits, optimum 3800.
///
/// Errors: kInvalidArgument that names the item or the limit, what was seen and what is allowed.
[[nodiscard]] Result<LimitedOrder> order_within_limits(const LimitedItems& items,
                                                       std::span<const double> amounts,
                                                       const LimitedOptions& options = {});

}  // namespace restock
