#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "science/search/search_space.h"

namespace restock {

/// One configuration, and its losses in the windows it was judged on so far; all trials meet the
/// windows in the same order, so their losses compare pair by pair.
struct Trial {
  Configuration configuration;
  std::vector<double> losses;

  /// Mean of the first `windows` losses. Precondition: there are so many, at least 1.
  [[nodiscard]] double mean_loss(int windows) const;
  [[nodiscard]] bool has(int windows) const {
    return losses.size() >= static_cast<size_t>(windows);
  }
};

/// The numbers of windows at which trials are compared, ascending: `windows`, and each eta-th part
/// of the next, rounded up, down to 1. Preconditions: windows >= 1, eta >= 2.
/// Example (Li et al., figure 1): 9 windows, eta 3: 1, 3, 9.
[[nodiscard]] std::vector<int> halving_rungs(int windows, int eta);

/// The trial that has earned the windows up to the next rung: one of the best 1 / eta of those that
/// have reached its rung, looking at higher rungs first; the best of them, the earliest of equals.
/// None if every trial that may go on has gone on: then a new one is due.
///
/// Trials are never waited for, so a search can be stopped at any time.
/// Source: asynchronous successive halving, algorithm 2 of Li et al., A System for Massively
/// Parallel Hyperparameter Tuning, MLSys 2020; successive halving: Jamieson & Talwalkar, AISTATS
/// 2016. Example there (figure 1, bracket 0): of 9 trials 3 reach the second rung and 1 the third.
/// Precondition: rungs of `halving_rungs`.
[[nodiscard]] std::optional<size_t> promotable_trial(std::span<const Trial> trials,
                                                     std::span<const int> rungs, int eta);

}  // namespace restock
