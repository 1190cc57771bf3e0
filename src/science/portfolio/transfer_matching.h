#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "foundation/base/result.h"

namespace restock {

/// Expected cost of a location that has so many units more of the good than it has now; fewer where
/// below 0.
using CostWithUnits = std::function<Result<double>(size_t location, int32_t units)>;

/// Units that go from one location to another.
struct Transfer {
  size_t from = 0;
  size_t to = 0;
  int32_t units = 0;
  double saves = 0;  ///< Expected cost saved at both ends, less what the transfer costs.
};

/// Who sends what to whom, of one good: the next unit goes from the location that misses it least
/// to the one that gains most by it, as long as
///
///   gain_to(k + 1) - loss_from(m + 1)  >  cost of moving a unit
///
/// gain(k) = C(k - 1) - C(k) and loss(m) = C(-m) - C(1 - m) with C the cost at a location. A
/// location that has sent receives nothing and the other way round. Every unit sent lowers the
/// total cost, so the result is never worse than none, whatever the costs; where gains never rise
/// and losses never fall (C is convex) it is the best there is, the optimum of the transport
/// problem, since moving costs the same between all pairs.
///
/// gives_max: n_locations, units each may send. Units are conserved: what one receives another has
/// sent. Ties: the earlier location. Transfers come by `from`, then `to`. Deterministic.
/// O(units moved x n_locations), and two evaluations of `cost` a location and unit moved.
/// Source: Fox, Management Science 13 (1966) 210 (marginal analysis); of lateral transshipment:
/// Paterson, Kiesmueller, Teunter & Glazebrook, European Journal of Operational Research 210
/// (2011) 125.
///
/// Errors: those of `cost`; kInvalidArgument for a cost of moving or a gives_max below 0 or NaN.
[[nodiscard]] Result<std::vector<Transfer>> match_transfers(std::span<const int32_t> gives_max,
                                                            const CostWithUnits& cost,
                                                            double moving_cost);

}  // namespace restock
