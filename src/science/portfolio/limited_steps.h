#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "science/portfolio/box_program.h"
#include "science/portfolio/limited_order.h"

namespace restock {

/// All steps of all items that may be taken, within the limits that can bind at all: the form that
/// the parts of `order_within_limits` share. Items under no such limit are not in it.
struct LimitedSteps {
  struct Step {
    size_t item = 0;  ///< Of the LimitedItems.
    int32_t packs = 0;
    double reward = 0;
  };
  std::vector<Step> steps;      ///< By item, then in the order they can be taken.
  std::vector<size_t> offsets;  ///< Steps of the k-th item in it; starts with 0.
  std::vector<size_t> items;    ///< Which item that is.
  /// Entries [use_offsets[k], use_offsets[k + 1]) of the k-th item in it.
  std::vector<size_t> use_offsets;
  std::vector<size_t> use_limit;  ///< Index into `amounts`.
  std::vector<double> use_per_pack;
  std::vector<double> amounts;  ///< Of the limits that can bind.
  std::vector<size_t> limits;   ///< Which of the given limits these are.
  bool too_large = false;       ///< Some packs were left out because they alone are over a limit.

  /// What a pack of the k-th item costs at these prices.
  [[nodiscard]] double price_of(size_t k, std::span<const double> prices) const;
};

/// The steps of valid items. What no limit that can bind is over goes to `free_packs` (n_items)
/// instead: all of it can be ordered.
[[nodiscard]] LimitedSteps limited_steps(const LimitedItems& items, std::span<const double> amounts,
                                         std::vector<int32_t>& free_packs);

/// A column a step and a row a limit. With `in_order` also a row for each later step of an item
/// with a minimum, which whole steps need: none before the first. Parts do not, since steps of an
/// item never gain.
[[nodiscard]] BoxProgram box_program(const LimitedSteps& steps, bool in_order);

}  // namespace restock
