#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "foundation/base/result.h"

namespace restock {

/// What each next pack of many items is worth. A view: the spans must outlive it.
struct PackRewards {
  /// Expected reward of each next pack, in money; never rises within an item.
  std::span<const double> rewards;
  std::span<const size_t> offsets;  ///< Item i is [offsets[i], offsets[i + 1]).
  /// Empty = none: an item is ordered not at all or with this many packs or more.
  std::span<const int32_t> packs_min;

  [[nodiscard]] size_t n_items() const { return offsets.size() - 1; }
  [[nodiscard]] size_t n_packs(size_t item) const { return offsets[item + 1] - offsets[item]; }
  [[nodiscard]] size_t minimum(size_t item) const;
};

/// Packs that are ordered together: all of the minimum, then one by one, so that the reward of a
/// pack never rises from step to step.
struct PackStep {
  size_t packs = 0;  ///< 0: there is none that is worth anything.
  double reward = 0;
};

/// The step of an item that follows `ordered` packs.
[[nodiscard]] PackStep next_step(const PackRewards& of, size_t item, size_t ordered);

/// Errors: kInvalidArgument unless there are n_items, rewards are finite and never rise, and a
/// minimum is one of the packs; names the item, what was seen and what is allowed.
[[nodiscard]] Status validate(const PackRewards& of, size_t n_items);

}  // namespace restock
