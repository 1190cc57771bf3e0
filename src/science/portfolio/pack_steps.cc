#include "science/portfolio/pack_steps.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace restock {
namespace {

/// Rewards that are differences of sums may rise by this part of the item's largest one.
constexpr double kRoundingTolerance = 1e-9;

Status check_item(const PackRewards& of, size_t i) {
  const size_t packs = of.n_packs(i);
  const int32_t least = of.packs_min.empty() ? 0 : of.packs_min[i];
  if (least < 0 || (packs > 0 && of.minimum(i) > packs) ||
      packs > static_cast<size_t>(std::numeric_limits<int32_t>::max())) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("packs_min of item {} must be 0 to its {} packs, got {}", i, packs, least),
        "give the rewards of all packs of the minimum, or no pack for an item that cannot "
        "be ordered"};
  }
  const auto rewards = of.rewards.subspan(of.offsets[i], packs);
  double largest = 0;
  for (const double reward : rewards) largest = std::max(largest, std::abs(reward));
  for (size_t k = 0; k < packs; ++k) {
    const bool rises = k > 0 && rewards[k] > rewards[k - 1] + kRoundingTolerance * largest;
    if (!std::isfinite(rewards[k]) || rises) {
      return Error{
          Code::kInvalidArgument,
          fmt::format("rewards of item {} must be finite and never rise, got {} for pack {}"
                      "{}",
                      i, rewards[k], k + 1, k > 0 ? fmt::format(" after {}", rewards[k - 1]) : ""),
          "join packs that only pay together into one, or give them as packs_min"};
    }
  }
  return {};
}

}  // namespace

size_t PackRewards::minimum(size_t item) const {
  return packs_min.empty() ? 1 : static_cast<size_t>(std::max<int32_t>(1, packs_min[item]));
}

PackStep next_step(const PackRewards& of, size_t item, size_t ordered) {
  const size_t packs = ordered == 0 ? of.minimum(item) : 1;
  if (ordered + packs > of.n_packs(item)) return {};
  double reward = 0;
  for (size_t k = ordered; k < ordered + packs; ++k) reward += of.rewards[of.offsets[item] + k];
  if (!(reward > 0)) return {};
  return {packs, reward};
}

Status validate(const PackRewards& of, size_t n_items) {
  const bool whole = of.offsets.size() == n_items + 1 && of.offsets.front() == 0 &&
                     of.offsets.back() == of.rewards.size() &&
                     std::is_sorted(of.offsets.begin(), of.offsets.end());
  if (!whole || (!of.packs_min.empty() && of.packs_min.size() != n_items)) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("{} items need {} offsets that rise from 0 to the {} rewards, and {} or "
                    "no packs_min; got {} offsets and {} packs_min",
                    n_items, n_items + 1, of.rewards.size(), n_items, of.offsets.size(),
                    of.packs_min.size()),
        "item i has the rewards [offsets[i], offsets[i + 1])"};
  }
  for (size_t i = 0; i < n_items; ++i) RESTOCK_TRY(check_item(of, i));
  return {};
}

}  // namespace restock
